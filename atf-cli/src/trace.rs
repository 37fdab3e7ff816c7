//! Whatever a PATH names, opened: a list of threads with the files that can be read.
//!
//! Used by the commands that show a trace; a thread that cannot be opened does not hide the
//! others.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use atf_runtime::manifest::Manifest;
use atf_runtime::reader::{FooterState, TornTail};
use atf_runtime::ring::left_in_ring;
use atf_runtime::session::{Session, SessionThread, TracePath, locate, thread_id_of_dir_name};
use atf_runtime::{DetailReader, Error, IndexReader, ThreadReader};

use crate::failure::{Failure, one_line};
use crate::{hint, notes, numbers};

/// After so many notes further threads are only counted: a killed program has thousands.
const MOST_NOTES: usize = 40;

/// An opened trace.
pub(crate) struct Trace {
    /// What the path names.
    pub(crate) path: TracePath,
    /// The session, if it is one.
    session: Option<Session>,
    /// Its threads in the order of their ids; of one file alone, the one thread.
    pub(crate) threads: Vec<Thread>,
}

/// A thread of a trace.
pub(crate) struct Thread {
    /// What the directory's name says, or else the header.
    pub(crate) id: u32,
    /// Its directory; `None` when a file was named.
    dir: Option<PathBuf>,
    /// Its files, or why they cannot be read.
    pub(crate) files: Result<Opened, Error>,
}

/// The files of a thread that were named.
pub(crate) enum Opened {
    /// A thread directory.
    Both(Box<ThreadReader>),
    /// One index.atf alone.
    Index(Box<IndexReader>),
    /// One detail.atf alone.
    Detail(Box<DetailReader>),
}

impl Opened {
    /// The index lane, if it was named.
    pub(crate) fn index(&self) -> Option<&IndexReader> {
        match self {
            Self::Both(thread) => Some(thread.index()),
            Self::Index(index) => Some(index),
            Self::Detail(_) => None,
        }
    }

    /// The detail lane, if there is one and it was named.
    pub(crate) fn detail(&self) -> Result<Option<&DetailReader>, &Error> {
        match self {
            Self::Both(thread) => thread.detail(),
            Self::Index(_) => Ok(None),
            Self::Detail(detail) => Ok(Some(detail)),
        }
    }

    /// Whether every file that is there ends with its footer.
    pub(crate) fn is_finalized(&self) -> bool {
        let index = self.index().is_none_or(|index| index.extent().footer.is_whole());
        let detail = self.detail().is_ok_and(|it| it.is_none_or(DetailReader::is_finalized));
        index && detail
    }
}

impl Trace {
    /// Opens what `path` names.
    ///
    /// # Errors
    ///
    /// When the path names nothing, or no thread of it can be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let path = locate(path)?;
        let mut session = None;
        let threads = match &path {
            TracePath::Session(dir) => {
                let session = session.insert(Session::open(dir)?);
                let open = |dir: &Path| ThreadReader::open(dir).map(Box::new).map(Opened::Both);
                let threads = session.threads().iter();
                let opened = |thread: &SessionThread| Thread {
                    id: thread.id,
                    dir: Some(thread.dir.clone()),
                    files: open(&thread.dir),
                };
                threads.map(opened).collect()
            }
            TracePath::Thread(dir) => {
                let reader = ThreadReader::open(dir)?;
                let named = dir.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name);
                let id = named.unwrap_or(reader.thread_id());
                vec![Thread { id, dir: Some(dir.clone()), files: Ok(Opened::Both(reader.into())) }]
            }
            TracePath::IndexFile(file) => {
                let reader = IndexReader::open(file)?;
                let id = reader.thread_id();
                let files = Ok(Opened::Index(reader.into()));
                vec![Thread { id, dir: None, files }]
            }
            TracePath::DetailFile(file) => {
                let reader = DetailReader::open(file)?;
                let id = reader.thread_id();
                let files = Ok(Opened::Detail(reader.into()));
                vec![Thread { id, dir: None, files }]
            }
        };
        Self { path, session, threads }.with_something_to_read()
    }

    fn with_something_to_read(mut self) -> Result<Self, Failure> {
        if self.threads.is_empty() || self.threads.iter().any(|thread| thread.files.is_ok()) {
            return Ok(self);
        }
        for thread in &self.threads {
            let mut said = Vec::new();
            let is_mendable = thread.dir.as_deref().is_some_and(|dir| say_ring(dir, &mut said));
            said.iter().for_each(notes::note);
            if is_mendable {
                hint::recover(&self.path, "makes a trace of what is in the rings");
                break;
            }
        }
        let count = self.threads.len();
        match self.threads.swap_remove(0).files {
            Err(error) if count > 1 => {
                let first = one_line(&error);
                Err(Failure::Other(format!("none of {count} threads can be read: {first}")))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(self),
        }
    }

    /// The session's manifest, if it is a session with one that can be read.
    pub(crate) fn manifest(&self) -> Option<&Manifest> {
        self.session.as_ref()?.manifest().ok()
    }

    /// The session, if the path names one.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Says on stderr what keeps the trace from being whole, as far as opening it shows; of its
    /// threads only of these.
    pub(crate) fn note_what_is_torn<'a>(&self, threads: impl IntoIterator<Item = &'a Thread>) {
        if let Some(Err(error)) = self.session.as_ref().map(Session::manifest) {
            notes::note(one_line(error));
        }
        let mut is_mendable = false;
        let mut said = Vec::new();
        let mut threads_beyond = 0;
        for thread in threads {
            let before = said.len();
            is_mendable |= thread.dir.as_deref().is_some_and(|dir| say_ring(dir, &mut said));
            match &thread.files {
                Err(error) => {
                    said.push(format!("thread {} is left out: {}", thread.id, one_line(error)));
                }
                Ok(files) => {
                    say_unfinalized(files, &mut said);
                    is_mendable |= hint::is_mendable(files);
                }
            }
            if before >= MOST_NOTES && said.len() > before {
                said.truncate(before);
                threads_beyond += 1;
            }
        }
        said.iter().for_each(notes::note);
        if threads_beyond > 0 {
            let threads = numbers::count(threads_beyond, "more thread");
            notes::note(format_args!("{threads} not whole either; `atf verify` names all"));
        }
        if is_mendable {
            hint::recover(&self.path, "makes a whole trace of what is there");
        }
    }
}

/// Says what is still in a thread's ring; whether recovery would bring it to the files.
fn say_ring(thread_dir: &Path, said: &mut Vec<String>) -> bool {
    match left_in_ring(thread_dir) {
        Ok(Some(left)) if left.events > 0 => {
            let events = numbers::count(left.events, "event");
            let until = if left.is_recording { "it is being recorded" } else { "not drained" };
            let file = left.file.display();
            said.push(format!("{file}: {events} more, not in index.atf yet: {until}"));
            !left.is_recording
        }
        Ok(_) => false,
        Err(error) => {
            said.push(one_line(&error));
            false
        }
    }
}

fn say_unfinalized(files: &Opened, said: &mut Vec<String>) {
    if let Some(index) = files.index()
        && let Some(state) = footer_in_words(index.extent().footer)
    {
        let events = numbers::count(index.len() as u64, "whole event");
        said.push(format!("{}: {state}; {events} can be read", index.path().display()));
    }
    match files.detail() {
        Ok(Some(detail)) => {
            if let Some(state) = footer_in_words(detail.extent().footer) {
                said.push(format!("{}: {state}", detail.path().display()));
            }
        }
        Ok(None) => {}
        Err(error) => said.push(one_line(error)),
    }
}

/// What is wrong with a footer; `None` when it is whole.
fn footer_in_words(footer: FooterState) -> Option<String> {
    let bytes = |len| numbers::count(len, "byte");
    const MISSING: &str = "no footer: never finalized, or its end was lost";
    match footer {
        FooterState::Whole { .. } => None,
        FooterState::Damaged { offset } => Some(format!("the footer at byte {offset} is damaged")),
        FooterState::Missing(TornTail::None) => Some(MISSING.to_owned()),
        FooterState::Missing(TornTail::Event { len }) => {
            Some(format!("{MISSING} ({} of a torn event at the end)", bytes(len)))
        }
        FooterState::Missing(TornTail::Footer { len }) => {
            Some(format!("{MISSING} ({} of a torn footer at the end)", bytes(len)))
        }
    }
}
