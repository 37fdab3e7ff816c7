//! Flags: newtypes over the integer on disk, unnamed bits kept.

use super::docs::doc;
use super::enums::{LISTED, stored, wrapping};
use super::{bit_const, deprecated, native, string};
use crate::emit::history;
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

$allowed
impl $name {
    $consts
    /// Whether unknown bits are kept (`true`) or rejected.
    pub const OPEN: bool = $open;
    /// The bits that have a name, each as its mask.
    pub const VALUES: &'static [EnumValue] = &[
        $values
    ];
    /// All known bits.
    pub const KNOWN: Self = Self::new($known);
    /// Bits that every reader must know; a reader that ignores them misreads the file.
    pub const MUST_UNDERSTAND: Self = Self::new($understand);
    /// Removed bits: older data may have them set.
    pub const REMOVED: Self = Self::new($removed);

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

    /// The set bits that have no name: of a later revision, removed, or damage. Whether a
    /// reader may pass over them is not known here; a bit that none may comes with a new
    /// version of the format.
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
$deprecated
pub const $ident: Self = Self::new($mask);
"#;

pub(super) fn emit(out: &mut String, format: &Format, declared: &Flags, allowed: &str) {
    let (wrap, unwrap) = wrapping(declared.int.bytes);
    let openness = match (declared.open, declared.tombstones.is_empty()) {
        (true, _) => "Open: an unknown bit is kept.",
        (false, true) => "Closed: an unknown bit is an error.",
        (false, false) => {
            "Closed: an unknown bit is an error, except removed bits, which older data contains."
        }
    };
    let fallback = format!("Flags of {}.", declared.name);
    let gone: Vec<String> =
        declared.tombstones.iter().map(|gone| history::tombstone("bit ", gone)).collect();
    let docs = doc(&[
        if declared.doc.is_empty() { &fallback } else { &declared.doc },
        &history::sentences(&declared.evolution),
        openness,
        &gone.join("\n"),
    ]);
    let (mut consts, mut values) = (String::new(), String::new());
    for bit in &declared.bits {
        let text = if bit.doc.is_empty() { "A flag of the format." } else { &bit.doc };
        let mut fact = format!("`{}`, bit {}.", bit.name, bit.bit);
        if let Some(file) = bit.present {
            fact.push_str(&format!(" Set if the file `{}` exists.", format.files[file].name));
        }
        let understand = if bit.must_understand { history::MUST_UNDERSTAND } else { "" };
        let docs = doc(&[text, &fact, understand, &history::sentences(&bit.evolution)]);
        let (deprecated, mask) = (deprecated::attribute(&bit.evolution), bit.mask().to_string());
        let ident = bit_const(&bit.name);
        let holes =
            [("docs", &docs), ("deprecated", &deprecated), ("ident", &ident), ("mask", &mask)];
        fill(&mut consts, BIT, &holes.map(|(hole, text)| (hole, text.as_str())));
        let listed = [("name", &*string(&bit.name)), ("value", &mask), ("doc", &string(text))];
        fill(&mut values, LISTED, &listed);
    }
    let known = declared.bits.iter().fold(0, |all, bit| all | bit.mask());
    let understand = declared.bits.iter().filter(|bit| bit.must_understand);
    let understand = understand.fold(0, |all, bit| all | bit.mask());
    fill(
        out,
        FLAGS,
        &[
            ("allowed", allowed),
            ("understand", &understand.to_string()),
            ("removed", &declared.removed_mask().to_string()),
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
