//! What is wrong with a part of a filter.

use std::error::Error;
use std::fmt;

/// A part of a filter that is not understood. Displays as what was expected, with an example; the text itself is
/// known to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(String);

impl FilterError {
    pub(super) fn new(expected: impl Into<String>) -> Self {
        Self(expected.into())
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for FilterError {}
