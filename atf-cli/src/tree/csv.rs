//! The tree as comma-separated values: a row per path.

use std::io::{self, Write};

use atf_analysis::CallTree;
use atf_analysis::names::Names;

use crate::csv::cell;
use crate::functions;
use crate::out::Out;

/// Prints the rows, each before those of the paths that continue it.
pub(super) fn print(tree: &CallTree, names: &Names, out: &mut Out) -> io::Result<()> {
    writeln!(out, "path,calls,total_ns,self_ns")?;
    // The path to the last node, and where each function on it begins.
    let (mut path, mut starts) = (String::new(), Vec::new());
    for (depth, node) in tree.walk() {
        if let Some(&start) = starts.get(depth) {
            path.truncate(start);
            starts.truncate(depth);
        }
        starts.push(path.len());
        if depth > 0 {
            path.push(';');
        }
        path.push_str(&functions::frame(names, node.function_id()));
        let (calls, total_ns, self_ns) = (node.calls(), node.total_ns(), node.self_ns());
        writeln!(out, "{},{calls},{total_ns},{self_ns}", cell(&path))?;
    }
    Ok(())
}
