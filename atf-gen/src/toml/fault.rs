//! Errors in TOML text. Each has a kind, so that no code depends on the text of a message.

use toml_parser::{Expected, ParseError};

use crate::diagnostic::{Code, Diagnostic, shorten};
use crate::source::Span;

/// An error and its place; `None` is the end of the text.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) span: Option<Span>,
}

/// The kinds of errors.
#[derive(Clone, Debug)]
pub(super) enum FaultKind {
    /// A message of the parser. It is only shown; no code depends on it.
    Syntax(String),
    /// Text without quotes where a value belongs.
    Unquoted(String),
    /// A key that its table has already.
    DuplicateKey { name: String, first: Span },
    /// A heading of a table that exists already.
    DuplicateTable { name: String, first: Span },
    /// A key below something that cannot hold keys.
    NotExtendable { name: String, first: Span },
    /// More parts in one key than this crate reads.
    KeyTooLong { most: usize },
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span) -> Self {
        Self { kind, span: Some(span) }
    }

    /// What the parser found.
    pub(super) fn syntax(error: &ParseError) -> Self {
        let mut message = error.description().to_owned();
        for (at, expected) in error.expected().unwrap_or_default().iter().enumerate() {
            message.push_str(if at == 0 { ", expected " } else { " or " });
            match expected {
                Expected::Literal("\n") => message.push_str("a new line"),
                Expected::Literal(literal) => {
                    message.push_str(&format!("`{}`", literal.escape_debug()));
                }
                Expected::Description(description) => message.push_str(description),
                _ => message.push_str("something else"),
            }
        }
        let span = error.unexpected().map(|span| Span::new(span.start(), span.end()));
        Self { kind: FaultKind::Syntax(message), span }
    }

    /// The report of the fault; `end` is the length of the text.
    pub(super) fn diagnostic(self, end: usize) -> Diagnostic {
        let span = self.span.unwrap_or(Span::new(end, end));
        let new = |message: String| Diagnostic::new(Code::Toml, span, format!("TOML: {message}"));
        match self.kind {
            FaultKind::Syntax(message) => {
                new(message).help("see the rules of TOML: https://toml.io/en/v1.1.0")
            }
            FaultKind::Unquoted(text) => {
                new(format!("expected a value, found `{}` without quotes", shorten(&text)))
                    .help("put the text between double quotes")
            }
            FaultKind::DuplicateKey { name, first } => {
                new(format!("duplicate key `{}`", shorten(&name)))
                    .second(first, "first defined here")
                    .help("a table has each key once: remove one of the two")
            }
            FaultKind::DuplicateTable { name, first } => {
                let name = shorten(&name);
                let help = match name.as_str() {
                    "accept" | "constant" | "enum" | "file" | "flags" | "record" => format!(
                        "a list of tables has double brackets at every table: write [[{name}]]"
                    ),
                    _ => "remove one of the two".to_owned(),
                };
                new(format!("duplicate table `{name}`"))
                    .second(first, "first defined here")
                    .help(help)
            }
            FaultKind::NotExtendable { name, first } => {
                new(format!("cannot add keys to `{}`", shorten(&name)))
                    .second(first, "first defined here")
                    .help("write all its keys where it is defined")
            }
            FaultKind::KeyTooLong { most } => {
                new(format!("expected a key of at most {most} parts, found more"))
                    .help("use fewer dots")
            }
        }
    }
}
