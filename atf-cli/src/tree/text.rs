//! The tree as text: numbers at the left, branches at the right.

use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_analysis::{CallTree, TreeNode};

use crate::color::Color;
use crate::functions;
use crate::numbers::{count, grouped, short_duration};
use crate::out::Out;
use crate::screen;

/// Columns of the numbers.
const NUMBERS: usize = 31;
/// Deeper nodes are not indented any further: their depth is printed.
const MAX_DEPTH: usize = 40;
/// So much of a name is shown.
const MIN_NAME_COLUMNS: usize = 16;
/// Functions that are shown with all around them.
const MOST_AROUND: usize = 10;

/// How a tree is printed.
pub(super) struct Text<'a> {
    pub(super) names: &'a Names,
    pub(super) columns: usize,
    pub(super) color: Color,
    /// Nodes with a smaller part of the time are left out.
    pub(super) min_share: f64,
}

impl Text<'_> {
    /// Prints a whole tree.
    pub(super) fn print(&self, tree: &CallTree, out: &mut Out) -> io::Result<()> {
        self.print_heading(out)?;
        self.print_nodes(tree, out)
    }

    /// Prints, of each function, what it calls and who calls it.
    pub(super) fn print_around(
        &self,
        tree: &CallTree,
        functions: &[u64],
        out: &mut Out,
    ) -> io::Result<()> {
        let mut parts: Vec<(CallTree, CallTree)> =
            functions.iter().map(|&id| (tree.callees(id), tree.callers(id, usize::MAX))).collect();
        let total = |tree: &CallTree| tree.roots().map(TreeNode::total_ns).max();
        parts.sort_by_key(|(callees, _)| std::cmp::Reverse(total(callees)));
        if parts.is_empty() {
            return writeln!(out, "no such function was called");
        }
        for (callees, callers) in parts.iter().take(MOST_AROUND) {
            for (tree, what) in [(callees, "calls"), (callers, "is called by")] {
                if let Some(root) = tree.roots().next() {
                    let name = functions::shown(self.names, root.function_id());
                    let title = format!("{name} {what}:");
                    let title = screen::cut(&title, self.columns);
                    writeln!(out, "{}", self.color.bold(title))?;
                }
                self.print_heading(out)?;
                self.print_nodes(tree, out)?;
            }
        }
        let more = parts.len().saturating_sub(MOST_AROUND);
        if more > 0 {
            writeln!(out, "{} not shown", count(more as u64, "more function"))?;
        }
        Ok(())
    }

    /// Prints lines below a tree.
    pub(super) fn print_lines(&self, lines: &[String], out: &mut Out) -> io::Result<()> {
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    fn print_heading(&self, out: &mut Out) -> io::Result<()> {
        let heading = format!("{:>8}  {:>8}  {:>9}  function", "total", "self", "calls");
        writeln!(out, "{}", self.color.bold(heading))
    }

    fn print_nodes(&self, tree: &CallTree, out: &mut Out) -> io::Result<()> {
        let whole: u64 = tree.roots().map(TreeNode::total_ns).fold(0, u64::saturating_add);
        let least_ns = (whole as f64 * self.min_share) as u64;
        // Of each node above, whether more siblings follow; and what is printed next, the last one first.
        let mut open: Vec<bool> = Vec::new();
        let mut next: Vec<(usize, bool, Item<'_>)> = Vec::new();
        push(tree.roots(), 0, least_ns, &mut next);
        while let Some((depth, is_last, item)) = next.pop() {
            open.truncate(depth);
            let branches = branches(&open, depth, is_last, self.most_depth());
            match item {
                Item::Node(node) => {
                    self.print_node(node, &branches, out)?;
                    open.push(!is_last);
                    push(node.children(), depth + 1, least_ns, &mut next);
                }
                Item::More(more) => {
                    let text = format!("{branches}... {}", count(more, "smaller one"));
                    writeln!(out, "{:NUMBERS$}{}", "", self.color.dim(text))?;
                }
            }
        }
        if tree.is_empty() {
            writeln!(out, "no calls")?;
        }
        Ok(())
    }

    /// How deep nodes are indented: on a narrow screen less.
    fn most_depth(&self) -> usize {
        (self.columns.saturating_sub(NUMBERS + MIN_NAME_COLUMNS) / 2).min(MAX_DEPTH)
    }

    fn print_node(&self, node: TreeNode<'_>, branches: &str, out: &mut Out) -> io::Result<()> {
        let name = functions::shown(self.names, node.function_id());
        let taken = NUMBERS + screen::width(branches);
        let columns = self.columns.saturating_sub(taken).max(MIN_NAME_COLUMNS);
        writeln!(
            out,
            "{:>8}  {:>8}  {:>9}  {branches}{}",
            short_duration(node.total_ns()),
            short_duration(node.self_ns()),
            grouped(node.calls()),
            screen::cut(&name, columns)
        )
    }
}

/// What stands on a line.
enum Item<'a> {
    Node(TreeNode<'a>),
    /// So many nodes that are left out.
    More(u64),
}

/// Puts siblings on the stack, so that the first is taken first. Whether each is the last one.
fn push<'a>(
    nodes: impl Iterator<Item = TreeNode<'a>>,
    depth: usize,
    least_ns: u64,
    next: &mut Vec<(usize, bool, Item<'a>)>,
) {
    let (mut shown, mut more) = (Vec::new(), 0);
    for node in nodes {
        if node.total_ns() >= least_ns {
            shown.push(Item::Node(node));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        shown.push(Item::More(more));
    }
    let siblings = shown.into_iter().rev().enumerate();
    next.extend(siblings.map(|(from_last, item)| (depth, from_last == 0, item)));
}

/// The lines from the nodes above to this one.
fn branches(open: &[bool], depth: usize, is_last: bool, most_depth: usize) -> String {
    let mut text = String::new();
    if depth > most_depth {
        text.push_str(&format!("[{depth}] "));
    } else {
        for &is_open in open.iter().take(depth).skip(1) {
            text.push_str(if is_open { "│ " } else { "  " });
        }
    }
    if depth > 0 {
        text.push_str(if is_last { "└ " } else { "├ " });
    }
    text
}
