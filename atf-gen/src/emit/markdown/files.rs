//! How each file is framed: what stands where, which field says so, and how a reader finds it.

use std::fmt::Write as _;

use super::escape::{code, inline, paragraphs};
use super::{bytes, either, heading, history, record_link};
use crate::emit::{place, value};
use crate::model::{
    Algorithm, Extent, File, FileId, FooterAt, Format, Framing, RecordId, RoleKind, Section,
    Statement,
};

pub(super) fn section(format: &Format) -> String {
    if format.files.is_empty() {
        return String::new();
    }
    let mut out = heading(2, "section-files", "Files");
    out.push_str(
        "| file | path | must be there | header | events | footer |\n|---|---|---|---|---|---|\n",
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

/// Whether the file must be there, and which flag tells.
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
        "![What stands where in the file]({})\n\nHow a reader goes through it:\n\n",
        place::picture(format, &place::file(file))
    );
    for (number, step) in steps(format, file, &statements).iter().enumerate() {
        let _ = writeln!(out, "{}. {step}", number + 1);
    }
    out.push_str(&payloads(format, file));
    out.push_str(&sayings(format, &statements));
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
            "The first {} are the header, {}.",
            bytes(header_size),
            record_link(format, header)
        );
        step.push_str(&fixed(format, header));
        steps.push(step);
    }
    if let Some(version) = statements.iter().find(|it| it.kind == RoleKind::Version) {
        let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
        steps.push(format!(
            "{} must be {}; any other version is refused.",
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
                "The footer, {}, {size}, starts at {}.",
                record_link(format, footer),
                name(format, offset)
            ),
            _ => format!(
                "The last {size} of the file are the footer, {}.",
                record_link(format, footer)
            ),
        };
        step.push_str(&fixed(format, footer));
        if format.records[footer].fields.iter().any(|field| field.constant.is_some()) {
            step.push_str(
                " A file that holds something else there has no footer: it was not finished.",
            );
        }
        steps.push(step);
    }
    if let Some(checksum) = statements.iter().find_map(|it| match it.kind {
        RoleKind::Checksum(section, algorithm) => Some((it, section, algorithm)),
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
            "The first event, {link}, starts at {}. Bytes between the header and that place are of a newer revision, and skipped.",
            name(format, offset)
        ),
        None if header_size == 0 => format!("The first event, {link}, starts at byte 0."),
        None => format!("The first event, {link}, starts right behind the header, at byte {header_size}."),
    });
    steps.push(match file.framing {
        Framing::Fixed => match best(statements, RoleKind::Stride(Section::Events)) {
            Some(stride) => format!(
                "From one event to the next it is as many bytes as {} says, not as many as the record has: event N starts N times that behind the first. Of each the first {} are read; bytes behind them are of a newer version. Less than {} is an error.",
                name(format, stride),
                bytes(record.size),
                bytes(record.size)
            ),
            None => format!("Each event takes {}: event N starts N times that behind the first.", bytes(record.size)),
        },
        Framing::LengthPrefixed => {
            let whole = format.field_that_says(event, RoleKind::Length(Extent::Record));
            let payload = format.field_that_says(event, RoleKind::Length(Extent::Payload));
            match (whole, payload) {
                (Some(whole), _) => format!(
                    "Each event takes as many bytes as its {} says, payload included; the next starts right behind. Less than {} is an error, and so is more than the file has left.",
                    code(&whole.name),
                    bytes(record.size)
                ),
                (None, Some(payload)) => format!(
                    "Behind the {} of an event stand as many bytes of payload as its {} says; the next event starts right behind them. More than the file has left is an error.",
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
                .map(|it| format!("{} is how many bytes all of them take", name(format, it))),
        )
        .collect::<Vec<_>>();
    let until = if file.footer.is_some() { "the footer" } else { "the end of the file" };
    let mut step = format!("Events go on up to {until}.");
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
        return "\nPayloads are bytes that this format does not describe.\n".to_owned();
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
        out.push_str("| otherwise | bytes that this format does not describe |\n");
    }
    out.push_str("\nA payload that is shorter than its record says is such bytes as well.\n");
    out
}

/// What header and footer say of the file, by what is statements.
fn sayings(format: &Format, statements: &[Statement]) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let mut kinds: Vec<RoleKind> = Vec::new();
    for statement in statements {
        if !kinds.contains(&statement.kind) {
            kinds.push(statement.kind);
        }
    }
    let mut out = String::from("\n| what | said by |\n|---|---|\n");
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
