//! Loss of power: images of a disk on which any page holds any version since it was last synced (zeros, an
//! earlier lap of the ring, an old control block), any manifest since the last durable one, any unsynced name. Of
//! each image recovery makes a copy. A wrong event or record that the copy does not call unverified is an error,
//! and so is a finalized and synced thread of which anything is missing or called unverified.
//!
//! `ATF_TEST_IMAGES` sets the number of images; `ATF_TEST_SEED` the first seed. Each image is made from its own
//! seed and a recording, of which the seed chooses the moment.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{DetailEventType, IndexEvent};
use atf_runtime::manifest::{Manifest, ManifestThread};
use atf_runtime::recovery::Plan;
use atf_runtime::ring::{RingOptions, WhenFull};
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::{
    Event, FunctionDetail, IndexReader, Payload, ThreadReader, ThreadWriter, WriterOptions,
};
use atf_tests::disk::{Op, TestDisk, Tree};
use atf_tests::judge::{notes, problems};
use atf_tests::numbered::{event, platform, wait_for};
use atf_tests::power::{PageHistory, Random, write_image};
use atf_tests::ring::this_boot;
use atf_tests::scratch::Scratch;
use zerocopy::IntoBytes;

const EVENT: u64 = 32;
/// The thread that has ended when the power fails, if nothing else is said.
const ENDED: u32 = 0;
/// The thread that is recorded.
const LONG: u32 = 1;

/// How a session is recorded.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// Sizes of the ring's lanes; `None`: the thread writes its files itself.
    ring: Option<(u64, u64)>,
    events: u64,
    /// Every so many events have a record; 0: none.
    detail_every: u64,
    /// The longest stack, or an opaque payload of so many bytes if it is longer than a stack may be.
    payload: usize,
    sync_bytes: Option<u64>,
    /// Events between two looks at the ring.
    batch: u64,
}

const CASES: &[Case] = &[
    Case {
        ring: Some((4096, 0)),
        events: 900,
        detail_every: 0,
        payload: 0,
        sync_bytes: None,
        batch: 50,
    },
    Case {
        ring: Some((4096, 4096)),
        events: 900,
        detail_every: 3,
        payload: 100,
        sync_bytes: None,
        batch: 40,
    },
    Case {
        ring: Some((16384, 8192)),
        events: 2_500,
        detail_every: 1,
        payload: 256,
        sync_bytes: Some(16_384),
        batch: 200,
    },
    Case {
        ring: Some((8192, 65536)),
        events: 1_200,
        detail_every: 4,
        payload: 9_000,
        sync_bytes: None,
        batch: 100,
    },
    Case {
        ring: Some((65536, 0)),
        events: 9_000,
        detail_every: 0,
        payload: 0,
        sync_bytes: Some(65_536),
        batch: 900,
    },
    Case { ring: None, events: 3_000, detail_every: 0, payload: 0, sync_bytes: None, batch: 300 },
    Case { ring: None, events: 1_500, detail_every: 2, payload: 200, sync_bytes: None, batch: 200 },
];

/// What one thread recorded: its events, and the bytes of its records.
#[derive(Debug, Default)]
struct Truth {
    events: Vec<IndexEvent>,
    records: Vec<Vec<u8>>,
}

impl Truth {
    fn of(thread_dir: &Path) -> Self {
        let thread = ThreadReader::open(thread_dir).unwrap();
        let records = match thread.detail().unwrap() {
            Some(detail) => detail
                .iter()
                .map(|it| {
                    let record = it.unwrap();
                    [record.header.as_bytes(), record.payload].concat()
                })
                .collect(),
            None => Vec::new(),
        };
        Self { events: thread.index().iter().copied().collect(), records }
    }
}

/// A recording: what was done to its disk, and what its rings held at which moment.
struct Recording {
    case: Case,
    dir: PathBuf,
    ops: Vec<Op>,
    /// Rings by thread: the number of operations before, and the bytes.
    rings: BTreeMap<u32, Vec<(usize, Vec<u8>)>>,
    truth: BTreeMap<u32, Truth>,
    /// Operations before the first event.
    begun: usize,
    _temporary: Scratch,
}

fn payload<'a>(case: Case, number: u64, bytes: &'a [u8]) -> Option<Payload<'a>> {
    if case.detail_every == 0 || !number.is_multiple_of(case.detail_every) {
        return None;
    }
    let len = (number as usize * 37) % (case.payload + 1);
    let function = FunctionDetail { sp: number, ..FunctionDetail::default() };
    Some(match case.payload {
        0..=256 => Payload::Function(FunctionDetail { stack: &bytes[..len], ..function }),
        _ => Payload::Raw { event_type: DetailEventType::new(9), bytes: &bytes[..len] },
    })
}

/// A push or a write of the event of this number.
fn with_event<T>(
    case: Case,
    number: u64,
    push: impl FnOnce(&Event, Option<&Payload<'_>>) -> T,
) -> T {
    // No byte is zero: a page of zeros within a payload counts as one that is not on the disk.
    let bytes: Vec<u8> =
        (0..case.payload as u64).map(|at| (at * 7 + number * 13) as u8 | 1).collect();
    push(&event(number), payload(case, number, &bytes).as_ref())
}

impl Recording {
    fn of(case: Case) -> Self {
        let temporary = Scratch::new();
        let dir = temporary.path().join("session");
        let disk = TestDisk::new();
        let session =
            SessionWriter::create_in(disk.clone(), &dir, platform(), WriterOptions::default());
        let session = session.unwrap();
        let begun = disk.ops().len();
        let mut recording = Self {
            case,
            dir,
            ops: Vec::new(),
            rings: BTreeMap::new(),
            truth: BTreeMap::new(),
            begun,
            _temporary: temporary,
        };
        match case.ring {
            Some(ring) => recording.through_rings(session, ring, &disk),
            None => recording.by_itself(session),
        }
        recording.ops = disk.ops();
        for id in [ENDED, LONG] {
            recording.truth.insert(id, Truth::of(&recording.thread(id)));
        }
        assert_eq!(recording.truth[&LONG].events.len() as u64, case.events);
        recording
    }

    fn thread(&self, id: u32) -> PathBuf {
        self.dir.join(format!("thread_{id}"))
    }

    fn through_rings(
        &mut self,
        session: SessionWriter<TestDisk>,
        sizes: (u64, u64),
        disk: &TestDisk,
    ) {
        let ring = RingOptions::default().index_bytes(sizes.0).detail_bytes(sizes.1);
        let options = DrainOptions::default()
            .ring(ring.when_full(WhenFull::Block))
            .sync_bytes(self.case.sync_bytes)
            .flush_interval(Duration::ZERO);
        let drain = Drain::start(session, options).unwrap();
        for (id, count) in [(ENDED, self.case.events / 3), (LONG, self.case.events)] {
            let producer = drain.register(id).unwrap();
            self.look(id, disk);
            for number in 0..count {
                with_event(self.case, number, |event, payload| producer.push(event, payload))
                    .unwrap();
                if number % self.case.batch == 0 {
                    self.look(id, disk);
                }
            }
            self.look(id, disk);
            drop(producer);
            if id == ENDED {
                wait_for("the end of a thread", || {
                    drain.metrics().threads.iter().any(|it| it.is_ended)
                });
            }
        }
        drain.stop().unwrap();
    }

    /// Remembers what the ring of a thread holds now.
    fn look(&mut self, id: u32, disk: &TestDisk) {
        // The ring first: what it says of the files is done by then.
        let bytes = fs::read(self.thread(id).join("lanes.ring")).unwrap();
        self.rings.entry(id).or_default().push((disk.ops().len(), bytes));
    }

    fn by_itself(&mut self, session: SessionWriter<TestDisk>) {
        let mut summaries = Vec::new();
        for (id, count) in [(ENDED, self.case.events / 3), (LONG, self.case.events)] {
            let mut thread: ThreadWriter<TestDisk> = session.thread(id).unwrap();
            for number in 0..count {
                with_event(self.case, number, |event, payload| {
                    thread.write_event(event, payload.copied())
                })
                .unwrap();
                if number % self.case.batch == 0 {
                    thread.flush().unwrap();
                }
            }
            summaries.push(thread.finalize().unwrap());
        }
        session.finish(&summaries).unwrap();
    }

    /// A moment by chance: how many operations were done.
    fn moment(&self, random: &mut Random) -> usize {
        self.begun + random.below(self.ops.len() - self.begun + 1)
    }

    /// The disk after so many operations.
    fn history(&self, done: usize) -> PageHistory {
        let mut history = PageHistory::default();
        self.ops[..done].iter().for_each(|op| history.apply(op));
        for (id, looks) in &self.rings {
            let seen: Vec<Vec<u8>> = looks
                .iter()
                .filter(|(ops, _)| *ops <= done)
                .map(|(_, bytes)| bytes.clone())
                .collect();
            if !seen.is_empty() {
                history.add_versions(&self.thread(*id).join("lanes.ring"), &seen);
            }
        }
        history
    }

    /// What of a thread's files is durable and finalized at that moment.
    fn is_finalized(&self, id: u32, history: &PageHistory) -> bool {
        let durable = history.durable(&self.thread(id).join("index.atf"));
        let index = durable.and_then(|bytes| IndexReader::from_bytes("durable", bytes).ok());
        index.is_some_and(|index| {
            index.extent().footer.is_complete() && index.header().event_count.get() > 0
        })
    }
}

/// The machine is started again: rings and manifest are of another boot.
fn restart(image: &mut BTreeMap<PathBuf, Vec<u8>>, random: &mut Random) {
    let now = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let now = now.trim();
    let other = "0b0b0b0b-0000-4000-8000-000000000000";
    let mut gone = Vec::new();
    for (path, bytes) in image.iter_mut() {
        if path.ends_with("lanes.ring") {
            assert_eq!(bytes[48..64], this_boot(), "{path:?}");
            bytes[48..64].fill(0x0B);
            // A disk that does not do what it promised.
            if random.one_in(12) {
                bytes[..4096].fill(0);
            }
        } else if path.ends_with("manifest.json") || path.ends_with("manifest.json.new") {
            let text = String::from_utf8_lossy(bytes).into_owned();
            *bytes = text.replace(now, other).into_bytes();
            if path.ends_with("manifest.json") && random.one_in(20) {
                gone.push(path.clone());
            }
        }
    }
    gone.iter().for_each(|path| drop(image.remove(path)));
}

/// What all images had together.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    images: usize,
    /// Of which nothing could be kept.
    nothing_kept: usize,
    events: usize,
    records: usize,
    unverified_events: usize,
    /// Wrong ones that are called unverified.
    wrong_events: usize,
    wrong_records: usize,
    finalized_threads: usize,
    interrupted: usize,
}

fn is_listed(seq: usize, ranges: &[[u64; 2]]) -> bool {
    ranges.iter().any(|[first, count]| (*first..first + count).contains(&(seq as u64)))
}

/// Compares a copy with what was recorded.
fn judge(copy: &Path, recording: &Recording, finalized: &[u32], sum: &mut Sum, context: &str) {
    let path = TracePath::Session(copy.to_owned());
    assert_eq!(problems(&path), [""; 0], "{context}");
    let said = notes(&path);
    let manifest = Manifest::read(copy.join("manifest.json")).unwrap();
    for id in [ENDED, LONG] {
        let context = format!("{context}, thread {id}");
        let dir = copy.join(format!("thread_{id}"));
        let is_finalized = finalized.contains(&id);
        if !dir.join("index.atf").exists() {
            assert!(!is_finalized, "{context}: it was finalized, and is gone");
            continue;
        }
        let listed = manifest.threads.iter().find(|it| it.id == id).expect("it is listed");
        let (truth, found) = (&recording.truth[&id], Truth::of(&dir));
        if is_finalized {
            assert_eq!(found.events, truth.events, "{context}");
            assert_eq!(found.records, truth.records, "{context}");
            assert!(listed.unverified.is_empty(), "{context}: {listed:?}");
            assert!(listed.unverified_details.is_empty(), "{context}: {listed:?}");
            sum.finalized_threads += 1;
        }
        judge_events(recording.case, truth, &found, listed, sum, &context);
        for (seq, record) in found.records.iter().enumerate() {
            sum.records += 1;
            if truth.records.get(seq) != Some(record) {
                sum.wrong_records += 1;
                assert!(
                    is_listed(seq, &listed.unverified_details),
                    "{context}: wrong record {seq}"
                );
            }
        }
        for (what, ranges) in
            [("events", &listed.unverified), ("detail records", &listed.unverified_details)]
        {
            let is_said = said.iter().any(|note| {
                let first = ranges.first().map_or(0, |[first, _]| *first);
                note.contains(&format!("thread {id}: {what} {first} to"))
                    && note.contains("unverified")
            });
            assert_eq!(is_said, !ranges.is_empty(), "{context}: {what}: {said:?}");
        }
    }
    let again = Plan::of(&path, None).unwrap();
    assert!(again.changes_nothing(), "{context}: {again:?}");
}

fn judge_events(
    case: Case,
    truth: &Truth,
    found: &Truth,
    listed: &ManifestThread,
    sum: &mut Sum,
    context: &str,
) {
    let lap = case.ring.map_or(usize::MAX, |(bytes, _)| (bytes / EVENT) as usize);
    for (seq, event) in found.events.iter().enumerate() {
        sum.events += 1;
        let is_unverified = is_listed(seq, &listed.unverified);
        sum.unverified_events += usize::from(is_unverified);
        assert!(event.as_bytes().iter().any(|&byte| byte != 0), "{context}: event {seq} is zero");
        // A link that recovery cleared is no wrong event.
        let is_right = truth.events.get(seq).is_some_and(|recorded| {
            let link = event.detail_seq;
            IndexEvent { detail_seq: link, ..*recorded } == *event
                && (link == recorded.detail_seq || link.get() == u32::MAX)
        });
        if !is_right {
            sum.wrong_events += 1;
            assert!(is_unverified, "{context}: event {seq} is wrong: {event:?}");
            let mut laps = (lap..=seq).step_by(lap).map(|back| &found.events[seq - back]);
            assert!(
                laps.all(|earlier| earlier != event),
                "{context}: event {seq} is of an earlier lap"
            );
        }
    }
}

fn copy_of(dir: &Path) -> Option<Scratch> {
    let plan = Plan::of(&TracePath::Session(dir.to_owned()), None).unwrap();
    let out = Scratch::new();
    if !plan.keeps_anything() {
        return None;
    }
    plan.write_copy(&TestDisk::new(), out.path(), None).unwrap();
    Some(out)
}

/// Makes one image, recovers it, and judges the copy.
fn try_image(recording: &Recording, seed: u64, sum: &mut Sum) {
    let mut random = Random::new(seed);
    let done = recording.moment(&mut random);
    let context = format!("{:?}, seed {seed}: after {done} operations", recording.case);
    let history = recording.history(done);
    let finalized: Vec<u32> =
        [ENDED, LONG].into_iter().filter(|id| recording.is_finalized(*id, &history)).collect();
    let mut image = history.image(&mut random);
    restart(&mut image, &mut random);
    let disk = Scratch::new();
    let dir = disk.path().join("session");
    fs::create_dir_all(&dir).unwrap();
    write_image(&image, &recording.dir, &dir);
    sum.images += 1;
    let Some(copy) = copy_of(&dir) else {
        assert_eq!(finalized, [0; 0], "{context}");
        sum.nothing_kept += 1;
        return;
    };
    judge(copy.path(), recording, &finalized, sum, &context);
    if random.one_in(4) {
        try_in_place(&dir, &copy, recording, (&finalized, &mut random), sum, &context);
    }
}

/// Recovers in place, which gives the same, and again after another loss of power on the way.
fn try_in_place(
    dir: &Path,
    copy: &Scratch,
    recording: &Recording,
    (finalized, random): (&[u32], &mut Random),
    sum: &mut Sum,
    context: &str,
) {
    let before = Tree::load(dir);
    let disk = TestDisk::new();
    let plan = Plan::of(&TracePath::Session(dir.to_owned()), None).unwrap();
    plan.apply_in_place(&disk, None).unwrap();
    for id in [ENDED, LONG] {
        for file in ["index.atf", "detail.atf"] {
            let name = Path::new(&format!("thread_{id}")).join(file);
            let [in_place, copied] = [dir, copy.path()].map(|dir| fs::read(dir.join(&name)).ok());
            // A thread that cannot be recovered stays in place.
            assert!(copied.is_none() || in_place == copied, "{context}: {name:?}");
        }
    }
    let ops = disk.ops();
    let done = random.below(ops.len() + 1);
    let context = format!("{context}, recovery interrupted after {done} operations");
    let mut killed = before.clone();
    let mut history = PageHistory::of(&before);
    for op in &ops[..done] {
        killed.apply(op);
        history.apply(op);
    }
    sum.interrupted += 1;
    let again = Scratch::new();
    killed.write(dir, again.path());
    if let Some(copy) = copy_of(again.path()) {
        judge(copy.path(), recording, finalized, sum, &format!("{context} (killed)"));
    }
    let image = history.image(random);
    let again = Scratch::new();
    write_image(&image, dir, again.path());
    if let Some(copy) = copy_of(again.path()) {
        judge(copy.path(), recording, finalized, sum, &format!("{context} (without power)"));
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

// W-L, A-03: whatever reached the disk.
#[test]
fn nothing_wrong_is_called_verified_after_a_loss_of_power() {
    let images = number("ATF_TEST_IMAGES", 140);
    let first = number("ATF_TEST_SEED", 0);
    let recordings: Vec<Recording> = CASES.iter().map(|case| Recording::of(*case)).collect();
    let mut sum = Sum::default();
    for seed in first..first + images {
        try_image(&recordings[seed as usize % recordings.len()], seed, &mut sum);
    }
    println!("{sum:?}, wrong as verified: 0");
    assert_eq!(sum.images as u64, images);
    assert!(sum.events > 0 && sum.records > 0 && sum.unverified_events > 0, "{sum:?}");
    assert!(sum.finalized_threads > 0, "{sum:?}");
}
