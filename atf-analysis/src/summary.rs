//! The summary: what does not match in a trace, how deep it goes, where events were lost, and where its clock jumped.

use atf_runtime::IndexReader;
use atf_runtime::survey::Survey;
use atf_runtime::verify::Progress;

use crate::call::Call;
use crate::counts::{Counts, ThreadCounts};
use crate::error::Result;
use crate::matching::DepthFrom;
use crate::options::Options;
use crate::running::{Work, in_parallel, run};
use crate::selecting::Consumer;
use crate::selection::Selection;
use crate::trace::Trace;

/// What the calls of each thread look like as a whole.
///
/// ```no_run
/// use atf_analysis::{Options, Selection, Summary, Trace};
/// # use atf_runtime::session::SessionReader;
/// # let session = SessionReader::open("my_session")?;
/// let trace = Trace::from(&session);
/// let summary = Summary::of(&trace, &Selection::default(), &Options::default(), None)?;
/// for thread in summary.threads() {
///     println!("{}: {} calls, {} deep", thread.thread_id, thread.counts.calls, thread.most_open);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    threads: Vec<ThreadSummary>,
}

/// A thread of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadSummary {
    /// The thread.
    pub thread_id: u32,
    /// How its depths were read.
    pub depth_from: DepthFrom,
    /// What was counted.
    pub counts: Counts,
    /// The highest depth that a kept call has, as its event says; `None` without calls.
    pub max_depth: Option<u32>,
    /// The most calls that were open at the same time, of all calls of the thread.
    pub most_open: u64,
    /// Where the clock went backwards or jumped, and unknown kinds of events. Of the whole thread.
    pub survey: Survey,
}

impl Summary {
    /// The summary of the calls that `selection` keeps. `progress` is called with the bytes of events that were read.
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
        let made = in_parallel(trace, selection, options, progress, &Pass { selection, options })?;
        let mut threads: Vec<ThreadSummary> = made.into_iter().flatten().collect();
        threads.sort_by_key(|thread| thread.thread_id);
        Ok(Self { threads })
    }

    /// The selected threads, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[ThreadSummary] {
        &self.threads
    }

    /// What was counted in all of them.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut all = Counts::default();
        self.threads.iter().for_each(|thread| all.add(&thread.counts));
        all
    }
}

struct Pass<'a> {
    selection: &'a Selection,
    options: &'a Options,
}

impl Work for Pass<'_> {
    type Made = Vec<ThreadSummary>;

    fn start(&self) -> Self::Made {
        Vec::new()
    }

    fn add(
        &self,
        made: &mut Self::Made,
        thread: (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let (thread_id, index) = thread;
        let (depths, ThreadCounts { depth_from, counts, .. }) =
            run(thread, self.selection, self.options, Depths::default, progress)?;
        made.push(ThreadSummary {
            thread_id,
            depth_from,
            counts,
            max_depth: depths.max_depth,
            most_open: depths.most_open,
            survey: Survey::of(index, None),
        });
        Ok(())
    }
}

/// How deep calls are.
#[derive(Debug, Default)]
struct Depths {
    max_depth: Option<u32>,
    open: u64,
    most_open: u64,
}

impl Consumer for Depths {
    type Mark = ();

    #[inline]
    fn open(&mut self, _: u64, _: bool, _: Option<&()>) {
        self.open += 1;
        self.most_open = self.most_open.max(self.open);
    }

    #[inline]
    fn close(&mut self, call: &Call, is_kept: bool, (): ()) {
        self.open -= 1;
        if is_kept {
            self.max_depth = self.max_depth.max(Some(call.depth));
        }
    }

    fn orphan(&mut self, _: u64) {}
}
