//! Modules and function names, as C lists them for a session's manifest.

use std::ffi::c_char;

use atf_runtime::manifest::{Module, Symbol};

use crate::failure::{Failure, Result};
use crate::pointer;

/// A module of the traced program.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfModule {
    /// Upper half of the function_ids of its functions.
    pub module_id: u32,
    /// File it was loaded from; not NULL.
    pub path: *const c_char,
    /// Address it was loaded at.
    pub base_address: u64,
    /// Length in memory, in bytes; 0 where it is not known.
    pub size: u64,
    /// Build id; NULL where it has none.
    pub build_id: *const c_char,
}

/// The name of a traced function.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSymbol {
    /// function_id of its events.
    pub function_id: u64,
    /// The name; not NULL.
    pub name: *const c_char,
}

/// The lists, as the manifest has them.
///
/// # Safety
///
/// NULL, or as many elements as is said, whose strings are valid.
pub(crate) unsafe fn lists(
    (modules, module_count): (*const AtfModule, usize),
    (symbols, symbol_count): (*const AtfSymbol, usize),
) -> Result<(Vec<Module>, Vec<Symbol>)> {
    // SAFETY: the caller's.
    let modules = unsafe { pointer::slice(modules, module_count, "modules") }?;
    // SAFETY: the caller's.
    let symbols = unsafe { pointer::slice(symbols, symbol_count, "symbols") }?;
    let modules = modules.iter().map(|module| {
        let mut listed = Module {
            module_id: module.module_id.into(),
            // SAFETY: the caller's.
            path: unsafe { text(module.path, "module.path") }?,
            base_address: format!("{:#x}", module.base_address),
            size: module.size,
            ..Module::default()
        };
        if !module.build_id.is_null() {
            // SAFETY: the caller's.
            listed.uuid = unsafe { text(module.build_id, "module.build_id") }?;
        }
        Ok(listed)
    });
    let modules = modules.collect::<Result<_>>()?;
    let symbols = symbols.iter().map(|symbol| {
        Ok(Symbol {
            function_id: format!("{:#x}", symbol.function_id),
            module_id: Some(symbol.function_id >> 32),
            symbol_index: Some(symbol.function_id as u32),
            // SAFETY: the caller's.
            name: unsafe { text(symbol.name, "symbol.name") }?,
            ..Symbol::default()
        })
    });
    Ok((modules, symbols.collect::<Result<_>>()?))
}

/// # Safety
///
/// NULL, or a string.
unsafe fn text(pointer: *const c_char, name: &str) -> Result<String> {
    // SAFETY: the caller's.
    let text = unsafe { pointer::text(pointer, name) }?;
    let text = text.to_str().map_err(|error| Failure::argument(name, "UTF-8", error))?;
    Ok(text.to_owned())
}
