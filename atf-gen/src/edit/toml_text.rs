//! Places in a schema's text, and how new entries are written.

use crate::source::Span;
use crate::toml::{self, Data, Table, Value};

/// Places that an edit needs, found in the text of a schema that loads.
pub(super) struct Places {
    /// The fields of the record, each with its braces.
    pub(super) fields: Vec<Span>,
    /// The value of `revision` under `[format]`.
    pub(super) revision: Option<Span>,
    /// The value of `version` under `[format]`.
    pub(super) version: Option<Span>,
}

/// Finds them for the record at position `record`; `None` when the text is not as it was loaded.
pub(super) fn places(text: &str, record: usize) -> Option<Places> {
    let root = toml::table(text)?;
    let format = table(root.get("format")?)?;
    let span = |key: &str| format.get(key).map(|value| value.span);
    let Data::List(records) = &root.get("record")?.data else { return None };
    let record = table(records.items.get(record)?)?;
    let Data::List(fields) = &record.get("fields")?.data else { return None };
    Some(Places {
        fields: fields.items.iter().map(|field| field.span).collect(),
        revision: span("revision"),
        version: span("version"),
    })
}

fn table<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Table<'a>> {
    match &value.data {
        Data::Table(table) => Some(table),
        _ => None,
    }
}

/// `text` as a TOML string.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value as the command line gives it: numbers and lists as they are, all else as a string.
pub(super) fn value(text: &str) -> String {
    let probe = format!("value = {text}");
    let is_plain = toml::table(&probe).is_some_and(|root| {
        root.len() == 1
            && matches!(
                root.get("value").map(|value| &value.data),
                Some(Data::Integer { .. } | Data::Float(_) | Data::List(_))
            )
    });
    if is_plain { text.trim().to_owned() } else { string(text) }
}

/// The separator of entries in the list of the entry at `at`: a comma, and
/// a new line with the entry's indent when it has a line of its own.
pub(super) fn separator(text: &str, at: Span) -> String {
    let line_start = text[..at.start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line_start..at.start];
    if before.trim().is_empty() {
        format!(",{}{before}", newline(&text[..line_start]))
    } else {
        ", ".to_owned()
    }
}

/// How the lines of a text end: as its last one does.
pub(super) fn newline(text: &str) -> &'static str {
    let last = text.rfind('\n').map(|at| &text[..at]);
    if last.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The text with the edits.
pub(super) fn apply(text: &str, mut edits: Vec<(Span, String)>) -> String {
    edits.sort_by_key(|(span, _)| *span);
    let mut edited = String::with_capacity(text.len() + 256);
    let mut from = 0;
    for (span, new) in &edits {
        edited.push_str(&text[from..span.start]);
        edited.push_str(new);
        from = span.end;
    }
    edited.push_str(&text[from..]);
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_what_they_are() {
        assert_eq!(value("0"), "0");
        assert_eq!(value("0xFF"), "0xFF");
        assert_eq!(value("[0, 0]"), "[0, 0]");
        assert_eq!(value("none"), "\"none\"");
        assert_eq!(value("1\nother = 2"), "\"1\\nother = 2\"");
        assert_eq!(value("a\"b\\c\u{7f}"), "\"a\\\"b\\\\c\\u007F\"");
    }

    #[test]
    fn entries_keep_the_lines_and_the_indent_that_the_list_has() {
        let text = "fields = [\n  { a = 1 },\n  { b = 2 }, { c = 3 }]";
        let at = |needle: &str| {
            let start = text.find(needle).expect("it is there");
            Span::new(start, start + needle.len())
        };
        assert_eq!(separator(text, at("{ a = 1 }")), ",\n  ");
        assert_eq!(separator(text, at("{ c = 3 }")), ", ");
        let text = text.replace('\n', "\r\n");
        let start = text.find("{ b").expect("it is there");
        assert_eq!(separator(&text, Span::new(start, start + 9)), ",\r\n  ");
    }
}
