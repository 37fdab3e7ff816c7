//! Behavior of all commands: help, invalid arguments, closed pipes.

#[path = "cli/trace.rs"]
mod trace;

use atf_tests::cli::{run, run_with_closed_stdout};
use serde_json::Value as Json;
use trace::Trace;

const COMMANDS: [&str; 13] = [
    "demo",
    "info",
    "report",
    "tree",
    "flamegraph",
    "diff",
    "replay",
    "dump",
    "verify",
    "recover",
    "drain",
    "synth",
    "convert-v4",
];

#[test]
fn help_lists_the_commands_in_the_order_in_which_a_new_user_needs_them() {
    let help = run(["--help"]).exits(0).stdout;
    let positions = COMMANDS.map(|command| help.find(&format!("\n  atf {command}")).unwrap());
    assert!(positions.is_sorted(), "{help}");
}

#[test]
fn help_of_each_command_has_an_example_and_the_exit_codes() {
    for command in COMMANDS {
        let help = run([command, "--help"]).exits(0).stdout;
        let headings = ["Example", "Examples"];
        let is_example =
            |heading: &&str| help.contains(&format!("\n{heading}:\n  $ atf {command} "));
        assert!(headings.iter().any(is_example), "{help}");
        assert!(help.contains("\nExit codes: 0 "), "{help}");
    }
}

#[test]
fn help_fits_into_80_columns() {
    for command in COMMANDS {
        for option in ["-h", "--help"] {
            let output =
                atf_tests::cli::atf().args([command, option]).env("COLUMNS", "80").output();
            let help = String::from_utf8(output.unwrap().stdout).unwrap();
            assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        }
    }
}

#[test]
fn version_is_that_of_the_package() {
    let expected = format!("atf {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(["--version"]).exits(0).stdout, expected);
}

#[test]
fn invalid_command_line_exits_with_2_and_prints_nothing_to_stdout() {
    let wrong: [&[&str]; 8] = [
        &[],
        &["dmup"],
        &["info"],
        &["dump", "x", "--from", "18446744073709551616"],
        &["dump", "x", "--thread", "-1"],
        &["recover", "x"],
        &["convert-v4", "x"],
        &["synth", "--out", "x", "--threads", "0", "--events", "1"],
    ];
    for args in wrong {
        let run = run(args).exits(2);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn number_out_of_range_is_rejected_with_the_range() {
    let synth =
        |option, value| ["synth", "--out", "x", "--threads", "1", "--events", "1", option, value];
    let synth_threads = |value| ["synth", "--out", "x", "--threads", value, "--events", "1"];
    let wrong: [(&[&str], &str); 5] = [
        (&synth_threads("0"), "'0' for '--threads <N>': expected an integer from 1 to 1000000"),
        (
            &synth_threads("1000001"),
            "'1000001' for '--threads <N>': expected an integer from 1 to 1000000",
        ),
        (
            &synth("--seed", "x"),
            "'x' for '--seed <S>': expected an integer from 0 to 18446744073709551615",
        ),
        (
            &["dump", "x", "--thread", "4294967296"],
            "'4294967296' for '--thread <IDS>': expected thread ids from 0 to 4294967295 or ranges of \
             them, for example 7 or 2-5 or 0,2-5",
        ),
        (
            &["demo", "--threads", "257"],
            "'257' for '--threads <N>': expected an integer from 1 to 256",
        ),
    ];
    for (args, expected) in wrong {
        let run = run(args).exits(2);
        let line = run.stderr.lines().next().unwrap();
        assert_eq!(line, format!("error: invalid value {expected}"));
    }
    let run = run(["synth", "--out", "x", "--threads", "1", "--events", "4294967296"]).exits(2);
    let expected =
        "error: --events: expected at most 4 294 967 295 for 1 thread, found 4 294 967 296\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn invalid_command_line_with_json_prints_one_object() {
    let wrong: [(&[&str], &str); 6] = [
        (
            &["dump", "x", "--json"],
            "dump has no --json: use --format jsonl to print one JSON object per event",
        ),
        (
            &["demo", "--json", "--threads", "257"],
            "invalid value '257' for '--threads <N>': expected an integer from 1 to 256",
        ),
        (
            &["synth", "--json", "--out", "x", "--threads", "1"],
            "the following required arguments were not provided: --events <M>",
        ),
        (&["info", "--json"], "the following required arguments were not provided: <PATH>"),
        (&["verify", "x", "--jsno", "--json"], "unexpected argument '--jsno' found"),
        (
            &["recover", "x", "--json", "--out", "y", "--in-place"],
            "the argument '--out <DIR>' cannot be used with '--in-place'",
        ),
    ];
    for (args, expected) in wrong {
        let run = run(args).exits(2);
        let object: Json = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(object, serde_json::json!({ "error": expected }));
    }
}

#[test]
fn closed_pipe_ends_every_command_without_an_error() {
    let trace = Trace::new();
    let path = trace.path();
    let path = path.to_str().unwrap();
    let outs = ["demo", "synth", "copy", "json", "v4"].map(|name| trace.beside(name));
    let outs = outs.each_ref().map(|out| out.to_str().unwrap());
    let old = trace.beside("old");
    atf_tests::v4::write(&old, &atf_tests::v4::recording());
    let old = old.to_str().unwrap();
    let commands: [&[&str]; 21] = [
        &["--help"],
        &["report", path],
        &["report", path, "--json"],
        &["tree", path],
        &["tree", path, "--json"],
        &["flamegraph", path, "--folded"],
        &["diff", path, path],
        &["diff", path, path, "--json"],
        &["replay", path],
        &["dump", path, "--calls", "--format", "jsonl"],
        &["info", path],
        &["info", path, "--json"],
        &["dump", path],
        &["dump", path, "--format", "jsonl", "--details"],
        &["verify", path],
        &["recover", path, "--out", outs[2]],
        &["drain", path],
        &["demo", "--out", outs[0]],
        &["synth", "--out", outs[1], "--threads", "1", "--events", "9"],
        &["synth", "--out", outs[3], "--threads", "1", "--events", "9", "--json"],
        &["convert-v4", old, "--out", outs[4]],
    ];
    for args in commands {
        let run = run_with_closed_stdout(args).exits(0);
        assert_eq!(run.stderr, "", "{args:?}");
    }
    // The commands completed their work.
    for out in outs {
        run(["verify", out]).exits(0);
    }
}

#[test]
fn pipe_closed_during_long_output_ends_dump_without_an_error() {
    let trace = Trace::new();
    let out = trace.beside("big");
    let out = out.to_str().unwrap();
    run(["synth", "--out", out, "--threads", "1", "--events", "20000"]).exits(0);
    let run = run_with_closed_stdout(["dump", out, "--format", "jsonl"]).exits(0);
    assert_eq!(run.stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_on_stdout_exits_with_2() {
    let trace = Trace::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let path = trace.path();
    let commands: [&[&str]; 4] =
        [&["info", path.to_str().unwrap()], &["--help"], &["dump", "--help"], &["--version"]];
    for args in commands {
        let mut command = atf_tests::cli::atf();
        let output = command.args(args).stdout(full.try_clone().unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error: stdout: cannot write: "), "{stderr}");
    }
}

#[test]
fn truncated_trace_never_panics() {
    let trace = Trace::new();
    for file in ["thread_0/index.atf", "thread_0/detail.atf"] {
        let intact = std::fs::read(trace.join(file)).unwrap();
        for len in (0..intact.len()).step_by(29) {
            std::fs::write(trace.join(file), &intact[..len]).unwrap();
            let thread = trace.join("thread_0");
            let thread = thread.to_str().unwrap();
            let commands: [&[&str]; 8] = [
                &["info"],
                &["dump", "--details"],
                &["dump", "--calls"],
                &["verify", "--json"],
                &["report"],
                &["tree"],
                &["replay"],
                &["flamegraph", "--folded"],
            ];
            for command in commands {
                let run = run(command.iter().chain(&[thread]));
                assert!((0..=2).contains(&run.code), "{command:?} at {len}: {}", run.stderr);
                assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
            }
        }
        std::fs::write(trace.join(file), &intact).unwrap();
    }
}
