//! What an analysis is of: a trace, the names in it, and which of its calls are taken.

use std::path::Path;

use atf_analysis::Selection;
use atf_analysis::names::Names;

use crate::failure::Failure;
use crate::filters::{FilterArgs, NameArgs};
use crate::progress::{Progress, Unit};
use crate::trace::{Opened, Trace};
use crate::v4;

/// A trace with names and a selection.
pub(crate) struct Subject {
    pub(crate) trace: Trace,
    pub(crate) names: Names,
    pub(crate) selection: Selection,
}

impl Subject {
    /// Opens the trace, and notes what of it is incomplete.
    ///
    /// # Errors
    ///
    /// If the trace cannot be read or is one of V4, if PATH is a detail.atf, or if a filter names a thread that is
    /// not there.
    pub(crate) fn open(
        path: &Path,
        names: NameArgs,
        filters: &FilterArgs,
    ) -> Result<Self, Failure> {
        if v4::is_v4(path) {
            let why = "this is a V4 trace: convert it with `atf convert-v4` first";
            return Err(Failure::Other(format!("{}: {why}", path.display())));
        }
        let trace = Trace::open(path)?;
        if trace.opened().any(|files| matches!(files, Opened::Detail(_))) {
            let why = "a detail.atf has no calls: pass the directory of its thread";
            return Err(Failure::Other(format!("{}: {why}", path.display())));
        }
        let names = names.of(&trace);
        let selection = filters.select(&trace, &names)?;
        let selected = trace.threads.iter().filter(|thread| selection.has_thread(thread.id));
        trace.incomplete_files(selected)?.print();
        Ok(Self { trace, names, selection })
    }

    /// The threads that can be read.
    pub(crate) fn threads(&self) -> atf_analysis::Trace<'_> {
        let threads = self.trace.threads.iter();
        atf_analysis::Trace::new(threads.filter_map(|thread| Some((thread.id, thread.index()?))))
    }

    /// Progress of reading its events, in bytes.
    pub(crate) fn progress(&self) -> Progress {
        let selected = self.trace.threads.iter().filter(|it| self.selection.has_thread(it.id));
        let indexes = selected.filter_map(|thread| thread.index());
        let bytes = indexes.map(|index| index.events_in_memory().0.len() as u64).sum();
        Progress::new("analysing", bytes, Unit::Bytes)
    }
}

impl From<atf_analysis::Error> for Failure {
    fn from(error: atf_analysis::Error) -> Self {
        Self::Other(format!("{error:#}"))
    }
}
