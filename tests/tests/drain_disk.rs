//! A drain whose disk is full or fails: what is lost, what it reports, and that a later drain or
//! recovery writes every event whose push returned success.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::manifest::{Manifest, State, Symbol};
use atf_runtime::recovery::Plan;
use atf_runtime::ring::{PushError, WhenFull};
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_runtime::{Error, WriterOptions};
use atf_tests::disk::{Call, TestDisk};
use atf_tests::numbered::{
    Found, Pushed, assert_clean, assert_exact, index_len, options, platform, push, read,
    small_ring, wait_for,
};
use atf_tests::scratch::Scratch;

/// What a [`TestDisk`] answers.
const REFUSED: &str = "the disk failed, as the test asked";

/// A session on a disk of the test, with one thread.
struct Session {
    disk: TestDisk,
    dir: PathBuf,
    _temporary: Scratch,
}

impl Session {
    fn new() -> Self {
        let temporary = Scratch::new();
        let dir = temporary.path().join("session");
        Self { disk: TestDisk::new(), dir, _temporary: temporary }
    }

    fn start(&self, options: DrainOptions) -> Drain {
        let writer = WriterOptions::default();
        let session =
            SessionWriter::create_in(self.disk.clone(), &self.dir, platform(), writer).unwrap();
        Drain::start(session, options).unwrap()
    }

    fn has(&self, name: &str) -> bool {
        self.dir.join(name).exists()
    }

    fn state(&self) -> Option<State> {
        Manifest::read(self.dir.join("manifest.json")).unwrap().state
    }

    /// A later drain, on a disk that works, ends the session with exactly what was pushed.
    fn assert_drained_later(&self, pushed: &Pushed) -> Found {
        let drain = Drain::attach(&self.dir, options()).unwrap();
        assert_eq!(drain.stop().unwrap().manifest.state, Some(State::Complete));
        assert_clean(&self.dir);
        assert_exact(&self.dir, 0, pushed)
    }

    /// Recovery makes a copy with exactly what was pushed.
    fn assert_recovered(&self, pushed: &Pushed) {
        let out = self.dir.with_file_name("recovered");
        let plan = Plan::of(&TracePath::Session(self.dir.clone()), None).unwrap();
        plan.write_copy(&Disk, &out, None).unwrap();
        assert_eq!(read(&out.join("thread_0")).recorded, pushed.recorded);
    }
}

/// Waits until the drain reports an error with this text.
fn wait_for_error(drain: &Drain, text: &str) {
    let what = format!("the error {text:?}");
    wait_for(&what, || drain.metrics().last_error.is_some_and(|error| error.contains(text)));
}

fn assert_io(error: &Error, path: &Path, action: &str) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    assert_eq!(error.to_string(), format!("{}: cannot {action}", path.display()));
    assert_eq!(cause.as_deref(), Some(REFUSED));
}

// Nothing is lost while the ring has room: the drain reports the failure and tries again.
#[test]
fn full_disk_that_gets_room_again_costs_nothing() {
    let session = Session::new();
    // It has room for all that comes while the disk is full.
    let drain =
        session.start(options().ring(small_ring().index_bytes(1 << 16).detail_bytes(1 << 16)));
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 50);
    wait_for("the thread's files", || index_len(&session.dir, 0) > 0);
    session.disk.full_at(session.disk.used());
    pushed.push_many(&producer, 60);
    wait_for_error(&drain, "cannot write");
    session.disk.freed();
    pushed.push_many(&producer, 50);
    assert_eq!(pushed.dropped, 0);
    drop(producer);
    let summary = drain.stop().unwrap();
    assert_eq!(summary.manifest.state, Some(State::Complete));
    assert_clean(&session.dir);
    assert_exact(&session.dir, 0, &pushed);
}

// Only events that do not fit into the ring are lost, and they are counted. An event whose push
// returned success stays in the ring or the files.
#[test]
fn full_disk_drops_only_what_the_ring_cannot_hold() {
    let session = Session::new();
    let drain = session.start(options().ring(small_ring()));
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 10);
    wait_for("the thread's files", || index_len(&session.dir, 0) > 0);
    session.disk.full_at(session.disk.used());
    pushed.push_many(&producer, 1_000);
    assert!(pushed.dropped > 0, "a ring of 4 KiB has no room for 1000 events");
    drop(producer);
    let error = drain.stop().unwrap_err();
    assert!(error.to_string().contains("cannot write"), "{error}");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no storage space");
    assert!(session.has("thread_0/lanes.ring"));
    // There is room for the manifest: the drain reserved it.
    let manifest = Manifest::read(session.dir.join("manifest.json")).unwrap();
    assert_eq!(manifest.state, Some(State::Recording));
    let failed = manifest.failed.expect("room for it");
    assert!(failed.starts_with("thread_0/") && failed.ends_with(": no storage space"), "{failed}");
    assert!(!session.has("manifest.json.new"));
    session.disk.freed();
    session.assert_recovered(&pushed);
    let found = session.assert_drained_later(&pushed);
    assert_eq!(found.lost, pushed.dropped);
}

// The producer that waits for room does so while the drain lives, and then gets it.
#[test]
fn producer_that_waits_for_room_outlasts_a_full_disk() {
    let session = Session::new();
    let drain = session.start(options().ring(small_ring().when_full(WhenFull::Block)));
    let producer = drain.register(0).unwrap();
    push(&producer, 0).unwrap();
    wait_for("the thread's files", || index_len(&session.dir, 0) > 0);
    session.disk.full_at(session.disk.used());
    let pushed = thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let mut pushed = Pushed { recorded: 1, ..Pushed::default() };
            pushed.push_many(&producer, 5_000);
            pushed
        });
        wait_for_error(&drain, "no storage space");
        session.disk.freed();
        worker.join().unwrap()
    });
    assert_eq!(pushed.dropped, 0);
    drain.stop().unwrap();
    assert_clean(&session.dir);
    assert_exact(&session.dir, 0, &pushed);
}

#[test]
fn sync_that_fails_at_the_end_keeps_the_ring() {
    for (file, action) in [("index.atf", "sync"), ("detail.atf", "sync"), ("thread_0", "sync")] {
        let session = Session::new();
        let drain = session.start(DrainOptions::default().ring(small_ring()));
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, 20);
        let call = if file == "thread_0" { Call::SyncDir } else { Call::Sync };
        session.disk.fail_all(call, file);
        // The producer is still there: the drain ends the files once, when it is stopped.
        let error = drain.stop().unwrap_err();
        drop(producer);
        let path = match file {
            "thread_0" => session.dir.join(file),
            _ => session.dir.join("thread_0").join(file),
        };
        assert_io(&error, &path, action);
        // What is not known to be on the disk is still in the ring.
        assert!(session.has("thread_0/lanes.ring"), "{file}");
        assert_eq!(session.state(), Some(State::Recording), "{file}");
        session.assert_recovered(&pushed);
        session.assert_drained_later(&pushed);
    }
}

#[test]
fn manifest_that_cannot_be_written_at_the_end_keeps_the_rings() {
    for (call, name, action) in [
        (Call::CreateNew, "manifest.json.new", "create"),
        (Call::Write, "manifest.json.new", "write"),
        (Call::Sync, "manifest.json.new", "write"),
        (Call::Rename, "manifest.json", "replace"),
    ] {
        let session = Session::new();
        let drain = session.start(options().ring(small_ring()));
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, 20);
        session.disk.fail_all(call, name);
        drop(producer);
        let error = drain.stop().unwrap_err();
        assert_io(&error, &session.dir.join(name), action);
        // The counts of lost events are in the ring until the manifest has them.
        assert!(session.has("thread_0/lanes.ring"), "{call:?}");
        assert_eq!(session.state(), Some(State::Recording), "{call:?}");
        session.assert_recovered(&pushed);
        session.assert_drained_later(&pushed);
    }
}

#[test]
fn names_that_cannot_be_written_now_are_written_at_the_end() {
    let session = Session::new();
    let drain = session.start(options().ring(small_ring()));
    session.disk.fail_all(Call::Rename, "manifest.json");
    drain.set_symbols(vec![], vec![Symbol::new(1, 1, "main")]);
    wait_for_error(&drain, "manifest.json: cannot replace");
    session.disk.repaired();
    let summary = drain.stop().unwrap();
    assert_eq!(summary.manifest.symbols.len(), 1);
    assert_eq!(Manifest::read(session.dir.join("manifest.json")).unwrap(), summary.manifest);
}

#[test]
fn file_that_cannot_be_created_is_tried_again() {
    for name in ["index.atf", "detail.atf"] {
        let session = Session::new();
        session.disk.fail_all(Call::CreateNew, name);
        let drain = session.start(options().ring(small_ring().when_full(WhenFull::Block)));
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, 10);
        wait_for_error(&drain, &format!("{name}: cannot create: {REFUSED}"));
        session.disk.repaired();
        pushed.push_many(&producer, 1_000);
        drop(producer);
        drain.stop().unwrap();
        assert_clean(&session.dir);
        assert_exact(&session.dir, 0, &pushed);
    }
}

#[test]
fn file_that_can_never_be_created_keeps_the_ring() {
    for name in ["index.atf", "detail.atf"] {
        let session = Session::new();
        session.disk.fail_all(Call::CreateNew, name);
        let drain = session.start(options().ring(small_ring()));
        let producer = drain.register(0).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, 10);
        let error = drain.stop().unwrap_err();
        assert_io(&error, &session.dir.join("thread_0").join(name), "create");
        // Also the ring whose files could never be created is closed: nobody would take what is pushed
        // later.
        assert_eq!(pushed.push(&producer), Err(PushError::Closed), "{name}");
        drop(producer);
        assert_eq!(session.state(), Some(State::Recording), "{name}");
        session.assert_recovered(&pushed);
        session.assert_drained_later(&pushed);
    }
}

#[test]
fn directory_that_cannot_be_listed_is_listed_again() {
    let session = Session::new();
    session.disk.fail_all(Call::ListDirs, "session");
    let drain = session.start(options().ring(small_ring().when_full(WhenFull::Block)));
    wait_for_error(&drain, "session: cannot read the directory");
    // A thread that registers is known without a look at the directory.
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 1_000);
    session.disk.repaired();
    drop(producer);
    drain.stop().unwrap();
    assert_clean(&session.dir);
    assert_exact(&session.dir, 0, &pushed);
}

#[test]
fn ring_that_cannot_be_removed_is_an_error_and_its_events_are_in_the_files() {
    let session = Session::new();
    session.disk.fail_all(Call::RemoveFile, "lanes.ring");
    let drain = session.start(options().ring(small_ring()));
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 20);
    drop(producer);
    let error = drain.stop().unwrap_err();
    assert_io(&error, &session.dir.join("thread_0/lanes.ring"), "remove");
    assert_exact(&session.dir, 0, &pushed);
    session.assert_drained_later(&pushed);
}

#[test]
fn drain_that_attaches_to_another_disk_reports_its_errors() {
    let session = Session::new();
    let drain = session.start(options().ring(small_ring()));
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 20);
    drop(drain);
    drop(producer);
    let disk = TestDisk::new();
    disk.fail_all(Call::Write, "index.atf");
    let error = Drain::attach_in(disk, &session.dir, options()).unwrap().stop().unwrap_err();
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), REFUSED);
    session.assert_drained_later(&pushed);
}

/// Collects what a drain reports.
fn notices_of(drain: &Drain) -> Arc<Mutex<Vec<String>>> {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&notices);
    drain.on_notice(move |notice| to.lock().unwrap().push(notice.to_string()));
    notices
}

// Symptom: two minutes of waiting for room, and no word to anybody.
#[test]
fn full_disk_is_reported_once_although_several_threads_wait() {
    let session = Session::new();
    let drain = session.start(options().ring(small_ring().when_full(WhenFull::Block)));
    let producers = [0, 1, 2].map(|id| drain.register(id).unwrap());
    for producer in &producers {
        push(producer, 0).unwrap();
    }
    wait_for("the files", || (0..3).all(|id| index_len(&session.dir, id) > 0));
    let notices = notices_of(&drain);
    session.disk.full_at(session.disk.used());
    thread::scope(|scope| {
        for producer in producers {
            scope.spawn(move || {
                Pushed { recorded: 1, ..Pushed::default() }.push_many(&producer, 1_000);
            });
        }
        wait_for("the report", || !notices.lock().unwrap().is_empty());
        wait_for("the metrics", || drain.metrics().stalled_by.is_some());
        // A thread that comes now waits for its file.
        let late = drain.register(3).unwrap();
        Pushed::default().push_many(&late, 10);
        wait_for("the late thread", || session.has("thread_3/lanes.ring"));
        session.disk.freed();
    });
    wait_for("the end of the report", || notices.lock().unwrap().len() == 2);
    wait_for("the metrics", || drain.metrics().stalled_by.is_none());
    drain.stop().unwrap();
    let notices = notices.lock().unwrap();
    assert!(
        notices[0].contains(": no storage space; the drain waits until there is room"),
        "{notices:?}"
    );
    assert_eq!(notices[1..], ["the drain continues: what failed works again"]);
    assert_clean(&session.dir);
}

// An observer that comes late is told what is wrong already.
#[test]
fn sync_that_fails_on_the_way_is_reported_and_the_recording_continues() {
    let session = Session::new();
    let ring = small_ring().when_full(WhenFull::Block);
    let drain = session.start(options().ring(ring).sync_bytes(Some(4_096)));
    session.disk.fail_all(Call::Sync, "index.atf");
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 1_000);
    let said = format!("thread_0/index.atf: cannot sync: {REFUSED}");
    wait_for("the manifest", || {
        let manifest = Manifest::read(session.dir.join("manifest.json")).unwrap();
        manifest.failed.as_deref() == Some(&said)
    });
    assert_eq!(session.state(), Some(State::Recording));
    session.disk.repaired();
    let syncs = session.disk.syncs();
    pushed.push_many(&producer, 1_000);
    assert_eq!(pushed.dropped, 0);
    let notices = notices_of(&drain);
    assert_io(&drain.stop().unwrap_err(), &session.dir.join("thread_0/index.atf"), "sync");
    // Only the manifest and its directory are synced after it.
    assert!(session.disk.syncs() <= syncs + 6, "{}", session.disk.syncs() - syncs);
    drop(producer);
    session.assert_recovered(&pushed);
    let found = session.assert_drained_later(&pushed);
    assert_eq!(found.recorded, 2_000);
    let manifest = Manifest::read(session.dir.join("manifest.json")).unwrap();
    // The ring holds 128 events.
    assert_eq!(manifest.threads[0].unverified[0][0], 0, "{:?}", manifest.threads[0]);
    drop(notices);
}
