//! In which boot of the machine a thread without its session was recorded. Called when a thread's directory or a
//! file is scanned alone: the manifest is beside the directory.

use std::path::Path;

use crate::error::{Error, Result};
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::ring::boot::is_this_boot;

/// Whether the session of a thread's directory was recorded in this boot of the machine. False where there is no
/// manifest that says so.
///
/// # Errors
///
/// [`Error::Io`] when the operating system refuses to read the manifest.
pub(super) fn is_of_this_boot(thread_dir: &Path) -> Result<bool> {
    let absolute = std::path::absolute(thread_dir).map_err(Error::io(thread_dir, "resolve"))?;
    let Some(session) = absolute.parent() else { return Ok(false) };
    let manifest = Error::unless_refused(Manifest::read_damaged(session.join(MANIFEST_NAME)))?;
    let manifest = manifest.ok().and_then(|(manifest, _)| manifest);
    is_this_boot(manifest.as_ref().and_then(Manifest::boot_id))
}
