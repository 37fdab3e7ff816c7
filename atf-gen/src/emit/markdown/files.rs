//! The framing of each file: its parts, the fields that locate them, and how to read them.

use std::fmt::Write as _;

use super::escape::{code, inline, paragraphs};
use super::{bytes, either, heading, history, record_link};
use crate::emit::{place, value};
use crate::model::{
    Algorithm, Covered, Extent, File, FileId, FooterAt, Format, Framing, RecordId, RoleKind,
    Section, Statement,
};

pub(super) fn section(format: &Format) -> String {
    if format.files.is_empty() {
        return String::new();
    }
    let mut out = heading(2, "section-files", "Files");
    out.push_str(
        "| file | path | required | header | events | footer |\n|---|---|---|---|---|---|\n",
    );
    for (id, file) in format.files.iter().enumerate() {
        let link = |record: Option<RecordId>| {
            record.map_or("none".to_owned(), |record| record_link(format, record))
        };
        let _ = writeln!(
            out,
            "| [{}](#{}) | {} | {} | {} | {} | {} |",
            inline(&file.name),
            place::file(file),
            code(&file.path),
            presence(format, id, file),
            link(file.header),
            link(file.event),
            link(file.footer)
        );
    }
    for file in &format.files {
        out.push('\n');
        out.push_str(&one(format, file));
    }
    out
}

/// Whether the file is required, and the flag that announces it.
fn presence(format: &Format, id: FileId, file: &File) -> String {
    let mut out = if file.optional { "no".to_owned() } else { "yes".to_owned() };
    for declared in &format.flags {
        for bit in declared.bits.iter().filter(|bit| bit.present == Some(id)) {
            let _ = write!(
                out,
                "; flag {} of [{}](#{})",
                code(&bit.name),
                declared.name,
                place::anchor("flags", &declared.name)
            );
        }
    }
    out
}

fn one(format: &Format, file: &File) -> String {
    let statements = format.statements(file);
    let mut out = heading(3, &place::file(file), &code(&file.path));
    if !file.doc.is_empty() {
        let _ = write!(out, "{}\n\n", paragraphs(&file.doc));
    }
    let mut remarks = Vec::new();
    if file.optional {
        remarks.push("The file may be absent.".to_owned());
    }
    let history = history(&file.evolution);
    if !history.is_empty() {
        remarks.push(history);
    }
    if !remarks.is_empty() {
        let _ = write!(out, "{}\n\n", remarks.join(" "));
    }
    let _ = write!(
        out,
        "![Layout of the file]({})\n\nHow to read it:\n\n",
        place::picture(format, &place::file(file))
    );
    for (number, step) in steps(format, file, &statements).iter().enumerate() {
        let _ = writeln!(out, "{}. {step}", number + 1);
    }
    out.push_str(&payloads(format, file));
    out.push_str(&statement_table(format, &statements));
    out
}

/// `field` of the record, as it is shown in running text.
fn name(format: &Format, statement: &Statement) -> String {
    format!("{} of {}", code(&statement.field.name), record_link(format, statement.record))
}

/// The one that is believed, else the first.
fn best<'a>(statements: &'a [Statement<'a>], kind: RoleKind) -> Option<&'a Statement<'a>> {
    let mut all = statements.iter().filter(|it| it.kind == kind);
    let first = all.clone().next();
    all.find(|it| it.authoritative).or(first)
}

fn steps(format: &Format, file: &File, statements: &[Statement]) -> Vec<String> {
    let mut steps = Vec::new();
    let header_size = file.header.map_or(0, |id| format.records[id].size);
    if let Some(header) = file.header {
        let mut step = format!(
            "The first {} are the header {}.",
            bytes(header_size),
            record_link(format, header)
        );
        step.push_str(&fixed(format, header));
        steps.push(step);
    }
    if let Some(version) = statements.iter().find(|it| it.kind == RoleKind::Version) {
        let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
        steps.push(format!(
            "{} must be {}; refuse any other version.",
            name(format, version),
            either(&reads)
        ));
    }
    if let Some(event) = file.event {
        steps.extend(events(format, file, event, header_size, statements));
    }
    if let Some(footer) = file.footer {
        let size = bytes(format.records[footer].size);
        let offset = statements.iter().find(|it| {
            it.section == Section::Header && it.kind == RoleKind::Offset(Section::Footer)
        });
        let mut step = match (file.footer_at, offset) {
            (FooterAt::Offset, Some(offset)) => format!(
                "The footer {}, {size}, is at offset {}.",
                record_link(format, footer),
                name(format, offset)
            ),
            _ => format!(
                "The last {size} of the file are the footer {}.",
                record_link(format, footer)
            ),
        };
        step.push_str(&fixed(format, footer));
        if format.records[footer].fields.iter().any(|field| field.constant.is_some()) {
            step.push_str(
                " If there are other bytes, the file has no footer: it was not finalized.",
            );
        }
        steps.push(step);
    }
    if let Some(checksum) = statements.iter().find_map(|it| match it.kind {
        RoleKind::Checksum(Covered::Section(section), algorithm) => Some((it, section, algorithm)),
        _ => None,
    }) {
        let (statement, section, algorithm) = checksum;
        let algorithm = match algorithm {
            Algorithm::Crc32 => {
                "CRC-32 of IEEE 802.3 (as in zip: reflected polynomial 0xEDB88320, 0xFFFFFFFF at start and end)"
            }
        };
        let what = if section == Section::Events {
            "from the first event up to the footer"
        } else {
            section.word()
        };
        steps.push(format!(
            "{} is the {algorithm} of all bytes {}{what}.",
            name(format, statement),
            if section == Section::Events { "" } else { "of the " }
        ));
    }
    steps
}

/// What a record must hold to be one.
fn fixed(format: &Format, record: RecordId) -> String {
    let fixed: Vec<String> = format.records[record]
        .fields
        .iter()
        .filter(|field| field.role.is_none_or(|role| role.kind != RoleKind::Version))
        .filter_map(|field| {
            let constant = field.constant.as_ref()?;
            Some(format!(
                "{} is {}",
                code(&field.name),
                code(&value::text(format, &field.ty, constant))
            ))
        })
        .collect();
    if fixed.is_empty() { String::new() } else { format!(" Its {}.", fixed.join(", its ")) }
}

fn events(
    format: &Format,
    file: &File,
    event: RecordId,
    header_size: u64,
    statements: &[Statement],
) -> Vec<String> {
    let mut steps = Vec::new();
    let record = &format.records[event];
    let link = record_link(format, event);
    steps.push(match best(statements, RoleKind::Offset(Section::Events)) {
        Some(offset) => format!(
            "The first event, {link}, is at offset {}. Skip bytes between the header and this offset; a newer revision added them.",
            name(format, offset)
        ),
        None if header_size == 0 => format!("The first event, {link}, starts at byte 0."),
        None => format!("The first event, {link}, is right after the header, at byte {header_size}."),
    });
    steps.push(match file.framing {
        Framing::Fixed => match best(statements, RoleKind::Stride(Section::Events)) {
            Some(stride) => format!(
                "The distance between events is {}, not the size of the record: event N starts N times this distance after the first. Read the first {} of each; further bytes are from a newer version. A distance below {} is an error.",
                name(format, stride),
                bytes(record.size),
                bytes(record.size)
            ),
            None => format!("Each event has {}: event N starts N times this size after the first.", bytes(record.size)),
        },
        Framing::LengthPrefixed => {
            let whole = format.field_that_says(event, RoleKind::Length(Extent::Record));
            let payload = format.field_that_says(event, RoleKind::Length(Extent::Payload));
            match (whole, payload) {
                (Some(whole), _) => format!(
                    "The length of an event, including its payload, is its {}; the next event follows directly. A length below {} or beyond the end of the events is an error.",
                    code(&whole.name),
                    bytes(record.size)
                ),
                (None, Some(payload)) => format!(
                    "After the {} of an event follows its payload, whose length is its {}; the next event follows directly. A length beyond the end of the events is an error.",
                    bytes(record.size),
                    code(&payload.name)
                ),
                (None, None) => String::new(),
            }
        }
    });
    let end = best(statements, RoleKind::Count(Section::Events))
        .map(|it| format!("{} counts them", name(format, it)))
        .into_iter()
        .chain(
            best(statements, RoleKind::Length(Extent::Section(Section::Events)))
                .map(|it| format!("{} is their total length in bytes", name(format, it))),
        )
        .collect::<Vec<_>>();
    let until = if file.footer.is_some() { "the footer" } else { "the end of the file" };
    let mut step = format!("The events end at {until}.");
    if !end.is_empty() {
        let _ = write!(step, " {}.", end.join(", and "));
    }
    steps.push(step);
    steps
}

fn payloads(format: &Format, file: &File) -> String {
    if file.framing != Framing::LengthPrefixed || file.event.is_none() {
        return String::new();
    }
    let Some(event) = file.event else { return String::new() };
    if file.payloads.is_empty() {
        return "\nPayloads are bytes without a declared record.\n".to_owned();
    }
    let mut out = String::from("\n| when | the payload is |\n|---|---|\n");
    for payload in &file.payloads {
        let when: Vec<String> = payload
            .when
            .iter()
            .map(|(field, case)| {
                let declared = &format.enums[case.id];
                let values: Vec<String> =
                    case.values.iter().map(|at| code(&declared.values[*at].name)).collect();
                format!(
                    "{} is {}",
                    code(&format.records[event].fields[*field].name),
                    either(&values)
                )
            })
            .collect();
        let when = if when.is_empty() { "always".to_owned() } else { when.join(" and ") };
        let _ = writeln!(out, "| {when} | {} |", record_link(format, payload.record));
    }
    if file.payloads.iter().all(|payload| !payload.when.is_empty()) {
        out.push_str("| otherwise | bytes without a declared record |\n");
    }
    out.push_str("\nA payload that is too short for its record is treated as bytes, too.\n");
    out
}

/// The statements of header and footer about the file, by kind.
fn statement_table(format: &Format, statements: &[Statement]) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let mut kinds: Vec<RoleKind> = Vec::new();
    for statement in statements {
        if !kinds.contains(&statement.kind) {
            kinds.push(statement.kind);
        }
    }
    let mut out = String::from("\n| what | field |\n|---|---|\n");
    for kind in kinds {
        let by: Vec<String> = statements
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| {
                let mark = if it.authoritative { " (authoritative)" } else { "" };
                format!("{}{mark}", name(format, it))
            })
            .collect();
        let _ = writeln!(out, "| {} | {} |", inline(&format.role_text(kind)), by.join(", "));
    }
    out
}
