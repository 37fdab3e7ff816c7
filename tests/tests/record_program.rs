//! `atf record`: programs of C and C++, compiled with each kind of instrumentation, with and without the recorder.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use atf_tests::cli::{atf, run_on};
use atf_tests::scratch::{self, Scratch};
use serde_json::Value as Json;

const HOOKS: [&str; 2] = ["-finstrument-functions", "-O2"];
const XRAY: [&str; 4] =
    ["-fxray-instrument", "-fxray-instruction-threshold=1", "-fnoxray-link-deps", "-O2"];

/// Options, and the calls that they leave.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, u64)]);

/// A folder with a compiled program.
struct Bench {
    dir: Scratch,
}

impl Bench {
    fn new() -> Self {
        Self { dir: Scratch::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn compile(&self, compiler: &str, source: &str, name: &str, options: &[&str]) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("record").join(source);
        let program = self.path(name);
        let mut command = scratch::command(compiler);
        command.arg(source).args(options).arg("-o").arg(&program).args(["-pthread", "-ldl"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        program
    }

    /// Runs `atf record -o OUT OPTIONS -- PROGRAM ARGS`.
    fn record(&self, out: &str, options: &[&str], program: &Path, args: &[&str]) -> Output {
        let mut command = atf();
        command.arg("record").arg("-o").arg(self.path(out)).args(options).arg("--");
        command.arg(program).args(args).output().unwrap()
    }

    /// The sessions of a recording by their names.
    fn sessions(&self, out: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path(out)).unwrap();
        let mut sessions: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        sessions.sort();
        sessions
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Calls per function, and what is not balanced.
fn report(session: &Path) -> (BTreeMap<String, u64>, u64) {
    let text = run_on("report", session, &["--json"]).exits(0).stdout;
    let report: Json = serde_json::from_str(&text).unwrap();
    let rows = report["functions"].as_array().unwrap().iter();
    let calls = rows
        .map(|row| {
            let name = row["function"].as_str().unwrap_or("?").to_owned();
            (name, row["calls"].as_u64().unwrap())
        })
        .fold(BTreeMap::new(), |mut sums: BTreeMap<String, u64>, (name, calls)| {
            *sums.entry(name).or_default() += calls;
            sums
        });
    let unbalanced = ["orphan_returns", "unfinished", "unwound", "lost_events"]
        .map(|key| report[key].as_u64().unwrap());
    (calls, unbalanced.iter().sum())
}

fn deepest(session: &Path) -> u64 {
    let text = run_on("dump", session, &["--format", "jsonl"]).exits(0).stdout;
    let events = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    events.map(|event| event["call_depth"].as_u64().unwrap()).max().unwrap()
}

fn expected(calls: &[(&str, u64)]) -> BTreeMap<String, u64> {
    calls.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
}

#[test]
fn every_call_is_recorded_and_the_program_is_unchanged() {
    let bench = Bench::new();
    for (compiler, options) in [("gcc", &HOOKS[..]), ("clang", &HOOKS), ("clang", &XRAY)] {
        let name = format!("{compiler}_{}", options.len());
        let program = bench.compile(compiler, "calls.c", &name, options);
        let out = format!("out_{name}");
        let output = bench.record(&out, &[], &program, &["1000"]);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(7), "{text}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "sum 1002000\n");
        let [session] = &bench.sessions(&out)[..] else { panic!("{text}") };
        let counts = expected(&[("main", 1), ("branch", 1000), ("leaf", 2000)]);
        assert_eq!(report(session), (counts, 0), "{compiler} {options:?}");
        run_on("verify", session, &[]).exits(0);
        assert!(text.contains("1 thread, 6 002 events, nothing was lost"), "{text}");
        assert!(text.contains("3 functions can be recorded in"), "{text}");
        assert!(text.lines().last().unwrap().starts_with("recorded into "), "{text}");
        // What only the process needed is gone.
        assert!(!bench.path(&out).join(".record").exists());
    }
}

#[test]
fn a_small_ring_that_blocks_loses_nothing_and_one_that_drops_says_so() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "calls.c", "calls", &HOOKS);
    let output = bench.record("block", &["--ring", "4kB"], &program, &["50000"]);
    let [session] = &bench.sessions("block")[..] else { panic!("{}", stderr(&output)) };
    let counts = expected(&[("main", 1), ("branch", 50_000), ("leaf", 100_000)]);
    assert_eq!(report(session), (counts, 0));
    let output = bench.record("drop", &["--ring", "4kB", "--full", "drop"], &program, &["50000"]);
    assert_eq!(output.status.code(), Some(7));
    let [session] = &bench.sessions("drop")[..] else { panic!("{}", stderr(&output)) };
    let text = run_on("report", session, &["--json"]).exits(0).stdout;
    let report: Json = serde_json::from_str(&text).unwrap();
    let (events, lost) =
        (report["events"].as_u64().unwrap(), report["lost_events"].as_u64().unwrap());
    assert_eq!(lost == 0, stderr(&output).contains("nothing was lost"), "{events} {lost}");
}

// Symptom elsewhere: the depth climbs with each longjmp or exception, and calls stay open.
#[test]
fn depth_does_not_drift_when_frames_are_left_by_longjmp() {
    let bench = Bench::new();
    for (compiler, options) in [("gcc", &HOOKS[..]), ("clang", &HOOKS), ("clang", &XRAY)] {
        let name = format!("{compiler}_{}", options.len());
        let program = bench.compile(compiler, "jumps.c", &name, options);
        let output = bench.record(&format!("out_{name}"), &[], &program, &[]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "10\n", "{}", stderr(&output));
        let [session] = &bench.sessions(&format!("out_{name}"))[..] else { panic!() };
        let (calls, unbalanced) = report(session);
        assert_eq!(unbalanced, 0, "{name}: {calls:?}");
        let of = |name: &str| calls.get(name).copied();
        assert_eq!(
            [of("inner"), of("outer"), of("after")],
            [Some(500), Some(500), Some(1)],
            "{name}"
        );
        // main, and eleven times fall.
        assert!(deepest(session) <= 11, "{name}: {}", deepest(session));
    }
}

/// Runs the program with and without the recorder, and compares how they end and what they print.
fn same_end(bench: &Bench, program: &Path, out: &str, end: &str) {
    let mut plain = scratch::command(program);
    let plain = plain.arg(end).output().unwrap();
    let output = bench.record(out, &[], program, &[end]);
    assert_eq!(output.status.code(), plain.status.code(), "{end}: {}", stderr(&output));
    assert_eq!(output.status.signal(), plain.status.signal(), "{end}: {}", stderr(&output));
    assert_eq!(output.stdout, plain.stdout, "{end}: {}", stderr(&output));
    let sessions = bench.sessions(out);
    // The program and its fork.
    assert_eq!(sessions.len(), 2, "{}", stderr(&output));
    for session in &sessions {
        run_on("verify", session, &[]).exits(0);
    }
    let (calls, _) = report(&sessions[0]);
    let fork = report(&sessions[1]).0;
    let of = |name: &str| calls.get(name).or(fork.get(name)).copied().unwrap_or_default();
    let counts = [of("catches(int)"), of("above(int)"), of("step(int)"), of("main")];
    assert_eq!(counts, [1, 1, 60, 1], "{end}: {calls:?}");
}

#[test]
fn hard_programs_end_as_they_do_alone_with_every_event_recorded() {
    let bench = Bench::new();
    for (compiler, options) in [("g++", &HOOKS[..]), ("clang++", &XRAY)] {
        let program = bench.compile(compiler, "hard.cpp", compiler, options);
        for end in ["", "segv", "abort", "throw", "_exit", "kill"] {
            same_end(&bench, &program, &format!("{compiler}_{end}"), end);
        }
    }
}

#[test]
fn forks_and_images_have_sessions_of_their_own() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "tree.c", "tree", &HOOKS);
    let output = bench.record("runs", &[], &program, &[]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    let sessions = bench.sessions("runs");
    let names: Vec<_> =
        sessions.iter().map(|it| it.file_name().unwrap().to_string_lossy()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names.iter().filter(|name| name.ends_with(".2")).count(), 1, "{names:?}");
    let mut found: Vec<Vec<String>> =
        sessions.iter().map(|session| report(session).0.into_keys().collect()).collect();
    found.sort();
    // The calls that were open when it forked are open in the fork as well.
    let expected: [&[&str]; 4] =
        [&["after", "main"], &["before", "main"], &["in_child", "main"], &["in_child", "main"]];
    assert_eq!(found, expected);
    let output = bench.record("alone", &["--no-children"], &program, &[]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    assert_eq!(bench.sessions("alone").len(), 2);
}

// Symptom elsewhere: names of a library that was removed are those of the next one at its place.
#[test]
fn a_library_that_takes_the_place_of_another_has_its_own_names() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "plugins.c", "plugins", &HOOKS);
    let libraries = ["one", "two"].map(|name| {
        let define = format!("-DNAME={name}");
        let options = [&HOOKS[..], &["-shared", "-fPIC", &define]].concat();
        bench.compile("gcc", "plugin.c", &format!("{name}.so"), &options)
    });
    let [one, two] = libraries.each_ref().map(|it| it.to_str().unwrap());
    let output = bench.record("out", &[], &program, &[one, two, one]);
    let [session] = &bench.sessions("out")[..] else { panic!("{}", stderr(&output)) };
    let counts = expected(&[("main", 1), ("go", 3), ("one", 2), ("two", 1)]);
    assert_eq!(report(session), (counts, 0));
}

#[test]
fn filters_choose_functions_by_name_and_depth_cuts() {
    let bench = Bench::new();
    for (compiler, options) in [("gcc", &HOOKS[..]), ("clang", &XRAY)] {
        let program = bench.compile(compiler, "calls.c", compiler, options);
        let cases: [Case<'_>; 4] = [
            (&["--filter", "l*"], &[("leaf", 6)]),
            (&["--filter", "!leaf"], &[("main", 1), ("branch", 3)]),
            (&["--filter", "/^(main|leaf)$/", "--filter", "!main"], &[("leaf", 6)]),
            (&["--depth", "2"], &[("main", 1), ("branch", 3)]),
        ];
        for (at, (options, counts)) in cases.into_iter().enumerate() {
            let out = format!("{compiler}_{at}");
            let output = bench.record(&out, options, &program, &[]);
            assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
            let [session] = &bench.sessions(&out)[..] else { panic!("{}", stderr(&output)) };
            assert_eq!(report(session), (expected(counts), 0), "{compiler} {options:?}");
        }
        let output = bench.record("none", &["--filter", "absent"], &program, &[]);
        assert_eq!(output.status.code(), Some(7));
        assert!(
            stderr(&output).contains("no function that was chosen was called"),
            "{}",
            stderr(&output)
        );
        assert!(!bench.path("none").exists());
    }
    let wrong = bench.record("wrong", &["--filter", "/(/"], Path::new("true"), &[]);
    assert_eq!(wrong.status.code(), Some(125));
    assert!(stderr(&wrong).starts_with("error: --filter /(/: expected a regular expression"));
}

#[test]
fn dry_run_lists_what_would_be_recorded() {
    let bench = Bench::new();
    for (compiler, options) in [("gcc", &HOOKS[..]), ("clang", &XRAY)] {
        let program = bench.compile(compiler, "calls.c", compiler, options);
        let output = bench.record("out", &["--dry-run"], &program, &[]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "branch\nleaf\nmain\n");
        assert_eq!(output.status.code(), Some(0));
        assert!(stderr(&output).contains("3 of 3 functions"), "{}", stderr(&output));
        assert!(!bench.path("out").exists());
    }
    let plain = bench.compile("gcc", "calls.c", "plain", &[]);
    let output = bench.record("out", &["--dry-run"], &plain, &[]);
    assert_eq!(output.status.code(), Some(125));
}

#[test]
fn what_cannot_be_recorded_is_said_with_the_way_out() {
    let bench = Bench::new();
    let plain = bench.compile("gcc", "calls.c", "plain", &[]);
    let output = bench.record("plain_out", &[], &plain, &[]);
    assert_eq!(output.status.code(), Some(7));
    let text = stderr(&output);
    for part in ["gcc -g -finstrument-functions", "clang -g -fxray-instrument", "CMake"] {
        assert!(text.contains(part), "{text}");
    }
    // One screen.
    assert!(text.lines().count() <= 24 && text.lines().all(|line| line.len() <= 80), "{text}");
    assert!(!bench.path("plain_out").exists());
    let fixed = bench.compile("gcc", "calls.c", "fixed", &["-static"]);
    let output = bench.record("static_out", &[], &fixed, &[]);
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains("linked statically"), "{}", stderr(&output));
    let missing = bench.record("missing", &[], Path::new("no-such-program"), &[]);
    assert_eq!(missing.status.code(), Some(127), "{}", stderr(&missing));
    let folder = bench.record("folder", &[], bench.dir.path(), &[]);
    assert_eq!(folder.status.code(), Some(126), "{}", stderr(&folder));
    let taken = bench.record("", &[], &plain, &[]);
    assert_eq!(taken.status.code(), Some(125));
    assert!(stderr(&taken).contains("expected an empty directory"), "{}", stderr(&taken));
}

#[test]
fn threads_need_no_descriptor_of_the_program() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "threads.c", "threads", &HOOKS);
    let mut command = atf();
    command.args(["record", "--ring", "64kB", "--json"]).arg(bench.path("json"));
    command.arg("-o").arg(bench.path("out")).args(["--", "sh", "-c", "ulimit -n 16; exec $0 40"]);
    let output = command.arg(&program).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let [session] = &bench.sessions("out")[..] else { panic!("{}", stderr(&output)) };
    let (calls, unbalanced) = report(session);
    assert_eq!((calls["leaf"], calls["run"], unbalanced), (80, 40, 0));
    let json: Json = serde_json::from_slice(&std::fs::read(bench.path("json")).unwrap()).unwrap();
    let recorded = &json["sessions"][0];
    assert_eq!((recorded["threads"].as_u64(), json["status"].as_i64()), (Some(41), Some(0)));
    assert_eq!(recorded["untraced_threads"], 0);
    assert_eq!(recorded["modules"][0]["traceable"], 4);
}

#[test]
fn a_signal_to_the_recorder_is_the_programs() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "threads.c", "threads", &HOOKS);
    let mut command = atf();
    command
        .arg("record")
        .arg("-o")
        .arg(bench.path("out"))
        .arg("--")
        .arg(&program)
        .args(["1", "wait"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let id = rustix::process::Pid::from_raw(child.id().cast_signed()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "over");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(9), "{}", stderr(&output));
    assert_eq!(bench.sessions("out").len(), 1);
}

// Waiting for room calls functions that use vector registers, at a place where the compiler expects no call.
#[test]
fn vector_registers_are_kept_while_a_full_ring_is_waited_for() {
    let bench = Bench::new();
    for (compiler, options) in [("gcc", &HOOKS[..]), ("clang", &XRAY)] {
        let program = bench.compile(compiler, "vectors.c", compiler, options);
        let out = format!("out_{compiler}");
        let output = bench.record(&out, &["--ring", "4kB"], &program, &[]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "160000\n", "{}", stderr(&output));
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(bench.sessions(&out).len(), 1);
        assert!(stderr(&output).contains("nothing was lost"), "{}", stderr(&output));
    }
}

// Symptom: the summary on a closed stderr ended `atf` with a panic, and with another status than the program's.
#[test]
fn the_status_is_the_programs_also_if_nobody_reads_the_summary() {
    let bench = Bench::new();
    let program = bench.compile("gcc", "calls.c", "calls", &HOOKS);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = atf();
    command.arg("record").arg("-o").arg(bench.path("out")).arg("--").arg(&program);
    let status = command.stdout(Stdio::null()).stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(7));
    assert_eq!(bench.sessions("out").len(), 1);
}
