//! Builds a table from the parser's events: joins keys, decodes values, finds duplicates.
//!
//! A crate does the parsing. Duplicates are checked here, so that each error has a kind of our
//! own and not only the parser's message.

use std::borrow::Cow;
use std::collections::btree_map::Entry as Slot;

use toml_parser::decoder::ScalarKind;
use toml_parser::parser::{Event, EventKind, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ParseError, Source};

use super::fault::{Fault, FaultKind};
use super::value::{Data, Entry, List, Made, Table, Value};
use crate::source::Span;

/// Most lists and tables inside one another, and most parts of a dotted key. A schema needs
/// four; the limit keeps recursion, and the drop of what was read, away from the stack's end.
const DEEPEST: usize = 32;

/// Reads `text`. The table is incomplete when there are faults.
pub(super) fn build(text: &str) -> (Table<'_>, Vec<Fault>) {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut events = Vec::with_capacity(tokens.len());
    let mut errors: Vec<ParseError> = Vec::new();
    {
        let mut checked = ValidateWhitespace::new(&mut events, source);
        let mut limited = RecursionGuard::new(&mut checked, DEEPEST as u32);
        parse_document(&tokens, &mut limited, &mut errors);
    }
    let faults = errors.iter().map(Fault::syntax).collect();
    let mut builder = Builder { source, events: &events, at: 0, faults };
    let root = builder.document();
    (root, builder.faults)
}

/// One part of a key.
#[derive(Clone)]
struct Part<'a> {
    name: Cow<'a, str>,
    span: Span,
}

struct Heading<'a> {
    parts: Vec<Part<'a>>,
    /// From the first bracket to the last.
    span: Span,
    /// `[[name]]`.
    is_list: bool,
}

struct Builder<'a, 'e> {
    source: Source<'a>,
    events: &'e [Event],
    /// The next event.
    at: usize,
    faults: Vec<Fault>,
}

impl<'a> Builder<'a, '_> {
    fn next(&mut self) -> Option<Event> {
        let event = self.events.get(self.at).copied()?;
        self.at += 1;
        Some(event)
    }

    fn next_if(&mut self, kind: EventKind) -> Option<Event> {
        let event = self.events.get(self.at).copied().filter(|event| event.kind() == kind)?;
        self.at += 1;
        Some(event)
    }

    /// Skips spaces, comments and ends of lines.
    fn skip_space(&mut self) {
        use EventKind::{Comment, Newline, Whitespace};
        while self
            .events
            .get(self.at)
            .is_some_and(|event| matches!(event.kind(), Whitespace | Comment | Newline))
        {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Table<'a> {
        let mut root = Table::new(Made::ByHeading);
        self.pairs(&mut root);
        while let Some(open) = self.next() {
            let heading = self.heading(open);
            // The keys below a wrong heading are read too: they may have other errors.
            let mut elsewhere = Table::new(Made::ByHeading);
            let table = match define(&mut root, heading) {
                Ok(table) => table,
                Err(fault) => {
                    self.faults.extend(fault);
                    &mut elsewhere
                }
            };
            self.pairs(table);
        }
        root
    }

    /// Reads `key = value` up to the next heading.
    fn pairs(&mut self, table: &mut Table<'a>) {
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    self.at -= 1;
                    return;
                }
                EventKind::SimpleKey => self.pair(event, table, 0),
                _ => {}
            }
        }
    }

    fn pair(&mut self, first: Event, table: &mut Table<'a>, depth: usize) {
        let key = self.key(first);
        self.skip_space();
        if self.next_if(EventKind::KeyValSep).is_none() {
            return;
        }
        self.skip_space();
        if let Some(value) = self.value(depth) {
            self.faults.extend(insert(table, key, value).err());
        }
    }

    fn heading(&mut self, open: Event) -> Heading<'a> {
        let mut heading = Heading {
            parts: Vec::new(),
            span: span_of(open),
            is_list: open.kind() == EventKind::ArrayTableOpen,
        };
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::SimpleKey => heading.parts = self.key(event),
                EventKind::StdTableClose | EventKind::ArrayTableClose => {
                    heading.span.end = event.span().end();
                    break;
                }
                EventKind::Newline => break,
                _ => {}
            }
        }
        heading
    }

    /// Reads a key of which `first` is the first part.
    fn key(&mut self, first: Event) -> Vec<Part<'a>> {
        let mut parts = vec![self.part(first)];
        let mut end = self.at;
        loop {
            self.next_if(EventKind::Whitespace);
            if self.next_if(EventKind::KeySep).is_none() {
                break;
            }
            self.next_if(EventKind::Whitespace);
            let Some(event) = self.next_if(EventKind::SimpleKey) else { break };
            parts.push(self.part(event));
            end = self.at;
        }
        self.at = end;
        if parts.len() > DEEPEST {
            self.faults
                .push(Fault::new(FaultKind::KeyTooLong { most: DEEPEST }, parts[DEEPEST].span));
            parts.truncate(DEEPEST);
        }
        parts
    }

    fn part(&mut self, event: Event) -> Part<'a> {
        let mut name = Cow::Borrowed("");
        let mut errors: Vec<ParseError> = Vec::new();
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut name, &mut errors);
        }
        self.faults.extend(errors.iter().map(Fault::syntax));
        Part { name, span: span_of(event) }
    }

    /// Reads the value that begins with the next event; `None` when none does.
    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let event = *self.events.get(self.at)?;
        let read = match event.kind() {
            EventKind::Scalar => Self::scalar,
            EventKind::ArrayOpen if depth < DEEPEST => Self::list,
            EventKind::InlineTableOpen if depth < DEEPEST => Self::inline_table,
            _ => return None,
        };
        self.at += 1;
        Some(read(self, event, depth + 1))
    }

    fn scalar(&mut self, event: Event, _depth: usize) -> Value<'a> {
        let span = span_of(event);
        let mut text = Cow::Borrowed("");
        let mut errors: Vec<ParseError> = Vec::new();
        let kind = self
            .source
            .get(event)
            .map_or(ScalarKind::String, |raw| raw.decode_scalar(&mut text, &mut errors));
        // Only text between quotes is a string: without them the parser takes it for one, and
        // for an error.
        if kind == ScalarKind::String && event.encoding().is_none() {
            self.faults.push(Fault::new(FaultKind::Unquoted(text.to_string()), span));
        } else {
            self.faults.extend(errors.iter().map(Fault::syntax));
        }
        let data = match kind {
            ScalarKind::String => Data::String(text),
            ScalarKind::Boolean(value) => Data::Boolean(value),
            ScalarKind::DateTime => Data::Date,
            ScalarKind::Float => Data::Float(text),
            ScalarKind::Integer(radix) => Data::Integer { digits: text, radix: radix.value() },
        };
        Value { span, data }
    }

    fn list(&mut self, open: Event, depth: usize) -> Value<'a> {
        let mut list = List::default();
        let mut span = span_of(open);
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::ArrayClose => {
                    span.end = event.span().end();
                    break;
                }
                // The list was never closed.
                EventKind::SimpleKey | EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    self.at -= 1;
                    break;
                }
                EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                    self.at -= 1;
                    match self.value(depth) {
                        Some(item) => list.items.push(item),
                        None => self.at += 1,
                    }
                }
                _ => {}
            }
        }
        Value { span, data: Data::List(list) }
    }

    fn inline_table(&mut self, open: Event, depth: usize) -> Value<'a> {
        let mut table = Table::new(Made::Inline);
        let mut span = span_of(open);
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::InlineTableClose => {
                    span.end = event.span().end();
                    break;
                }
                // The table was never closed.
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    self.at -= 1;
                    break;
                }
                EventKind::SimpleKey => self.pair(event, &mut table, depth),
                _ => {}
            }
        }
        Value { span, data: Data::Table(table) }
    }
}

fn span_of(event: Event) -> Span {
    Span::new(event.span().start(), event.span().end())
}

/// Puts a value under its key.
fn insert<'a>(
    table: &mut Table<'a>,
    mut key: Vec<Part<'a>>,
    value: Value<'a>,
) -> Result<(), Fault> {
    let Some(last) = key.pop() else { return Ok(()) };
    let table = descend(table, &key, Made::ByDottedKey)?;
    match table.entries.entry(last.name) {
        Slot::Vacant(slot) => {
            slot.insert(Entry { key_at: last.span, value });
            Ok(())
        }
        Slot::Occupied(slot) => {
            let kind =
                FaultKind::DuplicateKey { name: slot.key().to_string(), first: slot.get().key_at };
            Err(Fault::new(kind, last.span))
        }
    }
}

/// The table of a heading, which is new, or was part of a longer heading only. `None` in the
/// error: the heading has no name, which the parser has reported.
fn define<'t, 'a>(
    root: &'t mut Table<'a>,
    heading: Heading<'a>,
) -> Result<&'t mut Table<'a>, Option<Fault>> {
    let Heading { mut parts, span, is_list } = heading;
    let last = parts.pop().ok_or(None)?;
    let parent = descend(root, &parts, Made::InHeading)?;
    let new = |data| Value { span, data };
    let entry = match parent.entries.entry(last.name.clone()) {
        Slot::Vacant(slot) => {
            let data = if is_list {
                Data::List(List { items: Vec::new(), by_heading: true })
            } else {
                Data::Table(Table::new(Made::InHeading))
            };
            slot.insert(Entry { key_at: last.span, value: new(data) })
        }
        Slot::Occupied(slot) => slot.into_mut(),
    };
    let first = entry.key_at;
    let table = match &mut entry.value.data {
        Data::Table(table) if !is_list && table.made == Made::InHeading => {
            entry.key_at = last.span;
            entry.value.span = span;
            table.made = Made::ByHeading;
            Some(table)
        }
        Data::List(list) if is_list && list.by_heading => {
            list.items.push(new(Data::Table(Table::new(Made::ByHeading))));
            list.last_table()
        }
        _ => None,
    };
    table.ok_or_else(|| {
        let kind = FaultKind::DuplicateTable { name: last.name.into_owned(), first };
        Some(Fault::new(kind, last.span))
    })
}

/// The table at `path`; tables that are missing on the way are made, as what `made` says.
fn descend<'t, 'a>(
    mut table: &'t mut Table<'a>,
    path: &[Part<'a>],
    made: Made,
) -> Result<&'t mut Table<'a>, Fault> {
    let dotted = made == Made::ByDottedKey;
    for part in path {
        let entry = table.entries.entry(part.name.clone()).or_insert_with(|| Entry {
            key_at: part.span,
            value: Value { span: part.span, data: Data::Table(Table::new(made)) },
        });
        let first = entry.key_at;
        let inner = match &mut entry.value.data {
            Data::Table(inner) => match inner.made {
                Made::Inline => None,
                // Keys of a table with a heading are written below that heading.
                Made::ByHeading if dotted => None,
                _ => {
                    if dotted {
                        inner.made = Made::ByDottedKey;
                    }
                    Some(inner)
                }
            },
            Data::List(list) if list.by_heading && !dotted => list.last_table(),
            _ => None,
        };
        table = inner.ok_or_else(|| {
            let kind = FaultKind::NotExtendable { name: part.name.to_string(), first };
            Fault::new(kind, part.span)
        })?;
    }
    Ok(table)
}
