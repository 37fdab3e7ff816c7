//! Tests as pages for people name them: `file::test`.

use std::fs;
use std::path::{Path, PathBuf};

/// All `file::test` in backquotes.
pub fn named_in(text: &str) -> Vec<(&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split_once("::")).collect()
}

/// Where the tests of `file` are: in `tests/tests`, as a file or a folder, or in the repository if it is a path.
#[must_use]
pub fn path_of(file: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if file.contains('/') {
        return root.join(file);
    }
    let folder = root.join("tests/tests").join(file).join("main.rs");
    if folder.exists() { folder } else { root.join(format!("tests/tests/{file}.rs")) }
}

/// Whether there is a test of this name, in Rust or in Python.
#[must_use]
pub fn exists(file: &str, test: &str) -> bool {
    let text = fs::read_to_string(path_of(file)).unwrap_or_default();
    ["fn", "def"].iter().any(|word| text.contains(&format!("{word} {test}(")))
}
