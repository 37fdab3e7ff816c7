//! More than 200 times kill -9, of producers, of drains, and of both, at moments that a fixed seed
//! chooses. After each: every event whose push returned success is in the files exactly once and in order,
//! with its detail record, and at most one push more; and another drain or recovery ends the session clean
//! (W-009..W-012, W-L).
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use atf_runtime::WriterOptions;
use atf_runtime::drain::Drain;
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_tests::judge::plan;
use atf_tests::numbered::{
    Pushed, assert_clean, assert_exact, assert_survived, index_len, options, platform, wait_for,
};
use atf_tests::scratch::Scratch;
use atf_tests::times::times;
use atf_tests::victim::{Report, Victim};

const VICTIM: &str = env!("CARGO_BIN_EXE_victim");
const THREADS: u32 = 2;
/// More than a test waits for.
const ENDLESS: u64 = u32::MAX as u64;

/// Numbers without pattern from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % bound
    }

    fn policy(&mut self) -> &'static str {
        if self.below(2) == 0 { "block" } else { "drop" }
    }

    /// Lets a little time pass that is no multiple of anything.
    fn spin(&mut self, most: u64) {
        for _ in 0..self.below(most) {
            std::hint::spin_loop();
        }
    }
}

/// A session whose processes are killed.
struct Scene {
    temporary: Scratch,
    dir: PathBuf,
    report_path: PathBuf,
    report: Report,
}

impl Scene {
    fn new() -> Self {
        Self::new_in(Scratch::new())
    }

    fn new_in(temporary: Scratch) -> Self {
        let report_path = temporary.path().join("report");
        let report = Report::create(&report_path, THREADS);
        Self { dir: temporary.path().join("session"), temporary, report_path, report }
    }

    /// One that exists already, for a drain of its own process.
    fn with_session() -> Self {
        Self::with_session_in(Scratch::new())
    }

    fn with_session_in(temporary: Scratch) -> Self {
        let scene = Self::new_in(temporary);
        SessionWriter::create(&scene.dir, platform(), WriterOptions::default()).unwrap();
        scene
    }

    fn drain(&self) -> Victim {
        Victim::start(VICTIM, ["drain", self.dir.to_str().unwrap()])
    }

    fn produce(&self, events: u64, policy: &str, drain: &str) -> Victim {
        let (dir, report) = (self.dir.to_str().unwrap(), self.report_path.to_str().unwrap());
        let (threads, events) = (THREADS.to_string(), events.to_string());
        Victim::start(VICTIM, ["produce", dir, report, &threads, &events, policy, drain])
    }

    fn wait_for_pushes(&self, count: u64) {
        wait_for("pushes", || self.report.returned(THREADS) >= count);
    }

    fn drained(&self) -> u64 {
        (0..THREADS).map(|thread_id| index_len(&self.dir, thread_id)).sum()
    }

    /// Ends the session: by another drain, or by recovery, in place or as a copy.
    fn finish(&mut self, way: u32) {
        if !self.dir.join("manifest.json").exists() {
            // Killed before it was a session.
            assert_eq!(self.report.returned(THREADS), 0);
            return;
        }
        println!("way {way} to end {}", self.dir.display());
        if way.is_multiple_of(2) {
            let drain = Drain::attach(&self.dir, options()).unwrap();
            assert!(drain.stop().unwrap().unfinished.is_empty());
            return;
        }
        for thread_id in 0..THREADS {
            // Recovery in place keeps and lists a directory with nothing in it: files that were lost
            // look the same as a producer that had not begun to make its ring.
            if self.report.get(thread_id) == Pushed::default() {
                let _ = fs::remove_dir(self.dir.join(format!("thread_{thread_id}")));
            }
        }
        let plan = plan(&TracePath::Session(self.dir.clone()));
        if way % 4 == 1 {
            plan.apply_in_place(&Disk, None).unwrap();
        } else {
            let copy = self.temporary.path().join("copy");
            plan.write_copy(&Disk, &copy, None).unwrap();
            self.dir = copy;
        }
    }

    /// Checks a session that was ended; `check` gets every thread and its report.
    fn judge(&self, check: fn(&Path, u32, &Pushed) -> atf_tests::numbered::Found) {
        if !self.dir.join("manifest.json").exists() {
            return;
        }
        if (0..THREADS).any(|thread_id| self.has_thread(thread_id)) {
            assert_clean(&self.dir);
        }
        for thread_id in 0..THREADS {
            let pushed = self.report.get(thread_id);
            if self.has_thread(thread_id) {
                check(&self.dir, thread_id, &pushed);
            } else {
                assert_eq!(pushed, Pushed::default(), "thread {thread_id} is gone");
            }
        }
    }

    fn has_rings(&self) -> bool {
        let ring = |thread_id| self.dir.join(format!("thread_{thread_id}/lanes.ring"));
        (0..THREADS).any(|thread_id| ring(thread_id).exists())
    }

    fn has_thread(&self, thread_id: u32) -> bool {
        self.dir.join(format!("thread_{thread_id}")).exists()
    }
}

/// Counts kills, and prints how long they took when the test fails.
struct Kills {
    count: u32,
    since: Instant,
}

impl Kills {
    fn new() -> Self {
        Self { count: 0, since: Instant::now() }
    }

    fn kill(&mut self, victim: Victim) {
        self.count += u32::from(victim.kill());
    }

    fn assert_at_least(&self, count: u32) {
        let count = count * times();
        println!("{} kills in {:?}", self.count, self.since.elapsed());
        assert!(self.count >= count, "{} of {count} in {:?}", self.count, self.since.elapsed());
    }
}

#[test]
fn killed_producers_lose_nothing() {
    let mut random = Random(1);
    let mut kills = Kills::new();
    for round in 0..32 * times() {
        let mut scene = Scene::with_session();
        let mut drain = scene.drain();
        let producer = scene.produce(ENDLESS, random.policy(), "alone");
        // Some while they register.
        scene.wait_for_pushes(if round % 4 == 0 { 0 } else { random.below(3_000) });
        random.spin(if round % 4 == 0 { 3_000_000 } else { 10_000 });
        kills.kill(producer);
        if round % 8 == 1 {
            // Its drain sees that it is gone, and ends the session.
            wait_for("the drain to end", || drain.has_ended());
            assert!(drain.end().success());
        } else {
            random.spin(1_000_000);
            kills.kill(drain);
            scene.finish(round);
        }
        scene.judge(assert_survived);
    }
    kills.assert_at_least(55);
}

#[test]
fn killed_drains_lose_nothing_and_the_producer_continues() {
    let mut random = Random(2);
    let mut kills = Kills::new();
    for round in 0..16 * times() {
        let mut scene = Scene::with_session();
        let mut producer = scene.produce(4_000, random.policy(), "alone");
        for _ in 0..4 {
            let drain = scene.drain();
            let target = scene.drained() + random.below(60_000);
            wait_for("bytes in the files", || scene.drained() >= target || producer.has_ended());
            random.spin(10_000);
            kills.kill(drain);
        }
        // Also where it waits for room and no drain is left.
        assert!(producer.end().success());
        scene.finish(round);
        scene.judge(assert_exact);
    }
    kills.assert_at_least(55);
}

#[test]
fn producers_killed_with_the_drain_in_their_process_lose_nothing() {
    let mut random = Random(3);
    let mut kills = Kills::new();
    for round in 0..40 * times() {
        let mut scene = Scene::new();
        let producer = scene.produce(ENDLESS, random.policy(), "with_drain");
        scene.wait_for_pushes(if round % 4 == 0 { 0 } else { random.below(6_000) });
        random.spin(if round % 4 == 0 { 3_000_000 } else { 10_000 });
        kills.kill(producer);
        scene.finish(round);
        scene.judge(assert_survived);
    }
    kills.assert_at_least(40);
}

#[test]
fn producer_and_drain_killed_together_lose_nothing() {
    let mut random = Random(4);
    let mut kills = Kills::new();
    for round in 0..20 * times() {
        let mut scene = Scene::with_session();
        let (drain, producer) = (scene.drain(), scene.produce(ENDLESS, random.policy(), "alone"));
        scene.wait_for_pushes(random.below(3_000));
        let (first, second) =
            if random.below(2) == 0 { (drain, producer) } else { (producer, drain) };
        kills.kill(first);
        random.spin(10_000);
        kills.kill(second);
        scene.finish(round);
        scene.judge(assert_survived);
    }
    kills.assert_at_least(40);
}

#[test]
fn drains_killed_while_they_end_a_session_lose_nothing() {
    let mut random = Random(5);
    let mut kills = Kills::new();
    for round in 0..30 * times() {
        // On a disk the drain takes its time to end a session.
        let folder = if round % 6 == 0 { Scratch::on_disk() } else { Scratch::new() };
        let mut scene = Scene::with_session_in(folder);
        // Less than a ring holds.
        assert!(scene.produce(100, "drop", "alone").end().success());
        for _ in 0..3 {
            if !scene.has_rings() {
                break;
            }
            let mut drain = scene.drain();
            let thread_id = random.below(THREADS.into());
            let thread = scene.dir.join(format!("thread_{thread_id}"));
            let len = |name: &str| fs::metadata(thread.join(name)).map_or(0, |it| it.len());
            let moment = random.below(6);
            let target = random.below(64 + 100 * 32 + 64);
            wait_for("a moment of its end", || {
                drain.has_ended()
                    || match moment {
                        0 => len("index.atf") >= target,
                        1 => len("detail.atf") >= target,
                        2 => len("detail.off") > 0,
                        3 => len("lanes.ring") == 0,
                        4 => len("index.atf") >= 64 + 100 * 32 + 64,
                        _ => fs::read_to_string(scene.dir.join("manifest.json"))
                            .is_ok_and(|it| it.contains("emitted")),
                    }
            });
            random.spin(20_000);
            kills.kill(drain);
        }
        scene.finish(round);
        scene.judge(assert_exact);
    }
    kills.assert_at_least(20);
}
