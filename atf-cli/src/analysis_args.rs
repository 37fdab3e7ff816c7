//! What the commands that analyse calls have in common.

use std::path::PathBuf;

use crate::depth_from::DepthArgs;
use crate::failure::Failure;
use crate::filters::{FilterArgs, NameArgs};
use crate::subject::Subject;

/// Output as text or as comma-separated values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// Comma-separated values with a header line
    Csv,
}

/// A trace, and what is analysed of it.
#[derive(Debug, clap::Args)]
pub(crate) struct SubjectArgs {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or index.atf
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// How a trace is analysed.
#[derive(Debug, clap::Args)]
pub(crate) struct HowArgs {
    #[command(flatten)]
    pub(crate) depths: DepthArgs,
    #[command(flatten)]
    pub(crate) names: NameArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

impl SubjectArgs {
    /// Opens the trace.
    ///
    /// # Errors
    ///
    /// As [`Subject::open`].
    pub(crate) fn open(&self) -> Result<Subject, Failure> {
        Subject::open(&self.path, self.how.names, &self.how.filters)
    }
}
