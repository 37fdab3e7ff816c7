//! A format and its parts.

use super::{Constant, Enum, File, FlagBit, Flags, Guard, Record, Type};
use crate::source::Span;

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
    /// What stands before the name of every type; empty if nothing does.
    pub type_prefix: String,
    /// Place of the prefix.
    pub prefix_at: Span,
    /// Place of the types' prefix.
    pub type_prefix_at: Span,
    /// Place of the header's name.
    pub header_at: Span,
}

impl Format {
    /// Whether a record has a checksum of itself.
    #[must_use]
    pub fn has_own_checksums(&self) -> bool {
        let mut fields = self.records.iter().flat_map(|record| &record.fields);
        fields.any(|field| field.own_checksum().is_some())
    }

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
