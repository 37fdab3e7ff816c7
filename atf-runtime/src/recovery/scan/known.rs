//! What is known of a thread besides its files, when it is scanned.

use crate::manifest::ManifestThread;
use crate::recovery::identity::Witnesses;

/// What is known of a thread besides its files.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The thread that the directory's name gives.
    pub(super) named: Option<u32>,
    /// What the manifest says of it.
    pub(super) listed: Option<&'a ManifestThread>,
    /// Whether the manifest says that the session was recorded in this boot of the machine. A ring knows better.
    pub(super) is_of_this_boot: bool,
    /// The other threads.
    pub(super) witnesses: &'a Witnesses<'a>,
}
