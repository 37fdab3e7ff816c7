//! The modules of the traced processes: what each file holds, and what is recorded of it. Each file is read once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atf_record::protocol::{Place, PlaceKind};
use atf_runtime::manifest::{Module, Symbol};

use super::elf::Functions;
use super::filter::Filters;

/// Files that were read.
#[derive(Debug, Default)]
pub(super) struct Modules {
    filters: Filters,
    read: HashMap<PathBuf, Arc<Functions>>,
}

/// A module in a process.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) id: u32,
    pub(super) path: PathBuf,
    base: u64,
    len: u64,
    functions: Arc<Functions>,
    /// Functions that can be recorded.
    pub(super) traceable: usize,
    /// Functions that are.
    pub(super) traced: usize,
}

impl Modules {
    pub(super) fn new(filters: Filters) -> Self {
        Self { filters, read: HashMap::new() }
    }

    /// The functions of a file.
    pub(super) fn functions(&mut self, path: &Path) -> Arc<Functions> {
        let functions = self.read.entry(path.to_owned());
        Arc::clone(functions.or_insert_with(|| Arc::new(Functions::read(path))))
    }

    /// Whether the filters keep the function at an address. One without a name is only kept without filters.
    pub(super) fn keeps(&self, functions: &Functions, address: u64) -> bool {
        functions.name_of(address).map_or(self.filters.is_empty(), |name| self.filters.keeps(name))
    }

    /// A module that a process has loaded, and the places in it that are traced; `None` if that is everything
    /// that calls the hooks.
    pub(super) fn load(
        &mut self,
        id: u32,
        path: &Path,
        base: u64,
        len: u64,
    ) -> (Loaded, Option<Vec<Place>>) {
        let functions = self.functions(path);
        let traceable = functions.traceable();
        let traced = traceable.iter().filter(|&&it| self.keeps(&functions, it)).count();
        let loaded = Loaded {
            id,
            path: path.to_owned(),
            base,
            len,
            traceable: traceable.len(),
            traced,
            functions: Arc::clone(&functions),
        };
        if self.filters.is_empty() && functions.sleds.is_empty() {
            return (loaded, None);
        }
        // Also the functions that are not known to call the hooks: the search for calls may miss one.
        let named = functions.names.keys().filter(|&&it| self.keeps(&functions, it));
        let named = named.filter_map(|&address| u32::try_from(address).ok());
        let function = |offset| Place { offset, kind: PlaceKind::Function, function: offset };
        let kept = |sled: &&Place| self.keeps(&functions, sled.function.into());
        let sleds = functions.sleds.iter().filter(kept).copied();
        let places = named.map(function).chain(sleds).collect();
        (loaded, Some(places))
    }
}

impl Loaded {
    /// Its entry in the manifest.
    pub(super) fn module(&self) -> Module {
        let mut module = Module::new(self.id.into(), self.path.to_string_lossy());
        module.base_address = format!("{:#x}", self.base);
        module.size = self.len;
        module.uuid.clone_from(&self.functions.build_id);
        module
    }

    /// The names of its functions that can be recorded.
    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        let sleds = self.functions.sleds.iter();
        let entries =
            sleds.filter(|it| it.kind == PlaceKind::XrayEntry).map(|it| u64::from(it.offset));
        let mut addresses: Vec<u64> =
            entries.chain(self.functions.calling.iter().copied()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses.into_iter().filter_map(|address| {
            let name = self.functions.name_of(address)?;
            Some(Symbol::new(self.id, u32::try_from(address).ok()?, name))
        })
    }
}
