//! The manifest's counts of threads that were recorded through rings, compared with their events.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::{MANIFEST_NAME, Manifest, RingCounts};
use atf_runtime::recovery::ManifestPlan;
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_runtime::{Platform, WriterOptions};
use atf_tests::builder::{self, EVENT, FRAME, IndexFile, Thread};
use atf_tests::judge::{notes, plan, problems};
use atf_tests::scratch::Scratch;
use serde_json::{Value, json};

const THREAD: u32 = 7;

/// A thread of 5 events, of which the second and fourth are markers: 3 and 4 events were lost before them.
fn with_markers() -> Thread {
    let mut events = Thread::sample(THREAD, 5, &[]).index.events;
    for (seq, lost) in [(1, 3), (3, 4)] {
        (events[seq].event_kind, events[seq].function_id) = (4, lost);
        (events[seq].call_depth, events[seq].timestamp_ns) = (0, events[seq + 1].timestamp_ns);
    }
    Thread { index: IndexFile::finalized(THREAD, &events), ..Thread::sample(THREAD, 5, &[]) }
}

/// A session of that thread after `change` to its manifest.
fn session(change: impl FnOnce(&mut Value)) -> (Scratch, TracePath) {
    let dir = Scratch::new();
    let threads = [with_markers()];
    builder::write_session(dir.path(), &threads);
    let mut manifest: Value = serde_json::from_str(&builder::manifest(&threads)).unwrap();
    change(&mut manifest);
    fs::write(dir.path().join(MANIFEST_NAME), manifest.to_string()).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    (dir, path)
}

fn counted(emitted: u64, recorded: u64, dropped_events: u64) -> (Scratch, TracePath) {
    session(|manifest| {
        let thread = &mut manifest["threads"][0];
        thread["emitted"] = emitted.into();
        thread["recorded"] = recorded.into();
        thread["dropped_events"] = dropped_events.into();
        thread["dropped_details"] = 1.into();
    })
}

fn read(dir: &Path) -> Manifest {
    Manifest::read(dir.join(MANIFEST_NAME)).unwrap()
}

fn json_of(dir: &Path) -> Value {
    serde_json::from_slice(&fs::read(dir.join(MANIFEST_NAME)).unwrap()).unwrap()
}

// W-L
#[test]
fn counts_that_fit_the_events_and_their_markers_are_clean() {
    let (dir, path) = counted(10, 3, 7);
    assert_eq!((problems(&path), notes(&path)), (vec![], vec![]));
    let counts = RingCounts { emitted: 10, recorded: 3, dropped_events: 7, dropped_details: 1 };
    assert_eq!(read(dir.path()).threads[0].counts(), Some(counts));
    assert_eq!(plan(&path).manifest, Some(ManifestPlan::Unchanged));
    // A loss at the very end has no marker.
    let (_dir, path) = counted(11, 3, 8);
    assert_eq!((problems(&path), notes(&path)), (vec![], vec![]));
}

#[test]
fn counts_that_do_not_add_up_are_problems_and_recovery_repairs_them() {
    const AT: &str = "manifest.json: manifest at byte 0: threads[0]";
    let not_there = "expected 3 (5 in index.atf, 2 of them markers), found";
    for (counts, expected, repaired) in [
        ((10, 4, 6), vec![format!("{AT}.recorded: {not_there} 4")], (10, 3, 7)),
        (
            (9, 3, 7),
            vec![format!("{AT}.emitted: expected 10 (recorded and dropped_events), found 9")],
            (9, 3, 6),
        ),
        (
            (1, u64::MAX, u64::MAX),
            vec![
                format!("{AT}.recorded: {not_there} {}", u64::MAX),
                format!(
                    "{AT}.emitted: expected {} (recorded and dropped_events), found 1",
                    u128::from(u64::MAX) * 2
                ),
            ],
            (3, 3, 0),
        ),
    ] {
        let (dir, path) = counted(counts.0, counts.1, counts.2);
        assert_eq!(problems(&path), expected);
        plan(&path).apply_in_place(&Disk, None).unwrap();
        assert_eq!(problems(&path), [""; 0], "{counts:?}");
        let (emitted, recorded, dropped_events) = repaired;
        let repaired = RingCounts { emitted, recorded, dropped_events, dropped_details: 1 };
        assert_eq!(read(dir.path()).threads[0].counts(), Some(repaired));
    }
}

#[test]
fn markers_of_more_than_was_dropped_are_noted() {
    let (_dir, path) = counted(9, 3, 6);
    assert_eq!(problems(&path), [""; 0]);
    assert_eq!(
        notes(&path),
        ["manifest.json: thread 7: its markers count 7 lost events, dropped_events is only 6"]
    );
}

// Recovery does not change the number of emitted events, which it cannot know; events that were cut off count as dropped.
#[test]
fn recovery_keeps_counts_and_counts_the_bytes_cut_off() {
    let (dir, path) = counted(10, 3, 7);
    let file = dir.path().join("thread_7/index.atf");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..FRAME + 4 * EVENT + 9]).unwrap();
    plan(&path).apply_in_place(&Disk, None).unwrap();
    // Four events are left, two of them markers.
    let counts = RingCounts { emitted: 10, recorded: 2, dropped_events: 8, dropped_details: 1 };
    assert_eq!(read(dir.path()).threads[0].counts(), Some(counts));
    assert_eq!(problems(&path), [""; 0]);
}

#[test]
fn counts_that_are_only_some_are_kept_and_checked_as_far_as_they_go() {
    let (dir, path) = session(|manifest| manifest["threads"][0]["recorded"] = 5.into());
    assert_eq!(read(dir.path()).threads[0].counts(), None);
    assert_eq!(problems(&path).len(), 1);
    plan(&path).apply_in_place(&Disk, None).unwrap();
    assert_eq!(
        json_of(dir.path())["threads"],
        json!([{"id": 7, "has_detail": false, "recorded": 3}])
    );
    let (_dir, path) = session(|manifest| manifest["threads"][0]["emitted"] = 5.into());
    assert_eq!(problems(&path), [""; 0]);
}

#[test]
fn counts_of_a_finished_thread_go_into_the_manifest() {
    let dir = Scratch::new();
    let platform = Platform::host().unwrap();
    let session = SessionWriter::create(dir.path(), platform, WriterOptions::default()).unwrap();
    let counts = RingCounts { emitted: 4, recorded: 0, dropped_events: 4, dropped_details: 0 };
    let mut through_rings = session.thread(1).unwrap().finalize().unwrap();
    through_rings.counts = Some(counts);
    let without = session.thread(2).unwrap().finalize().unwrap();
    session.finish(&[through_rings, without]).unwrap();
    assert_eq!(
        json_of(dir.path())["threads"],
        json!([
            {"id": 1, "has_detail": false, "emitted": 4, "recorded": 0, "dropped_events": 4,
             "dropped_details": 0},
            {"id": 2, "has_detail": false},
        ])
    );
    assert_eq!(problems(&TracePath::Session(dir.path().to_owned())), [""; 0]);
}
