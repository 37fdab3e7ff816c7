//! Two numbers for each record, which programs compare while they are compiled: one over all of
//! it, one over what was there from the beginning.
//!
//! The hash is FNV-1a of 64 bits over a text that describes the record independently of the form
//! of the schema. The text is fixed for good, and `docs/schema.md` describes
//! it: hashes that users wrote into their code must not change with the version
//! of the generator they use. Called once, when a schema was found right.

use std::fmt::Write as _;

use super::{Evolution, Field, FieldRef, Format, RecordId, RoleKind, Section, Type};

/// The hashes of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LayoutHashes {
    /// Over every field, the reserved bytes and the size.
    pub layout: u64,
    /// Over the fields that were there from the beginning.
    pub core: u64,
}

/// What a hash is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashOf {
    /// Every field, the reserved bytes and the size: any change of the bytes changes it.
    Layout,
    /// The first revision: compatible changes do not change it.
    Core,
}

impl Format {
    /// Computes the hashes of all records; none of them holds itself.
    pub(crate) fn hash_layouts(&mut self) {
        let mut done = vec![false; self.records.len()];
        for id in 0..self.records.len() {
            self.hash_inner_first(id, &mut done);
        }
    }

    /// A record's hash holds those of the records inside it.
    fn hash_inner_first(&mut self, id: RecordId, done: &mut [bool]) {
        if std::mem::replace(&mut done[id], true) {
            return;
        }
        let inner: Vec<RecordId> = self.inner(id).filter(|inner| !done[*inner]).collect();
        for inner in inner {
            self.hash_inner_first(inner, done);
        }
        self.records[id].hashes = LayoutHashes {
            layout: fnv_1a(&self.hashed_text(id, HashOf::Layout)),
            core: fnv_1a(&self.hashed_text(id, HashOf::Core)),
        };
    }

    /// The records that `id` is made of.
    fn inner(&self, id: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        let fields = self.records[id].fields.iter().filter_map(|field| {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            if let Type::Record(inner) = ty { Some(*inner) } else { None }
        });
        fields.chain(self.records[id].trailer)
    }

    /// The text that a record's hash is taken over.
    #[must_use]
    pub fn hashed_text(&self, id: RecordId, of: HashOf) -> String {
        let record = &self.records[id];
        let is_in = |evolution: &Evolution| of == HashOf::Layout || evolution.since == 0;
        let mut out = match of {
            HashOf::Layout => format!("layout {}\n", record.size),
            HashOf::Core => "core\n".to_owned(),
        };
        for field in &record.fields {
            if field.is_live() {
                if is_in(&field.evolution) {
                    self.hashed_field(id, field, of, &mut out);
                }
            } else if of == HashOf::Layout {
                let what = if field.reserved { "reserved" } else { "removed" };
                unused(what, field.offset..field.end(), &mut out);
            }
        }
        if let Some(tail) = record.tail.as_ref().filter(|tail| is_in(&tail.evolution)) {
            let name = tail.evolution.first_name(&tail.name);
            let count = &record.fields[tail.count];
            let count = count.evolution.first_name(&count.name);
            let _ = writeln!(out, "tail {} {name} {count}", tail.offset);
            meaning(tail.unit.as_deref(), &tail.evolution, &mut out);
        }
        if let Some(trailer) = record.trailer
            && is_in(&self.records[trailer].evolution)
        {
            let _ = writeln!(out, "trailer {:016x}", self.records[trailer].hashes.of(of));
        }
        out
    }

    fn hashed_field(&self, id: RecordId, field: &Field, of: HashOf, out: &mut String) {
        let name = field.evolution.first_name(&field.name);
        let _ = writeln!(out, "field {} {name} {}", field.offset, self.hashed_type(&field.ty, of));
        meaning(field.unit.as_deref(), &field.evolution, out);
        // What a fresh header says of sizes grows with the records: it is no part of the core.
        let grows = field
            .role
            .is_some_and(|role| matches!(role.kind, RoleKind::Stride(_) | RoleKind::Offset(_)));
        let default = field.default.as_ref().filter(|_| of == HashOf::Layout || !grows);
        let values = [
            ("const", field.constant.as_ref()),
            ("default", default),
            ("sentinel", field.sentinel.as_ref()),
            ("max", field.max.as_ref()),
        ];
        for (key, value) in values {
            let Some(value) = value else { continue };
            let _ = write!(out, "  {key} ");
            for byte in &value.bytes {
                let _ = write!(out, "{byte:02x}");
            }
            out.push('\n');
        }
        if let Some(role) = &field.role {
            let _ = write!(out, "  role {}", self.hashed_role(role.kind));
            out.push_str(if role.authoritative { " authoritative\n" } else { "\n" });
        }
        if let Some(guard) = &field.guard
            && let Some((bit, _)) = self.guard_bit(guard)
        {
            let place = if guard.record == id { "own" } else { "header" };
            let flags = self.hashed_name(FieldRef { record: guard.record, field: guard.field });
            let _ = writeln!(out, "  guard {place} {flags} {}", bit.bit);
        }
    }

    /// A type by its structure.
    fn hashed_type(&self, ty: &Type, of: HashOf) -> String {
        match ty {
            Type::Int(_) | Type::Float(_) => self.type_name(ty),
            Type::Enum(id) => format!("enum{}", u32::from(self.enums[*id].int.bytes) * 8),
            Type::Flags(id) => format!("flags{}", u32::from(self.flags[*id].int.bytes) * 8),
            Type::Record(id) => {
                let record = &self.records[*id];
                format!("record({} {:016x})", record.size, record.hashes.of(of))
            }
            Type::Array(element, length) => {
                format!("[{length}]{}", self.hashed_type(element, of))
            }
        }
    }

    fn hashed_role(&self, kind: RoleKind) -> String {
        let verb = kind.verb();
        let file = |id: usize| {
            let file = &self.files[id];
            file.evolution.first_name(&file.name)
        };
        match kind {
            RoleKind::Count(section) | RoleKind::Offset(section) | RoleKind::Stride(section) => {
                format!("{verb} {}", section.word())
            }
            RoleKind::Length(extent) => format!("{verb} {}", extent.word()),
            RoleKind::Checksum(covered, algorithm) => {
                format!("{verb} {} {}", covered.word(), algorithm.word())
            }
            RoleKind::First(at) | RoleKind::Last(at) | RoleKind::Min(at) | RoleKind::Max(at) => {
                format!("{verb} {} {}", Section::Events.word(), self.hashed_name(at))
            }
            RoleKind::Link(to) => format!("{verb} {}", file(to)),
            RoleKind::Same(to, at) => format!("{verb} {} {}", file(to), self.hashed_name(at)),
            RoleKind::Version => verb.to_owned(),
        }
    }

    fn hashed_name(&self, at: FieldRef) -> &str {
        let field = &self.records[at.record].fields[at.field];
        field.evolution.first_name(&field.name)
    }
}

impl LayoutHashes {
    /// The one that is taken over `of`.
    #[must_use]
    pub const fn of(self, of: HashOf) -> u64 {
        match of {
            HashOf::Layout => self.layout,
            HashOf::Core => self.core,
        }
    }
}

/// Bytes that say nothing: one range, however many fields it is declared as.
fn unused(what: &str, bytes: std::ops::Range<u64>, out: &mut String) {
    let before = format!("{what} ");
    let last_start = out.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
    if let Some(range) = out[last_start..].trim_end().strip_prefix(&before)
        && let Some((start, end)) = range.split_once("..")
        && end == bytes.start.to_string()
    {
        let merged = format!("{before}{start}..{}\n", bytes.end);
        out.truncate(last_start);
        out.push_str(&merged);
        return;
    }
    let _ = writeln!(out, "{before}{}..{}", bytes.start, bytes.end);
}

fn meaning(unit: Option<&str>, evolution: &Evolution, out: &mut String) {
    if let Some(unit) = unit {
        let _ = writeln!(out, "  unit {unit}");
    }
    if evolution.semantics > 0 {
        let _ = writeln!(out, "  semantics {}", evolution.semantics);
    }
}

/// FNV-1a of 64 bits.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // The vectors that the function's authors publish.
    #[test]
    fn hash_is_the_published_one() {
        assert_eq!(fnv_1a(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv_1a("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv_1a("foobar"), 0x8594_4171_F739_67E8);
    }
}
