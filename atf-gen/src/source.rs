//! A schema's text and the name under which people know it.
//!
//! Made from a file's bytes by whoever runs the generator; every later stage keeps byte
//! ranges into it, so that a diagnostic can show the line that it is about.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Largest schema that is read, in bytes: a file beyond it was given by mistake.
pub const MAX_SCHEMA_BYTES: usize = 16 << 20;

/// A byte range of the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to but without `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from one.
    pub line: usize,
    /// Character within the line, from one.
    pub column: usize,
}

/// A schema's text under the name that diagnostics show.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// Takes a schema's bytes. `name` is what diagnostics call it, usually its path.
    ///
    /// # Errors
    ///
    /// Diagnostics when the bytes are empty, not UTF-8, or more than [`MAX_SCHEMA_BYTES`].
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let name = name.into();
        let (text, fault) = if bytes.len() > MAX_SCHEMA_BYTES {
            let fault = Diagnostic::new(
                Code::FileTooLarge,
                Span::default(),
                format!("schema: expected at most {MAX_SCHEMA_BYTES} bytes, found {}", bytes.len()),
            )
            .help("a schema describes a layout; data belongs elsewhere");
            (String::new(), Some(fault))
        } else {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    // Editors on Windows put a byte order mark first; TOML has no meaning for it.
                    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                    let fault = text.trim().is_empty().then(|| {
                        Diagnostic::new(
                            Code::EmptyFile,
                            Span::default(),
                            "schema: expected a [format] table, found an empty file",
                        )
                        .help("start with:\n[format]\nname = \"my-format\"\nversion = 1\nendian = \"little\"")
                    });
                    (text.to_owned(), fault)
                }
                Err(error) => {
                    let at = error.valid_up_to();
                    let good = std::str::from_utf8(&bytes[..at]).unwrap_or_default().to_owned();
                    let fault = Diagnostic::new(
                        Code::NotUtf8,
                        Span::new(at, at),
                        format!(
                            "schema: expected UTF-8, found byte 0x{:02x} at byte {at}",
                            bytes[at]
                        ),
                    )
                    .help("save the file as UTF-8");
                    (good, Some(fault))
                }
            }
        };
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1))
            .collect();
        let source = Self { name, text, line_starts };
        match fault {
            None => Ok(source),
            Some(fault) => {
                let mut diagnostics = Diagnostics::new(source);
                diagnostics.push(fault);
                Err(diagnostics)
            }
        }
    }

    /// What diagnostics call this schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of the name: the same on every machine.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name)
    }

    /// The schema's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of byte `at`; the end of the text when `at` lies beyond it.
    #[must_use]
    pub fn position(&self, at: usize) -> Position {
        let at = self.floor(at);
        let line = self.line_of(at);
        let start = self.line_starts[line];
        Position { line: line + 1, column: self.text[start..at].chars().count() + 1 }
    }

    /// Number of the line, from zero, that byte `at` stands in.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// Byte range of line `line` (from zero), without its end of line; empty beyond the last.
    pub(crate) fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        start..end.max(start)
    }

    /// The nearest character boundary at or before `at`.
    pub(crate) fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
