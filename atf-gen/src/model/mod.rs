//! The resolved format: every name looked up, every value converted to bytes.
//!
//! Made by [`crate::load`] from the parsed schema. Checks and emitters see only the model, never
//! the TOML. Elements refer to each other by id, the index in the list of their kind.

mod evolution;
mod layout_hash;
mod payload;
pub(crate) mod resolve;
mod role;
mod statement;
mod types;
mod users;
mod value;

pub use evolution::{Evolution, Guard, Tombstone};
pub use layout_hash::{HashOf, LayoutHashes};
pub use payload::{ElementNames, EnumCase, Payload};
pub use role::{Algorithm, Extent, FieldRef, Role, RoleKind, Section};
pub use statement::Statement;
#[cfg(feature = "cli")]
pub(crate) use types::primitive;
pub use types::{Int, Type};
pub use users::Users;
pub use value::{Value, ValueSource};

use crate::source::Span;

/// Position of an enum in [`Format::enums`].
pub type EnumId = usize;
/// Position of a flags type in [`Format::flags`].
pub type FlagsId = usize;
/// Position of a record in [`Format::records`].
pub type RecordId = usize;
/// Position of a file in [`Format::files`].
pub type FileId = usize;
/// Position of a constant in [`Format::constants`].
pub type ConstantId = usize;

/// A format.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Format {
    /// File name of the schema, which generated files name as their source.
    pub source_name: String,
    /// Name of the format.
    pub name: String,
    /// Title.
    pub title: String,
    /// What the format is.
    pub doc: String,
    /// The version on disk.
    pub version: u32,
    /// Whether the version was understood; only a wrong schema has others.
    pub(crate) version_is_known: bool,
    /// Counts compatible additions; not on disk.
    pub revision: u32,
    /// Versions on disk that a reader made from this schema accepts.
    pub reads: Vec<u32>,
    /// Copies that are kept equal, relative to the schema's folder: of the schema itself, or of the
    /// generated file whose [name](Format::copied_names) they have.
    pub copies: Vec<String>,
    /// Place of each copy's path.
    pub copies_at: Vec<Span>,
    /// Names in C.
    pub c: CNames,
    /// Named numbers.
    pub constants: Vec<Constant>,
    /// Enums.
    pub enums: Vec<Enum>,
    /// Sets of one-bit flags.
    pub flags: Vec<Flags>,
    /// Records.
    pub records: Vec<Record>,
    /// Files.
    pub files: Vec<File>,
    /// Place of `[format]`'s name.
    pub at: Span,
    /// Place of the version.
    pub version_at: Span,
    /// Place of the revision, or of the name without one.
    pub revision_at: Span,
    /// Place of `reads`, or of `version` without it.
    pub reads_at: Span,
}

/// What C code calls things.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CNames {
    /// Prefix of every macro, without the underscore.
    pub prefix: String,
    /// File name of the header.
    pub header: String,
    /// Place of the prefix.
    pub prefix_at: Span,
    /// Place of the header's name.
    pub header_at: Span,
}

/// A named number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Constant {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// Value.
    pub value: Value,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the value.
    pub value_at: Span,
}

/// An enum: a number whose values have names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Enum {
    /// Name.
    pub name: String,
    /// The number's type.
    pub int: Int,
    /// Whether unknown values are kept (`true`) or rejected.
    pub open: bool,
    /// Prefix of the values' names in C.
    pub c_prefix: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// The named values, as written, without those that were removed.
    pub values: Vec<EnumValue>,
    /// Values that were removed: their names and numbers stay taken.
    pub tombstones: Vec<Tombstone>,
    /// Place of the name.
    pub at: Span,
    /// Place of the prefix.
    pub c_prefix_at: Span,
    /// Place of the type.
    pub type_at: Span,
    /// Place of `open`, or of the name without it.
    pub open_at: Span,
}

/// A named value of an enum.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EnumValue {
    /// Name.
    pub name: String,
    /// Number.
    pub value: u64,
    /// Meaning.
    pub doc: String,
    /// The Rust `cfg` predicate that holds where this value is the host's.
    pub detect_rust: Option<String>,
    /// The C preprocessor expression that holds where this value is the host's.
    pub detect_c: Option<String>,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the number.
    pub value_at: Span,
    /// Place of the Rust predicate.
    pub detect_rust_at: Span,
    /// Place of the C expression.
    pub detect_c_at: Span,
}

/// A number whose bits have names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Flags {
    /// Name.
    pub name: String,
    /// The number's type.
    pub int: Int,
    /// Whether an unnamed bit is kept rather than refused.
    pub open: bool,
    /// Prefix of the bits' names in C.
    pub c_prefix: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// The named bits, as written, without those that were removed.
    pub bits: Vec<FlagBit>,
    /// Bits that were removed: their names and places stay taken.
    pub tombstones: Vec<Tombstone>,
    /// Place of the name.
    pub at: Span,
    /// Place of the prefix.
    pub c_prefix_at: Span,
    /// Place of the type.
    pub type_at: Span,
    /// Place of `open`, or of the name without it.
    pub open_at: Span,
}

/// A named bit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FlagBit {
    /// Name.
    pub name: String,
    /// Number of the bit, from the lowest.
    pub bit: u32,
    /// Meaning.
    pub doc: String,
    /// The file that exists if the bit is set.
    pub present: Option<FileId>,
    /// Whether a reader that does not know the bit misreads the file.
    pub must_understand: bool,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the number.
    pub bit_at: Span,
}

impl FlagBit {
    /// The bit as a mask.
    #[must_use]
    pub fn mask(&self) -> u64 {
        1_u64.checked_shl(self.bit).unwrap_or(0)
    }
}

impl Flags {
    /// The bits that were removed, as one mask.
    #[must_use]
    pub fn removed_mask(&self) -> u64 {
        self.tombstones.iter().fold(0, |all, gone| all | gone.mask())
    }
}

/// A run of bytes with named parts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// Name.
    pub name: String,
    /// Size in bytes, without a counted tail.
    pub size: u64,
    /// Whether the size was understood; only a wrong schema has others.
    pub(crate) size_is_known: bool,
    /// The record when it has no size; only in a wrong schema.
    pub(crate) size_missing: Option<Span>,
    /// Meaning.
    pub doc: String,
    /// The parts, in the order of their offsets.
    pub fields: Vec<Field>,
    /// Its history.
    pub evolution: Evolution,
    /// Bytes after the fields, as many as one of the fields says.
    pub tail: Option<Tail>,
    /// The record after the tail; absent from data that ends with the tail.
    pub trailer: Option<RecordId>,
    /// Place of the trailer's name.
    pub trailer_at: Option<Span>,
    /// What programs compare to see that they mean the same record; of a right schema only.
    pub hashes: LayoutHashes,
    /// Place of the name.
    pub at: Span,
    /// Place of the size.
    pub size_at: Span,
}

/// Bytes after a record's fields, counted by one of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tail {
    /// Name.
    pub name: String,
    /// Declared offset: the record's size.
    pub offset: u64,
    /// Position, in the record's fields, of the field that counts the bytes.
    pub count: usize,
    /// Unit.
    pub unit: Option<String>,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the offset.
    pub offset_at: Span,
}

/// A part of a record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// Name.
    pub name: String,
    /// Declared first byte.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Type.
    pub ty: Type,
    /// Whether the type was understood; only a wrong schema has others, with room for one.
    pub(crate) type_is_known: bool,
    /// Meaning.
    pub doc: String,
    /// Unit of the number.
    pub unit: Option<String>,
    /// The only legal value.
    pub constant: Option<Value>,
    /// What a new record starts with.
    pub default: Option<Value>,
    /// The value that says "none".
    pub sentinel: Option<Value>,
    /// Largest legal value.
    pub max: Option<Value>,
    /// Whether the bytes are reserved and must be zero.
    pub reserved: bool,
    /// Its history. A removed field keeps its bytes; see [`Field::member`].
    pub evolution: Evolution,
    /// The flag that says whether the field holds a value.
    pub guard: Option<Guard>,
    /// What the field says about its file.
    pub role: Option<Role>,
    /// Names of an array's elements, by the values of enums.
    pub element_names: Vec<ElementNames>,
    /// Place of the name.
    pub at: Span,
    /// Place of the offset.
    pub offset_at: Span,
    /// Place of the type.
    pub type_at: Span,
}

/// Stands before the name of a removed field.
pub(crate) const REMOVED_PREFIX: &str = "_removed_";

impl Field {
    /// One past the last byte.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }

    /// Whether the bytes say something today: neither reserved nor of a field that was removed.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.reserved && self.evolution.removed.is_none()
    }

    /// Whether the field can be without a value in a record that has it: a flag or a value of its
    /// own says so.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.is_live() && (self.guard.is_some() || self.sentinel.is_some())
    }

    /// What programs call the field: its name, or after `_removed_` when it was removed, so that
    /// a program that still uses it does not compile.
    #[must_use]
    pub fn member(&self) -> std::borrow::Cow<'_, str> {
        match self.evolution.removed {
            None => self.name.as_str().into(),
            Some(_) => format!("{REMOVED_PREFIX}{}", self.name.trim_start_matches('_')).into(),
        }
    }

    /// The bytes that a writer puts where it has nothing to say: constant, default, for a removed
    /// field its sentinel; `None` is all zero.
    #[must_use]
    pub fn initial(&self) -> Option<&Value> {
        let gone = self.sentinel.as_ref().filter(|_| self.evolution.removed.is_some());
        gone.or(self.constant.as_ref()).or(self.default.as_ref())
    }
}

impl Record {
    /// Bytes that data of every revision has: up to the end of the last field that was there from
    /// the beginning, reserved and removed ones included.
    ///
    /// What one schema alone cannot tell is whether a later field at the end was carved out of
    /// reserved bytes or made the record grow; it counts as growth, which a reader that is bounded
    /// by what is there gets right in both cases.
    #[must_use]
    pub fn core_size(&self) -> u64 {
        let mut core = self.fields.iter().filter(|field| field.evolution.since == 0);
        core.next_back().map_or(0, Field::end)
    }
}

/// Framing of the events of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// All have the same size.
    Fixed,
    /// Each holds its length.
    LengthPrefixed,
}

impl Framing {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::LengthPrefixed => "length-prefixed",
        }
    }
}

/// How the footer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FooterAt {
    /// A field of the header holds its offset.
    Offset,
    /// It is at the end of the file.
    End,
}

impl FooterAt {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offset => "offset",
            Self::End => "end",
        }
    }
}

/// A file and its records.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct File {
    /// Name.
    pub name: String,
    /// Path, relative to the folder that holds the format's files.
    pub path: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Whether it may be absent.
    pub optional: bool,
    /// The record at its start.
    pub header: Option<RecordId>,
    /// The record of each event.
    pub event: Option<RecordId>,
    /// The record at its end.
    pub footer: Option<RecordId>,
    /// Framing of the events.
    pub framing: Framing,
    /// How the footer is found.
    pub footer_at: FooterAt,
    /// Records that may follow an event's header.
    pub payloads: Vec<Payload>,
    /// Place of the name.
    pub at: Span,
    /// Place of the path.
    pub path_at: Span,
    /// Place of `optional`, or of the name without it.
    pub optional_at: Span,
    /// Places of header, event and footer, or of the name without them.
    pub sections_at: [Span; 3],
    /// Place of the framing.
    pub framing_at: Span,
    /// Place of the way to the footer.
    pub footer_at_at: Span,
    /// Whether every record that it names exists; only a wrong schema has others.
    pub(crate) records_are_known: bool,
}

impl File {
    /// The record of `section`.
    #[must_use]
    pub fn record(&self, section: Section) -> Option<RecordId> {
        match section {
            Section::Header => self.header,
            Section::Events => self.event,
            Section::Footer => self.footer,
        }
    }

    /// Whether `record` is header, event, footer or payload of this file.
    #[must_use]
    pub fn holds(&self, record: RecordId) -> bool {
        [self.header, self.event, self.footer].contains(&Some(record))
            || self.payloads.iter().any(|payload| payload.record == record)
    }
}

impl Format {
    /// Bytes that a value of `ty` takes.
    #[must_use]
    pub fn size_of(&self, ty: &Type) -> u64 {
        match ty {
            Type::Int(int) => u64::from(int.bytes),
            Type::Float(bytes) => u64::from(*bytes),
            Type::Enum(id) => u64::from(self.enums[*id].int.bytes),
            Type::Flags(id) => u64::from(self.flags[*id].int.bytes),
            Type::Record(id) => self.records[*id].size,
            Type::Array(element, length) => self.size_of(element).saturating_mul(*length),
        }
    }

    /// A type as a schema writes it.
    #[must_use]
    pub fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Int(int) => {
                format!("{}{}", if int.signed { 'i' } else { 'u' }, u32::from(int.bytes) * 8)
            }
            Type::Float(bytes) => format!("f{}", u32::from(*bytes) * 8),
            Type::Enum(id) => self.enums[*id].name.clone(),
            Type::Flags(id) => self.flags[*id].name.clone(),
            Type::Record(id) => self.records[*id].name.clone(),
            Type::Array(element, length) => format!("[{}; {length}]", self.type_name(element)),
        }
    }

    /// The bit that a guard names, and the flags that it is one of.
    #[must_use]
    pub fn guard_bit(&self, guard: &Guard) -> Option<(&FlagBit, &Flags)> {
        let Type::Flags(id) = self.records[guard.record].fields[guard.field].ty else {
            return None;
        };
        let flags = &self.flags[id];
        Some((flags.bits.get(guard.bit)?, flags))
    }

    /// Whether `ty` contains a float.
    #[must_use]
    pub fn holds_float(&self, ty: &Type) -> bool {
        match ty {
            Type::Float(_) => true,
            Type::Array(element, _) => self.holds_float(element),
            Type::Record(id) => {
                self.records[*id].fields.iter().any(|field| self.holds_float(&field.ty))
            }
            Type::Int(_) | Type::Enum(_) | Type::Flags(_) => false,
        }
    }

    /// Stem of generated files: the format's name in lower snake case.
    #[must_use]
    pub fn stem(&self) -> String {
        self.name.replace('-', "_")
    }

    /// File names of the generated sources, of which copies may be kept: those that a package takes
    /// in.
    #[must_use]
    pub fn copied_names(&self) -> [String; 3] {
        let stem = self.stem();
        [format!("{stem}.rs"), self.c.header.clone(), format!("{stem}.py")]
    }
}
