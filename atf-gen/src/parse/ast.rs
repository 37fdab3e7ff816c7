//! The schema as written: words and numbers with their places. Names are not looked up
//! yet.

use std::collections::HashSet;

use crate::source::Span;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

pub(crate) type Word = At<String>;
pub(crate) type Number = At<i128>;

#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) format: Format,
    pub(crate) constants: Vec<Constant>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) flags: Vec<Flags>,
    pub(crate) records: Vec<Record>,
    pub(crate) files: Vec<File>,
    /// Names of elements that could not be read, which is reported: what refers to them is no second mistake.
    pub(crate) dropped: HashSet<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Format {
    pub(crate) name: Option<Word>,
    pub(crate) title: Option<Word>,
    pub(crate) doc: Option<Word>,
    pub(crate) version: Option<Number>,
    pub(crate) revision: Option<Number>,
    pub(crate) reads: Vec<Number>,
    pub(crate) copies: Vec<Word>,
    pub(crate) c_prefix: Option<Word>,
    pub(crate) c_header: Option<Word>,
    pub(crate) c_type_prefix: Option<Word>,
}

/// The history of an element: keys that every element may have.
#[derive(Debug, Default)]
pub(crate) struct Evolution {
    pub(crate) since: Option<Number>,
    pub(crate) was: Vec<Word>,
    pub(crate) deprecated: Option<Word>,
    /// Fields, values and bits only, as is `removed`.
    pub(crate) semantics: Option<Number>,
    pub(crate) removed: Option<Number>,
}

/// What a schema writes where a value is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Number>),
}

#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) name: Word,
    pub(crate) ty: Word,
    pub(crate) value: At<Literal>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: Word,
    pub(crate) ty: Word,
    pub(crate) open: bool,
    pub(crate) open_at: Option<Span>,
    pub(crate) c_prefix: Option<Word>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) values: Vec<EnumValue>,
}

#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) name: Word,
    pub(crate) value: Number,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) detect: Option<Detect>,
}

#[derive(Debug)]
pub(crate) struct Detect {
    pub(crate) rust: Option<Word>,
    pub(crate) c: Option<Word>,
}

#[derive(Debug)]
pub(crate) struct Flags {
    pub(crate) name: Word,
    pub(crate) ty: Word,
    pub(crate) open: bool,
    pub(crate) open_at: Option<Span>,
    pub(crate) c_prefix: Option<Word>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) bits: Vec<FlagBit>,
}

#[derive(Debug)]
pub(crate) struct FlagBit {
    pub(crate) name: Word,
    pub(crate) bit: Number,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) must_understand: bool,
    pub(crate) role: Option<Role>,
}

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) name: Word,
    /// `None` when it is wrong, which is reported already; the same below.
    pub(crate) size: Option<Number>,
    /// The span of the table if it has no size: the error needs the fields to suggest one.
    pub(crate) size_missing: Option<Span>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) trailer: Option<Word>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) offset: Option<Number>,
    /// The span of the table if it has no offset: the error needs the field before it to suggest one.
    pub(crate) offset_missing: Option<Span>,
    pub(crate) name: Word,
    pub(crate) ty: Option<Word>,
    /// The span of the table if it has no type: the error needs the room up to the next field.
    pub(crate) type_missing: Option<Span>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) unit: Option<Word>,
    pub(crate) constant: Option<At<Literal>>,
    pub(crate) default: Option<At<Literal>>,
    pub(crate) sentinel: Option<At<Literal>>,
    pub(crate) max: Option<At<Literal>>,
    pub(crate) reserved: Option<At<bool>>,
    pub(crate) guard: Option<Word>,
    /// Whether there is a role, which `role` does not have if it could not be read.
    pub(crate) has_role: bool,
    pub(crate) role: Option<Role>,
    pub(crate) element_names: Vec<ElementNames>,
}

/// `{ verb = "target" }` and what goes with the verb.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) verb: Word,
    pub(crate) target: Word,
    pub(crate) algorithm: Option<Word>,
    pub(crate) authoritative: Option<At<bool>>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct ElementNames {
    pub(crate) when: Vec<Condition>,
    pub(crate) names: Vec<Word>,
    pub(crate) span: Span,
}

/// `key = "value"` or `key = ["value", ...]`.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) key: Word,
    pub(crate) values: Vec<Word>,
}

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: Word,
    pub(crate) path: Option<Word>,
    pub(crate) doc: Option<Word>,
    pub(crate) evolution: Evolution,
    pub(crate) optional: bool,
    pub(crate) optional_at: Option<Span>,
    pub(crate) header: Option<Word>,
    pub(crate) event: Option<Word>,
    pub(crate) footer: Option<Word>,
    pub(crate) framing: Option<Word>,
    pub(crate) footer_at: Option<Word>,
    pub(crate) payloads: Vec<Payload>,
}

#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) record: Word,
    pub(crate) when: Vec<Condition>,
}
