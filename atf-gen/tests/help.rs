//! Help that works: of each rule, a schema that breaks it, the help of its report, and the edit that the
//! help asks for. With the edit the report is gone and no other came. G-06.

use std::collections::BTreeSet;

use atf_gen::diagnostic::{Code, explain};

/// An edit: text that occurs once, and its replacement.
type Edit = (&'static str, &'static str);

/// A wrong schema and what its help leads to.
struct Case {
    name: &'static str,
    /// The schema, or the wrong example of the code of that name if it is empty.
    schema: &'static str,
    /// Text of the help, which the corrected schema contains if it is followed to the letter.
    help: &'static str,
    /// What the help asks for.
    edits: &'static [Edit],
}

const HEAD: &str = "[format]\nname = \"tiny\"\nversion = 1\nendian = \"little\"\n\n";

const fn example(code: &'static str, help: &'static str, edits: &'static [Edit]) -> Case {
    Case { name: code, schema: "", help, edits }
}

const fn case(
    name: &'static str,
    schema: &'static str,
    help: &'static str,
    edits: &'static [Edit],
) -> Case {
    Case { name, schema, help, edits }
}

/// The examples of `atf-gen explain`, by their codes. Those of E0101 to E0103 are no text to edit.
const EXAMPLES: &[Case] = &[
    example("E0104", "put the text between double quotes", &[("= Point", "= \"Point\"")]),
    example("E0201", "remove it: `offset` is there too", &[("ofset = 0, ", "")]),
    example("E0202", "type = \"u16\"", &[("name = \"y\" }", "name = \"y\", type = \"u16\" }")]),
    example("E0203", "write the number without quotes", &[("\"2\"", "2")]),
    example("E0204", "\"fixed\"", &[("\"fixd\"", "\"fixed\"")]),
    example("E0205", "endian = \"little\"", &[("\"big\"", "\"little\"")]),
    example("E0206", "write a number from 0 to 4294967295", &[("-1", "0")]),
    example("E0301", "\"Point\"", &[("\"point\"", "\"Point\""), ("xPosition", "x_position")]),
    example(
        "E0302",
        "rename one of the two",
        &[("offset = 2, name = \"x\"", "offset = 2, name = \"y\"")],
    ),
    example("E0303", "\"class_value\"", &[("\"class\"", "\"class_value\"")]),
    example("E0304", "rename one of the two", &[("COLOR_RED", "DARK_RED")]),
    example("E0305", "remove it", &[("\\u202E", "")]),
    example("E0401", "u16", &[("u61", "u16")]),
    example(
        "E0402",
        "a type is a name (u32, Color), an array ([u32; 4]",
        &[("[u16 2]", "[u16; 2]")],
    ),
    example("E0403", "remove `max`", &[(", max = 10", "")]),
    example("E0404", "store a position or an offset instead", &[("\"Node\" }", "\"u64\" }")]),
    example("E0405", "text_len", &[("; text_length", "; text_len")]),
    example(
        "E0501",
        "{ offset = 1, name = \"_reserved\", type = \"[u8; 3]\", reserved = true }",
        &[(
            "  { offset = 4",
            "  { offset = 1, name = \"_reserved\", type = \"[u8; 3]\", reserved = true },\n  { offset = 4",
        )],
    ),
    example("E0502", "size = 68", &[("size = 64", "size = 68")]),
    example(
        "E0503",
        "a record is a fixed structure, not the data itself",
        &[("size = 100_000_000", "size = 4"), ("[u8; 100_000_000]", "u32")],
    ),
    example(
        "E0504",
        "fields = [{ offset = 0, name = \"first\", type = \"u16\" }]",
        &[("fields = []", "fields = [{ offset = 0, name = \"first\", type = \"u16\" }]")],
    ),
    example("E0601", "write a number from 0 to 255", &[("256", "255")]),
    example("E0602", "remove 1", &[("TINY!", "TINY")]),
    example("E0603", "write a whole number", &[("0.5", "5")]),
    example("E0604", "for example 0", &[("\"blue\", value = 1", "\"blue\", value = 0")]),
    example("E0605", "write a free bit from 0 to 15", &[("bit = 16", "bit = 15")]),
    example("E0606", "for example 1", &[("\"heavy\", bit = 0", "\"heavy\", bit = 1")]),
    example("E0607", "max = 9", &[("max = 8", "max = 9")]),
    example("E0608", "write the number", &[("\"NO_NEXT\"", "0")]),
    example("E0701", "\"events\"", &[("evnets", "events")]),
    example(
        "E0702",
        "remove one of the two",
        &[(
            "name = \"bytes\", type = \"u32\", role = { count = \"events\" }",
            "name = \"bytes\", type = \"u32\"",
        )],
    ),
    example("E0703", "type = \"u32\"", &[("\"i32\"", "\"u32\"")]),
    example(
        "E0704",
        "algorithm = \"crc32\"",
        &[("\"events\" }", "\"events\", algorithm = \"crc32\" }")],
    ),
    example("E0705", "remove the role", &[(", role = { count = \"events\" }", "")]),
    example("E0801", "Item", &[("Itme", "Item")]),
    example(
        "E0802",
        "role = { length = \"record\" }",
        &[("type = \"u32\" }", "type = \"u32\", role = { length = \"record\" } }")],
    ),
    example("E0803", "leave names out", &[(", \"z\"", "")]),
    example("E0804", "kind", &[("knid", "kind")]),
    example("E0805", "write the path relative to the folder", &[("/items.bin", "items.bin")]),
    example(
        "E0806",
        "'target_os = \"linux\"'",
        &[("\"target_os == linux\"", "'target_os = \"linux\"'")],
    ),
    example("E0901", "revision = 2", &[("revision = 1", "revision = 2")]),
    example("E0902", "remove `was`", &[(", was = \"blue\"", "")]),
    example("E0903", "remove what uses the field", &[(", role = { first = \"events.time\" }", "")]),
    example("E0904", "\"has.height\"", &[("has.depth", "has.height")]),
    example("E0905", "add the fields to the record itself", &[("trailer = \"More\"\n", "")]),
];

const ITEM: &str = "\n[[record]]\nname = \"Item\"\nsize = 4\nfields = [{ offset = 0, name = \"time\", type = \"u32\" }]\n";

/// One mistake with more than one consequence gets one report.
const ONE_MISTAKE: &[Case] = &[
    case(
        "fields that are swapped",
        "[[record]]\nname = \"R\"\nsize = 7\nfields = [\n  { offset = 0, name = \"a\", type = \"u8\" },\n  { offset = 3, name = \"c\", type = \"u32\" },\n  { offset = 1, name = \"b\", type = \"u16\" },\n]\n",
        "fields stand in order of offset: write them as a, b, c",
        &[
            ("  { offset = 1, name = \"b\", type = \"u16\" },\n", ""),
            ("  { offset = 3", "  { offset = 1, name = \"b\", type = \"u16\" },\n  { offset = 3"),
        ],
    ),
    case(
        "a negative value of an enum",
        "[[enum]]\nname = \"E\"\ntype = \"u8\"\nvalues = [{ name = \"none\", value = -1 }]\n",
        "write a number from 0 to 255",
        &[("-1", "255")],
    ),
    case(
        "a negative bit",
        "[[flags]]\nname = \"F\"\ntype = \"u16\"\nbits = [{ name = \"one\", bit = -1 }]\n",
        "write a free bit from 0, the lowest, to 15",
        &[("-1", "15")],
    ),
    case(
        "an offset that is missing",
        "[[record]]\nname = \"R\"\nsize = 6\nfields = [\n  { offset = 0, name = \"a\", type = \"u32\" },\n  { name = \"b\", type = \"u16\" },\n]\n",
        "offset = 4",
        &[("{ name = \"b\"", "{ offset = 4, name = \"b\"")],
    ),
    case(
        "the offset of a tail that is missing",
        "[[record]]\nname = \"R\"\nsize = 1\nfields = [\n  { offset = 0, name = \"a_len\", type = \"u8\" },\n  { name = \"a\", type = \"[u8; a_len]\" },\n]\n",
        "offset = 1",
        &[("{ name = \"a\"", "{ offset = 1, name = \"a\"")],
    ),
    case(
        "one table where a list belongs",
        "[record]\nname = \"R\"\nsize = 1\nfields = [{ offset = 0, name = \"a\", type = \"u8\" }]\n\n[[file]]\nname = \"f\"\npath = \"f\"\nevent = \"R\"\n",
        "[[record]]",
        &[("[record]", "[[record]]")],
    ),
    case(
        "two tables where a list belongs",
        "[record]\nname = \"R\"\nsize = 1\nfields = [{ offset = 0, name = \"a\", type = \"u8\" }]\n[record]\nname = \"S\"\nsize = 1\nfields = [{ offset = 0, name = \"a\", type = \"u8\" }]\n",
        "[[record]]",
        &[
            ("[record]\nname = \"R\"", "[[record]]\nname = \"R\""),
            ("[record]\nname = \"S\"", "[[record]]\nname = \"S\""),
        ],
    ),
    case(
        "an unknown type of a field that counts a tail",
        "[[record]]\nname = \"R\"\nsize = 2\nfields = [\n  { offset = 0, name = \"a_len\", type = \"uint16_t\" },\n  { offset = 2, name = \"a\", type = \"[u8; a_len]\" },\n]\n",
        "u16",
        &[("uint16_t", "u16")],
    ),
    case(
        "a mistyped role that the framing needs",
        "[[record]]\nname = \"R\"\nsize = 4\nfields = [{ offset = 0, name = \"a\", type = \"u32\", role = { lenght = \"record\" } }]\n\n[[file]]\nname = \"f\"\npath = \"f\"\nevent = \"R\"\nframing = \"length-prefixed\"\n",
        "length",
        &[("lenght", "length")],
    ),
    case(
        "a role that is none",
        "[[record]]\nname = \"R\"\nsize = 4\nfields = [{ offset = 0, name = \"a\", type = \"u32\", role = { xyzzy = \"record\" } }]\n\n[[file]]\nname = \"f\"\npath = \"f\"\nevent = \"R\"\nframing = \"length-prefixed\"\n",
        "length",
        &[("xyzzy", "length")],
    ),
    case(
        "a mistyped target of a role that the framing needs",
        "[[record]]\nname = \"R\"\nsize = 4\nfields = [{ offset = 0, name = \"a\", type = \"u32\", role = { offset = \"foter\" } }]\n\n[[record]]\nname = \"S\"\nsize = 4\nfields = [{ offset = 0, name = \"a\", type = \"u32\" }]\n\n[[file]]\nname = \"f\"\npath = \"f\"\nheader = \"R\"\nfooter = \"S\"\nfooter_at = \"offset\"\n",
        "footer",
        &[("foter", "footer")],
    ),
    case(
        "a constant that does not fit, as a length and as a value",
        "[[constant]]\nname = \"SLOTS\"\ntype = \"u8\"\nvalue = 300\n\n[[record]]\nname = \"R\"\nsize = 258\nfields = [\n  { offset = 0, name = \"a\", type = \"[u8; SLOTS]\" },\n  { offset = 255, name = \"b\", type = \"u16\", default = \"SLOTS\" },\n  { offset = 257, name = \"c\", type = \"u8\" },\n]\n",
        "write a number from 0 to 255",
        &[("300", "255")],
    ),
    case(
        "a constant without a value",
        "[[constant]]\nname = \"SLOTS\"\ntype = \"u8\"\n\n[[record]]\nname = \"R\"\nsize = 2\nfields = [\n  { offset = 0, name = \"a\", type = \"[u8; SLOTS]\" },\n  { offset = 1, name = \"b\", type = \"u8\", default = \"SLOTS\" },\n]\n",
        "value = 1",
        &[("type = \"u8\"\n", "type = \"u8\"\nvalue = 1\n")],
    ),
    case(
        "an enum without a type",
        "[[enum]]\nname = \"E\"\nvalues = [{ name = \"a\", value = 0 }]\n\n[[record]]\nname = \"R\"\nsize = 1\nfields = [{ offset = 0, name = \"a\", type = \"E\", default = \"a\" }]\n",
        "type = \"u8\"",
        &[("name = \"E\"\n", "name = \"E\"\ntype = \"u8\"\n")],
    ),
    case(
        "a record in itself",
        "[[record]]\nname = \"R\"\nsize = 12\nfields = [\n  { offset = 0, name = \"a\", type = \"u32\" },\n  { offset = 4, name = \"next\", type = \"R\" },\n]\n",
        "store a position or an offset instead",
        &[("\"R\" }", "\"u64\" }")],
    ),
];

/// Names of types in other languages.
const OTHER_TYPES: &[(&str, &str)] = &[
    ("uint8_t", "u8"),
    ("char", "u8"),
    ("bool", "u8"),
    ("byte", "u8"),
    ("uint16_t", "u16"),
    ("int16_t", "i16"),
    ("int", "i32"),
    ("uint32_t", "u32"),
    ("unsigned", "u32"),
    ("int64_t", "i64"),
    ("size_t", "u64"),
    ("float", "f32"),
    ("double", "f64"),
];

fn edited(text: &str, edits: &[Edit], name: &str) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
        text.replace(from, to)
    })
}

/// Checks a case; returns the code that was reported. `most` is the number of reports that the mistake gets.
fn check(case: &Case, wrong: &str, most: usize) -> Code {
    let name = case.name;
    let reports = atf_gen::load("tiny.toml", wrong.as_bytes())
        .err()
        .unwrap_or_else(|| panic!("{name}: the schema is wrong"));
    assert!(reports.list().len() <= most, "{name}: {reports}");
    let help = reports.list()[0].help.as_deref().unwrap_or_default();
    assert!(help.contains(case.help), "{name}: {help}");
    let right = edited(wrong, case.edits, name);
    if let Err(reports) = atf_gen::load("tiny.toml", right.as_bytes()) {
        panic!("{name}: the help was followed, and then:\n{reports}");
    }
    // What the help writes down is what the corrected schema has.
    let is_code = |text: &str| text.contains(" = ") || text.starts_with(['"', '[', '{', '\'']);
    assert!(!is_code(case.help) || right.contains(case.help), "{name}: {right}");
    reports.list()[0].code
}

#[test]
fn each_example_is_right_once_its_help_was_followed() {
    let mut seen = BTreeSet::from([Code::EmptyFile, Code::NotUtf8, Code::FileTooLarge]);
    for case in EXAMPLES {
        let topic = explain::topic(case.name).expect("a code");
        let wrong = topic.wrong.expect("an example").text;
        // The two names of one example are wrong in the same way.
        let most = if case.name == "E0301" { 2 } else { 1 };
        let code = check(case, &wrong, most);
        assert_eq!(code.as_str(), case.name);
        seen.insert(code);
    }
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(seen, all, "every code has an example whose help is followed");
}

#[test]
fn an_empty_schema_is_right_once_it_has_what_its_help_says() {
    let reports = atf_gen::load("tiny.toml", b"").expect_err("it is empty");
    let help = reports.list()[0].help.as_deref().unwrap_or_default();
    let start = help.strip_prefix("start with:\n").expect("it says how to start");
    assert!(atf_gen::load("tiny.toml", start.as_bytes()).is_ok());
}

#[test]
fn one_mistake_gets_one_report_and_help_that_mends_it() {
    for case in ONE_MISTAKE {
        check(case, &format!("{HEAD}{}", case.schema), 1);
    }
}

#[test]
fn types_of_other_languages_are_known_by_their_names() {
    for (name, meant) in OTHER_TYPES {
        let schema = format!(
            "{HEAD}[[record]]\nname = \"R\"\nsize = {}\nfields = [{{ offset = 0, name = \"a\", type = \"{name}\" }}]\n",
            meant[1..].parse::<u32>().expect("bits") / 8
        );
        let reports = atf_gen::load("tiny.toml", schema.as_bytes()).expect_err("no such type");
        assert_eq!(reports.list().len(), 1, "{reports}");
        assert_eq!(reports.list()[0].help, Some(format!("did you mean `{meant}`?")));
        assert!(
            atf_gen::load(
                "tiny.toml",
                schema.replace(&format!("\"{name}\""), &format!("\"{meant}\"")).as_bytes()
            )
            .is_ok()
        );
    }
    let flags = format!(
        "{HEAD}[[flags]]\nname = \"F\"\ntype = \"uint16_t\"\nbits = [{{ name = \"a\", bit = 9 }}]\n"
    );
    let reports = atf_gen::load("tiny.toml", flags.as_bytes()).expect_err("no such type");
    assert_eq!(reports.list()[0].help.as_deref(), Some("did you mean `u16`?"));
}

// A role on a field that is too narrow or too wide says so, and leaves the other fields alone.
#[test]
fn help_for_the_type_of_a_role_keeps_the_size_of_the_field() {
    for (ty, size, help) in [
        ("i32", 4, "write type = \"u32\", or remove the role"),
        ("f64", 8, "write type = \"u64\", or remove the role"),
        ("[u8; 3]", 3, "remove the role; an unsigned integer can have it"),
    ] {
        let schema = format!(
            "{HEAD}[[record]]\nname = \"Head\"\nsize = {size}\nfields = [{{ offset = 0, name = \"items\", type = \"{ty}\", role = {{ count = \"events\" }} }}]\n{ITEM}\n[[file]]\nname = \"f\"\npath = \"f\"\nheader = \"Head\"\nevent = \"Item\"\n"
        );
        let reports = atf_gen::load("tiny.toml", schema.as_bytes()).expect_err("no number");
        assert_eq!(reports.list().len(), 1, "{reports}");
        assert_eq!(reports.list()[0].help.as_deref(), Some(help));
    }
}

// Every kind of role of a record without a file: the file that the help writes holds it.
#[test]
fn the_file_that_the_help_writes_has_the_section_of_the_role() {
    for (role, ty) in [
        ("count = \"events\"", "u32"),
        ("offset = \"footer\"", "u64"),
        ("length = \"record\"", "u32"),
        ("length = \"payload\"", "u32"),
        ("first = \"events.time\"", "u32"),
        ("stride = \"events\"", "u16"),
        ("count = \"header\"", "u32"),
    ] {
        let size = ty[1..].parse::<u32>().expect("bits") / 8;
        let schema = format!(
            "{HEAD}[[record]]\nname = \"Head\"\nsize = {size}\nfields = [{{ offset = 0, name = \"a\", type = \"{ty}\", role = {{ {role} }} }}]\n{ITEM}"
        );
        let reports = atf_gen::load("tiny.toml", schema.as_bytes()).expect_err("no file has it");
        assert_eq!(reports.list().len(), 1, "{reports}");
        let help = reports.list()[0].help.clone().unwrap_or_default();
        let (_, file) = help.split_once(":\n").expect("a file");
        let right = format!("{schema}\n{}\n", file.replace("\"..\"", "\"Item\""));
        if let Err(reports) = atf_gen::load("tiny.toml", right.as_bytes()) {
            panic!("{role}: {right}\n{reports}");
        }
    }
}
