//! The table of a call tree: a row per path of calls, each before those below it.

use arrow_array::types::{UInt32Type, UInt64Type};
use atf_analysis::{CallTree, Options, Recursion};
use pyo3::prelude::*;

use super::columns::Columns;
use super::report::add_functions;
use super::source::{Source, raised};
use super::table::Table;

/// The tree of the calls that the source takes. `is_inverted`: from functions to their callers.
pub(crate) fn call_tree(py: Python<'_>, source: &Source<'_>, is_inverted: bool) -> PyResult<Table> {
    py.detach(|| {
        let (trace, options) = (source.trace(), Options::default());
        let selection = &source.selection;
        let tree = CallTree::of(&trace, Recursion::Folded, selection, &options, None);
        let mut tree = raised(tree)?;
        if is_inverted {
            tree = tree.inverted(usize::MAX);
        }
        let (mut parents, mut depths, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        let (mut calls, mut total_ns, mut self_ns) = (Vec::new(), Vec::new(), Vec::new());
        let mut path: Vec<u32> = Vec::new();
        for (depth, node) in tree.walk() {
            path.truncate(depth);
            parents.push(path.last().copied().unwrap_or(u32::MAX));
            path.push(ids.len() as u32);
            depths.push(depth as u32);
            ids.push(node.function_id());
            calls.push(node.calls());
            total_ns.push(node.total_ns());
            self_ns.push(node.self_ns());
        }
        let rows = ids.len();
        let mut columns = Columns::default();
        columns.numbers::<UInt32Type>("node", (0..rows as u32).collect());
        columns.optional::<UInt32Type>("parent", parents, u32::MAX);
        columns.numbers::<UInt32Type>("depth", depths);
        add_functions(&mut columns, source, ids)?;
        columns.numbers::<UInt64Type>("calls", calls);
        columns.numbers::<UInt64Type>("total_ns", total_ns);
        columns.numbers::<UInt64Type>("self_ns", self_ns);
        Table::of("a call tree", rows, columns)
    })
}
