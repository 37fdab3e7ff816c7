//! The first reserved byte of the format becomes a field, in a copy of the repository: one
//! command regenerates everything, the layout test shows a reviewer what changed, and the
//! runtime still compiles. G-04, G-05.

use std::path::{Path, PathBuf};

use atf_tests::{cli, nested, scratch};

/// A copy of the repository without build results. Its only test is the layout test.
fn copy() -> PathBuf {
    let root = nested::folder("evolve");
    nested::mirror(&nested::repository(), &root, &|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_built = name == "target" || name == "ada_traces" || name.starts_with('.');
        let is_ours = ["Cargo.toml", "Cargo.lock", "tests/Cargo.toml", "tests/src"];
        is_built || is_ours.iter().any(|it| path == Path::new(it))
    });
    let read = |file: &str| {
        std::fs::read_to_string(nested::repository().join(file)).expect("a file of the repository")
    };
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("[workspace.package]").expect("the workspace's package");
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"atf-gen\", \"atf-derive\", \"atf-runtime\", \"tests\"]";
    nested::write(&root.join("Cargo.toml"), format!("{members}\n\n[workspace.package]{rest}"));
    // The lock file makes cargo use the same versions, without the network.
    nested::write(&root.join("Cargo.lock"), read("Cargo.lock"));
    nested::write(
        &root.join("tests/Cargo.toml"),
        "[package]\nname = \"atf-tests\"\nversion.workspace = true\nedition.workspace = true\nautotests = false\n\n\
         [dependencies]\natf-runtime.workspace = true\n\n[dev-dependencies]\ninsta.workspace = true\n\n\
         [[test]]\nname = \"layout\"\npath = \"tests/layout.rs\"\n",
    );
    root
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
fn one_command_turns_a_reserved_byte_into_a_field_and_the_snapshot_shows_it() {
    let root = copy();
    let schema =
        std::fs::read_to_string(root.join("schema/atf-v2.toml")).expect("the schema is there");
    let reserved = Reserved::first(&schema);

    let add = scratch::command(cli::generator())
        .args(["add-field", &reserved.record, FIELD, "--type", "u8", "--sentinel", "0"])
        .current_dir(&root)
        .output()
        .expect("atf-gen starts");
    assert!(add.status.success(), "{}", text(&add.stderr));
    let output = text(&add.stdout);
    let Reserved { record, offset, .. } = &reserved;
    let first = format!(
        "schema/atf-v2.toml: {record}.{FIELD} takes bytes {offset}..{}, revision ",
        offset + 1
    );
    assert!(output.starts_with(&first), "{output}");
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
            output.lines().any(|line| line.starts_with(part) && line.ends_with(" written")),
            "{output}"
        );
    }

    // The runtime compiles with the field. The layout test fails.
    let layout = nested::cargo(&root)
        .args(["test", "-p", "atf-tests", "--test", "layout", "--", "--color", "never"])
        .env("INSTA_UPDATE", "no")
        .env("INSTA_WORKSPACE_ROOT", &root)
        .output()
        .expect("cargo runs");
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
        std::fs::read_to_string(root.join("schema/atf-v2.toml")).expect("the schema is there");
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
        std::fs::read(root.join(&snapshot)).expect("the snapshot is there"),
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(snapshot))
            .expect("the snapshot is there")
    );
}
