//! `atf-gen layout`.

use std::io::Write;
use std::path::Path;

use super::error::{Failure, io};
use super::find;
use crate::diagnostic::nearest;
use crate::emit::layout;

pub(super) fn print(
    record: Option<&str>,
    schema: Option<&Path>,
    json: bool,
    here: &Path,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let schema = find::schema(schema, here)?;
    let format = schema.load()?;
    let id = match record {
        None => None,
        Some(name) => match format.records.iter().position(|record| record.name == name) {
            Some(id) => Some(id),
            None => {
                let names: Vec<&str> =
                    format.records.iter().map(|record| record.name.as_str()).collect();
                let hint = match nearest(name, names.iter().copied()) {
                    Some(meant) => format!("did you mean {meant}?"),
                    None => format!("records: {}", names.join(", ")),
                };
                return Err(Failure::Asked(format!(
                    "{}: expected a record, found {name}: {hint}",
                    schema.file.shown
                )));
            }
        },
    };
    let text = match (json, id) {
        (true, id) => layout::json(&format, id),
        (false, Some(id)) => layout::record(&format, id),
        (false, None) => layout::all(&format),
    };
    out.write_all(text.as_bytes()).map_err(io("standard output"))?;
    out.flush().map_err(io("standard output"))?;
    Ok(super::FINE)
}
