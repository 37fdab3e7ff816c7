//! The C header of `atf-capi`, written from the doc comments and signatures of its source.

use std::path::{Path, PathBuf};

/// Where the header is committed.
pub fn path() -> PathBuf {
    crate_dir().join("include/atf/atf.h")
}

/// The header's text, as it should be.
///
/// # Errors
///
/// What cbindgen says of a source that it cannot read.
pub fn text() -> Result<String, cbindgen::Error> {
    let dir = crate_dir();
    let config = cbindgen::Config::from_file(dir.join("cbindgen.toml")).map_err(|error| {
        cbindgen::Error::CargoMetadata("cbindgen.toml".into(), std::io::Error::other(error).into())
    })?;
    let bindings = cbindgen::Builder::new().with_crate(dir).with_config(config).generate()?;
    let mut bytes = Vec::new();
    bindings.write(&mut bytes);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn crate_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
