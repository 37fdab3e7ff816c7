//! The traced functions and their entries in the manifest.

use atf_runtime::manifest::{Module, Symbol};

/// A traced function of [`words`](super::words).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    CountTexts,
    ReadText,
    SplitWords,
    Normalize,
    CountWord,
    Merge,
}

const MODULE_ID: u32 = 1;
const FUNCTIONS: [(Function, &str); 6] = [
    (Function::CountTexts, "count_texts"),
    (Function::ReadText, "read_text"),
    (Function::SplitWords, "split_words"),
    (Function::Normalize, "normalize"),
    (Function::CountWord, "count_word"),
    (Function::Merge, "merge"),
];

impl Function {
    /// `(module_id << 32) | symbol_index`.
    pub(super) fn id(self) -> u64 {
        u64::from(MODULE_ID) << 32 | self as u64
    }
}

/// The only traced module: this program.
pub(super) fn modules() -> Vec<Module> {
    let path = std::env::current_exe().unwrap_or_default();
    let size = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    let mut module = Module::new(MODULE_ID.into(), path.to_string_lossy());
    // Reading the load address needs unsafe code.
    module.base_address = "0x0".to_owned();
    module.size = size;
    vec![module]
}

/// The names of the functions.
pub(super) fn symbols() -> Vec<Symbol> {
    let symbol = |(function, name)| Symbol::new(MODULE_ID, function as u32, name);
    FUNCTIONS.into_iter().map(symbol).collect()
}
