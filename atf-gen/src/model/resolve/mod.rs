//! Looks up every name of the schema and builds the model.
//!
//! Works in the order of dependencies: constants, enums, flags, records, files, roles. A
//! reference to a missing element is reported and replaced, so that the rest can be checked and
//! one error does not cause many others.

mod element_names;
mod evolution;
mod files;
mod numbers;
mod records;
mod roles;
mod tails;
mod types;
mod values;
mod when;

use std::collections::{HashMap, HashSet};

use super::{CNames, EnumId, FlagsId, Format, RecordId, value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::parse::ast::{self, Literal, Word};
use crate::source::Span;

/// Names of elements and what they refer to. Of two equal names the first is used.
pub(crate) struct Names {
    enums: HashMap<String, EnumId>,
    flags: HashMap<String, FlagsId>,
    records: HashMap<String, RecordId>,
    files: HashMap<String, usize>,
    constants: HashMap<String, usize>,
    /// Names of elements that could not be read.
    dropped: HashSet<String>,
}

impl Names {
    /// Whether a value is the name of a constant that is wrong itself, which is reported there.
    fn is_broken(&self, format: &Format, literal: &Literal) -> bool {
        let Literal::Text(name) = literal else { return false };
        match self.constants.get(name) {
            Some(id) => format.constants.get(*id).is_some_and(|constant| !constant.is_known),
            None => self.dropped.contains(name),
        }
    }
}

fn index<'a>(names: impl Iterator<Item = &'a Word>) -> HashMap<String, usize> {
    let mut map = HashMap::new();
    for (at, name) in names.enumerate() {
        map.entry(name.value.clone()).or_insert(at);
    }
    map
}

/// Makes the model. What could not be resolved is in `diagnostics`.
pub(crate) fn resolve(
    schema: &ast::Schema,
    source_name: &str,
    diagnostics: &mut Diagnostics,
) -> Format {
    let names = Names {
        enums: index(schema.enums.iter().map(|e| &e.name)),
        flags: index(schema.flags.iter().map(|f| &f.name)),
        records: index(schema.records.iter().map(|r| &r.name)),
        files: index(schema.files.iter().map(|f| &f.name)),
        constants: index(schema.constants.iter().map(|c| &c.name)),
        dropped: schema.dropped.clone(),
    };
    let mut format = head(&schema.format, source_name, diagnostics);
    for constant in &schema.constants {
        let constant = numbers::constant(&format, &names, constant, diagnostics);
        format.constants.push(constant);
    }
    let prefix = format.c.prefix.clone();
    format.enums =
        schema.enums.iter().map(|e| numbers::enumeration(e, &prefix, diagnostics)).collect();
    format.flags =
        schema.flags.iter().map(|f| numbers::flags(f, &names, &prefix, diagnostics)).collect();
    records::records(schema, &names, &mut format, diagnostics);
    values::values(schema, &names, &mut format, diagnostics);
    element_names::element_names(schema, &names, &mut format, diagnostics);
    evolution::trailers(schema, &names, &mut format, diagnostics);
    files::files(schema, &names, &mut format, diagnostics);
    evolution::guards(schema, &mut format, diagnostics);
    roles::roles(schema, &names, &mut format, diagnostics);
    format
}

fn doc(doc: Option<&Word>) -> String {
    let text = doc.map_or("", |doc| doc.value.as_str());
    text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// A number that counts versions or revisions, when it is in their range; says so when it is not.
fn counted(
    number: Option<&ast::Number>,
    what: &str,
    key: &str,
    help: &str,
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let number = number?;
    let counted = u32::try_from(number.value).ok();
    if counted.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::OutOfRange,
                number.span,
                format!("{what}: `{key}`: expected 0 to {}, found {}", u32::MAX, number.value),
            )
            .help(help),
        );
    }
    counted
}

fn head(ast: &ast::Format, source_name: &str, diagnostics: &mut Diagnostics) -> Format {
    let name = ast.name.as_ref().map_or("unnamed", |name| name.value.as_str()).to_owned();
    let at = ast.name.as_ref().map_or(Span::default(), |name| name.span);
    let limited = |number: Option<&ast::Number>, key: &str, diagnostics: &mut Diagnostics| {
        let help = "write a number from 0 to 4294967295";
        counted(number, "[format]", key, help, diagnostics)
    };
    let version = limited(ast.version.as_ref(), "version", diagnostics);
    let revision = limited(ast.revision.as_ref(), "revision", diagnostics).unwrap_or(0);
    let mut reads: Vec<u32> =
        ast.reads.iter().filter_map(|number| limited(Some(number), "reads", diagnostics)).collect();
    if let Some(version) = version {
        if ast.reads.is_empty() {
            reads.push(version);
        } else if !reads.contains(&version) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Conflict,
                    ast.reads[0].span,
                    format!("[format]: `reads`: expected the version {version} among them, found {reads:?}"),
                )
                .help("a reader must accept the version that its own writer writes"),
            );
        }
    }
    let stem = name.replace('-', "_");
    let upper = stem.split('_').next().unwrap_or("").to_ascii_uppercase();
    let text = |word: Option<&Word>, otherwise: &str| {
        word.map_or(otherwise.to_owned(), |word| word.value.clone())
    };
    let span = |word: Option<&Word>| word.map_or(at, |word| word.span);
    Format {
        source_name: source_name.to_owned(),
        title: text(ast.title.as_ref(), &name),
        doc: doc(ast.doc.as_ref()),
        version: version.unwrap_or(0),
        version_is_known: version.is_some(),
        revision,
        reads,
        copies: ast.copies.iter().map(|copy| copy.value.clone()).collect(),
        copies_at: ast.copies.iter().map(|copy| copy.span).collect(),
        c: CNames {
            prefix: text(ast.c_prefix.as_ref(), &upper),
            header: text(ast.c_header.as_ref(), &format!("{stem}_types.h")),
            type_prefix: text(ast.c_type_prefix.as_ref(), ""),
            prefix_at: span(ast.c_prefix.as_ref()),
            type_prefix_at: span(ast.c_type_prefix.as_ref()),
            header_at: span(ast.c_header.as_ref()),
        },
        constants: Vec::new(),
        enums: Vec::new(),
        flags: Vec::new(),
        records: Vec::new(),
        files: Vec::new(),
        at,
        version_at: ast.version.as_ref().map_or(at, |number| number.span),
        revision_at: ast.revision.as_ref().map_or(at, |number| number.span),
        reads_at: ast.reads.first().or(ast.version.as_ref()).map_or(at, |number| number.span),
        name,
    }
}

fn report_misfit(misfit: value::Misfit, what: &str, span: Span, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(misfit.code, span, format!("{what}{}", misfit.message)).help(misfit.help),
    );
}
