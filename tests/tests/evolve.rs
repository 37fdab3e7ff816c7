//! A reserved byte of the index header becomes a field, in a copy of the repository: one
//! command regenerates everything, the layout test shows a reviewer what changed, and the
//! runtime still compiles. G-04, G-05.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
        Command::new(env!("CARGO"))
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

fn edit(path: &Path, from: &str, to: &str) {
    let old = std::fs::read_to_string(path).expect("the file can be read");
    assert!(old.contains(from), "{} no longer holds {from}", path.display());
    std::fs::write(path, old.replacen(from, to, 1)).expect("the file can be written");
}

// G-04, G-05
#[test]
fn a_reserved_byte_becomes_a_field_by_one_command_and_the_snapshot_shows_it() {
    let copy = Copy::new();
    edit(
        &copy.root.join("schema/atf-v2.toml"),
        "{ offset = 17, name = \"_reserved1\", type = \"[u8; 3]\", reserved = true, doc = \"Zero.\" },",
        "{ offset = 17, name = \"core_kind\", type = \"u8\", doc = \"Kind of core that the thread ran on; 0 when not known.\" },\n  \
         { offset = 18, name = \"_reserved1\", type = \"[u8; 2]\", reserved = true, doc = \"Zero.\" },",
    );

    let generate = copy.cargo(&["run", "--offline", "-p", "atf-gen", "--", "generate"]);
    assert!(generate.status.success(), "{}", text(&generate.stderr));
    assert_eq!(
        text(&generate.stdout),
        "schema/generated/rust/atf_v2.rs written\nschema/generated/rust/atf_v2_layout_tests.rs written\n\
         schema/generated/c/atf_v2_types.h written\nschema/generated/docs/atf_v2_layout.txt written\n\
         atf-runtime/schema/atf-v2.toml written\nschema/generated: 5 written, 0 unchanged, 0 removed\n"
    );

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
    assert!(shown.contains("test atf_index_header_lies_as_reviewed ... FAILED"), "{shown}");
    assert!(shown.contains("13 passed; 1 failed"), "{shown}");
    // The diff is one of the table: the byte that was reserved, and what it is now.
    let lines: Vec<&str> = shown
        .lines()
        .filter(|line| line.contains("_reserved1") || line.contains("core_kind"))
        .collect();
    let has =
        |sign: &str, row: &str| lines.iter().any(|line| line.contains(sign) && line.contains(row));
    assert!(has("-", "17    3 [u8; 3]          _reserved1"), "{shown}");
    assert!(has("+", "17    1 u8               core_kind"), "{shown}");
    assert!(has("+", "18    2 [u8; 2]          _reserved1"), "{shown}");
    // Generating did not touch what a reviewer approved.
    let snapshot = "tests/tests/snapshots/layout__AtfIndexHeader.snap";
    assert_eq!(
        std::fs::read(copy.root.join(snapshot)).expect("the snapshot is there"),
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(snapshot))
            .expect("the snapshot is there")
    );
}
