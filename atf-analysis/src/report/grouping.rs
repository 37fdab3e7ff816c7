//! Grouping the calls of a trace by a key of their function or thread.

use std::collections::HashMap;
use std::hash::Hash;

use atf_runtime::IndexReader;
use atf_runtime::verify::Progress;
use foldhash::fast::RandomState;

use super::stats::Stats;
use crate::call::Call;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::options::Options;
use crate::running::{Work, in_parallel, run};
use crate::selecting::Consumer;
use crate::selection::Selection;
use crate::trace::Trace;

/// What calls are grouped by.
pub(crate) trait Grouping: Sync {
    /// The name of a group.
    type Key: Clone + Eq + Hash + Ord + Send;

    /// The group of a function's calls on a thread.
    fn key(&self, function_id: u64, thread_id: u32) -> Self::Key;
}

/// The groups of a trace, ordered by key.
#[derive(Debug)]
pub(crate) struct Grouped<K> {
    pub(crate) groups: Vec<(K, Stats)>,
    pub(crate) threads: Vec<ThreadCounts>,
}

/// Groups the calls of a trace.
pub(crate) fn group<G: Grouping>(
    trace: &Trace<'_>,
    selection: &Selection,
    options: &Options,
    progress: Option<Progress<'_>>,
    grouping: &G,
) -> Result<Grouped<G::Key>> {
    let work = Pass { selection, options, grouping };
    let made = in_parallel(trace, selection, options, progress, &work)?;
    let mut by_key = ByKey::default();
    let mut threads = Vec::new();
    for (groups, counts) in made {
        threads.extend(counts);
        groups.into_iter().for_each(|(key, stats)| by_key.entry(key).or_default().add_all(stats));
    }
    threads.sort_by_key(|it: &ThreadCounts| it.thread_id);
    // A function of which nothing was kept is no row.
    let is_row = |(_, stats): &(G::Key, Stats)| stats.calls > 0 || stats.orphan_returns > 0;
    let mut groups: Vec<_> = by_key.into_iter().filter(is_row).collect();
    groups.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(Grouped { groups, threads })
}

type ByKey<K> = HashMap<K, Stats, RandomState>;

struct Pass<'a, G> {
    selection: &'a Selection,
    options: &'a Options,
    grouping: &'a G,
}

impl<G: Grouping> Work for Pass<'_, G> {
    type Made = (ByKey<G::Key>, Vec<ThreadCounts>);

    fn start(&self) -> Self::Made {
        (HashMap::default(), Vec::new())
    }

    fn add(
        &self,
        (by_key, counts): &mut Self::Made,
        thread: (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let start = || Groups::new(self.grouping, thread.0);
        let (groups, counted) = run(thread, self.selection, self.options, start, progress)?;
        counts.push(counted);
        for (key, group) in groups.keys.into_iter().zip(groups.groups) {
            by_key.entry(key).or_default().add_all(group.stats);
        }
        Ok(())
    }
}

/// The groups that were met on a thread.
struct Groups<'g, G: Grouping> {
    grouping: &'g G,
    thread_id: u32,
    /// The group of each function.
    of_function: HashMap<u64, u32, RandomState>,
    of_key: HashMap<G::Key, u32, RandomState>,
    keys: Vec<G::Key>,
    groups: Vec<OpenGroup>,
}

#[derive(Debug, Default)]
struct OpenGroup {
    /// Calls that are open and may be kept.
    open: u32,
    stats: Stats,
}

/// The group of an open call, and whether the call may be kept.
#[derive(Clone, Copy, Debug)]
struct Mark {
    group: u32,
    is_open: bool,
}

impl<'g, G: Grouping> Groups<'g, G> {
    fn new(grouping: &'g G, thread_id: u32) -> Self {
        Self {
            grouping,
            thread_id,
            of_function: HashMap::default(),
            of_key: HashMap::default(),
            keys: Vec::new(),
            groups: Vec::new(),
        }
    }

    #[inline(always)]
    fn group_of(&mut self, function_id: u64) -> u32 {
        match self.of_function.get(&function_id) {
            Some(&group) => group,
            None => self.new_function(function_id),
        }
    }

    #[cold]
    fn new_function(&mut self, function_id: u64) -> u32 {
        let key = self.grouping.key(function_id, self.thread_id);
        let group = match self.of_key.get(&key) {
            Some(&group) => group,
            None => {
                // Memory ends long before the numbers do.
                let group = self.groups.len() as u32;
                self.groups.push(OpenGroup::default());
                self.keys.push(key.clone());
                self.of_key.insert(key, group);
                group
            }
        };
        self.of_function.insert(function_id, group);
        group
    }
}

impl<G: Grouping> Consumer for Groups<'_, G> {
    type Mark = Mark;

    #[inline(always)]
    fn open(&mut self, function_id: u64, is_kept: bool, _: Option<&Mark>) -> Mark {
        if !is_kept {
            return Mark { group: 0, is_open: false };
        }
        let group = self.group_of(function_id);
        self.groups[group as usize].open += 1;
        Mark { group, is_open: true }
    }

    #[inline(always)]
    fn close(&mut self, call: &Call, is_kept: bool, mark: Mark) {
        if mark.is_open {
            let OpenGroup { open, stats } = &mut self.groups[mark.group as usize];
            *open -= 1;
            if is_kept {
                stats.add(call, *open == 0);
            }
        }
    }

    fn orphan(&mut self, function_id: u64) {
        let group = self.group_of(function_id);
        self.groups[group as usize].stats.orphan_returns += 1;
    }
}
