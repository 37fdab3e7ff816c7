//! Bundles: a directory whose manifest.json names the session below it, beside recordings of screen and
//! voice. Other tools make them.
//!
//! The name comes from a file that anybody may have written. It leads into the bundle and nowhere else:
//! neither `..`, an absolute path nor a symbolic link leads out of it.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Result, is_absent};
use crate::input::{exists_by_name, open_regular};
use crate::manifest::MANIFEST_NAME;

const SESSION_KEY: &str = "trace_session";
const ROOT_KEY: &str = "trace_root";
/// A bundle's manifest has a few short values.
const MAX_BYTES: u64 = 1 << 20;
const INSIDE: &str = "trace_session, or else trace_root, to be a path inside the bundle";

/// Where the session of the bundle `dir` is: a session, or a folder above it. `None` if `dir` is no
/// bundle.
///
/// `trace_session` is a path in the bundle, or in its `trace_root`. Without it, `trace_root` is meant.
///
/// # Errors
///
/// [`Error::NotATrace`] when the manifest names nothing inside the bundle; [`Error::Io`] when the manifest
/// cannot be read.
pub(super) fn target_of(dir: &Path) -> Result<Option<PathBuf>> {
    let path = dir.join(MANIFEST_NAME);
    let Some(manifest) = read(&path)? else { return Ok(None) };
    let refused = |found: String| Error::NotATrace { path: path.clone(), expected: INSIDE, found };
    let text = |key: &str| match manifest.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.as_str())),
        Some(other) => Err(refused(format!("{key} {other}"))),
    };
    if ![SESSION_KEY, ROOT_KEY].into_iter().any(|key| manifest.contains_key(key)) {
        return Ok(None);
    }
    let (session, root) = (text(SESSION_KEY)?, text(ROOT_KEY)?);
    let candidates = match (session, root) {
        (Some(session), Some(root)) => vec![dir.join(session), dir.join(root).join(session)],
        (Some(only), None) | (None, Some(only)) => vec![dir.join(only)],
        (None, None) => return Ok(None),
    };
    let named = session.or(root).unwrap_or_default();
    let home = dir.canonicalize().map_err(Error::io(dir, "open"))?;
    let mut found = "which does not exist";
    for candidate in candidates {
        let real = match candidate.canonicalize() {
            Ok(real) => real,
            // A zero byte in the name is an invalid input.
            Err(error) if is_absent(&error) || error.kind() == ErrorKind::InvalidInput => continue,
            Err(error) => return Err(Error::io(&candidate, "open")(error)),
        };
        if !real.starts_with(&home) {
            found = "which is outside";
        } else if !fs::metadata(&real).map_err(Error::io(&candidate, "open"))?.is_dir() {
            found = "which is no directory";
        } else {
            return Ok(Some(if real == home { dir.to_owned() } else { candidate }));
        }
    }
    Err(refused(format!("\"{}\", {found}", named.escape_debug())))
}

/// Whether manifest.json in `dir` is JSON, and neither a session's manifest nor a part of one: another
/// program's.
///
/// # Errors
///
/// [`Error::Io`] when the manifest cannot be read.
pub(super) fn is_of_another_program(dir: &Path) -> Result<bool> {
    Ok(match read_value(&dir.join(MANIFEST_NAME))? {
        Some(Value::Object(manifest)) => !["threads", "format_version", "state"]
            .into_iter()
            .any(|key| manifest.contains_key(key)),
        Some(_) => true,
        None => false,
    })
}

fn read(path: &Path) -> Result<Option<Map<String, Value>>> {
    match read_value(path)? {
        Some(Value::Object(manifest)) => Ok(Some(manifest)),
        _ => Ok(None),
    }
}

/// `None` if there is no such file, or it is too long or no JSON.
fn read_value(path: &Path) -> Result<Option<Value>> {
    if !exists_by_name(path)? {
        return Ok(None);
    }
    let (file, len) = match open_regular(path) {
        Ok(opened) => opened,
        Err(Error::NotATrace { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    if len <= MAX_BYTES {
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(Error::io(path, "read"))?;
    }
    Ok(serde_json::from_slice(&bytes).ok())
}
