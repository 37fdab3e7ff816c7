//! `atf-gen add-field`: a field in reserved bytes, as a maintainer adds one. G-05, G-07.

use atf_tests::scratch::Scratch;
use std::ffi::OsString;
use std::path::Path;

const SCHEMA: &str = r#"# A comment that stays.
[format]
name = "tiny"
version = 1   # on disk
endian = "little"

[[flags]]
name = "Has"
type = "u8"
bits = [{ name = "height", bit = 0 }]

[[record]]
name = "Point"   # so does this one
size = 16
fields = [
  { offset = 0, name = "x", type = "u32" },
  { offset = 4, name = "_reserved1", type = "[u8; 8]", reserved = true, doc = "Zero." },
  { offset = 12, name = "has", type = "Has" }, { offset = 13, name = "_pad", type = "[u8; 3]", reserved = true },
]
"#;

struct Done {
    code: u8,
    out: String,
    err: String,
    schema: String,
}

/// Runs the command in a folder whose schema is `schema`.
fn add(schema: &str, arguments: &[&str]) -> Done {
    let folder = Scratch::new();
    add_in(folder.path(), schema, arguments)
}

fn add_in(folder: &Path, schema: &str, arguments: &[&str]) -> Done {
    let path = folder.join("schema/tiny.toml");
    std::fs::create_dir_all(folder.join("schema")).expect("a folder");
    std::fs::write(&path, schema).expect("a schema");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["atf-gen", "add-field"].iter().chain(arguments).map(OsString::from);
    let code = atf_gen::cli::run(arguments, folder, &mut out, &mut err);
    Done {
        code,
        out: String::from_utf8(out).expect("text"),
        err: String::from_utf8(err).expect("text"),
        schema: std::fs::read_to_string(&path).expect("the schema is there"),
    }
}

/// Lines that are in one text only: `-` in the first, `+` in the second.
fn difference(before: &str, after: &str) -> String {
    let one_sided = |these: &str, those: &str, sign: char| -> String {
        these
            .lines()
            .filter(|line| !those.lines().any(|other| other == *line))
            .map(|line| format!("{sign}{line}\n"))
            .collect()
    };
    one_sided(before, after, '-') + &one_sided(after, before, '+')
}

#[test]
fn a_field_takes_reserved_bytes_and_nothing_else_of_the_schema_changes() {
    let done = add(
        SCHEMA,
        &["Point", "depth", "--type", "u16", "--offset", "6", "--sentinel", "0", "--unit", "m"],
    );
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(
        done.out.starts_with("schema/tiny.toml: Point.depth takes bytes 6..8, revision 1\n"),
        "{}",
        done.out
    );
    assert_eq!(
        difference(SCHEMA, &done.schema),
        "\
-version = 1   # on disk
-  { offset = 4, name = \"_reserved1\", type = \"[u8; 8]\", reserved = true, doc = \"Zero.\" },
+version = 1
+revision = 1   # on disk
+  { offset = 4, name = \"_reserved1\", type = \"[u8; 2]\", reserved = true, doc = \"Zero.\" },
+  { offset = 6, name = \"depth\", type = \"u16\", since = 1, unit = \"m\", sentinel = 0 },
+  { offset = 8, name = \"_reserved2\", type = \"[u8; 4]\", reserved = true, doc = \"Zero.\" },
"
    );
}

#[test]
fn generated_files_are_written_in_the_same_step() {
    let folder = Scratch::new();
    let done =
        add_in(folder.path(), SCHEMA, &["Point", "depth", "--type", "u16", "--sentinel", "0"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let header = std::fs::read_to_string(folder.path().join("schema/generated/c/tiny_types.h"))
        .expect("the header was generated");
    assert!(header.contains("offsetof(Point, depth) == 4"), "{header}");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let check = ["atf-gen", "check"].map(OsString::from);
    assert_eq!(
        atf_gen::cli::run(check, folder.path(), &mut out, &mut err),
        0,
        "{}",
        String::from_utf8_lossy(&err)
    );
}

#[test]
fn the_first_reserved_bytes_that_have_room_are_taken() {
    let done =
        add(SCHEMA, &["Point", "depth", "--type", "[u8; 8]", "--sentinel", "[0,0,0,0,0,0,0,0]"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        difference(SCHEMA, &done.schema).lines().last(),
        Some(
            "+  { offset = 4, name = \"depth\", type = \"[u8; 8]\", since = 1, sentinel = [0,0,0,0,0,0,0,0] },"
        )
    );
}

#[test]
fn fields_on_one_line_stay_on_it() {
    let done = add(SCHEMA, &["Point", "tag", "--type", "u8", "--offset", "13", "--sentinel", "0"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        difference(SCHEMA, &done.schema).lines().last(),
        Some(
            "+  { offset = 12, name = \"has\", type = \"Has\" }, { offset = 13, name = \"tag\", type = \"u8\", since = 1, sentinel = 0 }, { offset = 14, name = \"_pad\", type = \"[u8; 2]\", reserved = true },"
        )
    );
}

#[test]
fn a_guard_shows_that_the_field_exists_where_zero_is_a_value() {
    let done = add(
        SCHEMA,
        &["Point", "height", "--type", "f64", "--guard", "has.height", "--doc", "Say \"h\"."],
    );
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        difference(SCHEMA, &done.schema).lines().last(),
        Some(
            "+  { offset = 4, name = \"height\", type = \"f64\", since = 1, guard = \"has.height\", doc = \"Say \\\"h\\\".\" },"
        )
    );
}

#[test]
fn flags_need_not_say_what_zero_means() {
    let done = add(SCHEMA, &["Point", "more", "--type", "Has"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
}

#[test]
fn a_revision_that_no_release_has_is_not_raised_again() {
    let folder = Scratch::new();
    let releases = folder.path().join("schema/releases");
    std::fs::create_dir_all(&releases).expect("a folder");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    std::fs::write(folder.path().join("schema/tiny.toml"), SCHEMA).expect("a schema");
    let release = ["atf-gen", "release"].map(OsString::from);
    let generate = ["atf-gen", "generate"].map(OsString::from);
    for command in [generate, release] {
        let code = atf_gen::cli::run(command, folder.path(), &mut out, &mut err);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    }
    let first = add_in(folder.path(), SCHEMA, &["Point", "a", "--type", "u8", "--sentinel", "0"]);
    assert!(first.out.contains("Point.a takes bytes 4..5, revision 1\n"), "{}", first.out);
    let second =
        add_in(folder.path(), &first.schema, &["Point", "b", "--type", "u8", "--sentinel", "0"]);
    assert!(second.out.contains("Point.b takes bytes 5..6, revision 1\n"), "{}", second.out);
    assert!(second.schema.contains("revision = 1   # on disk"), "{}", second.schema);
}

#[test]
fn a_dry_run_prints_the_schema_and_writes_nothing() {
    let done = add(SCHEMA, &["Point", "depth", "--type", "u16", "--sentinel", "0", "--dry-run"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(done.schema, SCHEMA);
    assert!(
        done.out
            .contains("{ offset = 4, name = \"depth\", type = \"u16\", since = 1, sentinel = 0 },")
    );
}

#[test]
fn a_field_that_cannot_be_added_is_refused_and_the_schema_stays() {
    let cases: &[(&[&str], u8, &str)] = &[
        (
            &["Pont", "depth", "--type", "u16", "--sentinel", "0"],
            2,
            "schema/tiny.toml: expected a record, found Pont: did you mean Point?\n",
        ),
        (
            &["Point", "depth", "--type", "[u16; 5]", "--sentinel", "0"],
            2,
            "schema/tiny.toml: record Point: expected 10 reserved bytes, found none: reserved: _reserved1 at 4..12, _pad at 13..16\n",
        ),
        (
            &["Point", "depth", "--type", "u8", "--offset", "12", "--sentinel", "0"],
            2,
            "schema/tiny.toml: record Point: expected 1 reserved byte at 12, found none: reserved: _reserved1 at 4..12, _pad at 13..16\n",
        ),
        (
            &[
                "Point",
                "depth",
                "--type",
                "u8",
                "--offset",
                "18446744073709551615",
                "--sentinel",
                "0",
            ],
            2,
            "schema/tiny.toml: record Point: expected 1 reserved byte at 18446744073709551615, found none: reserved: _reserved1 at 4..12, _pad at 13..16\n",
        ),
        (
            &["Point", "depth", "--type", "u16"],
            2,
            "schema/tiny.toml: record Point, field depth: expected a meaning of 0, which existing files have there: add `--sentinel 0` if it means no value, else `--guard flags_field.bit`\n",
        ),
        (
            &["Point", "depth", "--type", "u16", "--sentinel", "7"],
            2,
            "schema/tiny.toml: record Point, field depth: expected a meaning of 0, which existing files have there: add `--sentinel 0` if it means no value, else `--guard flags_field.bit`\n",
        ),
        (
            &["Point", "depth", "--type", "Depth", "--sentinel", "0"],
            2,
            "schema/tiny.toml: expected a type, found Depth: a primitive (u8 to f64), an enum, flags or a record of the schema, or [TYPE; N]\n",
        ),
    ];
    for (arguments, code, message) in cases {
        let done = add(SCHEMA, arguments);
        assert_eq!((done.code, done.err.as_str()), (*code, *message));
        assert_eq!(done.schema, SCHEMA);
    }
    let done = add(SCHEMA, &["Point", "x", "--type", "u8", "--sentinel", "0"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err.starts_with(
            "schema/tiny.toml with x:18:24: record Point, field x: the name is already used\n"
        ),
        "{}",
        done.err
    );
    assert_eq!(done.schema, SCHEMA);
}

// Symptom: the field was written although `check` refused it then.
#[test]
fn a_guard_that_released_files_have_already_is_refused() {
    let folder = Scratch::new();
    std::fs::create_dir_all(folder.path().join("schema")).expect("a folder");
    std::fs::write(folder.path().join("schema/tiny.toml"), SCHEMA).expect("a schema");
    for command in ["generate", "release"] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let arguments = ["atf-gen", command].map(OsString::from);
        let code = atf_gen::cli::run(arguments, folder.path(), &mut out, &mut err);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    }
    let done =
        add_in(folder.path(), SCHEMA, &["Point", "h", "--type", "u8", "--guard", "has.height"]);
    assert_eq!((done.code, done.out.as_str(), done.schema.as_str()), (1, "", SCHEMA));
    assert!(done.err.contains("FAILS  D0202  record Point, field h: "), "{}", done.err);
    assert!(done.err.ends_with("\nschema/tiny.toml: nothing was written\n"), "{}", done.err);
}

// Symptom: a field was put into reserved bytes called `flags`, whose C type changed under programs that use it.
#[test]
fn bytes_that_a_program_may_name_are_taken_last() {
    let schema = "\
[format]
name = \"tiny\"
version = 1
endian = \"little\"

[[record]]
name = \"Point\"
size = 12
fields = [
  { offset = 0, name = \"flags\", type = \"u32\", reserved = true },
  { offset = 4, name = \"_pad\", type = \"u16\", reserved = true },
  { offset = 6, name = \"_reserved\", type = \"[u8; 2]\", reserved = true },
  { offset = 8, name = \"x\", type = \"u32\" },
]
";
    let place = |ty: &str| {
        let done = add(schema, &["Point", "depth", "--type", ty, "--sentinel", "0"]);
        assert_eq!(done.code, 0, "{}", done.err);
        done.out.lines().next().expect("a line").to_owned()
    };
    assert!(place("u8").contains("takes bytes 6..7"), "{}", place("u8"));
    assert!(place("u16").contains("takes bytes 6..8"), "{}", place("u16"));
    let done = add(schema, &["Point", "depth", "--type", "u32", "--sentinel", "0"]);
    assert!(done.out.contains("takes bytes 0..4"), "{}", done.out);
}
