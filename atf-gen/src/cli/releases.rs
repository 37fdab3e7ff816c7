//! Frozen copies of released schemas, in the folder `releases` beside the schema.

use std::path::Path;

use super::error::{Failure, io};
use super::find::{self, Shown};
use crate::diff::{Accepted, Schema};
use crate::model::Format;

/// The file of accepted breaks among the releases.
const ACCEPTED: &str = "accepted.toml";

/// Content of the folder.
pub(super) struct Releases {
    pub(super) folder: Shown,
    /// Oldest first.
    pub(super) frozen: Vec<Schema>,
    pub(super) accepted: Accepted,
    /// What is wrong with the folder; a line or a report each.
    pub(super) problems: Vec<String>,
}

/// Name of the file that a format is frozen in.
pub(super) fn file_name(format: &Format) -> String {
    format!("{}-{}.{}.toml", format.name, format.version, format.revision)
}

/// The frozen file of a schema: a line that says so, then the schema.
pub(super) fn frozen(format: &Format, schema: &[u8]) -> Vec<u8> {
    let schema = schema.strip_prefix("\u{feff}".as_bytes()).unwrap_or(schema);
    let mut bytes = mark(&label(format), schema).into_bytes();
    bytes.push(b'\n');
    bytes.extend_from_slice(schema);
    bytes
}

fn label(format: &Format) -> String {
    format!("{} {}.{}", format.name, format.version, format.revision)
}

/// The first line of a frozen file.
fn mark(label: &str, schema: &[u8]) -> String {
    format!("# Frozen by `atf-gen release`: {label}, fnv1a64 {:016x}; do not edit.", digest(schema))
}

/// FNV-1a of 64 bits over the text with plain ends of lines, so that a checkout that changes
/// them is still the release. It detects accidents, not forgery.
fn digest(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// Where a schema's releases lie, if it has any.
pub(super) fn folder(schema: &find::Schema) -> Option<Shown> {
    Some(schema.file.beside("releases")).filter(|folder| folder.path.is_dir())
}

/// Reads the folder; `None` when there is none. `name` is that of the schema's format.
pub(super) fn read(schema: &find::Schema, name: &str) -> Result<Option<Releases>, Failure> {
    let Some(folder) = folder(schema) else { return Ok(None) };
    let names = find::tomls(&folder.path).map_err(io(&folder.shown))?;
    let mut releases = Releases {
        folder: folder.clone(),
        frozen: Vec::new(),
        accepted: Accepted::default(),
        problems: Vec::new(),
    };
    let others = neighbours(schema)?;
    for file in names {
        let at = folder.join(&file);
        let bytes = std::fs::read(&at.path).map_err(io(&at.shown))?;
        if file == ACCEPTED {
            match Accepted::load(&at.shown, &bytes) {
                Ok(accepted) => releases.accepted = accepted,
                Err(diagnostics) => releases.problems.push(diagnostics.drawn().to_string()),
            }
            continue;
        }
        match release(&at, &file, &bytes) {
            Ok(release) if others.is_empty() || release.format.name == name => {
                releases.frozen.push(release);
            }
            // Another schema of the folder has releases here as well.
            Ok(release) if others.contains(&release.format.name) => {}
            Ok(release) => releases.problems.push(format!(
                "{}: release {}: expected a schema of that name in the folder above, found {name}, {}: move the releases of a renamed format",
                at.shown,
                label(&release.format),
                others.join(", ")
            )),
            Err(problem) => releases.problems.push(problem),
        }
    }
    releases.frozen.sort_by_key(|release| (release.format.version, release.format.revision));
    Ok(Some(releases))
}

/// Names of the formats whose schemas lie beside this one.
fn neighbours(schema: &find::Schema) -> Result<Vec<String>, Failure> {
    let folder = schema.file.beside("");
    let own = schema.file.path.file_name();
    let mut names = Vec::new();
    for file in find::tomls(&folder.path).map_err(io(&folder.shown))? {
        if own.is_some_and(|own| own == file.as_str()) {
            continue;
        }
        let bytes = std::fs::read(folder.path.join(&file)).map_err(io(&folder.shown))?;
        // A wrong one is reported when it is the schema that is checked.
        if let Ok(format) = crate::load(&*file, &bytes) {
            names.push(format.name);
        }
    }
    Ok(names)
}

/// Reads a frozen file, or returns its problem.
fn release(at: &Shown, file: &str, bytes: &[u8]) -> Result<Schema, String> {
    let shown = &at.shown;
    let restore = "restore it from version control; releases are never edited";
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let first = String::from_utf8_lossy(&bytes[..end]);
    let first = first.trim_end();
    let body = bytes.get(end + 1..).unwrap_or_default();
    if !first.starts_with("# Frozen by `atf-gen release`: ") {
        return Err(format!(
            "{shown}:1:1: release: expected a file that `atf-gen release` wrote, found another first line: create releases with `atf-gen release` and keep other files elsewhere"
        ));
    }
    let schema =
        Schema::load(shown, bytes).map_err(|diagnostics| diagnostics.drawn().to_string())?;
    let expected = mark(&label(&schema.format), body);
    if first != expected {
        return Err(format!(
            "{shown}:1:1: release: expected \"{expected}\" for its content, found \"{first}\": {restore}"
        ));
    }
    let named = file_name(&schema.format);
    if file != named {
        return Err(format!(
            "{shown}: release {}: expected the file name {named}, found {file}: rename it back",
            label(&schema.format)
        ));
    }
    Ok(schema)
}

/// Writes a frozen file that does not exist yet: all of it or nothing, and never over another.
pub(super) fn write(at: &Shown, bytes: &[u8]) -> Result<(), Failure> {
    let folder = at.path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(io(&at.shown))?;
    let name = at.path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.new", std::process::id()));
    // A link, unlike a rename, fails if the file exists.
    let done = std::fs::write(&beside, bytes).and_then(|()| std::fs::hard_link(&beside, &at.path));
    let _ = std::fs::remove_file(&beside);
    done.map_err(io(&at.shown))
}
