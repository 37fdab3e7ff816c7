//! Verification of what recovery wrote. Callers ask for it after a plan was carried out.

use std::path::Path;

use super::plan::Plan;
use crate::consistency::Progress;
use crate::error::Result;
use crate::session::TracePath;
use crate::verify::{Report, verify};

impl Plan {
    /// Verifies the copy in `out`, or the trace itself if it was recovered in place (`None`): some faults
    /// stay. A trace was intact if [`finds_no_fault`](Self::finds_no_fault) and the report is ok.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when a file cannot be read.
    pub fn verify_result(
        &self,
        out: Option<&Path>,
        progress: Option<Progress<'_>>,
    ) -> Result<Report> {
        let Some(out) = out.map(Path::to_owned) else { return verify(&self.path, progress) };
        let path = match &self.path {
            TracePath::Session(_) => TracePath::Session(out),
            TracePath::Thread(_) => TracePath::Thread(out),
            TracePath::IndexFile(_) => TracePath::IndexFile(out),
            TracePath::DetailFile(_) => TracePath::DetailFile(out),
        };
        verify(&path, progress)
    }
}
