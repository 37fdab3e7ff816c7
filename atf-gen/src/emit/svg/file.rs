//! The layout of a file, and the fields that locate its parts.

use super::canvas::{Anchor, Canvas, Kind};
use super::text::fit;
use crate::model::{
    Covered, Extent, File, FooterAt, Format, Framing, RecordId, RoleKind, Section, Statement,
};

const BOX_LEFT: u32 = 276;
const BOX_RIGHT: u32 = 596;
const WIDTH: u32 = 880;
const TOP: u32 = 64;
const FRAME: u32 = 64;
const EVENT: u32 = 46;
const GAP: u32 = 34;

/// The picture.
pub(super) fn draw(format: &Format, file: &File) -> String {
    let mut picture = Picture { canvas: Canvas::new(), format, y: TOP };
    let said = format.statements(file);
    picture.heading(file);
    if let Some(header) = file.header {
        picture.place("0");
        picture.part(header, Kind::Fixed, FRAME);
        picture.beside(TOP, &[size(format, header)]);
    }
    if let Some(event) = file.event {
        picture.events(file, event, &said);
    } else if file.footer.is_none() {
        picture
            .place(&file.header.map_or("0".to_owned(), |id| format.records[id].size.to_string()));
        picture.rest("not described here");
    }
    if let Some(footer) = file.footer {
        let top = picture.y;
        picture.place(&footer_place(format, file, footer, &said));
        picture.part(footer, Kind::Checksum, FRAME);
        picture.beside(top, &[size(format, footer)]);
    }
    picture.place("end of the file");
    let bottom = picture.y + 28;
    let title = format!("The file {}", file.path);
    picture.canvas.finish(format, (WIDTH, bottom), &title, &description(format, file, &said))
}

/// Where the footer starts, as the header says it or from the end of the file.
fn footer_place(format: &Format, file: &File, footer: RecordId, said: &[Statement]) -> String {
    let offset = said
        .iter()
        .find(|it| it.section == Section::Header && it.kind == RoleKind::Offset(Section::Footer));
    match (file.footer_at, offset) {
        (FooterAt::Offset, Some(offset)) => offset.field.name.clone(),
        _ => format!("end of the file - {}", format.records[footer].size),
    }
}

/// Offset of the first event.
fn events_place(format: &Format, file: &File, said: &[Statement]) -> String {
    match said.iter().find(|it| it.kind == RoleKind::Offset(Section::Events)) {
        Some(offset) => offset.field.name.clone(),
        None => file.header.map_or(0, |id| format.records[id].size).to_string(),
    }
}

/// How far it is from one event to the next.
fn step(format: &Format, file: &File, event: RecordId, said: &[Statement]) -> String {
    let record = &format.records[event];
    let counted = match &record.tail {
        Some(tail) => format!(" + {}", record.fields[tail.count].name),
        None => String::new(),
    };
    let whole = format.field_that_says(event, RoleKind::Length(Extent::Record));
    let payload = format.field_that_says(event, RoleKind::Length(Extent::Payload));
    let stride = said.iter().find(|it| it.kind == RoleKind::Stride(Section::Events));
    match (file.framing, whole, payload, stride) {
        (Framing::LengthPrefixed, Some(whole), ..) => whole.name.clone(),
        (Framing::LengthPrefixed, None, Some(payload), _) => {
            format!("{}{counted} + {}", record.size, payload.name)
        }
        (Framing::Fixed, .., Some(stride)) => stride.field.name.clone(),
        _ => record.size.to_string(),
    }
}

fn size(format: &Format, record: RecordId) -> String {
    match format.records[record].size {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    }
}

struct Picture<'a> {
    canvas: Canvas,
    format: &'a Format,
    y: u32,
}

impl Picture<'_> {
    fn heading(&mut self, file: &File) {
        let (path, size) = fit(&[&file.path], WIDTH - 120, &[16, 13, 11]);
        self.canvas.text((BOX_LEFT, 30), Anchor::Start, size, "h", &path);
        self.canvas.text((BOX_LEFT - 18, TOP - 14), Anchor::End, 11, "m", "starts at byte");
    }

    /// A mark on the left: at which byte of the file this is.
    fn place(&mut self, text: &str) {
        let (text, size) = fit(&[text], BOX_LEFT - 34, &[12, 11, 10, 9]);
        self.canvas.text((BOX_LEFT - 18, self.y + 4), Anchor::End, size, "", &text);
        let mark = format!("<path class=\"e\" d=\"M{} {}h12\"/>\n", BOX_LEFT - 13, self.y);
        self.canvas.body.push_str(&mark);
    }

    /// A record over the full width.
    fn part(&mut self, record: RecordId, kind: Kind, height: u32) {
        self.canvas.rect(kind.class(), (BOX_LEFT, self.y), (BOX_RIGHT - BOX_LEFT, height));
        self.label(BOX_LEFT, BOX_RIGHT, height, &self.format.records[record].name.clone());
        self.y += height;
    }

    fn label(&mut self, left: u32, right: u32, height: u32, text: &str) {
        let (text, size) = fit(&[text], right - left - 16, &[13, 12, 11, 10, 9]);
        let at = (left + (right - left) / 2, self.y + height / 2 + 5);
        self.canvas.text(at, Anchor::Middle, size, "h", &text);
    }

    fn rest(&mut self, text: &str) {
        let path = format!(
            "<path class=\"e\" stroke-dasharray=\"5 4\" d=\"M{BOX_LEFT} {}h{}v{EVENT}H{BOX_LEFT}z\"/>\n",
            self.y,
            BOX_RIGHT - BOX_LEFT
        );
        self.canvas.body.push_str(&path);
        let at = (BOX_LEFT + (BOX_RIGHT - BOX_LEFT) / 2, self.y + EVENT / 2 + 4);
        self.canvas.text(at, Anchor::Middle, 12, "m", text);
        self.y += EVENT;
    }

    /// A bracket on the right from `top` to here, and lines of text beside it.
    fn beside(&mut self, top: u32, lines: &[String]) {
        let path = format!(
            "<path class=\"e\" d=\"M{0} {1}h8V{2}h-8\"/>\n",
            BOX_RIGHT + 10,
            top + 3,
            self.y - 3
        );
        self.canvas.body.push_str(&path);
        let height = 17 * lines.len() as u32;
        let mut y = top + ((self.y - top).saturating_sub(height)) / 2 + 13;
        for line in lines {
            let (text, size) = fit(&[line], WIDTH - BOX_RIGHT - 42, &[12, 11, 10, 9]);
            self.canvas.text((BOX_RIGHT + 28, y), Anchor::Start, size, "", &text);
            y += 17;
        }
    }

    fn events(&mut self, file: &File, event: RecordId, said: &[Statement]) {
        let top = self.y;
        let start = events_place(self.format, file, said);
        let step = step(self.format, file, event, said);
        self.place(&start);
        self.event(file, event, 0);
        self.place(&format!("+ {step}"));
        self.event(file, event, 1);
        let path = format!(
            "<path class=\"e\" stroke-dasharray=\"2 5\" d=\"M{BOX_LEFT} {0}v{GAP}M{BOX_RIGHT} {0}v{GAP}\"/>\n",
            self.y
        );
        self.canvas.body.push_str(&path);
        let at = (BOX_LEFT + (BOX_RIGHT - BOX_LEFT) / 2, self.y + GAP / 2 + 5);
        self.canvas.text(at, Anchor::Middle, 14, "m", "⋮");
        self.y += GAP;
        let mut lines = vec![format!("each {step} bytes")];
        for statement in said {
            let line = match statement.kind {
                RoleKind::Count(Section::Events) => format!("{}: how many", statement.field.name),
                RoleKind::Length(Extent::Section(Section::Events)) => {
                    format!("{}: bytes in all", statement.field.name)
                }
                RoleKind::Checksum(Covered::Section(Section::Events), algorithm) => {
                    format!("{}: {} of them", statement.field.name, algorithm.word())
                }
                _ => continue,
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        self.beside(top, &lines);
    }

    fn event(&mut self, file: &File, event: RecordId, number: u32) {
        let name = format!("{} {number}", self.format.records[event].name);
        if file.framing == Framing::Fixed {
            self.canvas.rect("d", (BOX_LEFT, self.y), (BOX_RIGHT - BOX_LEFT, EVENT));
            self.label(BOX_LEFT, BOX_RIGHT, EVENT, &name);
        } else {
            let split = BOX_LEFT + (BOX_RIGHT - BOX_LEFT) * 11 / 20;
            self.canvas.rect("s", (BOX_LEFT, self.y), (split - BOX_LEFT, EVENT));
            self.canvas.rect("d", (split, self.y), (BOX_RIGHT - split, EVENT));
            self.label(BOX_LEFT, split, EVENT, &name);
            self.label(split, BOX_RIGHT, EVENT, "payload");
        }
        self.y += EVENT;
    }
}

/// The picture in words.
fn description(format: &Format, file: &File, said: &[Statement]) -> String {
    let mut parts = Vec::new();
    if let Some(header) = file.header {
        parts.push(format!("{} at 0", format.records[header].name));
    }
    if let Some(event) = file.event {
        parts.push(format!(
            "{} from {} on, each {} bytes",
            format.records[event].name,
            events_place(format, file, said),
            step(format, file, event, said)
        ));
    }
    if let Some(footer) = file.footer {
        parts.push(format!(
            "{} at {}",
            format.records[footer].name,
            footer_place(format, file, footer, said)
        ));
    }
    format!("{}.", parts.join("; "))
}
