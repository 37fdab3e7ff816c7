//! Output as one JSON object, written while the file is read.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Printer, Subject};
use crate::annotate::{Item, Problem, Summary};

pub(super) struct Json<'a> {
    out: &'a mut dyn Write,
    is_first: bool,
}

impl<'a> Json<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, is_first: true }
    }
}

fn problem(problem: &Problem) -> Value {
    json!({
        "region": problem.region,
        "at": problem.at,
        "field": problem.field,
        "expected": problem.expected,
        "found": problem.found,
    })
}

fn problems(list: &[Problem]) -> Vec<Value> {
    list.iter().map(problem).collect()
}

fn value(item: &Item) -> Value {
    match item {
        Item::Region { name, record, start, end } => {
            json!({ "item": "region", "name": name, "record": record, "start": start, "end": end })
        }
        Item::Range(range) => {
            let bytes: String = range.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({
                "item": "range",
                "kind": range.kind.word(),
                "offset": range.offset,
                "length": range.length,
                "bytes": bytes,
                "record": range.record,
                "field": range.field,
                "value": range.value,
                "note": range.note,
                "meaning": range.meaning,
                "problems": problems(&range.problems),
            })
        }
        Item::Problem(wrong) => json!({ "item": "problem", "problem": problem(wrong) }),
        Item::Skipped { events, start, end } => {
            json!({ "item": "skipped", "events": events, "start": start, "end": end })
        }
    }
}

impl Printer for Json<'_> {
    fn begin(&mut self, subject: &Subject) -> io::Result<()> {
        let file = &subject.format.files[subject.kind];
        write!(
            self.out,
            "{{\"path\":{},\"format\":{},\"file\":{},\"hint\":{},\"items\":[",
            json!(subject.path),
            json!(subject.format.name),
            json!(file.name),
            json!(subject.hint)
        )
    }

    fn item(&mut self, item: Item) -> io::Result<()> {
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        write!(self.out, "{comma}\n{}", value(&item))
    }

    fn end(&mut self, _: &Subject, summary: &Summary) -> io::Result<()> {
        writeln!(
            self.out,
            "\n],\"length\":{},\"events\":{},\"problem_count\":{},\"problems\":{}}}",
            summary.length,
            json!(summary.events),
            summary.problems,
            json!(problems(&summary.listed))
        )
    }
}
