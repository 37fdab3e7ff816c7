//! What becomes of a session's manifest.json.

use std::fmt;

use crate::manifest::Manifest;

/// What becomes of a session's manifest.json. Displays as text for people and scripts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ManifestPlan {
    /// It agrees with the files, and stays as it is.
    Unchanged,
    /// It is written again.
    #[non_exhaustive]
    Rewritten {
        /// Why.
        reason: String,
        /// The new manifest.
        manifest: Box<Manifest>,
        /// Whether the old one was not fully understood. It is kept beside the new one, as
        /// manifest.json.damaged.
        is_kept: bool,
    },
}

impl fmt::Display for ManifestPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("kept as it is"),
            Self::Rewritten { reason, is_kept: false, .. } => write!(f, "rewritten: {reason}"),
            Self::Rewritten { reason, .. } => {
                write!(f, "rewritten: {reason}; the old one is kept as manifest.json.damaged")
            }
        }
    }
}
