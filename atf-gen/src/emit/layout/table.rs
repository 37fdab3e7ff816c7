//! Text tables with aligned columns.

use std::fmt::Write as _;

use super::tail_type;
use crate::emit::value;
use crate::model::{Field, Format, Record, Type};

/// Which side the text of a column stands on.
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
            meaning(&tail.doc, &format!("`{}` counts the bytes", record.fields[tail.count].name)),
        ]);
    }
    let mut out = render(&columns, &rows);
    for field in &record.fields {
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
    facts.join("; ")
}

/// The files and what stands in them.
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
            let mut doc = file.doc.replace('\n', " ");
            if file.optional {
                doc.push_str(" [optional]");
            }
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
                vec![value.value.to_string(), value.name.clone(), value.doc.replace('\n', " ")]
            })
            .collect();
        let head = format!(
            "{}, {}, {}\n{}",
            declared.name,
            format.type_name(&Type::Int(declared.int)),
            if declared.open { "open" } else { "closed" },
            line(&declared.doc)
        );
        blocks.push(format!("{head}\n{}", render(&columns, &rows)));
    }
    let columns = [("bit", Side::Right), ("name", Side::Left), ("meaning", Side::Left)];
    for declared in &format.flags {
        let rows: Vec<Vec<String>> = declared
            .bits
            .iter()
            .map(|bit| vec![bit.bit.to_string(), bit.name.clone(), bit.doc.replace('\n', " ")])
            .collect();
        let head = format!(
            "{}, {}, {}\n{}",
            declared.name,
            format.type_name(&Type::Int(declared.int)),
            if declared.open { "open" } else { "closed" },
            line(&declared.doc)
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
                    constant.doc.replace('\n', " "),
                ]
            })
            .collect();
        blocks.push(format!("constants\n\n{}", render(&columns, &rows)));
    }
    blocks.join("\n")
}

fn line(doc: &str) -> String {
    if doc.is_empty() { String::new() } else { format!("{doc}\n") }
}
