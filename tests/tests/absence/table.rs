//! The result as the table in docs/evolving.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::cells::Absence;
use super::files::readings;
use super::grid::Pair;

/// Readers of one target, in the order of the columns.
pub(crate) const TARGETS: [&str; 5] = ["Rust", "C", "Python", "Kaitai", "annotate"];

/// The table: kinds, ways of being absent with the number of readings per target, and the targets.
pub(crate) fn table(pairs: &[Pair], right: impl Fn(&str, &str, Absence) -> usize) -> String {
    let mut rows: Vec<&'static str> = Vec::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for reading in pairs.iter().flat_map(|pair| readings(&pair.cells)) {
        for kind in &reading.cell.fields {
            if !rows.contains(&kind.row) {
                rows.push(kind.row);
            }
            *counts.entry((kind.row, reading.cell.absence.word())).or_default() += 1;
        }
    }
    let mut out = format!("| kind of field | absence | readings | {} |\n", TARGETS.join(" | "));
    let _ = writeln!(out, "|---|---|---|{}", "---|".repeat(TARGETS.len()));
    for row in rows {
        for absence in [Absence::Sentinel, Absence::Guard, Absence::Growth] {
            let word = absence.word();
            let Some(count) = counts.get(&(row, word)) else {
                let _ = writeln!(out, "| {row} | {word} | refused |{}", " |".repeat(TARGETS.len()));
                continue;
            };
            let _ = write!(out, "| {row} | {word} | {count} |");
            for target in TARGETS {
                let _ = write!(out, " {} |", right(target, row, absence));
            }
            out.push('\n');
        }
    }
    out
}
