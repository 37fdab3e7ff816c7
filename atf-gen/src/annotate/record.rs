//! The bytes of a record, field by field: the value, and whether it is allowed.

use super::frame::Remark;
use super::item::{Kind, Problem, Range};
use super::number::{bytes_of, raw};
use super::presence::{Guarded, Held, guarded, holds_value};
use super::value;
use crate::emit::value as declared_value;
use crate::model::{Covered, Field, Format, RecordId, RoleKind, Type};

/// Most ranges that one record is taken apart into.
const MOST_RANGES: usize = 4096;
/// Most elements of an array that are shown one by one, unless it has few more.
const MOST_ELEMENTS: u64 = 64;

/// The context of a record: its enums name the elements, its flags guard the fields.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) format: &'a Format,
    pub(super) header: Option<Held<'a>>,
    pub(super) event: Option<Held<'a>>,
}

/// Takes `bytes`, the start of a `record` at byte `base` of the file, apart. What lies beyond
/// them is left out; `remarks` are about fields by their position.
pub(super) fn ranges<'a>(
    context: &'a Context<'a>,
    record: RecordId,
    region: &'a str,
    base: u64,
    bytes: &'a [u8],
    remarks: &[(usize, Remark)],
) -> Vec<Range> {
    let format = context.format;
    let own = (record, bytes);
    let mut taken = Taken { context, region, bytes, record, own, judges: true, ranges: Vec::new() };
    for (at, field) in format.records[record].fields.iter().enumerate() {
        let Some(own) = bytes_of(field, bytes) else {
            let rest = usize::try_from(field.offset).ok().and_then(|at| bytes.get(at..));
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                let mut range = taken.blank(base + field.offset, rest, Kind::Unknown);
                range.field.clone_from(&field.name);
                range.note = format!("cut: {} of {}", rest.len(), value::bytes(field.size));
                taken.ranges.push(range);
            }
            break;
        };
        let first = taken.ranges.len();
        taken.field(field, &field.name, base + field.offset, own);
        if taken.ranges.len() >= MOST_RANGES {
            break;
        }
        let Some(range) = taken.ranges.get_mut(first) else { break };
        range.meaning.clone_from(&field.doc);
        let own = own_checksum(context, (record, bytes), field, own);
        let said = remarks.iter().filter(|(about, _)| *about == at).map(|(_, remark)| remark);
        for remark in said.chain(&own) {
            match remark {
                Remark::Note(note) => add_note(range, note),
                Remark::Wrong { expected, found } => range.problems.push(Problem {
                    region: region.to_owned(),
                    at: base + field.offset,
                    field: field.name.clone(),
                    expected: expected.clone(),
                    found: found.clone(),
                }),
            }
        }
    }
    // The rest is shown without its parts.
    let start = taken.ranges.last().map_or(base, |range| range.offset + range.length);
    let rest = usize::try_from(start.saturating_sub(base)).ok().and_then(|at| bytes.get(at..));
    if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
        let mut range = taken.blank(start, rest, Kind::Field);
        range.value = format!("{}, not taken apart", value::bytes(rest.len() as u64));
        taken.ranges.push(range);
    }
    taken.ranges
}

/// Compares a checksum of the record that has it with the record's bytes.
fn own_checksum(
    context: &Context<'_>,
    record: Held<'_>,
    field: &Field,
    stored: &[u8],
) -> Option<Remark> {
    let covered = field.own_checksum()?;
    let format = context.format;
    if !holds_value(format, field, record, context.header) {
        return None;
    }
    let size = usize::try_from(format.records[record.0].size).ok()?;
    let (start, end) = (usize::try_from(field.offset).ok()?, usize::try_from(field.end()).ok()?);
    let mut bytes = record.1.get(..size)?.to_vec();
    match covered {
        Covered::Preceding => bytes.truncate(start),
        _ => bytes.get_mut(start..end)?.fill(0),
    }
    let expected = u64::from(crc32fast::hash(&bytes));
    let found = raw(stored);
    Some(if expected == found {
        Remark::Note("checked".to_owned())
    } else {
        let what = if covered == Covered::Preceding { "the bytes before it" } else { "the record" };
        Remark::Wrong {
            expected: format!("0x{expected:08X}, the crc32 of {what}"),
            found: format!("0x{found:08X}"),
        }
    })
}

fn add_note(range: &mut Range, note: &str) {
    if !range.note.is_empty() {
        range.note.push_str("; ");
    }
    range.note.push_str(note);
}

struct Taken<'a> {
    context: &'a Context<'a>,
    region: &'a str,
    /// The outermost record and its bytes.
    record: RecordId,
    bytes: &'a [u8],
    /// The record whose fields are taken now: this one or one inside it.
    own: Held<'a>,
    /// Whether values are judged: not inside of a field that holds no value.
    judges: bool,
    ranges: Vec<Range>,
}

impl<'a> Taken<'a> {
    fn blank(&self, offset: u64, bytes: &[u8], kind: Kind) -> Range {
        Range {
            offset,
            length: bytes.len() as u64,
            bytes: bytes[..bytes.len().min(Range::SHOWN)].to_vec(),
            kind,
            record: self.context.format.records[self.record].name.clone(),
            field: String::new(),
            value: String::new(),
            note: String::new(),
            meaning: String::new(),
            problems: Vec::new(),
        }
    }

    /// A field of this record or of one inside it.
    fn field(&mut self, field: &Field, path: &str, offset: u64, bytes: &'a [u8]) {
        let format = self.context.format;
        let first = self.ranges.len();
        let guard = guarded(format, field, self.own, self.context.header);
        let judged = self.judges;
        self.judges &= holds_value(format, field, self.own, self.context.header);
        let none = field.sentinel.as_ref().is_some_and(|sentinel| sentinel.bytes == bytes);
        if field.reserved || field.evolution.removed.is_some() {
            let mut range = self.blank(offset, bytes, Kind::Reserved);
            range.field = path.to_owned();
            range.value = match field.evolution.removed {
                Some(revision) => format!("removed in revision {revision}"),
                None => "reserved".to_owned(),
            };
            self.ranges.push(range);
        } else {
            self.leaf(field, &field.ty, path, offset, bytes);
        }
        let judges = std::mem::replace(&mut self.judges, judged);
        let Some(range) = self.ranges.get_mut(first) else { return };
        if none && field.is_live() {
            let name =
                field.sentinel.as_ref().map(|it| declared_value::text(format, &field.ty, it));
            range.value = format!("none: {}", name.unwrap_or_default());
        } else if field.is_live() {
            let integer = matches!(field.ty, Type::Int(_) | Type::Float(_));
            if let Some(unit) = field.unit.as_ref().filter(|_| integer) {
                range.value = format!("{} {unit}", value::plain(format, &field.ty, bytes));
            }
            if let Some(RoleKind::Link(file)) = field.role.map(|role| role.kind).filter(|_| judges)
            {
                add_note(range, &format!("event {} of {}", raw(bytes), format.files[file].path));
            }
        }
        let wrong = value::fault(format, field, bytes);
        if let Some((expected, found)) = wrong.filter(|_| judges) {
            range.problems.push(Problem {
                region: self.region.to_owned(),
                at: offset,
                field: path.to_owned(),
                expected,
                found,
            });
        }
        if guard == Guarded::Unset
            && let Some(guard) = &field.guard
            && let Some((bit, _)) = format.guard_bit(guard)
        {
            let flags = &format.records[guard.record].fields[guard.field].name;
            add_note(range, &format!("no value: {} of {flags} is not set", bit.name));
        }
    }

    /// Bytes of one type; `field` is the field that they belong to.
    fn leaf(&mut self, field: &Field, ty: &Type, path: &str, offset: u64, bytes: &'a [u8]) {
        let format = self.context.format;
        if self.ranges.len() >= MOST_RANGES {
            return;
        }
        match ty {
            Type::Record(id) => {
                let own = std::mem::replace(&mut self.own, (*id, bytes));
                for inner in &format.records[*id].fields {
                    let Some(own) = bytes_of(inner, bytes) else { break };
                    let path = format!("{path}.{}", inner.name);
                    let first = self.ranges.len();
                    self.field(inner, &path, offset + inner.offset, own);
                    if let Some(range) = self.ranges.get_mut(first)
                        && range.meaning.is_empty()
                    {
                        range.meaning.clone_from(&inner.doc);
                    }
                }
                self.own = own;
            }
            Type::Array(element, length) if **element != Type::BYTE => {
                self.elements(field, element, *length, path, offset, bytes);
            }
            _ => {
                let mut range = self.blank(offset, bytes, Kind::Field);
                range.field = path.to_owned();
                range.value = value::text(format, ty, bytes);
                let wrong = value::unknown(format, ty, bytes).filter(|_| self.judges);
                if let Some((expected, found)) = wrong {
                    range.problems.push(Problem {
                        region: self.region.to_owned(),
                        at: offset,
                        field: path.to_owned(),
                        expected,
                        found,
                    });
                }
                self.ranges.push(range);
            }
        }
    }

    fn elements(
        &mut self,
        field: &Field,
        element: &Type,
        length: u64,
        path: &str,
        offset: u64,
        bytes: &'a [u8],
    ) {
        let format = self.context.format;
        let size = format.size_of(element);
        let names = self.names(field);
        let shown = if length <= MOST_ELEMENTS * 2 { length } else { MOST_ELEMENTS };
        for number in 0..shown {
            let from = (number * size) as usize;
            let own = &bytes[from..from + size as usize];
            let first = self.ranges.len();
            let path = format!("{path}[{number}]");
            self.leaf(field, element, &path, offset + number * size, own);
            let Some(range) = self.ranges.get_mut(first) else { return };
            if let Some(name) = names.get(number as usize) {
                add_note(range, name);
            }
        }
        if shown < length {
            let from = (shown * size) as usize;
            let mut range = self.blank(offset + shown * size, &bytes[from..], Kind::Field);
            range.field = format!("{path}[{shown}..{length}]");
            range.value = format!("{} more elements", length - shown);
            self.ranges.push(range);
        }
    }

    /// The names that the elements of the field have here.
    fn names(&self, field: &Field) -> Vec<String> {
        let lists = field.element_names.iter();
        lists
            .filter(|list| {
                list.when.iter().all(|case| {
                    let Some(found) = self.enum_value(case.id) else { return false };
                    let declared = &self.context.format.enums[case.id];
                    case.values.iter().any(|at| declared.values[*at].value == found)
                })
            })
            .map(|list| list.names.clone())
            .next()
            .unwrap_or_default()
    }

    /// The value of an enum here: in this record, its event, or the file's header.
    fn enum_value(&self, id: usize) -> Option<u64> {
        [Some((self.record, self.bytes)), self.context.event, self.context.header]
            .into_iter()
            .flatten()
            .find_map(|(record, bytes)| {
                let fields = &self.context.format.records[record].fields;
                let field = fields.iter().find(|field| field.ty == Type::Enum(id))?;
                bytes_of(field, bytes).map(raw)
            })
    }
}
