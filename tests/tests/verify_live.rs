//! Verification of a session that is being recorded calls nothing damaged that is healthy.

use std::fs;

use atf_runtime::recovery::Plan;
use atf_runtime::session::TracePath;
use atf_runtime::verify::verify;
use atf_tests::builder::{DetailFile, Thread, write_session};
use atf_tests::scratch::Scratch;

// Symptom: of a session that was being recorded verification said that a healthy detail.off was too long.
// Cause: the drain wrote records and their offsets after the lane was opened and before its offsets were.
#[test]
fn offsets_that_are_written_while_the_lane_is_verified_are_no_fault() {
    let all: Vec<u32> = (0..200).collect();
    let later = Thread::unfinalized(7, 200, &all);
    let dir = Scratch::new();
    write_session(dir.path(), &[Thread::unfinalized(7, 60, &all[..60])]);
    let path = TracePath::Session(dir.path().to_owned());
    let (lane, offsets) =
        (dir.path().join("thread_7/detail.atf"), dir.path().join("thread_7/detail.off"));
    let records = &later.detail.as_ref().unwrap().records;
    let write = |lane_has: usize, offsets_have: usize| {
        // Replaced, not changed: the lane that is open stays as it was, as a map of its length does.
        let file = |count: usize| DetailFile::unfinalized(7, &records[..count]);
        fs::remove_file(&lane).unwrap();
        fs::write(&lane, file(lane_has).bytes()).unwrap();
        fs::write(&offsets, file(offsets_have).offsets()).unwrap();
    };
    for (lane_grows_to, is_healthy) in [(200, true), (130, false)] {
        write(60, 60);
        // Verification opens both before it reads the lane, recovery opens the offsets after that.
        let report = verify(&path, Some(&mut |_| write(lane_grows_to, 200))).unwrap();
        let of_offsets = report.problems().iter().filter(|it| it.file == offsets).count();
        assert_eq!(of_offsets, 0, "{:?}", report.problems());
        write(60, 60);
        let plan = Plan::of(&path, Some(&mut |_| write(lane_grows_to, 200))).unwrap();
        let faults = &plan.threads[0].offsets.as_ref().unwrap().faults;
        assert_eq!(faults.is_empty(), is_healthy, "{faults:?}");
    }
}

// Symptom: "expected 0 events in a ring, found 0". Cause: a ring that is in use was reported by its events,
// also if it had none.
#[cfg(target_os = "linux")]
#[test]
fn ring_in_use_without_events_is_reported_as_that() {
    use atf_runtime::Platform;
    use atf_runtime::format::{Arch, ClockType, Os};
    use atf_runtime::ring::{Producer, RingOptions};
    use atf_tests::judge::{plan, problems};

    let dir = Scratch::new();
    fs::write(
        dir.path().join("manifest.json"),
        r#"{"threads": [{"id": 5}], "state": "recording"}"#,
    )
    .unwrap();
    let platform = Platform::new(Arch::X86_64, Os::LINUX, ClockType::BOOTTIME);
    let producer = Producer::create(dir.path(), 5, platform, RingOptions::default()).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    let said = problems(&path);
    let process = std::process::id();
    assert_eq!(
        said[0],
        format!(
            "thread_5/lanes.ring: control at byte 128: index_head: expected a session that is not being recorded, \
             found process {process} is recording"
        )
    );
    drop(producer);
    let found = format!(
        "control at byte 128: index_head: expected no ring of a program that has ended, found one of process \
         {process}, whose events are all in index.atf"
    );
    assert_eq!(problems(&path)[0], format!("thread_5/lanes.ring: {found}"));
    let ring = plan(&path).threads[0].ring.clone().unwrap();
    assert_eq!(ring.faults[0].to_string(), found);
}
