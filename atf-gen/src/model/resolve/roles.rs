//! Roles: every target is looked up in the files of the record.

use super::Names;
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::model::{
    Algorithm, Covered, Extent, FieldRef, FileId, Format, RecordId, Role, RoleKind, Section,
};
use crate::parse::ast::{self, Word};

pub(super) fn roles(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    let mut files_of: Vec<Vec<FileId>> = vec![Vec::new(); format.records.len()];
    for (id, file) in format.files.iter().enumerate() {
        let payloads = file.payloads.iter().map(|payload| payload.record);
        for record in [file.header, file.event, file.footer].into_iter().flatten().chain(payloads) {
            if files_of[record].last() != Some(&id) {
                files_of[record].push(id);
            }
        }
    }
    for (record, written) in schema.records.iter().enumerate() {
        for at in 0..format.records[record].fields.len() {
            let Some(ast) = &written.fields[at].role else {
                continue;
            };
            let what = format!(
                "record {}, field {}: role `{}`",
                shorten(&written.name.value),
                shorten(&written.fields[at].name.value),
                ast.verb.value
            );
            // A second record of one name is reported as that; its roles mean the first one's files.
            let first = names.records.get(&written.name.value).copied().unwrap_or(record);
            let files = &files_of[first];
            let own = written.name.value.as_str();
            let mut resolver =
                Resolver { schema, format, names, files, record: own, what, diagnostics };
            let kind = resolver.kind(ast);
            format.records[record].fields[at].role_is_known |= kind.is_some();
            // A removed field says nothing any more; its tombstone may keep the role as it was.
            let is_live = format.records[record].fields[at].is_live();
            if let Some(kind) = kind.filter(|_| is_live) {
                format.records[record].fields[at].role = Some(Role {
                    kind,
                    authoritative: ast.authoritative.as_ref().is_some_and(|flag| flag.value),
                    at: ast.span,
                });
            }
        }
    }
}

struct Resolver<'a> {
    schema: &'a ast::Schema,
    format: &'a Format,
    names: &'a Names,
    files: &'a [FileId],
    /// Name of the record that has the field.
    record: &'a str,
    what: String,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    fn fault(&mut self, code: Code, at: &Word, message: &str, help: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::new(code, at.span, format!("{}: {message}", self.what)).help(help));
    }

    fn kind(&mut self, role: &ast::Role) -> Option<RoleKind> {
        let target = &role.target;
        if let Some(algorithm) = &role.algorithm
            && role.verb.value != "checksum"
        {
            self.fault(
                Code::RoleSyntax,
                algorithm,
                "expected `algorithm` with the role `checksum` only, found one",
                "leave it out",
            );
        }
        match role.verb.value.as_str() {
            "count" => self.section(target).map(RoleKind::Count),
            "offset" => self.section(target).map(RoleKind::Offset),
            "stride" => self.section(target).map(RoleKind::Stride),
            "length" => self.extent(target).map(RoleKind::Length),
            "checksum" => {
                let covered = self.covered(target);
                let algorithm = self.algorithm(role);
                Some(RoleKind::Checksum(covered?, algorithm?))
            }
            "first" => self.event_field(target).map(RoleKind::First),
            "last" => self.event_field(target).map(RoleKind::Last),
            "min" => self.event_field(target).map(RoleKind::Min),
            "max" => self.event_field(target).map(RoleKind::Max),
            "link" => file(target, &self.what, self.names, self.diagnostics).map(RoleKind::Link),
            "same" => self.same(target),
            "version" => {
                if target.value != "format" {
                    self.fault(
                        Code::RoleTarget,
                        target,
                        &format!("expected \"format\", found \"{}\"", shorten(&target.value)),
                        "write role = { version = \"format\" }; the number itself is the field's `const`",
                    );
                    return None;
                }
                Some(RoleKind::Version)
            }
            _ => {
                self.fault(
                    Code::RoleSyntax,
                    &role.verb,
                    "expected a role of a field, found one of a flag",
                    "`present` belongs to a bit of flags",
                );
                None
            }
        }
    }

    fn algorithm(&mut self, role: &ast::Role) -> Option<Algorithm> {
        match &role.algorithm {
            Some(word) if word.value == Algorithm::Crc32.word() => Some(Algorithm::Crc32),
            Some(word) => {
                let message =
                    format!("`algorithm`: expected \"crc32\", found \"{}\"", shorten(&word.value));
                self.fault(Code::UnknownWord, word, &message, "write algorithm = \"crc32\"");
                None
            }
            None => {
                self.fault(
                    Code::RoleSyntax,
                    &role.verb,
                    "expected an `algorithm`, found none",
                    "add algorithm = \"crc32\"",
                );
                None
            }
        }
    }

    /// Whether the record is part of a file; reports it if not.
    fn in_a_file(&mut self, at: &Word) -> bool {
        // The record may belong to a file that names it wrongly.
        let could = self.format.files.iter().any(|file| !file.records_are_known);
        if self.files.is_empty() && !could {
            self.fault(
                Code::RoleWithoutFile,
                at,
                "expected a record of a file, found one that no [[file]] names",
                format!(
                    "remove the role, or add a file that has the record:\n{}",
                    self.file_for(at)
                ),
            );
        }
        !self.files.is_empty()
    }

    /// A file that has the record, and the section that its role is about.
    fn file_for(&self, target: &Word) -> String {
        let head = "[[file]]\nname = \"my_file\"\npath = \"my-file.bin\"";
        let record = self.record;
        match target.value.split('.').next().unwrap_or_default() {
            "record" | "payload" => {
                format!("{head}\nevent = \"{record}\"\nframing = \"length-prefixed\"")
            }
            "header" => format!("{head}\nheader = \"..\"\nfooter = \"{record}\""),
            "footer" => format!("{head}\nheader = \"{record}\"\nfooter = \"..\""),
            _ => format!("{head}\nheader = \"{record}\"\nevent = \"..\""),
        }
    }

    /// Whether the file names a record there that does not exist, which is reported already.
    fn is_broken(&self, file: FileId, section: Section) -> bool {
        let written = &self.schema.files[file];
        let named = match section {
            Section::Header => &written.header,
            Section::Events => &written.event,
            Section::Footer => &written.footer,
        };
        named.is_some() && self.format.files[file].record(section).is_none()
    }

    fn section(&mut self, target: &Word) -> Option<Section> {
        let Some(section) =
            Section::ALL.iter().copied().find(|section| section.word() == target.value)
        else {
            let words: Vec<&str> = Section::ALL.iter().map(|section| section.word()).collect();
            let message = format!(
                "expected one of {}, found \"{}\"",
                words.join(", "),
                shorten(&target.value)
            );
            let help = match nearest(&target.value, words.iter().copied()) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "a section is header, events or footer".to_owned(),
            };
            self.fault(Code::RoleTarget, target, &message, help);
            return None;
        };
        if !self.in_a_file(target) {
            return None;
        }
        for file in self.files {
            if self.is_broken(*file, section) {
                return None;
            }
            if self.format.files[*file].record(section).is_none() {
                let message = format!(
                    "expected a section of the file {}, found \"{}\", which it does not have",
                    self.format.files[*file].name, target.value
                );
                let key = if section == Section::Events { "event" } else { section.word() };
                let help = format!("name the record in the [[file]]: {key} = \"...\"");
                self.fault(Code::RoleTarget, target, &message, help);
                return None;
            }
        }
        Some(section)
    }

    fn extent(&mut self, target: &Word) -> Option<Extent> {
        match target.value.as_str() {
            "record" => self.in_a_file(target).then_some(Extent::Record),
            "payload" => self.in_a_file(target).then_some(Extent::Payload),
            _ => self.section(target).map(Extent::Section),
        }
    }

    fn covered(&mut self, target: &Word) -> Option<Covered> {
        match target.value.as_str() {
            "record" => self.in_a_file(target).then_some(Covered::Record),
            "preceding" => self.in_a_file(target).then_some(Covered::Preceding),
            _ => self.section(target).map(Covered::Section),
        }
    }

    /// `events.field`: a field of the event's record.
    fn event_field(&mut self, target: &Word) -> Option<FieldRef> {
        let Some(name) = target.value.strip_prefix("events.") else {
            let message =
                format!("expected \"events.\" and a field, found \"{}\"", shorten(&target.value));
            self.fault(
                Code::RoleTarget,
                target,
                &message,
                "name a field of the event's record: \"events.field\"",
            );
            return None;
        };
        if !self.in_a_file(target) {
            return None;
        }
        let mut found = None;
        for file in self.files {
            if self.is_broken(*file, Section::Events) {
                return None;
            }
            let Some(event) = self.format.files[*file].event else {
                let message = format!(
                    "expected a file with events, found {}, which has no events",
                    self.format.files[*file].name
                );
                self.fault(Code::RoleTarget, target, &message, EVENTS);
                return None;
            };
            found = Some(self.field(event, name, target)?);
        }
        found
    }

    /// `file.field`: a field of the record of another file's events.
    fn same(&mut self, target: &Word) -> Option<RoleKind> {
        let Some((file_name, name)) = target.value.split_once('.') else {
            let message =
                format!("expected a file, a dot and a field, found \"{}\"", shorten(&target.value));
            self.fault(
                Code::RoleTarget,
                target,
                &message,
                "name the file that the role `link` names, and a field of its events: \"file.field\"",
            );
            return None;
        };
        let word = Word { value: file_name.to_owned(), span: target.span };
        let id = file(&word, &self.what, self.names, self.diagnostics)?;
        if self.is_broken(id, Section::Events) {
            return None;
        }
        let Some(event) = self.format.files[id].event else {
            let message =
                format!("expected a file with events, found {file_name}, which has no events");
            self.fault(Code::RoleTarget, target, &message, EVENTS);
            return None;
        };
        if !self.in_a_file(target) {
            return None;
        }
        Some(RoleKind::Same(id, self.field(event, name, target)?))
    }

    fn field(&mut self, record: RecordId, name: &str, target: &Word) -> Option<FieldRef> {
        let owner = &self.format.records[record];
        let found = owner.fields.iter().position(|field| field.name == name);
        // A record without fields is reported as that.
        if found.is_none() && !owner.fields.is_empty() {
            let message =
                format!("expected a field of {}, found \"{}\"", owner.name, shorten(name));
            let known = owner.fields.iter().map(|field| field.name.as_str());
            let help = self.diagnostics.suggest(name, known, "declare the field");
            self.fault(Code::RoleTarget, target, &message, help);
        }
        found.map(|field| FieldRef { record, field })
    }
}

/// Help for a reference to a file without events.
const EVENTS: &str = "name the record of that file's events: event = \"...\"";

/// The file of that name.
pub(super) fn file(
    target: &Word,
    what: &str,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<FileId> {
    let found = names.files.get(&target.value).copied();
    if found.is_none() {
        let mut known: Vec<&str> = names.files.keys().map(String::as_str).collect();
        known.sort_unstable();
        let help =
            diagnostics.suggest(&target.value, known.into_iter(), "declare it as a [[file]]");
        diagnostics.push(
            Diagnostic::new(
                Code::RoleTarget,
                target.span,
                format!("{what}: expected a file, found \"{}\"", shorten(&target.value)),
            )
            .help(help),
        );
    }
    found
}
