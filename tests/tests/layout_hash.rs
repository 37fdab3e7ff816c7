//! Two hashes for each record: what changes them, what does not, and that they are for good. G-07.

use std::path::Path;

use atf_gen::model::{Format, HashOf, LayoutHashes};

const SCHEMA: &str = r#"
[format]
name = "try"
version = 1
revision = 3
endian = "little"

[[enum]]
name = "Kind"
type = "u16"
open = true
values = [{ name = "one", value = 1 }]

[[flags]]
name = "Marks"
type = "u8"
bits = [{ name = "extra", bit = 2 }]

[[file]]
name = "log"
path = "log.bin"
header = "Head"
event = "Entry"

[[record]]
name = "Head"
size = 16
fields = [
  { offset = 0, name = "magic", type = "[u8; 4]", const = "HEAD" },
  { offset = 4, name = "entry_size", type = "u16", unit = "bytes", default = 24, role = { stride = "events" } },
  { offset = 6, name = "marks", type = "Marks" },
  { offset = 7, name = "_pad", type = "u8", reserved = true },
  { offset = 8, name = "start", type = "u64", unit = "ns", role = { first = "events.time", authoritative = true } },
]

[[record]]
name = "Spot"
size = 4
fields = [
  { offset = 0, name = "x", type = "i16", semantics = 1 },
  { offset = 2, name = "y", type = "i16" },
]

[[record]]
name = "Entry"
size = 24
fields = [
  { offset = 0, name = "time", type = "u64", unit = "ns", was = "clock" },
  { offset = 8, name = "kind", type = "Kind" },
  { offset = 10, name = "left", type = "u16", max = 7, sentinel = 9, default = 5 },
  { offset = 12, name = "spots", type = "[Spot; 2]" },
  { offset = 20, name = "_a", type = "u8", reserved = true },
  { offset = 21, name = "_b", type = "[u8; 2]", reserved = true },
  { offset = 23, name = "_c", type = "u8", reserved = true },
]
"#;

fn load(schema: &str) -> Format {
    atf_gen::load("try.toml", schema.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn hashes(format: &Format, record: &str) -> LayoutHashes {
    format.records.iter().find(|found| found.name == record).expect("it is there").hashes
}

/// How the hashes of `record` change by an edit of the schema: of the layout, of the core.
fn changed(record: &str, edits: &[(&str, &str)]) -> (bool, bool) {
    let mut edited = SCHEMA.to_owned();
    for (from, to) in edits {
        assert!(edited.contains(from), "the schema no longer holds {from}");
        edited = edited.replace(from, to);
    }
    let before = hashes(&load(SCHEMA), record);
    let renamed = edits.iter().any(|(from, _)| *from == record);
    let after = hashes(&load(&edited), if renamed { "Other" } else { record });
    (before.layout != after.layout, before.core != after.core)
}

const NEITHER: (bool, bool) = (false, false);
const LAYOUT_ALONE: (bool, bool) = (true, false);
const BOTH: (bool, bool) = (true, true);

// The texts and the numbers are for good: people compare them with numbers that they typed.
#[test]
fn the_hashed_text_and_its_hash_never_change() {
    let format = load(SCHEMA);
    let of = |record: usize, of: HashOf| format.hashed_text(record, of);
    assert_eq!(
        of(0, HashOf::Layout),
        "layout 16\nfield 0 magic [4]u8\n  const 48454144\nfield 4 entry_size u16\n  unit bytes\n  default 1800\n  \
         role stride events\nfield 6 marks flags8\nreserved 7..8\nfield 8 start u64\n  unit ns\n  \
         role first events clock authoritative\n"
    );
    assert_eq!(
        of(0, HashOf::Core),
        "core\nfield 0 magic [4]u8\n  const 48454144\nfield 4 entry_size u16\n  unit bytes\n  \
         role stride events\nfield 6 marks flags8\nfield 8 start u64\n  unit ns\n  \
         role first events clock authoritative\n"
    );
    assert_eq!(
        of(2, HashOf::Layout),
        format!(
            "layout 24\nfield 0 clock u64\n  unit ns\nfield 8 kind enum16\nfield 10 left u16\n  default 0500\n  \
             sentinel 0900\n  max 0700\nfield 12 spots [2]record(4 {:016x})\nreserved 20..24\n",
            format.records[1].hashes.layout
        )
    );
    let pinned: Vec<(u64, u64)> =
        format.records.iter().map(|record| (record.hashes.layout, record.hashes.core)).collect();
    assert_eq!(
        pinned,
        [
            (0x700E_6C12_A29F_CFDE, 0x578A_3089_1E48_91A9),
            (0xBEE7_92DA_F3AE_4698, 0x75CC_F45F_53B0_D4C7),
            (0x39E5_2306_C1F5_8E9E, 0x79F9_61B8_179D_F885)
        ]
    );
}

#[test]
fn changes_that_do_not_affect_bytes_change_neither_hash() {
    for (record, edits) in [
        ("Entry", &[("size = 24\n", "size = 24\ndoc = \"An entry.\"\n")][..]),
        ("Entry", &[("Entry", "Other")]),
        ("Entry", &[("Spot", "Place"), ("Kind", "Sort")]),
        ("Entry", &[("\"one\", value = 1", "\"two\", value = 2")]),
        ("Entry", &[("name = \"kind\"", "name = \"sort\", was = \"kind\"")]),
        ("Head", &[("name = \"time\"", "name = \"moment\""), ("events.time", "events.moment")]),
        (
            "Entry",
            &[(
                "name = \"_b\", type = \"[u8; 2]\", reserved = true },\n",
                "name = \"_b\", type = \"u16\", reserved = true },\n",
            )],
        ),
    ] {
        assert_eq!(changed(record, edits), NEITHER, "{edits:?}");
    }
}

#[test]
fn additions_of_a_later_revision_change_only_the_layout_hash() {
    for (record, edits) in [
        // Carved out of reserved bytes.
        (
            "Entry",
            &[(
                "name = \"_c\", type = \"u8\", reserved = true",
                "name = \"c\", type = \"u8\", since = 1",
            )][..],
        ),
        (
            "Head",
            &[(
                "name = \"_pad\", type = \"u8\", reserved = true",
                "name = \"p\", type = \"u8\", since = 2, guard = \"marks.extra\"",
            )],
        ),
        // Grown at the end; the header says the new size.
        (
            "Entry",
            &[
                ("size = 24", "size = 28"),
                ("default = 24", "default = 28"),
                (
                    "name = \"_c\", type = \"u8\", reserved = true },",
                    "name = \"_c\", type = \"u8\", reserved = true },\n  { offset = 24, name = \"more\", type = \"u32\", since = 3 },",
                ),
            ],
        ),
        (
            "Head",
            &[
                ("size = 24", "size = 20"),
                ("default = 24", "default = 20"),
                (
                    "  { offset = 20, name = \"_a\", type = \"u8\", reserved = true },\n  { offset = 21, name = \"_b\", type = \"[u8; 2]\", reserved = true },\n  { offset = 23, name = \"_c\", type = \"u8\", reserved = true },\n",
                    "",
                ),
            ],
        ),
    ] {
        assert_eq!(changed(record, edits), LAYOUT_ALONE, "{edits:?}");
    }
}

#[test]
fn changes_to_the_core_change_both_hashes() {
    for (record, edits) in [
        // Moved, resized, retyped.
        (
            "Spot",
            &[
                ("0, name = \"x\"", "0, name = \"y\""),
                (
                    "2, name = \"y\", type = \"i16\"",
                    "2, name = \"x\", type = \"i16\", semantics = 1",
                ),
                ("\"y\", type = \"i16\", semantics = 1", "\"y\", type = \"i16\""),
            ][..],
        ),
        (
            "Entry",
            &[
                ("name = \"left\", type = \"u16\"", "name = \"left\", type = \"i16\""),
                ("max = 7, ", ""),
            ],
        ),
        ("Entry", &[("name = \"kind\", type = \"Kind\"", "name = \"kind\", type = \"u16\"")]),
        ("Spot", &[("name = \"x\", type = \"i16\"", "name = \"x\", type = \"u16\"")]),
        // A record inside it.
        ("Entry", &[("name = \"x\", type = \"i16\"", "name = \"x\", type = \"u16\"")]),
        ("Entry", &[("semantics = 1", "semantics = 2")]),
        // What the bytes mean.
        ("Entry", &[("unit = \"ns\", was", "unit = \"us\", was")]),
        ("Entry", &[("sentinel = 9", "sentinel = 8")]),
        ("Entry", &[("default = 5", "default = 4")]),
        ("Entry", &[("max = 7", "max = 6")]),
        ("Head", &[("const = \"HEAD\"", "const = \"DEAH\"")]),
        ("Head", &[("role = { first =", "role = { last =")]),
        ("Head", &[(", authoritative = true", "")]),
        // Renamed without a word of it.
        ("Entry", &[("name = \"kind\"", "name = \"sort\"")]),
        // Removed.
        ("Entry", &[("type = \"Kind\" }", "type = \"Kind\", removed = 1 }")]),
    ] {
        assert_eq!(changed(record, edits), BOTH, "{edits:?}");
    }
}

// G-02, G-03: the same numbers in Rust and in C.
#[test]
fn rust_and_c_hold_the_hashes_of_the_model() {
    use atf_runtime::format::{IndexEvent, Record};

    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let format = atf_gen::load(
        "atf-v2.toml",
        &std::fs::read(schema.join("atf-v2.toml")).expect("it is there"),
    )
    .expect("it is right");
    let event = hashes(&format, "IndexEvent");
    assert_eq!((IndexEvent::LAYOUT_HASH, IndexEvent::CORE_HASH), (event.layout, event.core));
    assert_eq!(IndexEvent::CORE_SIZE, 32);
    let header =
        std::fs::read_to_string(schema.join("generated/c/atf_v2_types.h")).expect("it is there");
    for line in [
        "#define ATF_INDEX_EVENT_CORE_SIZE 32\n".to_owned(),
        format!("#define ATF_INDEX_EVENT_LAYOUT_HASH UINT64_C(0x{:016x})\n", event.layout),
        format!("#define ATF_INDEX_EVENT_CORE_HASH UINT64_C(0x{:016x})\n", event.core),
    ] {
        assert!(header.contains(&line), "{line}");
    }
}

// A consumer compares while it is compiled.
const _: () = assert!(atf_runtime::format::IndexEvent::CORE_HASH != 0);
