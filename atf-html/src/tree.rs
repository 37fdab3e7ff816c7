//! The call tree, without the paths that take too little time to be seen.

use atf_analysis::{CallTree, Options, Recursion, TreeNode};
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::functions::Functions;
use crate::source::Source;

/// Nodes of a large page.
const MOST_NODES: u64 = 20_000;
/// One node for so many bytes of a small one.
const BYTES_PER_NODE: u64 = 100;

/// Nodes as a list of [parent, function, calls, total ns, self ns], each behind its parent; parent and function are -1 at
/// the top, and for calls that were left out. Also how many nodes were left out.
pub(crate) fn json(
    source: &Source<'_>,
    budget: u64,
    functions: &mut Functions,
) -> Result<(Json, u64)> {
    let options: &Options = source.options;
    let tree = CallTree::of(source.trace, Recursion::Folded, source.selection, options, None)?;
    let mut totals: Vec<u64> = tree.walk().map(|(_, node)| node.total_ns()).collect();
    totals.sort_unstable_by(|one, other| other.cmp(one));
    let least_ns = totals
        .get((budget / BYTES_PER_NODE).min(MOST_NODES) as usize)
        .map_or(0, |total| total.saturating_add(1));
    let mut nodes = Vec::new();
    let mut left_out = 0;
    let roots: Vec<TreeNode<'_>> = tree.roots().collect();
    let mut next: Vec<(i64, Vec<TreeNode<'_>>)> = vec![(-1, roots)];
    while let Some((parent, children)) = next.pop() {
        let (mut calls, mut total_ns, mut small) = (0_u64, 0_u64, 0_u64);
        for node in children {
            if node.total_ns() < least_ns {
                small += 1;
                calls = calls.saturating_add(node.calls());
                total_ns = total_ns.saturating_add(node.total_ns());
                continue;
            }
            let function = functions.number(node.function_id());
            let (calls, total_ns, self_ns) = (node.calls(), node.total_ns(), node.self_ns());
            let number = nodes.len() as i64;
            nodes.push(json!([parent, function, calls, total_ns, self_ns]));
            next.push((number, node.children().collect()));
        }
        if small > 0 {
            left_out += small;
            nodes.push(json!([parent, -1, calls, total_ns, total_ns]));
        }
    }
    Ok((Json::from(nodes), left_out))
}
