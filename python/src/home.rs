//! Who owns a reader: the object that opened its file, the thread that it is of, or the session.
//!
//! A home is a share of that owner. A [`Handle`] is what an object of Python keeps: a home until it is closed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atf_runtime::session::SessionReader;
use atf_runtime::{DetailReader, IndexReader, ThreadReader};
use pyo3::prelude::*;

use crate::errors::closed;

/// A share of the owner of a thread's reader.
#[derive(Clone)]
pub(crate) enum ThreadHome {
    Alone(Arc<ThreadReader>),
    /// Of the thread at this place in the session, which is one that can be read.
    InSession(Arc<SessionReader>, usize),
}

impl ThreadHome {
    pub(crate) fn reader(&self) -> &ThreadReader {
        match self {
            Self::Alone(reader) => reader,
            Self::InSession(session, at) => match &session.threads()[*at].reader {
                Ok(reader) => reader,
                Err(_) => unreachable!("such a home is made of a thread that can be read"),
            },
        }
    }
}

/// A share of the owner of an index.
#[derive(Clone)]
pub(crate) enum IndexHome {
    Alone(Arc<IndexReader>),
    InThread(ThreadHome),
}

impl IndexHome {
    pub(crate) fn reader(&self) -> &IndexReader {
        match self {
            Self::Alone(reader) => reader,
            Self::InThread(thread) => thread.reader().index(),
        }
    }
}

/// A share of the owner of a detail file.
#[derive(Clone)]
pub(crate) enum DetailHome {
    Alone(Arc<DetailReader>),
    /// Of a thread whose detail.atf was opened.
    InThread(ThreadHome),
}

impl DetailHome {
    pub(crate) fn reader(&self) -> &DetailReader {
        match self {
            Self::Alone(reader) => reader,
            Self::InThread(thread) => match thread.reader().detail() {
                Ok(Some(reader)) => reader,
                _ => unreachable!("such a home is made of a thread with a detail.atf"),
            },
        }
    }
}

/// A home until it is closed, and the path that an error names then.
pub(crate) struct Handle<H> {
    path: PathBuf,
    home: Mutex<Option<H>>,
}

impl<H: Clone> Handle<H> {
    pub(crate) fn new(path: PathBuf, home: H) -> Self {
        Self { path, home: Mutex::new(Some(home)) }
    }

    /// Path of the file or directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A share of the reader. Raises ClosedError.
    pub(crate) fn get(&self, py: Python<'_>) -> PyResult<H> {
        self.lock().clone().ok_or_else(|| closed(py, &self.path))
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_none()
    }

    pub(crate) fn close(&self) {
        // Dropped after the lock: the last share removes the map.
        let _home = self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<H>> {
        self.home.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
