//! The grid of absence: every kind of field, added in every way that old files can lack it, in every
//! part of a file. Two pairs of schemas hold all of them: one whose new schema is the next revision, and
//! one whose events grow, which takes a new version.

use std::path::Path;

use super::cells::{self, Cell};
use super::files::{self, Variant};

/// A pair of schemas and their files, in a folder of its own.
pub(crate) struct Pair {
    /// The folder.
    pub(crate) name: &'static str,
    /// What they hold.
    pub(crate) cells: Vec<Cell>,
}

/// Both pairs.
pub(crate) fn pairs() -> [Pair; 2] {
    [
        Pair { name: "revision", cells: cells::cells(false) },
        Pair { name: "version", cells: cells::cells(true) },
    ]
}

/// Writes `grid.toml` of both schemas, everything generated from them, and the files.
///
/// # Panics
///
/// When a schema is wrong or a file cannot be written.
pub(crate) fn write(pair: &Pair, folder: &Path) {
    for is_new in [false, true] {
        let side = folder.join(if is_new { "new" } else { "old" });
        std::fs::create_dir_all(&side).expect("the folder can be made");
        let text = cells::schema(&pair.cells, is_new);
        std::fs::write(side.join("grid.toml"), &text).expect("the schema can be written");
        let format = atf_gen::load("grid.toml", text.as_bytes())
            .unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
        for output in atf_gen::emit::outputs(&format) {
            let path = side.join(output.path);
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
            std::fs::write(path, output.text).expect("it can be written");
        }
    }
    for variant in [Variant::Old, Variant::Absent, Variant::Present] {
        let files = folder.join("files").join(variant.word());
        std::fs::create_dir_all(&files).expect("the folder can be made");
        for cell in &pair.cells {
            let bytes = files::bytes(cell, variant);
            std::fs::write(files.join(&cell.name), bytes).expect("it can be written");
        }
    }
    let mut expected = String::new();
    for reading in files::readings(&pair.cells) {
        let line = serde_json::json!({
            "key": files::key(&reading),
            "rows": reading.cell.fields.iter().map(|kind| (kind.name, kind.row)).collect::<std::collections::BTreeMap<_, _>>(),
            "absence": reading.cell.absence.word(),
            "fields": reading.cell.observed().map(|kind| kind.name).collect::<Vec<_>>(),
            "place": reading.cell.place.word(),
            "expected": files::expected(&reading),
        });
        expected.push_str(&format!("{line}\n"));
    }
    std::fs::write(folder.join("expected"), expected).expect("it can be written");
}
