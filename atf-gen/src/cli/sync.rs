//! Writes the generated files, or reports those that are out of date. One function with a flag
//! does both, so that `check` compares exactly what `generate` would write.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::{Failure, io};
use super::find::Shown;
use crate::emit::parallel;

/// Whether to write, or only to compare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Check,
}

/// A file and the content that it should have.
pub(super) struct File {
    pub(super) at: Shown,
    pub(super) bytes: Vec<u8>,
}

/// A file in the folder of outputs that nothing in the schema asks for.
pub(super) struct Orphan {
    pub(super) at: Shown,
    /// Whether its first line says that this generator made it; else it is never removed.
    ours: bool,
}

/// What was done, or would be.
pub(super) struct Report {
    /// A line per file that is or was out of date; the command updates it.
    pub(super) changed: Vec<String>,
    /// A line per file that must be removed by hand.
    pub(super) foreign: Vec<String>,
    pub(super) written: usize,
    pub(super) unchanged: usize,
    pub(super) removed: usize,
}

/// Updates the files and removes the orphans; [`Mode::Check`] changes nothing.
pub(super) fn sync(expected: &[File], orphans: &[Orphan], mode: Mode) -> Result<Report, Failure> {
    let mut report =
        Report { changed: Vec::new(), foreign: Vec::new(), written: 0, unchanged: 0, removed: 0 };
    for (file, done) in expected.iter().zip(parallel::each(expected, |file| one(file, mode))) {
        let shown = &file.at.shown;
        let Some(state) = done? else {
            report.unchanged += 1;
            continue;
        };
        report.changed.push(match mode {
            Mode::Check => format!("{shown} {state}"),
            Mode::Write => format!("{shown} written"),
        });
        report.written += 1;
    }
    for orphan in orphans {
        let shown = &orphan.at.shown;
        if !orphan.ours {
            report.foreign.push(format!(
                "{shown} is orphaned: the schema does not produce it and it was not generated: remove it by hand"
            ));
            continue;
        }
        report.removed += 1;
        report.changed.push(match mode {
            Mode::Check => format!("{shown} is orphaned: the schema no longer produces it"),
            Mode::Write => format!("{shown} removed"),
        });
        if mode == Mode::Write {
            std::fs::remove_file(&orphan.at.path).map_err(io(shown))?;
        }
    }
    Ok(report)
}

/// Updates or checks one file; returns the difference, if any.
fn one(file: &File, mode: Mode) -> Result<Option<&'static str>, Failure> {
    let state = match std::fs::read(&file.at.path) {
        Ok(found) if found == file.bytes => return Ok(None),
        Ok(found) if with_lf(&found) == file.bytes => {
            "differs in its line ends only (expected LF, found CRLF; \
             `* text=auto eol=lf` in .gitattributes keeps them)"
        }
        Ok(_) => "is stale",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is missing",
        Err(error) => return Err(io(&file.at.shown)(error)),
    };
    if mode == Mode::Write {
        write(&file.at, &file.bytes)?;
    }
    Ok(Some(state))
}

/// The bytes with LF in place of CRLF.
fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

/// Writes a temporary file and renames it, so that readers see the old or the new file.
pub(super) fn write(at: &Shown, bytes: &[u8]) -> Result<(), Failure> {
    let folder = at.path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(io(&at.shown))?;
    let name = at.path.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf = folder.join(format!(".{name}.{}.new", std::process::id()));
    let done = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &at.path));
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done.map_err(io(&at.shown))
}

/// Files below `folder` that this generator made for the schema and that are not expected.
///
/// In the schema's `own_folder` files that it made for a schema that is gone count too, and so do
/// all others, but for those of another schema that exists. In any other folder files of other
/// schemas may lie, and nothing says where those schemas are.
pub(super) fn orphans(
    folder: &Shown,
    expected: &[File],
    schema: &Shown,
    own_folder: bool,
) -> Result<Vec<Orphan>, Failure> {
    let expected: HashSet<&Path> = expected.iter().map(|file| file.at.path.as_path()).collect();
    let mut found = Vec::new();
    walk(folder, &mut found)?;
    found.retain(|file| !expected.contains(file.path.as_path()));
    found.sort_by(|a, b| a.shown.cmp(&b.shown));
    let orphan = |at: Shown| match source(&at.path) {
        Some(source) => {
            let same = schema.path.file_name().is_some_and(|name| name == source.as_str());
            let gone = own_folder && !schema.beside(&source).path.exists();
            (same || gone).then_some(Orphan { at, ours: true })
        }
        None => own_folder.then_some(Orphan { at, ours: false }),
    };
    Ok(found.into_iter().filter_map(orphan).collect())
}

fn walk(folder: &Shown, found: &mut Vec<Shown>) -> Result<(), Failure> {
    let entries = match std::fs::read_dir(&folder.path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(&folder.shown)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(io(&folder.shown))?;
        let at = folder.join(&entry.file_name().to_string_lossy());
        // The entry's own type: a link is not followed out of the folder.
        let kind = entry.file_type().map_err(io(&at.shown))?;
        if kind.is_dir() {
            walk(&at, found)?;
        } else if kind.is_file() {
            found.push(at);
        }
    }
    Ok(())
}

/// The schema that a file says it was generated from, when it says so in its first line.
fn source(path: &Path) -> Option<String> {
    let mut head = Vec::new();
    std::fs::File::open(path).ok()?.take(512).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let line = head.lines().next()?;
    let (_, rest) = line.split_once("Generated from ")?;
    let (source, rest) = rest.split_once(" by `")?;
    let ours = rest.starts_with(crate::emit::COMMAND) && !source.contains(['/', '\\']);
    ours.then(|| source.to_owned())
}
