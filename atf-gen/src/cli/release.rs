//! `atf-gen release`.

use std::io::Write;
use std::path::Path;

use super::error::{Failure, io};
use super::{FINE, PROBLEM, Place, check, find, releases};

/// Freezes the schema, when `check` finds nothing.
pub(super) fn release(
    place: &Place,
    here: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let schema = find::schema(place.schema.as_deref(), here)?;
    let format = schema.load()?;
    let at = schema.file.beside("releases").join(&releases::file_name(&format));
    let bytes = releases::frozen(&format, &schema.bytes);
    let number = format!("{} {}.{}", format.name, format.version, format.revision);
    // The messages of a check that succeeds are not printed here.
    let checked = check(place, here, &mut std::io::sink(), err)?;
    let mut say = |line: String| writeln!(err, "{line}").map_err(io("standard error"));
    if checked != FINE {
        say(format!("{number} is not frozen: fix what `atf-gen check` reports first"))?;
        return Ok(checked);
    }
    match std::fs::read(&at.path) {
        Ok(found) if same(&found, &bytes) => {
            writeln!(out, "{} is already frozen with this content", at.shown)
                .map_err(io("standard output"))?;
            return Ok(FINE);
        }
        Ok(_) => {
            say(format!(
                "{}: {number} is already frozen with different content: raise `revision` (or `version`) under [format]",
                at.shown
            ))?;
            return Ok(PROBLEM);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(io(&at.shown)(error)),
    }
    releases::write(&at, &bytes)?;
    writeln!(out, "{} written: {number} is frozen", at.shown).map_err(io("standard output"))?;
    Ok(FINE)
}

/// Whether two files differ at most in their line ends.
fn same(a: &[u8], b: &[u8]) -> bool {
    let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    plain(a) == plain(b)
}
