//! Random schemas: legal in structure, with names and texts that targets may stumble over.
//!
//! In: a seed. Out: the text of a schema, the same for the same seed. A name may still be refused,
//! because it is a word of a language or meets another; nothing else may.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Names of fields, values, bits and files: what targets define themselves, or nearly.
const NAMES: &[&str] = &[
    "type_",
    "size",
    "data",
    "id",
    "len",
    "value",
    "self_",
    "class_",
    "none",
    "fields",
    "name",
    "init",
    "get",
    "new_",
    "contains",
    "empty",
    "bits",
    "header",
    "events",
    "footer",
    "payload",
    "buffer",
    "offset",
    "count",
    "str",
    "bytes",
    "int_",
    "u8_",
    "tuple",
    "list",
    "dict",
    "property",
    "object",
    "core",
    "std",
    "option",
    "some",
    "ok",
    "err",
    "io",
    "root",
    "parent",
    "magic",
    "x",
    "a1",
    "b2c",
    "very_long_name_of_a_field_that_goes_on_and_on_to_the_limit",
    "tail",
    "is_known",
    "from_name",
    "open_",
    "values",
    "mro",
    "struct_",
    "typing",
    "enum_",
    "memcpy",
    "record",
    "match_",
    "index",
    "eq",
    "hash",
    "repr",
    "super_",
    "test",
    "main",
];
/// Names of types.
const TYPES: &[&str] = &[
    "Type",
    "Match",
    "Size",
    "Data",
    "Name",
    "Node",
    "Kind",
    "Class",
    "Import",
    "Enum",
    "Struct",
    "Option",
    "Some",
    "Vec",
    "String",
    "Result",
    "Ok",
    "Err",
    "Default",
    "Copy",
    "Clone",
    "Debug",
    "Int",
    "Str",
    "List",
    "Dict",
    "Object",
    "A",
    "B7",
    "HttpServer",
    "MD5",
    "Head",
    "Foot",
    "Item",
    "Box",
    "Iterator",
    "Formatter",
    "Display",
    "From",
    "Into",
    "Hash",
    "Eq",
    "Bytes",
    "Module",
    "Math",
    "Tuple",
    "Range",
    "File",
    "Path",
    "Error",
    "Warning",
    "Event",
    "Payload",
];
/// Texts of docs.
const TEXTS: &[&str] = &[
    "",
    "Plain.",
    "*/ /* // ??/",
    "\"\"\" ''' \"",
    "\\",
    "a\\",
    "| b |",
    "<b>&amp;</b> ]]> <!-- -->",
    "`tick` ``two`` ```three",
    "${x} {} {0} $docs $name %s #{y}",
    "é 漢 🦀",
    "# head\n- list\n\n1. one",
    "[a](b) ![c](d)",
    "---\nkey: value",
    "tab: and # hash",
    "ends with a quote\"",
];
const PRIMITIVES: &[(&str, u64)] = &[
    ("u8", 1),
    ("u16", 2),
    ("u32", 4),
    ("u64", 8),
    ("i8", 1),
    ("i16", 2),
    ("i32", 4),
    ("i64", 8),
    ("f32", 4),
    ("f64", 8),
];

struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("it is below")
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn text(&mut self) -> String {
        let mut text = (*self.of(TEXTS)).to_owned();
        if self.one_in(3) {
            text = format!("{text} {}", self.of(TEXTS));
        }
        if self.one_in(20) {
            text.push_str(&" a very long line".repeat(40));
        }
        text
    }

    /// A name of `pool` that is not in `taken`, whatever the case.
    fn name(&mut self, pool: &[&str], taken: &mut BTreeSet<String>) -> String {
        loop {
            let mut name = (*self.of(pool)).to_owned();
            if self.one_in(3) {
                let _ = write!(name, "{}", self.roll(100));
            }
            let key = name.to_ascii_lowercase().trim_matches('_').to_owned();
            if taken.insert(key) {
                return name;
            }
        }
    }

    /// Keys that any element may have.
    fn history(&mut self, taken: &mut BTreeSet<String>, pool: &[&str]) -> String {
        let mut out = format!(", doc = {}", quoted(&self.text()));
        if self.one_in(6) {
            let _ = write!(out, ", deprecated = {}", quoted(&format!("x {}", self.text())));
        }
        if self.one_in(6) {
            let _ = write!(out, ", was = {}", quoted(&self.name(pool, taken)));
        }
        out
    }
}

/// As a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out + "\""
}

struct Type {
    name: String,
    size: u64,
    /// A number that it holds, as the schema writes it, of a type that can have a default.
    number: Option<&'static str>,
    unsigned: bool,
}

fn primitive(dice: &mut Dice) -> Type {
    let (name, size) = *dice.of(PRIMITIVES);
    let numbers: &[&str] = match name {
        "u8" => &["0", "255"],
        "u16" => &["1", "65535"],
        "u32" => &["7", "0xFFFF_FFFF"],
        "u64" => &["0x8000_0000_0000_0000", "0xFFFF_FFFF_FFFF_FFFF"],
        "i8" => &["-128", "127"],
        "i16" => &["-32768", "-1"],
        "i32" => &["-2147483648", "2147483647"],
        "i64" => &["-9223372036854775808", "9223372036854775807"],
        "f32" => &["-0.0", "3.4e38", "1.1e-30"],
        _ => &["1.7e308", "-0.1", "5e-300"],
    };
    let number = Some(*dice.of(numbers));
    Type { name: name.to_owned(), size, number, unsigned: name.starts_with('u') }
}

fn field_type(dice: &mut Dice, declared: &[(String, u64)]) -> Type {
    let mut ty = match dice.roll(3) {
        0 if !declared.is_empty() => {
            let (name, size) = dice.of(declared).clone();
            Type { name, size, number: None, unsigned: false }
        }
        _ => primitive(dice),
    };
    while dice.one_in(4) && ty.size < 200 {
        let many = 1 + dice.roll(4) as u64;
        let length = if dice.one_in(3) { "MANY".to_owned() } else { many.to_string() };
        let many = if length == "MANY" { 3 } else { many };
        ty = Type {
            name: format!("[{}; {length}]", ty.name),
            size: ty.size * many,
            number: None,
            unsigned: false,
        };
    }
    ty
}

/// A record of fields behind those that are given, and its size.
fn record(
    out: &mut String,
    dice: &mut Dice,
    name: &str,
    first: &[(&str, u64, &str)],
    declared: &[(String, u64)],
    tail: bool,
) -> u64 {
    let mut taken: BTreeSet<String> = first.iter().map(|field| field.0.to_owned()).collect();
    taken.extend(["removed", "body", "body_len"].map(str::to_owned));
    let (mut fields, mut offset) = (String::new(), 0);
    for (name, size, rest) in first {
        let _ = writeln!(fields, "  {{ offset = {offset}, name = \"{name}\", {rest} }},");
        offset += size;
    }
    for _ in 0..=dice.roll(7) {
        let ty = field_type(dice, declared);
        let name = dice.name(NAMES, &mut taken);
        let mut rest = dice.history(&mut taken, NAMES);
        if dice.one_in(8) {
            rest.push_str(", semantics = 2");
        }
        match (ty.number, dice.roll(6)) {
            (Some(number), 0) => {
                let _ = write!(rest, ", const = {number}");
            }
            (Some(number), 1) => {
                let _ = write!(rest, ", default = {number}");
            }
            (Some(number), 2) => {
                let _ = write!(rest, ", sentinel = {number}");
            }
            (Some(number), 3) => {
                let _ = write!(rest, ", sentinel = {number}, default = {number}");
            }
            (Some(_), 4) if ty.unsigned => rest.push_str(", max = 200"),
            (Some(_), 5) => rest.push_str(", removed = 2"),
            (None, 0) if ty.name.starts_with("[u8; ") => rest.push_str(", reserved = true"),
            (None, 1) if ty.name.starts_with('[') => {
                rest.push_str(", element_names = [{ names = [\"*/ \\\"\\\\\"] }]")
            }
            _ => {}
        }
        let _ = writeln!(
            fields,
            "  {{ offset = {offset}, name = \"{name}\", type = \"{}\"{rest} }},",
            ty.name
        );
        offset += ty.size;
    }
    let size = if tail { offset + 2 } else { offset };
    if tail {
        let _ = writeln!(fields, "  {{ offset = {offset}, name = \"body_len\", type = \"u16\" }},");
        let _ = writeln!(
            fields,
            "  {{ offset = {size}, name = \"body\", type = \"[u8; body_len]\", doc = {} }},",
            quoted(&dice.text())
        );
    }
    let _ = writeln!(
        out,
        "[[record]]\nname = \"{name}\"\nsize = {size}\ndoc = {}\nfields = [\n{fields}]\n",
        quoted(&dice.text())
    );
    size
}

/// The schema of a format that is called `name`.
#[must_use]
pub fn schema(name: &str, seed: u64) -> String {
    let dice = &mut Dice(seed);
    let mut types = BTreeSet::new();
    let mut out = format!(
        "[format]\nname = \"{name}\"\ntitle = {}\ndoc = {}\nversion = 4294967295\nrevision = 3\nendian = \"little\"\n\n[[constant]]\nname = \"MANY\"\ntype = \"u8\"\nvalue = 3\n\n\
         [[enum]]\nname = \"Chosen\"\ntype = \"u8\"\nvalues = [{{ name = \"first\", value = 0 }}, {{ name = \"second\", value = 255 }}]\n\n",
        quoted(&format!("T {}", dice.text().replace('\n', " "))),
        quoted(&dice.text()),
    );
    for at in 0..dice.roll(4) {
        let ty = primitive(dice);
        let _ = writeln!(
            out,
            "[[constant]]\nname = \"SOME_{at}\"\ntype = \"{}\"\nvalue = {}\ndoc = {}\n",
            ty.name,
            ty.number.expect("a primitive has one"),
            quoted(&dice.text())
        );
    }
    let mut declared = Vec::new();
    for at in 0..=dice.roll(4) {
        let flags = at > 1;
        let (int, size) = *dice.of(&PRIMITIVES[..4]);
        let name = dice.name(TYPES, &mut types);
        let (mut list, mut taken) = (String::new(), BTreeSet::new());
        let key = if flags { "bit" } else { "value" };
        for at in 0..=dice.roll(5) as u64 {
            let number = match (flags, at) {
                (true, 0) => size * 8 - 1,
                (false, 0) => u64::MAX >> (64 - size * 8),
                _ => at,
            };
            let removed = if at > 0 && dice.one_in(5) { ", removed = 3" } else { "" };
            let more = dice.history(&mut taken, NAMES);
            let name = dice.name(NAMES, &mut taken);
            let number =
                if number > i64::MAX as u64 { format!("{number:#x}") } else { number.to_string() };
            let _ = writeln!(list, "  {{ name = \"{name}\", {key} = {number}{removed}{more} }},");
        }
        let (table, values) = if flags { ("flags", "bits") } else { ("enum", "values") };
        let _ = writeln!(
            out,
            "[[{table}]]\nname = \"{name}\"\ntype = \"{int}\"\nopen = {}\ndoc = {}\n{values} = [\n{list}]\n",
            dice.one_in(2),
            quoted(&dice.text())
        );
        declared.push((name, size));
    }
    for _ in 0..=dice.roll(3) {
        let name = dice.name(TYPES, &mut types);
        let size = record(&mut out, dice, &name, &[], &declared, false);
        if size < 300 {
            declared.push((name, size));
        }
    }
    let mut names = || dice.name(TYPES, &mut types);
    let [head, event, foot, block, body] = [names(), names(), names(), names(), names()];
    record(
        &mut out,
        dice,
        &head,
        &[
            ("magic", 4, "type = \"[u8; 4]\", const = \"W\\\"\\\\\\u0001\""),
            ("items", 8, "type = \"u64\", role = { count = \"events\" }"),
            ("foot_at", 8, "type = \"u64\", role = { offset = \"footer\" }"),
        ],
        &declared,
        false,
    );
    record(&mut out, dice, &event, &[("time", 8, "type = \"u64\"")], &declared, false);
    record(
        &mut out,
        dice,
        &foot,
        &[
            (
                "checksum",
                4,
                "type = \"u32\", role = { checksum = \"events\", algorithm = \"crc32\" }",
            ),
            ("first_time", 8, "type = \"u64\", role = { first = \"events.time\" }"),
            ("last_time", 8, "type = \"u64\", role = { last = \"events.time\" }"),
        ],
        &declared,
        false,
    );
    record(
        &mut out,
        dice,
        &block,
        &[
            ("total", 4, "type = \"u32\", role = { length = \"record\" }"),
            ("selects", 1, "type = \"Chosen\""),
        ],
        &declared,
        false,
    );
    record(&mut out, dice, &body, &[], &declared, true);
    let mut taken = BTreeSet::new();
    let [fixed, framed] = [dice.name(NAMES, &mut taken), dice.name(NAMES, &mut taken)];
    let _ = writeln!(
        out,
        "[[file]]\nname = \"{fixed}\"\npath = \"a/fixed.bin\"\ndoc = {}\nheader = \"{head}\"\nevent = \"{event}\"\nfooter = \"{foot}\"\nfooter_at = \"offset\"\n\n[[file]]\nname = \"{framed}\"\npath = \"framed.bin\"\noptional = true\nevent = \"{block}\"\nframing = \"length-prefixed\"\npayloads = [{{ record = \"{body}\", when = {{ selects = [\"first\", \"second\"] }} }}]",
        quoted(&dice.text())
    );
    out
}
