//! Modules and function names, as C passes them for a session's manifest.

use std::ffi::c_char;

use atf_runtime::manifest::{Module, Symbol};

use crate::failure::{Failure, Result};
use crate::pointer;
use crate::sized::{self, Extensible};

/// A module of the traced program: the executable or a shared library.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfModule {
    /// `sizeof(AtfModule)`, the same in all elements of a list.
    pub size: u32,
    /// Upper half of the function_ids of its functions.
    pub module_id: u32,
    /// File that it was loaded from; not NULL.
    pub path: *const c_char,
    /// Address that it was loaded at.
    pub base_address: u64,
    /// Length in memory in bytes; 0 if unknown.
    pub size_bytes: u64,
    /// Build id as text; NULL if it has none.
    pub build_id: *const c_char,
}

/// The name of a traced function.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSymbol {
    /// `sizeof(AtfSymbol)`, the same in all elements of a list.
    pub size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// function_id of its events.
    pub function_id: u64,
    /// The name; not NULL.
    pub name: *const c_char,
}

// SAFETY: numbers and pointers, the size first.
unsafe impl Extensible for AtfModule {
    const NAME: &'static str = "AtfModule";
    const LEAST: usize = size_of::<Self>();
}

// SAFETY: numbers and a pointer, the size first.
unsafe impl Extensible for AtfSymbol {
    const NAME: &'static str = "AtfSymbol";
    const LEAST: usize = size_of::<Self>();
}

/// The lists, in the form of the manifest.
///
/// # Safety
///
/// NULL, or as many elements as the count says, with valid strings.
pub(crate) unsafe fn lists(
    (modules, module_count): (*const AtfModule, usize),
    (symbols, symbol_count): (*const AtfSymbol, usize),
) -> Result<(Vec<Module>, Vec<Symbol>)> {
    // SAFETY: the caller's.
    let modules = unsafe { sized::list(modules, module_count, sized::zeros(), "modules") }?;
    // SAFETY: the caller's.
    let symbols = unsafe { sized::list(symbols, symbol_count, sized::zeros(), "symbols") }?;
    let modules = modules.iter().map(|module| {
        // SAFETY: the caller's.
        let path = unsafe { text(module.path, "module.path") }?;
        let mut listed = Module::new(module.module_id.into(), path);
        listed.base_address = format!("{:#x}", module.base_address);
        listed.size = module.size_bytes;
        if !module.build_id.is_null() {
            // SAFETY: the caller's.
            listed.uuid = unsafe { text(module.build_id, "module.build_id") }?;
        }
        Ok(listed)
    });
    let modules = modules.collect::<Result<_>>()?;
    let symbols = symbols.iter().map(|symbol| {
        if symbol.reserved != 0 {
            return Err(Failure::argument("symbol.reserved", 0, symbol.reserved));
        }
        // SAFETY: the caller's.
        let name = unsafe { text(symbol.name, "symbol.name") }?;
        let (module_id, symbol_index) = (symbol.function_id >> 32, symbol.function_id);
        Ok(Symbol::new(module_id as u32, symbol_index as u32, name))
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
