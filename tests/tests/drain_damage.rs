//! A drain whose session is changed by others: rings damaged while they are drained, directories and
//! files removed, producers halted within a push (W-L).
#![cfg(target_os = "linux")]

use std::fs::{self, OpenOptions};
use std::mem::offset_of;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use atf_runtime::Error;
use atf_runtime::drain::Drain;
use atf_runtime::format::RingControl;
use atf_runtime::manifest::{Manifest, Module, State, Symbol};
use atf_tests::numbered::{
    Pushed, assert_clean, assert_exact, index_len, options, push, read, small_ring, start, wait_for,
};
use atf_tests::scratch::Scratch;

/// Stores a word of a ring that is in use.
fn put(dir: &Path, thread_id: u32, at: usize, value: u64) {
    let path = dir.join(format!("thread_{thread_id}/lanes.ring"));
    let ring = OpenOptions::new().write(true).open(path).unwrap();
    ring.write_all_at(&value.to_le_bytes(), at as u64).unwrap();
}

fn state(dir: &Path) -> Option<State> {
    Manifest::read(dir.join("manifest.json")).unwrap().state
}

#[test]
fn ring_that_is_damaged_while_it_is_drained_does_not_disturb_the_others() {
    for (at, value, field) in [
        (offset_of!(RingControl, index_head), u64::MAX, "index_head"),
        (offset_of!(RingControl, index_head), 1 << 40, "index_head"),
        (offset_of!(RingControl, index_head), 0, "index_head"),
        (offset_of!(RingControl, detail_head), u64::MAX, "detail_head"),
    ] {
        let dir = Scratch::new();
        let dir = dir.path().join("session");
        let drain = start(&dir, options().ring(small_ring()));
        let (damaged, healthy) = (drain.register(0).unwrap(), drain.register(1).unwrap());
        let mut pushed = [Pushed::default(); 2];
        pushed[0].push_many(&damaged, 100);
        wait_for("the drain", || drain.metrics().threads.iter().any(|it| it.events >= 100));
        put(&dir, 0, at, value);
        wait_for("the drain to see it", || {
            drain.metrics().last_error.is_some_and(|error| error.contains(field))
        });
        // The traced threads continue.
        pushed[0].push_many(&damaged, 1_000);
        pushed[1].push_many(&healthy, 1_000);
        let error = drain.stop().unwrap_err().to_string();
        assert!(error.contains("thread_0/lanes.ring: control at byte 1"), "{error}");
        assert!(error.contains(field), "{error}");
        // It is left to recovery, and the session is not "complete".
        assert!(dir.join("thread_0/lanes.ring").exists());
        assert_eq!(state(&dir), Some(State::Recording));
        assert_exact(&dir, 1, &pushed[1]);
        assert!(!dir.join("thread_1/lanes.ring").exists());
        // What was in the files before stays.
        assert!(read(&dir.join("thread_0")).recorded >= 100);
    }
}

#[test]
fn push_that_is_held_up_when_the_recording_is_stopped_keeps_its_ring() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options());
    let (held_up, other) = (drain.register(0).unwrap(), drain.register(1).unwrap());
    let mut pushed = [Pushed::default(); 2];
    pushed[0].push_many(&held_up, 10);
    pushed[1].push_many(&other, 10);
    // As a producer leaves it that a debugger halts.
    put(&dir, 0, offset_of!(RingControl, pushing), 1);
    let summary = drain.stop().unwrap();
    assert_eq!(summary.unfinished, [0]);
    assert_eq!(state(&dir), Some(State::Recording));
    assert_exact(&dir, 1, &pushed[1]);
    // Its producer is gone, and an interrupted push is not counted.
    drop(held_up);
    assert!(Drain::attach(&dir, options()).unwrap().stop().unwrap().unfinished.is_empty());
    assert_clean(&dir);
    assert_exact(&dir, 0, &pushed[0]);
    assert_exact(&dir, 1, &pushed[1]);
}

#[test]
fn removed_thread_is_an_error_and_costs_the_others_nothing() {
    let dir = Scratch::on_disk();
    let dir = dir.path().join("session");
    let drain = start(&dir, options().sync_on_finalize(true));
    let producers = [drain.register(0).unwrap(), drain.register(1).unwrap()];
    let mut pushed = Pushed::default();
    push(&producers[0], 0).unwrap();
    pushed.push_many(&producers[1], 100);
    wait_for("the drain", || index_len(&dir, 0) > 0);
    fs::remove_dir_all(dir.join("thread_0")).unwrap();
    push(&producers[0], 1).unwrap();
    drop(producers);
    // Not waited for without end.
    let error = drain.wait().unwrap_err();
    let thread = dir.join("thread_0");
    assert!(matches!(&error, Error::Io { path, .. } if path.starts_with(&thread)), "{error}");
    assert_exact(&dir, 1, &pushed);
    assert_eq!(state(&dir), Some(State::Recording));
}

#[test]
fn removed_session_is_not_waited_for() {
    for (has_thread, has_files) in [(false, false), (true, false), (true, true)] {
        let dir = Scratch::new();
        let dir = dir.path().join("session");
        let drain = start(&dir, options());
        let producer = has_thread.then(|| drain.register(0).unwrap());
        if let Some(producer) = producer.as_ref().filter(|_| has_files) {
            push(producer, 0).unwrap();
            wait_for("the drain", || index_len(&dir, 0) > 0);
        }
        fs::remove_dir_all(&dir).unwrap();
        if let Some(producer) = &producer {
            push(producer, 1).unwrap();
        }
        // That of the session, and not that of its threads.
        let error = drain.wait().unwrap_err();
        assert!(matches!(&error, Error::Io { path, .. } if *path == dir), "{error}");
    }
}

#[test]
fn removed_ring_is_drained_to_its_end() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options());
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 10);
    wait_for("the drain", || index_len(&dir, 0) > 0);
    fs::remove_file(dir.join("thread_0/lanes.ring")).unwrap();
    pushed.push_many(&producer, 10);
    drain.stop().unwrap();
    assert_clean(&dir);
    assert_exact(&dir, 0, &pushed);
}

#[test]
fn missing_or_broken_manifest_is_rebuilt() {
    for broken in [None, Some("{"), Some("[]")] {
        let dir = Scratch::new();
        let dir = dir.path().join("session");
        let drain = start(&dir, options());
        let mut pushed = Pushed::default();
        // Alive until the drain is gone: what it counted is still in its ring.
        let producer = drain.register(0).unwrap();
        pushed.push_many(&producer, 10);
        drop(drain);
        drop(producer);
        match broken {
            None => fs::remove_file(dir.join("manifest.json")).unwrap(),
            Some(text) => fs::write(dir.join("manifest.json"), text).unwrap(),
        }
        Drain::attach(&dir, options()).unwrap().stop().unwrap();
        assert_clean(&dir);
        assert_exact(&dir, 0, &pushed);
    }
}

#[test]
fn manifest_values_outlive_the_drain() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options().ring(small_ring()));
    let module = Module::new(1, "libone.so");
    drain.set_symbols(vec![module.clone()], vec![Symbol::new(1, 2, "two")]);
    let mut pushed = [Pushed::default(); 2];
    pushed[0].push_many(&drain.register(0).unwrap(), 1_000);
    wait_for("the first thread to be finished", || !dir.join("thread_0/lanes.ring").exists());
    let producer = drain.register(1).unwrap();
    pushed[1].push_many(&producer, 1_000);
    drop(drain);
    drop(producer);
    // Another one drains the second thread, and knows the first from the manifest alone.
    let summary = Drain::attach(&dir, options()).unwrap().stop().unwrap();
    assert_eq!(summary.threads.len(), 1);
    assert_clean(&dir);
    assert_exact(&dir, 0, &pushed[0]);
    assert_exact(&dir, 1, &pushed[1]);
    assert_eq!((&summary.manifest.modules, summary.manifest.symbols.len()), (&vec![module], 1));
    // A thread that is removed stays listed, with its counts.
    fs::remove_dir_all(dir.join("thread_0")).unwrap();
    let summary = Drain::attach(&dir, options()).unwrap().stop().unwrap();
    let listed = summary.manifest.threads.iter().find(|thread| thread.id == 0).unwrap();
    let counts = listed.counts().unwrap();
    assert_eq!((counts.recorded, counts.dropped_events), (pushed[0].recorded, pushed[0].dropped));
}

// The next drain reads the manifest after the last one has finished with it, not before.
#[test]
fn drain_that_attaches_while_another_ends_the_session_keeps_its_manifest() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options().ring(small_ring()));
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 1_000);
    drain.set_symbols(vec![], vec![Symbol::new(1, 2, "two")]);
    let is_refused = AtomicBool::new(false);
    let summary = std::thread::scope(|scope| {
        let next = scope.spawn(|| {
            loop {
                match Drain::attach(&dir, options()) {
                    Ok(drain) => return drain.stop().unwrap(),
                    Err(Error::BeingRecorded { .. }) => is_refused.store(true, Ordering::Relaxed),
                    Err(error) => panic!("{error}"),
                }
            }
        });
        wait_for("the next drain to come", || is_refused.load(Ordering::Relaxed));
        drain.stop().unwrap();
        next.join().unwrap()
    });
    assert_eq!(summary.manifest.symbols.len(), 1);
    assert_clean(&dir);
    assert_exact(&dir, 0, &pushed);
}

/// Ends a session as `atf drain` does: by waiting for its end.
fn wait_for_the_end_of(dir: &Path) -> atf_runtime::Result<()> {
    let drain = Drain::attach(dir, options()).unwrap();
    drain.stop_when_over();
    wait_for("the end of the session", || drain.is_finished());
    drain.wait().map(drop)
}

#[test]
fn session_without_rings_whose_threads_have_ended_is_not_waited_for() {
    for has_manifest in [true, false] {
        let dir = Scratch::new();
        let dir = dir.path().join("session");
        let drain = start(&dir, options());
        let mut pushed = Pushed::default();
        pushed.push_many(&drain.register(0).unwrap(), 10);
        wait_for("its end", || !dir.join("thread_0/lanes.ring").exists());
        // As if it were killed before it ended the session.
        drop(drain);
        if !has_manifest {
            fs::remove_file(dir.join("manifest.json")).unwrap();
        }
        wait_for_the_end_of(&dir).unwrap();
        assert_clean(&dir);
        assert_eq!(read(&dir.join("thread_0")).recorded, 10);
    }
}

#[test]
fn session_of_rings_that_need_recovery_is_not_waited_for() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options());
    let producer = drain.register(0).unwrap();
    Pushed::default().push_many(&producer, 10);
    drop(drain);
    drop(producer);
    put(&dir, 0, offset_of!(RingControl, boot_id), 0);
    let error = wait_for_the_end_of(&dir).unwrap_err().to_string();
    assert!(error.contains("a ring of another one needs recovery"), "{error}");
    assert_eq!(state(&dir), Some(State::Recording));
}

#[test]
fn drain_does_not_attach_to_a_folder_that_is_no_session() {
    let dir = Scratch::new();
    let error = Drain::attach(dir.path(), options()).unwrap_err();
    assert!(matches!(error, Error::NotATrace { .. }), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let error = Drain::attach(dir.path().join("nothing"), options()).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    // A session that has ended is ended again, with nothing changed.
    let session = dir.path().join("session");
    let drain = start(&session, options());
    let mut pushed = Pushed::default();
    pushed.push_many(&drain.register(0).unwrap(), 10);
    drain.stop().unwrap();
    let before = fs::read(session.join("manifest.json")).unwrap();
    Drain::attach(&session, options()).unwrap().wait().unwrap();
    assert_eq!(fs::read(session.join("manifest.json")).unwrap(), before);
    assert_clean(&session);
    assert_exact(&session, 0, &pushed);
}
