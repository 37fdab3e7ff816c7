//! A row of a report, with what it is of.

use atf_analysis::ReportRow;
use serde_json::{Map, Value as Json, json};

use super::Rows;
use crate::subject::Subject;
use crate::{escape, functions};

/// A row with its labels.
pub(super) struct Row<'a> {
    pub(super) numbers: &'a ReportRow,
    /// The name as it is shown.
    pub(super) label: String,
    by: Rows,
    name: Option<&'a str>,
    module: Option<&'a str>,
}

impl<'a> Row<'a> {
    pub(super) fn of(numbers: &'a ReportRow, by: Rows, subject: &'a Subject) -> Self {
        let key = numbers.key;
        let (name, module, label) = match by {
            Rows::Function => {
                let label = functions::shown(&subject.names, key).into_owned();
                (subject.names.name(key), subject.names.module(key), label)
            }
            Rows::Module => {
                // The id of a module is the upper half of those of its functions.
                let path = subject.names.module_path(key);
                let label = path.map_or_else(|| format!("module {key}"), escape::printable);
                (None, path, label)
            }
            Rows::Thread => {
                let threads = subject.trace.manifest().map(|it| it.threads.as_slice());
                let mut threads = threads.unwrap_or_default().iter();
                let listed = threads.find(|thread| u64::from(thread.id) == key);
                let name = listed.and_then(|thread| thread.name.as_deref());
                let label = match name {
                    Some(name) => format!("{key} {}", escape::name(name)),
                    None => key.to_string(),
                };
                (name, None, label)
            }
        };
        Self { numbers, label, by, name, module }
    }

    /// The names of its labels.
    pub(super) fn columns(by: Rows) -> &'static [&'static str] {
        match by {
            Rows::Function => &["function_id", "function", "module"],
            Rows::Thread => &["thread_id", "name"],
            Rows::Module => &["module_id", "module"],
        }
    }

    /// Its labels under their names.
    pub(super) fn members(&self) -> Map<String, Json> {
        let Self { numbers, name, module, .. } = self;
        let values: [Json; 3] = match self.by {
            Rows::Function => [json!(numbers.key), json!(name), json!(module)],
            Rows::Thread => [json!(numbers.key), json!(name), Json::Null],
            Rows::Module => [json!(numbers.key), json!(module), Json::Null],
        };
        let columns = Self::columns(self.by).iter().map(|&name| name.to_owned());
        columns.zip(values).collect()
    }
}
