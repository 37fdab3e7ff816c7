//! Names of functions in the form that a format needs, made once for each function.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::source::Source;

/// What a function is called: its name, `""` if that is empty, or its id if it has none.
pub(crate) fn of_function(source: &Source<'_>, function_id: u64) -> String {
    match source.names.name(function_id) {
        Some("") => "\"\"".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("{function_id:#018x}"),
    }
}

/// The file name of a function's module; `None` if that is not known.
pub(crate) fn of_module<'a>(source: &Source<'a>, function_id: u64) -> Option<&'a str> {
    let path = source.names.module(function_id)?;
    path.rsplit(['/', '\\']).next()
}

/// Text as a JSON string, with its quotes.
pub(crate) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Functions in the order in which they were met, each with a number.
#[derive(Debug, Default)]
pub(crate) struct Numbered {
    numbers: HashMap<u64, usize, RandomState>,
    functions: Vec<u64>,
}

impl Numbered {
    /// The number of a function, from 0, and whether it is new.
    pub(crate) fn number(&mut self, function_id: u64) -> (usize, bool) {
        let next = self.functions.len();
        let number = *self.numbers.entry(function_id).or_insert(next);
        if number == next {
            self.functions.push(function_id);
        }
        (number, number == next)
    }

    /// The functions, by number.
    pub(crate) fn functions(&self) -> &[u64] {
        &self.functions
    }
}
