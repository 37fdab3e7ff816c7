//! One TOML table, read key by key. Keys that nothing reads are unknown and reported with the
//! closest known key.

use super::ast::{At, Condition, Literal, Number, Word};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, shorten};
use crate::source::Span;
use crate::toml::{self, Data, Value};

pub(crate) struct Table<'a> {
    /// What the table describes, for messages: `record Foo`, `[format]`.
    pub(crate) what: String,
    pub(crate) span: Span,
    table: &'a toml::Table<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(what: impl Into<String>, span: Span, table: &'a toml::Table<'a>) -> Self {
        Self { what: what.into(), span, table, asked: Vec::with_capacity(24) }
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Value<'a>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// Whether the key exists, with any value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.has(key)
    }

    /// All keys of the table; does not mark them as read.
    pub(crate) fn keys(&self) -> Vec<Word> {
        let mut keys: Vec<Word> =
            self.table.keys().map(|(key, span)| At { value: key.to_owned(), span }).collect();
        keys.sort_by_key(|key| key.span);
        keys
    }

    fn wrong_kind(
        &self,
        key: &str,
        expected: &str,
        found: &Value<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        diagnostics.push(
            Diagnostic::new(
                Code::WrongKind,
                found.span,
                format!("{}: `{key}`: expected {expected}, found {}", self.what, kind(&found.data)),
            )
            .label(format!("expected {expected}"))
            .help(match (expected, &found.data) {
                ("an integer", Data::String(_)) => "write the number without quotes".to_owned(),
                ("an integer", Data::Float(_)) => "write a whole number".to_owned(),
                ("true or false", _) => "write true or false, without quotes".to_owned(),
                ("a string", _) => "put it between double quotes".to_owned(),
                ("a table", _) if self.span == Span::default() => {
                    format!("write [{key}], with its keys on the lines below")
                }
                ("a table", _) => format!("write {key} = {{ .. }}"),
                ("a list of tables", _) if self.span == Span::default() => {
                    format!("write [[{key}]], with its keys on the lines below")
                }
                ("a list of tables", _) => format!("write {key} = [{{ .. }}, {{ .. }}]"),
                _ => format!("write {expected}"),
            }),
        );
    }

    pub(crate) fn word(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Word> {
        let value = self.get(key)?;
        match &value.data {
            Data::String(text) => Some(At { value: text.to_string(), span: value.span }),
            _ => {
                self.wrong_kind(key, "a string", value, diagnostics);
                None
            }
        }
    }

    /// Documentation text; a `doc` may have several lines.
    pub(crate) fn text(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Word> {
        let word = self.word(key, diagnostics)?;
        self.plain(key, &word, diagnostics);
        Some(word)
    }

    /// A list of documentation texts.
    pub(crate) fn texts(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Word> {
        let words = self.words(key, diagnostics);
        for word in &words {
            self.plain(key, word, diagnostics);
        }
        words
    }

    /// Rejects control characters and characters that change the direction of text, which could
    /// hide generated code.
    fn plain(&self, key: &str, word: &Word, diagnostics: &mut Diagnostics) {
        // Spaces at the ends of lines, and the line ends of Windows, do not reach the model.
        let mut lines = word.value.trim().split('\n').map(str::trim_end);
        let hidden = match key {
            "doc" | "deprecated" => lines.find_map(|line| line.chars().find(|c| is_hidden(*c))),
            _ => word.value.chars().find(|c| is_hidden(*c)),
        };
        let Some(hidden) = hidden else { return };
        diagnostics.push(
            Diagnostic::new(
                Code::ControlCharacter,
                word.span,
                format!(
                    "{}: `{key}`: expected plain text, found the control character U+{:04X}",
                    self.what,
                    u32::from(hidden)
                ),
            )
            .help("remove it"),
        );
    }

    pub(crate) fn flag(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<At<bool>> {
        let value = self.get(key)?;
        match &value.data {
            Data::Boolean(flag) => Some(At { value: *flag, span: value.span }),
            _ => {
                self.wrong_kind(key, "true or false", value, diagnostics);
                None
            }
        }
    }

    pub(crate) fn number(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Number> {
        let value = self.get(key)?;
        match integer(value) {
            Some(number) => Some(number),
            None => {
                self.wrong_kind(key, "an integer", value, diagnostics);
                None
            }
        }
    }

    pub(crate) fn numbers(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Number> {
        self.list(key, "a list of integers", diagnostics, integer)
    }

    pub(crate) fn words(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Word> {
        self.list(key, "a list of strings", diagnostics, text)
    }

    /// A string, or a list of them.
    pub(crate) fn word_or_words(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Word> {
        match self.table.get(key).map(|value| &value.data) {
            Some(Data::List(_)) => self.words(key, diagnostics),
            _ => self.word(key, diagnostics).into_iter().collect(),
        }
    }

    fn list<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        diagnostics: &mut Diagnostics,
        read: impl Fn(&Value<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Data::List(list) = &value.data else {
            self.wrong_kind(key, expected, value, diagnostics);
            return Vec::new();
        };
        let mut items = Vec::with_capacity(list.items.len());
        for item in &list.items {
            match read(item) {
                Some(item) => items.push(item),
                None => self.wrong_kind(key, expected, item, diagnostics),
            }
        }
        items
    }

    pub(crate) fn literal(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<At<Literal>> {
        let value = self.get(key)?;
        let expected = "a number, a string or a list of integers";
        let literal = match &value.data {
            Data::Integer { .. } => integer(value).map(|number| Literal::Int(number.value)),
            Data::Float(written) => {
                let float: Option<f64> = written.parse().ok();
                if let Some(float) = float.filter(|float| lost(written, *float)) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::ValueTooLarge,
                            value.span,
                            format!(
                                "{}: `{key}`: expected a value that fits f64, found {}, which would become {float}",
                                self.what,
                                shorten(written)
                            ),
                        )
                        .help("the range of f64 is 5e-324 to 1.7976931348623157e308"),
                    );
                    return None;
                }
                float.map(Literal::Float)
            }
            Data::String(text) => Some(Literal::Text(text.to_string())),
            Data::List(list) => {
                list.items.iter().map(integer).collect::<Option<Vec<_>>>().map(Literal::List)
            }
            _ => None,
        };
        if literal.is_none() {
            self.wrong_kind(key, expected, value, diagnostics);
        }
        literal.map(|value_read| At { value: value_read, span: value.span })
    }

    /// A list of tables, `[[key]]` or `key = [{..}, ..]`.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(Span, &'a toml::Table<'a>)> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Data::List(list) = &value.data else {
            self.wrong_kind(key, "a list of tables", value, diagnostics);
            // One table where a list belongs is meant as its only entry.
            return match &value.data {
                Data::Table(table) => vec![(value.span, table)],
                _ => Vec::new(),
            };
        };
        let mut tables = Vec::with_capacity(list.items.len());
        for item in &list.items {
            match &item.data {
                Data::Table(table) => tables.push((item.span, table)),
                _ => self.wrong_kind(key, "a table", item, diagnostics),
            }
        }
        tables
    }

    pub(crate) fn table(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Span, &'a toml::Table<'a>)> {
        let value = self.get(key)?;
        match &value.data {
            Data::Table(table) => Some((value.span, table)),
            _ => {
                self.wrong_kind(key, "a table", value, diagnostics);
                None
            }
        }
    }

    /// A table whose keys are the schema's own names: `{ Name = "word", Other = ["a", "b"] }`.
    pub(crate) fn conditions(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Condition> {
        let Some((span, table)) = self.table(key, diagnostics) else {
            return Vec::new();
        };
        let inner = Table::new(format!("{}: `{key}`", self.what), span, table);
        let mut conditions = Vec::new();
        for name in inner.keys() {
            let Some(value) = inner.table.get(&name.value) else {
                continue;
            };
            let values = match &value.data {
                Data::List(list) => list.items.iter().map(text).collect::<Option<Vec<_>>>(),
                _ => text(value).map(|word| vec![word]),
            };
            match values {
                Some(values) => conditions.push(Condition { key: name, values }),
                None => inner.wrong_kind(
                    &name.value,
                    "a string or a list of strings",
                    value,
                    diagnostics,
                ),
            }
        }
        conditions
    }

    /// Reports that a required key is not there.
    pub(crate) fn missing(&self, key: &str, example: &str, diagnostics: &mut Diagnostics) {
        diagnostics.push(
            Diagnostic::new(
                Code::MissingKey,
                self.span,
                format!("{}: expected the key `{key}`, found none", self.what),
            )
            .help(format!("add `{key} = {example}`")),
        );
    }

    pub(crate) fn required_word(
        &mut self,
        key: &'static str,
        example: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Word> {
        if !self.table.has(key) {
            self.asked.push(key);
            self.missing(key, example, diagnostics);
            return None;
        }
        self.word(key, diagnostics)
    }

    pub(crate) fn required_number(
        &mut self,
        key: &'static str,
        example: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Number> {
        if !self.table.has(key) {
            self.asked.push(key);
            self.missing(key, example, diagnostics);
            return None;
        }
        self.number(key, diagnostics)
    }

    /// Reports every key that was not read.
    pub(crate) fn finish(self, diagnostics: &mut Diagnostics) {
        // Nearly every table has no such key: no list is made of those that are known.
        let is_known = |key: &str| self.asked.contains(&key);
        if self.table.keys().all(|(key, _)| is_known(key)) {
            return;
        }
        for key in self.keys() {
            if self.asked.iter().any(|asked| *asked == key.value) {
                continue;
            }
            let help = match nearest(&key.value, self.asked.iter().copied()) {
                Some(meant) if self.table.has(meant) => {
                    format!("remove it: `{meant}` is there too")
                }
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("allowed keys: {}", self.asked.join(", ")),
            };
            diagnostics.push(
                Diagnostic::new(
                    Code::UnknownKey,
                    key.span,
                    format!("{}: unknown key `{}`", self.what, shorten(&key.value)),
                )
                .label("not a key of the schema language")
                .help(help),
            );
        }
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn integer(value: &Value<'_>) -> Option<Number> {
    let Data::Integer { digits, radix } = &value.data else {
        return None;
    };
    let value_read = i128::from_str_radix(digits, *radix).ok()?;
    Some(At { value: value_read, span: value.span })
}

/// Whether a float that is written in digits is too large or too small for any type.
fn lost(written: &str, float: f64) -> bool {
    let digits = written.split(['e', 'E']).next().unwrap_or(written);
    let is_zero = !digits.contains(|c: char| ('1'..='9').contains(&c));
    (float.is_infinite() && !written.contains("inf")) || (float == 0.0 && !is_zero)
}

fn text(value: &Value<'_>) -> Option<Word> {
    let Data::String(text) = &value.data else {
        return None;
    };
    Some(At { value: text.to_string(), span: value.span })
}

fn kind(value: &Data<'_>) -> &'static str {
    match value {
        Data::String(_) => "a string",
        Data::Integer { .. } => "an integer",
        Data::Float(_) => "a float",
        Data::Boolean(_) => "a boolean",
        Data::Date => "a date",
        Data::List(_) => "a list",
        Data::Table(_) => "a table",
    }
}
