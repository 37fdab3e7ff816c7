//! The shim for programs that wrote the format with sources of their own: docs/migrating.md.
//!
//! tests/c/migrating.c, which `c_api` runs, is such a program on the library; here are the first step, without the
//! library, and what the page says.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use atf_tests::capi::Language::{self, C11, Cpp17};
use atf_tests::capi::{output_of, repository};
use atf_tests::scratch::{self, Scratch};

const SHIM: &str = "examples/tracer_backend/shim/atf_shim.h";

/// What is left of a program's own header after the first step.
const PROGRAM: &str = r#"
#define ATF_SHIM_TYPES_ONLY
#include "atf_shim.h"
#include "atf_shim.h"
#include <stdio.h>
#include <string.h>

int main(void) {
    IndexEvent event;
    DetailEventHeader header;
    memset(&event, 0, sizeof event);
    memset(&header, 0, sizeof header);
    event.detail_seq = 42;
    header.index_seq = 17;
    printf("%d %u %u\n", index_event_has_detail(&event), (unsigned)index_event_get_detail_seq(&event),
           (unsigned)detail_event_get_index_seq(&header));
    event.detail_seq = ATF_NO_DETAIL_SEQ;
    printf("%d %u\n", index_event_has_detail(&event), (unsigned)index_event_get_detail_seq(&event));
    printf("%d %u %u\n", index_event_has_detail(NULL), (unsigned)index_event_get_detail_seq(NULL),
           (unsigned)detail_event_get_index_seq(NULL));
    return 0;
}
"#;

fn compile_without_library(source: &Path, to: &Path, language: Language) {
    let (compiler, standard) = match language {
        C11 => ("cc", ["-std=c11", "-x", "c"]),
        Cpp17 => ("c++", ["-std=c++17", "-x", "c++"]),
    };
    let mut command = scratch::command(compiler);
    command.args(standard).args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"]);
    command.arg(repository().join("schema/generated/c")).arg("-I");
    command.arg(repository().join("examples/tracer_backend/shim")).arg(source).arg("-o").arg(to);
    output_of(&mut command);
}

#[test]
fn helpers_need_the_generated_header_alone() {
    let folder = Scratch::new();
    let source = folder.path().join("program.c");
    fs::write(&source, PROGRAM).unwrap();
    for language in [C11, Cpp17] {
        let binary = folder.path().join(format!("{language:?}"));
        compile_without_library(&source, &binary, language);
        let printed = output_of(&mut scratch::command(&binary));
        assert_eq!(printed, "1 42 17\n0 4294967295\n0 4294967295 4294967295\n");
    }
}

// A shim that grows is a second library.
#[test]
fn shim_is_short() {
    let text = fs::read_to_string(repository().join(SHIM)).unwrap();
    assert!(text.lines().count() < 100);
    assert!(text.lines().all(|line| line.len() <= 120));
}

// Every function that the page promises is in the shim, and the test program calls it.
#[test]
fn page_shim_and_test_have_the_same_functions() {
    let page = fs::read_to_string(repository().join("docs/migrating.md")).unwrap();
    let shim = fs::read_to_string(repository().join(SHIM)).unwrap();
    let test = fs::read_to_string(repository().join("tests/c/migrating.c")).unwrap();
    let functions = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let functions: Vec<&str> = functions.map(|(name, _)| name).collect();
    for name in ["index_event_has_detail", "atf_thread_writer_create", "atf_reserve_sequences"] {
        assert!(functions.contains(&name), "{functions:?}");
    }
    for name in functions {
        let is_defined = shim.contains(&format!(" {name}(")) || shim.contains(&format!("*{name}("));
        assert!(is_defined || shim.contains(&format!("#define {name} ")), "{name}");
        assert!(test.contains(&format!("{name}(")), "{name}");
    }
}
