//! What makes two functions of different traces the same: the file name of the module, and the raw name.

use std::collections::HashMap;

use atf_runtime::manifest::Manifest;
use foldhash::fast::RandomState;

use crate::report::Grouping;

/// What a function is called in every trace of a program. Function ids differ from trace to trace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FunctionKey {
    /// File name of the module, without its folder; `None` if the manifest does not know the module.
    pub module: Option<String>,
    /// The raw name; `None` if the manifest has none, or an empty one.
    pub name: Option<String>,
    /// Of a function without a name: its number in the module, or its function id if the module is not known.
    pub number: Option<u64>,
}

/// The keys of a trace's functions, from its manifest.
///
/// ```
/// use atf_analysis::FunctionKeys;
/// use atf_runtime::manifest::{Manifest, Module, Symbol};
/// let mut manifest = Manifest::recording();
/// manifest.modules.push(Module::new(7, "/usr/lib/libone.so"));
/// manifest.symbols.push(Symbol::new(7, 3, "_Z3onev"));
/// let keys = FunctionKeys::of(&manifest);
/// let key = keys.key(7 << 32 | 3);
/// assert_eq!((key.module.as_deref(), key.name.as_deref()), (Some("libone.so"), Some("_Z3onev")));
/// assert_eq!(keys.key(7 << 32 | 4).number, Some(4));
/// assert_eq!(keys.key(8 << 32).number, Some(8 << 32));
/// ```
#[derive(Clone, Debug, Default)]
pub struct FunctionKeys {
    modules: HashMap<u64, String, RandomState>,
    names: HashMap<u64, String, RandomState>,
}

impl FunctionKeys {
    /// The modules and names of a manifest. Of two entries for the same id the last one counts.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let modules = manifest.modules.iter();
        let symbols = manifest.symbols.iter();
        Self {
            modules: modules.map(|it| (it.module_id, file_name(&it.path).to_owned())).collect(),
            names: symbols.filter_map(|it| Some((it.id()?, it.name.clone()))).collect(),
        }
    }

    /// The key of a function.
    #[must_use]
    pub fn key(&self, function_id: u64) -> FunctionKey {
        let module = self.modules.get(&(function_id >> 32)).cloned();
        let name = self.names.get(&function_id).filter(|name| !name.is_empty()).cloned();
        let number = match (&name, &module) {
            (Some(_), _) => None,
            (None, Some(_)) => Some(function_id & 0xFFFF_FFFF),
            (None, None) => Some(function_id),
        };
        FunctionKey { module, name, number }
    }
}

/// The part of a path after its last separator, of any system.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl Grouping for FunctionKeys {
    type Key = FunctionKey;

    fn key(&self, function_id: u64, _: u32) -> FunctionKey {
        self.key(function_id)
    }
}
