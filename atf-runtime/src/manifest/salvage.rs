//! Reads what is left of a damaged manifest: from bytes that are not JSON to the values that can still be
//! read, and how much is lost. Called by `lenient` after the strict reader has failed.
//!
//! Where the text stops to be JSON, the rest is searched for the next entry of a list or the next key of
//! the session. An entry is told by its keys. Bytes that are not UTF-8 are replaced in the string that
//! has them. The search gives up when it has read many times the length of the text, so that no text can
//! make it slow.

use serde_json::{Map, Value};

use super::keys::{KEYS, Kind, Place};

/// Objects and lists within each other, as many as serde_json takes.
const MAX_DEPTH: u32 = 120;
/// How many times the length of the text may be read by attempts that fail.
const MAX_ATTEMPTS: usize = 8;
const BOM: &[u8] = b"\xEF\xBB\xBF";
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// What was read of a text that is not a manifest as it should be.
#[derive(Debug, Default)]
pub(super) struct Salvaged {
    /// The keys of the session, the lists among them.
    pub(super) object: Map<String, Value>,
    /// Symbols of which a string was changed: bytes that are not UTF-8 were replaced.
    pub(super) changed_names: u64,
    /// Symbols that could be seen and not read.
    pub(super) lost_names: u64,
    /// Whether the text ends too early, so that more may be missing than can be seen.
    pub(super) is_cut: bool,
}

/// Reads what can be read.
pub(super) fn salvage(bytes: &[u8]) -> Salvaged {
    let at = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let mut parser = Parser {
        bytes,
        at,
        work_left: bytes.len().saturating_mul(MAX_ATTEMPTS),
        replaced: 0,
        found: Salvaged::default(),
    };
    parser.session();
    parser.found
}

/// That a value ends before it is complete.
struct Broken;

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bytes that failed attempts may still read.
    work_left: usize,
    /// Strings in which bytes were replaced.
    replaced: u64,
    found: Salvaged,
}

impl Parser<'_> {
    /// Reads members of the session until the text ends.
    fn session(&mut self) {
        self.space();
        if self.peek() == Some(b'{') {
            self.at += 1;
        }
        loop {
            self.space_and(b',');
            let start = self.at;
            match self.peek() {
                None => {
                    self.found.is_cut = true;
                    return;
                }
                Some(b'"') if self.member().is_ok() => {}
                Some(b'}') if self.is_last() => return,
                _ => {
                    self.at = start;
                    self.search();
                }
            }
        }
    }

    /// Whether nothing but space follows.
    fn is_last(&self) -> bool {
        self.bytes[self.at + 1..].iter().all(u8::is_ascii_whitespace)
    }

    /// Reads a key and its value. A value that is broken leaves the position where the search begins.
    fn member(&mut self) -> Result<(), Broken> {
        let key = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
        match list_of(&key) {
            Some(place) if self.peek() == Some(b'[') => {
                self.at += 1;
                // Also an empty list was read.
                self.list(place);
                self.elements(place);
                Ok(())
            }
            _ => {
                let value = self.value(0)?;
                self.keep(key, value);
                Ok(())
            }
        }
    }

    /// Reads the elements of a list up to its end, or to where the session goes on.
    fn elements(&mut self, place: Place) {
        loop {
            self.space_and(b',');
            let is_read = match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                Some(b'{') => self.element(Some(place)),
                // Elements that are no objects are lost.
                _ => self.value(0).is_ok(),
            };
            if !is_read {
                return self.search();
            }
        }
    }

    /// Reads an object and puts it into its list. Without a place its keys must tell which that is. If
    /// it is broken, the position stays.
    fn element(&mut self, place: Option<Place>) -> bool {
        let (start, replaced) = (self.at, self.replaced);
        let object = match self.value(0) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        let found = object.and_then(|object| Some((place.or_else(|| place_of(&object))?, object)));
        let Some((place, object)) = found else {
            self.work_left = self.work_left.saturating_sub(self.at - start);
            self.at = start;
            return false;
        };
        if place == Place::Symbol && self.replaced > replaced {
            self.found.changed_names += 1;
        }
        self.list(place).push(Value::Object(object));
        true
    }

    /// Skips what cannot be read, up to the next element of a list, the end of a list that a key of the
    /// session follows, or such a key.
    fn search(&mut self) {
        let start = self.at;
        while let Some(byte) = self.peek() {
            let is_end = match byte {
                b'{' if self.at > start && self.work_left > 0 => {
                    let end = self.at;
                    self.element(None) && {
                        self.count_lost(start, end);
                        return self.search();
                    }
                }
                // The member that starts here is the one that is broken.
                b'"' => self.at > start && self.is_key_of_session(self.at),
                b']' => self.ends_list(),
                _ => false,
            };
            if is_end {
                break;
            }
            self.at += 1;
        }
        self.count_lost(start, self.at);
        if self.peek() == Some(b']') {
            self.at += 1;
        }
    }

    /// Whether the bracket here ends a list of the session: a key of the session follows, or the end.
    fn ends_list(&self) -> bool {
        let rest = &self.bytes[self.at + 1..];
        let space = |bytes: &[u8]| bytes.iter().take_while(|it| it.is_ascii_whitespace()).count();
        let next = self.at + 1 + space(rest);
        match self.bytes.get(next) {
            Some(b',') => {
                let key = next + 1 + space(&self.bytes[next + 1..]);
                let name = self.name_at(key);
                name.is_some_and(|name| !is_key_of_element(name))
            }
            Some(b'}') => self.bytes[next + 1..].iter().all(u8::is_ascii_whitespace),
            _ => false,
        }
    }

    /// Whether a known key of the session that was not read yet starts here.
    fn is_key_of_session(&self, at: usize) -> bool {
        self.name_at(at).is_some_and(|name| {
            let of_session = KEYS.iter().any(|key| key.place == Place::Session && key.name == name);
            of_session && !is_key_of_element(name) && !self.found.object.contains_key(name)
        })
    }

    /// The name of the key that starts here: a string without escapes, and a colon.
    fn name_at(&self, at: usize) -> Option<&str> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"\"")?;
        let rest = &rest[..rest.len().min(64)];
        let len = rest.iter().position(|&byte| byte == b'"')?;
        let behind = rest[len + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
        (behind == Some(&b':')).then(|| std::str::from_utf8(&rest[..len]).ok()).flatten()
    }

    /// Counts the symbols in a part that was not read.
    fn count_lost(&mut self, start: usize, end: usize) {
        const KEY: &[u8] = b"\"function_id\"";
        let part = &self.bytes[start.min(end)..end];
        self.found.lost_names += part.windows(KEY.len()).filter(|it| *it == KEY).count() as u64;
    }

    /// Keeps a value. Of a key that is there twice the first value counts, and of a list all elements.
    fn keep(&mut self, key: String, value: Value) {
        self.found.object.entry(key).or_insert(value);
    }

    fn list(&mut self, place: Place) -> &mut Vec<Value> {
        let key = match place {
            Place::Thread => "threads",
            Place::Module => "modules",
            _ => "symbols",
        };
        let value = self.found.object.entry(key).or_insert(Value::Null);
        if !value.is_array() {
            *value = Value::Array(Vec::new());
        }
        match value {
            Value::Array(elements) => elements,
            _ => unreachable!("made above"),
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value, Broken> {
        match self.peek().ok_or(Broken)? {
            b'"' => self.string().map(Value::String),
            b'{' if depth < MAX_DEPTH => self.object(depth),
            b'[' if depth < MAX_DEPTH => self.array(depth),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let len = self.bytes[self.at..].iter().take_while(|it| is_part(it)).count();
                let word = &self.bytes[self.at..self.at + len];
                let value = serde_json::from_slice(word).map_err(|_| Broken)?;
                self.at += len;
                Ok(value)
            }
            _ => Err(Broken),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Value, Broken> {
        let mut object = Map::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            self.expect(b':')?;
            self.space();
            let value = self.value(depth + 1)?;
            object.entry(key).or_insert(value);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.expect(b'}')?;
        Ok(Value::Object(object))
    }

    fn array(&mut self, depth: u32) -> Result<Value, Broken> {
        let mut elements = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(elements));
        }
        loop {
            self.space();
            elements.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.expect(b']')?;
        Ok(Value::Array(elements))
    }

    /// Reads a string. What cannot be in one is replaced, or kept as it is.
    fn string(&mut self) -> Result<String, Broken> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_escaped = false;
        let rest = &self.bytes[start..];
        let len = rest.iter().position(|&byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        });
        let raw = &rest[..len.ok_or(Broken)?];
        self.at = start + raw.len() + 1;
        if let Ok(text) = serde_json::from_slice(&self.bytes[start - 1..self.at]) {
            return Ok(text);
        }
        self.replaced += 1;
        Ok(unescaped(&String::from_utf8_lossy(raw)))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek() != Some(byte) {
            return Err(Broken);
        }
        self.at += 1;
        Ok(())
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn space_and(&mut self, also: u8) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == also) {
            self.at += 1;
        }
    }
}

/// The text of a string with wrong escapes: a lone surrogate is replaced, any other one stays.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        // Two escapes may be one character.
        let taken = [12, 6, 2].into_iter().find_map(|len| {
            let part = escape.get(..len)?;
            let text: String = serde_json::from_str(&format!("\"{part}\"")).ok()?;
            Some((len, text))
        });
        let (len, text) = taken.unwrap_or_else(|| match escape.get(..6) {
            Some(part) if is_code_unit(part) => (6, REPLACEMENT.to_string()),
            _ => (1, "\\".to_owned()),
        });
        out.push_str(&text);
        rest = &escape[len..];
    }
    out.push_str(rest);
    out
}

fn is_code_unit(escape: &str) -> bool {
    let digits = escape.strip_prefix("\\u");
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The list of the session that a key names.
fn list_of(name: &str) -> Option<Place> {
    KEYS.iter().find(|key| key.place == Place::Session && key.name == name).and_then(
        |key| match key.kind {
            Kind::List(place) => Some(place),
            _ => None,
        },
    )
}

/// The list that an object is an element of, by its keys.
fn place_of(object: &Map<String, Value>) -> Option<Place> {
    let has = |name| object.contains_key(name);
    if has("function_id") && has("name") {
        Some(Place::Symbol)
    } else if has("module_id") && has("path") {
        Some(Place::Module)
    } else if has("id") {
        Some(Place::Thread)
    } else {
        None
    }
}

/// Whether a key belongs to an element of a list, so that it cannot tell where the session goes on.
fn is_key_of_element(name: &str) -> bool {
    let is_element = |place| matches!(place, Place::Thread | Place::Module | Place::Symbol);
    KEYS.iter().any(|key| is_element(key.place) && key.name == name)
}
