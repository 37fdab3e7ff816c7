//! Files: a class each, which names the records of the file. All files are read by the same code.

use std::fmt::Write as _;

use super::{names, text};
use crate::model::{File, FooterAt, Format, Framing};

pub(super) fn emit(format: &Format) -> Vec<String> {
    format.files.iter().map(|file| one(format, file)).collect()
}

fn one(format: &Format, file: &File) -> String {
    let event = file.event.map_or("typing.Any".to_owned(), |id| match file.framing {
        Framing::Fixed => format.records[id].name.clone(),
        Framing::LengthPrefixed => format!("FramedEvent[{}]", format.records[id].name),
    });
    let mut out = format!("class {}(_File[{event}]):\n", names::file(file));
    let fallback = format!("The file `{}`.", file.name);
    let doc = if file.doc.is_empty() { &fallback } else { &file.doc };
    let name = |id: usize| format.records[id].name.as_str();
    let mut parts = Vec::new();
    parts.extend(file.header.map(|id| format!("a header ({})", name(id))));
    parts.extend(file.event.map(|id| match file.framing {
        Framing::Fixed => format!("events of one size ({})", name(id)),
        Framing::LengthPrefixed => {
            format!("events that each say how long they are ({})", name(id))
        }
    }));
    parts.extend(file.footer.map(|id| format!("a footer ({})", name(id))));
    let layout = format!("{}: {}.", file.path, parts.join(", "));
    out.push_str(&text::docstring(&[doc, &layout, &text::history(&file.evolution)], "    "));
    out.push('\n');
    for (attribute, record) in [("header", file.header), ("footer", file.footer)] {
        if let Some(id) = record {
            let ty = match attribute {
                "footer" => format!("typing.Optional[{}]", name(id)),
                _ => name(id).to_owned(),
            };
            let _ = writeln!(out, "    {attribute}: {ty}");
        }
    }
    let _ = write!(
        out,
        "\n    NAME = {}\n    PATH = {}\n",
        text::string(&file.name),
        text::string(&file.path)
    );
    if file.optional {
        out.push_str("    OPTIONAL = True\n");
    }
    for (attribute, record) in
        [("HEADER", file.header), ("EVENT", file.event), ("FOOTER", file.footer)]
    {
        if let Some(id) = record {
            let _ = writeln!(out, "    {attribute} = {}", name(id));
        }
    }
    if file.framing == Framing::LengthPrefixed {
        out.push_str("    IS_FRAMED = True\n");
    }
    if file.footer_at == FooterAt::Offset {
        out.push_str("    HAS_FOOTER_OFFSET = True\n");
    }
    if !file.payloads.is_empty() {
        out.push_str("    PAYLOADS = (\n");
        for payload in &file.payloads {
            let when: Vec<String> =
                payload.when.iter().map(|case| condition(format, file, case)).collect();
            let when = match when.as_slice() {
                [] => "()".to_owned(),
                cases => format!(
                    "(\n                {},\n            )",
                    cases.join(",\n                ")
                ),
            };
            let _ = write!(
                out,
                "        (\n            {},\n            {when},\n        ),\n",
                name(payload.record)
            );
        }
        out.push_str("    )\n");
    }
    out
}

/// The condition on a field of the event under which the event has a payload.
fn condition(
    format: &Format,
    file: &File,
    (field, case): &(usize, crate::model::EnumCase),
) -> String {
    let member = file.event.map_or_else(String::new, |event| {
        format.records[event].fields[*field].member().into_owned()
    });
    let declared = &format.enums[case.id];
    let values: Vec<String> = case
        .values
        .iter()
        .map(|at| {
            let value = crate::emit::case::upper(&declared.values[*at].name);
            format!("{}.{value}", declared.name)
        })
        .collect();
    text::tuple(&[text::string(&member), text::tuple(&values)])
}
