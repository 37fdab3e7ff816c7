//! What is analysed: the threads of a session that can be read, its names, and which of its calls are taken.

use atf_analysis::names::{NameStyle, Names};
use atf_analysis::{Selection, Trace};
use atf_runtime::manifest::Manifest;
use atf_runtime::session::SessionReader;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::filters::Filters;

pub(crate) struct Source<'a> {
    session: &'a SessionReader,
    pub(super) names: Names,
    pub(super) selection: Selection,
}

impl<'a> Source<'a> {
    /// Of a session, as the keyword arguments say. Raises ValueError for a filter that is not understood, TypeError
    /// for one that does not exist.
    pub(crate) fn of(
        session: &'a SessionReader,
        arguments: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let filters = Filters::of(arguments)?;
        let style = if filters.demangle { NameStyle::Demangled } else { NameStyle::Raw };
        let names = Names::of(session.session().readable_manifest(), style);
        let selection = filters.filter.resolve(&names, session.time_range()).selection;
        Ok(Self { session, names, selection })
    }

    pub(super) fn trace(&self) -> Trace<'a> {
        Trace::from(self.session)
    }

    pub(super) fn manifest(&self) -> Option<&'a Manifest> {
        self.session.session().readable_manifest()
    }
}

/// The error of an analysis: only a temporary file can be refused.
pub(super) fn raised<T>(result: atf_analysis::Result<T>) -> PyResult<T> {
    result.map_err(|error| PyOSError::new_err(format!("{error:#}")))
}
