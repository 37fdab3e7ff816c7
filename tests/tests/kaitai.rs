//! Specifications for Kaitai Struct: their text. That the real compiler takes them and that its
//! readers read real files is shown by tests/kaitai/run.sh. G-08.

use std::path::Path;

use atf_gen::emit::kaitai::{Specification, specifications};

fn of(name: &str) -> Vec<Specification> {
    let file = format!("{name}.toml");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(&file);
    let schema = std::fs::read(path).expect("the schema can be read");
    let format =
        atf_gen::load(&file, &schema).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    specifications(&format)
}

// G-07, G-08: fields of later revisions, removed ones, guards, trailers, names that are words.
#[test]
fn a_format_that_grew_is_specified_as_reviewed() {
    for specification in of("buoy") {
        insta::assert_snapshot!(specification.id, specification.text);
    }
}

// G-08
#[test]
fn each_file_has_a_specification_and_records_of_no_file_have_one_together() {
    let ids = |name| of(name).into_iter().map(|made| made.id).collect::<Vec<_>>();
    assert_eq!(ids("ledger"), ["ledger_bookings", "ledger_notes", "ledger"]);
    assert_eq!(ids("pcap"), ["pcap_capture"]);
    let types = |text: &str| -> Vec<String> {
        let types = text.split("\ntypes:\n").nth(1).expect("it has types");
        let types = types.split("\nenums:\n").next().expect("they end");
        let names = types.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
        names.filter(|name| !name.starts_with(' ')).map(str::to_owned).collect()
    };
    let made = of("ledger");
    assert_eq!(types(&made[0].text), ["place", "book_header", "booking", "book_footer"]);
    assert_eq!(
        types(&made[1].text),
        ["notes_event", "place", "note_header", "note_footer", "text_note", "place_note"]
    );
    assert_eq!(types(&made[2].text), ["seal"]);
}

/// A schema of one record, and of a file when `file` is some.
fn tiny(name: &str, file: Option<&str>, fields: &str) -> String {
    let file = file.map_or(String::new(), |file| {
        format!("[[file]]\nname = \"{file}\"\npath = \"a\"\nheader = \"R\"\n")
    });
    format!(
        "[format]\nname = \"{name}\"\nversion = 1\nendian = \"little\"\n{file}\
         [[record]]\nname = \"R\"\nsize = 4\nfields = [{fields}]\n"
    )
}

fn made(schema: &str) -> Vec<Specification> {
    specifications(
        &atf_gen::load("x.toml", schema.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong}")),
    )
}

#[test]
fn a_specification_is_complete_from_its_first_line() {
    let made = made(&tiny(
        "on",
        Some("off"),
        "{ offset = 0, name = \"no\", type = \"[u16; 2]\", unit = \"mm\", sentinel = [1, 2], doc = \"To: \\\"here\\\" # \\\\\" }",
    ));
    assert_eq!(made.len(), 1);
    assert_eq!(
        made[0].text,
        r##"# Generated from x.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: on_off
  title: "on: off"
  endian: le
  ks-version: "0.11"
seq:
  - id: header
    type: r
types:
  r:
    -orig-id: R
    doc: "4 bytes."
    seq:
      - id: "no"
        type: u2
        repeat: expr
        repeat-expr: 2
        doc: "To: \"here\" # \\. (offset 0, in mm, [1, 2] means none)"
    instances:
      has_no:
        value: "not (no[0] == 1 and no[1] == 2)"
        doc: "Whether no holds a value."
"##
    );
}

#[test]
fn ids_of_specifications_are_neither_keywords_nor_classes_of_the_targets() {
    let field = "{ offset = 0, name = \"x\", type = \"u32\" }";
    let ids = |schema: &str| made(schema).into_iter().map(|made| made.id).collect::<Vec<_>>();
    assert_eq!(ids(&tiny("kaitai", Some("struct"), field)), ["kaitai_struct_format"]);
    assert_eq!(ids(&tiny("return", None, field)), ["return_format"]);
    let on = made(&tiny("on", None, field));
    assert_eq!(on[0].id, "on");
    assert!(on[0].text.contains("\n  id: \"on\"\n"), "{}", on[0].text);
}
