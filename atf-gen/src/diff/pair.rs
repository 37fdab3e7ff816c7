//! Pairs the elements of the old schema with those of the new one.
//!
//! Starts at the files and continues with records, fields and their types, so that elements are
//! paired by their use. Names decide if several elements are possible, and for elements that no
//! file uses.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use crate::model::{
    Constant, Enum, EnumId, Evolution, Field, FieldRef, File, FileId, Flags, FlagsId, Format, Int,
    Payload, Record, RecordId, Section, Type,
};

/// Pairs of positions: in the old list, in the new list.
type List = Vec<(usize, usize)>;

#[derive(Default)]
pub(super) struct Pairs {
    pub(super) files: List,
    pub(super) constants: List,
    pub(super) enums: List,
    pub(super) flags: List,
    pub(super) records: List,
    fields: HashMap<(RecordId, RecordId), List>,
    seen: HashSet<(Kind, usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Enum,
    Flags,
    Record,
}

impl Pairs {
    pub(super) fn of(old: &Format, new: &Format) -> Self {
        let mut walk = Walk { old, new, pairs: Self::default(), same: HashMap::new() };
        walk.constants();
        walk.files();
        walk.rest();
        walk.pairs
    }

    /// The fields of two paired records that are the same field.
    pub(super) fn fields(&self, old: RecordId, new: RecordId) -> &[(usize, usize)] {
        self.fields.get(&(old, new)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn are_records(&self, old: RecordId, new: RecordId) -> bool {
        self.seen.contains(&(Kind::Record, old, new))
    }

    pub(super) fn are_enums(&self, old: EnumId, new: EnumId) -> bool {
        self.seen.contains(&(Kind::Enum, old, new))
    }

    pub(super) fn are_flags(&self, old: FlagsId, new: FlagsId) -> bool {
        self.seen.contains(&(Kind::Flags, old, new))
    }

    pub(super) fn are_files(&self, old: FileId, new: FileId) -> bool {
        self.files.contains(&(old, new))
    }

    pub(super) fn are_fields(&self, old: FieldRef, new: FieldRef) -> bool {
        self.fields(old.record, new.record)
            .binary_search_by_key(&old.field, |(old, _)| *old)
            .is_ok_and(|at| self.fields(old.record, new.record)[at].1 == new.field)
    }

    /// The old file that a new one was.
    pub(super) fn old_file(&self, new: FileId) -> Option<FileId> {
        self.files.iter().find(|pair| pair.1 == new).map(|pair| pair.0)
    }
}

/// Whether an element is another of today by its name, or by a name that it says it had.
fn by_name(old: &str, new: &str, evolution: &Evolution) -> bool {
    old == new || evolution.was.iter().any(|was| was == old)
}

/// Pairs by name, then by earlier name, then, of the rest, those of one key in their order.
pub(super) fn match_up<'a, K: Eq + Hash>(
    old: &[(usize, &'a str)],
    new: &[(usize, &'a str, &'a Evolution)],
    old_key: impl Fn(usize) -> Option<K>,
    new_key: impl Fn(usize) -> Option<K>,
) -> List {
    let mut pairs = List::new();
    let by: HashMap<&str, usize> = old.iter().map(|(id, name)| (*name, *id)).collect();
    let (mut used, mut done) = (HashSet::new(), HashSet::new());
    for (id, name, _) in new {
        if let Some(found) = by.get(name)
            && used.insert(*found)
        {
            pairs.push((*found, *id));
            done.insert(*id);
        }
    }
    for (id, _, evolution) in new {
        let earlier = evolution.was.iter().rev().filter_map(|was| by.get(was.as_str()));
        let Some(found) = earlier.copied().find(|found| !used.contains(found)) else { continue };
        if done.insert(*id) {
            used.insert(found);
            pairs.push((found, *id));
        }
    }
    let mut left: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (id, _) in old.iter().filter(|(id, _)| !used.contains(id)) {
        if let Some(key) = old_key(*id) {
            left.entry(key).or_default().push_back(*id);
        }
    }
    for (id, ..) in new.iter().filter(|(id, ..)| !done.contains(id)) {
        let found = new_key(*id).and_then(|key| left.get_mut(&key)).and_then(VecDeque::pop_front);
        pairs.extend(found.map(|found| (found, *id)));
    }
    pairs.sort_unstable();
    pairs
}

struct Walk<'a> {
    old: &'a Format,
    new: &'a Format,
    pairs: Pairs,
    /// Records found to be of the same structure or not.
    same: HashMap<(RecordId, RecordId), bool>,
}

impl<'a> Walk<'a> {
    fn constants(&mut self) {
        let old: Vec<_> =
            self.old.constants.iter().enumerate().map(|(id, c)| (id, c.name.as_str())).collect();
        let new: Vec<_> = self
            .new
            .constants
            .iter()
            .enumerate()
            .map(|(id, c)| (id, c.name.as_str(), &c.evolution))
            .collect();
        let key = |constant: &Constant| Some((kind(&constant.ty), constant.value.bytes.clone()));
        self.pairs.constants = match_up(
            &old,
            &new,
            |at| key(&self.old.constants[at]),
            |at| key(&self.new.constants[at]),
        );
    }

    fn files(&mut self) {
        let (old_format, new_format) = (self.old, self.new);
        let old: Vec<_> =
            self.old.files.iter().enumerate().map(|(id, f)| (id, f.name.as_str())).collect();
        let new: Vec<_> = self
            .new
            .files
            .iter()
            .enumerate()
            .map(|(id, f)| (id, f.name.as_str(), &f.evolution))
            .collect();
        self.pairs.files = match_up(
            &old,
            &new,
            |at| Some(self.old.files[at].path.as_str()),
            |at| Some(self.new.files[at].path.as_str()),
        );
        for (a, b) in self.pairs.files.clone() {
            let (old, new) = (&old_format.files[a], &new_format.files[b]);
            for section in Section::ALL {
                if let (Some(a), Some(b)) = (old.record(*section), new.record(*section)) {
                    self.records(a, b);
                }
            }
            self.payloads(old, new);
        }
    }

    /// Payloads are the same by name, else when the same values select them.
    fn payloads(&mut self, old: &File, new: &File) {
        let olds: Vec<_> = old
            .payloads
            .iter()
            .enumerate()
            .map(|(at, payload)| (at, self.old.records[payload.record].name.as_str()))
            .collect();
        let news: Vec<_> = new
            .payloads
            .iter()
            .enumerate()
            .map(|(at, payload)| {
                let record = &self.new.records[payload.record];
                (at, record.name.as_str(), &record.evolution)
            })
            .collect();
        let key = |format: &Format, payload: &Payload| {
            let numbers = payload.when.iter().flat_map(|(_, case)| {
                case.values.iter().map(|value| format.enums[case.id].values[*value].value)
            });
            Some(numbers.collect::<Vec<_>>())
        };
        let pairs = match_up(
            &olds,
            &news,
            |at| key(self.old, &old.payloads[at]),
            |at| key(self.new, &new.payloads[at]),
        );
        for (a, b) in pairs {
            self.records(old.payloads[a].record, new.payloads[b].record);
        }
    }

    /// What no file leads to: by name, or as equal as can be.
    fn rest(&mut self) {
        macro_rules! rest {
            ($list:ident, $pair:ident, $print:ident) => {
                let (old_format, new_format): (&'a Format, &'a Format) = (self.old, self.new);
                let (old, new) = (&old_format.$list, &new_format.$list);
                let reached = |at: fn(&(usize, usize)) -> usize| -> HashSet<usize> {
                    self.pairs.$list.iter().map(at).collect()
                };
                let (old_reached, new_reached) = (reached(|pair| pair.0), reached(|pair| pair.1));
                let left = |reached: &HashSet<usize>, names: Vec<&'a str>| -> HashSet<&'a str> {
                    names
                        .into_iter()
                        .enumerate()
                        .filter(|(id, _)| !reached.contains(id))
                        .map(|(_, name)| name)
                        .collect()
                };
                let old_left = left(&old_reached, old.iter().map(|e| e.name.as_str()).collect());
                let new_left = left(&new_reached, new.iter().map(|e| e.name.as_str()).collect());
                // A name counts also where something else led to it: the two have to agree.
                let olds: Vec<_> = old
                    .iter()
                    .enumerate()
                    .filter(|(id, e)| {
                        !old_reached.contains(id) || new_left.contains(e.name.as_str())
                    })
                    .map(|(id, e)| (id, e.name.as_str()))
                    .collect();
                let news: Vec<_> = new
                    .iter()
                    .enumerate()
                    .filter(|(id, e)| {
                        !new_reached.contains(id) || old_left.contains(e.name.as_str())
                    })
                    .map(|(id, e)| (id, e.name.as_str(), &e.evolution))
                    .collect();
                let pairs = match_up(&olds, &news, |at| $print(&old[at]), |at| $print(&new[at]));
                for (a, b) in pairs {
                    self.$pair(a, b);
                }
            };
        }
        rest!(records, add_record, record_print);
        rest!(enums, add_enum, enum_print);
        rest!(flags, add_flags, flags_print);
    }

    /// Pairs two records with the same use, unless they have nothing in common.
    fn records(&mut self, a: RecordId, b: RecordId) {
        let (old, new): (&'a Record, &'a Record) = (&self.old.records[a], &self.new.records[b]);
        if by_name(&old.name, &new.name, &new.evolution)
            || akin_records(old, new)
            || self.same_record(a, b)
        {
            self.add_record(a, b);
        }
    }

    fn add_record(&mut self, a: RecordId, b: RecordId) {
        if !self.pairs.seen.insert((Kind::Record, a, b)) {
            return;
        }
        self.pairs.records.push((a, b));
        let (old, new) = (&self.old.records[a], &self.new.records[b]);
        let olds: Vec<_> = old
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| !field.reserved)
            .map(|(at, field)| (at, field.name.as_str()))
            .collect();
        let news: Vec<_> = new
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| !field.reserved)
            .map(|(at, field)| (at, field.name.as_str(), &field.evolution))
            .collect();
        let key =
            |field: &Field| field.is_live().then(|| (field.offset, field.size, kind(&field.ty)));
        let fields = match_up(&olds, &news, |at| key(&old.fields[at]), |at| key(&new.fields[at]));
        for (x, y) in &fields {
            self.types(&old.fields[*x].ty, &new.fields[*y].ty);
        }
        if let (Some(x), Some(y)) = (old.trailer, new.trailer) {
            self.records(x, y);
        }
        self.pairs.fields.insert((a, b), fields);
    }

    fn add_enum(&mut self, a: EnumId, b: EnumId) {
        if self.pairs.seen.insert((Kind::Enum, a, b)) {
            self.pairs.enums.push((a, b));
        }
    }

    fn add_flags(&mut self, a: FlagsId, b: FlagsId) {
        if self.pairs.seen.insert((Kind::Flags, a, b)) {
            self.pairs.flags.push((a, b));
        }
    }

    /// Pairs the types of two fields that are the same field.
    fn types(&mut self, a: &Type, b: &Type) {
        match (a, b) {
            (Type::Enum(a), Type::Enum(b)) => {
                let (old, new) = (&self.old.enums[*a], &self.new.enums[*b]);
                if by_name(&old.name, &new.name, &new.evolution) || akin_enums(old, new) {
                    self.add_enum(*a, *b);
                }
            }
            (Type::Flags(a), Type::Flags(b)) => {
                let (old, new) = (&self.old.flags[*a], &self.new.flags[*b]);
                if by_name(&old.name, &new.name, &new.evolution) || akin_flags(old, new) {
                    self.add_flags(*a, *b);
                }
            }
            (Type::Record(a), Type::Record(b)) => self.records(*a, *b),
            (Type::Array(a, _), Type::Array(b, _)) => self.types(a, b),
            _ => {}
        }
    }

    fn same_enum(&self, a: EnumId, b: EnumId) -> bool {
        let (old, new) = (&self.old.enums[a], &self.new.enums[b]);
        old.open == new.open && old.values.len() == new.values.len() && akin_enums(old, new)
    }

    fn same_flags(&self, a: FlagsId, b: FlagsId) -> bool {
        let (old, new) = (&self.old.flags[a], &self.new.flags[b]);
        old.open == new.open && old.bits.len() == new.bits.len() && akin_flags(old, new)
    }

    fn same_record(&mut self, a: RecordId, b: RecordId) -> bool {
        if let Some(known) = self.same.get(&(a, b)) {
            return *known;
        }
        let (old, new) = (&self.old.records[a], &self.new.records[b]);
        let tail = |record: &Record| record.tail.as_ref().map(|tail| tail.count);
        let same = old.size == new.size
            && old.fields.len() == new.fields.len()
            && tail(old) == tail(new)
            && old.trailer.is_some() == new.trailer.is_some()
            && old
                .fields
                .iter()
                .zip(&new.fields)
                .all(|(x, y)| self.same_field(x, y) && self.same_type(&x.ty, &y.ty));
        self.same.insert((a, b), same);
        same
    }

    fn same_field(&self, a: &Field, b: &Field) -> bool {
        (a.reserved || a.name == b.name)
            && (a.offset, a.size, a.reserved) == (b.offset, b.size, b.reserved)
            && a.evolution.removed.is_some() == b.evolution.removed.is_some()
    }

    fn same_type(&mut self, a: &Type, b: &Type) -> bool {
        match (a, b) {
            (Type::Enum(a), Type::Enum(b)) => self.same_enum(*a, *b),
            (Type::Flags(a), Type::Flags(b)) => self.same_flags(*a, *b),
            (Type::Record(a), Type::Record(b)) => self.same_record(*a, *b),
            (Type::Array(a, n), Type::Array(b, m)) => n == m && self.same_type(a, b),
            (a, b) => a == b,
        }
    }
}

/// What two types have in common whose details are compared elsewhere.
fn kind(ty: &Type) -> (u8, u64) {
    match ty {
        Type::Int(int) => (u8::from(int.signed), u64::from(int.bytes)),
        Type::Float(bytes) => (2, u64::from(*bytes)),
        Type::Enum(_) => (3, 0),
        Type::Flags(_) => (4, 0),
        Type::Record(_) => (5, 0),
        Type::Array(element, length) => (6 + kind(element).0, *length),
    }
}

/// A record as far as two that no file leads to are taken for one.
fn record_print(record: &Record) -> Option<Vec<(&str, u64, u64)>> {
    Some(record.fields.iter().map(|f| (f.name.as_str(), f.offset, f.size)).collect())
}

fn enum_print(e: &Enum) -> Option<(Int, Vec<(&str, u64)>)> {
    Some((e.int, e.values.iter().map(|v| (v.name.as_str(), v.value)).collect()))
}

fn flags_print(f: &Flags) -> Option<(Int, Vec<(&str, u32)>)> {
    Some((f.int, f.bits.iter().map(|b| (b.name.as_str(), b.bit)).collect()))
}

/// Whether more than half of `old` is found in `new`, by name and number.
fn akin<'a>(
    old: impl Iterator<Item = (&'a str, u64)>,
    new: impl Iterator<Item = (&'a str, u64)>,
) -> bool {
    let new: HashSet<(&str, u64)> = new.collect();
    let (mut all, mut found) = (0, 0);
    for item in old {
        all += 1;
        found += usize::from(new.contains(&item));
    }
    found * 2 > all
}

fn akin_enums(old: &Enum, new: &Enum) -> bool {
    fn list(e: &Enum) -> impl Iterator<Item = (&str, u64)> {
        e.values
            .iter()
            .map(|v| (v.name.as_str(), v.value))
            .chain(e.tombstones.iter().map(|t| (t.name.as_str(), t.number)))
    }
    old.int == new.int && akin(list(old), list(new))
}

fn akin_flags(old: &Flags, new: &Flags) -> bool {
    fn list(f: &Flags) -> impl Iterator<Item = (&str, u64)> {
        f.bits
            .iter()
            .map(|b| (b.name.as_str(), u64::from(b.bit)))
            .chain(f.tombstones.iter().map(|t| (t.name.as_str(), t.number)))
    }
    old.int == new.int && akin(list(old), list(new))
}

fn akin_records(old: &Record, new: &Record) -> bool {
    fn list(r: &Record) -> impl Iterator<Item = (&str, u64)> {
        r.fields.iter().filter(|f| !f.reserved).map(|f| (f.name.as_str(), f.offset))
    }
    akin(list(old), list(new))
}
