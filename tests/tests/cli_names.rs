//! Names of functions and modules as `atf` prints them: demangled, escaped, cut.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;

use atf_runtime::WriterOptions;
use atf_runtime::format::EventKind;
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_tests::cli::{atf, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};
use trace::{PLATFORM, write};

const MODULE: &str = "/opt/my \"app\", v1";

/// A session in which a thread calls a function of each name.
fn session(dir: &Path, names: &[&str]) {
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut session = SessionWriter::create(dir, PLATFORM, options).unwrap();
    let symbols = (0..).zip(names).map(|(at, &name)| Symbol::new(1, at, name)).collect();
    session.set_symbols(vec![Module::new(1, MODULE)], symbols);
    let mut thread = session.thread(0).unwrap();
    for at in 0..names.len() as u64 {
        write(&mut thread, (10 * at, 1 << 32 | at, EventKind::CALL, 0), None);
        write(&mut thread, (10 * at + 5, 1 << 32 | at, EventKind::RETURN, 0), None);
    }
    let summary = thread.finalize().unwrap();
    session.finish(&[summary]).unwrap();
}

/// The names in the lines of calls.
fn shown(path: &Path, args: &[&str]) -> Vec<String> {
    let text = run_on("dump", path, args).exits(0).stdout;
    let names =
        text.lines().filter_map(|line| Some(line.split_once("  call       ")?.1.to_owned()));
    names.collect()
}

fn objects(path: &Path, args: &[&str]) -> Vec<Json> {
    let run = run_on("dump", path, &[&["--format", "jsonl", "--kind", "call"], args].concat());
    run.exits(0).lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const MANGLED: [&str; 4] = [
    "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE",
    "_ZNSt6vectorIiSaIiEE9push_backEOi",
    "_RNvNtCs1234_7mycrate3foo3bar",
    "plain",
];
const DEMANGLED: [&str; 4] = [
    "core::fmt::Write::write_fmt",
    "std::vector<int, std::allocator<int> >::push_back(int&&)",
    "mycrate::foo::bar",
    "plain",
];

#[test]
fn names_of_cpp_and_rust_are_demangled_unless_asked_otherwise() {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    session(&path, &MANGLED);
    let of = |objects: Vec<Json>| -> Vec<Json> {
        objects.into_iter().map(|object| object["function"].clone()).collect()
    };
    for (args, expected) in [(&[][..], DEMANGLED), (&["--no-demangle"], MANGLED)] {
        assert_eq!(shown(&path, args), expected);
        assert_eq!(of(objects(&path, args)), expected.map(Json::from));
        let csv = run_on("dump", &path, &[&["--format", "csv"], args].concat()).exits(0).stdout;
        for name in expected {
            assert!(csv.contains(name), "{name} in {csv}");
        }
    }
}

// A name is data: text for a terminal must not obey it, and JSON must not change it.
#[test]
fn text_escapes_what_hides_or_reorders_it_and_json_does_not() {
    let names = [
        "a\u{202E}b",
        "c\u{2028}d",
        "e\\f",
        "",
        "g\u{200B}h\u{1b}[2J\u{9b}",
        "i\nj\u{feff}",
        "größe 関数",
    ];
    let expected = [
        "a\\u{202e}b",
        "c\\u{2028}d",
        "e\\\\f",
        "\"\"",
        "g\\u{200b}h\\u{1b}[2J\\u{9b}",
        "i\\nj\\u{feff}",
        "größe 関数",
    ];
    let dir = Scratch::new();
    let path = dir.path().join("s");
    session(&path, &names);
    assert_eq!(shown(&path, &[]), expected);
    for (object, name) in objects(&path, &[]).iter().zip(names) {
        assert_eq!((&object["function"], &object["module"]), (&json!(name), &json!(MODULE)));
    }
}

#[test]
fn long_names_are_cut_in_text_only() {
    let long = "x".repeat(500);
    let dir = Scratch::new();
    let path = dir.path().join("s");
    session(&path, &[&long, "short"]);
    assert_eq!(shown(&path, &[]), [format!("{}…", "x".repeat(199)), "short".to_owned()]);
    assert_eq!(objects(&path, &[])[0]["function"], json!(long));
    for columns in [80, 120] {
        let run =
            atf().args(["dump"]).arg(&path).env("COLUMNS", columns.to_string()).output().unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        let lines: Vec<usize> = text.lines().skip(2).map(|line| line.chars().count()).collect();
        assert_eq!(lines.iter().max(), Some(&columns), "{text}");
        assert!(text.contains('…'), "{text}");
    }
}

#[test]
fn csv_quotes_names_where_rfc_4180_asks_for_it() {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    session(&path, &["add(int, int)", "say \"hi\""]);
    let csv = run_on("dump", &path, &["--format", "csv", "--kind", "call"]).exits(0);
    let module = "\"/opt/my \"\"app\"\", v1\"";
    assert_eq!(csv.lines()[1], format!("0,0,0,4294967296,0,call,0,,\"add(int, int)\",{module}"));
    assert_eq!(csv.lines()[2], format!("0,2,10,4294967297,0,call,0,,\"say \"\"hi\"\"\",{module}"));
}

// jq 1.6 and JavaScript read numbers as doubles: 2^53 + 1 becomes 2^53.
#[test]
fn integers_beyond_two_to_the_53_become_strings_if_asked() {
    let dir = Scratch::new();
    let options = WriterOptions::default().sync_on_finalize(false);
    let session = SessionWriter::create(dir.path().join("s"), PLATFORM, options).unwrap();
    let mut thread = session.thread(0).unwrap();
    let limit = 1_u64 << 53;
    write(&mut thread, (limit, limit + 1, EventKind::CALL, 0), None);
    write(&mut thread, (u64::MAX, 7, EventKind::RETURN, 0), None);
    let summary = thread.finalize().unwrap();
    session.finish(&[summary]).unwrap();
    let path = dir.path().join("s");
    let lines = |args: &[&str]| -> Vec<Json> {
        let run = run_on("dump", &path, &[&["--format", "jsonl"], args].concat()).exits(0);
        run.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let plain = lines(&[]);
    assert_eq!(plain[0]["function_id"], json!(limit + 1));
    let strings = lines(&["--string-ints"]);
    assert_eq!(strings[0]["timestamp_ns"], json!(limit));
    assert_eq!(strings[0]["function_id"], json!("9007199254740993"));
    assert_eq!(strings[1]["timestamp_ns"], json!("18446744073709551615"));
    assert_eq!(strings[1]["function_id"], json!(7));
}

#[test]
fn function_without_a_name_has_its_id_in_text_and_null_elsewhere() {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    session(&path, &["named"]);
    std::fs::remove_file(path.join("manifest.json")).unwrap();
    assert_eq!(shown(&path, &[]), ["0x0000000100000000"]);
    let object = &objects(&path, &[])[0];
    assert_eq!((&object["function"], &object["module"]), (&Json::Null, &Json::Null));
}
