//! Errors of a schema: collected, so that one run reports all of them.
//!
//! Parser, resolver and checks push into one [`Diagnostics`]; the command and the proc-macros
//! print it.

mod code;
#[cfg(feature = "cli")]
mod drawn;
#[cfg(feature = "cli")]
pub mod explain;
mod nearest;
mod plain;
mod shorten;
mod unreadable;

pub use code::Code;
pub use nearest::nearest;
pub(crate) use shorten::shorten;

use crate::source::{Source, Span};

/// Most reports that are shown; the rest is counted.
const MOST_SHOWN: usize = 100;

/// One error in a schema.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Stable code of the rule that was broken.
    pub code: Code,
    /// One line: the element, expected, found.
    pub message: String,
    /// The place of the error.
    pub span: Span,
    /// What to write under that text.
    pub label: Option<String>,
    /// A related place (the first definition, the overlapped field) with a label.
    pub second: Option<(Span, String)>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, label: None, second: None, help: None }
    }

    /// Writes `label` under the wrong text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn second(mut self, span: Span, label: impl Into<String>) -> Self {
        self.second = Some((span, label.into()));
        self
    }

    /// Adds a suggested fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All errors of one schema, in the order of its lines.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    source: Source,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty collection for `source`.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self { source, list: Vec::new() }
    }

    /// Adds an error.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// The errors, in the order of the schema's lines once all checks are done.
    #[must_use]
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Whether there is no error.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The schema.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether further reports will not be shown.
    pub(crate) fn is_long(&self) -> bool {
        self.list.len() >= MOST_SHOWN
    }

    /// Whether so many names may be searched for the one that was meant. A schema may have very many names
    /// and mistakes, and each search looks at all names.
    pub(crate) fn may_search(&self, names: usize) -> bool {
        names.saturating_mul(self.list.len() + 1) <= 100_000
    }

    /// A help line for an unknown name: the one that was probably meant, else
    /// `otherwise` and what is known.
    pub(crate) fn suggest<'a>(
        &self,
        word: &str,
        known: impl Iterator<Item = &'a str>,
        otherwise: &str,
    ) -> String {
        const FEW: usize = 8;
        let known: Vec<&str> = known.collect();
        if !self.may_search(known.len()) {
            return otherwise.to_owned();
        }
        match nearest(word, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if known.is_empty() || known.len() > FEW => otherwise.to_owned(),
            None => format!("{otherwise}, or use one of: {}", known.join(", ")),
        }
    }

    /// Drops the reports that are `forgiven`.
    pub(crate) fn forget(&mut self, forgiven: impl Fn(&Diagnostic) -> bool) {
        self.list.retain(|diagnostic| !forgiven(diagnostic));
    }

    pub(crate) fn sort(&mut self) {
        self.list.sort_by_key(|d| (d.span, d.code));
    }

    /// The report with the places marked in the schema's lines, as the command prints it.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn drawn(&self) -> Drawn<'_> {
        Drawn(self)
    }

    /// `path:line:column: message` of one error.
    #[must_use]
    pub fn headline(&self, diagnostic: &Diagnostic) -> String {
        let at = self.source.position(diagnostic.span.start);
        format!("{}:{}:{}: {}", self.source.name(), at.line, at.column, diagnostic.message)
    }
}

/// A report with the schema's lines and the wrong places marked in them, as the command prints it.
///
/// Made by [`Diagnostics::drawn`].
#[cfg(feature = "cli")]
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a>(&'a Diagnostics);

#[cfg(feature = "cli")]
impl std::fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        drawn::write(self.0, f)
    }
}

/// Each error in plain text: a headline, the schema's line with the place marked, and help.
impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        plain::write(self, f)
    }
}

impl std::error::Error for Diagnostics {}
