//! The table of calls: thread by thread, in the order in which they end.

use arrow_array::types::{UInt32Type, UInt64Type};
use atf_analysis::{Cut, EndedBy, Options, ThreadCalls, map_threads};
use pyo3::prelude::*;

use super::columns::{Columns, Texts};
use super::source::Source;
use super::table::{Table, wrong};

/// For a sequence that is not there.
const NONE: u32 = u32::MAX;

/// The columns of calls.
#[derive(Default)]
struct Calls {
    thread: Vec<u32>,
    start_seq: Vec<u32>,
    end_seq: Vec<u32>,
    function_id: Vec<u64>,
    depth: Vec<u32>,
    parent: Vec<u32>,
    start_ns: Vec<u64>,
    end_ns: Vec<u64>,
    duration_ns: Vec<u64>,
    self_ns: Vec<u64>,
    ended_by: Vec<u32>,
    has_gap: Vec<bool>,
    cut: Vec<u32>,
}

impl Calls {
    fn of(calls: &mut ThreadCalls<'_>) -> Self {
        let mut columns = Self::default();
        calls.for_each(|call| {
            columns.thread.push(call.thread_id);
            columns.start_seq.push(call.start_seq.0);
            columns.end_seq.push(call.end_seq.map_or(NONE, |seq| seq.0));
            columns.function_id.push(call.function_id);
            columns.depth.push(call.depth);
            columns.parent.push(call.parent.map_or(NONE, |seq| seq.0));
            columns.start_ns.push(call.start_ns);
            columns.end_ns.push(call.end_ns);
            columns.duration_ns.push(call.duration_ns);
            columns.self_ns.push(call.self_ns);
            columns.ended_by.push(position(&EndedBy::ALL, call.ended_by));
            columns.has_gap.push(call.has_gap);
            let cut = position(&Cut::ALL, call.cut);
            columns.cut.push(if call.cut == Cut::None { NONE } else { cut });
        });
        columns
    }

    fn append(&mut self, other: &mut Self) {
        self.thread.append(&mut other.thread);
        self.start_seq.append(&mut other.start_seq);
        self.end_seq.append(&mut other.end_seq);
        self.function_id.append(&mut other.function_id);
        self.depth.append(&mut other.depth);
        self.parent.append(&mut other.parent);
        self.start_ns.append(&mut other.start_ns);
        self.end_ns.append(&mut other.end_ns);
        self.duration_ns.append(&mut other.duration_ns);
        self.self_ns.append(&mut other.self_ns);
        self.ended_by.append(&mut other.ended_by);
        self.has_gap.append(&mut other.has_gap);
        self.cut.append(&mut other.cut);
    }
}

fn position<T: PartialEq>(all: &[T], one: T) -> u32 {
    all.iter().position(|it| *it == one).map_or(NONE, |position| position as u32)
}

/// The calls that the source takes.
pub(crate) fn calls(py: Python<'_>, source: &Source<'_>) -> PyResult<Table> {
    py.detach(|| {
        let (trace, options) = (source.trace(), Options::default());
        let parts = map_threads(&trace, &source.selection, &options, None, Calls::of);
        let mut all = Calls::default();
        for mut part in parts {
            if all.thread.is_empty() { all = part } else { all.append(&mut part) }
        }
        let rows = all.thread.len();
        let names = &source.names;
        let mut functions = Texts::default();
        let mut modules = Texts::default();
        let codes_of =
            |id: u64| (functions.number(names.name(id)), modules.number(names.module(id)));
        let (function, module) = codes(&all.function_id, codes_of);
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let endings: Vec<&str> = EndedBy::ALL.iter().map(|it| it.as_str()).collect();
        let cuts: Vec<&str> = Cut::ALL.iter().map(|it| it.as_str().unwrap_or("none")).collect();
        let mut columns = Columns::default();
        columns.numbers::<UInt32Type>("thread", all.thread);
        columns.numbers::<UInt32Type>("start_seq", all.start_seq);
        columns.optional::<UInt32Type>("end_seq", all.end_seq, NONE);
        columns.numbers::<UInt64Type>("function_id", all.function_id);
        columns.texts("function", function, functions.texts).map_err(wrong)?;
        columns.texts("module", module, modules.texts).map_err(wrong)?;
        columns.numbers::<UInt32Type>("depth", all.depth);
        columns.optional::<UInt32Type>("parent", all.parent, NONE);
        columns.numbers::<UInt64Type>("start_ns", all.start_ns);
        columns.numbers::<UInt64Type>("end_ns", all.end_ns);
        columns.numbers::<UInt64Type>("duration_ns", all.duration_ns);
        columns.numbers::<UInt64Type>("self_ns", all.self_ns);
        columns.texts("ended_by", all.ended_by, words(&endings)).map_err(wrong)?;
        columns.truths("has_gap", all.has_gap);
        columns.texts("cut", all.cut, words(&cuts)).map_err(wrong)?;
        Table::of("calls", rows, columns)
    })
}

/// The numbers of each function's name and module; each function is looked up once.
fn codes(ids: &[u64], mut of: impl FnMut(u64) -> (u32, u32)) -> (Vec<u32>, Vec<u32>) {
    let mut known: std::collections::HashMap<u64, (u32, u32), foldhash::fast::RandomState> =
        std::collections::HashMap::default();
    ids.iter().map(|&id| *known.entry(id).or_insert_with(|| of(id))).unzip()
}
