//! What a disk may hold after the machine lost power: any page as it was at any moment since it was last
//! synced, any name as it was since its directory was synced.
//!
//! [`PageHistory`] replays what a [`TestDisk`](crate::disk::TestDisk) remembered and keeps every version that
//! may be there. [`PageHistory::image`] picks one of each by chance, from a seed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::disk::{Op, Tree};

/// What reaches a disk or does not.
pub const PAGE: usize = 4096;

/// Numbers that a seed determines (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ it >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ it >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ it >> 31
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    /// True once in `count` times.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of these, the last one more often: in `newest` of 8 cases.
    fn pick<'a, T>(&mut self, versions: &'a [T], newest: usize) -> &'a T {
        if self.below(8) < newest {
            return versions.last().expect("at least one version");
        }
        &versions[self.below(versions.len())]
    }
}

/// A file: its bytes now, and what of it may be on the disk.
#[derive(Clone, Debug, Default)]
struct FileHistory {
    now: Vec<u8>,
    /// Of each page: what it may hold, the durable version first.
    pages: Vec<Vec<Vec<u8>>>,
    lengths: Vec<usize>,
}

impl FileHistory {
    fn new(bytes: Vec<u8>) -> Self {
        let mut file = Self { lengths: vec![bytes.len()], pages: Vec::new(), now: bytes };
        file.note(0, file.now.len());
        file.sync();
        file
    }

    /// Notes what is in the pages of these bytes now.
    fn note(&mut self, from: usize, to: usize) {
        for page in from / PAGE..to.div_ceil(PAGE) {
            if self.pages.len() <= page {
                self.pages.resize(page + 1, vec![Vec::new()]);
            }
            let start = (page * PAGE).min(self.now.len());
            let end = (start + PAGE).min(self.now.len());
            self.pages[page].push(self.now[start..end].to_vec());
        }
        if self.lengths.last() != Some(&self.now.len()) {
            self.lengths.push(self.now.len());
        }
    }

    fn sync(&mut self) {
        for versions in &mut self.pages {
            versions.drain(..versions.len() - 1);
        }
        self.lengths = vec![self.now.len()];
    }

    fn image(&self, random: &mut Random, newest: usize) -> Vec<u8> {
        let len = *random.pick(&self.lengths, newest);
        let mut bytes = vec![0; len.max(self.pages.len() * PAGE)];
        for (page, versions) in self.pages.iter().enumerate() {
            let version = random.pick(versions, newest);
            bytes[page * PAGE..][..version.len()].copy_from_slice(version);
        }
        bytes.truncate(len);
        bytes
    }

    fn durable(&self) -> Vec<u8> {
        let len = self.lengths[0];
        let mut bytes = vec![0; len.max(self.pages.len() * PAGE)];
        for (page, versions) in self.pages.iter().enumerate() {
            bytes[page * PAGE..][..versions[0].len()].copy_from_slice(&versions[0]);
        }
        bytes.truncate(len);
        bytes
    }
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Nothing,
    Directory,
    /// A file, by its number.
    File(usize),
}

/// Every version of every page and name that may be on the disk.
#[derive(Clone, Debug, Default)]
pub struct PageHistory {
    files: Vec<FileHistory>,
    /// What each name may mean, the durable meaning first.
    names: BTreeMap<PathBuf, Vec<Named>>,
}

impl PageHistory {
    /// A disk on which all of this is durable.
    pub fn of(tree: &Tree) -> Self {
        let mut all = Self::default();
        for path in tree.files() {
            let bytes = tree.file(path).expect("it is a file").to_vec();
            all.files.push(FileHistory::new(bytes));
            all.names.insert(path.to_owned(), vec![Named::File(all.files.len() - 1)]);
        }
        all
    }

    /// Carries out one more operation.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::CreateDir(path) => self.name(path, Named::Directory),
            Op::CreateNew(path) => {
                self.files.push(FileHistory { lengths: vec![0], ..FileHistory::default() });
                self.name(path, Named::File(self.files.len() - 1));
            }
            Op::Write { path, offset, bytes } => {
                let (start, end) = (*offset as usize, *offset as usize + bytes.len());
                let file = self.file_mut(path);
                let from = start.min(file.now.len());
                file.now.resize(file.now.len().max(end), 0);
                file.now[start..end].copy_from_slice(bytes);
                file.note(from, end);
            }
            Op::SetLen { path, len } => {
                let len = *len as usize;
                let file = self.file_mut(path);
                let from = len.min(file.now.len());
                file.now.resize(len, 0);
                file.note(from, len);
            }
            Op::Sync(path) => self.file_mut(path).sync(),
            Op::Rename { from, to } => {
                let file = self.meaning(from);
                self.name(from, Named::Nothing);
                self.name(to, file);
            }
            Op::RemoveFile(path) | Op::RemoveDir(path) => self.name(path, Named::Nothing),
            Op::SyncDir(dir) => {
                for (path, meanings) in &mut self.names {
                    if path.parent() == Some(dir) {
                        meanings.drain(..meanings.len() - 1);
                    }
                }
            }
            Op::SyncFailed(_) | Op::SyncDirFailed(_) => panic!("no sync fails in these tests"),
        }
    }

    /// Adds a file that another program than the disk's makes, at any of these moments: its bytes then.
    /// The first version is durable.
    pub fn add_versions(&mut self, path: &Path, versions: &[Vec<u8>]) {
        let mut file = FileHistory::new(versions[0].clone());
        for version in &versions[1..] {
            file.now.clone_from(version);
            file.note(0, version.len());
        }
        self.files.push(file);
        // What was removed already stays so.
        let made = Named::File(self.files.len() - 1);
        let meanings = self.names.entry(path.to_owned()).or_insert_with(|| vec![made]);
        meanings[0] =
            if meanings[0] == Named::Nothing && meanings.len() > 1 { made } else { meanings[0] };
    }

    fn name(&mut self, path: &Path, meaning: Named) {
        let first = vec![Named::Nothing];
        self.names.entry(path.to_owned()).or_insert(first).push(meaning);
    }

    fn meaning(&self, path: &Path) -> Named {
        self.names.get(path).and_then(|it| it.last()).copied().unwrap_or(Named::Nothing)
    }

    fn file_mut(&mut self, path: &Path) -> &mut FileHistory {
        let Named::File(number) = self.meaning(path) else { panic!("{path:?} is no file") };
        &mut self.files[number]
    }

    /// What is durable for certain of the file at `path`, if its name and those of its directories are.
    pub fn durable(&self, path: &Path) -> Option<Vec<u8>> {
        let is_durable =
            |dir: &Path| self.names.get(dir).is_none_or(|meanings| *meanings == [Named::Directory]);
        if !path.ancestors().skip(1).all(is_durable) {
            return None;
        }
        match self.names.get(path)?.as_slice() {
            [Named::File(number)] => Some(self.files[*number].durable()),
            _ => None,
        }
    }

    /// What may be on the disk, by chance.
    pub fn image(&self, random: &mut Random) -> BTreeMap<PathBuf, Vec<u8>> {
        // From nearly everything to hardly anything after the last sync.
        let newest = random.below(8);
        let mut image = BTreeMap::new();
        let mut gone: Vec<&Path> = Vec::new();
        for (path, meanings) in &self.names {
            match random.pick(meanings, newest.max(4)) {
                // In the order of the paths a directory comes before what is in it.
                Named::Nothing => gone.push(path),
                Named::File(number) if !gone.iter().any(|dir| path.starts_with(dir)) => {
                    image.insert(path.clone(), self.files[*number].image(random, newest));
                }
                Named::File(_) | Named::Directory => {}
            }
        }
        image
    }
}

/// Writes an image to the disk, with `to` in the place of `from`.
pub fn write_image(image: &BTreeMap<PathBuf, Vec<u8>>, from: &Path, to: &Path) {
    for (path, bytes) in image {
        let path = to.join(path.strip_prefix(from).expect("a path of the recording"));
        fs::create_dir_all(path.parent().expect("a parent")).expect("its directory");
        fs::write(&path, bytes).expect("a file");
    }
}
