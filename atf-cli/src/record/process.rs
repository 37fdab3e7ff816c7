//! A traced process: its modules, and from its first event on its session with a drain.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use atf_runtime::clock::Clock;
use atf_runtime::drain::{Drain, DrainOptions, Notice};
use atf_runtime::format::RING_FILE;
use atf_runtime::manifest::{ManifestProcess, Module, Symbol};
use atf_runtime::ring::Producer;
use atf_runtime::session::SessionWriter;
use atf_runtime::{Error, Platform, WriterOptions};

use super::modules::Loaded;
use crate::notes;

/// What is the same for all processes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) platform: Platform,
    pub(super) clock: Clock,
    pub(super) drain: DrainOptions,
}

/// A traced process, or one image of it: each exec begins another one.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) pid: i32,
    /// Readable when the process has ended.
    pub(super) ended: OwnedFd,
    dir: PathBuf,
    pub(super) modules: Vec<Loaded>,
    drain: Option<Drain>,
    producers: HashMap<u32, Producer>,
    untraced: u64,
}

/// A process that has ended.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) dir: PathBuf,
    pub(super) pid: i32,
    pub(super) threads: u64,
    pub(super) events: u64,
    pub(super) lost: u64,
    pub(super) untraced: u64,
    pub(super) modules: Vec<Loaded>,
    pub(super) error: Option<String>,
}

impl Process {
    pub(super) fn new(pid: i32, ended: OwnedFd, dir: PathBuf) -> Self {
        let (modules, producers) = (Vec::new(), HashMap::new());
        Self { pid, ended, dir, modules, drain: None, producers, untraced: 0 }
    }

    /// A thread begins: makes its ring.
    ///
    /// # Errors
    ///
    /// Those of the disk. The thread counts as untraced.
    pub(super) fn begin_thread(
        &mut self,
        plan: &Plan,
        id: u32,
        os_id: u64,
        name: &str,
    ) -> Result<File, String> {
        if self.drain.is_none() {
            self.drain = Some(self.start(plan).map_err(|error| format!("{error:#}"))?);
        }
        let Some(drain) = &self.drain else { unreachable!("it was just started") };
        let producer = drain.register(id).map_err(|error| format!("{error:#}"))?;
        drain.describe_thread(id, Some(name).filter(|name| !name.is_empty()), Some(os_id));
        let path = producer.dir().join(RING_FILE.path);
        let ring = OpenOptions::new().read(true).write(true).open(&path);
        self.producers.insert(id, producer);
        ring.map_err(|error| format!("{}: cannot open: {error}", path.display()))
    }

    fn start(&self, plan: &Plan) -> Result<Drain, Error> {
        let mut session =
            SessionWriter::create(&self.dir, plan.platform, WriterOptions::default())?;
        session.set_clock(&plan.clock);
        // Now, so that names survive whatever ends first.
        let (modules, symbols) = self.names();
        session.set_symbols(modules, symbols);
        session.describe_other_process(ManifestProcess::of(self.pid.unsigned_abs()))?;
        let drain = Drain::start(session, plan.drain)?;
        // The service says that a thread is not traced, once: on a full disk, every thread would say the same.
        drain.on_notice(|notice| {
            if !matches!(notice, Notice::Untraced { .. }) {
                notes::note(notice);
            }
        });
        Ok(drain)
    }

    fn names(&self) -> (Vec<Module>, Vec<Symbol>) {
        let traced = self.modules.iter().filter(|it| it.traceable > 0);
        let modules = traced.clone().map(Loaded::module).collect();
        (modules, traced.flat_map(Loaded::symbols).collect())
    }

    /// A thread has ended: the drain completes its files.
    pub(super) fn end_thread(&mut self, id: u32) {
        self.producers.remove(&id);
    }

    /// Threads that the process could not register.
    pub(super) fn set_untraced(&mut self, count: u64) {
        self.untraced = self.untraced.max(count);
    }

    /// The process is gone: completes its files. `None` if it had no event.
    pub(super) fn finish(mut self) -> Option<Recorded> {
        let (modules, symbols) = self.names();
        let drain = self.drain.take()?;
        // The rings are complete: nobody pushes any more.
        self.producers.clear();
        drain.set_symbols(modules, symbols);
        let result = drain.stop();
        let metrics = drain.metrics();
        let untraced = self.untraced.max(metrics.untraced_threads);
        let error = result.as_ref().err().map(|error| format!("{error:#}"));
        Some(Recorded {
            dir: self.dir,
            pid: self.pid,
            threads: metrics.threads.len() as u64,
            events: metrics.events(),
            lost: metrics.dropped_events(),
            untraced,
            modules: self.modules,
            error,
        })
    }
}

/// The folder of a process in the recording; of its second image and so on, with a number.
pub(super) fn dir_of(home: &Path, pid: i32, image: u32) -> PathBuf {
    match image {
        1 => home.join(format!("pid_{pid}")),
        _ => home.join(format!("pid_{pid}.{image}")),
    }
}
