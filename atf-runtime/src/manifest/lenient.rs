//! Reads a manifest although an optional value has the wrong type: the value is kept in `other`, as that
//! of an unknown key, and everything else is read.
//!
//! Which keys are known and required is in the table `keys`. [`Manifest::read`] and `replace` call
//! this; verification notes the values that were not understood.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Seek};

use serde_core::Deserialize;
use serde_json::{Error, Map, Value};

use super::fields::{Fields, Read};
use super::keys::{Key, Need, find};
use super::{Manifest, ManifestThread, Module, Symbol};

/// An object of the manifest whose unknown keys are kept.
pub(super) trait Object: Fields + Clone {
    fn other_mut(&mut self) -> &mut Map<String, Value>;

    /// The names in `other` that are keys of this revision, with their rows: their values have
    /// another type.
    fn misunderstood(&self) -> impl Iterator<Item = (&String, &'static Key)> {
        let names = self.unknown().into_iter().flat_map(Map::keys);
        names.filter_map(|name| Some((name, find(Self::PLACE, name)?)))
    }

    /// Those of them that a field writes too.
    fn doubles(&self) -> impl Iterator<Item = &String> {
        self.misunderstood().filter(|(_, key)| self.is_written(key)).map(|(name, _)| name)
    }
}

macro_rules! object {
    ($($type:ident),*) => {$(
        impl Object for $type {
            fn other_mut(&mut self) -> &mut Map<String, Value> {
                &mut self.other
            }
        }
    )*};
}

object!(Manifest, ManifestThread, Module, Symbol);

/// Reads a manifest, twice if that takes tolerance. The error is that of the strict reading.
pub(super) fn read(mut file: File) -> Result<Manifest, Error> {
    let strict = match serde_json::from_reader(BufReader::new(&file)) {
        Ok(Read(manifest)) => return Ok(manifest),
        Err(error) => error,
    };
    // Of a key that is there twice nobody can say which one is meant.
    if !strict.is_data() || strict.to_string().starts_with("duplicate field") {
        return Err(strict);
    }
    file.rewind().map_err(Error::io)?;
    let value = serde_json::from_reader(BufReader::new(&file))?;
    from_value(value).ok_or(strict)
}

/// `None` when it is not an object, or a required key is missing or of a wrong type.
pub(super) fn from_value(value: Value) -> Option<Manifest> {
    let Value::Object(mut object) = value else { return None };
    let threads = list(object.get("threads")?)?;
    object.insert("threads".to_owned(), Value::Array(Vec::new()));
    let modules = take_list(&mut object, "modules");
    let symbols = take_list(&mut object, "symbols");
    let manifest: Manifest = tolerate(object)?;
    Some(Manifest { threads, modules, symbols, ..manifest })
}

/// Takes a list out of `object`, if it is one; else it stays there.
fn take_list<T: Object>(object: &mut Map<String, Value>, key: &str) -> Vec<T> {
    let found = object.get(key).and_then(list);
    if found.is_some() {
        object.remove(key);
    }
    found.unwrap_or_default()
}

fn list<T: Object>(value: &Value) -> Option<Vec<T>> {
    let element = |value: &Value| match Read::deserialize(value) {
        Ok(Read(element)) => Some(element),
        Err(_) => tolerate(value.as_object()?.clone()),
    };
    value.as_array()?.iter().map(element).collect()
}

/// Tries every key that is not required with the required ones alone; those that fail go to `other`.
fn tolerate<T: Object>(object: Map<String, Value>) -> Option<T> {
    let is_required =
        |name: &str| find(T::PLACE, name).is_some_and(|key| key.need == Need::Required);
    let (required, optional): (Map<_, _>, Map<_, _>) =
        object.into_iter().partition(|(key, _)| is_required(key));
    let mut right = required.clone();
    let mut wrong = Map::new();
    for (key, value) in optional {
        let mut trial = required.clone();
        trial.insert(key.clone(), value);
        let is_right = Read::<T>::deserialize(&Value::Object(trial.clone())).is_ok();
        let value = trial.remove(&key).unwrap_or_default();
        if is_right { &mut right } else { &mut wrong }.insert(key, value);
    }
    let Read(mut object) = serde_json::from_value::<Read<T>>(Value::Object(right)).ok()?;
    object.other_mut().append(&mut wrong);
    Some(object)
}

/// The manifest as it is written: a key that a field writes is not written from `other` too.
pub(super) fn without_doubles(manifest: &Manifest) -> Cow<'_, Manifest> {
    let is_clean = !has_doubles(manifest)
        && !manifest.threads.iter().any(has_doubles)
        && !manifest.modules.iter().any(has_doubles)
        && !manifest.symbols.iter().any(has_doubles);
    if is_clean {
        return Cow::Borrowed(manifest);
    }
    let mut manifest = manifest.clone();
    remove_doubles(&mut manifest);
    manifest.threads.iter_mut().for_each(remove_doubles);
    manifest.modules.iter_mut().for_each(remove_doubles);
    manifest.symbols.iter_mut().for_each(remove_doubles);
    Cow::Owned(manifest)
}

fn has_doubles<T: Object>(object: &T) -> bool {
    object.doubles().next().is_some()
}

fn remove_doubles<T: Object>(object: &mut T) {
    for name in object.doubles().cloned().collect::<Vec<_>>() {
        object.other_mut().remove(&name);
    }
}

/// The known keys whose values were not understood, as paths: "clock_type", "threads[3].recorded".
pub(crate) fn values_of_wrong_types(manifest: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    collect("", manifest, &mut found);
    for (at, thread) in manifest.threads.iter().enumerate() {
        collect(&format!("threads[{at}]."), thread, &mut found);
    }
    for (at, module) in manifest.modules.iter().enumerate() {
        collect(&format!("modules[{at}]."), module, &mut found);
    }
    for (at, symbol) in manifest.symbols.iter().enumerate() {
        collect(&format!("symbols[{at}]."), symbol, &mut found);
    }
    found
}

fn collect<T: Object>(place: &str, object: &T, found: &mut Vec<String>) {
    let start = found.len();
    found.extend(object.misunderstood().map(|(name, _)| format!("{place}{name}")));
    // A map is in the file's order or sorted, by how serde_json was built.
    found[start..].sort_unstable();
}
