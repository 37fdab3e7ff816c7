//! Reads a manifest although an optional value has the wrong type: the value is kept in `other`, as that
//! of an unknown key, and everything else is read.
//!
//! Which keys are known and required is in the table `keys`. [`Manifest::read`] and `replace` call
//! this; verification notes the values that were not understood.

use std::borrow::Cow;

use serde_core::Deserialize;
use serde_json::{Error, Map, Value};

use super::fields::{Fields, Read};
use super::keys::{Key, Need, Place, find};
use super::salvage::{Salvaged, salvage};
use super::{Manifest, ManifestThread, Module, Symbol};
use crate::error::LeftNames;

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
pub(super) fn read(bytes: &[u8]) -> Result<Manifest, Error> {
    if let Ok(Read(manifest)) = serde_json::from_slice(bytes) {
        return Ok(manifest);
    }
    // The slower way counts columns from 1, as editors do.
    let strict = match serde_json::from_reader(bytes) {
        Ok(Read(manifest)) => return Ok(manifest),
        Err(error) => error,
    };
    // Of a key that is there twice nobody can say which one is meant.
    if !strict.is_data() || strict.to_string().starts_with("duplicate field") {
        return Err(strict);
    }
    from_value(serde_json::from_slice(bytes)?).ok_or(strict)
}

/// Reads what is left of a manifest that [`read`] refuses; `None` if none of its keys can be read.
pub(super) fn read_damaged(bytes: &[u8]) -> Option<(Manifest, LeftNames)> {
    let Salvaged { mut object, changed_names, lost_names, is_cut } = salvage(bytes);
    if !object.keys().any(|name| find(Place::Session, name).is_some()) {
        return None;
    }
    let (threads, _) = take_entries(&mut object, "threads");
    let (modules, _) = take_entries(&mut object, "modules");
    let (symbols, lost) = take_entries(&mut object, "symbols");
    object.insert("threads".to_owned(), Value::Array(Vec::new()));
    let manifest: Manifest = tolerate(object)?;
    let (read, lost) = (symbols.len() as u64, lost_names + lost);
    let names = LeftNames { read, changed: changed_names, lost, is_cut };
    let manifest = Manifest { threads, ..manifest };
    let is_empty = modules.is_empty() && symbols.is_empty();
    Some((if is_empty { manifest } else { manifest.with_symbols(modules, symbols) }, names))
}

/// Takes the entries of a list that can be read, and counts the others.
fn take_entries<T: Object>(object: &mut Map<String, Value>, key: &str) -> (Vec<T>, u64) {
    let Some(Value::Array(elements)) = object.remove(key) else { return (Vec::new(), 0) };
    let entries: Vec<T> = elements.iter().filter_map(element).collect();
    let lost = elements.len() - entries.len();
    (entries, lost as u64)
}

/// `None` when it is not an object, or a required key is missing or of a wrong type.
pub(super) fn from_value(value: Value) -> Option<Manifest> {
    let Value::Object(mut object) = value else { return None };
    let threads = list(object.get("threads")?)?;
    object.insert("threads".to_owned(), Value::Array(Vec::new()));
    let modules = take_list(&mut object, "modules")?;
    let symbols = take_list(&mut object, "symbols")?;
    let manifest: Manifest = tolerate(object)?;
    Some(Manifest { threads, modules, symbols, ..manifest })
}

/// Takes a list out of `object`. Where there is something else, it stays there. `None` if only some of its
/// entries can be read.
fn take_list<T: Object>(object: &mut Map<String, Value>, key: &str) -> Option<Vec<T>> {
    let Some(value) = object.get(key) else { return Some(Vec::new()) };
    let found = list(value);
    let are_some = |elements: &Vec<Value>| elements.iter().any(|it| element::<T>(it).is_some());
    if found.is_none() && value.as_array().is_some_and(are_some) {
        return None;
    }
    if found.is_some() {
        object.remove(key);
    }
    Some(found.unwrap_or_default())
}

fn list<T: Object>(value: &Value) -> Option<Vec<T>> {
    value.as_array()?.iter().map(element).collect()
}

fn element<T: Object>(value: &Value) -> Option<T> {
    match Read::deserialize(value) {
        Ok(Read(element)) => Some(element),
        Err(_) => tolerate(value.as_object()?.clone()),
    }
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
