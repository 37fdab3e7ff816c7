//! Where a session is written so that nobody takes a part of it for the session: beside its place, and
//! then renamed. Into a directory that exists, thread by thread, with the manifest last.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::manifest::MANIFEST_NAME;
use crate::output::{check_new_dir, check_new_file, create_parents};
use crate::storage::Storage;
use crate::thread_dir::{absolute, thread_dir_name};

/// A session's place, and the directory in which it is made.
#[derive(Debug)]
pub(super) struct Destination {
    out: PathBuf,
    /// Whether `out` was there, as an empty directory.
    existed: bool,
    work: PathBuf,
}

impl Destination {
    /// Checks that `out` is absent or an empty directory, and makes the directory to work in.
    ///
    /// # Errors
    ///
    /// [`Error::OutputTaken`], and then nothing was touched; [`Error::Io`].
    pub(super) fn claim<S: Storage>(storage: &S, out: &Path) -> Result<Self> {
        let existed = check_new_dir(out)?;
        if !existed {
            // A link to nothing.
            check_new_file(out)?;
        }
        let out = absolute(out.to_owned());
        let partial = format!("partial-{}", std::process::id());
        let work = if existed {
            out.join(partial)
        } else {
            create_parents(storage, &out)?;
            let mut name = out.file_name().unwrap_or_default().to_owned();
            name.push(".");
            name.push(partial);
            out.with_file_name(name)
        };
        storage.create_dir(&work).map_err(Error::io(&work, "create"))?;
        Ok(Self { out, existed, work })
    }

    /// Where the session is made.
    pub(super) fn work(&self) -> &Path {
        &self.work
    }

    /// Puts the session, with these threads, in its place.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub(super) fn put_in_place<S: Storage>(
        &self,
        storage: &S,
        threads: impl Iterator<Item = u32>,
    ) -> Result<()> {
        let Self { out, existed, work } = self;
        if *existed {
            let names: Vec<String> =
                threads.map(thread_dir_name).chain([MANIFEST_NAME.to_owned()]).collect();
            for (moved, name) in names.iter().enumerate() {
                let to = out.join(name);
                storage.rename(&work.join(name), &to).map_err(|error| {
                    // Back to where the caller removes them; the first error is the one to report.
                    for name in &names[..moved] {
                        let _ = storage.rename(&out.join(name), &work.join(name));
                    }
                    Error::io(&to, "move here")(error)
                })?;
            }
            storage.remove_dir(work).map_err(Error::io(work, "remove"))?;
            return storage.sync_dir(out).map_err(Error::io(out, "sync"));
        }
        // Somebody else may have made it meanwhile, and an empty directory would be replaced.
        check_new_file(out)?;
        storage.rename(work, out).map_err(Error::io(out, "move here"))?;
        let parent = out.parent().unwrap_or(out);
        storage.sync_dir(parent).map_err(Error::io(parent, "sync"))
    }
}
