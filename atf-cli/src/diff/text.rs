//! The difference as text: what changed most comes first.

use std::io::Write;

use atf_analysis::{Change, Difference, DifferenceRow, Totals};

use super::label;
use crate::color::Color;
use crate::failure::Failure;
use crate::filters::NameArgs;
use crate::numbers::{count, grouped, short_duration};
use crate::out::Out;
use crate::{pager, screen};

/// Columns before the name.
const NUMBERS: usize = 56;
const MIN_NAME_COLUMNS: usize = 16;

/// The changes in the order in which they are listed.
const CHANGES: [Change; 7] = [
    Change::Slower,
    Change::Faster,
    Change::More,
    Change::Fewer,
    Change::New,
    Change::Gone,
    Change::Same,
];

/// What happened, in one word.
pub(super) fn word(change: Change) -> &'static str {
    match change {
        Change::Slower => "slower",
        Change::Faster => "faster",
        Change::More => "more",
        Change::Fewer => "fewer",
        Change::New => "new",
        Change::Gone => "gone",
        Change::Same => "same",
    }
}

/// Prints the functions that changed, or all.
pub(super) fn print(
    difference: &Difference,
    names: NameArgs,
    with_same: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let color = Color::for_stdout();
    let columns = screen::table_columns().saturating_sub(NUMBERS).max(MIN_NAME_COLUMNS);
    pager::start(out);
    let heading = format!(
        "{:<7} {:>9}  {:>17}  {:>17}  function",
        "change", "by", "self/call a, b", "calls a, b"
    );
    writeln!(out, "{}", color.bold(heading))?;
    let mut summary = Vec::new();
    for change in CHANGES {
        let mut rows: Vec<_> = difference.rows().iter().filter(|it| it.change == change).collect();
        // What matters for the whole comes first.
        rows.sort_by_key(|row| std::cmp::Reverse(weight(row)));
        if !rows.is_empty() {
            summary.push(format!("{} {}", grouped(rows.len() as u64), word(change)));
        }
        if change == Change::Same && !with_same {
            continue;
        }
        for row in rows {
            let line = line(row, names, columns);
            let line = match (change, row.is_beyond_threshold) {
                (Change::Slower, true) => color.red(line),
                (Change::Faster, true) => color.green(line),
                (Change::Slower | Change::Faster, false) => color.dim(line),
                _ => line,
            };
            writeln!(out, "{line}")?;
        }
    }
    let beyond = difference.rows().iter().filter(|row| row.is_beyond_threshold).count();
    let threshold = difference.threshold() * 100.0;
    let beyond = count(beyond as u64, "function");
    writeln!(out, "{}; {beyond} beyond {threshold} %", summary.join(", "))?;
    Ok(())
}

/// How much of the time of both traces the function has.
fn weight(row: &DifferenceRow) -> u64 {
    let of = |side: &Option<Totals>| side.map_or(0, |it| it.self_ns);
    of(&row.before).abs_diff(of(&row.after))
}

fn line(row: &DifferenceRow, names: NameArgs, columns: usize) -> String {
    let per_call = |side: &Option<Totals>| match side {
        Some(Totals { calls: 1.., .. }) => {
            let totals = side.unwrap_or_else(|| unreachable!("matched above"));
            short_duration(totals.self_ns / totals.calls)
        }
        _ => "-".to_owned(),
    };
    let calls = |side: &Option<Totals>| side.map_or("-".to_owned(), |it| short_count(it.calls));
    let by = match row.change {
        Change::More | Change::Fewer => row.relative_change_of_calls,
        _ => row.relative_change,
    };
    let by = match by {
        None => String::new(),
        Some(by) if by.is_infinite() => "from 0".to_owned(),
        Some(by) => format!("{:+.1} %", by * 100.0),
    };
    let name = label(&row.key, names);
    format!(
        "{:<7} {by:>9}  {:>8} {:>8}  {:>8} {:>8}  {}",
        word(row.change),
        per_call(&row.before),
        per_call(&row.after),
        calls(&row.before),
        calls(&row.after),
        screen::cut(&name, columns)
    )
}

/// A count in at most 8 columns.
fn short_count(number: u64) -> String {
    let text = grouped(number);
    if text.len() <= 8 { text } else { format!("{:.2e}", number as f64) }
}
