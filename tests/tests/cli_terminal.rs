//! `atf` on a terminal: colour, and a pager for long output. In a pipe there is neither.
#![cfg(target_os = "linux")]

use std::process::Stdio;

use atf_tests::cli::{program, run};
use atf_tests::scratch::{self, Scratch};

/// What `atf ARGS` prints on a terminal, with these variables. `script` of util-linux is the terminal.
fn on_terminal(args: &[&str], variables: &[(&str, &str)]) -> String {
    let words: Vec<String> = args.iter().map(|word| format!("'{word}'")).collect();
    let line = format!("'{}' {}", program().display(), words.join(" "));
    let mut command = scratch::command("script");
    command.args(["-qec", &line, "/dev/null"]).stdin(Stdio::null());
    for name in ["NO_COLOR", "PAGER", "LESS", "COLUMNS"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm").envs(variables.iter().copied());
    let output = command.output().expect("script of util-linux runs");
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn session(dir: &Scratch) -> String {
    let path = dir.path().join("s").to_str().unwrap().to_owned();
    run(["synth", "--out", &path, "--threads", "2", "--events", "4000"]).exits(0);
    path
}

const BOLD: &str = "\u{1b}[1m";

#[test]
fn text_is_coloured_on_a_terminal_unless_no_color_is_set() {
    let dir = Scratch::new();
    let path = session(&dir);
    for command in ["report", "tree", "replay", "info"] {
        let shown = on_terminal(&[command, &path], &[("PAGER", "cat")]);
        assert!(shown.contains(BOLD), "{command}: {shown}");
        for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let shown = on_terminal(&[command, &path], &[("PAGER", "cat"), variable]);
            assert!(!shown.contains('\u{1b}'), "{command} {variable:?}: {shown}");
        }
        assert!(!run([command, &path]).exits(0).stdout.contains('\u{1b}'), "{command}");
    }
}

#[test]
fn long_output_on_a_terminal_goes_through_the_pager() {
    let dir = Scratch::new();
    let path = session(&dir);
    let paged = [("PAGER", "sed 's/^/paged: /'"), ("NO_COLOR", "1")];
    let other = dir.path().join("other.svg");
    for args in [
        &["report", &path][..],
        &["tree", &path],
        &["replay", &path],
        &["diff", &path, &path],
        &["dump", &path, "--limit", "50"],
        &["dump", &path, "--calls", "--limit", "50"],
        &["info", &path],
    ] {
        let shown = on_terminal(args, &paged);
        assert!(shown.lines().all(|line| line.starts_with("paged: ")), "{args:?}: {shown}");
        let plain = run(args).exits(0).stdout;
        assert_eq!(shown.lines().count(), plain.lines().count(), "{args:?}");
        for no_pager in ["", "cat", "/nowhere/pager"] {
            let shown = on_terminal(args, &[("PAGER", no_pager), ("NO_COLOR", "1")]);
            assert!(!shown.contains("paged: "), "{args:?}: {shown}");
        }
    }
    // What programs read is never paged.
    for args in [
        &["report", &path, "--json"][..],
        &["tree", &path, "--format", "csv"],
        &["dump", &path, "--format", "jsonl", "--limit", "5"],
        &["flamegraph", &path, "-o", other.to_str().unwrap()],
    ] {
        assert!(!on_terminal(args, &paged).contains("paged: "), "{args:?}");
    }
}

// The pager is left before it has read everything: nothing failed.
#[test]
fn pager_that_ends_early_is_no_error() {
    let dir = Scratch::new();
    let path = session(&dir);
    for command in ["replay", "dump"] {
        let shown = on_terminal(&[command, &path], &[("PAGER", "head -n 2"), ("NO_COLOR", "1")]);
        assert!(shown.lines().count() <= 2 && !shown.contains("error"), "{command}: {shown}");
    }
}
