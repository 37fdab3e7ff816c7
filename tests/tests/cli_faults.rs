//! `atf drain` and `atf synth` when the system refuses: a sync fails, the disk is full or may not be written,
//! a thread cannot be started. Each says what failed, ends with exit 2 or waits, and leaves a manifest that says
//! why it is not complete.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use atf_runtime::WriterOptions;
use atf_runtime::manifest::{Manifest, State};
use atf_runtime::ring::{Producer, RingOptions};
use atf_runtime::session::SessionWriter;
use atf_tests::cli::{Build, Run, program, run_on};
use atf_tests::numbered::{Pushed, assert_clean, assert_exact, platform, small_ring};
use atf_tests::scratch::{self, Scratch};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// The library of `tests/c/faults`, compiled once.
fn faults() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("c/faults/faults.c");
        let library = Build::of_this_program().target_dir.join("tmp/libfaults.so");
        fs::create_dir_all(library.parent().unwrap()).unwrap();
        let mut compiler = scratch::command("cc");
        compiler.args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&library).arg(source);
        let output = compiler.arg("-ldl").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        library
    })
}

/// Runs `atf` with faults.
fn run_with(fault: (&str, &str), args: &[&str]) -> Run {
    let mut command = scratch::command(program());
    finished(command.env("LD_PRELOAD", faults()).env(fault.0, fault.1).args(args))
}

fn finished(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A session that a program left in the ring of one thread.
struct Session {
    dir: PathBuf,
    pushed: Pushed,
    _temporary: Scratch,
}

impl Session {
    fn new(ring: RingOptions, events: u64) -> Self {
        let temporary = Scratch::new();
        let dir = temporary.path().join("s");
        SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
        let producer = Producer::create(&dir, 0, platform(), ring).unwrap();
        let mut pushed = Pushed::default();
        pushed.push_many(&producer, events);
        assert_eq!(pushed.dropped, 0);
        Self { dir, pushed, _temporary: temporary }
    }

    fn manifest(&self) -> Manifest {
        Manifest::read(self.dir.join("manifest.json")).unwrap()
    }

    fn has_ring(&self) -> bool {
        self.dir.join("thread_0/lanes.ring").exists()
    }

    fn path(&self) -> &str {
        self.dir.to_str().unwrap()
    }
}

// Symptom: the drain tried 240 times in 12 s and never ended; killed and run again, it ended with 0.
#[test]
fn drain_ends_with_exit_2_after_a_failed_sync_and_the_next_one_completes_the_session() {
    for (name, said) in [
        ("index.atf", "thread_0/index.atf: cannot sync"),
        ("detail.atf", "thread_0/detail.atf: cannot sync"),
        ("thread_0", "thread_0: cannot sync"),
        ("manifest.json.new", "manifest.json.new: cannot write"),
        ("s", "/s: cannot sync"),
    ] {
        let session = Session::new(small_ring(), 50);
        let run = run_with(("FAULT_SYNC", name), &["drain", session.path()]).exits(2);
        let cause = "Input/output error (os error 5)";
        assert!(run.stderr.contains(&format!("{said}: {cause}")), "{name}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{name}");
        let manifest = session.manifest();
        assert_eq!(manifest.state, Some(State::Recording), "{name}");
        if said.starts_with("thread_0") {
            assert!(session.has_ring(), "{name}");
            assert_eq!(manifest.failed, Some(format!("{said}: {cause}")), "{name}");
            let verify = run_on("verify", &session.dir, &[]).exits(1);
            let problem = format!(
                "manifest at byte 0: failed: expected a recording that ended in order, found {said}: {cause}"
            );
            assert!(verify.stdout.contains(&problem), "{}", verify.stdout);
        }
        run_on("drain", &session.dir, &[]).exits(0);
        assert_clean(&session.dir);
        assert_exact(&session.dir, 0, &session.pushed);
        assert_eq!(session.manifest().failed, None, "{name}");
    }
}

// Symptom: a program that waits for room waited for two minutes, and nobody said why.
#[test]
fn full_disk_is_said_once_and_the_drain_continues_when_there_is_room() {
    let session = Session::new(RingOptions::default(), 20_000);
    // Enough for the manifest. `exec`: the process is the drain. Its default for SIGXFSZ is to end.
    let script = "ulimit -S -f 64; exec \"$@\"";
    let mut command = scratch::command("sh");
    command.args(["-c", script, "sh"]).arg(program()).args(["drain", session.path()]);
    let mut drain = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(drain.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("note: "), "{line}");
    assert!(
        line.ends_with("File too large (os error 27); the drain waits until there is room\n"),
        "{line}"
    );
    let id = Pid::from_raw(drain.id().try_into().unwrap());
    let unlimited = Rlimit { current: None, maximum: None };
    prlimit(id, Resource::Fsize, unlimited).unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(drain.wait().unwrap().code(), Some(0), "{rest}");
    assert_eq!(rest, "note: the drain continues: what failed works again\n");
    assert_clean(&session.dir);
    assert_exact(&session.dir, 0, &session.pushed);
}

/// Runs `atf` as a user who may write nothing in the session.
fn run_as_stranger(session: &Session, args: &[&str]) -> Run {
    let mode =
        |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    mode(session.dir.parent().unwrap(), 0o711);
    mode(&session.dir, 0o555);
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = scratch::command("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program());
        command
    } else {
        scratch::command(program())
    };
    let run = finished(command.args(args));
    mode(&session.dir, 0o755);
    run
}

// Symptom: on a disk that is mounted read-only, the drain waited, and then said that no thread registered.
#[test]
fn drain_that_may_not_write_says_so() {
    let session = Session::new(small_ring(), 50);
    let run = run_as_stranger(&session, &["drain", session.path(), "--wait", "60"]).exits(2);
    let path = session.path();
    assert_eq!(
        run.stderr,
        format!("error: {path}: cannot create files in it: Permission denied (os error 13)\n")
    );
    run_on("drain", &session.dir, &[]).exits(0);
    assert_exact(&session.dir, 0, &session.pushed);
}

// Symptom: a panic with "failed to spawn thread".
#[test]
fn synth_without_a_thread_says_so_and_leaves_nothing() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    // The first one is the drain.
    for (thread, said) in [("1", "start a drain thread for: "), ("2", "cannot start a thread: ")] {
        let args = ["synth", "--out", out.to_str().unwrap(), "--threads", "4", "--events", "100"];
        let run = run_with(("FAULT_THREAD", thread), &args).exits(2);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        let end = format!("{said}Resource temporarily unavailable (os error 11)\n");
        assert!(run.stderr.ends_with(&end), "{}", run.stderr);
        assert_empty(dir.path());
    }
}

#[test]
fn synth_that_finds_no_room_is_not_killed_and_leaves_nothing() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    // No room for what the drain writes, and none for a ring.
    for (blocks, events) in [("20000", "1000000"), ("200", "100000")] {
        let script = format!("ulimit -f {blocks}; exec \"$@\"");
        let mut command = scratch::command("sh");
        command.args(["-c", &script, "sh"]).arg(program()).arg("synth").arg("--out").arg(&out);
        let run = finished(command.args(["--events", events, "--threads", "1"])).exits(2);
        assert!(run.stderr.contains("File too large (os error 27)"), "{}", run.stderr);
        assert_empty(dir.path());
    }
}

/// What is not complete is no session: neither it nor a part of it is left.
fn assert_empty(dir: &Path) {
    let left: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}
