//! Flags: newtypes over the integer as it is on disk, unnamed bits kept.

use super::docs::doc;
use super::enums::{LISTED, stored, wrapping};
use super::{bit_const, native, string};
use crate::emit::template::fill;
use crate::model::{Flags, Format};

const FLAGS: &str = r#"$docs
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

impl $name {
    $consts
    /// Whether a bit without a name is kept rather than refused.
    pub const OPEN: bool = $open;
    /// The bits that have a name, each as its mask.
    pub const VALUES: &'static [EnumValue] = &[
        $values
    ];
    /// All bits that have a name.
    pub const KNOWN: Self = Self::new($known);

    /// The flags whose bits are set in `value`.
    #[must_use]
    pub const fn new(value: $number) -> Self {
        Self($wrap)
    }

    /// No flag at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(0)
    }

    /// The bits.
    #[must_use]
    pub const fn get(self) -> $number {
        $unwrap
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.get() == 0
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.get() & other.get() == other.get()
    }

    /// These flags and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self::new(self.get() | other.get())
    }

    /// These flags but those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self::new(self.get() & !other.get())
    }

    /// The set bits that have no name.
    #[must_use]
    pub const fn unknown_bits(self) -> $number {
        self.get() & !Self::KNOWN.get()
    }
}

impl ::core::ops::BitOr for $name {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl ::core::fmt::Display for $name {
    /// The names of the set bits with `|` between them, unnamed bits as a number; `0` when none is set.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let mut between = "";
        for flag in Self::VALUES {
            if $widen & flag.value != 0 {
                ::core::write!(f, "{between}{}", flag.name)?;
                between = "|";
            }
        }
        if self.unknown_bits() != 0 || self.is_empty() {
            ::core::write!(f, "{between}{:#x}", self.unknown_bits())?;
        }
        ::core::result::Result::Ok(())
    }
}

impl ::core::fmt::Debug for $name {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(f, "$name({self})")
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

const BIT: &str = r#"$docs
pub const $ident: Self = Self::new($mask);
"#;

pub(super) fn emit(out: &mut String, format: &Format, declared: &Flags) {
    let (wrap, unwrap) = wrapping(declared.int.bytes);
    let openness = if declared.open {
        "Open: a bit without a name is kept."
    } else {
        "Closed: a bit without a name is an error of the data."
    };
    let fallback = format!("Flags of {}.", declared.name);
    let docs = doc(&[if declared.doc.is_empty() { &fallback } else { &declared.doc }, openness]);
    let (mut consts, mut values) = (String::new(), String::new());
    for bit in &declared.bits {
        let text = if bit.doc.is_empty() { "A flag of the format." } else { &bit.doc };
        let mut fact = format!("`{}`, bit {}.", bit.name, bit.bit);
        if let Some(file) = bit.present {
            fact.push_str(&format!(" Set when the file `{}` is there.", format.files[file].name));
        }
        let (docs, mask) = (doc(&[text, &fact]), bit.mask().to_string());
        let ident = bit_const(&bit.name);
        fill(&mut consts, BIT, &[("docs", &docs), ("ident", &ident), ("mask", &mask)]);
        let listed = [("name", &*string(&bit.name)), ("value", &mask), ("doc", &string(text))];
        fill(&mut values, LISTED, &listed);
    }
    let known = declared.bits.iter().fold(0, |all, bit| all | bit.mask());
    fill(
        out,
        FLAGS,
        &[
            ("docs", &docs),
            ("name", &declared.name),
            ("number", native(false, declared.int.bytes)),
            ("stored", stored(declared.int.bytes)),
            ("wrap", &wrap),
            ("unwrap", unwrap),
            ("consts", &consts),
            ("open", if declared.open { "true" } else { "false" }),
            ("values", &values),
            ("known", &known.to_string()),
            ("widen", if declared.int.bytes == 8 { "self.get()" } else { "u64::from(self.get())" }),
        ],
    );
}
