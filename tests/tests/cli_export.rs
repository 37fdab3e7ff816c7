//! `atf export`, `completions` and `man`: the file that is made, what is refused, and what is said.

use std::fs;

use atf_tests::cli::{self, run_on};
use atf_tests::scratch::Scratch;

const FORMATS: [&str; 6] = ["chrome", "perfetto", "speedscope", "folded", "callgrind", "pprof"];

fn run(args: &[&str]) -> cli::Run {
    cli::run(args)
}

/// A session of two threads, and a folder beside it.
fn session() -> (Scratch, String) {
    let folder = Scratch::new();
    let path = folder.path().join("s").to_str().unwrap().to_owned();
    run(&["synth", "--out", &path, "--threads", "2", "--events", "400"]).exits(0);
    (folder, path)
}

#[test]
fn every_format_goes_to_a_file_and_to_stdout() {
    let (folder, session) = session();
    for format in FORMATS {
        let file = folder.path().join(format);
        let name = file.to_str().unwrap();
        let made = run(&["export", &session, "--to", format, "-o", name]).exits(0);
        let size = fs::metadata(&file).unwrap().len();
        assert!(
            size > 0 && made.stdout.contains("calls of 2 threads"),
            "{format}: {}",
            made.stdout
        );
        // No other file is left.
        let names = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_str().unwrap().contains("partial")));
        // What exists is not written over, unless that is asked for.
        fs::write(&file, "mine").unwrap();
        let refused = run(&["export", &session, "--to", format, "-o", name]).exits(2);
        assert!(refused.stderr.contains(name), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        run(&["export", &session, "--to", format, "-o", name, "--force"]).exits(0);
        let bytes = fs::read(&file).unwrap();
        let mut command = cli::atf();
        command.args(["export", &session, "--to", format, "-o", "-"]);
        assert!(command.output().unwrap().stdout == bytes, "{format}");
    }
}

#[cfg(unix)]
#[test]
fn symbolic_link_is_replaced_and_never_followed() {
    let (folder, session) = session();
    let [link, target] = ["link", "target"].map(|name| folder.path().join(name));
    fs::write(&target, "mine").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let name = link.to_str().unwrap();
    run(&["export", &session, "--to", "folded", "-o", name]).exits(2);
    run(&["export", &session, "--to", "folded", "-o", name, "--force"]).exits(0);
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    assert!(!link.is_symlink());
}

#[test]
fn filters_choose_and_to_names_a_format_and_a_time() {
    let (folder, session) = session();
    let lines = |more: &[&str]| {
        let run =
            run(&[&["export", &session, "-o", "-", "--to", "chrome"], more].concat()).exits(0);
        run.stdout.lines().filter(|line| line.contains("\"ph\":\"B\"")).count()
    };
    let all = lines(&[]);
    let first = lines(&["--thread", "0"]);
    assert!(all > first && first > 0);
    assert!(lines(&["--to", "+1us"]) < all);
    assert_eq!(lines(&["--from", "+0ns", "--to", "-0ns"]), lines(&["--to", "-0ns"]));
    assert!(lines(&["--function", "parse"]) < all);
    let out = folder.path().join("x");
    let out = out.to_str().unwrap();
    for (more, expected) in [
        (&["--to", "+1us"][..], "--to perfetto"),
        (&["--to", "perfeto"], "expected chrome, perfetto, "),
        (&["--to", "chrome", "--to", "pprof"], "one format"),
        (&["--to", "chrome", "--to", "+1ns", "--to", "+2ns"], "at most one time"),
        (&["--to", "chrome", "--thread", "9"], "no thread 9"),
    ] {
        let run = run(&[&["export", &session, "-o", out], more].concat()).exits(2);
        assert!(run.stderr.contains(expected), "{more:?}: {}", run.stderr);
    }
    assert!(!fs::exists(out).unwrap());
}

#[test]
fn what_a_format_cannot_hold_is_said() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/calls/unbal");
    let run = run_on("export", folder.as_ref(), &["--to", "speedscope", "-o", "-"]).exits(0);
    assert!(run.stderr.contains("without a call"), "{}", run.stderr);
    assert!(run.stderr.contains("did not end by a return"), "{}", run.stderr);
    let run = run_on("export", folder.as_ref(), &["--to", "callgrind", "-o", "-"]).exits(0);
    assert!(run.stderr.contains("holds sums"), "{}", run.stderr);
}

#[test]
fn shells_and_man_get_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = run(&["completions", shell]).exits(0).stdout;
        assert!(["report", "flamegraph", "export"].iter().all(|it| text.contains(it)), "{shell}");
    }
    let folder = Scratch::new();
    let dir = folder.path().join("man1");
    run(&["man", dir.to_str().unwrap()]).exits(0);
    for page in ["atf.1", "atf-report.1", "atf-export.1"] {
        let text = fs::read_to_string(dir.join(page)).unwrap();
        assert!(text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{page}");
    }
    run(&["man", dir.to_str().unwrap()]).exits(2);
}
