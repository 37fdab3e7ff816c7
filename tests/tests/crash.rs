//! A process that is killed at any moment: every prefix of what the writer asked of the disk, the
//! last write cut at every byte. The remaining files are read, recovered as a copy and in place, and
//! compared with what the oracle keeps.

use std::fs;
use std::path::Path;

use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, Os};
use atf_runtime::recovery::Plan;
use atf_runtime::session::{SessionWriter, TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::{DetailReader, Event, IndexReader, Payload, Platform, WriterOptions};
use atf_tests::builder::{self, EVENT, FRAME, IndexFile, Thread};
use atf_tests::disk::{Crash, Op, TestDisk, Tree, crashes, power_cuts};
use atf_tests::judge::{
    assert_full_message, assert_recovered, complete_in, events_of, plan, problems, records_of,
    recovered,
};
use atf_tests::scratch::Scratch;

const LINUX: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

/// 12 events, 5 of them with a record; some record is the first and some the last of its flush.
fn sample() -> Thread {
    Thread::sample(7, 12, &[1, 2, 5, 8, 11])
}

/// Records `thread` as a session in `dir`, flushing every third event, and gives what the disk was
/// asked since the session's manifest was there.
fn record(dir: &Path, thread: &Thread) -> (Tree, Vec<Op>) {
    let disk = TestDisk::new();
    let session =
        SessionWriter::create_in(disk.clone(), dir, LINUX, WriterOptions::default()).unwrap();
    let before = Tree::load(dir);
    let start = disk.ops().len();
    let mut writer = session.thread(thread.id).unwrap();
    for (seq, it) in thread.index.events.iter().enumerate() {
        let mut records = thread.detail.iter().flat_map(|detail| &detail.records);
        let payload = records.find(|record| record.index_seq == seq as u32).map(|record| {
            let event_type = DetailEventType::new(record.event_type);
            Payload::Raw { event_type, bytes: &record.payload }
        });
        let event = Event {
            timestamp_ns: it.timestamp_ns,
            function_id: it.function_id,
            event_kind: EventKind::new(it.event_kind),
            call_depth: it.call_depth,
        };
        writer.write_event(&event, payload).unwrap();
        if seq % 3 == 2 {
            writer.flush().unwrap();
        }
    }
    session.finish(&[writer.finalize().unwrap()]).unwrap();
    (before, disk.ops()[start..].to_vec())
}

/// Checks one state that a crash left in `dir`; true when the thread could be recovered.
fn check_crash(dir: &Path, thread: &Thread, context: &str) -> bool {
    let index_path = dir.join("thread_7/index.atf");
    let detail_path = dir.join("thread_7/detail.atf");
    let len = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len() as usize);
    let (events, records) = complete_in(thread, len(&index_path), len(&detail_path));

    // Read: every complete event and record, and nothing else.
    if index_path.exists() {
        match IndexReader::open(&index_path) {
            Ok(index) => {
                let expected = &thread.index.events_bytes()[..EVENT * events];
                assert_eq!(events_of(&index), expected, "{context}");
            }
            Err(error) => {
                assert!(len(&index_path) < FRAME, "{context}: {error}");
                assert_full_message(&error, &index_path);
            }
        }
    }
    if detail_path.exists() {
        match DetailReader::open(&detail_path) {
            Ok(detail) => {
                let expected = &thread.detail.as_ref().unwrap().records[..records];
                let expected: Vec<_> = expected.iter().map(builder::DetailRecord::bytes).collect();
                assert_eq!(records_of(&detail), expected, "{context}");
            }
            Err(error) => {
                assert!(len(&detail_path) < FRAME, "{context}: {error}");
                assert_full_message(&error, &detail_path);
            }
        }
    }

    // Recover: the same as a copy and in place.
    let path = locate(dir).unwrap();
    assert_eq!(path, TracePath::Session(dir.to_owned()), "{context}");
    let plan = plan(&path);
    let out = Scratch::new();
    let disk = TestDisk::new();
    if len(&index_path) < FRAME {
        let is_nothing = |dir: &Path| fs::read_dir(dir).map_or(true, |it| it.count() == 0);
        if is_nothing(&dir.join("thread_7")) {
            // A session without threads, or whose thread had only its directory: an empty one is made of it.
            plan.write_copy(&disk, out.path(), None).unwrap();
            plan.apply_in_place(&disk, None).unwrap();
            for dir in [out.path(), dir] {
                assert!(!dir.join("thread_7").exists(), "{context}");
            }
            return false;
        }
        let before = Tree::load(dir);
        let error = plan.write_copy(&disk, out.path(), None).unwrap_err();
        assert_full_message(&error, &index_path);
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{context}");
        plan.apply_in_place(&disk, None).unwrap_err();
        assert_eq!(Tree::load(dir), before, "{context}");
        return false;
    }
    let expected = recovered(thread, events, records);
    let plan_of_index = plan.threads[0].index.as_ref().unwrap();
    assert_eq!(plan_of_index.kept, events as u64, "{context}");
    plan.write_copy(&disk, out.path(), None).unwrap();
    assert_recovered(out.path(), &expected, context);
    plan.apply_in_place(&disk, None).unwrap();
    assert_recovered(dir, &expected, context);
    true
}

fn check_all(states: &[Crash], from: &Path, thread: &Thread) -> usize {
    let mut recovered = 0;
    for state in states {
        let at = Scratch::new();
        state.tree.write(from, at.path());
        let context = format!("after {} operations and {} bytes", state.ops, state.bytes);
        recovered += usize::from(check_crash(at.path(), thread, &context));
    }
    recovered
}

// W-007, W-008, W-012, R-002, R-006, A-03, A-04
#[test]
fn killed_at_any_byte_both_lanes_keep_every_complete_entry() {
    let dir = Scratch::new();
    let thread = sample();
    let (before, ops) = record(dir.path(), &thread);
    let states = crashes(&before, &ops);
    let recovered = check_all(&states, dir.path(), &thread);
    // Header, flag, 12 events, footer, header; header, 5 records, footer, header.
    assert!(states.len() > 1100, "{}", states.len());
    // All but: no directory, no file, an empty file, a header truncated to 1 to 63 bytes.
    assert_eq!(recovered, states.len() - 66);
}

// W-007, W-010, R-002, A-03
#[test]
fn killed_at_any_byte_an_index_alone_keeps_every_complete_event() {
    let dir = Scratch::new();
    let thread = Thread::sample(7, 9, &[]);
    let (before, ops) = record(dir.path(), &thread);
    let states = crashes(&before, &ops);
    assert_eq!(check_all(&states, dir.path(), &thread), states.len() - 66);
}

// the last operation's state is the finalized session, which recovery leaves alone.
#[test]
fn intact_session_is_left_unchanged() {
    let dir = Scratch::new();
    let thread = sample();
    record(dir.path(), &thread);
    let before = Tree::load(dir.path());
    let path = TracePath::Session(dir.path().to_owned());
    let plan = plan(&path);
    assert!(plan.changes_nothing());
    let disk = TestDisk::new();
    plan.apply_in_place(&disk, None).unwrap();
    let changes = |op: &Op| !matches!(op, Op::Sync(_) | Op::SyncDir(_));
    assert_eq!(disk.ops().iter().filter(|op| changes(op)).count(), 0);
    let out = Scratch::new();
    plan.write_copy(&disk, out.path(), None).unwrap();
    assert_eq!(Tree::load(dir.path()), before);
    for file in before.files() {
        let copy = out.path().join(file.strip_prefix(dir.path()).unwrap());
        assert_eq!(fs::read(copy).unwrap(), before.file(file).unwrap());
    }
}

// ------------------------------------------------------------------ crashes of recovery itself

/// Traces that need recovery, each with one fault.
fn faults() -> Vec<(&'static str, Thread)> {
    let mut faults = Vec::new();
    let mut add = |name, change: fn(&mut Thread)| {
        let mut thread = sample();
        change(&mut thread);
        faults.push((name, thread));
    };
    add("never finalized", |thread| *thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]));
    add("incomplete record", |thread| {
        *thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        let lane = thread.detail_mut();
        lane.records.truncate(2);
        lane.partial = vec![30, 0, 0, 0, 3];
    });
    add("no complete record", |thread| {
        *thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        let lane = thread.detail_mut();
        lane.records.clear();
        lane.partial = vec![30, 0, 0, 0, 3];
    });
    add("incomplete event", |thread| {
        *thread = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        thread.index.events.truncate(7);
        thread.index.partial = vec![0x44; 13];
    });
    add("detail header gone", |thread| thread.detail_mut().header.magic = *b"\0\0\0\0");
    add("detail header gone, no footer", |thread| {
        let lane = thread.detail_mut();
        lane.header.version = 200;
        lane.footer = None;
    });
    add("record damaged in the middle", |thread| {
        thread.detail_mut().records[2].total_length = Some(5);
    });
    add("record of another event in the middle", |thread| {
        thread.detail_mut().records[2].index_seq = 6;
    });
    add("first record damaged", |thread| {
        thread.detail_mut().records[0].total_length = Some(5);
    });
    add("index footer damaged", |thread| thread.index.footer_mut().magic = *b"XXXX");
    add("index footer lies", |thread| thread.index.footer_mut().event_count = 3);
    add("index header not written", |thread| {
        thread.index.header = IndexFile::unfinalized(7, &[]).header;
    });
    add("detail header not written", |thread| {
        thread.detail_mut().header = builder::DetailHeader::placeholder(7);
    });
    add("detail footer damaged", |thread| thread.detail_mut().footer_mut().bytes_length = 1);
    add("detail footer cut off", |thread| thread.detail_mut().footer = None);
    add("bytes behind the index footer", |thread| thread.index.trailing = vec![0x66; 200]);
    add("bytes behind the detail footer", |thread| {
        thread.detail_mut().trailing = vec![0x66; 200];
    });
    add("detail file gone", |thread| thread.detail = None);
    add("flag not set", |thread| thread.index.header.flags = 0);
    add("checksum wrong", |thread| thread.index.footer_mut().checksum = 1);
    faults
}

// W-012: in-place recovery that is killed at any byte and done again ends in the same bytes, and
// those are the copy's.
#[test]
fn recovery_in_place_that_is_killed_at_any_byte_can_be_done_again() {
    let mut states_seen = 0;
    for (name, thread) in faults() {
        let dir = Scratch::new();
        builder::write_session(dir.path(), &[thread]);
        let before = Tree::load(dir.path());
        let path = TracePath::Session(dir.path().to_owned());
        let out = Scratch::new();
        plan(&path).write_copy(&TestDisk::new(), out.path(), None).unwrap();
        assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0], "{name}");

        let disk = TestDisk::new();
        plan(&path).apply_in_place(&disk, None).unwrap();
        let done = Tree::load(dir.path());
        assert_ne!(done, before, "{name}");
        for file in done.files() {
            let copy = out.path().join(file.strip_prefix(dir.path()).unwrap());
            assert_eq!(fs::read(copy).unwrap(), done.file(file).unwrap(), "{name}");
        }

        for state in crashes(&before, &disk.ops()) {
            let at = Scratch::new();
            state.tree.write(dir.path(), at.path());
            let again = TracePath::Session(at.path().to_owned());
            let context =
                format!("{name}: after {} operations and {} bytes", state.ops, state.bytes);
            plan(&again).apply_in_place(&TestDisk::new(), None).unwrap();
            for file in done.files() {
                let copy = at.path().join(file.strip_prefix(dir.path()).unwrap());
                let (found, wanted) = (fs::read(&copy).ok(), done.file(file));
                assert_eq!(found.as_deref(), wanted, "{context}: {}", file.display());
            }
            let files = Tree::load(at.path()).files().count();
            assert_eq!(files, done.files().count(), "{context}");
            states_seen += 1;
        }
    }
    assert!(states_seen > 3000, "{states_seen}");
}

// W-012: a copy that fails at any call leaves nothing behind, and the damaged trace untouched.
#[test]
fn copy_that_fails_leaves_nothing_behind() {
    for (name, thread) in faults() {
        let dir = Scratch::new();
        builder::write_session(dir.path(), &[thread]);
        let before = Tree::load(dir.path());
        let plan = plan(&TracePath::Session(dir.path().to_owned()));
        let disk = TestDisk::new();
        let intact = Scratch::new();
        plan.write_copy(&disk, intact.path().join("a/b"), None).unwrap();
        let done = Tree::load(intact.path());
        for call in 0..disk.calls() {
            let failing = TestDisk::new();
            failing.fail_call(call);
            let out = Scratch::new();
            let result = plan.write_copy(&failing, out.path().join("a/b"), None);
            let Err(error) = result else {
                // Offsets and chunk checksums can be made again at any time: the copy may go without.
                let others = |tree: &Tree, top: &Path| -> Vec<_> {
                    let files = tree.files().map(|file| file.strip_prefix(top).unwrap().to_owned());
                    files
                        .filter(|file| {
                            file.extension() == Some("atf".as_ref())
                                || file.ends_with("manifest.json")
                        })
                        .collect()
                };
                let left = others(&Tree::load(out.path()), out.path());
                assert_eq!(left, others(&done, intact.path()), "{name}: call {call}");
                assert_eq!(problems(&locate(out.path()).unwrap()), [""; 0], "{name}: call {call}");
                continue;
            };
            let path = out.path().display().to_string();
            assert!(error.to_string().starts_with(&path), "{name}: call {call}: {error}");
            let left: Vec<_> = Tree::load(out.path()).files().map(Path::to_owned).collect();
            assert_eq!(left, [""; 0].map(Path::new), "{name}: call {call}");
        }
        assert_eq!(Tree::load(dir.path()), before, "{name}");
    }
}

// ------------------------------------------------------------------ power cuts

// W-007: what finalize synced survives whatever else is lost; and a final header is on disk only
// if events and footer are.
#[test]
fn power_cut_after_finalize_loses_nothing() {
    let dir = Scratch::new();
    let thread = sample();
    let (before, ops) = record(dir.path(), &thread);
    let index_path = dir.path().join("thread_7/index.atf");
    let detail_path = dir.path().join("thread_7/detail.atf");
    let (index, detail) = (thread.index.bytes(), thread.detail.as_ref().unwrap().bytes());
    let thread_synced = ops
        .iter()
        .position(|op| matches!(op, Op::SyncDir(path) if path.ends_with("thread_7")))
        .unwrap();
    let (mut final_headers, mut after) = (0, 0);
    for state in power_cuts(&before, &ops, 8) {
        let index_now = state.tree.file(&index_path).unwrap_or_default();
        let detail_now = state.tree.file(&detail_path).unwrap_or_default();
        if index_now.starts_with(&index[..FRAME]) {
            final_headers += 1;
            assert_eq!(index_now, index, "after {} operations", state.ops);
        }
        if detail_now.starts_with(&detail[..FRAME]) {
            assert_eq!(detail_now, detail, "after {} operations", state.ops);
        }
        if state.ops > thread_synced {
            after += 1;
            assert_eq!((index_now, detail_now), (&index[..], &detail[..]));
        }
    }
    assert!(final_headers > 5 && after > 3, "{final_headers} {after}");
}

// W-012: the same for recovery in place, from every fault.
#[test]
fn power_cut_during_recovery_in_place_costs_nothing() {
    for (name, thread) in faults() {
        let dir = Scratch::new();
        builder::write_session(dir.path(), &[thread]);
        let before = Tree::load(dir.path());
        let path = TracePath::Session(dir.path().to_owned());
        let disk = TestDisk::new();
        plan(&path).apply_in_place(&disk, None).unwrap();
        let done = Tree::load(dir.path());
        for state in power_cuts(&before, &disk.ops(), 6) {
            let at = Scratch::new();
            state.tree.write(dir.path(), at.path());
            let again = TracePath::Session(at.path().to_owned());
            let context = format!("{name}: after {} operations, lost {:b}", state.ops, state.bytes);
            plan(&again).apply_in_place(&TestDisk::new(), None).unwrap();
            for file in done.files() {
                let copy = at.path().join(file.strip_prefix(dir.path()).unwrap());
                let (found, wanted) = (fs::read(&copy).ok(), done.file(file));
                assert_eq!(found.as_deref(), wanted, "{context}: {}", file.display());
            }
        }
    }
}

// ------------------------------------------------------------------ the manifest

// replaced atomically, whatever byte the crash comes at; a leftover of the last try does not matter.
#[test]
fn manifest_is_the_old_or_the_new_one_at_every_byte() {
    let dir = Scratch::on_disk();
    let (before, ops) = record(dir.path(), &sample());
    let path = dir.path().join("manifest.json");
    let old = before.file(&path).unwrap().to_vec();
    let new = fs::read(&path).unwrap();
    assert_ne!(old, new);
    let (mut olds, mut news) = (0, 0);
    for state in crashes(&before, &ops) {
        let now = state.tree.file(&path).unwrap();
        assert!(now == old || now == new, "{}", String::from_utf8_lossy(now));
        olds += usize::from(now == old);
        news += usize::from(now == new);
    }
    for state in power_cuts(&before, &ops, 4) {
        let now = state.tree.file(&path).unwrap();
        assert!(now == old || now == new, "{}", String::from_utf8_lossy(now));
    }
    assert!(olds > 1000 && news == 2, "{olds} {news}");
    // A truncated temporary file: the next replacement succeeds all the same.
    fs::write(dir.path().join("manifest.json.new"), "{\"thr").unwrap();
    let manifest = atf_runtime::manifest::Manifest::read(&path).unwrap();
    manifest.replace(&Disk, dir.path()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), new);
    assert!(!dir.path().join("manifest.json.new").exists());
}

// a plan is refused when the trace has changed since.
#[test]
fn plan_of_another_moment_is_refused() {
    let dir = Scratch::new();
    let thread = Thread::unfinalized(7, 12, &[]);
    let thread_dir = thread.write(dir.path());
    let path = TracePath::Thread(thread_dir.clone());
    let plan: Plan = plan(&path);
    let index = thread_dir.join("index.atf");
    let bytes = fs::read(&index).unwrap();
    fs::write(&index, &bytes[..FRAME + 3 * EVENT]).unwrap();
    let message = format!(
        "{}: events at byte 0: event_count: expected 12 (when it was scanned), found 3",
        index.display()
    );
    let out = Scratch::new();
    let error = plan.write_copy(&TestDisk::new(), out.path().join("x"), None);
    assert_eq!(error.unwrap_err().to_string(), message);
    let error = plan.apply_in_place(&TestDisk::new(), None).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(fs::read(&index).unwrap(), &bytes[..FRAME + 3 * EVENT]);
}
