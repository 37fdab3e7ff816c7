//! What recovery would write of a thread that has no files yet, in memory: for programs that show what a ring holds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zerocopy::FromBytes;

use super::copy::copy_thread;
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, DETAIL_FILE, INDEX_FILE, RING_FILE};
use crate::reader::{DetailReader, IndexReader, ThreadReader};
use crate::recovery::plan::{Plan, RingOutcome};
use crate::session::TracePath;
use crate::storage::{Storage, StorageFile};

/// The events and detail records that only the ring of a thread has, as the files of a thread that was
/// never finalized; errors and paths name the ring. `None` if the thread has an index.atf, which
/// [`ThreadReader::open`] reads, or has no ring that was used.
///
/// It copies the ring, and changes nothing. If the thread is being recorded, it gives what was
/// published at this moment.
///
/// # Errors
///
/// [`Error::Malformed`] when the ring is damaged, or none of its events follows on what the files hold;
/// [`Error::Io`].
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// let thread = atf_runtime::recovery::ring_contents(dir.path())?;
/// assert!(thread.is_none());
/// # Ok::<(), atf_runtime::Error>(())
/// ```
pub fn ring_contents(thread_dir: impl AsRef<Path>) -> Result<Option<ThreadReader>> {
    let dir = thread_dir.as_ref();
    let has_index = dir.join(INDEX_FILE.path).try_exists();
    if has_index.map_err(Error::io(dir, "look for index.atf"))? {
        return Ok(None);
    }
    let plan = Plan::of(&TracePath::Thread(dir.to_owned()), None)?;
    let Some(thread) = plan.threads.into_iter().next() else { return Ok(None) };
    let Some(ring) = &thread.ring else { return Ok(None) };
    match ring.outcome {
        RingOutcome::Joined => {}
        RingOutcome::NeverMade | RingOutcome::LeftBehind => return Ok(None),
        RingOutcome::Damaged | RingOutcome::Stays => {
            return match ring.faults.first() {
                Some(fault) => Err(Error::malformed(&ring.file)(fault.clone())),
                None => Ok(None),
            };
        }
    }
    // The ring goes on where files ended that are gone: what it holds has no number without them.
    if let Some(lane) = thread.index.as_ref().filter(|lane| lane.kept == 0)
        && let Some(fault) = lane.faults.first()
        && ring.snapshot.is_some_and(|ring| ring.index_head > 0)
    {
        return Err(Error::malformed(&lane.file)(fault.clone()));
    }
    let memory = Memory::default();
    let (index, detail) = (Path::new(INDEX_FILE.path), Path::new(DETAIL_FILE.path));
    copy_thread(&thread, &memory, (index, detail), None, &mut |_| {})?;
    let name = dir.join(RING_FILE.path);
    let Some(index) = memory.take(index) else { return Ok(None) };
    let index = IndexReader::from_bytes(&name, unfinalized_index(index))?;
    let detail = memory.take(detail).map(unfinalized_detail);
    let detail = detail.map(|bytes| DetailReader::from_bytes(&name, bytes)).transpose()?;
    Ok(Some(ThreadReader::from_readers(index, detail)))
}

/// Without the footer and what a final header says: nobody has finalized these events.
fn unfinalized_index(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut end = bytes.len();
    if let Ok((header, _)) = AtfIndexHeader::mut_from_prefix(&mut bytes) {
        end = usize::try_from(header.footer_offset.get()).unwrap_or(end);
        header.event_count = 0.into();
        header.footer_offset = AtfIndexHeader::INIT.footer_offset;
        header.time_start_ns = 0.into();
        header.time_end_ns = 0.into();
    }
    bytes.truncate(end);
    bytes
}

/// As [`unfinalized_index`].
fn unfinalized_detail(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut end = bytes.len();
    if let Ok((header, _)) = AtfDetailHeader::mut_from_prefix(&mut bytes) {
        let records = header.events_offset.get().saturating_add(header.bytes_length.get());
        end = usize::try_from(records).unwrap_or(end);
        header.event_count = 0.into();
        header.bytes_length = 0.into();
        header.index_seq_start = 0.into();
        header.index_seq_end = 0.into();
    }
    bytes.truncate(end);
    bytes
}

/// Files in memory, without directories.
#[derive(Clone, Debug, Default)]
struct Memory {
    files: Rc<RefCell<BTreeMap<PathBuf, MemoryFile>>>,
}

#[derive(Clone, Debug, Default)]
struct MemoryFile {
    bytes: Rc<RefCell<Vec<u8>>>,
}

impl Memory {
    fn take(&self, path: &Path) -> Option<Vec<u8>> {
        let file = self.files.borrow_mut().remove(path)?;
        Some(file.bytes.take())
    }
}

impl Storage for Memory {
    type File = MemoryFile;

    fn create_new(&self, path: &Path) -> io::Result<MemoryFile> {
        let file = MemoryFile::default();
        self.files.borrow_mut().insert(path.to_owned(), file.clone());
        Ok(file)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.files.borrow_mut().remove(path).map(drop).ok_or(ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn open_existing(&self, _: &Path) -> io::Result<MemoryFile> {
        Err(ErrorKind::Unsupported.into())
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn remove_dir(&self, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn list_dirs(&self, _: &Path) -> io::Result<Vec<OsString>> {
        Err(ErrorKind::Unsupported.into())
    }
}

impl StorageFile for MemoryFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut all = self.bytes.borrow_mut();
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let end = start.checked_add(bytes.len()).ok_or(ErrorKind::FileTooLarge)?;
        if all.len() < end {
            all.resize(end, 0);
        }
        all[start..end].copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.bytes.borrow_mut().resize(len, 0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}
