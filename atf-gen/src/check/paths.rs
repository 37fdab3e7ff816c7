//! Paths are relative, mean the same on every system, and are used once.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let mut seen = HashMap::new();
    for file in &format.files {
        let what = format!("file {}: `path`", file.name);
        // A missing path has its own rule.
        if file.path.is_empty() && file.path_at == file.at {
            continue;
        }
        if let Err(found) = relative(&file.path, false) {
            diagnostics.push(
                Diagnostic::new(Code::Path, file.path_at, format!("{what}: expected a relative path, found {found}"))
                    .help("write the path relative to the folder of the format's files, with / as separator"),
            );
        } else if let Some(first) = seen.insert(&file.path, file.path_at) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Path,
                    file.path_at,
                    format!("{what}: the path is already used"),
                )
                .second(first, "first used here")
                .help("give each [[file]] a path of its own"),
            );
        }
    }
    for (copy, at) in format.copies.iter().zip(&format.copies_at) {
        if let Err(found) = relative(copy, true) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Path,
                    *at,
                    format!("[format]: `copies`: expected a relative path, found {found}"),
                )
                .help("write the path relative to the schema's folder, with / as separator"),
            );
        } else if !is_copied(format, copy) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Path,
                    *at,
                    "[format]: `copies`: expected a path that ends in .toml or in the name of a generated file, found another"
                        .to_owned(),
                )
                .help(format!(
                    "a copy of the schema ends in .toml; a copy of a generated file has its name: {}",
                    format.copied_names().join(", ")
                )),
            );
        }
    }
    let header = &format.c.header;
    let plain = header.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !plain || !header.ends_with(".h") || header.starts_with('.') {
        diagnostics.push(
            Diagnostic::new(
                Code::Path,
                format.c.header_at,
                "[format.c]: `header`: expected a file name that ends in .h, found another"
                    .to_owned(),
            )
            .help("for example header = \"my_types.h\""),
        );
    }
}

/// Whether the last part of a path says of what it is a copy: the schema, or a generated file.
fn is_copied(format: &Format, copy: &str) -> bool {
    let name = copy.rsplit('/').next().unwrap_or(copy);
    name.ends_with(".toml") || format.copied_names().iter().any(|known| known == name)
}

/// What is wrong with a path that should be relative.
fn relative(path: &str, may_climb: bool) -> Result<(), &'static str> {
    if path.is_empty() {
        return Err("an empty one");
    }
    if path.starts_with('/') {
        return Err("an absolute path");
    }
    if path.chars().any(|c| c.is_control() || matches!(c, '\\' | ':' | '"' | '<' | '>' | '|' | '?'))
    {
        return Err("one with a character that paths cannot have everywhere");
    }
    for part in path.split('/') {
        match part {
            "" => return Err("one with an empty part"),
            "." => return Err("one with the part \".\""),
            ".." if !may_climb => return Err("a path that leaves the folder"),
            _ => {}
        }
    }
    Ok(())
}
