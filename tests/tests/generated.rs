//! Committed files match the schema, macro and text have the same tokens, and the command
//! that writes the files touches nothing else. G-02, G-05.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use atf_gen::cli::{CANNOT, FINE, PROBLEM, run};
use atf_tests::scratch::Scratch;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs the command in `here`: exit code, standard output, standard error.
fn atf_gen(here: &Path, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all = std::iter::once("atf-gen").chain(arguments.iter().copied()).map(OsString::from);
    let code = run(all, here, &mut out, &mut err);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

const SCHEMA: &str = "[format]\nname = \"tiny-one\"\nversion = 1\nendian = \"little\"\ncopies = [\"../crate/schema/tiny.toml\", \"../absent/tiny.toml\"]\n\n\
    [[record]]\nname = \"Point\"\nsize = 8\nfields = [\n  { offset = 0, name = \"x\", type = \"u32\", unit = \"mm\", doc = \"To the right.\" },\n  \
    { offset = 4, name = \"y\", type = \"i32\" },\n]\n\n[[record]]\nname = \"Line\"\nsize = 16\nfields = [{ offset = 0, name = \"ends\", type = \"[Point; 2]\" }]\n";

/// A repository with a schema, a crate that keeps a copy of it, and nothing generated.
fn repository_of(schema: &str) -> Scratch {
    let folder = Scratch::new();
    for part in ["schema", "crate/schema", "crate/src"] {
        std::fs::create_dir_all(folder.path().join(part)).expect("its parts");
    }
    std::fs::write(folder.path().join("schema/tiny.toml"), schema).expect("its schema");
    folder
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

// G-05: stale generated files fail the tests.
#[test]
fn committed_files_match_the_schema() {
    let (code, _, err) = atf_gen(&repository(), &["check"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
}

// G-02: the two are identical in meaning.
#[test]
fn text_and_macro_are_the_same_tokens() {
    let schema =
        std::fs::read(repository().join("schema/atf-v2.toml")).expect("the schema is there");
    let format = atf_gen::load("atf-v2.toml", &schema).expect("it is right");
    let text = read(&repository(), "schema/generated/rust/atf_v2.rs");
    same_tokens(atf_gen::emit::rust::tokens(&format), &text);
}

/// Compares the macro's expansion with `text`, read back as tokens. The printer of the text
/// is free to set commas and braces; nothing else may differ.
fn same_tokens<T: std::str::FromStr<Err: std::fmt::Debug> + ToString>(expansion: T, text: &str) {
    let of_text: T = text.parse().expect("the text is made of tokens");
    let meaning = |tokens: &T| -> String {
        let text: String = tokens
            .to_string()
            .chars()
            .filter(|c| !(c.is_whitespace() || ",{}\\#".contains(*c)))
            .collect();
        // A doc comment reads back as a plain string, and was a raw one with hashes.
        text.replace("r\"", "\"")
    };
    let (expansion, of_text) = (meaning(&expansion), meaning(&of_text));
    let differs = expansion.bytes().zip(of_text.bytes()).position(|(a, b)| a != b);
    let around = |text: &str, at: usize| {
        text.get(at.saturating_sub(80)..(at + 80).min(text.len())).map(str::to_owned)
    };
    if let Some(at) = differs {
        panic!(
            "the macro says\n{:?}\nthe text says\n{:?}",
            around(&expansion, at),
            around(&of_text, at)
        );
    }
    assert_eq!(expansion.len(), of_text.len());
}

/// The text as a module: it compiles, and means what the macro's types mean.
pub mod text {
    include!("../../schema/generated/rust/atf_v2.rs");
}

// G-02
#[test]
fn text_compiles_and_lays_records_out_as_the_macro_does() {
    use atf_runtime::format;
    use zerocopy::IntoBytes;

    macro_rules! same {
        ($($record:ident),*) => {$(
            assert_eq!(text::$record::INIT.as_bytes(), format::$record::INIT.as_bytes());
            assert_eq!(
                format!("{:?}", <text::$record as text::Record>::FIELDS),
                format!("{:?}", <format::$record as format::Record>::FIELDS)
            );
        )*};
    }
    same!(
        AtfIndexHeader,
        IndexEvent,
        AtfIndexFooter,
        AtfDetailHeader,
        DetailEventHeader,
        DetailFunctionPayload,
        AtfDetailFooter
    );
}

// G-05
#[test]
fn generate_writes_only_changed_files_and_check_then_passes() {
    let folder = repository_of(SCHEMA);
    let (code, out, err) = atf_gen(folder.path(), &["generate"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            FINE,
            "schema/generated/rust/tiny_one.rs written\nschema/generated/rust/tiny_one_layout_tests.rs written\n\
             schema/generated/c/tiny_one_types.h written\nschema/generated/python/tiny_one.py written\nschema/generated/docs/tiny_one_layout.txt written\n\
             schema/generated/docs/tiny_one.md written\n\
             schema/generated/docs/svg/tiny_one/record-point.svg written\nschema/generated/docs/svg/tiny_one/record-line.svg written\nschema/generated/kaitai/tiny_one.ksy written\n\
             crate/schema/tiny.toml written\nschema/generated: 10 written, 0 unchanged, 0 removed\n",
            ""
        )
    );
    assert_eq!(read(folder.path(), "crate/schema/tiny.toml"), SCHEMA);
    // A copy whose folder is not there is not made.
    assert!(!folder.path().join("absent").exists());

    let header = folder.path().join("schema/generated/c/tiny_one_types.h");
    let before = std::fs::metadata(&header).and_then(|data| data.modified()).expect("a time");
    let doc = SCHEMA.replace("To the right.", "To the left.");
    std::fs::write(folder.path().join("schema/tiny.toml"), doc.replace("reserved", ""))
        .expect("written");
    std::fs::write(folder.path().join("schema/generated/docs/tiny_one_layout.txt"), "")
        .expect("written");
    std::fs::write(folder.path().join("schema/tiny.toml"), SCHEMA).expect("written");
    let (_, out, _) = atf_gen(folder.path(), &["generate"]);
    assert_eq!(
        out,
        "schema/generated/docs/tiny_one_layout.txt written\nschema/generated: 1 written, 9 unchanged, 0 removed\n"
    );
    let after = std::fs::metadata(&header).and_then(|data| data.modified()).expect("a time");
    assert_eq!(before, after);

    let (code, out, err) = atf_gen(&folder.path().join("crate/src"), &["check"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (FINE, "../../schema/generated: 10 files are up to date with ../../schema/tiny.toml\n", "")
    );
}

// G-05
#[test]
fn check_names_each_stale_missing_and_orphaned_file_and_the_command_that_repairs_it() {
    let folder = repository_of(SCHEMA);
    atf_gen(folder.path(), &["generate"]);
    let generated = folder.path().join("schema/generated");
    let mut stale = read(&generated, "c/tiny_one_types.h");
    stale.push('\n');
    std::fs::write(generated.join("c/tiny_one_types.h"), &stale).expect("written");
    std::fs::remove_file(generated.join("docs/tiny_one_layout.txt")).expect("removed");
    std::fs::rename(generated.join("rust/tiny_one.rs"), generated.join("rust/old_name.rs"))
        .expect("renamed");
    std::fs::write(folder.path().join("crate/schema/tiny.toml"), "# edited").expect("written");
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, out.as_str()), (PROBLEM, ""));
    let fix = "run `atf-gen generate`";
    assert_eq!(
        err,
        format!(
            "schema/generated/rust/tiny_one.rs is missing: {fix}\n\
             schema/generated/c/tiny_one_types.h is stale: {fix}\n\
             schema/generated/docs/tiny_one_layout.txt is missing: {fix}\n\
             crate/schema/tiny.toml is stale: {fix}\n\
             schema/generated/rust/old_name.rs is orphaned: the schema no longer produces it: {fix}\n\
             schema/generated: 5 files are not up to date\n"
        )
    );
    // In a checkout of the generator the command may not be installed, but cargo can run it.
    std::fs::create_dir(folder.path().join("atf-gen")).expect("a folder");
    std::fs::write(folder.path().join("atf-gen/Cargo.toml"), "").expect("written");
    let (_, _, err) = atf_gen(&folder.path().join("schema"), &["check"]);
    assert_eq!(err.matches(": run `cargo run -p atf-gen -- generate`\n").count(), 5, "{err}");
    // Looking changes nothing; the command that it names fixes all of it.
    assert_eq!(read(&generated, "c/tiny_one_types.h"), stale);
    let (_, out, _) = atf_gen(folder.path(), &["generate"]);
    assert!(out.ends_with("schema/generated: 4 written, 6 unchanged, 1 removed\n"), "{out}");
    assert!(!generated.join("rust/old_name.rs").exists());
    assert_eq!(atf_gen(folder.path(), &["check"]).0, FINE);
}

// A checkout with `core.autocrlf` had every generated file reported as stale, with no cause.
#[test]
fn check_says_that_only_the_line_ends_differ() {
    let folder = repository_of(SCHEMA);
    atf_gen(folder.path(), &["generate"]);
    let header = "schema/generated/c/tiny_one_types.h";
    let text = read(folder.path(), header);
    std::fs::write(folder.path().join(header), text.replace('\n', "\r\n")).expect("written");
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(
        (code, err.as_str()),
        (
            PROBLEM,
            "schema/generated/c/tiny_one_types.h differs in its line ends only (expected LF, found CRLF; \
             `* text=auto eol=lf` in .gitattributes keeps them): run `atf-gen generate`\n\
             schema/generated: 1 file is not up to date\n"
        )
    );
    atf_gen(folder.path(), &["generate"]);
    assert_eq!(read(folder.path(), header), text);
}

// Generated files are compared byte for byte, wherever they were checked out.
#[test]
fn a_checkout_has_plain_line_ends() {
    let attributes = read(&repository(), ".gitattributes");
    assert!(attributes.lines().any(|line| line == "* text=auto eol=lf"), "{attributes}");
}

// A schema with the line ends of Windows describes the same format.
#[test]
fn a_schema_with_crlf_generates_the_same_files() {
    let (lf, crlf) = (repository_of(SCHEMA), repository_of(&SCHEMA.replace('\n', "\r\n")));
    for folder in [&lf, &crlf] {
        assert_eq!(atf_gen(folder.path(), &["generate"]).0, FINE);
        assert_eq!(atf_gen(folder.path(), &["check"]).0, FINE);
    }
    let header = "schema/generated/c/tiny_one_types.h";
    assert_eq!(read(lf.path(), header), read(crlf.path(), header));
}

#[test]
fn files_that_are_not_ours_are_left_alone() {
    let folder = repository_of(SCHEMA);
    atf_gen(folder.path(), &["generate"]);
    let generated = folder.path().join("schema/generated");
    // A file of the user; one of another existing schema; and one of a schema that was removed.
    std::fs::write(folder.path().join("schema/other.toml"), SCHEMA.replace("tiny-one", "other"))
        .expect("written");
    let ours = "// Generated from gone.toml by `cargo run -p atf-gen -- generate`; do not edit.\n";
    std::fs::write(generated.join("rust/README"), "mine\n").expect("written");
    std::fs::write(generated.join("rust/other.rs"), ours.replace("gone", "other"))
        .expect("written");
    std::fs::write(generated.join("rust/gone.rs"), ours).expect("written");
    let (code, out, _) = atf_gen(folder.path(), &["generate", "--schema", "schema/tiny.toml"]);
    assert_eq!(
        (code, out.as_str()),
        (
            FINE,
            "schema/generated/rust/gone.rs removed\n\
             schema/generated/rust/README is orphaned: the schema does not produce it and it was not generated: remove it by hand\n\
             schema/generated: 0 written, 10 unchanged, 1 removed\n"
        )
    );
    let (code, _, err) = atf_gen(folder.path(), &["check", "--schema", "schema/tiny.toml"]);
    assert_eq!(
        (code, err.as_str()),
        (
            PROBLEM,
            "schema/generated/rust/README is orphaned: the schema does not produce it and it was not generated: remove it by hand\n\
             schema/generated: 1 file is not up to date\n"
        )
    );
    assert!(generated.join("rust/README").exists() && generated.join("rust/other.rs").exists());
}

// A package that takes a generated source in has it beside its own.
#[test]
fn copies_of_generated_files_are_written_and_checked_as_the_files_are() {
    let copies =
        "\"../crate/src/tiny_one.rs\", \"../crate/src/tiny_one.py\", \"../absent/tiny_one.py\"";
    let schema = SCHEMA.replace("\"../crate/schema/tiny.toml\", \"../absent/tiny.toml\"", copies);
    let folder = repository_of(&schema);
    let (code, out, err) = atf_gen(folder.path(), &["generate"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    assert!(out.contains("crate/src/tiny_one.py written\n"), "{out}");
    for (copy, of) in [("tiny_one.rs", "rust/tiny_one.rs"), ("tiny_one.py", "python/tiny_one.py")] {
        let copy = read(folder.path(), &format!("crate/src/{copy}"));
        assert_eq!(copy, read(folder.path(), &format!("schema/generated/{of}")));
    }
    assert!(!folder.path().join("absent").exists());
    std::fs::write(folder.path().join("crate/src/tiny_one.py"), "# edited").expect("written");
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, PROBLEM);
    assert_eq!(
        err,
        "crate/src/tiny_one.py is stale: run `atf-gen generate`\nschema/generated: 1 file is not up to date\n"
    );
}

// Symptom: files of a second schema were removed. Cause: in a folder that is not beside the
// schema, a schema not found beside this one was taken for a removed one.
#[test]
fn two_schemas_share_a_folder_and_neither_removes_files_of_the_other() {
    let folder = repository_of(SCHEMA);
    std::fs::create_dir_all(folder.path().join("elsewhere")).expect("a folder");
    std::fs::write(folder.path().join("elsewhere/other.toml"), SCHEMA.replace("tiny-one", "other"))
        .expect("written");
    let generate = |schema: &str| {
        let (code, out, err) =
            atf_gen(folder.path(), &["generate", "--schema", schema, "--out", "out"]);
        assert_eq!((code, err.as_str()), (FINE, ""));
        out.lines().last().expect("a line").to_owned()
    };
    assert_eq!(generate("schema/tiny.toml"), "out: 9 written, 0 unchanged, 0 removed");
    assert_eq!(generate("elsewhere/other.toml"), "out: 9 written, 0 unchanged, 0 removed");
    assert_eq!(generate("schema/tiny.toml"), "out: 0 written, 9 unchanged, 0 removed");
    for schema in ["schema/tiny.toml", "elsewhere/other.toml"] {
        let (code, _, err) = atf_gen(folder.path(), &["check", "--schema", schema, "--out", "out"]);
        assert_eq!((code, err.as_str()), (FINE, ""));
    }
    // What it made itself under an earlier name it does remove.
    std::fs::rename(folder.path().join("out/rust/other.rs"), folder.path().join("out/rust/old.rs"))
        .expect("renamed");
    assert_eq!(generate("schema/tiny.toml"), "out: 0 written, 9 unchanged, 0 removed");
    assert_eq!(generate("elsewhere/other.toml"), "out: 1 written, 8 unchanged, 1 removed");
}

#[test]
fn another_folder_gets_the_same_bytes_and_copies_are_left_alone() {
    let folder = repository_of(SCHEMA);
    atf_gen(folder.path(), &["generate"]);
    std::fs::write(folder.path().join("crate/schema/tiny.toml"), "# edited").expect("written");
    let schema = folder.path().join("schema/tiny.toml");
    let elsewhere = Scratch::new();
    let (code, out, _) = atf_gen(
        elsewhere.path(),
        &["generate", "--schema", schema.to_str().expect("UTF-8"), "--out", "here/new"],
    );
    assert_eq!(code, FINE);
    assert!(out.ends_with("here/new: 9 written, 0 unchanged, 0 removed\n"), "{out}");
    for path in [
        "rust/tiny_one.rs",
        "rust/tiny_one_layout_tests.rs",
        "c/tiny_one_types.h",
        "python/tiny_one.py",
        "docs/tiny_one_layout.txt",
        "docs/tiny_one.md",
        "docs/svg/tiny_one/record-point.svg",
        "docs/svg/tiny_one/record-line.svg",
    ] {
        let text = read(elsewhere.path(), &format!("here/new/{path}"));
        assert_eq!(text, read(folder.path(), &format!("schema/generated/{path}")));
        // No path of this machine, and the source named by its file name.
        assert!(!text.contains(folder.path().to_str().expect("UTF-8")));
        assert!(text.lines().next().expect("a line").contains(
            "Generated from tiny.toml by `cargo run -p atf-gen -- generate`; do not edit."
        ));
    }
    assert_eq!(read(folder.path(), "crate/schema/tiny.toml"), "# edited");

    std::fs::remove_file(elsewhere.path().join("here/new/c/tiny_one_types.h")).expect("removed");
    let (code, _, err) = atf_gen(
        elsewhere.path(),
        &["check", "--schema", schema.to_str().expect("UTF-8"), "--out", "here/new"],
    );
    assert_eq!(code, PROBLEM);
    assert_eq!(
        err,
        format!(
            "here/new/c/tiny_one_types.h is missing: run `atf-gen generate --schema {} --out here/new`\n\
             here/new: 1 file is not up to date\n",
            schema.display()
        )
    );
}

// G-06
#[test]
fn a_wrong_schema_is_reported_and_nothing_is_written() {
    let folder = repository_of(&SCHEMA.replace("offset = 4", "offset = 5"));
    for command in ["generate", "check", "layout"] {
        let (code, out, err) = atf_gen(folder.path(), &[command]);
        assert_eq!((code, out.as_str()), (PROBLEM, ""));
        assert_eq!(
            err,
            "schema/tiny.toml:12:14: record Point, field y: expected offset 4, found 5 (a gap of 1 byte after x)\n   \
             |\n\
             11 |   { offset = 0, name = \"x\", type = \"u32\", unit = \"mm\", doc = \"To the right.\" },\n   \
             |                        --- x ends at 4\n\
             12 |   { offset = 5, name = \"y\", type = \"i32\" },\n   \
             |              ^ expected 4\n   \
             |\n   \
             = help: write `offset = 4`, or fill the gap: { offset = 4, name = \"_reserved\", type = \"[u8; 1]\", reserved = true }\n   \
             = note: E0501: A field starts where the previous field ends.\n\n\
             schema/tiny.toml: 1 mistake\n"
        );
    }
    assert!(!folder.path().join("schema/generated").exists());
}

#[test]
fn commands_that_cannot_run_exit_with_two_and_the_reason() {
    let folder = Scratch::new();
    let nothing = "expected a folder `schema` with a .toml file, here or in a folder above, found none: name one with --schema\n";
    assert_eq!(atf_gen(folder.path(), &["generate"]), (CANNOT, String::new(), nothing.to_owned()));

    let folder = repository_of(SCHEMA);
    std::fs::write(folder.path().join("schema/b.toml"), "").expect("written");
    let several =
        "schema: expected one .toml file, found b.toml, tiny.toml: name one with --schema\n";
    assert_eq!(atf_gen(folder.path(), &["check"]), (CANNOT, String::new(), several.to_owned()));

    let (code, _, err) = atf_gen(folder.path(), &["layout", "--schema", "absent.toml"]);
    assert_eq!(code, CANNOT);
    assert!(err.starts_with("absent.toml: "), "{err}");

    // A file where a folder should be.
    let (code, _, err) = atf_gen(
        folder.path(),
        &["generate", "--schema", "schema/tiny.toml", "--out", "schema/b.toml"],
    );
    assert_eq!(code, CANNOT);
    assert!(err.starts_with("schema/b.toml"), "{err}");

    let (code, _, err) =
        atf_gen(folder.path(), &["layout", "Piont", "--schema", "schema/tiny.toml"]);
    assert_eq!(
        (code, err.as_str()),
        (CANNOT, "schema/tiny.toml: expected a record, found Piont: did you mean Point?\n")
    );
    let (code, _, err) =
        atf_gen(folder.path(), &["layout", "Circle", "--schema", "schema/tiny.toml"]);
    assert_eq!(
        (code, err.as_str()),
        (CANNOT, "schema/tiny.toml: expected a record, found Circle: records: Point, Line\n")
    );

    assert_eq!(atf_gen(folder.path(), &["frobnicate"]).0, CANNOT);
    assert_eq!(atf_gen(folder.path(), &[]).0, CANNOT);
}

#[test]
fn layout_prints_a_table_and_a_map_of_the_bytes() {
    let folder = repository_of(SCHEMA);
    let (code, out, _) = atf_gen(folder.path(), &["layout", "Point"]);
    assert_eq!(code, FINE);
    assert_eq!(
        out,
        "Point, 8 bytes\n\n  \
         offset  size  type  field  unit  meaning\n       \
         0     4  u32   x      mm    To the right.\n       \
         4     4  i32   y\n\n        \
         0     1     2     3     4     5     6     7\n     \
         +-----+-----+-----+-----+-----+-----+-----+-----+\n   \
         0 | x                     | y                     |\n     \
         +-----+-----+-----+-----+-----+-----+-----+-----+\n"
    );
}

#[test]
fn byte_maps_of_every_shape_are_as_reviewed() {
    let schema =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/ledger.toml"))
            .expect("it is there");
    let format = atf_gen::load("ledger.toml", schema.as_bytes()).expect("it is right");
    insta::assert_snapshot!("ledger_layout", atf_gen::emit::layout::all(&format));
}

// Symptom: a copy in the schema's own folder, written by `generate`, made the next command ask
// which of the two schemas was meant.
#[test]
fn a_copy_beside_the_schema_is_no_second_schema() {
    let folder = repository_of(&SCHEMA.replace("../crate/schema/tiny.toml", "other.toml"));
    let (code, out, err) = atf_gen(folder.path(), &["generate"]);
    assert_eq!((code, err.as_str()), (FINE, ""), "{out}");
    assert_eq!(read(folder.path(), "schema/other.toml"), read(folder.path(), "schema/tiny.toml"));
    for _ in 0..2 {
        let (code, out, err) = atf_gen(folder.path(), &["check"]);
        assert_eq!((code, err.as_str()), (FINE, ""), "{out}");
        assert!(out.ends_with("files are up to date with schema/tiny.toml\n"), "{out}");
    }
}

#[test]
fn layout_of_all_records_matches_the_committed_tables() {
    let (_, out, _) = atf_gen(&repository(), &["layout"]);
    let committed = read(&repository(), "schema/generated/docs/atf_v2_layout.txt");
    let (first, rest) = committed.split_once("\n\n").expect("a first line");
    assert_eq!(
        first,
        "# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit."
    );
    assert_eq!(out, rest);
}

#[test]
fn layout_as_json_is_one_object() {
    let folder = repository_of(SCHEMA);
    let (code, out, err) = atf_gen(folder.path(), &["layout", "Line", "--json"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let object: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert_eq!(object["format"], "tiny-one");
    assert_eq!(object["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(object["records"][0]["size"], 16);
    assert_eq!(object["records"][0]["fields"][0]["type"], "[Point; 2]");
    let (_, out, _) = atf_gen(&repository(), &["layout", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert_eq!(object["records"][1]["fields"][5]["sentinel"], "NO_DETAIL_SEQ (0xFFFFFFFF)");
    assert_eq!(object["files"][1]["footer_at"], "end");
}

#[test]
fn help_of_each_command_shows_an_example_and_the_exit_codes() {
    let here = repository();
    for command in ["generate", "check", "diff", "release", "layout"] {
        let (code, out, _) = atf_gen(&here, &[command, "--help"]);
        assert_eq!(code, FINE);
        assert!(out.contains(&format!("Example:\n  atf-gen {command}\n")), "{out}");
        assert!(out.contains("Exit codes: 0 "), "{out}");
    }
}

#[test]
fn a_closed_pipe_ends_layout_quietly() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut err = Vec::new();
    let code = run(["atf-gen", "layout"].map(OsString::from), &repository(), &mut Closed, &mut err);
    assert_eq!((code, err.len()), (FINE, 0));
}

/// The blocks of `language` in the page that teaches the schema language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block ends").to_owned())
        .collect()
}

#[test]
fn documented_output_matches_the_commands() {
    let page = read(&repository(), "docs/schema.md");
    let schema = blocks(&page, "toml").remove(0);
    let folder = Scratch::new();
    std::fs::create_dir(folder.path().join("schema")).expect("its part");
    let write = |text: &str| {
        std::fs::write(folder.path().join("schema/weather.toml"), text).expect("written")
    };
    let edits: [&[(&str, &str)]; 6] = [
        &[],
        &[],
        &[],
        &[("{ name = \"overcast\", value = 2", "{ name = \"overcast\", value = 3")],
        &[
            ("{ offset = 12, name = \"wind\"", "{ offset = 10, name = \"wind\""),
            ("sentinel = \"NO_PHOTO\"", "sentinel = \"NO_PHOTOS\""),
            ("count = \"events\", authoritative", "count = \"evnets\", authoritative"),
        ],
        &[
            ("name = \"barometer\", bit = 1", "name = \"barometer\", bit = 16"),
            ("{ name = \"overcast\", value = 2", "{ name = \"overcast\", value = 1"),
        ],
    ];
    let shown = blocks(&page, "text");
    assert_eq!(shown.len(), edits.len());
    for (shown, edits) in shown.iter().zip(edits) {
        if shown.starts_with("$ atf-gen diff\n") {
            write(&schema);
            assert_eq!(atf_gen(folder.path(), &["release"]).0, FINE);
        }
        write(&edits.iter().fold(schema.clone(), |text, (from, to)| text.replacen(from, to, 1)));
        let (command, expected) = shown.split_once('\n').expect("a command and what it prints");
        let arguments: Vec<&str> = command.trim_start_matches("$ atf-gen ").split(' ').collect();
        let (_, out, err) = atf_gen(folder.path(), &arguments);
        assert_eq!(format!("{out}{err}"), expected, "{command}");
    }
    // Every code of a rule is in the table.
    for code in atf_gen::diagnostic::Code::ALL {
        assert!(page.contains(&format!("| {code} | {} |", code.rule())), "{code}");
    }
}
