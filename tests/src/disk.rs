//! A disk that a test can fill, make fail or cut in the middle of a write, and whose earlier states it can see.
//!
//! [`TestDisk`] passes each operation on to the real disk below a temporary directory, so that
//! readers can map what was written, and remembers it. A [`Tree`] replays what was remembered up
//! to any operation, with the next write cut at any byte: what a crash would have left. Syncing costs
//! nothing here; what it promises is tested by [`power_cuts`].

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use atf_runtime::storage::{Disk, Storage, StorageFile};

/// What was asked of a [`TestDisk`], and done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after the calls of Storage and StorageFile")]
pub enum Op {
    CreateDir(PathBuf),
    CreateNew(PathBuf),
    Write { path: PathBuf, offset: u64, bytes: Vec<u8> },
    SetLen { path: PathBuf, len: u64 },
    Sync(PathBuf),
    Rename { from: PathBuf, to: PathBuf },
    RemoveFile(PathBuf),
    RemoveDir(PathBuf),
    SyncDir(PathBuf),
    SyncFailed(PathBuf),
    SyncDirFailed(PathBuf),
}

impl Op {
    /// File that the operation changes the bytes of or makes durable, if it is about one.
    fn file(&self) -> Option<&Path> {
        match self {
            Self::Write { path, .. } | Self::SetLen { path, .. } | Self::Sync(path) => Some(path),
            _ => None,
        }
    }

    /// What kind of call it is, and the path that it is about (of a renaming: the new one).
    fn call(&self) -> (Call, &Path) {
        match self {
            Self::CreateDir(path) => (Call::CreateDir, path),
            Self::CreateNew(path) => (Call::CreateNew, path),
            Self::Write { path, .. } => (Call::Write, path),
            Self::SetLen { path, .. } => (Call::SetLen, path),
            Self::Sync(path) | Self::SyncFailed(path) => (Call::Sync, path),
            Self::Rename { to, .. } => (Call::Rename, to),
            Self::RemoveFile(path) => (Call::RemoveFile, path),
            Self::RemoveDir(path) => (Call::RemoveDir, path),
            Self::SyncDir(path) | Self::SyncDirFailed(path) => (Call::SyncDir, path),
        }
    }

    /// What is remembered of the operation if it fails: only of a failed sync something remains.
    fn failed(&self) -> Option<Self> {
        match self {
            Self::Sync(path) => Some(Self::SyncFailed(path.clone())),
            Self::SyncDir(path) => Some(Self::SyncDirFailed(path.clone())),
            _ => None,
        }
    }

    fn changes_bytes(&self) -> bool {
        matches!(self, Self::Write { .. } | Self::SetLen { .. })
    }
}

/// The calls that a test can make fail by kind and file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after the calls of Storage and StorageFile")]
pub enum Call {
    CreateDir,
    CreateNew,
    Write,
    SetLen,
    Sync,
    Rename,
    RemoveFile,
    RemoveDir,
    SyncDir,
    ListDirs,
}

/// Is shown each operation before it is done.
#[derive(Default)]
struct Witness(Option<Look>);

type Look = Box<dyn FnMut(&Op) + Send>;

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness")
    }
}

#[derive(Debug, Default)]
struct State {
    witness: Witness,
    log: Vec<Op>,
    /// Number of calls so far, failed ones included.
    calls: usize,
    fail_at: Option<usize>,
    /// Number of syncs so far, of files and directories, failed ones included.
    syncs: usize,
    fail_sync: Option<usize>,
    /// Calls that fail until the disk is repaired, by kind and the path's last name.
    broken: Vec<(Call, String)>,
    /// Most bytes that all files may have together.
    capacity: Option<u64>,
    lengths: BTreeMap<PathBuf, u64>,
}

/// A [`Storage`] on the real disk that remembers every operation.
#[derive(Clone, Debug, Default)]
pub struct TestDisk(Arc<Mutex<State>>);

/// An open file of a [`TestDisk`].
#[derive(Debug)]
pub struct TestFile {
    disk: TestDisk,
    path: PathBuf,
    file: fs::File,
}

impl TestDisk {
    /// A disk without faults.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds this lock")
    }

    /// Everything that was done so far.
    pub fn ops(&self) -> Vec<Op> {
        self.state().log.clone()
    }

    /// Number of calls so far, those that failed included.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// Makes call number `call` (counted from 0 since the disk was made) fail, and it alone.
    pub fn fail_call(&self, call: usize) {
        self.state().fail_at = Some(call);
    }

    /// Makes the next call fail, and it alone.
    pub fn fail_next(&self) {
        let mut state = self.state();
        state.fail_at = Some(state.calls);
    }

    /// Makes sync number `sync` (of a file or a directory, counted from 0 since the disk was made) fail, and
    /// it alone.
    pub fn fail_sync(&self, sync: usize) {
        self.state().fail_sync = Some(sync);
    }

    /// Number of syncs so far, of files and directories, those that failed included.
    pub fn syncs(&self) -> usize {
        self.state().syncs
    }

    /// Makes every call of this kind fail on a path with this last name, until
    /// [`repaired`](Self::repaired). For programs whose calls have no fixed order, as a drain's.
    pub fn fail_all(&self, call: Call, name: &str) {
        self.state().broken.push((call, name.to_owned()));
    }

    /// Shows each operation to `witness` before it is done, on the thread that asks for it: what a crash at
    /// that moment would leave is on the real disk. `witness` must not use this disk.
    pub fn watch(&self, witness: impl FnMut(&Op) + Send + 'static) {
        self.state().witness = Witness(Some(Box::new(witness)));
    }

    /// Undoes [`fail_all`](Self::fail_all).
    pub fn repaired(&self) {
        self.state().broken.clear();
    }

    fn fails(&self, call: Call, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        self.state().broken.iter().any(|(kind, of)| *kind == call && name == Some(of))
    }

    /// Lets all files together grow to `bytes`; a write beyond the limit is cut there.
    pub fn full_at(&self, bytes: u64) {
        self.state().capacity = Some(bytes);
    }

    /// Removes the limit.
    pub fn freed(&self) {
        self.state().capacity = None;
    }

    /// Bytes in all files.
    pub fn used(&self) -> u64 {
        self.state().lengths.values().sum()
    }

    fn call<T>(&self, op: Op, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let (call, path) = op.call();
        let is_broken = self.fails(call, path);
        let mut state = self.state();
        let number = state.calls;
        state.calls += 1;
        let mut is_failing = is_broken || state.fail_at == Some(number);
        if matches!(op.call().0, Call::Sync | Call::SyncDir) {
            is_failing |= state.fail_sync == Some(state.syncs);
            state.syncs += 1;
        }
        if let Witness(Some(witness)) = &mut state.witness {
            witness(&op);
        }
        if is_failing {
            state.log.extend(op.failed());
            return Err(failed());
        }
        let value = act()?;
        match &op {
            Op::CreateNew(path) => {
                state.lengths.insert(path.clone(), 0);
            }
            Op::Write { path, offset, bytes } => {
                let len = state.lengths.entry(path.clone()).or_default();
                *len = (*len).max(offset + bytes.len() as u64);
            }
            Op::SetLen { path, len } => {
                state.lengths.insert(path.clone(), *len);
            }
            Op::RemoveFile(path) => {
                state.lengths.remove(path);
            }
            Op::Rename { from, to } => {
                let len = state.lengths.remove(from).unwrap_or_default();
                state.lengths.insert(to.clone(), len);
            }
            _ => {}
        }
        state.log.push(op);
        Ok(value)
    }

    /// How many of `len` bytes at `offset` of `path` still fit.
    fn fitting(&self, path: &Path, offset: u64, len: u64) -> u64 {
        let state = self.state();
        let Some(capacity) = state.capacity else { return len };
        let this = state.lengths.get(path).copied().unwrap_or_default();
        let all: u64 = state.lengths.values().sum();
        let end = this + capacity.saturating_sub(all);
        end.saturating_sub(offset).min(len)
    }
}

fn failed() -> io::Error {
    io::Error::other("the disk failed, as the test asked")
}

impl Storage for TestDisk {
    type File = TestFile;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Op::CreateDir(path.to_owned()), || Disk.create_dir(path))
    }

    fn create_new(&self, path: &Path) -> io::Result<TestFile> {
        let file = self.call(Op::CreateNew(path.to_owned()), || Disk.create_new(path))?;
        Ok(TestFile { disk: self.clone(), path: path.to_owned(), file })
    }

    fn open_existing(&self, path: &Path) -> io::Result<TestFile> {
        let file = Disk.open_existing(path)?;
        let len = file.metadata()?.len();
        self.state().lengths.insert(path.to_owned(), len);
        Ok(TestFile { disk: self.clone(), path: path.to_owned(), file })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let op = Op::Rename { from: from.to_owned(), to: to.to_owned() };
        self.call(op, || Disk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(Op::RemoveFile(path.to_owned()), || Disk.remove_file(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Op::RemoveDir(path.to_owned()), || Disk.remove_dir(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Op::SyncDir(path.to_owned()), || Ok(()))
    }

    fn list_dirs(&self, path: &Path) -> io::Result<Vec<OsString>> {
        if self.fails(Call::ListDirs, path) {
            return Err(failed());
        }
        Disk.list_dirs(path)
    }
}

impl StorageFile for TestFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let fitting = self.disk.fitting(&self.path, offset, bytes.len() as u64) as usize;
        let op = Op::Write { path: self.path.clone(), offset, bytes: bytes[..fitting].to_vec() };
        let file = &mut self.file;
        self.disk.call(op, || file.write_all_at(&bytes[..fitting], offset))?;
        if fitting < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        let op = Op::SetLen { path: self.path.clone(), len };
        let file = &mut self.file;
        self.disk.call(op, || file.set_len(len))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.call(Op::Sync(self.path.clone()), || Ok(()))
    }
}

/// Directories and files at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Tree {
    /// What is below `top` now, `top` included.
    pub fn load(top: &Path) -> Self {
        let mut tree = Self(BTreeMap::from([(top.to_owned(), None)]));
        for entry in fs::read_dir(top).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                tree.0.extend(Self::load(&path).0);
            } else {
                let bytes = fs::read(&path).expect("a file");
                tree.0.insert(path, Some(bytes));
            }
        }
        tree
    }

    /// What is different in `after`, a line each: a path, and where its bytes begin to differ.
    pub fn changes(&self, after: &Self) -> Vec<String> {
        let paths: BTreeSet<&PathBuf> = self.0.keys().chain(after.0.keys()).collect();
        let change = |path: &&PathBuf| {
            let is = match (self.0.get(*path), after.0.get(*path)) {
                (old, new) if old == new => return None,
                (None, _) => "is new".to_owned(),
                (_, None) => "is gone".to_owned(),
                (Some(Some(old)), Some(Some(new))) => {
                    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
                    let [old, new] =
                        [old, new].map(|it| format!("{:02x?}, {} B", it.get(same), it.len()));
                    format!("at byte {same}: {old} -> {new}")
                }
                (Some(_), Some(_)) => "is a file or a directory instead".to_owned(),
            };
            Some(format!("{} {is}", path.display()))
        };
        paths.iter().filter_map(change).collect()
    }

    /// Bytes of the file at `path`.
    pub fn file(&self, path: &Path) -> Option<&[u8]> {
        self.0.get(path)?.as_deref()
    }

    /// Paths of all files.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| path.as_path())
    }

    /// Carries out `op`.
    pub fn apply(&mut self, op: &Op) {
        self.apply_partly(op, usize::MAX);
    }

    /// Carries out `op`; of a write only the first `len` bytes.
    pub fn apply_partly(&mut self, op: &Op, len: usize) {
        match op {
            Op::CreateDir(path) => {
                self.0.insert(path.clone(), None);
            }
            Op::CreateNew(path) => {
                self.0.insert(path.clone(), Some(Vec::new()));
            }
            Op::Write { path, offset, bytes } => {
                let bytes = &bytes[..len.min(bytes.len())];
                let file = self.file_mut(path);
                let start = *offset as usize;
                if !bytes.is_empty() {
                    file.resize(file.len().max(start + bytes.len()), 0);
                    file[start..start + bytes.len()].copy_from_slice(bytes);
                }
            }
            Op::SetLen { path, len } => self.file_mut(path).resize(*len as usize, 0),
            Op::Rename { from, to } => {
                let bytes = self.0.remove(from).expect("a file to rename");
                self.0.insert(to.clone(), bytes);
            }
            Op::RemoveFile(path) | Op::RemoveDir(path) => {
                self.0.remove(path);
            }
            Op::Sync(_) | Op::SyncDir(_) | Op::SyncFailed(_) | Op::SyncDirFailed(_) => {}
        }
    }

    fn file_mut(&mut self, path: &Path) -> &mut Vec<u8> {
        self.0.get_mut(path).and_then(Option::as_mut).expect("a file that was created")
    }

    /// Writes everything to the real disk, with `to` in the place of `from`.
    pub fn write(&self, from: &Path, to: &Path) {
        for (path, bytes) in &self.0 {
            let Ok(below) = path.strip_prefix(from) else { continue };
            let path = to.join(below);
            match bytes {
                None => fs::create_dir_all(&path).expect("a directory"),
                Some(bytes) => {
                    fs::create_dir_all(path.parent().expect("a parent")).expect("its directory");
                    fs::write(&path, bytes).expect("a file");
                }
            }
        }
    }
}

/// A state that a crash may leave: after `ops` operations, and `bytes` of the next one.
#[derive(Clone, Debug)]
pub struct Crash {
    /// Operations that were done.
    pub ops: usize,
    /// Bytes of the next one that were written; of a power cut, which changes were lost.
    pub bytes: usize,
    /// The files and directories.
    pub tree: Tree,
}

/// Every state that a killed process may leave: each prefix of the operations, the next write
/// cut at each byte.
pub fn crashes(before: &Tree, ops: &[Op]) -> Vec<Crash> {
    let mut states = Vec::new();
    let mut tree = before.clone();
    for (number, op) in ops.iter().enumerate() {
        states.push(Crash { ops: number, bytes: 0, tree: tree.clone() });
        if let Op::Write { bytes, .. } = op {
            for len in 1..bytes.len() {
                let mut partial = tree.clone();
                partial.apply_partly(op, len);
                states.push(Crash { ops: number, bytes: len, tree: partial });
            }
        }
        tree.apply(op);
    }
    states.push(Crash { ops: ops.len(), bytes: 0, tree });
    states
}

/// States that a power cut may leave after each operation: of the writes and cuts of a file since
/// it was last synced, any may be missing. Names are taken to be durable in order.
///
/// All subsets of at most the last `most` unsynced changes; earlier ones are there.
pub fn power_cuts(before: &Tree, ops: &[Op], most: usize) -> Vec<Crash> {
    let mut states = Vec::new();
    for done in 0..=ops.len() {
        let done_ops = &ops[..done];
        let unsynced: Vec<usize> = (0..done)
            .filter(|&at| {
                let is_synced = |later: &Op| matches!(later, Op::Sync(path) if Some(path.as_path()) == ops[at].file());
                ops[at].changes_bytes() && !done_ops[at..].iter().any(is_synced)
            })
            .collect();
        let in_doubt = &unsynced[unsynced.len().saturating_sub(most)..];
        for lost in 0..1_u32 << in_doubt.len() {
            let is_lost = |at: usize| {
                in_doubt.iter().position(|&it| it == at).is_some_and(|bit| lost >> bit & 1 == 1)
            };
            let mut tree = before.clone();
            for (at, op) in done_ops.iter().enumerate() {
                if !is_lost(at) {
                    tree.apply(op);
                }
            }
            states.push(Crash { ops: done, bytes: lost as usize, tree });
        }
    }
    states
}
