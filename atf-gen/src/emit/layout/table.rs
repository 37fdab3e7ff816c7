//! Text tables with aligned columns.

use std::fmt::Write as _;

use super::tail_type;
use crate::emit::{history, value};
use crate::model::{Evolution, Field, Format, Record, Tombstone, Type};

/// The alignment of a column.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

fn render(columns: &[(&str, Side)], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, (title, _))| {
            rows.iter()
                .map(|row| row[at].chars().count())
                .chain([title.chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    let mut line = |cells: &[String]| {
        let mut text = String::new();
        for ((cell, (_, side)), width) in cells.iter().zip(columns).zip(&widths) {
            let _ = match side {
                Side::Left => write!(text, "  {cell:<width$}"),
                Side::Right => write!(text, "  {cell:>width$}"),
            };
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let titles: Vec<String> = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    line(&titles);
    for row in rows {
        line(row);
    }
    out
}

/// The fields of a record and its tail.
pub(super) fn fields(format: &Format, record: &Record) -> String {
    let columns = [
        ("offset", Side::Right),
        ("size", Side::Right),
        ("type", Side::Left),
        ("field", Side::Left),
        ("unit", Side::Left),
        ("meaning", Side::Left),
    ];
    let mut rows: Vec<Vec<String>> = record
        .fields
        .iter()
        .map(|field| {
            vec![
                field.offset.to_string(),
                field.size.to_string(),
                format.type_name(&field.ty),
                field.name.clone(),
                field.unit.clone().unwrap_or_default(),
                meaning(&field.doc, &facts(format, field)),
            ]
        })
        .collect();
    if let (Some(tail), Some(ty)) = (&record.tail, tail_type(record)) {
        rows.push(vec![
            tail.offset.to_string(),
            "*".to_owned(),
            ty,
            tail.name.clone(),
            tail.unit.clone().unwrap_or_default(),
            meaning(
                &tail.doc,
                &with_history(
                    format!("`{}` is the length in bytes", record.fields[tail.count].name),
                    &tail.evolution,
                ),
            ),
        ]);
        if let Some(trailer) = record.trailer {
            let behind = &format.records[trailer];
            rows.push(vec![
                "*".to_owned(),
                behind.size.to_string(),
                behind.name.clone(),
                String::new(),
                String::new(),
                meaning(&behind.doc, "absent from data that ends with the tail"),
            ]);
        }
    }
    let mut out = render(&columns, &rows);
    for field in record.fields.iter().filter(|field| field.is_live()) {
        for list in &field.element_names {
            let when: Vec<String> = list
                .when
                .iter()
                .map(|case| {
                    let declared = &format.enums[case.id];
                    let values: Vec<&str> =
                        case.values.iter().map(|at| declared.values[*at].name.as_str()).collect();
                    format!("{} {}", declared.name, values.join(" or "))
                })
                .collect();
            let when =
                if when.is_empty() { String::new() } else { format!(" when {}", when.join(", ")) };
            let _ = writeln!(out, "  {}{when}: {}", field.name, list.names.join(" "));
        }
    }
    out
}

fn with_history(mut facts: String, evolution: &Evolution) -> String {
    for phrase in history::phrases(evolution) {
        if !facts.is_empty() {
            facts.push_str("; ");
        }
        facts.push_str(&phrase);
    }
    facts
}

/// The history alone, as a row of a table of numbers shows it.
fn told(doc: &str, facts: &str, evolution: &Evolution) -> String {
    meaning(doc, &with_history(facts.to_owned(), evolution))
}

fn meaning(doc: &str, facts: &str) -> String {
    let doc = doc.replace('\n', " ");
    match (doc.is_empty(), facts.is_empty()) {
        (_, true) => doc,
        (true, false) => format!("[{facts}]"),
        (false, false) => format!("{doc} [{facts}]"),
    }
}

/// What the schema says of a field beside its meaning.
pub(crate) fn facts(format: &Format, field: &Field) -> String {
    let mut facts = Vec::new();
    let mut value = |what: &str, value: &Option<crate::model::Value>| {
        if let Some(value) = value {
            facts.push(format!("{what} {}", value::text(format, &field.ty, value)));
        }
    };
    value("always", &field.constant);
    value("default", &field.default);
    value("none:", &field.sentinel);
    value("at most", &field.max);
    if field.reserved {
        facts.push("reserved".to_owned());
    }
    if let Some(role) = &field.role {
        let mut text = format.role_text(role.kind);
        if role.authoritative {
            text.push_str(", authoritative");
        }
        facts.push(text);
    }
    facts.extend(history::guard(format, field));
    facts.extend(history::phrases(&field.evolution));
    facts.join("; ")
}

/// The files and their records.
pub(super) fn files(format: &Format) -> String {
    let columns = [
        ("file", Side::Left),
        ("path", Side::Left),
        ("header", Side::Left),
        ("event", Side::Left),
        ("footer", Side::Left),
        ("framing", Side::Left),
        ("meaning", Side::Left),
    ];
    let rows: Vec<Vec<String>> = format
        .files
        .iter()
        .map(|file| {
            let name =
                |id: Option<usize>| id.map_or("-".to_owned(), |id| format.records[id].name.clone());
            let doc = told(&file.doc, if file.optional { "optional" } else { "" }, &file.evolution);
            let mut footer = name(file.footer);
            if file.footer.is_some() {
                let _ = write!(footer, " ({})", file.footer_at.word());
            }
            vec![
                file.name.clone(),
                file.path.clone(),
                name(file.header),
                name(file.event),
                footer,
                file.framing.word().to_owned(),
                doc.trim().to_owned(),
            ]
        })
        .collect();
    render(&columns, &rows)
}

/// Enums, flags and constants.
pub(super) fn numbers(format: &Format) -> String {
    let mut blocks = Vec::new();
    let columns = [("value", Side::Right), ("name", Side::Left), ("meaning", Side::Left)];
    for declared in &format.enums {
        let rows: Vec<Vec<String>> = declared
            .values
            .iter()
            .map(|value| {
                vec![
                    value.value.to_string(),
                    value.name.clone(),
                    told(&value.doc, "", &value.evolution),
                ]
            })
            .chain(declared.tombstones.iter().map(gone))
            .collect();
        let head = format!(
            "{}, {}, {}\n{}",
            declared.name,
            format.type_name(&Type::Int(declared.int)),
            if declared.open { "open" } else { "closed" },
            line(&told(&declared.doc, "", &declared.evolution))
        );
        blocks.push(format!("{head}\n{}", render(&columns, &rows)));
    }
    let columns = [("bit", Side::Right), ("name", Side::Left), ("meaning", Side::Left)];
    for declared in &format.flags {
        let rows: Vec<Vec<String>> = declared
            .bits
            .iter()
            .map(|bit| {
                let understand = if bit.must_understand { "every reader must know it" } else { "" };
                let meaning = told(&bit.doc, understand, &bit.evolution);
                vec![bit.bit.to_string(), bit.name.clone(), meaning]
            })
            .chain(declared.tombstones.iter().map(gone))
            .collect();
        let head = format!(
            "{}, {}, {}\n{}",
            declared.name,
            format.type_name(&Type::Int(declared.int)),
            if declared.open { "open" } else { "closed" },
            line(&told(&declared.doc, "", &declared.evolution))
        );
        blocks.push(format!("{head}\n{}", render(&columns, &rows)));
    }
    if !format.constants.is_empty() {
        let columns = [
            ("type", Side::Left),
            ("constant", Side::Left),
            ("value", Side::Left),
            ("meaning", Side::Left),
        ];
        let rows: Vec<Vec<String>> = format
            .constants
            .iter()
            .map(|constant| {
                vec![
                    format.type_name(&constant.ty),
                    constant.name.clone(),
                    value::text(format, &constant.ty, &constant.value),
                    told(&constant.doc, "", &constant.evolution),
                ]
            })
            .collect();
        blocks.push(format!("constants\n\n{}", render(&columns, &rows)));
    }
    blocks.join("\n")
}

/// The row of a value or bit that was removed.
fn gone(gone: &Tombstone) -> Vec<String> {
    vec![gone.number.to_string(), gone.name.clone(), told(&gone.doc, "", &gone.evolution)]
}

fn line(doc: &str) -> String {
    if doc.is_empty() { String::new() } else { format!("{doc}\n") }
}
