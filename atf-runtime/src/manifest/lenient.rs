//! Reading a manifest of which an optional value is of a wrong type: the value stays in `other`, as
//! one of a key that is not known, and all else is read.
//!
//! [`Manifest::read`] and `replace` call this; verification notes what was not understood.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Seek};

use serde::de::DeserializeOwned;
use serde_json::{Error, Map, Value};

use super::{Manifest, ManifestThread, Module, Symbol};

/// An object of the manifest whose unknown keys are kept.
trait Object: DeserializeOwned {
    /// Keys without which it cannot be read.
    const REQUIRED: &[&str] = &[];

    fn other(&self) -> &Map<String, Value>;
    fn other_mut(&mut self) -> &mut Map<String, Value>;
    /// Whether a key is written from a field of its own: `None` for one that is not known.
    fn writes(&self, key: &str) -> Option<bool>;
}

impl Object for Manifest {
    const REQUIRED: &[&str] = &["threads"];

    fn other(&self) -> &Map<String, Value> {
        &self.other
    }

    fn other_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.other
    }

    fn writes(&self, key: &str) -> Option<bool> {
        Some(match key {
            "threads" | "format_version" | "time_start_ns" | "time_end_ns" => true,
            "clock_type" => self.clock_type.is_some(),
            "state" => self.state.is_some(),
            "modules" => !self.modules.is_empty(),
            "symbols" => !self.symbols.is_empty(),
            "clock" => self.clock.is_some(),
            _ => return None,
        })
    }
}

impl Object for ManifestThread {
    const REQUIRED: &[&str] = &["id"];

    fn other(&self) -> &Map<String, Value> {
        &self.other
    }

    fn other_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.other
    }

    fn writes(&self, key: &str) -> Option<bool> {
        Some(match key {
            "id" | "has_detail" => true,
            "emitted" => self.emitted.is_some(),
            "recorded" => self.recorded.is_some(),
            "dropped_events" => self.dropped_events.is_some(),
            "dropped_details" => self.dropped_details.is_some(),
            _ => return None,
        })
    }
}

impl Object for Module {
    fn other(&self) -> &Map<String, Value> {
        &self.other
    }

    fn other_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.other
    }

    fn writes(&self, key: &str) -> Option<bool> {
        let known = ["module_id", "path", "base_address", "size", "uuid"];
        known.contains(&key).then_some(true)
    }
}

impl Object for Symbol {
    fn other(&self) -> &Map<String, Value> {
        &self.other
    }

    fn other_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.other
    }

    fn writes(&self, key: &str) -> Option<bool> {
        Some(match key {
            "function_id" | "name" => true,
            "module_id" => self.module_id.is_some(),
            "symbol_index" => self.symbol_index.is_some(),
            _ => return None,
        })
    }
}

/// Reads a manifest, twice if that takes tolerance. The error is that of the strict reading.
pub(super) fn read(mut file: File) -> Result<Manifest, Error> {
    let strict = match serde_json::from_reader(BufReader::new(&file)) {
        Ok(manifest) => return Ok(manifest),
        Err(error) => error,
    };
    // Of a key that stands there twice nobody can say which one is meant.
    if !strict.is_data() || strict.to_string().starts_with("duplicate field") {
        return Err(strict);
    }
    file.rewind().map_err(Error::io)?;
    let value = serde_json::from_reader(BufReader::new(&file))?;
    manifest(value).ok_or(strict)
}

/// `None` when it is no object, or what is required is missing or of a wrong type.
fn manifest(value: Value) -> Option<Manifest> {
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
    let element = |value: &Value| match T::deserialize(value) {
        Ok(element) => Some(element),
        Err(_) => tolerate(value.as_object()?.clone()),
    };
    value.as_array()?.iter().map(element).collect()
}

/// Tries every key that is not required with the required ones alone; those that fail go to `other`.
fn tolerate<T: Object>(object: Map<String, Value>) -> Option<T> {
    let is_required = |key: &str| T::REQUIRED.contains(&key);
    let (required, optional): (Map<_, _>, Map<_, _>) =
        object.into_iter().partition(|(key, _)| is_required(key));
    let mut right = required.clone();
    let mut wrong = Map::new();
    for (key, value) in optional {
        let mut trial = required.clone();
        trial.insert(key.clone(), value);
        let is_right = T::deserialize(&Value::Object(trial.clone())).is_ok();
        let value = trial.remove(&key).unwrap_or_default();
        if is_right { &mut right } else { &mut wrong }.insert(key, value);
    }
    let mut object: T = serde_json::from_value(Value::Object(right)).ok()?;
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
    object.other().keys().any(|key| object.writes(key) == Some(true))
}

fn remove_doubles<T: Object>(object: &mut T) {
    let mut other = std::mem::take(object.other_mut());
    other.retain(|key, _| object.writes(key) != Some(true));
    *object.other_mut() = other;
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
    let known = object.other().keys().filter(|key| object.writes(key).is_some());
    found.extend(known.map(|key| format!("{place}{key}")));
    // A map is in the file's order or sorted, by how serde_json was built.
    found[start..].sort_unstable();
}
