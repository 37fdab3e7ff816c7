//! Enums: newtypes over the integer on disk, so that any value can be held.

use std::fmt::Write as _;

use super::docs::doc;
use super::{deprecated, native, string, value_const};
use crate::emit::history;
use crate::emit::template::fill;
use crate::model::{Enum, EnumValue};

const ENUM: &str = r#"$docs
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct $name($stored);

$allowed
impl $name {
    $consts
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = $open;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        $values
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[$removed];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: $number) -> Self {
        Self($wrap)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> $number {
        $unwrap
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            $names
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            $from_names
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()$or_removed
    }
    $host
}

impl ::core::fmt::Display for $name {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for $name {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "$name({name})"),
            ::core::option::Option::None => ::core::write!(f, "$name({})", self.get()),
        }
    }
}

impl ::core::convert::From<$number> for $name {
    fn from(value: $number) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<$name> for $number {
    fn from(value: $name) -> Self {
        value.get()
    }
}
"#;

const VALUE: &str = r#"$docs
$deprecated
pub const $ident: Self = Self::new($value);
"#;

/// An entry of the list of values, which enums and flags have alike.
pub(super) const LISTED: &str = r#"EnumValue {
    name: $name,
    value: $value,
    doc: $doc,
},
"#;

const HOST: &str = r#"
/// The value of the target machine, or `None` if the schema has none for it.
#[must_use]
pub const fn host() -> ::core::option::Option<Self> {
    $cases
    ::core::option::Option::None
}
"#;

const HOST_CASE: &str = r#"if ::core::cfg!($predicate) {
    return ::core::option::Option::Some(Self::$ident);
}
"#;

pub(super) fn emit(out: &mut String, declared: &Enum, allowed: &str) {
    let (wrap, unwrap) = wrapping(declared.int.bytes);
    let openness = match (declared.open, declared.tombstones.is_empty()) {
        (true, _) => "Open: an unknown value is kept as its number.",
        (false, true) => "Closed: an unknown value is an error.",
        (false, false) => {
            "Closed: an unknown value is an error, except removed values, which older data contains."
        }
    };
    let fallback = format!("Values of {}.", declared.name);
    let gone: Vec<String> =
        declared.tombstones.iter().map(|gone| history::tombstone("", gone)).collect();
    let docs = doc(&[
        if declared.doc.is_empty() { &fallback } else { &declared.doc },
        &history::sentences(&declared.evolution),
        openness,
        &gone.join("\n"),
    ]);
    let (mut consts, mut values) = (String::new(), String::new());
    let (mut names, mut from_names) = (String::new(), String::new());
    for value in &declared.values {
        let (ident, name, number) =
            (value_const(&value.name), string(&value.name), value.value.to_string());
        let docs = doc(&[
            value_doc(value),
            &format!("`{}`, {number}.", value.name),
            &history::sentences(&value.evolution),
        ]);
        let deprecated = deprecated::attribute(&value.evolution);
        let holes =
            [("docs", &docs), ("deprecated", &deprecated), ("ident", &ident), ("value", &number)];
        fill(&mut consts, VALUE, &holes.map(|(hole, text)| (hole, text.as_str())));
        let listed = [("name", &*name), ("value", &number), ("doc", &string(value_doc(value)))];
        fill(&mut values, LISTED, &listed);
        let _ = writeln!(names, "Self::{ident} => ::core::option::Option::Some({name}),");
        let _ = writeln!(from_names, "{name} => ::core::option::Option::Some(Self::{ident}),");
    }
    let (mut removed, mut numbers) = (String::new(), Vec::new());
    for gone in &declared.tombstones {
        let number = gone.number.to_string();
        let listed =
            [("name", &*string(&gone.name)), ("value", &number), ("doc", &string(&gone.doc))];
        fill(&mut removed, LISTED, &listed);
        numbers.push(number);
    }
    if !removed.is_empty() {
        removed = format!("\n{}    ", indented(&removed, "        "));
    }
    let or_removed = match numbers.is_empty() {
        true => String::new(),
        false => format!(" || ::core::matches!(self.get(), {})", numbers.join(" | ")),
    };
    fill(
        out,
        ENUM,
        &[
            ("allowed", allowed),
            ("removed", &removed),
            ("or_removed", &or_removed),
            ("docs", &docs),
            ("name", &declared.name),
            ("number", native(false, declared.int.bytes)),
            ("stored", stored(declared.int.bytes)),
            ("wrap", &wrap),
            ("unwrap", unwrap),
            ("consts", &consts),
            ("open", if declared.open { "true" } else { "false" }),
            ("values", &values),
            ("names", &names),
            ("from_names", &from_names),
            ("host", &host(declared)),
        ],
    );
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}\n")).collect()
}

fn value_doc(value: &EnumValue) -> &str {
    if value.doc.is_empty() { "A value of the format." } else { &value.doc }
}

/// How an unsigned integer of so many bytes is stored.
pub(super) const fn stored(bytes: u8) -> &'static str {
    match bytes {
        1 => "u8",
        2 => "::zerocopy::little_endian::U16",
        4 => "::zerocopy::little_endian::U32",
        _ => "::zerocopy::little_endian::U64",
    }
}

/// From the native `value` to what is stored, and from `self.0` back.
pub(super) fn wrapping(bytes: u8) -> (String, &'static str) {
    if bytes == 1 {
        return ("value".to_owned(), "self.0");
    }
    (format!("{}::new(value)", stored(bytes)), "self.0.get()")
}

/// `host()`, when any value says where it holds. The first that holds counts.
fn host(declared: &Enum) -> String {
    let mut cases = String::new();
    for value in &declared.values {
        if let Some(predicate) = &value.detect_rust {
            let ident = value_const(&value.name);
            fill(&mut cases, HOST_CASE, &[("predicate", predicate.trim()), ("ident", &ident)]);
        }
    }
    let mut out = String::new();
    if !cases.is_empty() {
        fill(&mut out, HOST, &[("cases", &cases)]);
    }
    out
}
