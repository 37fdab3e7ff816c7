//! Ctrl-C, SIGTERM and SIGKILL while a command writes an output.
//!
//! Found by hand: after Ctrl-C, `recover --out` and `synth` left half a session at the place where all of it was to be,
//! and the next run refused the directory as taken. The output is made beside its place now, and removed by a signal.
//! W-012.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use atf_tests::cli;
use atf_tests::numbered::wait_for;
use atf_tests::scratch::Scratch;
use rustix::process::{Pid, Signal, kill_process};

fn start(arguments: &[&str]) -> Child {
    let mut command = cli::atf();
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// What lies beside `out` or at its place.
fn names(out: &Path) -> Vec<PathBuf> {
    let name = out.file_name().unwrap().to_str().unwrap();
    let entries = fs::read_dir(out.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<PathBuf> = entries
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name))
        .collect();
    names.sort();
    names
}

/// Sends a signal once a thread's directory was made.
fn interrupt(child: Child, out: &Path, signal: Signal) -> Output {
    let partial = PathBuf::from(format!("{}.partial-{}", out.display(), child.id()));
    wait_for("a thread of the output", || {
        assert!(!out.exists(), "the output is made at its place");
        fs::read_dir(&partial).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_str().unwrap().starts_with("thread_"))
        })
    });
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, signal).unwrap();
    child.wait_with_output().unwrap()
}

const ENDLESS: [&str; 4] = ["--threads", "4", "--events", "4000000000"];

#[test]
fn synth_that_is_interrupted_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = Scratch::on_disk();
        let out = folder.path().join("trace");
        let child = start(&[&["synth", "--out", out.to_str().unwrap()], &ENDLESS[..]].concat());
        let output = interrupt(child, &out, signal);
        assert_eq!(output.status.signal(), Some(signal.as_raw()), "{output:?}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("interrupted; what was written is removed"), "{error}");
        assert_eq!(names(&out), [] as [PathBuf; 0]);
    }
}

#[test]
fn recovery_that_is_interrupted_leaves_nothing_and_the_trace_as_it_was() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = Scratch::on_disk();
        let [trace, out] = ["trace", "copy"].map(|name| folder.path().join(name));
        // Each thread's files are synced, which takes much longer than the signal.
        let count = ["--threads", "1500", "--events", "1500"];
        let words = [&["synth", "--out", trace.to_str().unwrap()], &count[..]].concat();
        assert!(start(&words).wait().unwrap().success());
        let words = ["recover", trace.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let output = interrupt(start(&words), &out, signal);
        assert_eq!(output.status.signal(), Some(signal.as_raw()), "{output:?}");
        assert_eq!(names(&out), [] as [PathBuf; 0]);
        cli::run_on("verify", &trace, &[]).exits(0);
    }
}

#[test]
fn what_a_killed_command_left_is_recognised_and_does_not_stop_the_next_one() {
    let folder = Scratch::on_disk();
    let out = folder.path().join("trace");
    let words = [&["synth", "--out", out.to_str().unwrap()], &ENDLESS[..]].concat();
    let output = interrupt(start(&words), &out, Signal::KILL);
    assert_eq!(output.status.signal(), Some(Signal::KILL.as_raw()));
    let left = names(&out);
    assert_eq!(left.len(), 1, "{left:?}");
    let count = ["--threads", "1", "--events", "10"];
    let next = cli::run([&["synth", "--out", out.to_str().unwrap()], &count[..]].concat()).exits(0);
    let note = format!("note: {} is not complete", left[0].display());
    assert!(next.stderr.contains(&note), "{}", next.stderr);
    cli::run_on("verify", &out, &[]).exits(0);
}
