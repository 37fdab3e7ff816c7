//! The functions of a V4 trace: from names and addresses to function ids and the manifest's symbols.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::manifest::Symbol;

/// Most bytes of manifest.json that functions take: readers refuse a manifest of more than 256 MiB.
const MAX_MANIFEST_BYTES: usize = 200 << 20;
/// Bytes of manifest.json for a function, its name aside.
const BYTES_OF_A_SYMBOL: usize = 200;

/// A function of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Function {
    /// Its function id. 0 is a function without name and address.
    pub(super) index: u32,
    /// Equal for functions of the same name; functions without name have keys of their own.
    pub(super) key: u32,
    /// As it was recorded; 0 if it was not.
    pub(super) address: u64,
}

impl Function {
    /// The function without name and address.
    pub(super) const UNKNOWN: Self = Self { index: 0, key: 0, address: 0 };
}

/// All functions so far, in the order of their first event.
///
/// V4 does not say which module a function is of: all of them belong to module 0, of which nothing is
/// known, so that a function id is the number of a function.
#[derive(Debug)]
pub(super) struct Functions {
    /// Numbers of names, and the first function of each.
    names: HashMap<Box<str>, (u32, Function)>,
    /// Functions by the number of their name and their address.
    known: HashMap<(u32, u64), Function>,
    manifest_bytes: usize,
    limit: usize,
}

impl Functions {
    pub(super) fn new() -> Self {
        Self::with_limit(MAX_MANIFEST_BYTES)
    }

    fn with_limit(limit: usize) -> Self {
        Self {
            names: HashMap::from([(Box::from(""), (0, Function::UNKNOWN))]),
            known: HashMap::from([((0, 0), Function::UNKNOWN)]),
            manifest_bytes: 0,
            limit,
        }
    }

    /// How many there are, the unknown one aside.
    pub(super) fn len(&self) -> u64 {
        self.known.len() as u64 - 1
    }

    /// The function that is called; `None` if it is new and the manifest has no room for it.
    pub(super) fn called(&mut self, name: &str, address: u64) -> Option<Function> {
        self.known(name, address).or_else(|| self.add(name, address))
    }

    /// The function that returns. Recorders wrote other addresses there, the place of the return or 0: a
    /// function that was called by this name is the one, of several the first. As
    /// [`called`](Self::called) if there is none.
    pub(super) fn returning(&mut self, name: &str, address: u64) -> Option<Function> {
        let known = self.known(name, address);
        let named = || self.names.get(name).filter(|_| !name.is_empty());
        known.or_else(|| Some(named()?.1)).or_else(|| self.add(name, address))
    }

    fn known(&self, name: &str, address: u64) -> Option<Function> {
        let (name, _) = self.names.get(name)?;
        self.known.get(&(*name, address)).copied()
    }

    fn add(&mut self, name: &str, address: u64) -> Option<Function> {
        let bytes = BYTES_OF_A_SYMBOL + name.bytes().map(json_bytes).sum::<usize>();
        if bytes > self.limit - self.manifest_bytes {
            return None;
        }
        self.manifest_bytes += bytes;
        let index = self.known.len() as u32;
        let number = self.names.get(name).map_or(self.names.len() as u32, |(number, _)| *number);
        // Numbers of names are at most half of what a u32 holds: the limit is reached long before.
        let key = if name.is_empty() { u32::MAX - index } else { number };
        let function = Function { index, key, address };
        if !self.names.contains_key(name) {
            self.names.insert(name.into(), (number, function));
        }
        self.known.insert((number, address), function);
        Some(function)
    }

    /// The manifest's symbols, in the order of their ids. A function without name is named by its address.
    pub(super) fn into_symbols(self) -> Vec<Symbol> {
        let mut names = vec![Box::from(""); self.names.len()];
        for (name, (number, _)) in self.names {
            names[number as usize] = name;
        }
        let functions = self.known.into_iter().filter(|(_, function)| function.index > 0);
        let mut symbols: Vec<_> = functions
            .map(|((name, address), function)| (function.index, &*names[name as usize], address))
            .map(|(index, name, address)| (index, symbol(index, name, address)))
            .collect();
        symbols.sort_unstable_by_key(|(index, _)| *index);
        symbols.into_iter().map(|(_, symbol)| symbol).collect()
    }
}

/// Most bytes of manifest.json for a byte of a name: some are written as `\n` or `\u0001`.
fn json_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 2,
        byte if byte.is_ascii_control() => 6,
        _ => 1,
    }
}

fn symbol(index: u32, name: &str, address: u64) -> Symbol {
    let shown = format!("{address:#x}");
    let name = if name.is_empty() { &shown } else { name };
    let mut symbol = Symbol::new(0, index, name);
    if address != 0 {
        symbol.other = Map::from_iter([("address".to_owned(), Value::String(shown))]);
    }
    symbol
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_numbered_from_one_and_told_apart_by_name_and_address() {
        let mut functions = Functions::new();
        let events = [("", 0), ("a", 5), ("b", 5), ("a", 5), ("a", 6), ("", 7), ("", 8), ("", 7)];
        let found = events.map(|(name, address)| functions.called(name, address).unwrap());
        assert_eq!(found.map(|it| it.index), [0, 1, 2, 1, 3, 4, 5, 4]);
        // Same name, same key; without a name only the address tells.
        assert_eq!(found[1].key, found[4].key);
        assert_ne!(found[5].key, found[6].key);
        assert_eq!(functions.len(), 5);
        let symbols = functions.into_symbols();
        let shown = symbols.iter().map(|it| {
            let address = it.other.get("address").and_then(Value::as_str);
            (it.function_id.as_str(), it.name.as_str(), address)
        });
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                ("0x1", "a", Some("0x5")),
                ("0x2", "b", Some("0x5")),
                ("0x3", "a", Some("0x6")),
                ("0x4", "0x7", Some("0x7")),
                ("0x5", "0x8", Some("0x8")),
            ]
        );
    }

    // A function for each address that a return has would fill the manifest.
    #[test]
    fn returning_function_is_one_that_was_called_if_there_is_one() {
        let mut functions = Functions::new();
        let first = functions.called("a", 5);
        let second = functions.called("a", 6);
        assert_eq!(functions.returning("a", 6), second);
        assert_eq!(functions.returning("a", 77), first);
        assert_eq!(functions.returning("a", 0), first);
        assert_eq!(functions.len(), 2);
        assert_eq!(functions.returning("b", 8).map(|it| it.index), Some(3));
        assert_eq!(functions.returning("", 9).map(|it| it.index), Some(4));
        assert_eq!(functions.returning("", 10).map(|it| it.index), Some(5));
    }

    // Readers refuse a longer manifest: one function too many would cost the names of all.
    #[test]
    fn functions_that_the_manifest_has_no_room_for_are_refused_and_known_ones_are_not() {
        let mut functions = Functions::with_limit(2 * BYTES_OF_A_SYMBOL + 12);
        assert!(functions.called("first", 1).is_some());
        assert!(functions.called("a much longer one", 1).is_none());
        assert!(functions.called("\u{1}\u{1}", 1).is_none());
        assert!(functions.called("second!", 1).is_some());
        assert!(functions.called("", 1).is_none());
        assert_eq!(functions.called("first", 1).map(|it| it.index), Some(1));
        assert_eq!(functions.called("", 0).map(|it| it.index), Some(0));
    }
}
