//! The clock in a session's manifest: what the writer stores, how a reader treats foreign values, and
//! what verification reports when a counter drifts from the system's clock.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::{ClockAnchor, ClockSource, MANIFEST_NAME, Manifest, ManifestClock};
use atf_runtime::session::TracePath;
use atf_runtime::storage::Disk;
use atf_tests::builder::{self, Thread};
use atf_tests::judge::{notes, plan, problems};
use atf_tests::scratch::Scratch;
use serde_json::{Value, json};

/// A session of one thread whose manifest has this clock.
fn session_with_clock(clock: &Value) -> Scratch {
    let dir = Scratch::new();
    let threads = [Thread::sample(7, 3, &[])];
    builder::write_session(dir.path(), &threads);
    let mut manifest: Value = serde_json::from_str(&builder::manifest(&threads)).unwrap();
    manifest["clock"] = clock.clone();
    fs::write(dir.path().join(MANIFEST_NAME), manifest.to_string()).unwrap();
    dir
}

fn read(dir: &Path) -> Manifest {
    Manifest::read(dir.join(MANIFEST_NAME)).unwrap()
}

fn anchors(pairs: &[(u64, u64)]) -> Value {
    let anchors: Vec<Value> = pairs
        .iter()
        .map(|(counter, time_ns)| json!({"counter": counter, "time_ns": time_ns}))
        .collect();
    json!({"source": "tsc", "anchors": anchors})
}

#[test]
fn clock_of_a_manifest_keeps_unknown_keys_when_it_is_written_again() {
    let clock = json!({
        "source": "tsc",
        "anchors": [{"counter": 1, "time_ns": u64::MAX}, {"counter": u64::MAX, "time_ns": 0}],
        "frequency_hz": 2_000_000_000,
    });
    let dir = session_with_clock(&clock);
    let manifest = read(dir.path());
    let found = manifest.clock.clone().unwrap();
    assert_eq!(found.source, ClockSource::Tsc);
    assert_eq!(
        found.anchors,
        [
            ClockAnchor { counter: 1, time_ns: u64::MAX },
            ClockAnchor { counter: u64::MAX, time_ns: 0 }
        ]
    );
    manifest.replace(&Disk, dir.path()).unwrap();
    let text = fs::read(dir.path().join(MANIFEST_NAME)).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&text).unwrap()["clock"], clock);
}

#[test]
fn sources_are_words_and_unknown_ones_are_kept() {
    let source = |word: &str| {
        let dir = session_with_clock(&json!({"source": word}));
        let ManifestClock { source, anchors, .. } = read(dir.path()).clock.unwrap();
        assert_eq!(anchors, []);
        source
    };
    assert_eq!(source("boottime"), ClockSource::Boottime);
    assert_eq!(source("tsc"), ClockSource::Tsc);
    assert_eq!(source("sundial"), ClockSource::Other("sundial".into()));
}

/// Anchors at 2 GHz: half a ns per tick. The third is an hour after the second.
const FIRST: (u64, u64) = (1_000, 5_000);
const SECOND: (u64, u64) = (40_001_000, 20_005_000);
const HOUR_NS: u64 = 3_600_000_000_000;

fn last(ticks_ns: u64, time_ns: u64) -> (u64, u64) {
    (SECOND.0 + ticks_ns * 2, SECOND.1 + time_ns)
}

#[test]
fn counter_that_runs_like_the_clock_is_not_worth_a_note() {
    for pairs in [
        &[][..],
        &[FIRST],
        &[FIRST, SECOND],
        &[FIRST, SECOND, last(HOUR_NS, HOUR_NS)],
        // 500 ppm: slewed by NTP all the time.
        &[FIRST, SECOND, last(HOUR_NS, HOUR_NS + HOUR_NS / 2_000)],
        // The most that goes without a note.
        &[FIRST, SECOND, last(HOUR_NS + 3_600_010_000, HOUR_NS)],
        // A session that ended at once.
        &[FIRST, SECOND, last(1_000, 9_000)],
        &[(0, 0), (1, 1), (u64::MAX, u64::MAX)],
    ] {
        let dir = session_with_clock(&anchors(pairs));
        let path = TracePath::Session(dir.path().to_owned());
        assert_eq!((problems(&path), notes(&path)), (vec![], vec![]), "{pairs:?}");
    }
}

#[test]
fn counter_that_stopped_or_was_set_back_is_noted() {
    const SLEPT: &str = "the machine slept, or the counter's rate changed";
    let asleep = last(HOUR_NS, HOUR_NS + HOUR_NS / 500);
    let fast = last(HOUR_NS + 3_600_010_001, HOUR_NS);
    for (pairs, note) in [
        (
            [FIRST, SECOND, asleep],
            format!(
                "clock: by the last anchor the counter is 7200000000 ns behind after 3607200000000 \
                 ns: {SLEPT}"
            ),
        ),
        (
            [FIRST, SECOND, fast],
            format!(
                "clock: by the last anchor the counter is 3600010001 ns ahead after 3600000000000 \
                 ns: {SLEPT}"
            ),
        ),
        (
            [FIRST, SECOND, (17, SECOND.1 + HOUR_NS)],
            "clock.anchors[2] is not above the one before: the counter was set back, or the machine \
             slept; timestamps around it are not to be trusted"
                .to_owned(),
        ),
        (
            [FIRST, FIRST, SECOND],
            "clock.anchors[1] is not above the one before: the counter was set back, or the machine \
             slept; timestamps around it are not to be trusted"
                .to_owned(),
        ),
    ] {
        let dir = session_with_clock(&anchors(&pairs));
        let path = TracePath::Session(dir.path().to_owned());
        assert_eq!(problems(&path), [""; 0]);
        assert_eq!(notes(&path), [format!("manifest.json: {note}")]);
        assert!(plan(&path).changes_nothing());
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod recorded {
    use super::*;
    use atf_runtime::clock::Clock;
    use atf_runtime::format::EventKind;
    use atf_runtime::session::SessionWriter;
    use atf_runtime::{Event, Platform, WriterOptions};

    fn record(clock: &Clock) -> (Scratch, Manifest) {
        let dir = Scratch::new();
        let platform = Platform::host().unwrap();
        let options = WriterOptions::default();
        let mut session = SessionWriter::create(dir.path().join("s"), platform, options).unwrap();
        session.set_clock(clock);
        let mut thread = session.thread(1).unwrap();
        for _ in 0..100 {
            let event = Event {
                timestamp_ns: clock.now_ns(),
                function_id: 1 << 32,
                event_kind: EventKind::CALL,
                call_depth: 0,
            };
            thread.write_event(&event, None).unwrap();
        }
        let manifest = session.finish(&[thread.finalize().unwrap()]).unwrap();
        let path = TracePath::Session(dir.path().join("s"));
        assert_eq!((problems(&path), notes(&path)), (vec![], vec![]));
        assert_eq!(read(path.path()), manifest);
        (dir, manifest)
    }

    #[test]
    fn session_by_the_systems_clock_has_no_anchors() {
        let clock = record(&Clock::system()).1.clock.unwrap();
        assert_eq!((clock.source, clock.anchors), (ClockSource::Boottime, vec![]));
    }

    // Where the counter is not to be trusted, `atf-runtime` tests that it says why.
    #[test]
    fn session_by_a_counter_has_its_anchors_around_its_events() {
        let Ok(clock) = Clock::calibrated() else {
            assert_eq!(Clock::system().anchors(), []);
            return;
        };
        let (_dir, manifest) = record(&clock);
        let found = manifest.clock.unwrap();
        assert_eq!((found.source, found.anchors.len()), (ClockSource::Tsc, 3));
        assert_eq!(found.anchors[..2], *clock.anchors());
        // The last one is read from the system's clock: the same to a ms, which is not measured here.
        assert!(found.anchors[1].time_ns <= manifest.time_start_ns);
        assert!(manifest.time_end_ns <= found.anchors[2].time_ns + 1_000_000);
    }
}
