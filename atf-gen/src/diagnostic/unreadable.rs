//! Reports for bytes that are not the text of a schema.

use super::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceError, SourceErrorKind, Span};

impl From<SourceError> for Diagnostics {
    fn from(error: SourceError) -> Self {
        let (code, span, help) = match error.kind {
            SourceErrorKind::TooLarge(_) => (
                Code::FileTooLarge,
                Span::default(),
                "a schema describes a layout; data belongs elsewhere",
            ),
            SourceErrorKind::Empty => (
                Code::EmptyFile,
                Span::default(),
                "start with:\n[format]\nname = \"my-format\"\nversion = 1\nendian = \"little\"",
            ),
            SourceErrorKind::NotUtf8 { at, .. } => {
                (Code::NotUtf8, Span::new(at, at), "save the file as UTF-8")
            }
        };
        let mut diagnostics = Self::new(*error.source);
        diagnostics.push(Diagnostic::new(code, span, format!("schema: {}", error.kind)).help(help));
        diagnostics
    }
}
