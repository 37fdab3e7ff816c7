//! The macros in a package of its own: with the schema's checked copy where the schema itself
//! is out of reach, and with structs that the compiler finds wrong. G-02, G-05.

use atf_tests::{nested, scratch};
use std::path::PathBuf;

/// A package outside of the workspace that uses the macros.
struct Package {
    folder: PathBuf,
}

impl Package {
    fn new(name: &str, lib: &str) -> Self {
        let package = Self { folder: nested::folder("packaged").join(name) };
        // Files of an earlier run.
        let _ = std::fs::remove_dir_all(package.folder.join("schema"));
        std::fs::create_dir_all(package.folder.join("schema")).expect("the folder can be made");
        package.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 atf-derive = {{ path = {:?} }}\nzerocopy = {{ version = \"0.8\", features = [\"derive\"] }}\n\n[workspace]\n",
                nested::repository().join("atf-derive")
            ),
        );
        package.write("src/lib.rs", lib);
        // The lock file makes cargo use the same versions, without the network.
        std::fs::copy(nested::repository().join("Cargo.lock"), package.folder.join("Cargo.lock"))
            .expect("the lock is there");
        package
    }

    fn write(&self, path: &str, text: &str) {
        nested::write(&self.folder.join(path), text);
    }

    /// Runs `cargo check`. Returns whether it succeeded, and its stderr.
    fn check(&self) -> (bool, String) {
        let output = nested::run(&self.folder, &["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

const LIB: &str = "#![forbid(unsafe_code)]\n#![deny(missing_docs, unreachable_pub)]\n//! A packaged crate.\n\n/// The format.\npub mod format {\n    atf_derive::schema!(\"../schema/atf-v2.toml\");\n}\n\n/// Its size.\npub const SIZE: usize = <format::IndexEvent as format::Record>::SIZE;\n";

// G-02: the schema lies outside of the package; a packaged crate carries a checked copy.
#[test]
fn a_packaged_crate_reads_its_own_copy_and_is_built_again_when_that_changes() {
    let package = Package::new("with-copy", LIB);
    let (ok, text) = package.check();
    assert!(!ok);
    assert!(
        text.contains("schema ../schema/atf-v2.toml: expected a file there (seen from the crate's folder) or as schema/atf-v2.toml in the crate, found none"),
        "{text}"
    );

    let schema =
        std::fs::read_to_string(nested::repository().join("atf-runtime/schema/atf-v2.toml"))
            .expect("the copy is there");
    package.write("schema/atf-v2.toml", &schema);
    let (ok, text) = package.check();
    assert!(ok, "{text}");

    // Only the schema changes; no Rust file does.
    package.write("schema/atf-v2.toml", &schema.replacen("size = 32", "size = 33", 1));
    let (ok, text) = package.check();
    assert!(!ok, "{text}");
    assert!(
        text.contains(
            "record IndexEvent: expected fields that add up to 33, found 32 (1 byte missing)"
        ) && text.contains(" | size = 33"),
        "{text}"
    );
}

// G-02
#[test]
fn the_copy_is_part_of_the_package_of_the_runtime() {
    let output = scratch::command(env!("CARGO"))
        .args(["package", "-p", "atf-runtime", "--list", "--allow-dirty", "--offline"])
        .current_dir(nested::repository())
        .output()
        .expect("cargo runs");
    let list = String::from_utf8_lossy(&output.stdout);
    assert!(list.lines().any(|line| line == "schema/atf-v2.toml"), "{list}");
}

fn point(name: &str, repr: &str, fields: &str) -> (Package, String) {
    let lib = format!(
        "#[derive(atf_derive::AtfLayout)]\n#[atf(schema = \"schema/point.toml\", record = \"Point\")]\n#[repr({repr})]\npub struct Point {{\n{fields}}}\n"
    );
    let package = Package::new(name, &lib);
    let schema =
        std::fs::read_to_string(nested::repository().join("atf-derive/tests/ui/point.toml"))
            .expect("the schema is there");
    package.write("schema/point.toml", &schema);
    let (ok, text) = package.check();
    assert!(!ok, "{text}");
    (package, text)
}

// Symptom: hundreds of errors of names that are not there. Cause: the types need a crate that the package lacks.
#[test]
fn a_crate_without_zerocopy_is_told_which_dependency_to_add() {
    let package = Package::new("bare", "//! Bare.\natf_derive::schema!(\"schema/point.toml\");\n");
    let schema =
        std::fs::read_to_string(nested::repository().join("atf-derive/tests/ui/point.toml"))
            .expect("the schema is there");
    package.write("schema/point.toml", &schema);
    let manifest = std::fs::read_to_string(package.folder.join("Cargo.toml")).expect("it is there");
    let bare: Vec<&str> = manifest.lines().filter(|line| !line.starts_with("zerocopy")).collect();
    package.write("Cargo.toml", &bare.join("\n"));
    let (ok, text) = package.check();
    assert!(!ok);
    assert!(
        text.contains("error: schema!: expected the dependency zerocopy with its feature derive, found none: `cargo add zerocopy --features derive`"),
        "{text}"
    );
    assert_eq!(
        text.matches("error:").count(),
        2,
        "that one, and that the crate does not compile: {text}"
    );
}

// G-02: fails at the field that is wrong, and only there.
#[test]
fn a_field_at_another_offset_is_named_and_those_behind_it_are_not() {
    let fields = "    pub id: u32,\n    pub x: i32,\n    pub weight: f32,\n    pub time: u64,\n    pub label_len: u32,\n";
    let (_package, text) = point("moved", "C", fields);
    assert!(
        text.contains(
            "record Point, field time: expected offset 12, found 16 (schema/point.toml:13:14)"
        ),
        "{text}"
    );
    assert!(text.contains("src/lib.rs:8:9"), "{text}");
    assert_eq!(text.matches("record Point").count(), 1, "{text}");
}

// G-02
#[test]
fn a_field_of_another_size_is_named_and_those_behind_it_are_not() {
    let fields = "    pub id: u32,\n    pub x: i32,\n    pub weight: f32,\n    pub time: u32,\n    pub label_len: u32,\n";
    let (_package, text) = point("resized", "C, packed", fields);
    assert!(
        text.contains(
            "record Point, field time: expected 8 bytes for u64, found 4 (schema/point.toml:13:40)"
        ),
        "{text}"
    );
    assert!(text.contains("src/lib.rs:8:15"), "{text}");
    assert_eq!(text.matches("record Point").count(), 1, "{text}");
}

// G-02
#[test]
fn a_struct_that_is_padded_at_its_end_is_named() {
    let fields = "    pub id: u32,\n    pub x: i32,\n    pub weight: f32,\n    pub time: [u8; 8],\n    pub label_len: u32,\n";
    let (_package, text) = point("padded", "C, align(16)", fields);
    assert!(
        text.contains("record Point: expected size 24, found 32 (schema/point.toml:8:8)"),
        "{text}"
    );
    assert!(text.contains("src/lib.rs:4:12"), "{text}");
}

// Symptom: a signed or a big-endian type under another name was taken. Cause: kinds were compared
// by the names in the struct.
#[test]
fn a_field_of_another_kind_is_named_whatever_its_type_is_called() {
    let fields = "    pub id: Id,\n    pub x: Number,\n    pub weight: Truth,\n    pub time: U64,\n    pub label_len: Letter,\n}\n\
        use zerocopy::big_endian::{I32 as Number, U64};\ntype Id = i32;\ntype Truth = [bool; 4];\ntype Letter = char;\n\
        /// Of one's own: measured only.\npub struct Own {\n    pub bytes: [u8; 4],\n";
    let (_package, text) = point("kinds", "C, packed", fields);
    for wrong in [
        "field id: expected u32 (an unsigned integer), found a signed integer (schema/point.toml:10:37)",
        "field x: expected i32 (a signed integer, little-endian), found a big-endian number (schema/point.toml:11:36)",
        "field weight: expected f32 (a float), found a bool, which not every byte is (schema/point.toml:12:41)",
        "field time: expected u64 (an unsigned integer, little-endian), found a big-endian number (schema/point.toml:13:40)",
        "field label_len: expected u32 (an unsigned integer), found a char, which not every number is (schema/point.toml:14:45)",
    ] {
        assert!(text.contains(&format!("record Point, {wrong}")), "{wrong}\n{text}");
    }
    assert!(text.contains("src/lib.rs:8:15"), "{text}");
    assert_eq!(text.matches("record Point").count(), 5, "{text}");
}
