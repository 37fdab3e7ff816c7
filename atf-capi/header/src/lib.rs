//! The C header of `atf-capi`, written from the doc comments and signatures of its source.
//!
//! cbindgen writes the declarations; this crate puts them into sections and adds what is written by hand.

mod sections;

use std::path::{Path, PathBuf};
use std::{fs, io};

use sections::SECTIONS;

/// Where the header is committed.
pub fn path() -> PathBuf {
    crate_dir().join("include/atf/atf.h")
}

/// The header's text, from the source.
///
/// # Errors
///
/// The source cannot be read, or it has a declaration that belongs to no section.
pub fn text() -> io::Result<String> {
    let dir = crate_dir();
    let config = cbindgen::Config::from_file(dir.join("cbindgen.toml"));
    let config = config.map_err(|error| io::Error::other(format!("cbindgen.toml: {error}")))?;
    let bindings = cbindgen::Builder::new().with_crate(&dir).with_config(config).generate();
    let mut bytes = Vec::new();
    bindings.map_err(|error| io::Error::other(error.to_string()))?.write(&mut bytes);
    let declarations = String::from_utf8(bytes).map_err(io::Error::other)?;
    arranged(&declarations, &dir.join("src"))
}

/// The declarations in their sections, between the introduction and the end.
fn arranged(declarations: &str, source: &Path) -> io::Result<String> {
    let mut rest = Vec::new();
    for block in declarations.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let name = name_of(block);
        rest.push((name.ok_or_else(|| io::Error::other(format!("no name in:\n{block}")))?, block));
    }
    let (mut body, mut contents) = (String::new(), Vec::new());
    for (number, section) in (1..).zip(SECTIONS) {
        contents.push(format!(" *  {number:2}. {:<26} {}", section.title, section.summary));
        let rule = "-".repeat(112);
        body += &format!("\n/* {rule}\n   {number}. {}\n   {rule} */\n", section.title);
        if !section.before.is_empty() {
            body += &format!("\n{}", section.before);
        }
        for module in section.modules {
            let text = fs::read_to_string(source.join(module).with_extension("rs"))?;
            let mut found = Vec::new();
            rest.retain(|(name, block)| {
                let at = definition_of(name, &text);
                found.extend(at.map(|at| (at, *block)));
                at.is_none()
            });
            found.sort_unstable();
            found.iter().for_each(|(_, block)| body += &format!("\n{block}\n"));
        }
        if !section.after.is_empty() {
            body += &format!("\n{}", section.after);
        }
    }
    if let Some((name, _)) = rest.first() {
        let text = format!("{name}: expected its module in a section (header/src/sections.rs)");
        return Err(io::Error::other(text));
    }
    let intro = include_str!("../text/intro.h").replace("@CONTENTS@", &contents.join("\n"));
    Ok(format!("{intro}{body}\n{}", include_str!("../text/end.h")))
}

/// What a declaration declares: the last name before its parameters, its semicolon or its value.
fn name_of(block: &str) -> Option<&str> {
    let code = if block.starts_with("/*") { block.split_once("*/")?.1 } else { block }.trim();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if let Some(define) = code.strip_prefix("#define ") {
        return define.split_whitespace().next();
    }
    // A pointer to a function, a struct, a function.
    let before = match code.split_once("(*") {
        Some((_, name)) => name.split(')').next()?,
        None if code.starts_with("typedef") => code.strip_suffix(';')?,
        None => code.split('(').next()?,
    };
    before.rsplit(|letter| !is_name(letter)).next().filter(|name| !name.is_empty())
}

/// Where the source of a module defines `name`.
fn definition_of(name: &str, text: &str) -> Option<usize> {
    let forms = [
        format!("fn {name}("),
        format!("pub struct {name} "),
        format!("pub struct {name}("),
        format!("pub const {name}:"),
        format!("pub type {name} "),
    ];
    forms.iter().find_map(|form| text.find(form.as_str()))
}

fn crate_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
