//! The keys of manifest.json: one table that all code about the manifest follows.
//!
//! **Where is a manifest key added?** Here, as a row of [`KEYS`], and as a field of the struct of its
//! place: [`Manifest`](super::Manifest), [`ManifestThread`](super::ManifestThread),
//! [`Module`](super::Module), [`Symbol`](super::Symbol), [`ManifestClock`](super::ManifestClock); the
//! field has the key's name and is listed for `fields!` in `fields`. Nothing else needs to know:
//!
//! - the strict reader and the writer (`fields`) take from the table which keys are required, and
//!   which are written, in which order;
//! - the lenient reader (`lenient`) takes from the table which keys are required, and which values it
//!   must not write twice;
//! - verification notes a known key whose value has another type than its row says;
//! - the tests below fail when row and field disagree in name, type, or whether they are required.
//!
//! A key that has no row is unknown: it is kept in `other` and written again.

/// The object of the manifest that a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The manifest itself.
    Session,
    /// An element of `threads`.
    Thread,
    /// An element of `modules`.
    Module,
    /// An element of `symbols`.
    Symbol,
    /// The object `clock`.
    Clock,
    /// An element of `clock.anchors`.
    Anchor,
    /// The object `process`.
    Process,
    /// The object `wall_clock`.
    WallClock,
}

/// The type of a key's value.
#[cfg_attr(not(test), allow(dead_code, reason = "compared with the fields by the tests"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A list of strings.
    Texts,
    Bool,
    U8,
    U32,
    U64,
    /// A list of pairs of numbers: first sequence, count.
    Ranges,
    /// A list of objects of this place.
    List(Place),
    /// An object of this place.
    Object(Place),
}

/// What a missing value, or one of another type, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The object cannot be read without it.
    Required,
    /// It counts as absent. A value of another type is kept in `other` and written again, and
    /// verification notes it.
    Optional,
}

/// When a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Always, with a default if nothing was set.
    Always,
    /// When its field holds a value: `Some`, or a list with elements.
    IfSet,
}

/// A key that this revision knows.
#[cfg_attr(
    not(test),
    allow(dead_code, reason = "type and version are for readers and for the tests")
)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) place: Place,
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) need: Need,
    pub(crate) write: Write,
    /// The `format_version` that brought it, "1" for a key of the schema's revision 1.
    pub(crate) since: &'static str,
}

const fn key(
    place: Place,
    name: &'static str,
    kind: Kind,
    need: Need,
    write: Write,
    since: &'static str,
) -> Key {
    Key { place, name, kind, need, write, since }
}

/// Every key that this revision knows, in the order in which they are written.
#[rustfmt::skip]
pub(crate) const KEYS: &[Key] = &[
    //  place           key               type                       need            written        since
    key(Place::Session, "format_version",  Kind::Text,                Need::Optional, Write::Always, "2.0"),
    key(Place::Session, "threads",         Kind::List(Place::Thread), Need::Required, Write::Always, "2.0"),
    key(Place::Session, "time_start_ns",   Kind::U64,                 Need::Optional, Write::Always, "2.0"),
    key(Place::Session, "time_end_ns",     Kind::U64,                 Need::Optional, Write::Always, "2.0"),
    key(Place::Session, "clock_type",      Kind::U8,                  Need::Optional, Write::IfSet,  "2.0"),
    key(Place::Session, "state",           Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Session, "modules",         Kind::List(Place::Module), Need::Optional, Write::IfSet,  "2.1"),
    key(Place::Session, "symbols",         Kind::List(Place::Symbol), Need::Optional, Write::IfSet,  "2.1"),
    key(Place::Session, "clock",           Kind::Object(Place::Clock), Need::Optional, Write::IfSet,  "1"),
    key(Place::Session, "failed",          Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Session, "untraced_threads", Kind::U64,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Session, "process",         Kind::Object(Place::Process), Need::Optional, Write::IfSet, "1"),
    key(Place::Session, "wall_clock",      Kind::Object(Place::WallClock), Need::Optional, Write::IfSet, "1"),
    key(Place::Thread,  "id",              Kind::U32,                 Need::Required, Write::Always, "2.0"),
    key(Place::Thread,  "has_detail",      Kind::Bool,                Need::Optional, Write::Always, "2.0"),
    key(Place::Thread,  "emitted",         Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "recorded",        Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "dropped_events",  Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "dropped_details", Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "unverified",      Kind::Ranges,              Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "unverified_details", Kind::Ranges,           Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "name",            Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "os_id",           Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "lost",            Kind::Bool,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "damaged",         Kind::Ranges,              Need::Optional, Write::IfSet,  "1"),
    key(Place::Thread,  "damaged_details", Kind::Ranges,              Need::Optional, Write::IfSet,  "1"),
    key(Place::Module,  "module_id",       Kind::U64,                 Need::Optional, Write::Always, "2.1"),
    key(Place::Module,  "path",            Kind::Text,                Need::Optional, Write::Always, "2.1"),
    key(Place::Module,  "base_address",    Kind::Text,                Need::Optional, Write::Always, "2.1"),
    key(Place::Module,  "size",            Kind::U64,                 Need::Optional, Write::Always, "2.1"),
    key(Place::Module,  "uuid",            Kind::Text,                Need::Optional, Write::Always, "2.1"),
    key(Place::Symbol,  "function_id",     Kind::Text,                Need::Optional, Write::Always, "2.1"),
    key(Place::Symbol,  "module_id",       Kind::U64,                 Need::Optional, Write::IfSet,  "2.1"),
    key(Place::Symbol,  "symbol_index",    Kind::U32,                 Need::Optional, Write::IfSet,  "2.1"),
    key(Place::Symbol,  "name",            Kind::Text,                Need::Optional, Write::Always, "2.1"),
    key(Place::Clock,   "source",          Kind::Text,                Need::Required, Write::Always, "1"),
    key(Place::Clock,   "anchors",         Kind::List(Place::Anchor), Need::Optional, Write::Always, "1"),
    key(Place::Anchor,  "counter",         Kind::U64,                 Need::Required, Write::Always, "1"),
    key(Place::Anchor,  "time_ns",         Kind::U64,                 Need::Required, Write::Always, "1"),
    key(Place::Process, "pid",             Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Process, "parent_pid",      Kind::U64,                 Need::Optional, Write::IfSet,  "1"),
    key(Place::Process, "command",         Kind::Texts,               Need::Optional, Write::IfSet,  "1"),
    key(Place::Process, "executable",      Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Process, "host",            Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::Process, "boot_id",         Kind::Text,                Need::Optional, Write::IfSet,  "1"),
    key(Place::WallClock, "realtime_ns",   Kind::U64,                 Need::Required, Write::Always, "1"),
    key(Place::WallClock, "boottime_ns",   Kind::U64,                 Need::Required, Write::Always, "1"),
];

/// The row of a key, or `None` for one that this revision does not know.
pub(crate) fn find(place: Place, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.place == place && key.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::manifest::fields::{Fields, Part, Read, Written};
    use crate::manifest::{
        ClockAnchor, Manifest, ManifestClock, ManifestProcess, ManifestThread, Module, Symbol,
        WallClock, lenient, values_of_wrong_types,
    };

    fn keys_of(place: Place) -> impl Iterator<Item = &'static Key> {
        KEYS.iter().filter(move |key| key.place == place)
    }

    /// A value of the row's type, and one of another type.
    fn values(kind: Kind) -> (Value, Value) {
        match kind {
            Kind::Text => (json!("0x10"), json!(16)),
            Kind::Texts => (json!(["app", "-v"]), json!(["app", 1])),
            Kind::Bool => (json!(true), json!("yes")),
            Kind::U8 => (json!(255), json!(256)),
            Kind::U32 => (json!(u32::MAX), json!(u64::from(u32::MAX) + 1)),
            Kind::U64 => (json!(u64::MAX), json!(-1)),
            Kind::Ranges => (json!([[0, u64::MAX]]), json!([[0]])),
            Kind::List(place) => (json!([object(place)]), json!({})),
            Kind::Object(place) => (object(place), json!("none")),
        }
    }

    /// An object with every key of a place.
    fn object(place: Place) -> Value {
        let keys = keys_of(place).map(|key| (key.name.to_owned(), values(key.kind).0));
        Value::Object(keys.collect::<Map<_, _>>())
    }

    fn written<T: Part>(part: &T) -> Value {
        serde_json::to_value(Written(part)).unwrap()
    }

    /// Reads and writes an object with every key: a row without a field would be kept in `other` and
    /// be written at another place; a field without a row would be absent.
    fn assert_fields<T: Fields>() {
        let place = T::PLACE;
        let all = object(place);
        let Read(read) = serde_json::from_value::<Read<T>>(all.clone()).unwrap();
        let unknown = read.unknown().map_or(0, Map::len);
        assert_eq!(unknown, 0, "{place:?}: a row without a field");
        assert_eq!(written(&read), all, "{place:?}");
        for key in keys_of(place) {
            let mut without = all.clone();
            without.as_object_mut().unwrap().remove(key.name);
            let is_read = serde_json::from_value::<Read<T>>(without).is_ok();
            assert_eq!(is_read, key.need == Need::Optional, "{place:?}: without {}", key.name);
            let mut wrong = all.clone();
            wrong[key.name] = values(key.kind).1;
            assert!(serde_json::from_value::<Read<T>>(wrong).is_err(), "{place:?}: {}", key.name);
        }
    }

    #[test]
    fn every_row_has_its_field_and_every_field_its_row() {
        assert_fields::<Manifest>();
        assert_fields::<ManifestThread>();
        assert_fields::<Module>();
        assert_fields::<Symbol>();
        assert_fields::<ManifestClock>();
        assert_fields::<ClockAnchor>();
        assert_fields::<ManifestProcess>();
        assert_fields::<WallClock>();
    }

    #[test]
    fn keys_are_written_in_the_order_of_the_table_and_absent_ones_only_if_it_says_so() {
        fn assert_written<T: Fields>(read: &str) {
            let Read(object) = serde_json::from_str::<Read<T>>(read).unwrap();
            let text = serde_json::to_string(&Written(&object)).unwrap();
            let mut at = 0;
            for key in keys_of(T::PLACE) {
                let found = text[at..].find(&format!("\"{}\":", key.name));
                assert_eq!(found.is_some(), key.write == Write::Always, "{} in {text}", key.name);
                at += found.unwrap_or_default();
            }
        }
        assert_written::<Manifest>(r#"{"threads": []}"#);
        assert_written::<ManifestThread>(r#"{"id": 1}"#);
        assert_written::<Module>("{}");
        assert_written::<Symbol>("{}");
        assert_written::<ManifestClock>(r#"{"source": "tsc"}"#);
        assert_written::<ManifestProcess>("{}");
    }

    #[test]
    fn wrong_value_of_an_optional_key_is_noted_by_its_path_and_written_again() {
        for key in KEYS.iter().filter(|key| key.need == Need::Optional) {
            let mut manifest = object(Place::Session);
            let (holder, path) = match key.place {
                Place::Session => (&mut manifest, key.name.to_owned()),
                Place::Thread => (&mut manifest["threads"][0], format!("threads[0].{}", key.name)),
                Place::Module => (&mut manifest["modules"][0], format!("modules[0].{}", key.name)),
                Place::Symbol => (&mut manifest["symbols"][0], format!("symbols[0].{}", key.name)),
                // An object of which a part is wrong is wrong.
                Place::Clock | Place::Anchor => (&mut manifest["clock"], "clock".to_owned()),
                Place::Process => (&mut manifest["process"], "process".to_owned()),
                Place::WallClock => (&mut manifest["wall_clock"], "wall_clock".to_owned()),
            };
            let (_, wrong) = values(key.kind);
            holder[key.name] = wrong.clone();
            let read = lenient::from_value(manifest.clone()).unwrap();
            assert_eq!(values_of_wrong_types(&read), std::slice::from_ref(&path));
            // All else was read, and is written again as it was.
            let written = written(&*lenient::without_doubles(&read));
            // A field that is written with a default replaces the value that counts as absent.
            let is_in_clock = matches!(key.place, Place::Clock | Place::Anchor);
            if key.write == Write::IfSet || is_in_clock {
                assert_eq!(written, manifest, "{path}");
            }
        }
    }

    #[test]
    fn keys_name_the_version_that_brought_them() {
        assert!(KEYS.iter().all(|key| ["2.0", "2.1", "1"].contains(&key.since)));
    }
}
