//! A schema's text and its name.
//!
//! Made from a file's bytes. Every later stage keeps byte ranges into it, so that a diagnostic
//! can show its line.

/// Largest schema that is read, in bytes: a larger file is rejected.
pub const MAX_SCHEMA_BYTES: usize = 16 << 20;

/// A byte range of the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
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
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
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

/// Why bytes are not a schema's text. `Diagnostics::from` makes a report of it.
#[derive(Clone, Debug)]
pub struct SourceError {
    /// The text up to the error.
    pub(crate) source: Box<Source>,
    pub(crate) kind: SourceErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceErrorKind {
    /// Length in bytes.
    TooLarge(usize),
    Empty,
    NotUtf8 {
        at: usize,
        byte: u8,
    },
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: schema: ", self.source.name)?;
        self.kind.fmt(f)
    }
}

impl std::fmt::Display for SourceErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(len) => {
                write!(f, "expected at most {MAX_SCHEMA_BYTES} bytes, found {len}")
            }
            Self::Empty => f.write_str("expected a [format] table, found an empty file"),
            Self::NotUtf8 { at, byte } => {
                write!(f, "expected UTF-8, found byte 0x{byte:02x} at byte {at}")
            }
        }
    }
}

impl std::error::Error for SourceError {}

impl Source {
    /// Takes a schema's bytes. `name` is what diagnostics call it, usually its path.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when the bytes are empty, not UTF-8, or more than [`MAX_SCHEMA_BYTES`].
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Result<Self, SourceError> {
        let name = name.into();
        if bytes.len() > MAX_SCHEMA_BYTES {
            let source = Box::new(Self::of_text(name, ""));
            return Err(SourceError { source, kind: SourceErrorKind::TooLarge(bytes.len()) });
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                // Editors on Windows put a byte order mark first; TOML has no meaning for it.
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                let source = Self::of_text(name, text);
                if text.trim().is_empty() {
                    let source = Box::new(source);
                    return Err(SourceError { source, kind: SourceErrorKind::Empty });
                }
                Ok(source)
            }
            Err(error) => {
                let at = error.valid_up_to();
                let valid = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
                let source = Box::new(Self::of_text(name, valid));
                Err(SourceError { source, kind: SourceErrorKind::NotUtf8 { at, byte: bytes[at] } })
            }
        }
    }

    fn of_text(name: String, text: &str) -> Self {
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1))
            .collect();
        Self { name, text: text.to_owned(), line_starts }
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

    /// Number of the line of byte `at`, from zero.
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
