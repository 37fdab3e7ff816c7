//! Folded stacks: calls and self time by thread and path, as flame graphs need them.

use atf_runtime::IndexReader;
use atf_runtime::verify::Progress;

use super::builder::Builder;
use super::call_tree::CallTree;
use super::recursion::Recursion;
use crate::counts::{Counts, ThreadCounts};
use crate::error::Result;
use crate::options::Options;
use crate::running::{Work, in_parallel, run};
use crate::selection::Selection;
use crate::trace::Trace;

/// The stacks of each thread. Recursion is kept. Memory grows with the number of different stacks.
///
/// ```no_run
/// use atf_analysis::{Folded, Options, Selection, Trace};
/// # use atf_runtime::session::SessionReader;
/// # let session = SessionReader::open("my_session")?;
/// let trace = Trace::from(&session);
/// let folded = Folded::of(&trace, &Selection::default(), &Options::default(), None)?;
/// folded.for_each(|stack| {
///     print!("thread {}", stack.thread_id);
///     stack.functions.iter().for_each(|function_id| print!(";{function_id:#x}"));
///     println!(" {}", stack.self_ns);
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Folded {
    threads: Vec<CallTree>,
}

/// A stack of a [`Folded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stack<'a> {
    /// The thread.
    pub thread_id: u32,
    /// Function ids, the outermost first.
    pub functions: &'a [u64],
    /// Calls of the innermost function on this stack; never 0.
    pub calls: u64,
    /// Their self time in ns, which may be 0.
    pub self_ns: u64,
}

impl Folded {
    /// The stacks of the calls that `selection` keeps. `progress` is called with the bytes of events that were read.
    ///
    /// # Errors
    ///
    /// As [`Report::of`](crate::Report::of).
    pub fn of(
        trace: &Trace<'_>,
        selection: &Selection,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let work = Pass { selection, options };
        let made = in_parallel(trace, selection, options, progress, &work)?;
        let mut threads: Vec<CallTree> = made.into_iter().flatten().collect();
        threads.sort_by_key(thread_id);
        Ok(Self { threads })
    }

    /// Calls `take` with each stack: by thread, and within a thread each stack before those that it is a part of, the
    /// functions on it ordered by total time from high to low.
    pub fn for_each(&self, mut take: impl FnMut(Stack<'_>)) {
        for tree in &self.threads {
            let mut functions = Vec::new();
            for (depth, node) in tree.walk() {
                functions.truncate(depth);
                functions.push(node.function_id());
                take(Stack {
                    thread_id: thread_id(tree),
                    functions: &functions,
                    calls: node.calls(),
                    self_ns: node.self_ns(),
                });
            }
        }
    }

    /// What was counted in each selected thread, ordered by id.
    pub fn threads(&self) -> impl Iterator<Item = &ThreadCounts> {
        self.threads.iter().flat_map(CallTree::threads)
    }

    /// What was counted in all of them.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut all = Counts::default();
        self.threads().for_each(|thread| all.add(&thread.counts));
        all
    }
}

/// The thread of a tree that has one.
fn thread_id(tree: &CallTree) -> u32 {
    tree.threads().first().map_or(0, |thread| thread.thread_id)
}

struct Pass<'a> {
    selection: &'a Selection,
    options: &'a Options,
}

impl Work for Pass<'_> {
    type Made = Vec<CallTree>;

    fn start(&self) -> Self::Made {
        Vec::new()
    }

    fn add(
        &self,
        trees: &mut Self::Made,
        thread: (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let start = || Builder::new(Recursion::Kept);
        let (builder, counts) = run(thread, self.selection, self.options, start, progress)?;
        trees.push(CallTree::from_arena(&builder.arena, vec![counts]));
        Ok(())
    }
}
