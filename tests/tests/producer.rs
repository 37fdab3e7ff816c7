//! A thread's ring without a drain: what a producer creates on the disk, and what its pushes return.
#![cfg(any(target_os = "linux", target_os = "android"))]

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::mem::offset_of;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{
    ClockType, DetailEventType, EventKind, IndexEvent, NO_DETAIL_SEQ, RING_FILE, RingControl,
};
use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Error, Event, FunctionDetail, IndexSeq, Lane, Payload, Platform, WriterOptions};
use atf_tests::scratch::Scratch;
use zerocopy::FromBytes;

/// Longer than anything here can take; waiting for so long is a failure.
const LIMIT: Duration = Duration::from_secs(60);
/// The smallest index buffer of a ring, in events.
const SMALLEST: u64 = 128;

fn platform() -> Platform {
    Platform { clock_type: ClockType::BOOTTIME, ..Platform::host().unwrap() }
}

fn smallest() -> RingOptions {
    RingOptions::default().index_bytes(0).detail_bytes(1)
}

fn create(session: &Path, options: RingOptions) -> Producer {
    Producer::create(session, 7, platform(), options).unwrap()
}

fn event(number: u64) -> Event {
    Event {
        timestamp_ns: 1_000 + number,
        function_id: number,
        event_kind: EventKind::CALL,
        call_depth: 1,
    }
}

fn raw(bytes: &[u8]) -> Payload<'_> {
    Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes }
}

fn ring_of(producer: &Producer) -> File {
    OpenOptions::new().read(true).write(true).open(producer.dir().join(RING_FILE.path)).unwrap()
}

fn control_of(ring: &File) -> RingControl {
    let mut bytes = [0; size_of::<RingControl>()];
    ring.read_exact_at(&mut bytes, 0).unwrap();
    RingControl::read_from_bytes(&bytes).unwrap()
}

/// The events in a ring that was never drained.
fn events_of(ring: &File) -> Vec<IndexEvent> {
    let control = control_of(ring);
    let mut bytes = vec![0; control.index_head.get() as usize];
    assert!(bytes.len() as u64 <= control.index_capacity.get());
    ring.read_exact_at(&mut bytes, control.index_offset.get()).unwrap();
    let events = bytes.chunks(size_of::<IndexEvent>());
    events.map(|bytes| IndexEvent::read_from_bytes(bytes).unwrap()).collect()
}

fn wait_until(what: &str, mut is_true: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < LIMIT, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

/// Runs `act` in a forked process, and fails as it does.
fn in_fork(act: impl FnOnce() -> Result<(), String>) {
    // SAFETY: the child has this thread only. It allocates, which the C library allows after a fork,
    //         and never returns from here.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "{}", std::io::Error::last_os_error());
    if child == 0 {
        // SAFETY: no memory is touched; a child that hangs is ended.
        unsafe { libc::alarm(LIMIT.as_secs() as u32) };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
        let code = match result {
            Ok(Ok(())) => 0,
            Ok(Err(why)) => {
                eprintln!("in the fork: {why}");
                1
            }
            Err(_) => 2,
        };
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: `status` is written before this returns, and `child` is ours.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!((waited, status), (child, 0), "the fork failed");
}

fn expect<T: std::fmt::Debug + PartialEq>(found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("expected {expected:?}, found {found:?}")) }
}

// W-L: the drain's thread stays with the parent, and so does what it will do.
#[test]
fn drain_of_a_forked_process_takes_no_threads_and_cannot_be_stopped() {
    let parent = Scratch::new();
    let dir = parent.path().join("session");
    let session = SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
    let drain = Drain::start(session, DrainOptions::default()).unwrap();
    in_fork(|| {
        expect(drain.register(7).map(drop).is_err(), true)?;
        expect(dir.join("thread_7").exists(), false)?;
        expect(drain.stop().is_err(), true)
    });
    drop(drain.register(7).unwrap());
    assert_eq!(drain.stop().unwrap().threads.len(), 1);
}

// W-L: a store into a hole of a full disk would kill the traced program.
#[test]
fn ring_is_allocated_in_full_and_for_its_owner_only() {
    let dir = Scratch::on_disk();
    let options = RingOptions::default().index_bytes(5_000).detail_bytes(1 << 20);
    let producer = create(dir.path(), options.when_full(WhenFull::Block));
    assert_eq!(producer.dir(), dir.path().join("thread_7"));
    assert_eq!(producer.thread_id(), 7);
    let ring = ring_of(&producer);
    let metadata = ring.metadata().unwrap();
    assert_eq!(metadata.len(), 4_096 + 8_192 + (1 << 20));
    assert!(metadata.blocks() * 512 >= metadata.len(), "{} blocks", metadata.blocks());
    assert_eq!(metadata.mode() & 0o7777, 0o600);
    assert_eq!(fs::metadata(producer.dir()).unwrap().mode() & 0o7777, 0o700);

    let control = control_of(&ring);
    assert_eq!(control.magic, RingControl::INIT.magic);
    assert_eq!((control.endian, control.version), (1, RingControl::INIT.version));
    let host = platform();
    assert_eq!((control.arch, control.os), (host.arch, host.os));
    assert_eq!(control.clock_type, ClockType::BOOTTIME);
    assert_eq!((control.thread_id.get(), control.process_id.get()), (7, std::process::id()));
    assert_eq!((control.index_offset.get(), control.index_capacity.get()), (4_096, 8_192));
    assert_eq!((control.detail_offset.get(), control.detail_capacity.get()), (12_288, 1 << 20));
    assert_eq!((control.block.get(), control.detail_enabled.get()), (1, 1));
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let digits: String = control.boot_id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digits, boot.trim().replace('-', ""));
}

// W-L
#[test]
fn directory_of_the_thread_that_exists_is_an_error_and_stays() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest());
    producer.push(&event(1), None).unwrap();
    let before = fs::read(producer.dir().join(RING_FILE.path)).unwrap();
    let error = Producer::create(dir.path(), 7, platform(), smallest()).unwrap_err();
    let Error::Io { path, source, .. } = &error else { panic!("{error}") };
    assert_eq!((&**path, source.kind()), (producer.dir(), ErrorKind::AlreadyExists));
    assert_eq!(fs::read(producer.dir().join(RING_FILE.path)).unwrap(), before);
    // Nor one without a ring: what is in it may be another recording's.
    fs::create_dir(dir.path().join("thread_8")).unwrap();
    let error = Producer::create(dir.path(), 8, platform(), smallest()).unwrap_err();
    assert!(error.to_string().contains("thread_8"), "{error}");
    assert!(dir.path().join("thread_8").exists());
}

// W-L: a full disk, simulated by a limit on the length of files.
#[test]
fn ring_that_finds_no_room_on_the_disk_leaves_nothing() {
    let dir = Scratch::new();
    in_fork(|| {
        let limit = libc::rlimit { rlim_cur: 1 << 20, rlim_max: 1 << 20 };
        // SAFETY: the limit outlives the call; only this process has it.
        expect(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &limit) }, 0)?;
        // SAFETY: a signal that is ignored runs nothing.
        unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
        let Err(error) = Producer::create(dir.path(), 7, platform(), RingOptions::default()) else {
            return Err("it was made".to_owned());
        };
        let Error::Io { path, action, source } = &error else { return Err(error.to_string()) };
        expect(&**path, &*dir.path().join("thread_7/lanes.ring"))?;
        expect((action.as_str(), source.raw_os_error()), ("allocate", Some(libc::EFBIG)))?;
        expect(fs::read_dir(dir.path()).unwrap().count(), 0)?;
        // A smaller one fits, at the same place.
        Producer::create(dir.path(), 7, platform(), smallest()).map_err(|it| it.to_string())?;
        Ok(())
    });
}

#[test]
fn session_directory_that_is_missing_is_an_error() {
    let dir = Scratch::new();
    let error = Producer::create(dir.path().join("none"), 7, platform(), smallest()).unwrap_err();
    let Error::Io { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.kind(), ErrorKind::NotFound);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// Fills a ring that has no drain, and pushes ten more.
fn overfill(producer: &Producer) {
    for number in 0..SMALLEST {
        assert_eq!(producer.push(&event(number), None), Ok(IndexSeq(number as u32)));
    }
    for number in 0..10 {
        assert_eq!(producer.push(&event(SMALLEST + number), None), Err(PushError::Full));
    }
    assert_eq!((u64::from(producer.event_count()), producer.dropped_events()), (SMALLEST, 10));
    let events = events_of(&ring_of(producer));
    assert_eq!(events.len() as u64, SMALLEST);
    for (number, found) in (0..).zip(events) {
        assert_eq!(found.function_id.get(), number);
        assert_eq!(found.timestamp_ns.get(), 1_000 + number);
        assert_eq!(found.detail_seq.get(), NO_DETAIL_SEQ);
    }
}

// W-L
#[test]
fn full_ring_drops_and_counts() {
    let dir = Scratch::new();
    overfill(&create(dir.path(), smallest()));
}

// W-L: block is bounded by there being a drain.
#[test]
fn push_that_would_wait_without_a_drain_drops_and_counts() {
    let dir = Scratch::new();
    overfill(&create(dir.path(), smallest().when_full(WhenFull::Block)));
}

/// Holds the session as a drain does.
fn lock(dir: &Path) -> File {
    let session = File::open(dir).unwrap();
    // SAFETY: the descriptor is open as long as `session`.
    let result = unsafe { libc::flock(session.as_raw_fd(), libc::LOCK_EX) };
    assert_eq!(result, 0, "{}", std::io::Error::last_os_error());
    session
}

/// Pushes until a push waits, then does `act`; returns the result of that push.
fn while_a_push_waits(act: impl FnOnce(&File, File)) -> (PushError, u64) {
    let dir = Scratch::new();
    let drain = lock(dir.path());
    let producer = create(dir.path(), smallest().when_full(WhenFull::Block));
    let ring = ring_of(&producer);
    std::thread::scope(|scope| {
        let pushing = scope.spawn(move || {
            let error = (0..).find_map(|number| producer.push(&event(number), None).err());
            (error.unwrap(), producer.dropped_events())
        });
        wait_until("a push that finds no room", || {
            let control = control_of(&ring);
            control.index_head.get() == control.index_capacity.get() && control.pushing.get() == 1
        });
        act(&ring, drain);
        pushing.join().unwrap()
    })
}

// W-L
#[test]
fn push_that_waits_drops_when_the_drain_lets_go() {
    assert_eq!(while_a_push_waits(|_, drain| drop(drain)), (PushError::Full, 1));
}

// W-L
#[test]
fn push_that_waits_ends_when_the_ring_is_closed() {
    let waited = while_a_push_waits(|ring, _drain| {
        let closed = offset_of!(RingControl, closed) as u64;
        ring.write_all_at(&1u64.to_le_bytes(), closed).unwrap();
    });
    assert_eq!(waited, (PushError::Closed, 0));
}

// W-L, A-03: the drain is not trusted.
#[test]
fn impossible_tail_ends_the_lane_and_is_counted() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest());
    for number in 0..SMALLEST {
        producer.push(&event(number), None).unwrap();
    }
    let tail = offset_of!(RingControl, index_tail) as u64;
    ring_of(&producer).write_all_at(&(SMALLEST * 32 + 32).to_le_bytes(), tail).unwrap();
    for dropped in 1..4 {
        assert_eq!(producer.push(&event(0), None), Err(PushError::Damaged(Lane::Index)));
        assert_eq!(producer.dropped_events(), dropped);
    }
    // Also after the tail is valid again.
    ring_of(&producer).write_all_at(&(SMALLEST * 32).to_le_bytes(), tail).unwrap();
    assert_eq!(producer.push(&event(0), None), Err(PushError::Damaged(Lane::Index)));
}

// W-L: both ends of a ring's room for detail.
#[test]
fn payload_that_never_fits_is_refused_and_takes_nothing() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest());
    let limit = 4_096 - 24;
    let bytes = vec![1; limit + 1];
    let refused = PushError::PayloadTooLong { limit: limit as u64, found: limit as u64 + 1 };
    assert_eq!(producer.push(&event(0), Some(&raw(&bytes))), Err(refused));
    assert!(!refused.is_counted());
    let stack = FunctionDetail { stack: &bytes[..257], ..FunctionDetail::default() };
    let refused = PushError::PayloadTooLong { limit: 256, found: 257 };
    assert_eq!(producer.push(&event(0), Some(&stack.into())), Err(refused));
    assert_eq!((producer.event_count(), producer.detail_count()), (0, 0));
    assert_eq!((producer.dropped_events(), producer.dropped_details()), (0, 0));

    assert_eq!(producer.push(&event(0), None), Ok(IndexSeq(0)));
    assert_eq!(producer.push(&event(1), Some(&raw(&bytes[..limit]))), Ok(IndexSeq(1)));
    assert_eq!(producer.detail_count(), 1);
    // It fits, but not now: the event is kept without it.
    assert_eq!(producer.push(&event(2), Some(&raw(&[]))), Ok(IndexSeq(2)));
    assert_eq!((producer.detail_count(), producer.dropped_details()), (1, 1));
    let links: Vec<u32> =
        events_of(&ring_of(&producer)).iter().map(|it| it.detail_seq.get()).collect();
    assert_eq!(links, [NO_DETAIL_SEQ, 0, NO_DETAIL_SEQ]);
}

// W-L
#[test]
fn ring_without_room_for_detail_keeps_events_and_counts_records() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest().detail_bytes(0));
    assert_eq!(ring_of(&producer).metadata().unwrap().len(), 4_096 + 4_096);
    assert_eq!(producer.push(&event(0), Some(&raw(&[1; 9000]))), Ok(IndexSeq(0)));
    assert_eq!((producer.detail_count(), producer.dropped_details()), (0, 1));
    assert_eq!(producer.dropped_events(), 0);
}

// W-L: the switch is read at each push, and what it leaves out is not lost but not wanted.
#[test]
fn detail_that_is_switched_off_is_neither_taken_nor_counted() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest());
    let payload = raw(&[1, 2, 3]);
    producer.push(&event(0), Some(&payload)).unwrap();
    producer.set_detail(false);
    producer.push(&event(1), Some(&payload)).unwrap();
    // Not even looked at.
    producer.push(&event(2), Some(&raw(&[0; 5_000]))).unwrap();
    producer.set_detail(true);
    producer.push(&event(3), Some(&payload)).unwrap();
    assert_eq!((producer.event_count(), producer.detail_count()), (4, 2));
    assert_eq!((producer.dropped_events(), producer.dropped_details()), (0, 0));
    let links: Vec<u32> =
        events_of(&ring_of(&producer)).iter().map(|it| it.detail_seq.get()).collect();
    assert_eq!(links, [0, NO_DETAIL_SEQ, NO_DETAIL_SEQ, 1]);
}

#[test]
fn producer_that_is_dropped_says_that_it_has_left() {
    let dir = Scratch::new();
    let producer = create(dir.path(), smallest());
    let ring = ring_of(&producer);
    producer.push(&event(0), None).unwrap();
    let control = control_of(&ring);
    assert_eq!((control.pushing.get(), control.ended.get()), (0, 0));
    drop(producer);
    assert_eq!(control_of(&ring).ended.get(), 1);
    assert_eq!(events_of(&ring).len(), 1);
}

// W-L: two processes that pushed into one ring would overwrite each other's events.
#[test]
fn fork_does_not_push_into_its_parents_ring() {
    let dir = Scratch::new();
    let mut producer = Some(create(dir.path(), smallest()));
    let ring = ring_of(producer.as_ref().unwrap());
    producer.as_ref().unwrap().push(&event(0), None).unwrap();
    in_fork(|| {
        let producer = producer.take().unwrap();
        expect(producer.push(&event(1), None), Err(PushError::Forked))?;
        expect(producer.push(&event(1), Some(&raw(&[1]))), Err(PushError::Forked))?;
        expect(producer.dropped_events(), 0)?;
        drop(producer);
        // A ring of its own works.
        let own = Producer::create(dir.path(), 8, platform(), smallest());
        let own = own.map_err(|it| it.to_string())?;
        expect(own.push(&event(1), None), Ok(IndexSeq(0)))
    });
    let producer = producer.unwrap();
    assert_eq!(control_of(&ring).ended.get(), 0);
    assert_eq!(producer.push(&event(2), None), Ok(IndexSeq(1)));
    assert_eq!(producer.dropped_events(), 0);
    let ids: Vec<u64> = events_of(&ring).iter().map(|it| it.function_id.get()).collect();
    assert_eq!(ids, [0, 2]);
}

/// The producer that the handler pushes into, on the thread that owns it.
static INTERRUPTED: AtomicPtr<Producer> = AtomicPtr::new(std::ptr::null_mut());
static HANDLED: AtomicU64 = AtomicU64::new(0);
static TOLD: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
const OK: usize = 0;
const COUNTED: usize = 1;
const OTHER: usize = 2;
const BY_HANDLER: u64 = 1 << 40;

fn tell(result: Result<IndexSeq, PushError>) {
    let what = match result {
        Ok(_) => OK,
        Err(error) if error.is_counted() => COUNTED,
        Err(_) => OTHER,
    };
    TOLD[what].fetch_add(1, Ordering::Relaxed);
}

extern "C" fn push_from_handler(_: libc::c_int) {
    let producer = INTERRUPTED.load(Ordering::Relaxed);
    // SAFETY: set and reset by the thread that this runs on, which keeps the producer meanwhile.
    if let Some(producer) = unsafe { producer.as_ref() } {
        let number = HANDLED.load(Ordering::Relaxed);
        tell(producer.push(&event(BY_HANDLER + number), None));
    }
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

// W-L: no deadlock, no event twice, and every one that is missing is counted.
#[test]
fn signal_handlers_push_at_any_moment_and_the_counts_add_up() {
    const PUSHES: u64 = 200_000;
    let handler: extern "C" fn(libc::c_int) = push_from_handler;
    // SAFETY: the handler does what a handler may: atomics, and pushes, which are made for it.
    let before = unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
    assert_ne!(before, libc::SIG_ERR);
    let dir = Scratch::new();
    let session = dir.path();
    let is_done = &AtomicBool::new(false);
    let (to_sender, thread) = mpsc::channel();
    let (stopped, to_pusher) = mpsc::channel();
    let (event_count, dropped, events) = std::thread::scope(|scope| {
        let pusher = scope.spawn(move || {
            let mut producer = create(session, RingOptions::default().index_bytes(16 << 20));
            let ring = ring_of(&producer);
            INTERRUPTED.store(&raw mut producer, Ordering::Relaxed);
            // SAFETY: no argument, no effect.
            to_sender.send(unsafe { libc::pthread_self() }).unwrap();
            for number in 0..PUSHES {
                // SAFETY: made from `producer`, which is alive and not mutably borrowed.
                let producer = unsafe { &*INTERRUPTED.load(Ordering::Relaxed) };
                tell(producer.push(&event(number), None));
                if TOLD[COUNTED].load(Ordering::Relaxed) >= 100 {
                    break;
                }
            }
            is_done.store(true, Ordering::Relaxed);
            to_pusher.recv().unwrap();
            INTERRUPTED.store(std::ptr::null_mut(), Ordering::Relaxed);
            (producer.event_count(), producer.dropped_events(), events_of(&ring))
        });
        let thread = thread.recv().unwrap();
        while !is_done.load(Ordering::Relaxed) {
            let handled = HANDLED.load(Ordering::Relaxed);
            // SAFETY: the thread lives until it is told that this has ended.
            assert_eq!(unsafe { libc::pthread_kill(thread, libc::SIGUSR1) }, 0);
            wait_until("the handler", || HANDLED.load(Ordering::Relaxed) > handled);
        }
        stopped.send(()).unwrap();
        pusher.join().unwrap()
    });
    let [accepted, counted, other] =
        [OK, COUNTED, OTHER].map(|it| TOLD[it].load(Ordering::Relaxed));
    assert_eq!((other, dropped), (0, counted));
    assert_eq!(events.len(), event_count as usize);

    let mut next = [0, BY_HANDLER];
    let (mut markers, mut marked, mut found) = (0, 0, 0);
    let mut marker: Option<IndexEvent> = None;
    for (seq, event) in events.iter().enumerate() {
        if event.event_kind == EventKind::LOST {
            assert!(marker.replace(*event).is_none(), "event {seq}: a second marker");
            markers += 1;
            marked += event.function_id.get();
            continue;
        }
        let id = event.function_id.get();
        let next = &mut next[usize::from(id >= BY_HANDLER)];
        assert!(id >= *next, "event {seq}: {event:?} again, or too late");
        *next = id + 1;
        found += 1;
        if let Some(marker) = marker.take() {
            assert_eq!(marker.timestamp_ns, event.timestamp_ns, "event {seq}");
        }
    }
    assert_eq!((found, marker), (accepted, None));
    assert_eq!(found + markers, u64::from(event_count));
    assert!(marked <= dropped, "{marked} of {dropped}");
}
