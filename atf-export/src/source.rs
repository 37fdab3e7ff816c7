//! What is exported.

use atf_analysis::names::Names;
use atf_analysis::{Options, Selection, Trace};
use atf_runtime::manifest::{Manifest, ManifestThread};

/// What is exported: a trace, what its functions are called, and which of its calls are taken.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Source<'a> {
    /// The events.
    pub trace: &'a Trace<'a>,
    /// The names of the functions.
    pub names: &'a Names,
    /// Names of threads and what is known of the process come from here.
    pub manifest: Option<&'a Manifest>,
    /// Which calls are taken.
    pub selection: &'a Selection,
    /// How they are matched.
    pub options: &'a Options,
    /// What the trace is called, where a format has a place for it.
    pub title: &'a str,
}

impl Source<'_> {
    /// The lowest time of all events, in ns; 0 without events.
    pub(crate) fn start_ns(&self) -> u64 {
        let starts = self.trace.threads().iter().filter_map(|(_, index)| index.time_range());
        starts.map(|(start, _)| start).min().unwrap_or_default()
    }

    /// The process's id, if it is known.
    pub(crate) fn pid(&self) -> Option<u64> {
        self.manifest?.process.as_ref()?.pid
    }

    /// The operating system's id of a thread, if it is known.
    pub(crate) fn os_id(&self, thread_id: u32) -> Option<u64> {
        self.thread(thread_id)?.os_id
    }

    fn thread(&self, thread_id: u32) -> Option<&ManifestThread> {
        self.manifest?.threads.iter().find(|thread| thread.id == thread_id)
    }

    /// The name of the program, or the title.
    pub(crate) fn process_name(&self) -> &str {
        let process = self.manifest.and_then(|manifest| manifest.process.as_ref());
        let program = process.and_then(|it| it.executable.as_ref().or_else(|| it.command.first()));
        program.map_or(self.title, |path| path.rsplit(['/', '\\']).next().unwrap_or(path))
    }

    /// A thread's name: its own with its id, or `thread N`.
    pub(crate) fn thread_name(&self, thread_id: u32) -> String {
        match self.thread(thread_id).and_then(|thread| thread.name.as_deref()) {
            Some(name) => format!("{name} ({thread_id})"),
            None => format!("thread {thread_id}"),
        }
    }

    /// The threads that are selected.
    pub(crate) fn threads(&self) -> impl Iterator<Item = (u32, &atf_runtime::IndexReader)> {
        let threads = self.trace.threads().iter().copied();
        threads.filter(|&(thread_id, _)| self.selection.has_thread(thread_id))
    }
}
