//! A storage of which only a few files are open at a time, however many there are: a trace may have more
//! threads than a process may have files. A file is opened when it is written to, and the one that was not
//! written to for longest is closed for it.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::storage::{Storage, StorageFile};

/// Files that are open at a time.
const MAX_OPEN: usize = 64;

/// A [`Storage`] with at most [`MAX_OPEN`] open files.
pub(super) struct FewFiles<S: Storage> {
    storage: S,
    open: Rc<RefCell<Open<S::File>>>,
}

/// A file of it.
pub(super) struct LazyFile<S: Storage> {
    files: FewFiles<S>,
    id: u64,
    path: PathBuf,
}

struct Open<F> {
    /// Those that were used last are last.
    files: Vec<(u64, F)>,
    /// Files so far; the next one's id.
    made: u64,
}

impl<S: Storage> FewFiles<S> {
    pub(super) fn new(storage: S) -> Self {
        Self { storage, open: Rc::new(RefCell::new(Open { files: Vec::new(), made: 0 })) }
    }
}

// Derived, it would ask for files that can be cloned.
impl<S: Storage> Clone for FewFiles<S> {
    fn clone(&self) -> Self {
        Self { storage: self.storage.clone(), open: Rc::clone(&self.open) }
    }
}

impl<F> Open<F> {
    fn insert(&mut self, id: u64, file: F) {
        if self.files.len() == MAX_OPEN {
            self.files.remove(0);
        }
        self.files.push((id, file));
    }

    fn close(&mut self, id: u64) {
        self.files.retain(|(open, _)| *open != id);
    }
}

impl<S: Storage> LazyFile<S> {
    fn with<T>(&self, act: impl FnOnce(&mut S::File) -> io::Result<T>) -> io::Result<T> {
        let mut open = self.files.open.borrow_mut();
        match open.files.iter().position(|(id, _)| *id == self.id) {
            Some(at) => open.files[at..].rotate_left(1),
            None => {
                let file = self.files.storage.open_existing(&self.path)?;
                open.insert(self.id, file);
            }
        }
        match open.files.last_mut() {
            Some((_, file)) => act(file),
            None => unreachable!("it was just moved or put there"),
        }
    }
}

impl<S: Storage> Drop for LazyFile<S> {
    fn drop(&mut self) {
        self.files.open.borrow_mut().close(self.id);
    }
}

impl<S: Storage> StorageFile for LazyFile<S> {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.with(|file| file.write_all_at(bytes, offset))
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.with(|file| file.set_len(len))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.with(StorageFile::sync)
    }
}

impl<S: Storage> Storage for FewFiles<S> {
    type File = LazyFile<S>;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.storage.create_dir(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<LazyFile<S>> {
        let file = self.storage.create_new(path)?;
        Ok(self.keep(path, file))
    }

    fn open_existing(&self, path: &Path) -> io::Result<LazyFile<S>> {
        let file = self.storage.open_existing(path)?;
        Ok(self.keep(path, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.storage.rename(from, to)
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

impl<S: Storage> FewFiles<S> {
    fn keep(&self, path: &Path, file: S::File) -> LazyFile<S> {
        let mut open = self.open.borrow_mut();
        let id = open.made;
        open.made += 1;
        open.insert(id, file);
        LazyFile { files: self.clone(), id, path: path.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Disk;

    #[test]
    fn files_beyond_the_limit_are_written_in_turn_and_few_are_open() {
        const FILES: usize = 3 * MAX_OPEN;
        let dir = tempfile::tempdir().unwrap();
        let storage = FewFiles::new(Disk);
        let path = |number: usize| dir.path().join(number.to_string());
        let mut files: Vec<_> =
            (0..FILES).map(|number| storage.create_new(&path(number)).unwrap()).collect();
        for round in 0..3_u64 {
            for (number, file) in files.iter_mut().enumerate() {
                file.write_all_at(&[number as u8, round as u8], round * 2).unwrap();
                assert!(storage.open.borrow().files.len() <= MAX_OPEN);
            }
        }
        files.iter_mut().for_each(|file| file.sync().unwrap());
        drop(files);
        assert!(storage.open.borrow().files.is_empty());
        for number in 0..FILES {
            let byte = number as u8;
            assert_eq!(std::fs::read(path(number)).unwrap(), [byte, 0, byte, 1, byte, 2]);
        }
    }

    #[test]
    fn file_that_is_gone_when_it_is_opened_again_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let storage = FewFiles::new(Disk);
        let mut first = storage.create_new(&dir.path().join("first")).unwrap();
        let _others: Vec<_> = (0..MAX_OPEN)
            .map(|number| storage.create_new(&dir.path().join(number.to_string())).unwrap())
            .collect();
        storage.remove_file(&dir.path().join("first")).unwrap();
        let error = first.write_all_at(b"x", 0).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
