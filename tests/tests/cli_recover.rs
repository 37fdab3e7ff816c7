//! `atf recover`: repairs truncated and unfinalized traces.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;

use atf_tests::cli::{Run, run_on};
use serde_json::{Value as Json, json};
use trace::{Trace, files};

fn recover_to(path: &Path, out: &Path, args: &[&str]) -> Run {
    let mut all = vec!["--out", out.to_str().unwrap()];
    all.extend(args);
    run_on("recover", path, &all)
}

#[test]
fn intact_session_is_copied_byte_for_byte() {
    let trace = Trace::new();
    let out = trace.beside("out");
    recover_to(&trace.path(), &out, &[]).exits(0);
    assert_eq!(files(&out), files(&trace.path()));
}

#[test]
fn dry_run_prints_the_plan_and_writes_nothing() {
    let trace = Trace::new();
    assert!(
        run_on("recover", &trace.path(), &["--dry-run"])
            .exits(0)
            .stdout
            .ends_with("nothing was written\n")
    );
    trace.kill_thread_7();
    let before = files(&trace.path());
    let run = run_on("recover", &trace.path(), &["--dry-run"]).exits(1);
    assert!(
        run.stdout
            .contains("     7  index.atf      1        1         0              96  finalized\n")
    );
    assert!(run.stdout.ends_with("dry run: nothing was written\n"), "{}", run.stdout);
    let run = run_on("recover", &trace.path(), &["--dry-run", "--json"]).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["threads"][1]["index"]["kept"], 1);
    assert_eq!(object["threads"][1]["index_sums"]["done"], "made from the lane");
    assert_eq!((&object["ok"], &object["out"]), (&json!(false), &Json::Null));
    assert_eq!(files(&trace.path()), before);
    run_on("recover", &trace.path(), &["--dry-run", "--in-place"]).exits(2);
}

// Symptom: recovery in place wrote to where a thread folder of a foreign trace led.
#[test]
#[cfg(unix)]
fn recovery_in_place_writes_through_links_only_when_told_to() {
    for name in ["thread_7", "thread_7/index.atf"] {
        let trace = Trace::new();
        trace.kill_thread_7();
        let (link, real) = (trace.join(name), trace.beside("elsewhere"));
        std::fs::rename(&link, &real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let file = if name == "thread_7" { real.join("index.atf") } else { real.clone() };
        let before = std::fs::read(&file).unwrap();
        let run = run_on("recover", &trace.path(), &["--in-place"]).exits(2);
        assert!(
            run.stderr.contains(&format!("{}: it is a symbolic link", link.display())),
            "{}",
            run.stderr
        );
        assert_eq!(std::fs::read(&file).unwrap(), before);
        recover_to(&trace.path(), &trace.beside("out"), &[]).exits(1);
        assert!(!trace.beside("out").join("thread_7").is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), before);
        run_on("recover", &trace.path(), &["--in-place", "--follow"]).exits(1);
        assert_ne!(std::fs::read(&file).unwrap(), before);
    }
}

#[test]
fn truncated_thread_is_finalized_and_clean() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let before = files(&trace.path());
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &[]).exits(1);
    let (source, target) = (trace.path(), out.display());
    let expected = format!(
        "\
thread  file        kept  dropped  unlinked  first bad byte  outcome
     0  index.atf      5        0         0               -  kept as it is
     0  detail.atf     3        0         0               -  kept as it is
     7  index.atf      1        1         0              96  finalized
{}/thread_7/index.atf: footer at byte 96: length: expected 64 bytes of footer, found 5 bytes of an \
event and the end of the file
manifest.json: kept as it is
written to {target}
",
        source.display()
    );
    assert_eq!(run.stdout, expected);
    assert_eq!(files(&trace.path()), before);
    run_on("verify", &out, &[]).exits(0);
    let dump = run_on("dump", &out, &["--format", "jsonl", "--thread", "7"]).exits(0);
    assert_eq!(dump.lines().len(), 1);
}

#[test]
fn json_has_the_outcome_of_each_lane() {
    let trace = Trace::new();
    trace.cut("thread_0/detail.atf", 64 + 144 + 10);
    trace.patch("thread_0/detail.atf", 28, &[0; 32]);
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &["--json"]).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["ok"], false);
    assert_eq!(object["out"], out.to_str().unwrap());
    assert_eq!(object["manifest"], "kept as it is");
    let thread = &object["threads"][0];
    assert_eq!(thread["thread_id"], 0);
    let problems = thread["detail"]["problems"].as_array().unwrap();
    assert!(!problems.is_empty());
    let mut detail = thread["detail"].clone();
    detail.as_object_mut().unwrap().remove("problems");
    let file = trace.join("thread_0/detail.atf");
    let expected = json!({
        "file": file.to_str().unwrap(), "kept": 1, "dropped": 1, "unlinked": 0,
        "from_ring": 0, "unverified": 0, "damaged": 0,
        "first_bad_offset": 208, "done": "finalized",
    });
    assert_eq!(detail, expected);
    let index = &thread["index"];
    assert_eq!((&index["kept"], &index["unlinked"]), (&json!(5), &json!(2)));
    assert_eq!(object["threads"][1]["detail"], Json::Null);
    assert_eq!(object["threads"][1]["index"]["done"], "kept as it is");
    run_on("verify", &out, &[]).exits(0);
}

#[test]
fn output_directory_with_files_is_not_changed() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let before = files(&trace.path());
    let out = trace.beside("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("mine"), "mine").unwrap();
    for args in [&[][..], &["--json"]] {
        let run = recover_to(&trace.path(), &out, args).exits(2);
        let error = "expected a new or empty directory, found a directory with files in it; \
                     nothing was changed; choose another path";
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
    assert_eq!(files(&out), [("mine".into(), b"mine".to_vec())]);
    // The source itself is not empty either.
    recover_to(&trace.path(), &trace.path(), &[]).exits(2);
    assert_eq!(files(&trace.path()), before);
}

#[test]
fn output_inside_the_trace_is_rejected() {
    let trace = Trace::new();
    trace.kill_thread_7();
    std::fs::create_dir(trace.join("empty")).unwrap();
    let before = files(&trace.path());
    for place in ["x", "x/y", "empty", "thread_7/x", "../s/x"] {
        let out = trace.join(place);
        for args in [&[][..], &["--json"]] {
            let run = recover_to(&trace.path(), &out, args).exits(2);
            let expected = format!(
                "error: {}: the output must not be inside the trace {}; nothing was changed; choose \
                 another path\n",
                out.display(),
                trace.path().display()
            );
            assert_eq!(run.stderr, expected);
        }
        assert!(place == "empty" || !out.exists(), "{place}");
    }
    assert_eq!(files(&trace.path()), before);
    // If only a file is recovered, its directory is not inside the trace.
    recover_to(&trace.join("thread_7/index.atf"), &trace.join("thread_7/copy.atf"), &[]).exits(1);
}

#[cfg(target_os = "linux")]
#[test]
fn report_that_cannot_be_printed_exits_with_1() {
    let trace = Trace::new();
    for (name, args) in [("text", &[][..]), ("json", &["--json"])] {
        let out = trace.beside(name);
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = atf_tests::cli::atf();
        command.arg("recover").arg(trace.path()).arg("--out").arg(&out).args(args).stdout(full);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        let error = "error: the operation completed, but writing the report to stdout failed: No space left";
        assert!(stderr.starts_with(error), "{stderr}");
        assert_eq!(files(&out), files(&trace.path()));
    }
}

#[test]
fn output_directory_may_exist_if_it_is_empty() {
    let trace = Trace::new();
    let out = trace.beside("out");
    std::fs::create_dir(&out).unwrap();
    recover_to(&trace.path(), &out, &[]).exits(0);
    assert_eq!(files(&out), files(&trace.path()));
}

#[test]
fn thread_is_recovered_to_a_thread_and_file_to_a_file() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let (thread, file) = (trace.beside("thread_7"), trace.beside("index.atf"));
    recover_to(&trace.join("thread_7"), &thread, &[]).exits(1);
    recover_to(&trace.join("thread_7/index.atf"), &file, &[]).exits(1);
    let made = files(&thread);
    assert_eq!((made.len(), &*made[1].0), (2, Path::new("index.sum")));
    assert_eq!(made[0].0, Path::new("index.atf"));
    assert_eq!(std::fs::read(&file).unwrap(), made[0].1);
    run_on("verify", &file, &[]).exits(0);
    recover_to(&trace.join("thread_7/index.atf"), &file, &[]).exits(2);
}

#[test]
fn in_place_writes_the_same_bytes_as_a_copy() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let out = trace.beside("out");
    recover_to(&trace.path(), &out, &[]).exits(1);
    let run = run_on("recover", &trace.path(), &["--in-place", "--json"]).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&object["ok"], &object["out"]), (&json!(false), &Json::Null));
    assert_eq!(files(&trace.path()), files(&out));
    let again = run_on("recover", &trace.path(), &["--in-place"]).exits(0);
    assert!(again.stdout.ends_with("intact: nothing was changed\n"), "{}", again.stdout);
    assert_eq!(files(&trace.path()), files(&out));
}

#[test]
fn thread_without_header_is_reported_and_not_written() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 0, b"X");
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &["--json"]).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    let done = object["threads"][1]["index"]["done"].as_str().unwrap();
    assert!(done.starts_with("not written"), "{done}");
    assert!(!out.join("thread_7").exists());
    run_on("verify", &out, &[]).exits(0);
}

#[test]
fn nothing_is_written_if_no_thread_can_be_read() {
    let trace = Trace::new();
    trace.patch("thread_0/index.atf", 0, b"X");
    trace.patch("thread_7/index.atf", 0, b"X");
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &["--json"]).exits(2);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert!(object["error"].as_str().unwrap().contains("magic"), "{object}");
    assert!(!out.exists());
    run_on("recover", &trace.path(), &["--in-place"]).exits(2);
}

#[test]
fn missing_manifest_is_rewritten() {
    let trace = Trace::new();
    std::fs::remove_file(trace.join("manifest.json")).unwrap();
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &[]).exits(1);
    assert!(run.stdout.contains("manifest.json: rewritten: "), "{}", run.stdout);
    run_on("verify", &out, &[]).exits(0);
}

#[cfg(unix)]
#[test]
fn output_is_accessible_to_its_owner_only() {
    use std::os::unix::fs::MetadataExt;
    let trace = Trace::new();
    trace.kill_thread_7();
    let out = trace.beside("out");
    recover_to(&trace.path(), &out, &[]).exits(1);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    for dir in [out.clone(), out.join("thread_0"), out.join("thread_7")] {
        assert_eq!(mode(&dir), 0o700, "{}", dir.display());
    }
    for (file, _) in files(&out) {
        assert_eq!(mode(&out.join(&file)), 0o600, "{}", file.display());
    }
}

#[test]
fn wrong_offsets_are_repaired_and_reported() {
    let trace = Trace::new();
    let intact = files(&trace.path());
    trace.patch("thread_0/detail.off", 64, &[1]);
    let file = trace.join("thread_0/detail.off");
    let problem = "entry 0 at byte 64: offset: expected 64 (where record 0 starts), found 1";
    let run = run_on("verify", &trace.path(), &[]).exits(1);
    assert_eq!(run.lines()[0], format!("{}: {problem}", file.display()));
    let out = trace.beside("out");
    let run = recover_to(&trace.path(), &out, &["--json"]).exits(1);
    let report: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        report["threads"][0]["offsets"],
        json!({
            "file": file.display().to_string(),
            "done": "made from the records",
            "problems": [problem],
        })
    );
    assert_eq!(
        (&report["ok"], &report["threads"][0]["detail"]["done"]),
        (&json!(false), &json!("kept as it is"))
    );
    let run = run_on("recover", &trace.path(), &["--in-place"]).exits(1);
    let row = "     0  detail.off     -        -         -               -  made from the records";
    assert!(run.lines().contains(&row), "{}", run.stdout);
    assert_eq!(files(&trace.path()), intact);
    assert_eq!(files(&out), intact);
    run_on("recover", &trace.path(), &["--in-place"]).exits(0);
}
