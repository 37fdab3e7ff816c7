//! Reads and writes the objects of the manifest by the table of keys.
//!
//! The table (`keys`) says which keys an object has, which are required, in which order they are
//! written and when. A struct says only which fields it has: `fields!`. Reading is strict here: a
//! value of another type is an error. `lenient` builds on it.
//!
//! [`Part`] takes the place of serde's two traits, so that neither their derives (a macro crate and
//! its parser) nor their implementations are part of this crate.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::keys::{KEYS, Key, Need, Place, Write};
use super::{
    ClockAnchor, ClockSource, Manifest, ManifestClock, ManifestProcess, ManifestThread, Module,
    State, Symbol, WallClock,
};

/// A value of the manifest.
pub(super) trait Part: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Whether there is a value, so that a key of [`Write::IfSet`] is written.
    fn is_set(&self) -> bool {
        true
    }
}

/// A part as serde reads it.
pub(super) struct Read<T>(pub(super) T);

impl<'de, T: Part> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A part as serde writes it.
pub(super) struct Written<'a, T>(pub(super) &'a T);

impl<T: Part> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Part for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

plain!(u8, u32, u64, String, [u64; 2]);

impl Part for bool {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn is_set(&self) -> bool {
        *self
    }
}

impl<T: Part> Part for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<Read<T>>::deserialize(deserializer)?.map(|read| read.0))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Written).serialize(serializer)
    }

    fn is_set(&self) -> bool {
        self.is_some()
    }
}

impl<T: Part> Part for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let elements = Vec::<Read<T>>::deserialize(deserializer)?;
        Ok(elements.into_iter().map(|read| read.0).collect())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Written))
    }

    fn is_set(&self) -> bool {
        !self.is_empty()
    }
}

/// An object of the manifest.
pub(super) trait Fields: Sized {
    /// Where the table has its keys.
    const PLACE: Place;
    /// What an error says was expected.
    const EXPECTED: &'static str;

    /// The object of which every key is absent. Fields of required keys hold anything.
    fn absent() -> Self;

    /// The unknown keys; `None` for an object that does not keep them.
    fn unknown(&self) -> Option<&Map<String, Value>>;
    fn unknown_mut(&mut self) -> Option<&mut Map<String, Value>>;

    /// Reads the value of a key into its field. `false`: no field belongs to the key.
    fn read_field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &Key,
        map: &mut A,
    ) -> Result<bool, A::Error>;

    /// Whether the field of a key holds a value.
    fn has(&self, key: &Key) -> bool;

    /// Writes a key and the value of its field.
    fn write_field<M: SerializeMap>(&self, key: &Key, map: &mut M) -> Result<(), M::Error>;

    /// Whether the object is written with this key, not counting the unknown keys.
    fn is_written(&self, key: &Key) -> bool {
        key.write == Write::Always || self.has(key)
    }
}

impl<T: Fields> Part for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for key in KEYS.iter().filter(|key| key.place == T::PLACE && self.is_written(key)) {
            self.write_field(key, &mut map)?;
        }
        for (name, value) in self.unknown().into_iter().flatten() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Which fields a struct has, each named as its key, and the struct without any of them.
macro_rules! fields {
    ($type:ident, $place:ident, unknown: $unknown:tt, absent: $absent:expr, [$($field:ident),* $(,)?]) => {
        impl Fields for $type {
            const PLACE: Place = Place::$place;
            const EXPECTED: &'static str = concat!("struct ", stringify!($type));

            fn absent() -> Self {
                $absent
            }

            fn unknown(&self) -> Option<&Map<String, Value>> {
                fields!(@unknown self, &, $unknown)
            }

            fn unknown_mut(&mut self) -> Option<&mut Map<String, Value>> {
                fields!(@unknown self, &mut, $unknown)
            }

            fn read_field<'de, A: MapAccess<'de>>(
                &mut self,
                key: &Key,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match key.name {
                    $(stringify!($field) => self.$field = map.next_value::<Read<_>>()?.0,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            fn has(&self, key: &Key) -> bool {
                match key.name {
                    $(stringify!($field) => Part::is_set(&self.$field),)*
                    _ => false,
                }
            }

            fn write_field<M: SerializeMap>(&self, key: &Key, map: &mut M) -> Result<(), M::Error> {
                match key.name {
                    $(stringify!($field) => map.serialize_entry(key.name, &Written(&self.$field)),)*
                    _ => Ok(()),
                }
            }
        }
    };
    (@unknown $self:ident, &, kept) => { Some(&$self.other) };
    (@unknown $self:ident, &mut, kept) => { Some(&mut $self.other) };
    (@unknown $self:ident, $($reference:tt)+) => { None };
}

fields!(Manifest, Session, unknown: kept, absent: Self { state: None, ..Self::recording() }, [
    format_version, threads, time_start_ns, time_end_ns, clock_type, state, modules, symbols, clock,
    failed, untraced_threads, process, wall_clock,
]);
fields!(ManifestThread, Thread, unknown: kept, absent: Self::new(0), [
    id, has_detail, emitted, recorded, dropped_events, dropped_details, unverified,
    unverified_details, name, os_id, lost, damaged, damaged_details,
]);
fields!(Module, Module, unknown: kept, absent: Self::default(), [
    module_id, path, base_address, size, uuid,
]);
fields!(Symbol, Symbol, unknown: kept, absent: Self::default(), [
    function_id, module_id, symbol_index, name,
]);
fields!(ManifestClock, Clock, unknown: kept, absent: Self {
    source: ClockSource::Other(String::new()),
    anchors: Vec::new(),
    other: Map::new(),
}, [source, anchors]);
fields!(ClockAnchor, Anchor, unknown: ignored, absent: Self { counter: 0, time_ns: 0 }, [
    counter, time_ns,
]);
fields!(ManifestProcess, Process, unknown: kept, absent: Self::default(), [
    pid, parent_pid, command, executable, host, boot_id,
]);
fields!(WallClock, WallClock, unknown: ignored, absent: Self { realtime_ns: 0, boottime_ns: 0 }, [
    realtime_ns, boottime_ns,
]);

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Fields> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::absent();
        let mut seen = [false; KEYS.len()];
        while let Some(name) = map.next_key_seed(NameSeed(T::PLACE))? {
            let name = match name {
                Name::Known(at) => {
                    let Key { name, .. } = KEYS[at];
                    if std::mem::replace(&mut seen[at], true) {
                        return Err(A::Error::duplicate_field(name));
                    }
                    if object.read_field(&KEYS[at], &mut map)? {
                        continue;
                    }
                    name.to_owned()
                }
                Name::Unknown(name) => name,
            };
            match object.unknown_mut() {
                Some(unknown) => {
                    // Only one of the two values could be written again.
                    if unknown.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
                    }
                    unknown.insert(name, map.next_value()?);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let is_missing = |(key, seen): &(&Key, bool)| {
            key.place == T::PLACE && key.need == Need::Required && !seen
        };
        match KEYS.iter().zip(seen).find(is_missing) {
            Some((key, _)) => Err(A::Error::missing_field(key.name)),
            None => Ok(object),
        }
    }
}

/// A key of an object: its row in the table, or its name.
enum Name {
    Known(usize),
    Unknown(String),
}

struct NameSeed(Place);

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        let known = KEYS.iter().position(|key| key.place == self.0 && key.name == name);
        Ok(known.map_or_else(|| Name::Unknown(name.to_owned()), Name::Known))
    }
}

/// A word of the manifest: a string, of which this revision knows some.
macro_rules! word {
    ($type:ident, [$($known:ident),*]) => {
        impl Part for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Value::String(word) = Value::deserialize(deserializer)? else {
                    return Err(D::Error::custom(concat!(
                        "data did not match any variant of untagged enum ",
                        stringify!($type)
                    )));
                };
                let known = [$(Self::$known),*].into_iter().find(|known| known.as_str() == word);
                Ok(known.unwrap_or(Self::Other(word)))
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

word!(State, [Recording, Complete]);
word!(ClockSource, [Boottime, Tsc, Process]);
