//! A table with aligned columns.

use std::io;

use crate::color::Color;
use crate::out::Out;
use crate::screen;

/// Columns between two columns of a table.
const BETWEEN: usize = 2;
/// So much of the column that is cut is shown on any screen.
const MIN_FLEXIBLE_COLUMNS: usize = 5;

/// Rows below a heading. Each column is as wide as its widest cell.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

struct Column {
    name: String,
    align: Align,
}

/// Alignment of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

impl Table {
    /// A table with these columns and no rows.
    pub(crate) fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Align)>) -> Self {
        let columns = columns.into_iter();
        let columns = columns.map(|(name, align)| Column { name: name.to_owned(), align });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row; missing cells stay empty.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes the table, without trailing spaces.
    pub(crate) fn print(&self, out: &mut Out) -> io::Result<()> {
        self.print_within(usize::MAX, 0, Color::none(), out)
    }

    /// As [`print`](Self::print), with the cells of one column cut so that lines are at most `columns` wide, and the
    /// heading in bold.
    pub(crate) fn print_within(
        &self,
        columns: usize,
        flexible: usize,
        color: Color,
        out: &mut Out,
    ) -> io::Result<()> {
        let heading: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let lines = || std::iter::once(&heading).chain(&self.rows);
        let width = |at: usize| {
            lines().filter_map(|line| line.get(at)).map(|cell| screen::width(cell)).max()
        };
        let widths: Vec<usize> =
            (0..self.columns.len()).map(|at| width(at).unwrap_or_default()).collect();
        let others = widths.iter().enumerate().filter(|&(at, _)| at != flexible);
        let others: usize = others.map(|(_, width)| width + BETWEEN).sum();
        let most = columns.saturating_sub(others).max(MIN_FLEXIBLE_COLUMNS);
        for (number, line) in lines().enumerate() {
            let mut text = String::new();
            for (at, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                let most = if at == flexible { most } else { usize::MAX };
                let (cell, width) = (&*screen::cut(cell, most), width.min(most));
                let between = if at == 0 { "" } else { "  " };
                let padding = " ".repeat(width.saturating_sub(screen::width(cell)));
                text.push_str(&match self.columns[at].align {
                    Align::Left => format!("{between}{cell}{padding}"),
                    Align::Right => format!("{between}{padding}{cell}"),
                });
            }
            let text = text.trim_end();
            match number {
                0 => out.put(color.bold(text).as_bytes())?,
                _ => out.put(text.as_bytes())?,
            }
            out.put(b"\n")?;
        }
        Ok(())
    }
}
