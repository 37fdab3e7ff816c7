//! The functions on a page, each with a number.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde_json::{Value as Json, json};

use crate::source::Source;

#[derive(Debug, Default)]
pub(crate) struct Functions {
    numbers: HashMap<u64, u64, RandomState>,
    ids: Vec<u64>,
}

impl Functions {
    /// The number of a function.
    pub(crate) fn number(&mut self, function_id: u64) -> u64 {
        let next = self.ids.len() as u64;
        let number = *self.numbers.entry(function_id).or_insert(next);
        if number == next {
            self.ids.push(function_id);
        }
        number
    }

    /// Name and module of each function.
    pub(crate) fn json(&self, source: &Source<'_>) -> Json {
        let function = |&id: &u64| {
            let name = match source.names.name(id) {
                Some("") => "\"\"".to_owned(),
                Some(name) => name.to_owned(),
                None => format!("{id:#018x}"),
            };
            // The folder of a module may be private.
            let module = source.names.module(id).and_then(|path| path.rsplit(['/', '\\']).next());
            json!([name, module])
        };
        self.ids.iter().map(function).collect()
    }
}
