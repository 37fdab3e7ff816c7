//! How the depths of a thread's events are read: depth is evidence, not law.

use std::fmt;

/// How the depths of a thread's events are read. Some recorders leave the depth 0, let it drift, or write that of a
/// return one higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a thread is read in one of these ways")]
pub enum DepthFrom {
    /// A call and its return have the same depth.
    Exact,
    /// The depth of a return or exception is one higher than that of its call.
    PlusOne,
    /// The depth is ignored; a return belongs to the nearest open call of its function.
    Nesting,
}

impl DepthFrom {
    /// Every reading, in the order in which the first of equally good ones is taken.
    pub const ALL: [Self; 3] = [Self::Exact, Self::PlusOne, Self::Nesting];

    /// The word in outputs and on the command line: `exact`, `plus-one`, `nesting`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::PlusOne => "plus-one",
            Self::Nesting => "nesting",
        }
    }
}

impl fmt::Display for DepthFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
