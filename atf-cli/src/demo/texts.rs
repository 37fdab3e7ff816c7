//! The texts to read: text files below the current directory or, without any, part of this
//! program's own source.

use std::collections::VecDeque;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

/// A text to count the words of.
#[derive(Clone, Debug)]
pub(super) enum Text {
    File(PathBuf),
    BuiltIn(&'static str),
}

const EXTENSIONS: &[&str] = &[
    "md", "txt", "rst", "adoc", "rs", "toml", "py", "c", "h", "cc", "cpp", "hpp", "go", "java",
    "js", "ts", "html", "css", "json", "yaml", "yml", "sh",
];
/// Directories with generated files. Hidden directories are skipped too.
const SKIPPED: &[&str] = &["target", "node_modules", "ada_traces"];
const MAX_FILES: usize = 400;
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Limits the time of the search, for example in `/`.
const MAX_ENTRIES: usize = 20_000;
const MAX_DEPTH: usize = 8;

const BUILT_IN: &[&str] = &[
    include_str!("record.rs"),
    include_str!("texts.rs"),
    include_str!("tracer.rs"),
    include_str!("words.rs"),
];

impl Text {
    /// The text, with invalid UTF-8 replaced. Empty if the file cannot be read.
    pub(super) fn read(&self) -> String {
        match self {
            Self::File(path) => {
                String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
            }
            Self::BuiltIn(text) => (*text).to_owned(),
        }
    }
}

/// The texts below `dir`, at most [`MAX_FILES`]. The built-in texts if those contain no word.
pub(super) fn find(dir: &Path) -> Vec<Text> {
    let files = find_files(dir);
    // Usually the first file contains a word, and the search ends there.
    if files.iter().any(|file| file.read().contains(char::is_alphabetic)) {
        return files;
    }
    BUILT_IN.iter().copied().map(Text::BuiltIn).collect()
}

fn find_files(dir: &Path) -> Vec<Text> {
    let mut texts = Vec::new();
    let mut queue = VecDeque::from([(dir.to_owned(), 0)]);
    let mut entries_left = MAX_ENTRIES;
    while let Some((dir, depth)) = queue.pop_front() {
        for entry in sorted_entries(&dir) {
            if entries_left == 0 || texts.len() == MAX_FILES {
                return texts;
            }
            entries_left -= 1;
            // Symbolic links are not followed: they may form a cycle.
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() && depth < MAX_DEPTH && !is_skipped(&path) {
                queue.push_back((path, depth + 1));
            } else if kind.is_file() && is_text(&path) && is_small(&entry) {
                texts.push(Text::File(path));
            }
        }
    }
    texts
}

/// The order of directory entries depends on the file system, so they are sorted.
fn sorted_entries(dir: &Path) -> Vec<DirEntry> {
    // A directory that cannot be read counts as empty.
    let mut entries: Vec<DirEntry> = fs::read_dir(dir).into_iter().flatten().flatten().collect();
    entries.sort_by_key(DirEntry::file_name);
    entries
}

fn is_skipped(dir: &Path) -> bool {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || SKIPPED.contains(&&*name)
}

fn is_text(path: &Path) -> bool {
    path.extension().and_then(|it| it.to_str()).is_some_and(|it| EXTENSIONS.contains(&it))
}

fn is_small(entry: &DirEntry) -> bool {
    entry.metadata().is_ok_and(|metadata| (1..=MAX_FILE_BYTES).contains(&metadata.len()))
}
