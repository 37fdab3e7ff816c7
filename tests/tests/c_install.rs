//! What install.sh installs: a header that says what the source says, libraries with the functions
//! of the header and no others, and files that lead there. W-001 from C.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atf_tests::capi::Language::C11;
use atf_tests::capi::Linked::{Shared, Static};
use atf_tests::capi::{install, installed, repository, said};
use atf_tests::cli;
use atf_tests::scratch::{self, Scratch};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lib() -> PathBuf {
    installed().prefix.join("lib")
}

#[test]
fn committed_header_is_what_the_source_says() {
    let text = atf_capi_header::text().expect("the source can be read");
    assert!(
        text == read(&atf_capi_header::path()),
        "atf-capi/include/atf/atf.h is stale: run `cargo run -p atf-capi-header`"
    );
}

/// A header without its comments.
fn code(header: &str) -> String {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("/*") {
        code += before;
        rest = after.split_once("*/").expect("a comment ends").1;
    }
    code += rest;
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// Functions of the interface that stand in `code` before a parenthesis, and whether a body follows.
fn called(code: &str) -> Vec<(String, bool)> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for (at, _) in code.match_indices('(') {
        let name = code[..at].rsplit(|letter| !is_name(letter)).next().unwrap_or_default();
        if !name.starts_with("atf_") {
            continue;
        }
        let mut depth = 0;
        let end = code[at..].find(|letter| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            depth == 0
        });
        let behind = &code[at + end.expect("a parenthesis is closed") + 1..];
        found.push((name.to_owned(), behind.trim_start().starts_with('{')));
    }
    found
}

/// Functions that the installed headers want from the library.
fn declared() -> BTreeSet<String> {
    let (mut all, mut here) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(installed().prefix.join("include/atf")).expect("it is there") {
        for (name, has_body) in called(&code(&read(&entry.expect("it can be read").path()))) {
            if has_body {
                here.insert(name.clone());
            }
            all.insert(name);
        }
    }
    assert!(here.len() > 10, "{here:?}");
    &all - &here
}

/// Names of `nm` with these options.
fn names(options: &[&str], library: &str) -> BTreeSet<String> {
    let text = said(scratch::command("nm").args(options).arg(lib().join(library)));
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.filter(|words| words.len() == 3 && words[1] != "A");
    names.map(|words| words[2].to_owned()).collect()
}

#[test]
fn shared_library_exports_the_functions_of_the_headers_with_a_version() {
    let exported = names(&["--dynamic", "--defined-only"], "libatf.so");
    let version = |name: String| format!("{name}@@ATF_0.1");
    assert_eq!(exported, declared().into_iter().map(version).collect());
}

// Symptom: a program that linked two libraries made from Rust had every function of its standard
// library twice.
#[test]
fn static_library_has_no_names_but_those_of_the_headers() {
    let defined = names(&["--defined-only", "--extern-only"], "libatf.a");
    assert_eq!(defined, declared());
}

#[test]
fn program_asks_for_the_library_by_a_name_that_says_what_fits() {
    let version = env!("CARGO_PKG_VERSION");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_install");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let (source, binary) = (folder.join("program.c"), folder.join("program"));
    let text = "#include <atf/atf.h>\n#include <stdio.h>\nint main(void) { return puts(atf_version()) < 0; }\n";
    fs::write(&source, text).expect("the program can be written");
    installed().compile(&[&source], &binary, C11, Shared);
    assert_eq!(said(&mut scratch::command(&binary)), format!("{version}\n"));
    let needed = said(scratch::command("readelf").arg("--dynamic").arg(&binary));
    assert!(needed.contains("Shared library: [libatf.so.0.1]"), "{needed}");
    let own = said(scratch::command("readelf").arg("--dynamic").arg(lib().join("libatf.so")));
    assert!(own.contains("Library soname: [libatf.so.0.1]"), "{own}");
    // And the names lead to the file.
    let to = fs::read_link(lib().join("libatf.so")).expect("a link");
    assert_eq!(to, Path::new("libatf.so.0.1"));
    let to = fs::read_link(lib().join("libatf.so.0.1")).expect("a link");
    assert_eq!(to, PathBuf::from(format!("libatf.so.{version}")));

    installed().compile(&[&source], &binary, C11, Static);
    assert_eq!(said(&mut scratch::command(&binary)), format!("{version}\n"));
    let needed = said(scratch::command("readelf").arg("--dynamic").arg(&binary));
    assert!(!needed.contains("libatf"), "{needed}");
}

#[test]
fn program_of_the_readme_records_a_trace() {
    let readme = read(&repository().join("README.md"));
    let (_, program) = readme.split_once("```c\n").expect("the README has a program of C");
    let (program, _) = program.split_once("```").expect("it ends");
    let folder = Scratch::new();
    let (source, binary) = (folder.path().join("tracer.c"), folder.path().join("tracer"));
    fs::write(&source, program).expect("the program can be written");
    installed().compile(&[&source], &binary, C11, Shared);
    said(scratch::command(&binary).current_dir(folder.path()));
    let session = folder.path().join("my_session");
    let verified = cli::run_on("verify", &session, &[]).exits(0);
    assert!(verified.stdout.starts_with("clean: 1 thread, 1 event\n"), "{}", verified.stdout);
}

/// Every file under `root`, relative to it.
fn files(root: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).expect("it is inside").to_owned());
            }
        }
    }
    files
}

#[test]
fn destdir_is_where_the_files_are_and_is_not_said_in_them() {
    let folder = Scratch::new();
    // What sed and a shell would take for their own.
    let prefix = "/opt/a & b|c";
    let staged = install(Path::new(prefix), Some(folder.path()));
    assert_eq!(staged.prefix, folder.path().join("opt/a & b|c"));
    assert_eq!(files(&staged.prefix), files(&installed().prefix));
    let only: Vec<_> = fs::read_dir(folder.path()).expect("it can be read").collect();
    assert_eq!(only.len(), 1);
    for file in ["lib/pkgconfig/atf.pc", "lib/cmake/atf/atf-config.cmake"] {
        let text = read(&staged.prefix.join(file));
        assert!(!text.contains(&*folder.path().to_string_lossy()), "{text}");
        assert!(!text.contains('@'), "{text}");
    }
    let pc = read(&staged.prefix.join("lib/pkgconfig/atf.pc"));
    assert!(pc.starts_with(&format!("prefix={prefix}\n")), "{pc}");
}

#[test]
fn arguments_that_cannot_be_install_nothing() {
    for arguments in [&["--prefx=/tmp"][..], &["--prefix"], &["--prefix", ""], &["--prefix="]] {
        let mut command = scratch::command("sh");
        command.arg(repository().join("atf-capi/install.sh")).args(arguments);
        let output = command.output().expect("sh starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}
