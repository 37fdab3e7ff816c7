//! Wrong schemas: every mistake is refused in one run, with file, line, column, what was
//! expected, what was found and how to fix it. G-06, A-03.
//!
//! Each file of `tests/schemas/wrong` is beside the report that it gets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use atf_gen::diagnostic::{Code, Diagnostics};
use proptest::prelude::*;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn wrong() -> Vec<(String, Diagnostics)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(schemas().join("wrong"))
        .expect("the folder of wrong schemas is there")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).expect("it can be read");
            let Err(diagnostics) = atf_gen::load(format!("{name}.toml"), &bytes) else {
                panic!("{name}.toml is wrong on purpose, but was taken");
            };
            (name, diagnostics)
        })
        .collect()
}

// G-06
#[test]
fn each_wrong_schema_gets_the_report_beside_it() {
    beside_the_others(|| {
        for (name, diagnostics) in wrong() {
            insta::assert_snapshot!(name, diagnostics.drawn().to_string());
        }
    });
}

/// Looks for snapshots in the folder of the wrong schemas.
fn beside_the_others(assert: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../schemas/wrong");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(assert);
}

// G-06
#[test]
fn each_report_suggests_a_correction() {
    for (name, diagnostics) in wrong() {
        for diagnostic in diagnostics.list() {
            let help = diagnostic.help.as_deref().unwrap_or_default();
            assert!(!help.is_empty(), "{name}: no help: {}", diagnostic.message);
        }
    }
}

// G-06
#[test]
fn every_code_is_shown_by_a_wrong_schema() {
    let shown: BTreeSet<Code> = wrong()
        .iter()
        .flat_map(|(_, diagnostics)| diagnostics.list())
        .map(|diagnostic| diagnostic.code)
        .collect();
    let hidden: Vec<&str> = Code::ALL
        .iter()
        // A file that large is made by a test of its own.
        .filter(|code| **code != Code::FileTooLarge && !shown.contains(code))
        .map(|code| code.as_str())
        .collect();
    assert!(hidden.is_empty(), "no wrong schema shows {hidden:?}");
}

#[test]
fn codes_are_unique() {
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), Code::ALL.len());
}

#[test]
fn the_schema_that_the_wrong_ones_are_made_from_is_right() {
    for name in ["shelf.toml", "ledger.toml"] {
        let bytes = std::fs::read(schemas().join(name)).expect("it can be read");
        if let Err(diagnostics) = atf_gen::load(name, &bytes) {
            panic!("{diagnostics}");
        }
    }
}

#[test]
fn a_field_that_overlaps_is_refused_with_a_standard_message() {
    let schema = "[format]\nname = \"shelf\"\nversion = 1\nendian = \"little\"\n\n[[record]]\nname = \"Item\"\n\
        size = 16\nfields = [\n  { offset = 0, name = \"time\", type = \"u64\" },\n  \
        { offset = 6, name = \"depth\", type = \"u64\" },\n]\n";
    let wrong = atf_gen::load("schema/shelf.toml", schema.as_bytes()).expect_err("it overlaps");
    assert_eq!(
        wrong.headline(&wrong.list()[0]),
        "schema/shelf.toml:11:14: record Item, field depth: expected offset 8, found 6 (overlaps time at 0..8)"
    );
    assert_eq!(wrong.list().len(), 1);
}

// G-06: as above.
#[test]
fn a_file_of_many_megabytes_is_refused_before_it_is_read() {
    let wrong = atf_gen::load("a_file_of_many_megabytes.toml", &vec![b'#'; (16 << 20) + 1])
        .expect_err("it is too large");
    beside_the_others(|| {
        insta::assert_snapshot!("a_file_of_many_megabytes", wrong.drawn().to_string());
    });
}

/// One record of a hundred thousand bytes, and the field in its middle a byte too late.
fn a_hundred_thousand_fields() -> String {
    let fields: String = (0..100_000)
        .map(|at| {
            let offset = at + usize::from(at >= 50_000);
            format!("  {{ offset = {offset}, name = \"f{at}\", type = \"u8\" }},\n")
        })
        .collect();
    format!(
        "[format]\nname = \"wide\"\nversion = 1\nendian = \"little\"\n[[record]]\nname = \"Wide\"\nsize = 100001\nfields = [\n{fields}]\n"
    )
}

// G-06: what it says is beside the other reports; the schema is too large to be kept.
#[test]
fn a_hundred_thousand_fields_get_one_report() {
    let schema = a_hundred_thousand_fields();
    let wrong = atf_gen::load("a_hundred_thousand_fields.toml", schema.as_bytes())
        .expect_err("it has a gap");
    beside_the_others(|| {
        insta::assert_snapshot!("a_hundred_thousand_fields", wrong.drawn().to_string());
    });
}

#[test]
fn a_hundred_thousand_fields_are_generated() {
    let schema = a_hundred_thousand_fields()
        .replace("size = 100001", "size = 100000")
        .lines()
        .scan(0, |at, line| {
            let field = line.starts_with("  { offset");
            let line = match (field, line.split_once(',')) {
                (true, Some((_, rest))) => format!("  {{ offset = {at},{rest}\n"),
                _ => format!("{line}\n"),
            };
            *at += usize::from(field);
            Some(line)
        })
        .collect::<String>();
    let format = atf_gen::load("wide.toml", schema.as_bytes()).expect("it is right");
    for output in atf_gen::emit::outputs(&format) {
        // A picture has room for the first fields only and says how many follow.
        let expected = if output.path.ends_with(".svg") { "more" } else { "f99999" };
        assert!(output.text.contains(expected), "{}", output.path);
    }
}

// each mistake is looked at with all names in mind, and there are very many of both.
#[test]
fn ten_thousand_unknown_types_among_ten_thousand_records_are_all_counted() {
    let records: String = (0..10_000)
        .map(|at| {
            format!(
                "[[record]]\nname = \"Record{at}\"\nsize = 1\nfields = [{{ offset = 0, name = \"x\", type = \"Recrod{at}\" }}]\n"
            )
        })
        .collect();
    let schema = format!("[format]\nname = \"many\"\nversion = 1\nendian = \"little\"\n{records}");
    let wrong = atf_gen::load("many.toml", schema.as_bytes()).expect_err("no such types");
    assert_eq!(wrong.list().len(), 10_000);
    assert!(wrong.drawn().to_string().ends_with("\nand 9900 more\n"));
}

// a picture of a record is as long as its fields are many, not as they are large.
#[test]
fn records_of_many_megabytes_are_generated() {
    let records: String = (0..200)
        .map(|at| {
            format!(
                "[[record]]\nname = \"Record{at}\"\nsize = 16777216\nfields = [{{ offset = 0, name = \"x\", type = \"[u8; 16777216]\" }}]\n"
            )
        })
        .collect();
    let schema = format!("[format]\nname = \"huge\"\nversion = 1\nendian = \"little\"\n{records}");
    let format = atf_gen::load("huge.toml", schema.as_bytes()).expect("it is right");
    let size: usize = atf_gen::emit::outputs(&format).iter().map(|output| output.text.len()).sum();
    assert!(size < 10_000 * 200, "{size}");
}

#[test]
fn records_nested_deeper_than_anyone_can_follow_are_refused() {
    let mut schema =
        "[format]\nname = \"deep\"\nversion = 1\nendian = \"little\"\n[[record]]\nname = \"R0\"\nsize = 1\n\
         fields = [{ offset = 0, name = \"x\", type = \"u8\" }]\n"
            .to_owned();
    for at in 1..20_000 {
        schema.push_str(&format!(
            "[[record]]\nname = \"R{at}\"\nsize = 1\nfields = [{{ offset = 0, name = \"x\", type = \"R{}\" }}]\n",
            at - 1
        ));
    }
    let wrong = atf_gen::load("deep.toml", schema.as_bytes()).expect_err("it is too deep");
    assert_eq!(
        wrong.headline(&wrong.list()[0]),
        "deep.toml:72:44: record R16, field x: type: expected at most 16 nested records, found more"
    );
}

// no input makes it panic.
#[test]
fn brackets_without_end_are_refused() {
    for bytes in
        ["[".repeat(100_000), "a = ".to_owned() + &"[".repeat(100_000), "a.".repeat(100_000)]
    {
        assert!(atf_gen::load("deep.toml", bytes.as_bytes()).is_err());
    }
}

/// Takes the schema or refuses it; both the report and what is emitted must come without a panic.
fn survives(bytes: &[u8]) {
    match atf_gen::load("any.toml", bytes) {
        Ok(format) => {
            for output in atf_gen::emit::outputs(&format) {
                assert!(!output.text.is_empty());
            }
        }
        Err(diagnostics) => assert!(!diagnostics.drawn().to_string().is_empty()),
    }
}

fn ledger() -> Vec<u8> {
    std::fs::read(schemas().join("ledger.toml")).expect("it can be read")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    //
    #[test]
    fn flipped_bytes_never_panic(at in any::<prop::sample::Index>(), to in any::<u8>(), more in any::<prop::sample::Index>()) {
        let mut bytes = ledger();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let more = more.index(bytes.len());
        bytes[more] = bytes[more].wrapping_add(1);
        survives(&bytes);
    }

    //
    #[test]
    fn removed_and_repeated_ranges_never_panic(from in any::<prop::sample::Index>(), len in 0_usize..200, to in any::<prop::sample::Index>()) {
        let mut bytes = ledger();
        let from = from.index(bytes.len());
        let end = (from + len).min(bytes.len());
        let piece: Vec<u8> = bytes.drain(from..end).collect();
        survives(&bytes);
        let to = to.index(bytes.len());
        bytes.splice(to..to, piece);
        survives(&bytes);
    }

    //
    #[test]
    fn swapped_words_never_panic(a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let text = String::from_utf8(ledger()).expect("it is UTF-8");
        let mut words: Vec<&str> = text.split_inclusive(' ').collect();
        let (a, b) = (a.index(words.len()), b.index(words.len()));
        words.swap(a, b);
        survives(words.concat().as_bytes());
    }

    //
    #[test]
    fn other_numbers_never_panic(at in any::<prop::sample::Index>(), number in any::<i128>(), small in 0_u64..70) {
        let text = String::from_utf8(ledger()).expect("it is UTF-8");
        let starts: Vec<usize> = text.match_indices("= ").map(|(at, _)| at + 2).collect();
        let at = starts[at.index(starts.len())];
        let end = at + text[at..].find([' ', ',', '\n']).unwrap_or(0);
        for value in [number.to_string(), small.to_string(), "1e999".to_owned(), "\"\"".to_owned(), "[]".to_owned()] {
            survives(format!("{}{value}{}", &text[..at], &text[end..]).as_bytes());
        }
    }
}
