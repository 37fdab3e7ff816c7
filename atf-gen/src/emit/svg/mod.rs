//! Pictures for the reference: one of each record, one of each file. Self-contained SVG:
//! no script, no font, nothing fetched; light or dark as the reader's system asks, on a
//! background of its own, so that it can be read on any page.

mod canvas;
mod file;
mod record;
mod text;

use super::{Output, parallel, place};
use crate::model::{Format, Record};

/// Every picture; paths are relative to the folder of generated files.
#[must_use]
pub fn outputs(format: &Format) -> Vec<Output> {
    let output = |stem: String, text: String| Output {
        path: format!("docs/{}", place::picture(format, &stem)),
        text,
    };
    let files = format.files.iter().map(|it| output(place::file(it), file::draw(format, it)));
    let draw = |it: &Record| output(place::record(it), record::draw(format, it));
    files.chain(parallel::each(&format.records, draw)).collect()
}
