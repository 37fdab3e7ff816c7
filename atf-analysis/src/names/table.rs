//! The names of a session, by function id.

use std::collections::HashMap;
use std::sync::OnceLock;

use atf_runtime::manifest::Manifest;
use foldhash::fast::RandomState;

use super::demangle;

/// Which name of a function is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a name is demangled or it is not")]
pub enum NameStyle {
    /// The name in the source.
    #[default]
    Demangled,
    /// The name in the manifest.
    Raw,
}

/// Names of functions and paths of modules, from a manifest.
///
/// ```
/// use atf_analysis::names::{NameStyle, Names};
/// use atf_runtime::manifest::{Manifest, Module, Symbol};
/// let manifest = Manifest::recording()
///     .with_symbols(vec![Module::new(1, "/bin/app")], vec![Symbol::new(1, 7, "_Z3addii")]);
/// let names = Names::of(Some(&manifest), NameStyle::Demangled);
/// assert_eq!(names.name(1 << 32 | 7), Some("add(int, int)"));
/// assert_eq!(names.raw_name(1 << 32 | 7), Some("_Z3addii"));
/// // A function without a name still has a module.
/// assert_eq!((names.name(1 << 32), names.module(1 << 32)), (None, Some("/bin/app")));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    functions: HashMap<u64, Function, RandomState>,
    modules: HashMap<u64, Box<str>, RandomState>,
    style: NameStyle,
}

#[derive(Clone, Debug)]
struct Function {
    raw: Box<str>,
    module_id: u64,
    /// Set when it is first asked for; `None` if the name is not a mangled one.
    demangled: OnceLock<Option<Box<str>>>,
}

impl Function {
    fn demangled(&self) -> &str {
        let demangled =
            self.demangled.get_or_init(|| demangle(&self.raw).map(String::into_boxed_str));
        demangled.as_deref().unwrap_or(&self.raw)
    }
}

impl Names {
    /// The names that a manifest has, or none.
    ///
    /// Symbols whose function id cannot be read are left out. Of an id that is there twice the last one counts.
    #[must_use]
    pub fn of(manifest: Option<&Manifest>, style: NameStyle) -> Self {
        let mut names = Self { style, ..Self::default() };
        let Some(manifest) = manifest else { return names };
        names.functions.reserve(manifest.symbols.len());
        for symbol in &manifest.symbols {
            let Some(id) = symbol.id() else { continue };
            let function = Function {
                raw: symbol.name.as_str().into(),
                module_id: symbol.module_id.unwrap_or(id >> 32),
                demangled: OnceLock::new(),
            };
            names.functions.insert(id, function);
        }
        let modules = manifest.modules.iter();
        names.modules = modules.map(|it| (it.module_id, it.path.as_str().into())).collect();
        names
    }

    /// The name to show; `None` if the function has none.
    #[must_use]
    pub fn name(&self, function_id: u64) -> Option<&str> {
        let function = self.functions.get(&function_id)?;
        Some(match self.style {
            NameStyle::Demangled => function.demangled(),
            NameStyle::Raw => &function.raw,
        })
    }

    /// The name in the source, whatever is shown.
    #[must_use]
    pub fn demangled_name(&self, function_id: u64) -> Option<&str> {
        self.functions.get(&function_id).map(Function::demangled)
    }

    /// The name in the manifest, whatever is shown.
    #[must_use]
    pub fn raw_name(&self, function_id: u64) -> Option<&str> {
        self.functions.get(&function_id).map(|function| &*function.raw)
    }

    /// The path of the function's module; `None` if the manifest does not list it.
    #[must_use]
    pub fn module(&self, function_id: u64) -> Option<&str> {
        let module_id =
            self.functions.get(&function_id).map_or(function_id >> 32, |it| it.module_id);
        self.module_path(module_id)
    }

    /// The path of a module; `None` if the manifest does not list it.
    #[must_use]
    pub fn module_path(&self, module_id: u64) -> Option<&str> {
        self.modules.get(&module_id).map(|path| &**path)
    }

    /// The ids of the functions that have a name, in no order.
    pub fn functions(&self) -> impl Iterator<Item = u64> + '_ {
        self.functions.keys().copied()
    }

    /// The modules' ids and paths, in no order.
    pub fn modules(&self) -> impl Iterator<Item = (u64, &str)> {
        self.modules.iter().map(|(&id, path)| (id, &**path))
    }
}

#[cfg(test)]
mod tests {
    use atf_runtime::manifest::{Module, Symbol};

    use super::*;

    #[test]
    fn last_symbol_of_an_id_counts_and_unreadable_ids_are_left_out() {
        let mut unreadable = Symbol::new(1, 1, "none");
        unreadable.function_id = "11".to_owned();
        let mut moved = Symbol::new(1, 2, "moved");
        moved.module_id = Some(9);
        let symbols = vec![Symbol::new(1, 0, "a"), unreadable, Symbol::new(1, 0, "_Z1bv"), moved];
        let modules = vec![Module::new(1, "one"), Module::new(9, "nine")];
        let manifest = Manifest::recording().with_symbols(modules, symbols);
        let names = Names::of(Some(&manifest), NameStyle::Raw);
        let id = |index: u64| 1 << 32 | index;
        assert_eq!(names.name(id(0)), Some("_Z1bv"));
        assert_eq!(names.demangled_name(id(0)), Some("b()"));
        assert_eq!(names.name(id(1)), None);
        assert_eq!((names.module(id(0)), names.module(id(2))), (Some("one"), Some("nine")));
        assert_eq!(names.module(2 << 32), None);
        let mut ids: Vec<u64> = names.functions().collect();
        ids.sort_unstable();
        assert_eq!(ids, [id(0), id(2)]);
        assert_eq!(Names::of(None, NameStyle::Raw).name(id(0)), None);
    }
}
