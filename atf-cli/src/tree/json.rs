//! The tree as JSON, written node by node: it may be deeper than a stack.

use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_analysis::{CallTree, TreeNode};
use serde_json::{Value as Json, json};

use crate::out::Out;
use crate::{balance, strings};

/// Prints the object: a node without a function, whose children are the functions at the top.
pub(super) fn print(
    tree: &CallTree,
    names: &Names,
    string_ints: bool,
    out: &mut Out,
) -> io::Result<()> {
    let number = |number: u64| {
        let mut number = Json::from(number);
        if string_ints {
            strings::of_large_integers(&mut number);
        }
        number
    };
    let mut all = balance::members(tree.threads());
    all.remove("calls");
    let mut all = Json::from(all);
    if string_ints {
        strings::of_large_integers(&mut all);
    }
    // The total time of a node includes that of the nodes below it.
    let total_ns = tree.roots().map(TreeNode::total_ns).fold(0, u64::saturating_add);
    let self_ns = of_all(tree, |node| node.self_ns());
    let calls = of_all(tree, |node| node.calls());
    write!(
        out,
        "{{\"function_id\":null,\"function\":null,\"calls\":{},\"total_ns\":{},\"self_ns\":{},\"children\":[",
        number(calls),
        number(total_ns),
        number(self_ns)
    )?;
    // Nodes that are not closed yet.
    let mut open = 0;
    let mut is_first = true;
    for (depth, node) in tree.walk() {
        while open > depth {
            out.write_all(b"]}")?;
            open -= 1;
            is_first = false;
        }
        if !is_first {
            out.write_all(b",")?;
        }
        write!(
            out,
            "{{\"function_id\":{},\"function\":{},\"calls\":{},\"total_ns\":{},\"self_ns\":{},\"children\":[",
            number(node.function_id()),
            json!(names.name(node.function_id())),
            number(node.calls()),
            number(node.total_ns()),
            number(node.self_ns())
        )?;
        open += 1;
        is_first = true;
    }
    (0..open).try_for_each(|_| out.write_all(b"]}"))?;
    // The members of the whole follow its children.
    let all = all.to_string();
    writeln!(out, "],{}", all.trim_start_matches('{'))
}

/// The sum over all nodes.
fn of_all(tree: &CallTree, value: impl Fn(TreeNode<'_>) -> u64) -> u64 {
    tree.walk().map(|(_, node)| value(node)).fold(0, u64::saturating_add)
}
