//! The runtime itself across schemas: copies of its sources, each compiled with a schema of its
//! own, write sessions that the others read. G-07.
//!
//! `old` is the schema as it is. `next` is a revision of it: a field added in reserved bytes,
//! a rename, a flag, values that came and went, a header and a footer that grew, a trailer behind
//! the stack, a type of detail event and an optional file. `second` raises the version, reads the
//! first, and has longer events. `third` raises it again, with a longer footer at the end of
//! detail files, and reads nothing but itself.

use atf_tests::nested;
use atf_tests::scratch::{self, Scratch};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const COPIES: [&str; 4] = ["old", "next", "second", "third"];

/// Text of a schema, how often it occurs, and its replacement.
type Edit = (&'static str, usize, &'static str);

const NEXT: &[Edit] = &[
    ("\nrevision = 1\n", 1, "\nrevision = 2\n"),
    // Carved out of reserved bytes.
    (
        "  { offset = 20, name = \"_reserved2\", type = \"u32\", reserved = true, doc = \"Zero.\" },\n  { offset = 24, name = \"event_size\"",
        1,
        "  { offset = 20, name = \"core_kind\", type = \"u32\", sentinel = 0, since = 2 },\n  { offset = 24, name = \"event_size\"",
    ),
    // Renamed, in all headers.
    ("name = \"endian\", type", 5, "name = \"byte_order\", was = \"endian\", type"),
    (
        "role = { present = \"detail\" } },\n",
        1,
        "role = { present = \"detail\" } },\n  { name = \"is_main\", bit = 1, since = 2 },\n",
    ),
    (
        "  { name = \"exception\", value = 3, doc = \"The function was left by an exception.\" },\n",
        1,
        "  { name = \"exception\", value = 3, removed = 2 },\n  { name = \"tail_call\", value = 6, since = 2 },\n",
    ),
    (
        "  { name = \"function_return\", value = 4, doc = \"Registers and stack at a function's return.\" },\n",
        1,
        "  { name = \"function_return\", value = 4 },\n  { name = \"message\", value = 5, since = 2 },\n",
    ),
    ("name = \"AtfIndexHeader\"\nsize = 64", 1, "name = \"AtfIndexHeader\"\nsize = 72"),
    (
        "{ offset = 32, name = \"events_offset\", type = \"u64\", unit = \"bytes\", default = 64",
        1,
        "{ offset = 32, name = \"events_offset\", type = \"u64\", unit = \"bytes\", default = 72",
    ),
    (
        "{ offset = 40, name = \"footer_offset\", type = \"u64\", unit = \"bytes\", default = 64",
        1,
        "{ offset = 40, name = \"footer_offset\", type = \"u64\", unit = \"bytes\", default = 72",
    ),
    (
        "  { offset = 56, name = \"time_end_ns\", type = \"u64\", unit = \"ns\", role = { last = \"events.timestamp_ns\" }, doc = \"Timestamp of the last event.\" },\n",
        1,
        "  { offset = 56, name = \"time_end_ns\", type = \"u64\", unit = \"ns\", role = { last = \"events.timestamp_ns\" } },\n  { offset = 64, name = \"boot_id\", type = \"u64\", since = 2 },\n",
    ),
    ("name = \"AtfIndexFooter\"\nsize = 64", 1, "name = \"AtfIndexFooter\"\nsize = 72"),
    (
        "type = \"[u8; 24]\", reserved = true, doc = \"Zero.\" },\n]\n\n# -------------------------------------------------------------- detail file",
        1,
        "type = \"[u8; 24]\", reserved = true, doc = \"Zero.\" },\n  { offset = 64, name = \"lost_events\", type = \"u64\", default = 5, since = 2 },\n]\n\n# detail file",
    ),
    (
        "name = \"DetailFunctionPayload\"\nsize = 100\n",
        1,
        "name = \"DetailFunctionPayload\"\nsize = 100\ntrailer = \"StackEnd\"\n",
    ),
    (
        "[[record]]\nname = \"AtfDetailFooter\"",
        1,
        "[[record]]\nname = \"StackEnd\"\nsize = 8\nsince = 2\nfields = [{ offset = 0, name = \"top\", type = \"u64\" }]\n\n[[file]]\nname = \"notes\"\npath = \"notes.atf\"\noptional = true\nsince = 2\nheader = \"StackEnd\"\n\n[[record]]\nname = \"AtfDetailFooter\"",
    ),
];

const SECOND: &[Edit] = &[
    ("version = 1\nrevision = 2\nreads = [1]", 1, "version = 2\nrevision = 3\nreads = [1, 2]"),
    ("const = 1, role = { version", 5, "const = 2, role = { version"),
    ("name = \"IndexEvent\"\nsize = 32", 1, "name = \"IndexEvent\"\nsize = 40"),
    ("unit = \"bytes\", default = 32", 1, "unit = \"bytes\", default = 40"),
    (
        "role = { link = \"detail\" } },\n",
        1,
        "role = { link = \"detail\" } },\n  { offset = 32, name = \"cpu\", type = \"u64\", default = 11, since = 3 },\n",
    ),
];

const THIRD: &[Edit] = &[
    ("version = 2\nrevision = 3\nreads = [1, 2]", 1, "version = 3\nrevision = 4\nreads = [3]"),
    ("const = 2, role = { version", 5, "const = 3, role = { version"),
    ("name = \"AtfDetailFooter\"\nsize = 64", 1, "name = \"AtfDetailFooter\"\nsize = 72"),
    (
        "type = \"[u8; 24]\", reserved = true, doc = \"Zero.\" },\n]",
        1,
        "type = \"[u8; 24]\", reserved = true, doc = \"Zero.\" },\n  { offset = 64, name = \"lost_records\", type = \"u64\", since = 4 },\n]",
    ),
];

/// A schema without the descriptions in its tables, which may be worded differently at any time.
fn without_docs(text: &str) -> String {
    let mut pieces = text.split(", doc = \"");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let (_, rest) = piece.split_once('"').expect("the end of a description");
        text + rest
    })
}

fn edited(text: &str, edits: &[Edit]) -> String {
    edits.iter().fold(without_docs(text), |text, (from, times, to)| {
        let from = &without_docs(from);
        assert_eq!(text.matches(from).count(), *times, "{from}");
        text.replace(from, to)
    })
}

/// The schemas, in the order of [`COPIES`].
fn schemas() -> [String; 4] {
    let today = nested::repository().join("schema/atf-v2.toml");
    let old = fs::read_to_string(today).expect("the schema is there");
    let copies = "copies = [\"../atf-runtime/schema/atf-v2.toml\", \"../python/atf/atf_v2.py\"]\n";
    let old = old.replace(copies, "");
    let next = edited(&old, NEXT);
    let second = edited(&next, SECOND);
    let third = edited(&second, THIRD);
    [old, next, second, third]
}

/// The program that holds a copy of the runtime for each schema.
struct Driver {
    program: PathBuf,
    folder: Scratch,
}

impl Driver {
    fn build() -> Self {
        let root = nested::folder("evolution");
        let read = |file: &str| {
            fs::read_to_string(nested::repository().join(file)).expect("a file of the repository")
        };
        let manifest = read("Cargo.toml");
        let (_, manifest) = manifest.split_once("[workspace.package]").expect("its package");
        let members: Vec<String> = COPIES.iter().map(|name| format!("\"{name}\"")).collect();
        nested::write(
            &root.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}, \"driver\"]\n\n[workspace.package]{manifest}",
                members.join(", ")
            ),
        );
        // The lock file makes cargo use the same versions, without the network.
        nested::write(&root.join("Cargo.lock"), read("Cargo.lock"));
        let own = read("atf-runtime/Cargo.toml");
        let (own, _) = own.split_once("[dev-dependencies]").unwrap_or((&own, ""));
        let macros = "atf-derive.workspace = true\n";
        assert!(own.contains(macros), "{own}");
        for (name, schema) in COPIES.iter().zip(schemas()) {
            let folder = root.join(name);
            let own = own
                .replace(macros, "")
                .replace("name = \"atf-runtime\"", &format!("name = \"atf-{name}\""));
            nested::write(&folder.join("Cargo.toml"), own);
            let is_ours =
                |path: &Path| ["format.rs", "lib.rs"].iter().any(|it| path == Path::new(it));
            let sources = nested::repository().join("atf-runtime/src");
            nested::mirror(&sources, &folder.join("src"), &is_ours);
            // The macro expands to the same text: `generated::text_and_macro_are_the_same_tokens`.
            nested::write(&folder.join("src/format.rs"), types(&schema));
            // The examples of the README belong to the product.
            let lib = read("atf-runtime/src/lib.rs");
            let lib = lib.replace("#[doc = include_str!(\"../../README.md\")]\n", "");
            nested::write(&folder.join("src/lib.rs"), lib);
        }
        let copies: String = COPIES
            .iter()
            .map(|name| format!("atf-{name} = {{ path = \"../{name}\" }}\n"))
            .collect();
        nested::write(
            &root.join("driver/Cargo.toml"),
            format!(
                "[package]\nname = \"driver\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nzerocopy.workspace = true\n{copies}"
            ),
        );
        nested::write(&root.join("driver/src/main.rs"), read("tests/evolution/driver.rs"));
        let output = nested::run(&root, &["build", "--quiet", "-p", "driver"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let program = format!("debug/driver{}", std::env::consts::EXE_SUFFIX);
        Self { program: nested::target().join(program), folder: Scratch::new() }
    }

    fn run(&self, what: &str, copy: &str, folder: &Path) -> String {
        let output = scratch::command(&self.program)
            .args([what, copy])
            .arg(folder)
            .output()
            .expect("the driver runs");
        assert!(
            output.status.success(),
            "{what} {copy}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.replace(&format!("{}/", folder.display()), "")
    }

    /// A session of this writer, for a reader alone.
    fn session(&self, writer: &str, reader: &str) -> PathBuf {
        let folder = self.folder.path().join(format!("{writer}-{reader}"));
        assert_eq!(self.run("write", writer, &folder), "");
        folder
    }
}

/// The types of a schema as Rust text, for a module.
fn types(schema: &str) -> String {
    let format = atf_gen::load("atf-v2.toml", schema.as_bytes()).expect("the schema is right");
    let outputs = atf_gen::emit::outputs(&format);
    let types = outputs.iter().find(|output| output.path == "rust/atf_v2.rs");
    format!("//! The types of this copy.\n\n{}", types.expect("the types").text)
}

/// What was printed, by record and field.
fn values(text: &str) -> BTreeMap<(String, String), String> {
    let mut values = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.split('|');
        let record = parts.next().expect("a name");
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let name = if name == "endian" { "byte_order" } else { name };
            values.insert((record.to_owned(), name.to_owned()), value.to_owned());
        }
    }
    values
}

/// What a reader read of another's session: every field that both know is equal, and the rest.
fn compared(written: &str, read: &str) -> Vec<String> {
    let (written, read) = (values(written), values(read));
    let mut rest = Vec::new();
    for ((record, name), value) in &read {
        match written.get(&(record.clone(), name.clone())) {
            Some(meant) if meant == value => {}
            Some(meant) => rest.push(format!("{record}: {name}: written {meant}, read {value}")),
            None => rest.push(format!("{record}: {name}: {value}")),
        }
    }
    let records: Vec<&String> = written.keys().map(|(record, _)| record).collect();
    for record in records {
        if !read.keys().any(|(known, _)| known == record) {
            rest.push(format!("{record}: not read"));
        }
    }
    rest.sort();
    rest.dedup();
    rest
}

/// Who reads whom, by the table: a new revision is read both ways; a new version keeps old readers
/// out, and reads old files where `reads` lists them.
const READS: [(&str, &[&str]); 4] = [
    ("old", &["old", "next"]),
    ("next", &["old", "next"]),
    ("second", &["old", "next", "second"]),
    ("third", &["third"]),
];

/// Differences that are none: a number without a name here, with one there.
fn is_name_and_number(line: &str) -> bool {
    [
        "event_kind: written exception, read 3",
        "event_kind: written 3, read exception",
        "event_kind: written 6, read tail_call",
        "event_kind: written tail_call, read 6",
        "event_type: written 5, read message",
        "event_type: written message, read 5",
    ]
    .iter()
    .any(|same| line.ends_with(same))
}

/// What recovery adds to the thread that was not finalized.
fn is_of_its_end(line: &str) -> bool {
    ["2 index header: ", "2 index footer: ", "2 detail header: ", "2 detail footer: "]
        .iter()
        .any(|region| line.starts_with(region))
}

/// What a reader makes of a writer's session, then of the one that it recovered, and what the
/// writer makes of that.
fn report_of(driver: &Driver, writer: &str, reader: &str) -> Vec<String> {
    let session = driver.session(writer, reader);
    let own = driver.run("read", writer, &session);
    let read = driver.run("read", reader, &session);
    let recovered = driver.run("recover", reader, &session);
    if read.starts_with("error: ") {
        // It is refused by everything, and nothing was touched.
        assert_eq!(driver.run("read", writer, &session), own);
        return vec![read.trim_end().to_owned(), format!("recovery: {}", recovered.trim_end())];
    }
    let mut lines = compared(&own, &read);
    let wrong = lines.iter().find(|line| line.contains(": written ") && !is_name_and_number(line));
    assert_eq!(wrong, None, "{writer} written, {reader} reads");
    assert_eq!(recovered, "", "{writer} written, {reader} recovers");
    for (name, who, before) in [("recovered", reader, &read), ("writer again", writer, &own)] {
        let again = driver.run("read", who, &session);
        let rest = compared(before, &again).into_iter().filter(|line| !is_of_its_end(line));
        lines.extend(rest.map(|line| format!("{name}: {line}")));
        let problems = driver.run("verify", who, &session);
        lines.extend(problems.lines().map(|line| format!("{name}: verify: {line}")));
    }
    lines
}

// G-07: the table's columns, with the reader and the writer of the product.
#[test]
fn copies_of_the_runtime_read_each_others_sessions_or_refuse_them() {
    let driver = Driver::build();
    let mut report = String::new();
    for writer in COPIES {
        for (reader, reads) in READS {
            let lines = report_of(&driver, writer, reader);
            let is_read = !lines.iter().any(|line| line.starts_with("error: "));
            assert_eq!(is_read, reads.contains(&writer), "{writer} written, {reader} reads");
            writeln!(report, "{writer} written, {reader} reads").expect("it fits");
            for line in lines {
                writeln!(report, "  {line}").expect("it fits");
            }
        }
    }
    insta::assert_snapshot!(report);
}
