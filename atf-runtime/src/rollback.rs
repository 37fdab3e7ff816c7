//! A storage that remembers what it created, so that an output that fails can be removed again. Files that it
//! did not create are never touched.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::storage::Storage;

#[derive(Clone)]
pub(crate) struct Rollback<S> {
    storage: S,
    made: Rc<RefCell<Vec<Made>>>,
}

enum Made {
    File(PathBuf),
    Dir(PathBuf),
}

impl<S: Storage> Rollback<S> {
    pub(crate) fn new(storage: S) -> Self {
        Self { storage, made: Rc::default() }
    }

    /// Removes what was created, in reverse order. What cannot be removed stays: the error that the
    /// caller reports came first.
    pub(crate) fn remove_all(&self) {
        for made in self.made.take().into_iter().rev() {
            let _ = match made {
                Made::File(path) => self.storage.remove_file(&path),
                Made::Dir(path) => self.storage.remove_dir(&path),
            };
        }
    }

    fn made(&self, made: Made) {
        self.made.borrow_mut().push(made);
    }
}

impl<S: Storage> Storage for Rollback<S> {
    type File = S::File;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.storage.create_dir(path)?;
        self.made(Made::Dir(path.to_owned()));
        Ok(())
    }

    fn create_new(&self, path: &Path) -> io::Result<S::File> {
        let file = self.storage.create_new(path)?;
        self.made(Made::File(path.to_owned()));
        Ok(file)
    }

    fn open_existing(&self, path: &Path) -> io::Result<S::File> {
        self.storage.open_existing(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.storage.rename(from, to)?;
        self.made(Made::File(to.to_owned()));
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.storage.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.storage.remove_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.storage.sync_dir(path)
    }

    fn list_dirs(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.storage.list_dirs(path)
    }
}
