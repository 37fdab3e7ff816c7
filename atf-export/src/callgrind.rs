//! The profile format of callgrind: <https://valgrind.org/docs/manual/cl-format.html>.
//!
//! For each function its self time in ns, and for each pair of caller and callee the number of calls and their time
//! with everything inside. Threads are summed.

use std::collections::BTreeMap;
use std::io::Write;

use atf_analysis::{CallTree, Recursion};

use crate::Progress;
use crate::error::Result;
use crate::exported::Exported;
use crate::names::{Numbered, of_function, of_module};
use crate::source::Source;

/// Costs of a function, or of the calls from one function to another.
#[derive(Clone, Copy, Debug, Default)]
struct Costs {
    calls: u64,
    ns: u64,
}

impl Costs {
    fn add(&mut self, calls: u64, ns: u64) {
        self.calls = self.calls.saturating_add(calls);
        self.ns = self.ns.saturating_add(ns);
    }
}

/// Writes the calls of `source`. `progress` is called with the bytes of events that were read.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output), and [`Error::Analysis`](crate::Error::Analysis) when a temporary file is
/// refused.
pub fn write(
    source: &Source<'_>,
    out: &mut impl Write,
    progress: Option<Progress<'_>>,
) -> Result<Exported> {
    let (trace, selection, options) = (source.trace, source.selection, source.options);
    let tree = CallTree::of(trace, Recursion::Kept, selection, options, progress)?;
    let mut functions: BTreeMap<u64, Costs> = BTreeMap::new();
    let mut pairs: BTreeMap<(u64, u64), Costs> = BTreeMap::new();
    for (_, node) in tree.walk() {
        let function_id = node.function_id();
        functions.entry(function_id).or_default().add(node.calls(), node.self_ns());
        if let Some(caller) = node.parent() {
            let pair = pairs.entry((caller.function_id(), function_id)).or_default();
            pair.add(node.calls(), node.total_ns());
        }
    }
    let mut names = Names { source, functions: Numbered::default(), files: BTreeMap::new() };
    let total_ns = functions.values().fold(0, |sum: u64, costs| sum.saturating_add(costs.ns));
    write!(
        out,
        "# callgrind format\nversion: 1\ncreator: atf {}\ncmd: {}\n",
        env!("CARGO_PKG_VERSION"),
        one_line(source.process_name()),
    )?;
    write!(out, "positions: line\nevents: ns\nsummary: {total_ns}\n")?;
    for (&function_id, costs) in &functions {
        let (file, name) = (names.file(function_id), names.function(function_id));
        write!(out, "\nfl={file}\nfn={name}\n0 {}\n", costs.ns)?;
        for (&(_, callee), costs) in pairs.range((function_id, 0)..=(function_id, u64::MAX)) {
            let (file, name) = (names.file(callee), names.function(callee));
            write!(out, "cfl={file}\ncfn={name}\ncalls={} 0\n0 {}\n", costs.calls, costs.ns)?;
        }
    }
    out.flush()?;
    Ok(Exported::of_sums(tree.threads().len() as u64, &tree.counts()))
}

/// Names with numbers: a name stands in the file once.
struct Names<'a> {
    source: &'a Source<'a>,
    functions: Numbered,
    files: BTreeMap<String, usize>,
}

impl Names<'_> {
    fn function(&mut self, function_id: u64) -> String {
        let (number, is_new) = self.functions.number(function_id);
        match is_new {
            true => {
                format!("({}) {}", number + 1, one_line(&of_function(self.source, function_id)))
            }
            false => format!("({})", number + 1),
        }
    }

    fn file(&mut self, function_id: u64) -> String {
        let file = one_line(of_module(self.source, function_id).unwrap_or("unknown"));
        let next = self.files.len() + 1;
        match self.files.get(&file) {
            Some(number) => format!("({number})"),
            None => {
                let text = format!("({next}) {file}");
                self.files.insert(file, next);
                text
            }
        }
    }
}

/// A name may not end its line.
fn one_line(name: &str) -> String {
    name.replace(['\n', '\r'], " ")
}
