//! Sessions of many threads: they need neither more open files nor more maps than a process may have, and where they
//! would, that is an error that names the limit.
//!
//! Found by hand: a session of 34,000 threads ended `info`, `dump` and the reader of C by SIGABRT. Two or three maps
//! per thread used up vm.max_map_count, and then memory could not be allocated. `.ci/long` runs the first test with
//! 100,000 threads..
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use atf_tests::capi::{Language, Linked, installed, repository};
use atf_tests::cli;
use atf_tests::numbered::{options, push, small_ring, start};
use atf_tests::refusal::{Refusal, shim};
use atf_tests::scratch::{self, Scratch};

/// Open files that a program may have in these tests. A thread that is recorded has six.
const OPEN_FILES: u32 = 48;

/// How many threads: more than open files.
fn threads() -> u32 {
    std::env::var("ATF_TEST_THREADS").map_or(200, |text| text.parse().unwrap())
}

fn synth(dir: &Path, threads: u32, events: u32) {
    let (threads, events) = (threads.to_string(), events.to_string());
    let dir = dir.to_str().unwrap();
    let detail = ["--detail-every", "4"];
    let arguments = ["synth", "--out", dir, "--threads", &threads, "--events", &events];
    let output = limited(cli::program(), arguments.iter().chain(&detail));
    assert!(output.status.success(), "{output:?}");
}

/// Runs a program that may have few open files.
fn limited<A: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> Output {
    let mut command = scratch::command("sh");
    command.arg("-c").arg(format!("ulimit -n {OPEN_FILES}; exec \"$@\"")).arg("sh").arg(program);
    command.args(arguments).env("PYTHONPATH", atf_tests::python::package()).output().unwrap()
}

fn count_in_c() -> &'static Path {
    static BINARY: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    BINARY.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("many_threads");
        fs::create_dir_all(&folder).unwrap();
        let binary = folder.join("count");
        let source = repository().join("tests/c/tools/count.c");
        installed().compile(&[&source], &binary, Language::C11, Linked::Shared);
        binary
    })
}

/// The programs that read a session, by name.
fn readers(session: &Path) -> Vec<(&'static str, Command)> {
    let atf = |arguments: &[&str]| {
        let mut command = cli::atf();
        command.args(arguments).arg(session);
        command
    };
    let mut c = scratch::command(count_in_c());
    c.arg(session);
    let mut python = scratch::command("python3");
    python.arg("-B").arg(repository().join("tests/python/count.py")).arg(session);
    python.env("PYTHONPATH", atf_tests::python::package());
    vec![
        ("info", atf(&["info", "--json"])),
        ("dump", atf(&["dump", "--format", "csv", "--details"])),
        ("c", c),
        ("python", python),
    ]
}

#[test]
fn every_command_reads_more_threads_than_it_may_open_files() {
    let (threads, folder) = (threads(), Scratch::on_disk());
    let [dir, out] = ["session", "out"].map(|name| folder.path().join(name));
    synth(&dir, threads, threads * 4);
    let (dir, out) = (dir.to_str().unwrap(), out.to_str().unwrap());
    let run = |arguments: &[&str]| {
        let output = limited(cli::program(), arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let info = run(&["info", "--json", dir]);
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["threads"].as_array().unwrap().len(), threads as usize);
    assert_eq!((&info["events"], &info["details"]), (&(threads * 4).into(), &threads.into()));
    let lines = run(&["dump", "--format", "csv", "--details", dir]).lines().count();
    assert_eq!(lines, threads as usize * 4 + 1);
    assert!(run(&["verify", dir]).starts_with("clean: "));
    run(&["recover", dir, "--out", out]);
    run(&["recover", out, "--in-place"]);
    let counts = format!("threads {threads}, events {}\n", threads * 4);
    let c = limited(count_in_c(), [dir]);
    assert!(String::from_utf8_lossy(&c.stdout).contains(&counts), "{c:?}");
    let counts = format!("threads {threads} events {}\n", threads * 4);
    let script = repository().join("tests/python/count.py");
    let python = limited(Path::new("python3"), ["-B", script.to_str().unwrap(), dir]);
    assert!(String::from_utf8_lossy(&python.stdout).contains(&counts), "{python:?}");
}

// Symptom: recovery in place of a session with many rings failed: too many files are open. Cause: it held the lock of
// each ring until the end.
#[test]
fn more_rings_than_open_files_are_recovered_in_place() {
    let (threads, folder) = (200, Scratch::new());
    let dir = folder.path().join("session");
    let drain = start(&dir, options().ring(small_ring()));
    let producers: Vec<_> = (0..threads).map(|id| drain.register(id).unwrap()).collect();
    // The drain is killed, and so is the program.
    drop(drain);
    for producer in &producers {
        push(producer, 0).unwrap();
    }
    drop(producers);
    let dir = dir.to_str().unwrap();
    let rings = |dir: &str| {
        let dirs = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        dirs.filter(|thread| thread.join("lanes.ring").exists()).count()
    };
    assert_eq!(rings(dir), threads as usize);
    let recovered = limited(cli::program(), ["recover", dir, "--in-place"]);
    assert!(matches!(recovered.status.code(), Some(0 | 1)), "{recovered:?}");
    assert_eq!(rings(dir), 0);
    let verified = limited(cli::program(), ["verify", dir]);
    let text = String::from_utf8_lossy(&verified.stdout);
    assert!(text.starts_with("clean: 200 threads, 200 events"), "{verified:?}");
}

/// Runs a program for which a process may have so many maps.
fn with_maps(command: &mut Command, folder: &Path, maps: u32) -> Output {
    let limit = folder.join("max_map_count");
    fs::write(&limit, format!("{maps}\n")).unwrap();
    command.env("LD_PRELOAD", shim()).env("REFUSE_MAPS", limit).output().unwrap()
}

// Half of the maps are for files. Files beyond these are read to memory, as long as they are not long.
#[test]
fn files_for_which_there_are_no_maps_are_read_to_memory() {
    let folder = Scratch::new();
    let dir = folder.path().join("session");
    // 19,200 bytes of events each.
    synth(&dir, 30, 30 * 600);
    for (name, mut command) in readers(&dir) {
        let normal = command.output().unwrap();
        let few = with_maps(&mut command, folder.path(), 20);
        assert!(normal.status.success() && !normal.stdout.is_empty(), "{name}: {normal:?}");
        assert_eq!((few.status.code(), few.stdout), (Some(0), normal.stdout), "{name}");
    }
}

#[test]
fn long_files_for_which_there_are_no_maps_are_an_error_that_names_the_limit() {
    let folder = Scratch::new();
    let dir = folder.path().join("session");
    // 320,000 bytes of events each.
    synth(&dir, 12, 12 * 10_000);
    for (name, mut command) in readers(&dir) {
        let output = with_maps(&mut command, folder.path(), 10);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {error}");
        // With --json the error is on stdout too.
        assert!(name == "info" || output.stdout.is_empty(), "{name}");
        for part in ["thread_", "cannot map", "vm.max_map_count", "Cannot allocate memory"] {
            assert!(error.contains(part), "{name}: {part} in {error}");
        }
    }
    // These take one thread after the other.
    for arguments in [&["verify"][..], &["recover", "--in-place"]] {
        let mut command = cli::atf();
        command.args(arguments).arg(&dir);
        let output = with_maps(&mut command, folder.path(), 10);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn limits_of_the_system_are_named_by_every_reader() {
    let folder = Scratch::new();
    let dir = folder.path().join("session");
    synth(&dir, 3, 3 * 600);
    let path = dir.join("thread_1/index.atf");
    for (call, errno, names) in [
        ("open", libc::EMFILE, "ulimit -n"),
        ("open", libc::ENFILE, "fs.file-max"),
        ("map", libc::ENOMEM, "vm.max_map_count"),
    ] {
        for (name, mut command) in readers(&dir) {
            let refusal = Refusal { path: &path, call, errno, at: 1, times: None };
            refusal.apply(&mut command, &folder.path().join("log"));
            let output = command.output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{name}: {error}");
            assert!(error.contains(names) && error.contains("thread_1"), "{name}: {error}");
        }
    }
}
