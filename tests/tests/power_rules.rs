//! The rules by which a lane ends after a loss of power, one state each: made by hand, recovered as a copy and in
//! place, and compared with the events that may be kept. `power_loss.rs` tries them by chance.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::Manifest;
use atf_runtime::recovery::Plan;
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::{Platform, WriterOptions};
use atf_tests::builder::{
    DetailFile, DetailRecord, EVENT, FRAME, FunctionPayload, IndexFile, NO_DETAIL, Thread,
};
use atf_tests::disk::{Op, TestDisk};
use atf_tests::judge::{assert_recovered, notes, plan, problems, recovered};
use atf_tests::ring::{Killed, PAGE, Ring};
use atf_tests::scratch::Scratch;

/// Events that fit into a ring.
const LAP: usize = PAGE / EVENT;
const OTHER_BOOT: [u8; 16] = [0xB0; 16];
const OTHER_BOOT_TEXT: &str = "b0b0b0b0-b0b0-b0b0-b0b0-b0b0b0b0b0b0";

fn this_boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

/// A manifest of a session that is being recorded, in the boot of that id.
fn manifest(dir: &Path, boot_id: Option<&str>) {
    let process =
        boot_id.map_or(String::new(), |id| format!(r#", "process": {{"boot_id": "{id}"}}"#));
    let text = format!(r#"{{"threads": [], "clock_type": 3, "state": "recording"{process}}}"#);
    fs::write(dir.join("manifest.json"), text).unwrap();
}

/// What becomes of a session's thread 7: recovers it as a copy and in place, to the same bytes, and checks that the
/// manifest and verification say of both that all of it is unverified, also after another recovery. Returns the last
/// fault of each lane.
fn check(dir: &Path, thread: &Thread, events: usize, records: usize) -> (String, String) {
    let path = TracePath::Session(dir.to_owned());
    let plan = plan(&path);
    let out = Scratch::new();
    plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    for dir in [dir, out.path()] {
        let context = format!("{events}, {records}");
        assert_recovered(dir, &recovered(thread, events, records), &context);
        assert_unverified(dir, events, records);
    }
    let last = |lane: &Option<atf_runtime::recovery::LanePlan>| {
        lane.as_ref()
            .and_then(|lane| lane.faults.last())
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    (last(&plan.threads[0].index), last(&plan.threads[0].detail))
}

fn assert_unverified(dir: &Path, events: usize, records: usize) {
    let path = TracePath::Session(dir.to_owned());
    assert!(Plan::of(&path, None).unwrap().changes_nothing());
    let said = notes(&path);
    let listed = Manifest::read(dir.join("manifest.json")).unwrap().threads[0].clone();
    let lanes = [
        ("events", events, &listed.unverified),
        ("detail records", records, &listed.unverified_details),
    ];
    for (what, count, ranges) in lanes {
        let expected: &[[u64; 2]] = if count == 0 { &[] } else { &[[0, count as u64]] };
        assert_eq!(ranges, expected, "{what}");
        let note = format!(
            "manifest.json: thread 7: {what} 0 to {} are unverified: they may not be what was recorded",
            count.saturating_sub(1)
        );
        assert_eq!(said.contains(&note), count > 0, "{said:?}");
    }
}

fn killed_in_other_boot(thread: &Thread, index_tail: usize, detail_tail: usize) -> Killed {
    let mut killed = Killed::at(thread, index_tail * EVENT, detail_tail);
    killed.ring.boot_id = OTHER_BOOT;
    killed
}

fn session(killed: &Killed) -> Scratch {
    let dir = Scratch::new();
    manifest(dir.path(), Some(OTHER_BOOT_TEXT));
    killed.write(dir.path());
    dir
}

// Symptom: pages of a ring that were two to five laps old were taken for events. Cause: each was compared with the
// lap before it only.
#[test]
fn pages_of_a_ring_any_number_of_laps_old_end_the_lane() {
    let thread = Thread::sample(7, 900, &[]);
    let events = thread.index.events_bytes();
    for laps in 1..=6 {
        let mut killed = killed_in_other_boot(&thread, 820, 0);
        for seq in 850..900 {
            let earlier = &events[(seq - laps * LAP) * EVENT..][..EVENT];
            killed.ring.index[seq * EVENT % PAGE..][..EVENT].copy_from_slice(earlier);
        }
        let found = check(session(&killed).path(), &thread, 850, 0).0;
        let said = if laps == 1 { "one lap".to_owned() } else { format!("{laps} laps") };
        assert_eq!(
            found,
            format!(
                "event 850 at byte {}: in the ring: expected an event that reached the disk before the \
                 machine was started again, found that of {said} earlier",
                FRAME + 850 * EVENT
            )
        );
    }
}

// Symptom: pages of zeros before the ring's tail were kept as events. Cause: the file was believed up to there.
#[test]
fn zeros_in_a_file_end_the_lane_with_and_without_a_ring() {
    let thread = Thread::sample(7, 400, &[]);
    for with_ring in [true, false] {
        let mut killed = killed_in_other_boot(&thread, 380, 0);
        killed.index.as_mut().unwrap()[PAGE..2 * PAGE].fill(0);
        let dir = session(&killed);
        if !with_ring {
            fs::remove_file(dir.path().join("thread_7/lanes.ring")).unwrap();
        }
        let kept = (PAGE - FRAME) / EVENT;
        let found = check(dir.path(), &thread, kept, 0).0;
        assert_eq!(
            found,
            format!(
                "event {kept} at byte {PAGE}: on the disk: expected an event that reached the disk before \
                 the machine was started again, found zeros"
            )
        );
    }
}

#[test]
fn only_a_thread_of_this_boot_is_believed_without_a_footer() {
    let with_detail: Vec<u32> = (0..30).step_by(4).collect();
    let thread = Thread::unfinalized(7, 30, &with_detail);
    let other = OTHER_BOOT_TEXT.to_owned();
    for (boot, is_of_this_boot) in [
        (Some(other), false),
        (None, false),
        (Some(String::new()), false),
        (Some(this_boot()), true),
    ] {
        // Elsewhere than on Linux nothing tells.
        if is_of_this_boot && !Path::new("/proc/sys/kernel/random/boot_id").exists() {
            continue;
        }
        let dir = Scratch::new();
        manifest(dir.path(), boot.as_deref());
        thread.write(dir.path());
        let unverified = |count| if is_of_this_boot { 0 } else { count };
        for path in [
            TracePath::Session(dir.path().to_owned()),
            TracePath::Thread(dir.path().join("thread_7")),
        ] {
            let plan = plan(&path);
            let lanes = [&plan.threads[0].index, &plan.threads[0].detail];
            let [index, detail] = lanes.map(|lane| lane.as_ref().unwrap().unverified);
            assert_eq!((index, detail), (unverified(30), unverified(8)), "{boot:?}");
        }
        let plan = plan(&TracePath::Session(dir.path().to_owned()));
        plan.apply_in_place(&TestDisk::new(), None).unwrap();
        assert_unverified(dir.path(), unverified(30) as usize, unverified(8) as usize);
    }
}

#[test]
fn finalized_thread_of_another_boot_is_not_called_unverified() {
    let with_detail: Vec<u32> = (0..30).step_by(4).collect();
    // The final headers are missing, but the footers prove what is before them.
    for has_headers in [true, false] {
        let mut thread = Thread::sample(7, 30, &with_detail);
        if !has_headers {
            let without = Thread::unfinalized(7, 30, &with_detail);
            thread.index.header = without.index.header;
            thread.detail_mut().header = without.detail.unwrap().header;
        }
        let dir = Scratch::new();
        manifest(dir.path(), Some(OTHER_BOOT_TEXT));
        thread.write(dir.path());
        let path = TracePath::Session(dir.path().to_owned());
        plan(&path).apply_in_place(&TestDisk::new(), None).unwrap();
        assert_eq!(problems(&path), [""; 0]);
        assert_unverified(dir.path(), 0, 0);
        // A footer that was synced later than its events: one that does not fit them proves nothing.
        if !has_headers {
            let mut index = thread.index.bytes();
            index[FRAME + 20 * EVENT..FRAME + 21 * EVENT].fill(0);
            let dir = Scratch::new();
            manifest(dir.path(), Some(OTHER_BOOT_TEXT));
            thread.write(dir.path());
            fs::write(dir.path().join("thread_7/index.atf"), index).unwrap();
            let path = TracePath::Session(dir.path().to_owned());
            let lane = plan(&path).threads[0].index.clone().unwrap();
            assert_eq!((lane.kept, lane.unverified, lane.dropped), (20, 20, 10));
        }
    }
}

#[test]
fn event_with_another_link_than_the_next_ends_the_lane() {
    let with_detail: Vec<u32> = (0..60).collect();
    let thread = Thread::sample(7, 60, &with_detail);
    let detail_len = thread.detail.as_ref().unwrap().records_bytes().len();
    for wrong in [3_u32, 41, 55] {
        for in_ring in [true, false] {
            let mut killed =
                killed_in_other_boot(&thread, if in_ring { 0 } else { 60 }, detail_len);
            let link = wrong.to_le_bytes();
            let at = 40 * EVENT + EVENT - link.len();
            killed.ring.index[at..][..link.len()].copy_from_slice(&link);
            if !in_ring {
                killed.index.as_mut().unwrap()[FRAME + at..][..link.len()].copy_from_slice(&link);
            }
            let found = check(session(&killed).path(), &thread, 40, 40).0;
            assert!(
                found.ends_with(&format!("found detail_seq {wrong} where 40 is next")),
                "{found}"
            );
        }
    }
}

#[test]
fn event_of_a_ring_that_is_older_than_what_was_drained_ends_the_lane() {
    let thread = Thread::sample(7, 100, &[]);
    let mut killed = killed_in_other_boot(&thread, 60, 0);
    let at = 80 * EVENT;
    let drained = thread.index.events[59].timestamp_ns;
    killed.ring.index[at..][..8].copy_from_slice(&(drained - 1).to_le_bytes());
    let found = check(session(&killed).path(), &thread, 80, 0).0;
    let said =
        format!("found time {}, before the {drained} of the last event in the file", drained - 1);
    assert!(found.ends_with(&said), "{found}");
    // A clock that goes back a little is not that of an earlier lap.
    killed.ring.index[at..][..8].copy_from_slice(&drained.to_le_bytes());
    let mut thread = thread;
    thread.index.events[80].timestamp_ns = drained;
    check(session(&killed).path(), &thread, 100, 0);
}

/// A thread whose events all have function payloads of `stack` bytes.
fn with_functions(count: u32, stack: usize) -> Thread {
    let intact = Thread::sample(7, count, &(0..count).collect::<Vec<_>>());
    let records: Vec<DetailRecord> = intact
        .detail
        .as_ref()
        .unwrap()
        .records
        .iter()
        .zip(&intact.index.events)
        .map(|(record, event)| {
            let payload = FunctionPayload {
                function_id: event.function_id,
                x_regs: [1; 8],
                lr: 2,
                fp: 3,
                sp: 4,
                stack_size: None,
                reserved: 0,
                stack: vec![record.index_seq as u8 | 1; stack],
            };
            DetailRecord { payload: payload.bytes(), ..record.clone() }
        })
        .collect();
    Thread {
        id: 7,
        index: IndexFile::unfinalized(7, &intact.index.events),
        detail: Some(DetailFile::unfinalized(7, &records)),
    }
}

#[test]
fn record_of_another_time_or_function_ends_the_lane() {
    let thread = with_functions(50, 8);
    let detail = thread.detail.as_ref().unwrap();
    for (field, name) in [(16, "timestamp"), (24, "function_id")] {
        let dir = Scratch::new();
        manifest(dir.path(), Some(OTHER_BOOT_TEXT));
        let thread_dir = thread.write(dir.path());
        let mut bytes = detail.bytes();
        bytes[detail.record_offset(20) + field] ^= 0x10;
        fs::write(thread_dir.join("detail.atf"), bytes).unwrap();
        let found = check(dir.path(), &thread, 50, 20).1;
        assert!(found.starts_with("record 20 at byte "), "{found}");
        assert!(found.contains(&format!(": {name}: expected ")), "{found}");
    }
}

#[test]
fn record_of_which_a_page_is_missing_ends_the_lane() {
    let thread = with_functions(100, 200);
    let detail = thread.detail.as_ref().unwrap();
    let over_page = (0..100).find(|&seq| detail.record_offset(seq + 1) > 2 * PAGE).unwrap();
    assert!(detail.record_offset(over_page) < 2 * PAGE);
    // The rest of the record is on the next page, with nothing after it that would tell.
    for cut in [detail.record_offset(over_page + 1), detail.record_offset(over_page + 9)] {
        let dir = Scratch::new();
        manifest(dir.path(), Some(OTHER_BOOT_TEXT));
        let thread_dir = thread.write(dir.path());
        let mut bytes = detail.bytes();
        bytes.truncate(cut);
        bytes[2 * PAGE..].fill(0);
        fs::write(thread_dir.join("detail.atf"), bytes).unwrap();
        check(dir.path(), &thread, 100, over_page);
    }
}

#[test]
fn ring_of_zeros_is_damaged_if_the_manifest_counts_events() {
    let dir = Scratch::new();
    let text = r#"{"threads": [{"id": 7, "emitted": 9, "recorded": 9, "dropped_events": 0}], "state": "recording"}"#;
    fs::write(dir.path().join("manifest.json"), text).unwrap();
    let thread = dir.path().join("thread_7");
    fs::create_dir(&thread).unwrap();
    let mut ring = Ring::new(7).bytes();
    ring[..PAGE].fill(0);
    fs::write(thread.join("lanes.ring"), &ring).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    let plan = plan(&path);
    let fault = &plan.threads[0].ring.as_ref().unwrap().faults[0];
    assert_eq!(
        fault.to_string(),
        "control at byte 0: magic: expected \"ATR2\", found zeros, although the thread had recorded"
    );
    assert!(!plan.threads[0].is_empty());
    // Nothing says that it was used: it was never made.
    manifest(dir.path(), Some(OTHER_BOOT_TEXT));
    assert!(atf_tests::judge::plan(&path).threads[0].is_empty());
}

#[test]
fn event_that_names_no_record_keeps_its_place() {
    // A recovery in place that was interrupted had cleared some of the links to records that are lost.
    let with_detail: Vec<u32> = (0..40).collect();
    let intact = Thread::sample(7, 40, &with_detail);
    let records = intact.detail.as_ref().unwrap().records[..10].to_vec();
    let mut events = intact.index.events.clone();
    for seq in [10, 11, 12, 20, 21] {
        events[seq].detail_seq = NO_DETAIL;
    }
    let thread = Thread {
        id: 7,
        index: IndexFile::unfinalized(7, &events),
        detail: Some(DetailFile::finalized(7, &records)),
    };
    let dir = Scratch::new();
    manifest(dir.path(), Some(OTHER_BOOT_TEXT));
    thread.write(dir.path());
    let lane = plan(&TracePath::Session(dir.path().to_owned())).threads[0].index.clone().unwrap();
    assert_eq!((lane.kept, lane.unlinked), (40, 25));
}

// ------------------------------------------------------------------ what a recorder says

/// The host; another machine has no boot id.
fn platform() -> Platform {
    Platform::host().unwrap()
}

#[test]
fn session_says_its_boot_and_is_durable_before_the_first_event() {
    let temporary = Scratch::new();
    let dir = temporary.path().join("a/b/session");
    let disk = TestDisk::new();
    let session =
        SessionWriter::create_in(disk.clone(), &dir, platform(), WriterOptions::default());
    drop(session.unwrap());
    let read = Manifest::read(dir.join("manifest.json")).unwrap();
    let said = read.process.and_then(|process| process.boot_id).unwrap_or_default();
    assert_eq!(said, this_boot());
    let durability = atf_tests::durable::Durability::after(&disk.ops());
    assert_eq!(durability.files_in_doubt().into_iter().collect::<Vec<_>>(), [""; 0].map(Path::new));
    for made in ["a", "a/b", "a/b/session"] {
        let made = temporary.path().join(made);
        let parent = made.parent().unwrap().to_owned();
        let ops = disk.ops();
        let at = ops.iter().position(|op| *op == Op::CreateDir(made.clone())).unwrap();
        assert!(ops[at..].contains(&Op::SyncDir(parent)), "{made:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn drain_that_attaches_says_the_boot_if_the_rings_prove_it() {
    use atf_runtime::drain::{Drain, DrainOptions};
    let thread = Thread::sample(7, 60, &[]);
    for (with_other, expected) in [(false, Some(this_boot())), (true, None)] {
        let dir = Scratch::new();
        manifest(dir.path(), None);
        Killed::at(&thread, 20 * EVENT, 0).write(dir.path());
        if with_other {
            // Who knows when this one was written.
            Thread::sample(8, 10, &[]).write(dir.path());
        }
        let drain = Drain::attach(dir.path(), DrainOptions::default()).unwrap();
        let read = || {
            let manifest = Manifest::read(dir.path().join("manifest.json")).unwrap();
            manifest.process.and_then(|process| process.boot_id)
        };
        assert_eq!(read(), expected);
        drain.stop().unwrap();
        assert_eq!(read(), expected);
    }
}

// Symptom: a drain removed a ring whose first page was zero, with what it held, and called the session complete.
#[cfg(target_os = "linux")]
#[test]
fn drain_leaves_a_ring_of_zeros_beside_files_to_recovery() {
    use atf_runtime::drain::{Drain, DrainOptions};
    use atf_runtime::manifest::State;
    let thread = Thread::sample(7, 60, &[]);
    let dir = session(&killed_in_other_boot(&thread, 20, 0));
    let ring = dir.path().join("thread_7/lanes.ring");
    let mut bytes = fs::read(&ring).unwrap();
    bytes[..PAGE].fill(0);
    fs::write(&ring, &bytes).unwrap();
    let drain = Drain::attach(dir.path(), DrainOptions::default()).unwrap();
    let _ = drain.stop();
    assert_eq!(fs::read(&ring).unwrap(), bytes);
    let manifest = Manifest::read(dir.path().join("manifest.json")).unwrap();
    assert_eq!(manifest.state, Some(State::Recording));
}
