//! What recovery keeps, drops and reports, rule by rule; what it does not change; where it refuses.

use std::fs;
use std::path::Path;

use atf_runtime::recovery::{LaneOutcome, ManifestPlan, Plan};
use atf_runtime::session::TracePath;
use atf_runtime::storage::Disk;
use atf_tests::builder::{self, DetailFile, IndexFile, NO_DETAIL, Thread, write_session};
use atf_tests::disk::Tree;
use atf_tests::judge::{plan, problems, relative};
use atf_tests::scratch::Scratch;

fn sample() -> Thread {
    Thread::sample(7, 12, &[1, 2, 5, 8, 11])
}

fn written(thread: &Thread) -> (Scratch, TracePath) {
    written_in(Scratch::new(), thread)
}

fn written_in(dir: Scratch, thread: &Thread) -> (Scratch, TracePath) {
    let path = TracePath::Thread(thread.write(dir.path()));
    (dir, path)
}

fn copy(plan: &Plan) -> Scratch {
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    out
}

/// A lane's plan: kept, dropped, unlinked, first bad offset, outcome.
type Says = (u64, u64, u64, Option<u64>, LaneOutcome);

fn says(plan: &Plan) -> (Option<Says>, Option<Says>) {
    let thread = &plan.threads[0];
    let lane = |lane: &Option<atf_runtime::recovery::LanePlan>| {
        lane.as_ref().map(|it| (it.kept, it.dropped, it.unlinked, it.first_bad_offset, it.outcome))
    };
    (lane(&thread.index), lane(&thread.detail))
}

fn faults(plan: &Plan) -> Vec<String> {
    let lanes = plan.threads.iter().flat_map(|it| it.index.iter().chain(&it.detail));
    lanes.flat_map(|lane| lane.faults.iter().map(ToString::to_string)).collect()
}

use LaneOutcome::{Finalized, Removed, Unchanged, Unreadable};

// W-012
#[test]
fn intact_thread_stays_intact() {
    let (_dir, path) = written(&sample());
    let plan = plan(&path);
    assert_eq!(says(&plan), (Some((12, 0, 0, None, Unchanged)), Some((5, 0, 0, None, Unchanged))));
    assert!(plan.changes_nothing() && plan.keeps_anything() && faults(&plan).is_empty());
}

// W-012: never finalized, nothing truncated: nothing is dropped.
#[test]
fn unfinalized_thread_is_finalized_and_drops_nothing() {
    let thread = sample();
    let (_dir, path) = written(&Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]));
    let plan = plan(&path);
    assert_eq!(says(&plan), (Some((12, 0, 0, None, Finalized)), Some((5, 0, 0, None, Finalized))));
    assert!(!plan.changes_nothing());
    let out = copy(&plan);
    let read = |name: &str| fs::read(out.path().join(name)).unwrap();
    assert_eq!(read("index.atf"), thread.index.bytes());
    assert_eq!(read("detail.atf"), thread.detail.unwrap().bytes());
}

// An index event is kept if its 32 bytes are complete.
#[test]
fn incomplete_event_is_dropped_and_counted() {
    let mut thread = Thread::unfinalized(7, 12, &[]);
    thread.index.partial = vec![9; 31];
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert_eq!(says(&plan).0, Some((12, 1, 0, Some(448), Finalized)));
    assert_eq!(
        faults(&plan),
        [
            "footer at byte 448: length: expected 64 bytes of footer, found 31 bytes of an event and \
             the end of the file",
        ]
    );
}

// A final header knows how many there were.
#[test]
fn events_that_a_final_header_promised_are_counted_as_dropped() {
    let thread = Thread::sample(7, 12, &[]);
    let dir = Scratch::new();
    let bytes = &thread.index.bytes()[..64 + 5 * 32 + 7];
    let path = TracePath::Thread(builder::write_thread(dir.path(), 7, bytes, None));
    assert_eq!(says(&plan(&path)).0, Some((5, 7, 0, Some(224), Finalized)));
}

// Never cut because of the detail lane: events without their records stay, unlinked.
#[test]
fn events_without_their_records_stay_and_lose_the_link() {
    let mut thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
    thread.detail_mut().records.truncate(2);
    thread.detail_mut().partial = builder::sample_record(7, 5).bytes()[..26].to_vec();
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    let end = thread.detail_mut().record_offset(2) as u64;
    assert_eq!(
        says(&plan),
        (Some((12, 0, 3, None, Finalized)), Some((2, 1, 0, Some(end), Finalized)))
    );
    let out = copy(&plan);
    let mut events = sample().index.events;
    for seq in [5, 8, 11] {
        events[seq].detail_seq = NO_DETAIL;
    }
    let index = fs::read(out.path().join("index.atf")).unwrap();
    assert_eq!(index, IndexFile::finalized(7, &events).bytes());
}

// Never invented because of the detail lane: a record whose event is not there is dropped.
#[test]
fn records_without_their_event_are_dropped() {
    let mut thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
    thread.index.events.truncate(6);
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    let end = thread.detail_mut().record_offset(3) as u64;
    assert_eq!(
        says(&plan),
        (Some((6, 0, 0, None, Finalized)), Some((3, 2, 0, Some(end), Finalized)))
    );
    assert_eq!(
        faults(&plan).last().unwrap(),
        &format!(
            "record 3 at byte {}: index_seq: expected an event whose detail_seq is 3, found 8, which \
             is not in index.atf",
            end + 8
        )
    );
}

// A record that its event does not name ends the lane, also when those behind it are named.
#[test]
fn record_that_its_event_does_not_name_ends_the_lane() {
    let mut thread = sample();
    thread.index.events[5].detail_seq = NO_DETAIL;
    thread.index = thread.index.clone().finalize();
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    let end = thread.detail_mut().record_offset(2) as u64;
    assert_eq!(
        says(&plan),
        (Some((12, 0, 2, None, Finalized)), Some((2, 3, 0, Some(end), Finalized)))
    );
    let out = copy(&plan);
    let records = &sample().detail.unwrap().records[..2];
    let detail = fs::read(out.path().join("detail.atf")).unwrap();
    assert_eq!(detail, DetailFile::finalized(7, records).bytes());
}

// No detail kept: no detail.atf, and the flag is cleared.
#[test]
fn without_a_kept_record_there_is_no_detail_file() {
    let mut thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
    thread.detail_mut().records.clear();
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert_eq!(says(&plan), (Some((12, 0, 5, None, Finalized)), Some((0, 0, 0, None, Removed))));
    let out = copy(&plan);
    assert!(!out.path().join("detail.atf").exists());
    let expected = Thread::sample(7, 12, &[]).index.bytes();
    assert_eq!(fs::read(out.path().join("index.atf")).unwrap(), expected);
    plan.apply_in_place(&Disk, None).unwrap();
    assert!(!path.path().join("detail.atf").exists());
    assert_eq!(fs::read(path.path().join("index.atf")).unwrap(), expected);
}

// Trailing bytes that are a prefix of the footer that belongs there are no events.
#[test]
fn truncated_footer_keeps_every_complete_event_and_adds_none() {
    let intact = Thread::sample(7, 12, &[]).index;
    for checksum in [intact.footer.as_ref().unwrap().checksum, 0] {
        let mut footer = intact.footer.clone().unwrap();
        footer.checksum = checksum;
        for len in 1..64 {
            let mut thread = Thread::unfinalized(7, 12, &[]);
            thread.index.partial = footer.bytes()[..len].to_vec();
            let (_dir, path) = written(&thread);
            let plan = plan(&path);
            assert_eq!(says(&plan).0, Some((12, 0, 0, Some(448), Finalized)), "{len}");
            let out = copy(&plan);
            assert_eq!(fs::read(out.path().join("index.atf")).unwrap(), intact.bytes());
        }
    }
}

// An event that only looks a little like a footer is an event.
#[test]
fn event_that_starts_like_another_footer_is_kept() {
    let looks_like_magic = u64::from(u32::from_le_bytes(*b"2ITA"));
    for (function_id, thread_id) in [(12, 7), (13, 0), (0, 0)] {
        let mut thread = Thread::unfinalized(7, 12, &[]);
        thread.index.events.push(builder::IndexEvent {
            timestamp_ns: looks_like_magic,
            function_id,
            ..builder::sample_event(thread_id, 12, NO_DETAIL)
        });
        let (_dir, path) = written(&thread);
        let plan = plan(&path);
        assert_eq!(says(&plan).0, Some((13, 0, 0, None, Finalized)), "{function_id}");
    }
}

// Symptom: of an unfinalized file whose first event starts like a footer of no events, which the
// placeholder header points at, no event was kept. Cause: similar bytes were taken for a footer, whatever followed.
#[test]
fn first_event_that_starts_like_a_footer_of_none_is_kept() {
    let mut thread = Thread::unfinalized(7, 4, &[]);
    thread.index.events[0].timestamp_ns = u64::from(u32::from_le_bytes(*b"2ITA"));
    thread.index.events[0].function_id = 0;
    thread.index.events[1].timestamp_ns = 0;
    let (_dir, path) = written(&thread);
    assert_eq!(says(&plan(&path)).0, Some((4, 0, 0, None, Finalized)));
    // The footer of an empty file is one also with bytes behind it.
    let mut empty = Thread::sample(7, 0, &[]);
    empty.index.trailing = vec![1; 70];
    let (_dir, path) = written(&empty);
    assert_eq!(says(&plan(&path)).0, Some((0, 0, 0, None, Finalized)));
}

// Symptom: one flipped bit of events_offset in an unfinalized detail.atf lost every record, in place
// for good. Cause: without a footer the offset was believed, and garbage read there.
#[test]
fn offset_that_leads_to_no_record_costs_no_record() {
    let intact = sample();
    for events_offset in [65, 66, 68, 72, 80, 96, 128, 0, u64::MAX] {
        let mut thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        thread.detail_mut().header.events_offset = events_offset;
        let (_dir, path) = written(&thread);
        let plan = plan(&path);
        assert_eq!(says(&plan).1, Some((5, 0, 0, None, Finalized)), "{events_offset}");
        assert_eq!(
            plan.threads[0].detail.as_ref().unwrap().faults[0].to_string(),
            format!("header at byte 20: events_offset: expected 64, found {events_offset}")
        );
        plan.apply_in_place(&Disk, None).unwrap();
        let detail = fs::read(path.path().join("detail.atf")).unwrap();
        assert_eq!(detail, intact.detail.as_ref().unwrap().bytes());
    }
}

// Missing index header: the thread is reported, and not written; the others are.
#[test]
fn thread_without_an_index_header_is_reported_and_the_others_written() {
    let dir = Scratch::new();
    let mut threads = vec![Thread::sample(1, 3, &[]), sample()];
    threads[1].index.header.magic = *b"\0\0\0\0";
    write_session(dir.path(), &threads);
    let path = TracePath::Session(dir.path().to_owned());
    let plan = plan(&path);
    assert!(!plan.changes_nothing() && plan.keeps_anything());
    let lost = &plan.threads[1];
    assert_eq!(
        (lost.thread_id, lost.is_written(), lost.changes_nothing()),
        (Some(7), false, false)
    );
    let index = lost.index.as_ref().unwrap();
    assert_eq!((index.kept, index.first_bad_offset, index.outcome), (0, Some(0), Unreadable));
    assert_eq!(
        index.faults[0].to_string(),
        r#"header at byte 0: magic: expected "ATI2", found "\x00\x00\x00\x00""#
    );
    let Some(ManifestPlan::Rewritten { reason, manifest, .. }) = &plan.manifest else { panic!() };
    assert_eq!(reason, "thread 7 is lost");
    let listed = manifest.threads.iter().map(|it| (it.id, it.lost));
    assert_eq!(listed.collect::<Vec<_>>(), [(1, false), (7, true)]);
    let out = copy(&plan);
    assert!(!out.path().join("thread_7").exists());
    assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0]);
    // The detail lane that cannot be repaired, with its five records, is reported too.
    let detail = lost.detail.as_ref().unwrap();
    assert_eq!((detail.kept, detail.dropped, detail.outcome), (0, 5, LaneOutcome::Orphaned));
}

// A file that cannot be written is found before the first is changed.
#[test]
fn recovery_in_place_that_cannot_begin_changes_nothing() {
    let dir = Scratch::new();
    write_session(dir.path(), &[Thread::unfinalized(1, 3, &[]), Thread::unfinalized(7, 3, &[1])]);
    let plan = plan(&TracePath::Session(dir.path().to_owned()));
    fs::remove_file(dir.path().join("thread_7/detail.atf")).unwrap();
    let before = Tree::load(dir.path());
    let error = plan.apply_in_place(&Disk, None).unwrap_err();
    assert_eq!(
        relative(&error.to_string(), dir.path()),
        "thread_7/detail.atf: cannot open for writing"
    );
    assert_eq!(Tree::load(dir.path()), before);
}

// Nothing can be kept: nothing is written, neither in place nor to a copy.
#[test]
fn trace_with_nothing_to_recover_is_refused() {
    let mut thread = sample();
    thread.index.header.version = 77;
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert!(!plan.keeps_anything());
    let out = Scratch::new();
    let expected = "index.atf: header at byte 5: version: expected 1, found 77";
    let error = plan.write_copy(&Disk, out.path().join("x"), None).unwrap_err();
    assert_eq!(relative(&error.to_string(), path.path()), expected);
    let error = plan.apply_in_place(&Disk, None).unwrap_err();
    assert_eq!(relative(&error.to_string(), path.path()), expected);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    assert_eq!(fs::read(path.path().join("index.atf")).unwrap(), thread.index.bytes());
}

// The error names what is expected of the output, and an existing output is not touched.
#[test]
fn existing_output_is_refused() {
    let (dir, path) = written(&sample());
    let plan_of_thread = plan(&path);
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("mine"), "x").unwrap();
    let error = plan_of_thread.write_copy(&Disk, &taken, None).unwrap_err();
    assert_eq!(
        relative(&error.to_string(), dir.path()),
        "taken: expected a new or empty directory, found a directory with files in it"
    );
    let file = taken.join("mine");
    let plan_of_file = plan(&TracePath::IndexFile(path.path().join("index.atf")));
    let error = plan_of_file.write_copy(&Disk, &file, None).unwrap_err();
    assert_eq!(
        relative(&error.to_string(), dir.path()),
        "taken/mine: expected a new file, found something of that name"
    );
    assert_eq!(fs::read(&file).unwrap(), b"x");
}

// Recovering a thread directory makes a thread directory, a file a file.
#[test]
fn file_alone_is_recovered_to_a_file_and_keeps_its_links() {
    let intact = sample();
    let thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
    let (dir, path) = written_in(Scratch::on_disk(), &thread);
    let expected =
        [("index.atf", intact.index.bytes()), ("detail.atf", intact.detail.unwrap().bytes())];
    for (name, bytes) in expected {
        let file = path.path().join(name);
        let of_file = if name == "index.atf" {
            TracePath::IndexFile(file.clone())
        } else {
            TracePath::DetailFile(file.clone())
        };
        let plan = plan(&of_file);
        let out = dir.path().join(format!("out_{name}"));
        plan.write_copy(&Disk, &out, None).unwrap();
        assert_eq!(fs::read(&out).unwrap(), bytes, "{name}");
        plan.apply_in_place(&Disk, None).unwrap();
        assert_eq!(fs::read(&file).unwrap(), bytes, "{name}");
    }
}

// The header says thread 9. If directory and events agree that it is 7, the header is repaired; if they
// contradict each other, nothing is decided.
#[test]
fn header_of_another_thread_is_repaired_by_directory_and_events() {
    for (events, expected) in [(7_u32, 7_u32), (9, 9)] {
        let mut thread = Thread::unfinalized(7, 3, &[]);
        thread.index.header.thread_id = 9;
        for event in &mut thread.index.events {
            event.thread_id = events;
        }
        let (_dir, path) = written(&thread);
        let plan = plan(&path);
        assert_eq!(plan.threads[0].thread_id, Some(7));
        let faults = &plan.threads[0].index.as_ref().unwrap().faults;
        let why = if events == 7 { "and the events say" } else { "says; the events do not" };
        assert_eq!(
            faults.last().unwrap().to_string(),
            format!(
                "header at byte 12: thread_id: expected 7 (as the directory's name {why}), found 9"
            )
        );
        let out = copy(&plan);
        let thread_id = &fs::read(out.path().join("index.atf")).unwrap()[12..16];
        assert_eq!(thread_id, expected.to_le_bytes());
    }
}

// Bytes of a newer revision go into the copy: a longer header, reserved bytes, unknown values.
#[test]
fn unknown_values_are_kept() {
    let mut thread = Thread::unfinalized(7, 12, &[1, 2]);
    thread.index.header.reserved2 = 0x0A0B_0C0D;
    thread.index.header.arch = 77;
    thread.index.header.more = vec![0xAB; 40];
    thread.index.header.events_offset = 104;
    thread.detail_mut().header.arch = 77;
    thread.detail_mut().header.flags = 5;
    thread.detail_mut().header.more = vec![0xCD; 9];
    thread.detail_mut().header.events_offset = 73;
    thread.detail_mut().records[0].flags = 6;
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    let out = copy(&plan);
    let read = |dir: &Path, name: &str| fs::read(dir.join(name)).unwrap();
    let index = thread.index.finalize().bytes();
    let detail = thread.detail.unwrap().finalize().bytes();
    assert_eq!(read(out.path(), "index.atf"), index);
    assert_eq!(read(out.path(), "detail.atf"), detail);
    plan.apply_in_place(&Disk, None).unwrap();
    assert_eq!(read(path.path(), "index.atf"), index);
    assert_eq!(read(path.path(), "detail.atf"), detail);
}

// Events of a newer version are read, but not written again without the part that is not known.
#[test]
fn grown_events_are_refused() {
    let mut thread = Thread::sample(7, 3, &[]);
    thread.index.more_per_event = vec![0; 16];
    thread.index = thread.index.finalize();
    thread.index.header.time_end_ns = 0;
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert!(!plan.keeps_anything());
    assert_eq!(
        faults(&plan),
        [
            "header at byte 24: event_size: expected 32 (events of a newer version cannot be written \
             again), found 48",
        ]
    );
}

// A damaged detail header is rebuilt from the index header's platform and thread.
#[test]
fn damaged_detail_header_is_rebuilt() {
    let mut thread = sample();
    let intact = thread.detail.clone().unwrap().bytes();
    thread.detail_mut().header.magic = *b"????";
    thread.detail_mut().header.thread_id = 0xFFFF;
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert_eq!(says(&plan), (Some((12, 0, 0, None, Unchanged)), Some((5, 0, 0, None, Finalized))));
    let out = copy(&plan);
    assert_eq!(fs::read(out.path().join("detail.atf")).unwrap(), intact);
}

// Records whose index_seq does not rise, each named by its event: the rule keeps them,
// and verification still reports that they are out of order.
#[test]
fn records_out_of_order_that_are_named_are_kept() {
    let mut thread = Thread::sample(7, 4, &[1, 2]);
    thread.index.events[1].detail_seq = 1;
    thread.index.events[2].detail_seq = 0;
    thread.index = thread.index.clone().finalize();
    thread.detail_mut().records.swap(0, 1);
    thread.detail = Some(thread.detail.unwrap().finalize());
    let (_dir, path) = written(&thread);
    let plan = plan(&path);
    assert_eq!(says(&plan), (Some((4, 0, 0, None, Unchanged)), Some((2, 0, 0, None, Unchanged))));
    assert_eq!(problems(&path).len(), 3);
}

// The plan says why the session's manifest is written again.
#[test]
fn manifest_is_written_again_for_a_reason() {
    let reasons = [
        (None, "cannot open: No such file or directory (os error 2)"),
        (
            Some("{}"),
            "expected a session's manifest, found: missing field `threads` at line 1 column 2",
        ),
        (Some(r#"{"threads": []}"#), "it does not list the threads that were found"),
        (
            Some(r#"{"threads": [{"id": 7, "has_detail": true}], "state": "recording"}"#),
            "the session was not ended",
        ),
        (
            Some(r#"{"threads": [{"id": 7}]}"#),
            "manifest at byte 0: threads[0].has_detail: expected true, found false",
        ),
        (
            Some(r#"{"threads": [{"id": 7, "has_detail": true}], "clock_type": 1}"#),
            "manifest at byte 0: clock_type: expected 3 (as thread 7 says), found 1",
        ),
    ];
    for (manifest, expected) in reasons {
        let dir = Scratch::new();
        sample().write(dir.path());
        if let Some(manifest) = manifest {
            fs::write(dir.path().join("manifest.json"), manifest).unwrap();
        }
        let path = TracePath::Session(dir.path().to_owned());
        let plan = plan(&path);
        let Some(ManifestPlan::Rewritten { reason, .. }) = &plan.manifest else { panic!() };
        let reason = relative(reason, dir.path());
        assert_eq!(reason.strip_prefix("manifest.json: ").unwrap_or(&reason), expected);
        let out = copy(&plan);
        assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0]);
        plan.apply_in_place(&Disk, None).unwrap();
        assert_eq!(problems(&path), [""; 0]);
        assert!(atf_tests::judge::plan(&path).changes_nothing());
    }
}

#[test]
fn outcomes_have_names() {
    assert_eq!(Unchanged.to_string(), "kept as it is");
    assert_eq!(Finalized.to_string(), "finalized");
    assert_eq!(Removed.to_string(), "removed: no record could be kept");
    assert_eq!(Unreadable.to_string(), "not written: its header cannot be read");
}

// Symptom: in a detail lane of more than 1 GiB behind the kept records, a crash between footer and
// cut of a recovery in place left a footer that the next recovery took for a record: its magic is a
// length of 1.09 GiB, its count the sequence of an event that names it.
// Cause: the walk along the lane knew footers only at the end of the file.
#[test]
fn footer_within_a_large_unfinalized_lane_ends_it() {
    let thread = Thread::unfinalized(7, 4, &[0, 1]);
    let (dir, path) = written(&thread);
    let file = dir.path().join("thread_7/detail.atf");
    let detail = thread.detail.as_ref().unwrap();
    let end = detail.record_offset(1);
    let mut bytes = detail.bytes()[..end].to_vec();
    let footer = builder::DetailFooter {
        magic: *b"2DTA",
        checksum: 0,
        event_count: 1,
        bytes_length: end as u64 - 64,
        time_start_ns: 0,
        time_end_ns: 0,
        reserved: [0; 24],
    };
    bytes.extend(footer.bytes());
    fs::write(&file, &bytes).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_len(5 << 28).unwrap();
    let plan = plan(&path);
    let (index, lane) = says(&plan);
    assert_eq!(index, Some((4, 0, 1, None, Finalized)));
    assert_eq!(lane, Some((1, 0, 0, Some(end as u64), Finalized)));
}

// Symptom: the last 64 bytes of a payload that looked like a footer cost the record of an
// unfinalized detail lane. Cause: such a footer was believed without a check against the records it describes.
#[test]
fn payload_that_ends_like_a_footer_is_no_footer() {
    for (count, checksum) in [(1, 0), (2, 0), (2, 5)] {
        let mut thread = Thread::unfinalized(7, 4, &[0, 1]);
        let mut footer = builder::DetailFooter {
            magic: *b"2DTA",
            checksum,
            event_count: count,
            bytes_length: 0,
            time_start_ns: 0,
            time_end_ns: 0,
            reserved: [0; 24],
        };
        let len = thread.detail.as_ref().unwrap().bytes().len() + 164;
        footer.bytes_length = len as u64 - 128;
        let record = &mut thread.detail_mut().records[1];
        record.payload.extend([0; 100]);
        record.payload.extend(footer.bytes());
        record.total_length = Some(24 + record.payload.len() as u32);
        let (_dir, path) = written(&thread);
        let (index, detail) = says(&plan(&path));
        assert_eq!(index, Some((4, 0, 0, None, Finalized)));
        assert_eq!(detail, Some((2, 0, 0, None, Finalized)));
    }
}
