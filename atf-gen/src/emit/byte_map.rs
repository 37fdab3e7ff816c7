//! A record's bytes as a picture: eight to a row, a box per field.
//!
//! ```text
//!          0       1       2       3       4       5       6       7
//!      +-------+-------+-------+-------+-------+-------+-------+-------+
//!    0 | signature                     | version       | flags         |
//!      +-------+-------+-------+-------+-------+-------+-------+-------+
//! ```

use std::fmt::Write as _;

use crate::model::Record;

/// Bytes to a row.
const ROW: u64 = 8;
/// Narrowest and widest inner width of one byte's cell.
const CELL: std::ops::RangeInclusive<usize> = 5..=12;

/// What one row shows: pieces of fields, in order.
struct Row {
    start: u64,
    pieces: Vec<Piece>,
}

struct Piece {
    /// Position of the field; `None` beyond the record's end.
    field: Option<usize>,
    bytes: usize,
    label: String,
}

/// The picture.
#[must_use]
pub(crate) fn draw(record: &Record) -> String {
    let rows = rows(record);
    let cell = rows
        .iter()
        .flat_map(|row| &row.pieces)
        .filter(|piece| !piece.label.is_empty())
        // A label needs a space on either side; the piece has its cells and the bars between.
        .map(|piece| (piece.label.chars().count() + 2 + 1).div_ceil(piece.bytes).saturating_sub(1))
        .max()
        .unwrap_or(0)
        .clamp(*CELL.start(), *CELL.end());
    let gutter = record.size.to_string().len().max(3) + 1;
    let mut out = " ".repeat(gutter + 2);
    for byte in 0..ROW {
        let _ = write!(out, "{byte:^width$}", width = cell + 1);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    let mut above: Option<&Row> = None;
    let mut skip_until = 0;
    for (at, row) in rows.iter().enumerate() {
        if at < skip_until {
            continue;
        }
        rule(above, Some(row), cell, gutter, &mut out);
        line(row, cell, gutter, &mut out);
        above = Some(row);
        // A long field is shown by its first and last row.
        let same = rows[at..].iter().take_while(|other| same_field(row, other)).count();
        if same > 3 {
            let _ = writeln!(
                out,
                "{:gutter$} :{:width$}:",
                "",
                "",
                width = (cell + 1) * ROW as usize - 1
            );
            above = None;
            skip_until = at + same - 1;
            let last = &rows[skip_until];
            line(last, cell, gutter, &mut out);
            above = above.or(Some(last));
            skip_until += 1;
        }
    }
    rule(above, None, cell, gutter, &mut out);
    if let Some(tail) = &record.tail {
        let text = format!(" {}, {} bytes", tail.name, record.fields[tail.count].name);
        let width = ((cell + 1) * ROW as usize - 1).max(text.len() + 1);
        let _ = writeln!(out, "{:>gutter$} :{text:<width$}:", tail.offset);
        let _ = writeln!(out, "{:gutter$} :{}:", "", ".".repeat(width));
    }
    out
}

fn same_field(a: &Row, b: &Row) -> bool {
    match (a.pieces.as_slice(), b.pieces.as_slice()) {
        ([a], [b]) => a.field.is_some() && a.field == b.field,
        _ => false,
    }
}

fn rows(record: &Record) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (id, field) in record.fields.iter().enumerate() {
        // The name is in the widest piece, the first of those.
        let mut widest: Option<(usize, usize, usize)> = None;
        let first_row = rows.len();
        let mut at = field.offset;
        while at < field.end() {
            let row_start = at / ROW * ROW;
            let bytes = (row_start + ROW).min(field.end()) - at;
            if rows.last().is_none_or(|row| row.start != row_start) {
                rows.push(Row { start: row_start, pieces: Vec::new() });
            }
            let row = rows.len() - 1;
            rows[row].pieces.push(Piece {
                field: Some(id),
                bytes: bytes as usize,
                label: String::new(),
            });
            if widest.is_none_or(|(_, _, most)| bytes as usize > most) {
                widest = Some((row, rows[row].pieces.len() - 1, bytes as usize));
            }
            at += bytes;
            // Of the full rows of a long field only the first two and the last two are drawn.
            let whole = (field.end() - at) / ROW;
            if bytes == ROW && whole > 4 && rows.len() - first_row >= 3 {
                at += (whole - 2) * ROW;
            }
        }
        if let Some((row, piece, _)) = widest {
            rows[row].pieces[piece].label = field.member().into_owned();
        }
    }
    if let Some(last) = rows.last_mut() {
        let used: usize = last.pieces.iter().map(|piece| piece.bytes).sum();
        if used < ROW as usize {
            last.pieces.push(Piece {
                field: None,
                bytes: ROW as usize - used,
                label: String::new(),
            });
        }
    }
    rows
}

fn line(row: &Row, cell: usize, gutter: usize, out: &mut String) {
    let _ = write!(out, "{:>gutter$} |", row.start);
    for piece in &row.pieces {
        if piece.field.is_none() {
            break;
        }
        let width = piece.bytes * (cell + 1) - 1;
        let mut label = format!(" {}", piece.label);
        if label.chars().count() > width {
            label = label.chars().take(width - 1).chain(['~']).collect();
        }
        let _ = write!(out, "{label:<width$}|");
    }
    out.push('\n');
}

/// The line between two rows: open where a field continues in the next row.
fn rule(above: Option<&Row>, below: Option<&Row>, cell: usize, gutter: usize, out: &mut String) {
    let fields = |row: Option<&Row>| {
        let mut fields = [None; ROW as usize];
        let pieces = row.into_iter().flat_map(|row| &row.pieces);
        let held = pieces.flat_map(|piece| std::iter::repeat_n(piece.field, piece.bytes));
        fields.iter_mut().zip(held).for_each(|(place, field)| *place = field);
        fields
    };
    let (above, below) = (fields(above), fields(below));
    let start = out.len();
    out.extend(std::iter::repeat_n(' ', gutter + 1));
    for byte in 0..=ROW as usize {
        let open = |byte: usize| above[byte].is_some() && above[byte] == below[byte];
        let empty = |byte: usize| above[byte].is_none() && below[byte].is_none();
        let left = byte.checked_sub(1);
        let right = (byte < ROW as usize).then_some(byte);
        let quiet = |byte: Option<usize>| byte.is_none_or(|byte| open(byte) || empty(byte));
        // No bar: beyond the record, or in the middle of a field.
        let outside = left.is_none_or(empty) && right.is_none_or(empty);
        let inside = left.is_some()
            && right.is_some()
            && above[byte - 1] == above[byte]
            && below[byte - 1] == below[byte];
        let corner = match (quiet(left) && quiet(right), outside || inside) {
            (false, _) => '+',
            (true, true) => ' ',
            (true, false) => '|',
        };
        out.push(corner);
        if let Some(right) = right {
            let fill = if quiet(Some(right)) { ' ' } else { '-' };
            out.extend(std::iter::repeat_n(fill, cell));
        }
    }
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}
