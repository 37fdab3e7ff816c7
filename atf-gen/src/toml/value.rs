//! A TOML document as values with their places in the text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::source::Span;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) span: Span,
    pub(crate) data: Data<'a>,
}

/// The kinds of TOML values.
#[derive(Clone, Debug)]
pub(crate) enum Data<'a> {
    String(Cow<'a, str>),
    /// An optional sign and digits, without prefix and underscores.
    Integer {
        digits: Cow<'a, str>,
        radix: u32,
    },
    /// The number as text, without underscores.
    Float(Cow<'a, str>),
    Boolean(bool),
    /// No schema has dates: that it is one is all that is kept.
    Date,
    List(List<'a>),
    Table(Table<'a>),
}

/// `[a, b]`, or the tables under one `[[name]]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct List<'a> {
    pub(crate) items: Vec<Value<'a>>,
    /// Whether it was written as `[[name]]`, so that one more may follow.
    pub(super) by_heading: bool,
}

impl<'a> List<'a> {
    /// The table that the next `key = value` belongs to.
    pub(super) fn last_table(&mut self) -> Option<&mut Table<'a>> {
        match &mut self.items.last_mut()?.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// How a table was defined; this decides what may be added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Made {
    /// By `[name]`, or it is the document itself.
    #[default]
    ByHeading,
    /// Only as part of a longer heading: `a` in `[a.b]`.
    InHeading,
    /// By a dotted key: `a` in `a.b = 1`.
    ByDottedKey,
    /// As `{ .. }`: nothing may be added.
    Inline,
}

/// Keys with their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table<'a> {
    pub(super) entries: BTreeMap<Cow<'a, str>, Entry<'a>>,
    pub(super) made: Made,
}

/// A value under its key.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    /// Place of the key.
    pub(super) key_at: Span,
    pub(super) value: Value<'a>,
}

impl<'a> Table<'a> {
    pub(super) fn new(made: Made) -> Self {
        Self { entries: BTreeMap::new(), made }
    }

    /// The value under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Whether there is a value under `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// All keys, each with its place, in alphabetical order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, Span)> {
        self.entries.iter().map(|(key, entry)| (key.as_ref(), entry.key_at))
    }

    /// Number of keys.
    #[cfg(feature = "cli")]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
