//! The call tree.

use std::ops::Range;

use atf_runtime::IndexReader;
use atf_runtime::verify::Progress;

use super::arena::{Arena, ROOT};
use super::builder::Builder;
use super::recursion::Recursion;
use crate::counts::{Counts, ThreadCounts};
use crate::error::Result;
use crate::options::Options;
use crate::running::{Work, in_parallel, run};
use crate::selection::Selection;
use crate::trace::Trace;

/// Calls and times by path, over all selected threads together. Memory grows with the number of different paths.
///
/// ```
/// use atf_analysis::{CallTree, Options, Recursion, Selection, Trace};
/// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// # use atf_runtime::session::{SessionReader, SessionWriter};
/// # use atf_runtime::{Event, Platform, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let session = SessionWriter::create(dir, platform, WriterOptions::default())?;
/// # let mut thread = session.thread(0)?;
/// # for (timestamp_ns, function_id, event_kind, call_depth) in [
/// #     (10, 1, EventKind::CALL, 0),
/// #     (20, 2, EventKind::CALL, 1),
/// #     (50, 2, EventKind::RETURN, 1),
/// #     (70, 1, EventKind::RETURN, 0),
/// #     (80, 2, EventKind::CALL, 0),
/// #     (85, 2, EventKind::RETURN, 0),
/// # ] {
/// #     let event = Event { timestamp_ns, function_id, event_kind, call_depth };
/// #     thread.write_event(&event, None)?;
/// # }
/// # let summary = thread.finalize()?;
/// # session.finish(&[summary])?;
/// // Function 1 calls function 2, which takes 30 ns of 60. Then function 2 runs by itself for 5 ns.
/// let session = SessionReader::open(dir)?;
/// let (selection, options) = (Selection::default(), Options::default());
/// let tree = CallTree::of(&Trace::from(&session), Recursion::Folded, &selection, &options, None)?;
/// let rows = |tree: &CallTree| -> Vec<(usize, u64, u64, u64, u64)> {
///     let row = |(depth, node): (usize, atf_analysis::TreeNode<'_>)| {
///         (depth, node.function_id(), node.calls(), node.total_ns(), node.self_ns())
///     };
///     tree.walk().map(row).collect()
/// };
/// assert_eq!(rows(&tree), [(0, 1, 1, 60, 30), (1, 2, 1, 30, 30), (0, 2, 1, 5, 5)]);
/// // Who calls function 2?
/// assert_eq!(rows(&tree.callers(2, 8)), [(0, 2, 2, 35, 35), (1, 1, 1, 30, 30)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CallTree {
    pub(super) nodes: Vec<Node>,
    /// The children of each node, one node after the other: by total time from high to low, then by function id.
    children: Vec<u32>,
    pub(super) threads: Vec<ThreadCounts>,
}

/// A node whose children are known. The first one is above all others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    pub(super) function_id: u64,
    pub(super) parent: u32,
    /// Where its children are listed.
    first_child: u32,
    children: u32,
    pub(super) calls: u64,
    pub(super) total_ns: u64,
    pub(super) self_ns: u64,
}

/// The calls of a function on a path of a [`CallTree`].
#[derive(Clone, Copy, Debug)]
pub struct TreeNode<'a> {
    tree: &'a CallTree,
    number: u32,
}

/// The nodes of a [`CallTree`] with their depths, each before its children.
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Walk<'a> {
    tree: &'a CallTree,
    /// Nodes that come next, the last one first.
    next: Vec<(usize, u32)>,
}

impl Node {
    /// Its place in the list of children.
    fn listed(&self) -> Range<usize> {
        let first = self.first_child as usize;
        first..first + self.children as usize
    }
}

impl CallTree {
    /// The tree of the calls that `selection` keeps. A kept call stands below its nearest enclosing call that is kept.
    /// `progress` is called with the bytes of events that were read.
    ///
    /// # Errors
    ///
    /// As [`Report::of`](crate::Report::of).
    pub fn of(
        trace: &Trace<'_>,
        recursion: Recursion,
        selection: &Selection,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let work = Pass { recursion, selection, options };
        let made = in_parallel(trace, selection, options, progress, &work)?;
        let mut all = Arenas::default();
        made.into_iter().for_each(|arenas| all.add(arenas));
        let Arenas { arena, mut threads } = all;
        let arena = arena.unwrap_or_default();
        threads.sort_by_key(|it: &ThreadCounts| it.thread_id);
        Ok(Self::from_arena(&arena, threads))
    }

    /// The nodes with calls. Where a node has calls, so have those above it.
    pub(super) fn from_arena(arena: &Arena, threads: Vec<ThreadCounts>) -> Self {
        let mut nodes = Vec::with_capacity(arena.nodes().len());
        nodes.push(Node::default());
        let mut at = vec![ROOT; arena.nodes().len()];
        for (number, node) in arena.nodes().iter().enumerate().skip(1) {
            if node.calls == 0 {
                continue;
            }
            at[number] = nodes.len() as u32;
            let parent = at[node.parent as usize];
            nodes[parent as usize].children += 1;
            nodes.push(Node {
                function_id: node.function_id,
                parent,
                calls: node.calls,
                total_ns: node.total_ns,
                self_ns: node.self_ns,
                ..Node::default()
            });
        }
        let mut tree = Self { children: vec![ROOT; nodes.len() - 1], nodes, threads };
        tree.list_children();
        tree
    }

    /// Lists the children of each node, whose number is known.
    fn list_children(&mut self) {
        let Self { nodes, children, .. } = self;
        let mut first_child = 0;
        for node in nodes.iter_mut() {
            node.first_child = first_child;
            first_child += std::mem::take(&mut node.children);
        }
        for number in 1..nodes.len() {
            let parent = nodes[number].parent as usize;
            let parent = &mut nodes[parent];
            children[(parent.first_child + parent.children) as usize] = number as u32;
            parent.children += 1;
        }
        for node in nodes.iter().filter(|node| node.children > 1) {
            children[node.listed()].sort_unstable_by_key(|&child| {
                let child = &nodes[child as usize];
                (std::cmp::Reverse(child.total_ns), child.function_id)
            });
        }
    }

    /// The children of a node.
    pub(super) fn children_of(&self, number: u32) -> &[u32] {
        &self.children[self.nodes[number as usize].listed()]
    }

    /// The functions at the top, by total time from high to low, then by function id.
    pub fn roots(&self) -> impl Iterator<Item = TreeNode<'_>> {
        TreeNode { tree: self, number: ROOT }.children()
    }

    /// All nodes with their depths, each before its children. The depth of a root is 0.
    pub fn walk(&self) -> Walk<'_> {
        let mut walk = Walk { tree: self, next: Vec::new() };
        walk.push_children(ROOT, 0);
        walk
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was counted in each selected thread, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[ThreadCounts] {
        &self.threads
    }

    /// What was counted in all of them.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of_all(&self.threads)
    }
}

impl<'a> TreeNode<'a> {
    fn node(self) -> &'a Node {
        &self.tree.nodes[self.number as usize]
    }

    /// The function.
    #[must_use]
    pub fn function_id(self) -> u64 {
        self.node().function_id
    }

    /// Calls.
    #[must_use]
    pub fn calls(self) -> u64 {
        self.node().calls
    }

    /// Time from start to end, in ns. Where recursion is folded, only the outermost calls count.
    #[must_use]
    pub fn total_ns(self) -> u64 {
        self.node().total_ns
    }

    /// Time without that of the calls inside, in ns.
    #[must_use]
    pub fn self_ns(self) -> u64 {
        self.node().self_ns
    }

    /// The node above; `None` at the top.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != ROOT).then_some(Self { number: parent, ..self })
    }

    /// The nodes below, by total time from high to low, then by function id.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        let children = self.tree.children_of(self.number).iter();
        children.map(move |&number| Self { number, ..self })
    }
}

impl Walk<'_> {
    fn push_children(&mut self, node: u32, depth: usize) {
        let children = self.tree.children_of(node);
        self.next.extend(children.iter().rev().map(|&child| (depth, child)));
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (usize, TreeNode<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (depth, number) = self.next.pop()?;
        self.push_children(number, depth + 1);
        Some((depth, TreeNode { tree: self.tree, number }))
    }
}

struct Pass<'a> {
    recursion: Recursion,
    selection: &'a Selection,
    options: &'a Options,
}

/// A tree of some threads while it is built.
#[derive(Debug, Default)]
struct Arenas {
    arena: Option<Arena>,
    threads: Vec<ThreadCounts>,
}

impl Arenas {
    fn add(&mut self, other: Self) {
        self.threads.extend(other.threads);
        match (&mut self.arena, other.arena) {
            (Some(arena), Some(other)) => arena.add_all(&other),
            (arena, other) => *arena = arena.take().or(other),
        }
    }
}

impl Work for Pass<'_> {
    type Made = Arenas;

    fn start(&self) -> Arenas {
        Arenas::default()
    }

    fn add(
        &self,
        made: &mut Arenas,
        thread: (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let start = || Builder::new(self.recursion);
        let (builder, counts) = run(thread, self.selection, self.options, start, progress)?;
        made.add(Arenas { arena: Some(builder.arena), threads: vec![counts] });
        Ok(())
    }
}
