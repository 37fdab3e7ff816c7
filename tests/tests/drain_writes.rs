//! The way of the bytes from ring to files, over sizes of rings and writes, with and without details. Before
//! each operation of the drain, what a kill would leave is looked at: every position that the ring calls
//! written is in the file, every record is in the file before the event that names it, and another drain or
//! recovery finds everything. And what `sync_bytes` promises: no more than that is ever unsynced.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use atf_runtime::WriterOptions;
use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::recovery::Plan;
use atf_runtime::ring::{Producer, RingOptions, WhenFull};
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_tests::disk::{Op, TestDisk};
use atf_tests::durable::Durability;
use atf_tests::numbered::{Pushed, assert_clean, assert_exact, platform, read};
use atf_tests::scratch::Scratch;

const KIB: u64 = 1024;
const FRAME: u64 = 64;
const EVENT: u64 = 32;
const NO_DETAIL: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Case {
    index_bytes: u64,
    detail_bytes: u64,
    write_bytes: usize,
    /// Events, of which every third has a record if there is room for details.
    events: u64,
}

/// Rings smaller and larger than four writes: then the drain writes whenever its buffer is full, and else
/// whenever a quarter of the ring waits. The events fit into the ring.
const CASES: [Case; 6] = [
    Case { index_bytes: 4 * KIB, detail_bytes: 16 * KIB, write_bytes: 128 << 10, events: 128 },
    Case { index_bytes: 64 * KIB, detail_bytes: 256 * KIB, write_bytes: 128 << 10, events: 2_000 },
    Case { index_bytes: 1_024 * KIB, detail_bytes: 0, write_bytes: 128 << 10, events: 30_000 },
    Case {
        index_bytes: 1_024 * KIB,
        detail_bytes: 2_048 * KIB,
        write_bytes: 128 << 10,
        events: 30_000,
    },
    Case {
        index_bytes: 64 * KIB,
        detail_bytes: 4_096 * KIB,
        write_bytes: 128 << 10,
        events: 2_048,
    },
    Case {
        index_bytes: 2_048 * KIB,
        detail_bytes: 2_048 * KIB,
        write_bytes: 256 << 10,
        events: 30_000,
    },
];

impl Case {
    fn ring(self) -> RingOptions {
        RingOptions::default().index_bytes(self.index_bytes).detail_bytes(self.detail_bytes)
    }

    fn options(self) -> DrainOptions {
        DrainOptions::default().write_bytes(self.write_bytes).sync_on_finalize(false)
    }
}

/// What a kill leaves of a thread.
#[derive(Clone)]
struct Left {
    ring: Vec<u8>,
    index: Option<Vec<u8>>,
    detail: Option<Vec<u8>>,
}

/// Looks at the files before each operation.
struct Looking {
    thread: PathBuf,
    /// Bytes of complete records in detail.atf, and their number.
    records: (u64, u64),
    /// Operations between two states that are kept.
    keep_every: usize,
    operations: usize,
    kept: Vec<Left>,
    index_writes: usize,
}

impl Looking {
    fn at(&mut self, op: &Op) {
        let ring = File::open(self.thread.join("lanes.ring"));
        // It is being created, or was removed at the end.
        let Ok(ring) = ring else { return };
        if ring.metadata().unwrap().len() < 4 * KIB {
            return;
        }
        let word = |offset| {
            let mut bytes = [0; 8];
            ring.read_exact_at(&mut bytes, offset).unwrap();
            u64::from_le_bytes(bytes)
        };
        let tails = [("index.atf", word(256)), ("detail.atf", word(264))];
        for (name, tail) in tails {
            let len = fs::metadata(self.thread.join(name)).map_or(0, |it| it.len());
            assert!(
                tail == 0 || FRAME + tail <= len,
                "{name}: tail {tail}, length {len}, before {op:?}"
            );
        }
        self.count_records();
        if let Op::Write { path, offset, bytes } = op
            && path.ends_with("thread_0/index.atf")
            && *offset >= FRAME
        {
            self.index_writes += 1;
            for event in bytes.chunks_exact(EVENT as usize) {
                let seq = u32::from_le_bytes(event[28..32].try_into().unwrap());
                let has_record = seq == NO_DETAIL || u64::from(seq) < self.records.1;
                // The footer is no event.
                let is_footer = event.starts_with(b"2ITA") || bytes.len() == FRAME as usize;
                assert!(
                    has_record || is_footer,
                    "record {seq} is not in the file before its event"
                );
            }
        }
        if self.operations.is_multiple_of(self.keep_every) {
            let file = |name: &str| fs::read(self.thread.join(name)).ok();
            let ring = file("lanes.ring").expect("it is there");
            self.kept.push(Left { ring, index: file("index.atf"), detail: file("detail.atf") });
        }
        self.operations += 1;
    }

    fn count_records(&mut self) {
        let Ok(file) = File::open(self.thread.join("detail.atf")) else { return };
        let len = file.metadata().unwrap().len();
        let mut length = [0; 4];
        while file.read_exact_at(&mut length, FRAME + self.records.0).is_ok() {
            let record = u64::from(u32::from_le_bytes(length));
            if record < 24 || FRAME + self.records.0 + record > len {
                break;
            }
            self.records = (self.records.0 + record, self.records.1 + 1);
        }
    }
}

fn new_session(temporary: &Scratch) -> PathBuf {
    let dir = temporary.path().join("session");
    SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
    dir
}

/// Writes a state as a session of its own.
fn session_of(left: &Left) -> (Scratch, PathBuf) {
    let temporary = Scratch::new();
    let dir = new_session(&temporary);
    let thread = dir.join("thread_0");
    fs::create_dir(&thread).unwrap();
    let files = [
        ("lanes.ring", Some(&left.ring)),
        ("index.atf", left.index.as_ref()),
        ("detail.atf", left.detail.as_ref()),
    ];
    for (name, bytes) in files {
        if let Some(bytes) = bytes {
            fs::write(thread.join(name), bytes).unwrap();
        }
    }
    (temporary, dir)
}

fn recover(dir: &Path) {
    let plan = Plan::of(&TracePath::Session(dir.to_owned()), None).unwrap();
    plan.apply_in_place(&Disk, None).unwrap();
}

#[test]
fn killed_before_any_operation_nothing_is_lost_whatever_the_sizes() {
    for case in CASES {
        let temporary = Scratch::new();
        let dir = new_session(&temporary);
        let producer = Producer::create(&dir, 0, platform(), case.ring()).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, case.events);
        assert_eq!(pushed.dropped, 0, "{case:?}: the events fit");
        drop(producer);
        let looking = Arc::new(Mutex::new(Looking {
            thread: dir.join("thread_0"),
            records: (0, 0),
            keep_every: 2,
            operations: 0,
            kept: Vec::new(),
            index_writes: 0,
        }));
        let disk = TestDisk::new();
        let witness = Arc::clone(&looking);
        disk.watch(move |op| witness.lock().unwrap().at(op));
        Drain::attach_in(disk, &dir, case.options()).unwrap().stop().unwrap();
        assert_clean(&dir);
        assert_exact(&dir, 0, &pushed);
        let looking = looking.lock().unwrap();
        // Larger than four writes: several writes of events before the ring is empty.
        let is_large = case.index_bytes >= 4 * case.write_bytes as u64;
        assert!(!is_large || looking.index_writes >= 4, "{case:?}: {}", looking.index_writes);
        for (number, left) in looking.kept.iter().enumerate() {
            let (_temporary, dir) = session_of(left);
            if number.is_multiple_of(2) {
                recover(&dir);
            } else {
                Drain::attach(&dir, case.options()).unwrap().stop().unwrap();
            }
            assert_clean(&dir);
            assert_exact(&dir, 0, &pushed);
        }
        assert!(looking.kept.len() >= 4, "{case:?}: {}", looking.kept.len());
    }
}

// The same while the producer pushes: what is written is checked, but not killed.
#[test]
fn positions_are_stored_when_their_bytes_are_written_while_the_thread_pushes() {
    for case in CASES {
        let temporary = Scratch::new();
        let dir = temporary.path().join("session");
        let disk = TestDisk::new();
        let session =
            SessionWriter::create_in(disk.clone(), &dir, platform(), WriterOptions::default());
        let ring = case.ring().when_full(WhenFull::Block);
        let drain = Drain::start(session.unwrap(), case.options().ring(ring)).unwrap();
        let mut looking = Looking {
            thread: dir.join("thread_0"),
            records: (0, 0),
            keep_every: usize::MAX,
            operations: 1,
            kept: Vec::new(),
            index_writes: 0,
        };
        disk.watch(move |op| looking.at(op));
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, case.events * 4);
        assert_eq!(pushed.dropped, 0);
        drop(producer);
        drain.stop().unwrap();
        assert_clean(&dir);
        let found = read(&dir.join("thread_0"));
        assert_eq!(found.recorded, pushed.recorded, "{case:?}");
    }
}

/// The last name of what an operation syncs, if it does and belongs to the thread.
fn synced(op: &Op) -> Option<&str> {
    let path = match op {
        Op::Sync(path) | Op::SyncDir(path) => path,
        _ => return None,
    };
    let name = path.file_name()?.to_str()?;
    ["index.atf", "detail.atf", "thread_0"].contains(&name).then_some(name)
}

#[test]
fn no_more_than_sync_bytes_are_ever_unsynced() {
    const SYNC_BYTES: u64 = 64 * KIB;
    // Index and detail, each in writes of a quarter of the ring or a buffer.
    const DETAIL_BYTES: u64 = 64 * KIB;
    for (ring_bytes, write_bytes) in [(16 * KIB, 16 * KIB), (1_024 * KIB, 132 * KIB)] {
        let temporary = Scratch::new();
        let dir = temporary.path().join("session");
        let disk = TestDisk::new();
        let session =
            SessionWriter::create_in(disk.clone(), &dir, platform(), WriterOptions::default());
        let ring = RingOptions::default().index_bytes(ring_bytes).detail_bytes(DETAIL_BYTES);
        let options = DrainOptions::default()
            .write_bytes(128 << 10)
            .ring(ring.when_full(WhenFull::Block))
            .sync_bytes(Some(SYNC_BYTES));
        let drain = Drain::start(session.unwrap(), options).unwrap();
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, 40_000);
        drop(producer);
        drain.stop().unwrap();
        assert_exact(&dir, 0, &pushed);
        let ops = disk.ops();
        let lanes = ["index.atf", "detail.atf"].map(|name| dir.join("thread_0").join(name));
        let mut durability = Durability::default();
        let (mut most, mut total) = (0, 0);
        for op in &ops {
            durability.apply(op);
            let unsynced = |path: &PathBuf| {
                durability.in_doubt(path).iter().map(|it| it.end - it.start).sum::<u64>()
            };
            most = most.max(lanes.iter().map(unsynced).sum());
            if let Op::Write { bytes, .. } = op {
                total += bytes.len() as u64;
            }
        }
        // Whether it is due is asked when both lanes were written, and not between two writes of records.
        let allowed = SYNC_BYTES + DETAIL_BYTES + 8 * write_bytes;
        assert!(
            most <= allowed,
            "{most} of {total} bytes were unsynced, expected at most {allowed}"
        );
        assert!(total > 2 * allowed, "{total}");
        // A record is durable before the event that names it, and both before their names.
        let syncs: Vec<&str> = ops.iter().filter_map(synced).collect();
        let at_the_end =
            ["detail.atf", "detail.atf", "index.atf", "index.atf", "thread_0", "thread_0"];
        let (on_the_way, end) = syncs.split_at(syncs.len() - at_the_end.len());
        assert_eq!(end, at_the_end);
        assert!(on_the_way.len() >= 9, "{on_the_way:?}");
        for sync in on_the_way.chunks(3) {
            assert_eq!(sync, ["detail.atf", "index.atf", "thread_0"]);
        }
    }
}
