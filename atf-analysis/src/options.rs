//! How an analysis is done. None of it changes a number, except the reading of depths.

use crate::matching::DepthFrom;

/// How an analysis is done.
///
/// ```
/// use atf_analysis::{DepthFrom, Options};
/// let options = Options::default().depth_from(DepthFrom::Nesting);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    depth_from: Option<DepthFrom>,
}

impl Options {
    /// Reads the depths of all threads in this way. By default, what matches best is taken for each thread.
    #[must_use]
    pub fn depth_from(mut self, depth_from: DepthFrom) -> Self {
        self.depth_from = Some(depth_from);
        self
    }

    pub(crate) const fn forced_depth_from(&self) -> Option<DepthFrom> {
        self.depth_from
    }
}
