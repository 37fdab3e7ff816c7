//! Runs the C programs in tests/c, compiled as C11 and as C++17 against the headers and libraries that install.sh
//! installs. W-001 to W-012 from C.
#![cfg(target_os = "linux")]

use std::path::Path;

use atf_tests::capi::Language::{C11, Cpp17};
use atf_tests::capi::Linked::{Shared, Static};
use atf_tests::capi::{Language, Linked, installed, output_of, programs};
use atf_tests::cli;
use atf_tests::scratch;

/// Compiles every program and runs it in an empty directory. A failure does not stop the others.
fn run_all(language: Language, linked: Linked) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("c_api")
        .join(format!("{language:?}-{linked:?}").to_lowercase());
    let _ = std::fs::remove_dir_all(&folder);
    let programs = programs("tests/c");
    assert!(!programs.is_empty());
    let mut failures = String::new();
    for source in &programs {
        let name = source.file_stem().expect("a program has a name");
        let (binary, work) = (folder.join(name), folder.join(name).with_extension("work"));
        std::fs::create_dir_all(&work).expect("the program's directory can be made");
        installed().compile(&[source], &binary, language, linked);
        let mut command = scratch::command(&binary);
        command.arg(&work).current_dir(&work).env("ATF", cli::program());
        let output = command.output().expect("the program starts");
        let stdout = String::from_utf8_lossy(&output.stdout);
        // A program that checks nothing or stops early does not count as passed.
        let checks = stdout.lines().last().and_then(|it| it.strip_suffix(" checks"));
        let checks: usize = checks.and_then(|it| it.parse().ok()).unwrap_or(0);
        if !output.status.success() || checks < 2 {
            let stderr = String::from_utf8_lossy(&output.stderr);
            failures += &format!("{name:?}: {}\n{stdout}{stderr}\n", output.status);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

// W-001, W-010, W-011, W-012
#[test]
fn programs_run_as_c11() {
    run_all(C11, Shared);
}

// W-001, W-010, W-011, W-012
#[test]
fn programs_run_as_cpp17() {
    run_all(Cpp17, Shared);
}

#[test]
fn programs_run_with_the_static_library() {
    run_all(C11, Static);
}

// Programs that other tests run compile as both languages too.
#[test]
fn tools_compile_as_both_languages() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_api/tools");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for source in programs("tests/c/tools") {
        for language in [C11, Cpp17] {
            let name = source.file_stem().expect("a program has a name");
            installed().compile(&[&source], &folder.join(name), language, Shared);
        }
    }
}

// The header needs no other header before it, and no feature macro of the C library.
#[test]
fn header_alone_is_strict_c_and_cpp() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_api/alone");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let source = folder.join("alone.c");
    let text = "#include <atf/atf.h>\n#include <atf/atf.h>\nint main(void) { return atf_check_header(); }\n";
    std::fs::write(&source, text).expect("the program can be written");
    for language in [C11, Cpp17] {
        let binary = folder.join("alone");
        installed().compile(&[&source], &binary, language, Shared);
        output_of(&mut scratch::command(&binary));
    }
}
