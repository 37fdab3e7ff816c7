//! `atf-gen renumber`: a field was put between others, and one command moves the rest. G-06.

use std::ffi::OsString;
use std::path::Path;

use atf_tests::scratch::Scratch;

fn atf_gen(here: &Path, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all = std::iter::once("atf-gen").chain(arguments.iter().copied()).map(OsString::from);
    let code = atf_gen::cli::run(all, here, &mut out, &mut err);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

fn folder(schema: &str) -> Scratch {
    let folder = Scratch::new();
    std::fs::create_dir(folder.path().join("schema")).expect("a folder");
    std::fs::write(folder.path().join("schema/tiny.toml"), schema).expect("the schema");
    folder
}

fn schema(folder: &Scratch) -> String {
    std::fs::read_to_string(folder.path().join("schema/tiny.toml")).expect("the schema")
}

const SCHEMA: &str = r#"[format]
name = "tiny"
version = 1
endian = "little"

[[record]]
name = "Outer" # Holds the other one.
size = 24
fields = [
  { offset = 0, name = "id", type = "u32" },
  { name = "kind", type = "u16" }, # Put in between.
  { offset = 4, name = "inner", type = "[Inner; 2]" },
  { offset = 20, name = "text_len", type = "u32" },
  { offset = 24, name = "text", type = "[u8; text_len]" },
]

[[record]]
name = "Inner"
size = 8
fields = [
  { offset = 0, name = "a", type = "u8" },
  { offset = 0, name = "b", type = "u64" },
]
"#;

const RIGHT: &str = r#"[format]
name = "tiny"
version = 1
endian = "little"

[[record]]
name = "Outer" # Holds the other one.
size = 28
fields = [
  { offset = 0, name = "id", type = "u32" },
  { offset = 4, name = "kind", type = "u16" }, # Put in between.
  { offset = 6, name = "inner", type = "[Inner; 2]" },
  { offset = 24, name = "text_len", type = "u32" },
  { offset = 28, name = "text", type = "[u8; text_len]" },
]

[[record]]
name = "Inner"
size = 9
fields = [
  { offset = 0, name = "a", type = "u8" },
  { offset = 1, name = "b", type = "u64" },
]
"#;

#[test]
fn offsets_and_sizes_follow_from_the_order_also_of_records_inside_records() {
    let folder = folder(SCHEMA);
    let (code, out, _) = atf_gen(folder.path(), &["renumber", "--dry-run"]);
    assert_eq!((code, out.as_str(), schema(&folder).as_str()), (0, RIGHT, SCHEMA));
    let (code, out, err) = atf_gen(folder.path(), &["renumber"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "schema/tiny.toml: Outer: 4 offsets, size 24 -> 28\nschema/tiny.toml: Inner: 1 offset, size 8 -> 9\n"
    );
    assert_eq!(schema(&folder), RIGHT);
    assert!(atf_gen::load("tiny.toml", RIGHT.as_bytes()).is_ok());
    let (code, out, _) = atf_gen(folder.path(), &["renumber"]);
    assert_eq!((code, out.as_str()), (0, "schema/tiny.toml: every offset is right\n"));
}

#[test]
fn one_record_can_be_named_and_the_others_stay() {
    let folder = folder(SCHEMA);
    let (code, out, _) = atf_gen(folder.path(), &["renumber", "Inner"]);
    assert_eq!((code, out.as_str()), (0, "schema/tiny.toml: Inner: 1 offset, size 8 -> 9\n"));
    assert!(schema(&folder).contains("{ offset = 4, name = \"inner\""), "{}", schema(&folder));
    let (code, _, err) = atf_gen(folder.path(), &["renumber", "Iner"]);
    assert_eq!((code, err.as_str()), (2, "schema/tiny.toml: expected a record, found Iner\n"));
}

#[test]
fn other_mistakes_are_reported_and_nothing_is_written() {
    let wrong = SCHEMA.replace("type = \"u64\"", "type = \"u65\"");
    let folder = folder(&wrong);
    let (code, out, err) = atf_gen(folder.path(), &["renumber"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.ends_with("schema/tiny.toml: 1 mistake\n"), "{err}");
    assert!(err.contains("unknown type u65"), "{err}");
    assert_eq!(schema(&folder), wrong);
}
