//! `atf-gen renumber`: writes offsets and sizes anew.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::{Failure, io};
use super::{FINE, find, sync};
use crate::edit::renumber;
use crate::source::Source;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Record whose offsets are written [default: all]
    record: Option<String>,
    /// Schema to change [default: the only .toml file in `schema` here or in a parent folder]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Print the changed schema and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) const HELP: &str = "Example:
  atf-gen renumber MyHeader

Each field gets the offset where the field above it ends, and the record the size of its fields: what remains to be
done after a field was put between others. Nothing is generated; `atf-gen check` says what that does to releases.

Exit codes: 0 success, 1 the schema has other mistakes, 2 an error such as an unknown record.";

pub(super) fn run(wanted: &Arguments, here: &Path, out: &mut dyn Write) -> Result<u8, Failure> {
    let schema = find::schema(wanted.schema.as_deref(), here)?;
    let source = Source::new(&*schema.file.shown, &schema.bytes)
        .map_err(|error| Failure::Schema(Box::new(error.into())))?;
    let record = wanted.record.as_deref();
    let done = renumber(&source, record).map_err(|wrong| Failure::Schema(Box::new(wrong)))?;
    if let Some(name) = record.filter(|name| !has_record(&source, name)) {
        return Err(Failure::Asked(format!(
            "{}: expected a record, found {name}",
            schema.file.shown
        )));
    }
    if wanted.dry_run {
        out.write_all(done.text.as_bytes()).map_err(io("standard output"))?;
        return Ok(FINE);
    }
    if !done.records.is_empty() {
        sync::write(&schema.file, done.text.as_bytes())?;
    }
    for record in &done.records {
        let size = match record.size {
            (was, is) if was == is => format!("size {is}"),
            (was, is) => format!("size {was} -> {is}"),
        };
        let noun = if record.moved == 1 { "offset" } else { "offsets" };
        writeln!(out, "{}: {}: {} {noun}, {size}", schema.file.shown, record.name, record.moved)
            .map_err(io("standard output"))?;
    }
    if done.records.is_empty() {
        writeln!(out, "{}: every offset is right", schema.file.shown)
            .map_err(io("standard output"))?;
    }
    Ok(FINE)
}

fn has_record(source: &Source, name: &str) -> bool {
    crate::load_but_for(source.name(), source.text().as_bytes(), |_, _| true)
        .is_ok_and(|format| format.records.iter().any(|record| record.name == name))
}
