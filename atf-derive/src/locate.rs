//! Finds and reads the schema of a macro.

use std::path::{Component, Path, PathBuf};

use atf_gen::model::Format;
use atf_gen::source::Source;
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// A valid schema.
pub(crate) struct Schema {
    pub(crate) format: Format,
    /// The text, for places in messages.
    pub(crate) source: Source,
    file: PathBuf,
}

impl Schema {
    /// An item that makes the expansion depend on the schema's bytes.
    pub(crate) fn rebuild(&self) -> TokenStream {
        let path = self.file.to_string_lossy();
        quote! { const _: &[u8] = ::core::include_bytes!(#path); }
    }
}

/// Reads the schema at `path`, relative to the crate that is being compiled.
pub(crate) fn load(path: &LitStr) -> Result<Schema, syn::Error> {
    let written = path.value();
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let file =
        find(&package, Path::new(&written)).map_err(|error| syn::Error::new(path.span(), error))?;
    let bytes = std::fs::read(&file).map_err(|error| {
        syn::Error::new(path.span(), format!("{}: {error}", name_of(&file, &written)))
    })?;
    let name = name_of(&file, &written);
    // The compiler puts `error: ` before the first line; a line of our own keeps the schema's
    // below one another.
    let wrong = |diagnostics: atf_gen::diagnostic::Diagnostics| {
        syn::Error::new(path.span(), format!("the schema is wrong\n\n{diagnostics}"))
    };
    let format = atf_gen::load(&name, &bytes).map_err(wrong)?;
    let source = Source::new(name, &bytes).map_err(|error| wrong(error.into()))?;
    Ok(Schema { format, source, file })
}

/// The file at `path`, or the package's copy of it.
fn find(package: &Path, path: &Path) -> Result<PathBuf, String> {
    let direct = normal(&package.join(path));
    if direct.is_file() {
        return Ok(direct);
    }
    let copy = path.file_name().map(|name| package.join("schema").join(name));
    match copy {
        Some(copy) if copy.is_file() => Ok(copy),
        _ => Err(format!(
            "schema {}: expected a file there (seen from the crate's folder) or as schema/{} in the crate, found none",
            path.display(),
            path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default(),
        )),
    }
}

/// `path` without `.` and `..`; the file need not exist.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The file's name in diagnostics: its path relative to the compiler's working directory (the
/// workspace), as in other compile errors; outside of it, the path as written.
fn name_of(file: &Path, written: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    match file.strip_prefix(&here) {
        Ok(inside) => inside.to_string_lossy().replace('\\', "/"),
        Err(_) => written.to_owned(),
    }
}
