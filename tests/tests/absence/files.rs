//! The files of the grid, byte by byte, and what each reader must see in them. The bytes are put
//! together here, by hand: no generated code has a part in it.

use serde_json::{Value as Json, json};

use super::cells::{Absence, Cell, EVENT, FOOT, HEAD, PLACES, Place};

/// Events of each file; event `n` has the time `10 * (n + 1)`.
pub(crate) const EVENTS: u64 = 5;

/// Who wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// A writer that does not know the fields.
    Old,
    /// One that knows them, and has no value for them.
    Absent,
    /// One that has values.
    Present,
}

impl Variant {
    /// The folder of its files.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Absent => "absent",
            Self::Present => "present",
        }
    }
}

/// A file and a reader of it.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The file.
    pub(crate) cell: &'a Cell,
    /// Its writer.
    pub(crate) variant: Variant,
    /// Whether the reader knows the new fields.
    pub(crate) is_new: bool,
}

/// Every reading: old readers of new files, new readers of old and of new ones.
pub(crate) fn readings(cells: &[Cell]) -> Vec<Reading<'_>> {
    let mut all = Vec::new();
    for cell in cells {
        for (variant, is_new) in [
            (Variant::Present, false),
            (Variant::Absent, false),
            (Variant::Old, true),
            (Variant::Absent, true),
            (Variant::Present, true),
        ] {
            // A new writer writes all bytes of its records: nothing is absent by growth.
            if cell.absence != Absence::Growth || variant != Variant::Absent {
                all.push(Reading { cell, variant, is_new });
            }
        }
    }
    all
}

/// The bytes of a file.
pub(crate) fn bytes(cell: &Cell, variant: Variant) -> Vec<u8> {
    let is_new = variant != Variant::Old;
    let [head_size, event_size, foot_size] = PLACES.map(|place| cell.size(place, is_new));
    let version = if is_new && is_bumped(cell) { 2 } else { 1 };
    let mut events = Vec::new();
    for at in 0..EVENTS {
        let mut event = (10 * (at + 1)).to_le_bytes().to_vec();
        event.push(flags(cell, Place::Event, variant));
        event.resize(EVENT as usize, 0);
        events.extend(finished(event, event_size, cell, Place::Event, variant, &[]));
    }
    let mut head = b"GRID".to_vec();
    head.extend([version, flags(cell, Place::Header, variant), 0, 0]);
    head.extend((head_size + events.len() as u64).to_le_bytes());
    let is_offset = cell.absence == Absence::Growth && cell.place == Place::Header;
    head.extend(if is_offset { head_size } else { 0 }.to_le_bytes());
    head.extend(if is_bumped(cell) { event_size } else { 0 }.to_le_bytes());
    assert_eq!(head.len() as u64, HEAD);
    let mut foot = b"DIRG".to_vec();
    foot.extend([flags(cell, Place::Footer, variant), 0, 0, 0]);
    assert_eq!(foot.len() as u64, FOOT);
    let said = match cell.fields[0].name {
        "count" => EVENTS,
        "offset" => head_size,
        "stride" => event_size,
        "length" => events.len() as u64,
        "checksum" => u64::from(crc32fast::hash(&events)),
        "first" | "min" => 10,
        _ => 10 * EVENTS,
    };
    let said = said.to_le_bytes();
    let mut file = finished(head, head_size, cell, Place::Header, variant, &said);
    file.extend(events);
    file.extend(finished(foot, foot_size, cell, Place::Footer, variant, &said));
    file
}

/// Whether the new schema has a new version on disk.
fn is_bumped(cell: &Cell) -> bool {
    cell.absence == Absence::Growth && cell.place == Place::Event
}

fn flags(cell: &Cell, place: Place, variant: Variant) -> u8 {
    let holder = match cell.absence {
        Absence::Guard => Some(cell.place),
        Absence::HeaderGuard => Some(Place::Header),
        Absence::Sentinel | Absence::Growth => None,
    };
    if variant == Variant::Present && holder == Some(place) { 3 } else { 1 }
}

/// The record of a place with the fields in it; `said` is the value of a role.
fn finished(
    mut record: Vec<u8>,
    size: u64,
    cell: &Cell,
    place: Place,
    variant: Variant,
    said: &[u8],
) -> Vec<u8> {
    record.resize(size as usize, 0);
    if place == cell.place && variant != Variant::Old {
        let mut at = cell.start() as usize;
        for kind in &cell.fields {
            let room = &mut record[at..at + kind.value.len()];
            match (variant, cell.absence) {
                (Variant::Present, _) if cell.role.is_some() && place != Place::Event => {
                    room.copy_from_slice(&said[..kind.value.len()]);
                }
                (Variant::Present, _) => room.copy_from_slice(kind.value),
                // What a flag says is not there may hold anything.
                (_, Absence::Guard | Absence::HeaderGuard) => room.fill(0xEE),
                _ => {}
            }
            at += kind.value.len();
        }
    }
    record
}

/// What the reader must see.
pub(crate) fn expected(reading: &Reading<'_>) -> Json {
    let Reading { cell, variant, is_new } = *reading;
    let refused = is_bumped(cell) && !is_new && variant != Variant::Old;
    let times: Vec<u64> = (0..EVENTS).map(|at| 10 * (at + 1)).collect();
    let state = if variant == Variant::Present { "present" } else { "absent" };
    let fields: serde_json::Map<String, Json> = cell
        .observed()
        .filter(|_| is_new)
        .map(|kind| (kind.name.to_owned(), state.into()))
        .collect();
    if refused {
        return json!({ "refused": true });
    }
    json!({ "times": times, "fields": fields })
}

/// The key of a reading: the reader's schema, the file.
pub(crate) fn key(reading: &Reading<'_>) -> String {
    let reader = if reading.is_new { "new" } else { "old" };
    format!("{reader} {} {}", reading.variant.word(), reading.cell.name)
}
