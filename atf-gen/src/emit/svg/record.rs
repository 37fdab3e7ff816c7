//! The bytes of a record: eight per row, a shape per field. The middle of a long field is left
//! out.

use std::fmt::Write as _;

use super::canvas::{Anchor, Canvas, Kind};
use super::text::{escape, fit, width};
use crate::emit::value;
use crate::model::{Field, Format, Record};

/// Bytes to a row.
const ROW: u64 = 8;
const LEFT: u32 = 64;
const RIGHT: u32 = 20;
const CELL: u32 = 92;
const LINE: u32 = 46;
const BREAK: u32 = 26;
const TOP: u32 = 68;
/// Maximum number of rows; larger pictures are not useful.
const MOST_LINES: usize = 400;

/// A row of the picture.
struct Line {
    /// First byte, when it shows bytes; else bytes are left out here.
    start: Option<u64>,
    y: u32,
}

impl Line {
    fn height(&self) -> u32 {
        if self.start.is_some() { LINE } else { BREAK }
    }

    fn bottom(&self) -> u32 {
        self.y + self.height()
    }
}

/// A part of a field in one row: from one cell up to another.
#[derive(Clone, Copy)]
struct Piece {
    line: usize,
    from: u32,
    to: u32,
}

/// The picture.
pub(super) fn draw(format: &Format, record: &Record) -> String {
    let mut canvas = Canvas::new();
    let right = LEFT + CELL * ROW as u32;
    heading(&mut canvas, record, right);
    let mut lines: Vec<Line> = Vec::new();
    let mut kinds = Vec::new();
    let mut left_out = None;
    for (at, field) in record.fields.iter().enumerate() {
        if lines.len() >= MOST_LINES {
            left_out = Some(at);
            break;
        }
        let kind = Kind::of(record, at, field);
        kinds.push(kind);
        let pieces = pieces(field, &mut lines);
        shape(&mut canvas, format, field, kind, &pieces, &lines);
    }
    for line in &lines {
        let middle = line.y + line.height() / 2 + 4;
        match line.start {
            Some(start) => {
                canvas.text((LEFT - 10, middle), Anchor::End, 12, "m", &start.to_string());
            }
            None => canvas.text((LEFT - 10, middle), Anchor::End, 12, "m", "…"),
        }
    }
    let mut y = lines.last().map_or(TOP, Line::bottom);
    if let Some(at) = left_out {
        let text = format!(
            "{} more fields, bytes {} to {}: see the table",
            record.fields.len() - at,
            record.fields[at].offset,
            record.size.saturating_sub(1)
        );
        canvas.text((LEFT + (right - LEFT) / 2, y + 20), Anchor::Middle, 12, "m", &text);
        y += 30;
    }
    if let Some(tail) = &record.tail {
        y += 8;
        let count = &record.fields[tail.count].name;
        let _ = writeln!(
            canvas.body,
            "<path class=\"d\" stroke-dasharray=\"5 4\" d=\"M{LEFT} {y}h{}v{LINE}H{LEFT}z\"/>",
            right - LEFT
        );
        canvas.text((LEFT - 10, y + 27), Anchor::End, 12, "m", &tail.offset.to_string());
        let (name, size) = fit(&[&tail.name], right - LEFT - 16, &[13, 11, 9]);
        canvas.text((LEFT + 8, y + 20), Anchor::Start, size, "h", &name);
        let (ty, size) = fit(&[&format!("[u8; {count}]")], right - LEFT - 16, &[11, 9]);
        canvas.text((LEFT + 8, y + 36), Anchor::Start, size, "m", &ty);
        y += LINE;
    }
    let bottom = canvas.legend(&kinds, LEFT, right, y + 16) + 16;
    let title = format!("{}, {} bytes", record.name, record.size);
    canvas.finish(format, (right + RIGHT, bottom), &title, &description(record))
}

fn heading(canvas: &mut Canvas, record: &Record, right: u32) {
    let size =
        if record.size == 1 { "1 byte".to_owned() } else { format!("{} bytes", record.size) };
    let room = right - LEFT - 20 - width(&size, 13);
    let (name, name_size) = fit(&[&record.name], room, &[16, 13, 11]);
    canvas.text((LEFT, 30), Anchor::Start, name_size, "h", &name);
    canvas.text((right, 30), Anchor::End, 13, "m", &size);
    for byte in 0..ROW as u32 {
        let x = LEFT + CELL * byte + CELL / 2;
        canvas.text((x, TOP - 8), Anchor::Middle, 11, "m", &byte.to_string());
    }
}

/// The rows that the field takes, added to `lines` where it is the first in them.
fn pieces(field: &Field, lines: &mut Vec<Line>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if field.size == 0 {
        return pieces;
    }
    let (first, last) = (field.offset / ROW, (field.end() - 1) / ROW);
    let (whole, behind) = (field.offset.div_ceil(ROW), field.end() / ROW);
    let broken = behind.saturating_sub(whole) > 3;
    let mut row = first;
    while row <= last {
        if broken && row == whole + 1 {
            let y = lines.last().map_or(TOP, Line::bottom);
            lines.push(Line { start: None, y });
            pieces.push(Piece { line: lines.len() - 1, from: 0, to: ROW as u32 });
            row = behind - 1;
            continue;
        }
        let start = row * ROW;
        if lines.last().is_none_or(|line| line.start != Some(start)) {
            let y = lines.last().map_or(TOP, Line::bottom);
            lines.push(Line { start: Some(start), y });
        }
        let from = field.offset.max(start) - start;
        let to = field.end().min(start + ROW) - start;
        pieces.push(Piece { line: lines.len() - 1, from: from as u32, to: to as u32 });
        row += 1;
    }
    pieces
}

fn shape(
    canvas: &mut Canvas,
    format: &Format,
    field: &Field,
    kind: Kind,
    pieces: &[Piece],
    lines: &[Line],
) {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
    let x = |cell: u32| LEFT + CELL * cell;
    // Two pieces that do not lie above each other are two shapes; all others are one.
    let apart = pieces.len() == 2 && last.to <= first.from;
    let mut outline = String::new();
    if pieces.len() == 1 || apart {
        for piece in pieces {
            let line = &lines[piece.line];
            let _ = write!(
                outline,
                "M{} {}H{}v{}H{}z",
                x(piece.from),
                line.y,
                x(piece.to),
                line.height(),
                x(piece.from)
            );
        }
    } else {
        let _ = write!(
            outline,
            "M{} {}H{}V{}H{}V{}H{}V{}H{}z",
            x(first.from),
            lines[first.line].y,
            x(ROW as u32),
            lines[last.line].y,
            x(last.to),
            lines[last.line].bottom(),
            x(0),
            lines[first.line].bottom(),
            x(first.from)
        );
    }
    let ty = format.type_name(&field.ty);
    let _ = writeln!(
        canvas.body,
        "<g><title>{}</title><path class=\"{}\" d=\"{outline}\"/>",
        escape(&format!("{}..{} {}: {ty}", field.offset, field.end(), field.member())),
        kind.class()
    );
    // The name is in the widest piece, the first of those.
    let mut widest = *first;
    for piece in pieces {
        if piece.to - piece.from > widest.to - widest.from {
            widest = *piece;
        }
    }
    // Rows of the same width below belong to the same block: the name is in its middle.
    let block = pieces
        .iter()
        .filter(|piece| piece.line >= widest.line)
        .take_while(|piece| {
            (piece.from, piece.to) == (widest.from, widest.to) && lines[piece.line].start.is_some()
        })
        .count();
    let broken = pieces.iter().any(|piece| lines[piece.line].start.is_none());
    let rows = if broken { 1 } else { block.max(1) as u32 };
    let middle = lines[widest.line].y + LINE * rows / 2;
    let room = CELL * (widest.to - widest.from) - 12;
    let left = x(widest.from) + 8;
    let (name, size) = fit(&[&field.member()], room, &[13, 12, 11, 10, 9]);
    canvas.text((left, middle - 3), Anchor::Start, size, "h", &name);
    let with_value = field
        .constant
        .as_ref()
        .map(|constant| format!("{ty} = {}", value::text(format, &field.ty, constant)));
    let choices: Vec<&str> = with_value.as_deref().into_iter().chain([ty.as_str()]).collect();
    let (second, size) = fit(&choices, room, &[11, 10, 9]);
    canvas.text((left, middle + 13), Anchor::Start, size, "m", &second);
    for piece in pieces {
        let line = &lines[piece.line];
        if line.start.is_none() {
            let (above, below) = (&lines[piece.line - 1], field.end() / ROW * ROW - ROW);
            let from = above.start.unwrap_or(0) + ROW;
            let text = format!("⋮  bytes {from} to {}", below - 1);
            canvas.text((left, line.y + 17), Anchor::Start, 11, "m", &text);
        } else if apart && piece.line != widest.line {
            let room = CELL * (piece.to - piece.from) - 12;
            let (again, size) = fit(&[&format!("… {}", field.member())], room, &[11, 10, 9]);
            canvas.text(
                (x(piece.from) + 8, line.y + LINE / 2 + 4),
                Anchor::Start,
                size,
                "m",
                &again,
            );
        }
    }
    canvas.body.push_str("</g>\n");
}

/// The picture in words.
fn description(record: &Record) -> String {
    const MOST: usize = 64;
    let mut parts: Vec<String> = record
        .fields
        .iter()
        .take(MOST)
        .map(|field| format!("{} at {}, {}", field.name, field.offset, bytes(field.size)))
        .collect();
    if record.fields.len() > MOST {
        parts.push(format!("{} more fields", record.fields.len() - MOST));
    }
    if let Some(tail) = &record.tail {
        let count = &record.fields[tail.count].name;
        parts.push(format!("{} at {}, {count} bytes", tail.name, tail.offset));
    }
    format!("{}.", parts.join("; "))
}

fn bytes(size: u64) -> String {
    if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") }
}
