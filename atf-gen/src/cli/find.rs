//! Finds the schema, and shows paths relative to the current folder.

use std::path::{Path, PathBuf};

use super::error::{Failure, io};
use crate::model::Format;

/// A path, and how it is shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) path: PathBuf,
    pub(super) shown: String,
}

impl Shown {
    pub(super) fn new(path: PathBuf, shown: String) -> Self {
        Self { path, shown: shown.replace('\\', "/") }
    }

    /// A path below this one.
    pub(super) fn join(&self, below: &str) -> Self {
        Self::new(self.path.join(below), tidy(&format!("{}/{below}", self.shown)))
    }

    /// A path in the folder of this file; may climb.
    pub(super) fn beside(&self, path: &str) -> Self {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let shown = match self.shown.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{path}"),
            None => path.to_owned(),
        };
        Self::new(folder.join(path), tidy(&shown))
    }
}

/// `a/../b` as `b`.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            "" if !parts.is_empty() => {}
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// A schema that was found.
pub(super) struct Schema {
    pub(super) file: Shown,
    pub(super) bytes: Vec<u8>,
}

impl Schema {
    pub(super) fn load(&self) -> Result<Format, Failure> {
        crate::load(&self.file.shown, &self.bytes)
            .map_err(|diagnostics| Failure::Schema(Box::new(diagnostics)))
    }
}

/// The schema that was asked for, or the only one around.
pub(super) fn schema(given: Option<&Path>, here: &Path) -> Result<Schema, Failure> {
    let file = match given {
        Some(given) => Shown::new(here.join(given), given.to_string_lossy().into_owned()),
        None => search(here)?,
    };
    let bytes = std::fs::read(&file.path).map_err(io(&file.shown))?;
    Ok(Schema { file, bytes })
}

fn search(here: &Path) -> Result<Shown, Failure> {
    let mut climbed = String::new();
    let mut nearest: Option<Shown> = None;
    for folder in here.ancestors() {
        let schemas = folder.join("schema");
        if schemas.is_dir() {
            let found = tomls(&schemas).map_err(io(schemas.to_string_lossy()))?;
            let found = originals(&schemas, found);
            match (found.as_slice(), &nearest) {
                ([], _) => {}
                ([only], None) => {
                    nearest =
                        Some(Shown::new(schemas.join(only), format!("{climbed}schema/{only}")));
                }
                (several, None) => {
                    return Err(Failure::Asked(format!(
                        "{climbed}schema: expected one .toml file, found {}: name one with --schema",
                        several.join(", ")
                    )));
                }
                // In a crate's folder the nearest schema is the checked copy; the user means the
                // original.
                (above, Some(copy)) => {
                    let original = above.iter().find(|name| keeps(&schemas.join(name), &copy.path));
                    if let Some(name) = original {
                        return Ok(Shown::new(
                            schemas.join(name),
                            format!("{climbed}schema/{name}"),
                        ));
                    }
                }
            }
        }
        climbed.push_str("../");
    }
    nearest.ok_or_else(|| {
        Failure::Asked(
            "expected a folder `schema` with a .toml file, here or in a folder above, found none: name one with --schema"
                .to_owned(),
        )
    })
}

/// The schemas of a folder without those that are copies of another of them.
fn originals(folder: &Path, found: Vec<String>) -> Vec<String> {
    if found.len() < 2 {
        return found;
    }
    let copies: Vec<Vec<PathBuf>> =
        found.iter().map(|name| copies_of(&folder.join(name))).collect();
    // A copy is equal to its schema and so names itself; what counts is what another one names.
    let is_copy = |at: usize| {
        let own = folder.join(&found[at]).canonicalize();
        own.is_ok_and(|own| {
            copies.iter().enumerate().any(|(other, copies)| other != at && copies.contains(&own))
        })
    };
    let originals: Vec<String> =
        (0..found.len()).filter(|at| !is_copy(*at)).map(|at| found[at].clone()).collect();
    // If each is a copy of the other, the user has to select one.
    if originals.is_empty() { found } else { originals }
}

/// Whether the schema at `path` names `copy` among its copies.
fn keeps(path: &Path, copy: &Path) -> bool {
    copy.canonicalize().is_ok_and(|copy| copies_of(path).contains(&copy))
}

/// The existing copies that the schema at `path` names.
fn copies_of(path: &Path) -> Vec<PathBuf> {
    let Ok(bytes) = std::fs::read(path) else { return Vec::new() };
    let folder = path.parent().unwrap_or(Path::new(""));
    let copies = crate::copies(&bytes);
    copies.iter().filter_map(|kept| folder.join(kept).canonicalize().ok()).collect()
}

pub(super) fn tomls(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") && entry.path().is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_without_detours() {
        let schema = Shown::new(PathBuf::from("/x/schema/a.toml"), "schema/a.toml".to_owned());
        assert_eq!(schema.beside("../crate/schema/a.toml").shown, "crate/schema/a.toml");
        assert_eq!(schema.beside("generated").join("c/a.h").shown, "schema/generated/c/a.h");
        let above = Shown::new(PathBuf::from("/x/schema/a.toml"), "../schema/a.toml".to_owned());
        assert_eq!(above.beside("../crate/a.toml").shown, "../crate/a.toml");
        let bare = Shown::new(PathBuf::from("/x/a.toml"), "a.toml".to_owned());
        assert_eq!(bare.beside("generated").shown, "generated");
    }
}
