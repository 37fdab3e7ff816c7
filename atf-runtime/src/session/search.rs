//! Finds the sessions below a folder.
//!
//! Whole trees are searched, with a bound on the entries that are looked at. Symbolic links are not
//! followed: they may lead in circles or out of the tree. Folders of other users are not entered: in a
//! shared folder such as /tmp anybody can put a session that the user never recorded.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::bundle;
use crate::error::{Error, Result, is_absent};
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::storage::is_dir;
use crate::sys;
use crate::thread_dir::thread_id_of_dir_name;

/// The search stops after this many entries, so that naming `/` by mistake ends soon.
pub(super) const MAX_ENTRIES: usize = 100_000;

/// The sessions below a folder.
#[derive(Debug)]
pub(super) struct Search {
    /// Their directories, in no order.
    pub(super) sessions: Vec<PathBuf>,
    /// Whether everything was looked at; otherwise only [`MAX_ENTRIES`] were.
    pub(super) is_complete: bool,
    /// Folders that were not entered because they belong to another user.
    pub(super) of_others: u64,
    entries_left: usize,
    owners: Owners,
    queue: VecDeque<PathBuf>,
}

impl Search {
    /// Searches below `folder`, which is itself neither a session nor a bundle.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a folder cannot be read for another reason than its permissions.
    pub(super) fn below(folder: &Path) -> Result<Self> {
        let mut search = Self::new(folder)?;
        let listed = search.list(folder)?;
        search.enter(folder, listed.dirs);
        search.run()
    }

    /// Searches what the bundle `folder` names: `target` and below it.
    ///
    /// # Errors
    ///
    /// As for [`below`](Self::below).
    pub(super) fn of_bundle(folder: &Path, target: PathBuf) -> Result<Self> {
        if target == folder {
            return Self::below(folder);
        }
        let mut search = Self::new(folder)?;
        search.queue.push_back(target);
        search.run()
    }

    fn new(folder: &Path) -> Result<Self> {
        let metadata = fs::metadata(folder).map_err(Error::io(folder, "open"))?;
        Ok(Self {
            sessions: Vec::new(),
            is_complete: true,
            of_others: 0,
            entries_left: MAX_ENTRIES,
            owners: Owners::of(&metadata),
            queue: VecDeque::new(),
        })
    }

    fn run(mut self) -> Result<Self> {
        while let Some(dir) = self.queue.pop_front() {
            let listed = match self.list(&dir) {
                Ok(listed) => listed,
                Err(error) if is_unreadable(&error) => continue,
                Err(error) => return Err(error),
            };
            if listed.has_threads || listed.has_manifest && has_readable_manifest(&dir)? {
                self.sessions.push(dir);
                continue;
            }
            // A bundle that names nothing of its own is a folder like others.
            match bundle::target_of(&dir) {
                Ok(Some(target)) if listed.has_manifest && target != dir => {
                    self.queue.push_back(target)
                }
                Err(error) if error.is_refusal() && !is_unreadable(&error) => return Err(error),
                Ok(_) | Err(_) => self.enter(&dir, listed.dirs),
            }
        }
        Ok(self)
    }

    /// Reads a directory, up to the first thread's: then it is a session.
    fn list(&mut self, dir: &Path) -> Result<Listed> {
        let mut listed = Listed::default();
        let read = Error::io(dir, "read the directory");
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return Err(read(error)),
        };
        for entry in entries {
            if self.entries_left == 0 {
                self.is_complete = false;
                break;
            }
            self.entries_left -= 1;
            let entry = entry.map_err(Error::io(dir, "read the directory"))?;
            if is_thread(&entry).map_err(Error::io(dir, "read the directory"))? {
                listed.has_threads = true;
                break;
            }
            listed.has_manifest |= entry.file_name() == MANIFEST_NAME;
            let metadata = match entry.file_type() {
                Ok(kind) if !kind.is_dir() => continue,
                Ok(_) => entry.metadata(),
                Err(error) => Err(error),
            };
            let metadata = match metadata {
                // One that is gone again is no session.
                Err(error) if is_absent(&error) => continue,
                metadata => metadata.map_err(Error::io(dir, "read the directory"))?,
            };
            if self.owners.may_enter(sys::owner(&metadata)) {
                listed.dirs.push(entry.file_name());
            } else {
                self.of_others += 1;
            }
        }
        Ok(listed)
    }

    fn enter(&mut self, dir: &Path, names: Vec<OsString>) {
        // Not "./name": the paths are shown.
        let child = |name| if dir == Path::new(".") { PathBuf::from(name) } else { dir.join(name) };
        self.queue.extend(names.into_iter().map(child));
    }
}

/// What is in a directory.
#[derive(Debug, Default)]
struct Listed {
    has_threads: bool,
    has_manifest: bool,
    dirs: Vec<OsString>,
}

/// Whose folders are entered.
#[derive(Debug)]
struct Owners {
    user: Option<u32>,
    /// The owner of the folder that was named, unless everybody can write to that.
    named: Option<u32>,
}

impl Owners {
    fn of(named: &Metadata) -> Self {
        let is_shared = sys::is_writable_by_all(named);
        Self { user: sys::user(), named: sys::owner(named).filter(|_| !is_shared) }
    }

    /// Without users, as on Windows, every folder is entered.
    fn may_enter(&self, owner: Option<u32>) -> bool {
        match (self.user, owner) {
            (Some(user), Some(owner)) => owner == user || self.named == Some(owner),
            _ => true,
        }
    }
}

/// Whether a directory entry is a thread's directory, or a link to one: the threads of a session may be
/// on several disks.
///
/// # Errors
///
/// When the operating system does not say what the entry is.
pub(super) fn is_thread(entry: &DirEntry) -> io::Result<bool> {
    let is_named = entry.file_name().to_str().and_then(thread_id_of_dir_name).is_some();
    Ok(is_named && is_dir(entry)?)
}

/// Whether a directory has the manifest of a session. One that this user must not read is no session.
fn has_readable_manifest(dir: &Path) -> Result<bool> {
    match Manifest::read(dir.join(MANIFEST_NAME)) {
        Err(error) if error.is_refusal() && !is_unreadable(&error) => Err(error),
        manifest => Ok(manifest.is_ok()),
    }
}

/// A folder that is gone, or that this user cannot read, has nothing that could be opened.
fn is_unreadable(error: &Error) -> bool {
    let Error::Io { source, .. } = error else { return false };
    matches!(
        source.kind(),
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u32 = 0;
    const ME: u32 = 1000;
    const OTHER: u32 = 1001;

    #[test]
    fn only_folders_of_the_user_and_of_the_owner_of_what_was_named_are_entered() {
        // User, owner of the named folder if only some can write to it: whose folders below are entered.
        for (user, named, entered) in [
            (ME, Some(ME), [false, true, false]),
            // /tmp: not even those of root.
            (ME, None, [false, true, false]),
            (ROOT, None, [true, false, false]),
            // The home of another user, named on purpose.
            (ME, Some(OTHER), [false, true, true]),
            (ROOT, Some(ME), [true, true, false]),
            (ME, Some(ROOT), [true, true, false]),
        ] {
            let owners = Owners { user: Some(user), named };
            let found = [ROOT, ME, OTHER].map(|owner| owners.may_enter(Some(owner)));
            assert_eq!(found, entered, "{owners:?}");
        }
        let without_users = Owners { user: None, named: None };
        assert!(without_users.may_enter(None));
    }
}
