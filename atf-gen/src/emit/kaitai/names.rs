//! Names for Kaitai. They are lower snake case and start with a letter. Kaitai's compilers
//! convert them to the case of their language and do not escape reserved words, so a name that
//! cannot be used is replaced, always in the same way.

use std::collections::{HashMap, HashSet};

use super::words::{self, Kind};
use crate::emit::case;
use crate::model::{Format, Record, Type};

/// Members of the root that no record has. C# has members and types of a class in one scope.
const ROOT_MEMBERS: &[&str] = &[
    "complete_events",
    "end_events",
    "events",
    "footer",
    "footer_mark",
    "from_file",
    "has_first",
    "has_footer",
    "header",
    "len_event",
    "len_first",
    "num_events",
    "ofs_events",
    "ofs_footer",
];

/// Largest number that Kaitai takes for a value of an enum.
const MOST: u64 = i64::MAX as u64;

/// Every name, by the ids of the model.
pub(super) struct Names {
    /// Ids of the specifications, one for each file.
    pub(super) roots: Vec<String>,
    /// The specification of records that belong to no file.
    pub(super) loose_root: String,
    /// Types of the records.
    pub(super) types: Vec<String>,
    /// Types of an event and its payload, one for each file.
    pub(super) events: Vec<String>,
    /// Types of arrays inside arrays, by the array as the schema writes it.
    pub(super) arrays: HashMap<String, String>,
    /// Enums.
    pub(super) enums: Vec<String>,
    /// Values of each enum; none where Kaitai cannot hold the number.
    pub(super) values: Vec<Vec<Option<String>>>,
    /// What the records hold.
    pub(super) records: Vec<RecordNames>,
}

/// Names inside a record.
pub(super) struct RecordNames {
    /// The fields.
    pub(super) fields: Vec<String>,
    /// The counted tail.
    pub(super) tail: Option<String>,
    /// The trailer.
    pub(super) trailer: Option<String>,
    /// For each field, the instance that says whether it holds a value.
    pub(super) has: Vec<String>,
    /// For each field of flags, an instance per bit.
    pub(super) bits: Vec<Vec<String>>,
    /// For each field, the bytes of one that is read by a type of its own, where it holds no value.
    pub(super) absent: Vec<String>,
}

impl Names {
    pub(super) fn new(format: &Format) -> Self {
        let stem = format.stem();
        let mut scope = Scope::new(Kind::Root);
        let roots: Vec<String> =
            format.files.iter().map(|file| scope.one(&format!("{stem}_{}", file.name))).collect();
        let loose_root = scope.one(&stem);
        scope.kind = Kind::Type;
        for name in ROOT_MEMBERS {
            scope.take(name);
        }
        let types = format.records.iter().map(|record| own_type(case::snake(&record.name)));
        let types = scope.all(types);
        let enums = scope.all(format.enums.iter().map(|declared| case::snake(&declared.name)));
        let events = scope.all(format.files.iter().map(|file| format!("{}_event", file.name)));
        let mut arrays = HashMap::new();
        for record in &format.records {
            for field in record.fields.iter().filter(|field| field.is_live()) {
                let mut ty = &field.ty;
                while let Type::Array(element, _) = ty {
                    if element.byte_array().is_none() && matches!(**element, Type::Array(..)) {
                        let written = format.type_name(element);
                        arrays.entry(written).or_insert_with(|| scope.one(&array(format, element)));
                    }
                    ty = element;
                }
            }
        }
        let values = format
            .enums
            .iter()
            .map(|declared| {
                let mut scope = Scope::new(Kind::Value);
                let names = scope.all(declared.values.iter().map(|value| value.name.clone()));
                names
                    .into_iter()
                    .zip(&declared.values)
                    .map(|(name, value)| (value.value <= MOST).then_some(name))
                    .collect()
            })
            .collect();
        let records = format
            .records
            .iter()
            .zip(&types)
            .map(|(record, own)| RecordNames::new(format, record, own))
            .collect();
        Self { roots, loose_root, types, events, arrays, enums, values, records }
    }

    /// `enum::value`, when the value has a name in Kaitai.
    pub(super) fn value(&self, id: usize, at: usize) -> Option<String> {
        self.values[id][at].as_ref().map(|value| format!("{}::{value}", self.enums[id]))
    }
}

impl RecordNames {
    /// Names inside the record whose type is called `own`.
    fn new(format: &Format, record: &Record, own: &str) -> Self {
        let mut scope = Scope::new(Kind::Attribute);
        scope.class = own.replace('_', "");
        let tail = record.tail.iter().map(|tail| tail.name.clone());
        let members = record.fields.iter().map(|field| field.member().into_owned());
        let mut fields = scope.all(members.chain(tail));
        let tail = record.tail.is_some().then(|| fields.pop()).flatten();
        let trailer = record.trailer.map(|id| scope.one(&case::snake(&format.records[id].name)));
        let has = fields.iter().map(|field| scope.one(&format!("has_{field}"))).collect();
        let bits: Vec<Vec<String>> = record
            .fields
            .iter()
            .zip(&fields)
            .map(|(field, name)| match field.ty {
                Type::Flags(id) if field.is_live() => format.flags[id]
                    .bits
                    .iter()
                    .map(|bit| scope.one(&format!("{name}_{}", bit.name)))
                    .collect(),
                _ => Vec::new(),
            })
            .collect();
        let absent = fields.iter().map(|field| scope.one(&format!("absent_{field}"))).collect();
        Self { fields, tail, trailer, has, bits, absent }
    }
}

/// `[[u16; 2]; 3]` -> `array_of_3_array_of_2_u16`.
fn array(format: &Format, ty: &Type) -> String {
    match ty {
        Type::Array(element, length) => format!("array_of_{length}_{}", array(format, element)),
        _ => case::snake(&format.type_name(ty)),
    }
}

/// Names in one scope. Two that differ by underscores alone become one in the
/// languages that write `FooBar`, and so count as one here.
struct Scope {
    kind: Kind,
    /// The class that the names are members of, without underscores. In C# none has its name.
    class: String,
    taken: HashSet<String>,
}

impl Scope {
    fn new(kind: Kind) -> Self {
        Self { kind, class: String::new(), taken: HashSet::new() }
    }

    fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.replace('_', ""))
    }

    /// Names for `wanted`. Names that can be kept are kept, independently of the names before them.
    fn all(&mut self, wanted: impl Iterator<Item = String>) -> Vec<String> {
        let wanted: Vec<String> = wanted.collect();
        let stay: Vec<bool> =
            wanted.iter().map(|name| *name == self.usable(name) && self.take(name)).collect();
        wanted
            .iter()
            .zip(stay)
            .map(|(name, stays)| if stays { name.clone() } else { self.one(name) })
            .collect()
    }

    fn one(&mut self, wanted: &str) -> String {
        let name = self.usable(wanted);
        if self.take(&name) {
            return name;
        }
        let mut number = 2_u64;
        loop {
            let numbered = format!("{}_{number}", name.trim_end_matches('_'));
            if self.take(&numbered) {
                return numbered;
            }
            number += 1;
        }
    }

    /// `name` as an identifier of Kaitai that no language takes for a word.
    fn usable(&self, name: &str) -> String {
        let name = name.trim_start_matches('_');
        if words::is_taken(self.kind, name) || name.replace('_', "") == self.class {
            return format!("{}{}", name.trim_end_matches('_'), self.kind.suffix());
        }
        name.to_owned()
    }
}

/// `name` for a type, out of the way of Kaitai's own: `b7` is seven bits, `u2le` an integer.
fn own_type(name: String) -> String {
    let short = name.strip_suffix("le").or_else(|| name.strip_suffix("be")).unwrap_or(&name);
    let is_number = short
        .strip_prefix(['b', 'f', 's', 'u'])
        .is_some_and(|bits| !bits.is_empty() && bits.chars().all(|digit| digit.is_ascii_digit()));
    if is_number || name == "str" || name == "strz" { name + "_" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_stay_get_others_and_never_those_of_another() {
        let mut scope = Scope::new(Kind::Attribute);
        let wanted = ["_reserved", "reserved", "return", "a1", "a_1", "_a1", "_reserved_2"];
        assert_eq!(
            scope.all(wanted.iter().map(|name| (*name).to_owned())),
            ["reserved_2", "reserved", "return_field", "a1", "a_1_2", "a1_3", "reserved_2_2"]
        );
        assert_eq!(scope.one("has_a"), "has_a");
        assert_eq!(scope.one("has_a"), "has_a_2");
        scope.class = "a3".to_owned();
        assert_eq!(scope.one("a_3"), "a_3_field");
        let types = ["b7", "u2le", "strz", "byte", "b7x"].map(|name| own_type(name.to_owned()));
        assert_eq!(types, ["b7_", "u2le_", "strz_", "byte", "b7x"]);
    }

    #[test]
    fn words_get_the_kind_of_their_element_where_a_language_reserves_them() {
        use Kind::{Attribute, Root, Type, Value};
        for (kind, name, made) in [
            (Attribute, "_class", "class_field"),
            (Attribute, "class_", "class_field"),
            (Attribute, "get_class", "get_class_field"),
            (Attribute, "array", "array"),
            (Type, "array", "array_type"),
            (Type, "go_to", "go_to_type"),
            (Type, "wait", "wait"),
            (Root, "struct", "struct_format"),
            (Value, "none", "none"),
            (Value, "end", "end_value"),
            (Value, "synchronized", "synchronized"),
        ] {
            assert_eq!(Scope::new(kind).one(name), made);
        }
    }
}
