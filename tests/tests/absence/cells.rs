//! What the grid is made of: kinds of fields, ways of being absent, and places in a file. From them,
//! the schema before and after the fields were added.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The places in a file.
pub(crate) const PLACES: [Place; 3] = [Place::Header, Place::Event, Place::Footer];

/// Where the field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// The header.
    Header,
    /// Each event.
    Event,
    /// The footer.
    Footer,
}

/// How files of the old schema say that they do not have the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Absence {
    /// Reserved bytes: zero is the sentinel.
    Sentinel,
    /// Reserved bytes: a flag of the same record is not set.
    Guard,
    /// Reserved bytes: a flag of the file's header is not set.
    HeaderGuard,
    /// The record ends before the field.
    Growth,
}

impl Absence {
    /// The word in the table.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sentinel => "sentinel",
            Self::Guard | Self::HeaderGuard => "guard",
            Self::Growth => "growth",
        }
    }
}

impl Place {
    /// The word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Event => "event",
            Self::Footer => "footer",
        }
    }
}

/// A kind of field, and bytes that are a value of it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Row of the table.
    pub(crate) row: &'static str,
    /// Name of the field.
    pub(crate) name: &'static str,
    /// Its type.
    pub(crate) ty: &'static str,
    /// The sentinel as the schema writes it; none where the language has none for the type.
    pub(crate) sentinel: Option<&'static str>,
    /// What else the schema says of the field.
    pub(crate) more: &'static str,
    /// A value.
    pub(crate) value: &'static [u8],
}

/// Shortens the table below.
const fn kind(
    row: &'static str,
    name: &'static str,
    ty: &'static str,
    sentinel: Option<&'static str>,
    more: &'static str,
    value: &'static [u8],
) -> Kind {
    Kind { row, name, ty, sentinel, more, value }
}

/// Fields that say something of their own.
pub(crate) const VALUES: &[Kind] = &[
    kind("integers", "n_u8", "u8", Some("0"), "", &[7]),
    kind("integers", "n_u16", "u16", Some("0"), "", &[7, 1]),
    kind("integers", "n_u32", "u32", Some("0"), "", &[7, 1, 2, 3]),
    kind("integers", "n_u64", "u64", Some("0"), "", &[7, 1, 2, 3, 4, 5, 6, 7]),
    kind("integers", "n_i8", "i8", Some("0"), "", &[0xF9]),
    kind("integers", "n_i16", "i16", Some("0"), "", &[0xF9, 0xFF]),
    kind("integers", "n_i32", "i32", Some("0"), "", &[0xF9, 0xFF, 0xFF, 0xFF]),
    kind("integers", "n_i64", "i64", Some("0"), "", &[0xF9; 8]),
    kind("integer with `max`", "most", "u16", Some("0"), ", max = 100", &[100, 0]),
    kind("floats", "f_32", "f32", Some("0.0"), "", &[0, 0, 0xC0, 0x3F]),
    kind("floats", "f_64", "f64", Some("0.0"), "", &[0, 0, 0, 0, 0, 0, 0xF8, 0x3F]),
    kind("open enum", "sky", "Sky", Some("0"), "", &[2]),
    kind("closed enum without 0", "color", "Color", Some("0"), "", &[2]),
    kind("open flags", "marks", "Marks", Some("0"), "", &[2]),
    kind("closed flags", "doors", "Doors", Some("0"), "", &[2]),
    kind("bytes", "raw", "[u8; 4]", Some("[0, 0, 0, 0]"), "", b"abcd"),
    kind("array of integers", "steps", "[u16; 2]", Some("[0, 0]"), "", &[1, 0, 2, 0]),
    kind("array of closed enums", "colors", "[Color; 2]", None, "", &[1, 2]),
    kind("array of arrays", "tiles", "[[Color; 2]; 2]", None, "", &[1, 2, 2, 1]),
    kind("constant", "fixed", "u16", None, ", const = 513", &[1, 2]),
    kind("constant", "word", "[u8; 2]", None, ", const = \"ab\"", b"ab"),
    kind("constant", "pair", "[u16; 2]", None, ", const = [1, 2]", &[1, 0, 2, 0]),
    kind("record", "inner", "Inner", None, "", &[9, 2, 50]),
    kind("array of records", "inners", "[Inner; 2]", None, "", &[9, 1, 2, 9, 2, 3]),
];

/// Fields that say something of the file, in the header or the footer: row, type and role.
pub(crate) const ROLES: &[(&str, &str, &str)] = &[
    ("count", "u32", "{ count = \"events\" }"),
    ("offset", "u32", "{ offset = \"events\" }"),
    ("stride", "u16", "{ stride = \"events\" }"),
    ("length", "u32", "{ length = \"events\" }"),
    ("checksum", "u32", "{ checksum = \"events\", algorithm = \"crc32\" }"),
    ("first", "u64", "{ first = \"events.time\" }"),
    ("last", "u64", "{ last = \"events.time\" }"),
    ("min", "u64", "{ min = \"events.time\" }"),
    ("max", "u64", "{ max = \"events.time\" }"),
];

/// Bytes of each record's reserved part.
pub(crate) const ROOM: u64 = 128;
/// Bytes of a header before them.
pub(crate) const HEAD: u64 = 32;
/// Bytes of an event before them.
pub(crate) const EVENT: u64 = 16;
/// Bytes of a footer before them.
pub(crate) const FOOT: u64 = 8;

/// A file of the grid, in which one or more fields are absent in one way.
#[derive(Clone)]
pub(crate) struct Cell {
    /// Name of the file.
    pub(crate) name: String,
    /// Where the fields are.
    pub(crate) place: Place,
    /// How they are absent.
    pub(crate) absence: Absence,
    /// The fields.
    pub(crate) fields: Vec<Kind>,
    /// The role that the only field has.
    pub(crate) role: Option<&'static str>,
}

impl Cell {
    /// Whether the schema gives the field a sentinel here.
    pub(crate) fn sentinel(&self, kind: &Kind) -> Option<&'static str> {
        kind.sentinel.filter(|_| match self.absence {
            Absence::Sentinel => true,
            // A default comes first.
            Absence::Growth => kind.ty != "Color",
            Absence::Guard | Absence::HeaderGuard => false,
        })
    }

    /// Offset of the first field in its record.
    pub(crate) fn start(&self) -> u64 {
        let reserved = match self.place {
            Place::Header => HEAD,
            Place::Event => EVENT,
            Place::Footer => FOOT,
        };
        if self.absence == Absence::Growth { reserved + ROOM } else { reserved }
    }

    /// Name of the record at a place of the file.
    pub(crate) fn record(&self, place: Place, is_new: bool) -> String {
        let suffix = match place {
            Place::Header => "Head",
            Place::Event => "Event",
            Place::Footer => "Foot",
        };
        if is_new && place == self.place {
            return format!("{}{suffix}", camel(&self.name));
        }
        let which = match (self.absence, self.place, place) {
            (Absence::Growth, Place::Header, Place::Header) => "Offset",
            (Absence::Growth, Place::Event, Place::Header) => "Stride",
            _ => "Plain",
        };
        format!("{which}{suffix}")
    }

    /// The fields of which a reader can say whether they are there: a constant that the data end before
    /// is as in a new record.
    pub(crate) fn observed(&self) -> impl Iterator<Item = &Kind> {
        self.fields.iter().filter(|kind| self.absence != Absence::Growth || kind.row != "constant")
    }

    /// Bytes of all fields.
    pub(crate) fn length(&self) -> u64 {
        self.fields.iter().map(|kind| kind.value.len() as u64).sum()
    }

    /// Bytes of a record, for the new schema or the old one.
    pub(crate) fn size(&self, place: Place, is_new: bool) -> u64 {
        let own = match place {
            Place::Header => HEAD,
            Place::Event => EVENT,
            Place::Footer => FOOT,
        };
        let grown = is_new && self.absence == Absence::Growth && self.place == place;
        own + ROOM + if grown { self.length() } else { 0 }
    }
}

/// Every cell. Fields whose absence is a growth of events need a new version: they are apart.
pub(crate) fn cells(grown_events: bool) -> Vec<Cell> {
    let mut cells = Vec::new();
    let all = [
        (Place::Header, &[Absence::Sentinel, Absence::Guard, Absence::Growth][..]),
        (Place::Event, &[Absence::Sentinel, Absence::Guard, Absence::HeaderGuard][..]),
        (
            Place::Footer,
            &[Absence::Sentinel, Absence::Guard, Absence::HeaderGuard, Absence::Growth][..],
        ),
    ];
    let all = if grown_events { &[(Place::Event, &[Absence::Growth][..])][..] } else { &all };
    for (place, absences) in all.iter().copied() {
        for absence in absences.iter().copied() {
            let suffix = format!("{}_{}", format!("{absence:?}").to_lowercase(), place.word());
            let fields = VALUES
                .iter()
                .copied()
                .filter(|kind| absence != Absence::Sentinel || kind.sentinel.is_some())
                // Nothing gives an array of closed enums without a zero a value in old data.
                .filter(|kind| {
                    absence != Absence::Growth
                        || !kind.row.contains("of closed") && !kind.row.contains("of arrays")
                });
            cells.push(Cell {
                name: format!("values_{suffix}"),
                place,
                absence,
                fields: fields.collect(),
                role: None,
            });
            if place == Place::Event {
                let link = kind("`link`", "other", "u32", Some("0"), "", &[3, 0, 0, 0]);
                cells.push(Cell {
                    name: format!("link_{suffix}"),
                    place,
                    absence,
                    fields: vec![link],
                    role: Some("{ link = \"targets\" }"),
                });
                continue;
            }
            for (verb, ty, role) in ROLES.iter().copied() {
                // A header that grows is bounded by a field with this role.
                if verb == "offset" && absence == Absence::Growth && place == Place::Header {
                    continue;
                }
                let value: &[u8] = match ty {
                    "u16" => &[0; 2],
                    "u32" => &[0; 4],
                    _ => &[0; 8],
                };
                let (row, name) = (rows(verb), verb);
                let field = kind(row, name, ty, Some("0"), "", value);
                cells.push(Cell {
                    name: format!("{verb}_{suffix}"),
                    place,
                    absence,
                    fields: vec![field],
                    role: Some(role),
                });
            }
        }
    }
    cells
}

fn rows(verb: &str) -> &'static str {
    match verb {
        "count" => "`count`",
        "offset" => "`offset`",
        "stride" => "`stride`",
        "length" => "`length`",
        "checksum" => "`checksum`",
        "first" => "`first`",
        "last" => "`last`",
        "min" => "`min`",
        _ => "`max` (of events)",
    }
}

/// `values_guard_header` -> `ValuesGuardHeader`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The schema of all cells, before or after the fields were added.
pub(crate) fn schema(cells: &[Cell], is_new: bool) -> String {
    let grown_events = cells.iter().all(|cell| cell.absence == Absence::Growth);
    let version =
        if is_new && grown_events { "version = 2\nreads = [1, 2]" } else { "version = 1" };
    let revision = u8::from(is_new);
    let mut out = format!(
        "[format]\nname = \"grid\"\n{version}\nrevision = {revision}\nendian = \"little\"\n\n[format.c]\nprefix = \"GRID\"\n\n\
         [[enum]]\nname = \"Sky\"\ntype = \"u8\"\nopen = true\nvalues = [{{ name = \"clear\", value = 1 }}, {{ name = \"rain\", value = 2 }}]\n\n\
         [[enum]]\nname = \"Color\"\ntype = \"u8\"\nvalues = [{{ name = \"red\", value = 1 }}, {{ name = \"blue\", value = 2 }}]\n\n\
         [[flags]]\nname = \"Marks\"\ntype = \"u8\"\nopen = true\nbits = [{{ name = \"old\", bit = 0 }}{}]\n\n\
         [[flags]]\nname = \"Doors\"\ntype = \"u8\"\nbits = [{{ name = \"left\", bit = 0 }}, {{ name = \"right\", bit = 1 }}]\n\n\
         [[record]]\nname = \"Inner\"\nsize = 3\nfields = [\n  \
         {{ offset = 0, name = \"tag\", type = \"u8\", const = 9 }},\n  \
         {{ offset = 1, name = \"color\", type = \"Color\", default = \"red\" }},\n  \
         {{ offset = 2, name = \"most\", type = \"u8\", max = 50 }},\n]\n\n\
         [[file]]\nname = \"targets\"\npath = \"targets\"\nevent = \"Target\"\n\n\
         [[record]]\nname = \"Target\"\nsize = 1\nfields = [{{ offset = 0, name = \"value\", type = \"u8\" }}]\n\n",
        if is_new { ", { name = \"has\", bit = 1, since = 1 }" } else { "" },
    );
    let mut done = BTreeSet::new();
    for cell in cells {
        let [head, event, foot] = PLACES.map(|place| cell.record(place, is_new));
        let name = &cell.name;
        let _ = write!(
            out,
            "[[file]]\nname = \"{name}\"\npath = \"{name}\"\nheader = \"{head}\"\nevent = \"{event}\"\n\
             footer = \"{foot}\"\nfooter_at = \"offset\"\n\n"
        );
        for place in PLACES {
            // What a cell does not change, it shares with others.
            if done.insert(cell.record(place, is_new)) {
                out.push_str(&record(cell, place, is_new, grown_events));
            }
        }
    }
    out
}

fn record(cell: &Cell, place: Place, is_new: bool, grown_events: bool) -> String {
    let start = match place {
        Place::Header => HEAD,
        Place::Event => EVENT,
        Place::Footer => FOOT,
    };
    let version = if is_new && grown_events { 2 } else { 1 };
    let mut fields = match place {
        Place::Header => format!(
            "  {{ offset = 0, name = \"magic\", type = \"[u8; 4]\", const = \"GRID\" }},\n  \
             {{ offset = 4, name = \"version\", type = \"u8\", const = {version}, role = {{ version = \"format\" }} }},\n  \
             {{ offset = 5, name = \"flags\", type = \"Marks\" }},\n  \
             {{ offset = 6, name = \"_pad\", type = \"[u8; 2]\", reserved = true }},\n  \
             {{ offset = 8, name = \"footer_offset\", type = \"u64\", role = {{ offset = \"footer\" }} }},\n  \
             {{ offset = 16, name = \"start\", type = \"u64\"{} }},\n  \
             {{ offset = 24, name = \"step\", type = \"u64\"{} }},\n",
            // What the growth of a record needs, and what a cell of that role must not have.
            if cell.absence == Absence::Growth && cell.place == Place::Header {
                ", role = { offset = \"events\" }"
            } else {
                ""
            },
            if grown_events { ", role = { stride = \"events\" }" } else { "" },
        ),
        Place::Event => "  { offset = 0, name = \"time\", type = \"u64\" },\n  \
             { offset = 8, name = \"flags\", type = \"Marks\" },\n  \
             { offset = 9, name = \"_pad\", type = \"[u8; 7]\", reserved = true },\n"
            .to_owned(),
        Place::Footer => {
            "  { offset = 0, name = \"magic\", type = \"[u8; 4]\", const = \"DIRG\" },\n  \
             { offset = 4, name = \"flags\", type = \"Marks\" },\n  \
             { offset = 5, name = \"_pad\", type = \"[u8; 3]\", reserved = true },\n"
                .to_owned()
        }
    };
    let is_there = is_new && cell.place == place;
    let reserved = |from: u64, to: u64| {
        format!(
            "  {{ offset = {from}, name = \"_rest\", type = \"[u8; {}]\", reserved = true }},\n",
            to - from
        )
    };
    let added = || {
        let mut out = String::new();
        let mut at = cell.start();
        for kind in &cell.fields {
            let sentinel =
                cell.sentinel(kind).map_or(String::new(), |it| format!(", sentinel = {it}"));
            let default = match (cell.absence, kind.ty) {
                (Absence::Growth, "Color") => ", default = 1",
                _ => "",
            };
            let guard = match cell.absence {
                Absence::Guard => ", guard = \"flags.has\"",
                Absence::HeaderGuard => ", guard = \"header.flags.has\"",
                Absence::Sentinel | Absence::Growth => "",
            };
            let role = cell.role.map_or(String::new(), |role| format!(", role = {role}"));
            let _ = writeln!(
                out,
                "  {{ offset = {at}, name = \"{}\", type = \"{}\", since = 1{}{sentinel}{default}{guard}{role} }},",
                kind.name, kind.ty, kind.more
            );
            at += kind.value.len() as u64;
        }
        out
    };
    let end = start + ROOM;
    if is_there && cell.absence == Absence::Growth {
        fields.push_str(&reserved(start, end));
        fields.push_str(&added());
    } else if is_there {
        fields.push_str(&added());
        fields.push_str(&reserved(start + cell.length(), end));
    } else {
        fields.push_str(&reserved(start, end));
    }
    format!(
        "[[record]]\nname = \"{}\"\nsize = {}\nfields = [\n{fields}]\n\n",
        cell.record(place, is_new),
        cell.size(place, is_new)
    )
}
