//! The table of what changed from one session to another, by function.

use arrow_array::types::{Float64Type, UInt64Type};
use atf_analysis::{Change, Compared, Difference, DifferenceRow, FunctionKeys, Options, Totals};
use pyo3::prelude::*;

use super::columns::Columns;
use super::report::add_texts;
use super::source::{Source, raised};
use super::table::Table;

/// What changed from `before` to `after`.
pub(crate) fn difference(
    py: Python<'_>,
    before: &Source<'_>,
    after: &Source<'_>,
    threshold: Option<f64>,
) -> PyResult<Table> {
    py.detach(|| {
        let traces = [before.trace(), after.trace()];
        let keys = [before, after].map(|source| source.manifest().map(FunctionKeys::of));
        let [first, second] = keys.map(Option::unwrap_or_default);
        let sides = [
            Compared { trace: &traces[0], keys: &first, selection: &before.selection },
            Compared { trace: &traces[1], keys: &second, selection: &after.selection },
        ];
        let found = Difference::of(sides[0], sides[1], threshold, &Options::default(), None);
        let found = raised(found)?;
        let rows = found.rows();
        let mut columns = Columns::default();
        let name = |row: &DifferenceRow| match (&row.key.name, row.key.number) {
            (Some(name), _) => Some(name.clone()),
            (None, number) => number.map(|number| format!("{number:#018x}")),
        };
        add_texts(&mut columns, "function", rows.iter().map(name))?;
        add_texts(&mut columns, "module", rows.iter().map(|row| row.key.module.clone()))?;
        add_texts(&mut columns, "change", rows.iter().map(|row| Some(word(row.change).into())))?;
        let numbers: [(&str, Number); 3] = [
            ("calls", |it| it.calls),
            ("total_ns", |it| it.total_ns),
            ("self_ns", |it| it.self_ns),
        ];
        for (side, of_side) in [("before", side_before as Side), ("after", side_after)] {
            for (name, of) in numbers {
                let values = rows.iter().map(|row| of_side(row).map_or(u64::MAX, of)).collect();
                columns.optional::<UInt64Type>(&format!("{name}_{side}"), values, u64::MAX);
            }
        }
        let change = |row: &DifferenceRow| row.relative_change.unwrap_or(f64::NAN);
        columns.numbers::<Float64Type>("relative_change", rows.iter().map(change).collect());
        let is_beyond = rows.iter().map(|row| row.is_beyond_threshold).collect();
        columns.truths("is_beyond_threshold", is_beyond);
        Table::of("a difference", rows.len(), columns)
    })
}

type Number = fn(&Totals) -> u64;
type Side = fn(&DifferenceRow) -> Option<&Totals>;

fn side_before(row: &DifferenceRow) -> Option<&Totals> {
    row.before.as_ref()
}

fn side_after(row: &DifferenceRow) -> Option<&Totals> {
    row.after.as_ref()
}

const fn word(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Gone => "gone",
        Change::Slower => "slower",
        Change::Faster => "faster",
        Change::More => "more",
        Change::Fewer => "fewer",
        Change::Same => "same",
    }
}
