//! The reader accepts what the crate `toml` accepts, and finds the same values and places.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::build::build;
use super::fault::FaultKind;
use super::{Data, Table, Value};
use crate::source::Span;

/// A table as one line, each value with its place.
fn own(table: &Table<'_>) -> String {
    let entries = table.keys().map(|(key, at)| {
        let value = table.get(key).expect("the key is one of the table's");
        format!("{key:?}@{}..{}={}", at.start, at.end, own_value(value))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

fn own_value(value: &Value<'_>) -> String {
    let Span { start, end } = value.span;
    match &value.data {
        Data::String(text) => format!("{start}..{end} {text:?}"),
        Data::Integer { digits, radix } => format!("{start}..{end} {digits}r{radix}"),
        Data::Float(text) => format!("{start}..{end} {text}"),
        Data::Boolean(value) => format!("{start}..{end} {value}"),
        Data::Date => format!("{start}..{end} date"),
        Data::List(list) => {
            let items: Vec<String> = list.items.iter().map(own_value).collect();
            format!("{start}..{end} [{}]", items.join(","))
        }
        Data::Table(table) => format!("{start}..{end} {}", own(table)),
    }
}

fn theirs(table: &DeTable<'_>) -> String {
    let entries = table.iter().map(|(key, value)| {
        let at = key.span();
        format!("{:?}@{}..{}={}", key.get_ref(), at.start, at.end, their_value(value))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

fn their_value(value: &Spanned<DeValue<'_>>) -> String {
    let (start, end) = (value.span().start, value.span().end);
    match value.get_ref() {
        DeValue::String(text) => format!("{start}..{end} {text:?}"),
        DeValue::Integer(number) => {
            format!("{start}..{end} {}r{}", number.as_str(), number.radix())
        }
        DeValue::Float(number) => format!("{start}..{end} {}", number.as_str()),
        DeValue::Boolean(value) => format!("{start}..{end} {value}"),
        DeValue::Datetime(_) => format!("{start}..{end} date"),
        DeValue::Array(list) => {
            let items: Vec<String> = list.iter().map(their_value).collect();
            format!("{start}..{end} [{}]", items.join(","))
        }
        DeValue::Table(table) => format!("{start}..{end} {}", theirs(table)),
    }
}

fn assert_same(text: &str) {
    let (table, faults) = build(text);
    let theirs = DeTable::parse(text).ok().map(|table| theirs(table.get_ref()));
    let own = faults.is_empty().then(|| own(&table));
    // Dates are refused wherever a schema has one: whether the month exists is not looked at.
    if theirs.is_none() && own.as_ref().is_some_and(|own| own.contains(" date")) {
        return;
    }
    assert_eq!(own, theirs, "{text}\n{faults:?}");
}

const VALID: &[&str] = &[
    "",
    "# a comment",
    "a = 1",
    "a = -1_000\nb = 0xFF_ff\nc = 0o17\nd = 0b11\ne = +5",
    "a = 1.5\nb = -2e10\nc = inf\nd = -nan\ne = 6.02_1e+23",
    "a = true\nb = false",
    "a = 'it'\nb = \"\\u00e9\\t\\\"\\x41\\e\"\nc = ''''x'''\nd = \"\"\"\n two\\\n   lines\"\"\"",
    "a = 1979-05-27T07:32:00Z\nb = 07:32:00\nc = 1979-05-27",
    "a = [1, 2, [3, 'x'], { b = 1 }, ]\nb = []\nc = [\n 1, # one\n 2\n]",
    "a = {}\nb = { c = 1, d.e = 2, d.f = 3 }\nc = {\n x = 1,\n y = 2, # two\n}",
    "a.b.c = 1\na.b.d = 2\na.e = 3\n\"quoted key\".'x y' = 4",
    "a . b = 1",
    "[a]\nb = 1\n[c]\nd = 2",
    "[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3",
    "[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 1\n[[a]]\n[a.b]\ny = 2",
    "[[a.b]]\n[[a.b]]\n[a.c]",
    "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nx = 1",
    "[ a . 'b' ]\r\nx = 1\r\n",
];

const INVALID: &[&str] = &[
    "a",
    "a =",
    "= 1",
    "a = 1 b = 2",
    "a = x",
    "a = x\"",
    "a = 'x",
    "a = \"\\q\"",
    "a = 01",
    "a = 1__0",
    "a = 0xg",
    "a = [1, 2",
    "a = [1 2]",
    "a = { b = 1",
    "a = { b }",
    "[a",
    "[[a]",
    "[]",
    "[a.]",
    "a = 1\na = 2",
    "a = 1\n'a' = 2",
    "a = { b = 1, b = 2 }",
    "a.b = 1\na.b = 2",
    "a = 1\na.b = 2",
    "a = [1]\na.b = 2",
    "a = { b = 1 }\na.c = 2",
    "a = { b = { c = 1 }, b.d = 2 }",
    "[a]\n[a]",
    "[a]\n[[a]]",
    "[[a]]\n[a]",
    "a = 1\n[a]",
    "a = []\n[[a]]",
    "a = {}\n[a.b]",
    "a.b = 1\n[a]",
    "[a]\nb.c = 1\n[a.b]",
    "[a.b.c]\nx = 1\n[a]\nb.c.t = 1",
    "[a]\nx = 1\n[a.x]",
    "a = 1\rb = 2",
    "a = \"\u{1}\"",
    "# \u{1}",
];

#[test]
fn valid_documents_give_the_values_and_places_that_the_crate_toml_gives() {
    for text in VALID {
        let (_, faults) = build(text);
        assert!(faults.is_empty(), "{text}\n{faults:?}");
        assert_same(text);
    }
}

#[test]
fn what_the_crate_toml_rejects_is_rejected() {
    for text in INVALID {
        let (_, faults) = build(text);
        assert!(!faults.is_empty(), "{text}");
        assert_same(text);
    }
}

#[test]
fn every_part_of_a_document_is_read_without_a_panic() {
    for text in VALID.iter().chain(INVALID) {
        for (at, _) in text.char_indices() {
            assert_same(&text[..at]);
            assert_same(&text[at..]);
        }
    }
}

#[test]
fn the_kind_of_a_mistake_does_not_depend_on_a_sentence() {
    let kind = |text| {
        let (_, faults) = build(text);
        match &faults.first().expect("it is wrong").kind {
            FaultKind::Syntax(_) => "syntax",
            FaultKind::Unquoted(_) => "unquoted",
            FaultKind::DuplicateKey { .. } => "duplicate key",
            FaultKind::DuplicateTable { .. } => "duplicate table",
            FaultKind::NotExtendable { .. } => "not extendable",
            FaultKind::KeyTooLong { .. } => "key too long",
        }
    };
    assert_eq!(kind("a = = 1"), "syntax");
    assert_eq!(kind("a = x"), "unquoted");
    assert_eq!(kind("a = 1\na = 2"), "duplicate key");
    assert_eq!(kind("[a]\n[a]"), "duplicate table");
    assert_eq!(kind("a = {}\na.b = 1"), "not extendable");
    assert_eq!(kind(&format!("a{} = 1", ".a".repeat(40))), "key too long");
}

#[test]
fn deeply_nested_documents_are_rejected_without_a_stack_overflow() {
    for (open, close) in [("[", "]"), ("{ a = ", "}")] {
        let text = format!("a = {}1{}", open.repeat(100_000), close.repeat(100_000));
        let (_, faults) = build(&text);
        assert!(!faults.is_empty());
    }
    let (_, faults) = build(&format!("a{} = 1", ".a".repeat(100_000)));
    assert_eq!(faults.len(), 1);
}
