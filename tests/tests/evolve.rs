//! The first reserved byte of the format becomes a field, in a copy of the repository: one
//! command regenerates everything, the layout test shows a reviewer what changed, and the
//! runtime still compiles. G-04, G-05.

use atf_tests::scratch;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The copy, and where it is built. Both stay for the next run, which is faster for it.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evolve");
        let copy = Self { root: base.join("repository"), target: base.join("target") };
        let _ = std::fs::remove_dir_all(&copy.root);
        copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &copy.root);
        copy
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        scratch::command(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("INSTA_UPDATE", "no")
            .env("INSTA_WORKSPACE_ROOT", &self.root)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .expect("cargo runs")
    }
}

/// Copies what a clone holds, not what was built in it.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder of the copy can be made");
    for entry in std::fs::read_dir(from).expect("the repository can be read") {
        let entry = entry.expect("its entries can be read");
        let name = entry.file_name();
        let kind = entry.file_type().expect("it has a type");
        if kind.is_dir() {
            let built =
                name == "target" || name == "ada_traces" || name.to_string_lossy().starts_with('.');
            if !built {
                copy_folder(&entry.path(), &to.join(name));
            }
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to.join(name)).expect("a file can be copied");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A reserved field whose first byte becomes a field, whatever of the format is reserved today.
struct Reserved {
    record: String,
    name: String,
    ty: String,
    offset: u64,
    size: u64,
}

impl Reserved {
    fn first(schema: &str) -> Self {
        let format = atf_gen::load("atf-v2.toml", schema.as_bytes()).expect("the schema is right");
        let (record, field) = format
            .records
            .iter()
            .find_map(|record| Some((record, record.fields.iter().find(|field| field.reserved)?)))
            .expect("the format has reserved bytes");
        Self {
            record: record.name.clone(),
            name: field.name.clone(),
            ty: format.type_name(&field.ty),
            offset: field.offset,
            size: field.size,
        }
    }

    /// What is left of it.
    fn rest(&self) -> Option<String> {
        match self.size {
            0 | 1 => None,
            2 => Some("u8".to_owned()),
            size => Some(format!("[u8; {}]", size - 1)),
        }
    }
}

/// The line of a schema that says which revision it describes.
fn revision(schema: &str) -> &str {
    let mut lines = schema.lines().filter(|line| line.starts_with("revision = "));
    lines.next().expect("a schema says its revision")
}

/// The new field; no format is likely to have one of that name.
const FIELD: &str = "kind_of_core_for_a_test";

// G-04, G-05
#[test]
fn a_reserved_byte_becomes_a_field_by_one_command_and_the_snapshot_shows_it() {
    let copy = Copy::new();
    let schema =
        std::fs::read_to_string(copy.root.join("schema/atf-v2.toml")).expect("the schema is there");
    let reserved = Reserved::first(&schema);

    let add = copy.cargo(&[
        "run",
        "--offline",
        "-p",
        "atf-gen",
        "--",
        "add-field",
        &reserved.record,
        FIELD,
        "--type",
        "u8",
        "--sentinel",
        "0",
    ]);
    assert!(add.status.success(), "{}", text(&add.stderr));
    let said = text(&add.stdout);
    let Reserved { record, offset, .. } = &reserved;
    let first = format!(
        "schema/atf-v2.toml: {record}.{FIELD} takes bytes {offset}..{}, revision ",
        offset + 1
    );
    assert!(said.starts_with(&first), "{said}");
    for part in [
        "schema/generated/rust/atf_v2.rs",
        "schema/generated/rust/atf_v2_layout_tests.rs",
        "schema/generated/c/atf_v2_types.h",
        "schema/generated/python/atf_v2.py",
        "schema/generated/docs/atf_v2_layout.txt",
        "schema/generated/docs/atf_v2.md",
        "schema/generated/docs/svg/atf_v2/record-",
        "schema/generated/kaitai/atf_v2_",
        "atf-runtime/schema/atf-v2.toml",
    ] {
        assert!(
            said.lines().any(|line| line.starts_with(part) && line.ends_with(" written")),
            "{said}"
        );
    }

    let check = copy.cargo(&["check", "--offline", "-p", "atf-runtime"]);
    assert!(check.status.success(), "{}", text(&check.stderr));

    let layout = copy.cargo(&[
        "test",
        "--offline",
        "-p",
        "atf-tests",
        "--test",
        "layout",
        "--",
        "--color",
        "never",
    ]);
    let shown = text(&layout.stdout);
    assert!(!layout.status.success(), "the reviewed snapshot no longer fits");
    let test = format!(
        "test {}_lies_as_reviewed ... FAILED",
        atf_gen::emit::case::snake(&reserved.record)
    );
    assert!(shown.contains(&test), "{shown}");
    // That record, and the format where the field opened a new revision: one that is not
    // released yet takes another field as it is.
    let evolved =
        std::fs::read_to_string(copy.root.join("schema/atf-v2.toml")).expect("the schema is there");
    let opened = revision(&schema) != revision(&evolved);
    assert_eq!(
        shown.contains("test format_and_constants_are_as_reviewed ... FAILED"),
        opened,
        "{shown}"
    );
    let failed = if opened { " passed; 2 failed" } else { " passed; 1 failed" };
    assert!(shown.contains(failed), "{shown}");
    // The diff is one of the table: the byte that was reserved, and what it is now.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has = |sign: &str, offset: u64, size: u64, ty: &str, name: &str| {
        let row = format!("{offset} {size} {ty} {name}");
        shown.lines().any(|line| line.contains(sign) && words(line).contains(&row))
    };
    let Reserved { name, ty, offset, size, .. } = &reserved;
    assert!(has("-", *offset, *size, ty, name), "{shown}");
    assert!(has("+", *offset, 1, "u8", FIELD), "{shown}");
    if let Some(rest) = reserved.rest() {
        assert!(has("+", *offset + 1, *size - 1, &rest, name), "{shown}");
    }
    // Generating did not touch what a reviewer approved.
    let snapshot = format!("tests/tests/snapshots/layout__{}.snap", reserved.record);
    assert_eq!(
        std::fs::read(copy.root.join(&snapshot)).expect("the snapshot is there"),
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(snapshot))
            .expect("the snapshot is there")
    );
}
