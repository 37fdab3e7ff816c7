//! How an analysis is done. None of it changes a number, except the reading of depths.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use crate::matching::DepthFrom;

/// How an analysis is done.
///
/// ```
/// use atf_analysis::{DepthFrom, Options};
/// let options = Options::default().workers(2).depth_from(DepthFrom::Nesting);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    workers: Option<NonZero<usize>>,
    depth_from: Option<DepthFrom>,
    temporary_folder: Option<PathBuf>,
}

impl Options {
    /// On so many threads of this process; 0 for one per processor, which is the default. A traced thread is
    /// analysed by one of them from its start to its end.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = NonZero::new(workers);
        self
    }

    /// Reads the depths of all threads in this way. By default, what matches best is taken for each thread.
    #[must_use]
    pub fn depth_from(mut self, depth_from: DepthFrom) -> Self {
        self.depth_from = Some(depth_from);
        self
    }

    /// The folder of temporary files; by default the system's, which is TMPDIR where it is set.
    #[must_use]
    pub fn temporary_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.temporary_folder = Some(folder.as_ref().to_owned());
        self
    }

    pub(crate) fn worker_count(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        self.workers.map_or_else(processors, NonZero::get)
    }

    pub(crate) const fn forced_depth_from(&self) -> Option<DepthFrom> {
        self.depth_from
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.temporary_folder.clone().unwrap_or_else(std::env::temp_dir)
    }
}
