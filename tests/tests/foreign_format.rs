//! Formats that have nothing to do with ours, through every target: what the generator knows
//! of a format, it knows from the schema. G-08.

use std::path::{Path, PathBuf};

use zerocopy::{FromBytes, IntoBytes};

#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod bmp {
    atf_derive::schema!("schemas/bmp.toml");
}
#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod pcap {
    atf_derive::schema!("schemas/pcap.toml");
}
#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod ledger {
    atf_derive::schema!("schemas/ledger.toml");
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The 2 x 2 pixels that the encyclopedia's article on the format prints byte by byte.
const TWO_BY_TWO: &[u8] = &[
    0x42, 0x4D, 0x46, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 0x28, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1,
    0, 0x18, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0x13, 0x0B, 0, 0, 0x13, 0x0B, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0, 0,
];

// G-08, A-01
#[test]
fn a_published_bitmap_is_read_by_generated_types() {
    let (header, pixels) =
        bmp::BitmapHeader::ref_from_prefix(TWO_BY_TWO).expect("54 bytes are there");
    assert_eq!(header.file.magic, bmp::BitmapFileHeader::MAGIC);
    assert_eq!(header.file.size.get() as usize, TWO_BY_TWO.len());
    assert_eq!(header.file.pixels_offset.get(), 54);
    // A constant field called `size` does not clash with the record's own SIZE.
    assert_eq!(bmp::BitmapInfoHeader::SIZE_VALUE, 40);
    assert_eq!(<bmp::BitmapInfoHeader as bmp::Record>::SIZE, 40);
    assert_eq!((header.info.width.get(), header.info.height.get()), (2, 2));
    assert_eq!(header.info.compression, bmp::Compression::RGB);
    assert_eq!(header.info.x_resolution.get(), 2835);
    assert_eq!(header.info.image_bytes.get() as usize, pixels.len());
}

// G-08
#[test]
fn the_same_bitmap_is_written_from_a_fresh_record() {
    let mut header = bmp::BitmapHeader::INIT;
    header.file.size = 70.into();
    header.info.width = 2.into();
    header.info.height = 2.into();
    header.info.image_bytes = 16.into();
    header.info.x_resolution = 2835.into();
    header.info.y_resolution = 2835.into();
    assert_eq!(header.as_bytes(), &TWO_BY_TWO[..54]);
}

// G-08
#[test]
fn fields_are_read_by_their_description_alone() {
    use bmp::{Record, Value};

    let mut lines = Vec::new();
    for field in bmp::BitmapHeader::FIELDS {
        let Some(Value::Record { fields, bytes }) = field.value(TWO_BY_TWO) else {
            panic!("both fields are records");
        };
        for inner in fields {
            lines.push(format!(
                "{}.{} = {:?}",
                field.name,
                inner.name,
                inner.value(bytes).expect("it is complete")
            ));
        }
    }
    assert_eq!(lines[0], "file.magic = Bytes([66, 77])");
    assert_eq!(lines[7], "info.height = Signed(2)");
    assert_eq!(lines[10], "info.compression = Name(\"rgb\")");
    assert_eq!(lines.len(), 16);
    assert_eq!(bmp::BitmapHeader::FIELDS[1].value(&TWO_BY_TWO[..53]), None);
}

// G-08
#[test]
fn values_of_every_kind_are_read_by_their_description() {
    use ledger::{BookHeader, Booking, Place, Record, Value};

    let value = |fields: &'static [ledger::Field], name: &str, bytes: &'static [u8]| -> String {
        let field = fields.iter().find(|field| field.name == name).expect("the field is there");
        match field.value(bytes).expect("the bytes are there") {
            Value::List(elements) => format!("{:?}", elements.collect::<Vec<_>>()),
            other => format!("{other:?}"),
        }
    };
    static HEAD: BookHeader = BookHeader::INIT;
    static BOOKING: Booking = Booking::INIT;
    let head = |name| value(BookHeader::FIELDS, name, HEAD.as_bytes());
    assert_eq!(head("currency"), "Name(\"euro\")");
    assert_eq!(head("options"), "Unsigned(9223372036854775808)");
    assert_eq!(head("steps"), "[Signed(-1), Signed(0), Signed(300)]");
    assert_eq!(value(Booking::FIELDS, "note", BOOKING.as_bytes()), "Absent");
    assert_eq!(value(Booking::FIELDS, "rates", BOOKING.as_bytes()), "[Float(0.0), Float(0.0)]");
    assert_eq!(value(Place::FIELDS, "height", HEAD.places[1].as_bytes()), "Signed(-1)");
    assert_eq!(
        value(BookHeader::FIELDS, "grid", HEAD.as_bytes()),
        "[Bytes([0, 0, 0]), Bytes([0, 0, 0])]"
    );
}

#[test]
fn a_counted_tail_is_split_off_or_refused_when_it_is_cut() {
    use ledger::TextNote;

    let bytes = [0, 0, 0, 0, 0, 0, 0, 0, 3, b'a', b'b', b'c', b'd'];
    let (note, text, rest) = TextNote::split_tail(&bytes).expect("it is complete");
    assert_eq!((note.text_len, text, rest), (3, &b"abc"[..], &b"d"[..]));
    assert!(TextNote::split_tail(&bytes[..11]).is_none());
    assert!(TextNote::split_tail(&bytes[..8]).is_none());
}

#[test]
fn names_of_elements_follow_the_enums_that_they_depend_on() {
    use ledger::{Booking, Currency, PlaceNote, Side};

    assert_eq!(Booking::rates_names(), ["buying", "selling"]);

    assert_eq!(
        PlaceNote::corners_names(Currency::EURO, Side::CREDIT),
        ["north", "east", "south", "west"]
    );
    assert_eq!(PlaceNote::corners_names(Currency::WIDEST, Side::new(9)), ["first"]);
    assert!(PlaceNote::corners_names(Currency::new(1), Side::DEBIT).is_empty());
}

// Symptom: a constant field of an enum had no constant. Cause: only numbers and bytes got one.
#[test]
fn every_constant_field_has_a_constant() {
    use ledger::{Currency, Options, Seal, Side};

    assert_eq!((Seal::SIDE, Seal::CURRENCY), (Side::CREDIT, Currency::new(0x1234)));
    assert_eq!(Seal::OPTIONS, Options::HAS_NOTES);
    assert_eq!(Seal::RATE.to_bits(), (-0.1_f32).to_bits());
    assert_eq!(Seal::STEPS.map(|step| step.get()), [-1, 0, 300]);
    assert_eq!((Seal::INIT.side, Seal::INIT.rate.get()), (Seal::SIDE, Seal::RATE));
}

#[test]
fn open_enums_and_flags_keep_unnamed_values() {
    use ledger::{Currency, Options, Side};

    assert_eq!(Currency::from_name("yen"), Some(Currency::YEN));
    assert_eq!(Currency::new(7).name(), None);
    assert_eq!(
        format!("{} {} {:?}", Currency::YEN, Currency::new(7), Currency::new(7)),
        "yen 7 Currency(7)"
    );
    assert_eq!((Currency::OPEN, Side::OPEN), (true, false));
    assert_eq!(Currency::host(), Some(if cfg!(unix) { Currency::EURO } else { Currency::YEN }));
    let some = Options::new(0b101);
    assert!(some.contains(Options::SIGNED) && !some.contains(Options::HAS_NOTES));
    assert_eq!(some.unknown_bits(), 0b100);
    assert_eq!(some.with(Options::HAS_NOTES).without(Options::SIGNED).to_string(), "has_notes|0x4");
    assert_eq!(Options::empty().to_string(), "0x0");
    assert_eq!(format!("{:?}", Options::SIGNED), "Options(signed)");
}

// G-08: packets behind a header, each with its length.
#[test]
fn a_capture_is_walked_by_generated_types() {
    let mut file = pcap::FileHeader::INIT.as_bytes().to_vec();
    // Magic and version as every little-endian capture starts.
    assert_eq!(file[..8], [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0]);
    for payload in [&b"one"[..], b"", b"three"] {
        let packet = pcap::PacketHeader {
            captured_len: u32::try_from(payload.len()).expect("it is short").into(),
            ..pcap::PacketHeader::INIT
        };
        file.extend(packet.as_bytes());
        file.extend(payload);
    }
    let (header, mut rest) = pcap::FileHeader::ref_from_prefix(&file).expect("it is there");
    assert_eq!(
        (header.snaplen.get(), header.network),
        (pcap::MAX_SNAPLEN, pcap::LinkType::ETHERNET)
    );
    let mut found = Vec::new();
    while let Ok((packet, behind)) = pcap::PacketHeader::ref_from_prefix(rest) {
        let (payload, next) = behind.split_at(packet.captured_len.get() as usize);
        found.push(payload);
        rest = next;
    }
    assert_eq!(found, [&b"one"[..], b"", b"three"]);
    assert_eq!(pcap::CAPTURE_FILE.framing, pcap::Framing::LengthPrefixed);
    assert_eq!((pcap::CAPTURE_FILE.event, pcap::CAPTURE_FILE.footer), (Some("PacketHeader"), None));
}

// G-08
#[test]
fn every_target_takes_every_foreign_format() {
    for name in ["bmp", "buoy", "ledger", "pcap", "pcapng", "shelf", "thorny"] {
        let file = format!("{name}.toml");
        let schema = std::fs::read(package().join("schemas").join(&file)).expect("it can be read");
        let format =
            atf_gen::load(&file, &schema).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let outputs = atf_gen::emit::outputs(&format);
        // Rust, its layout tests, C, Python, tables, reference; a picture per file and record.
        assert!(outputs.len() > 6 + format.files.len() + format.records.len(), "{name}");
        for output in outputs {
            let first = output.text.lines().next().expect("it has lines");
            assert!(
                first.contains(&format!(
                    "Generated from {file} by `cargo run -p atf-gen -- generate`"
                )),
                "{first}"
            );
            if output.path.ends_with(".rs") {
                syn::parse_file(&output.text).expect("it parses as Rust");
            }
        }
    }
}

/// Every file below `folder`: what is included in a source counts as much as the source.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

// G-08
#[test]
fn no_name_of_our_format_appears_in_the_generator() {
    // Words that any language of schemas needs; what is left names our format alone.
    const COMMON: &[&str] = &[
        "android",
        "arch",
        "arm64",
        "block",
        "call",
        "checksum",
        "closed",
        "detail",
        "ended",
        "endian",
        "event_type",
        "exception",
        "flags",
        "fp",
        "index",
        "ios",
        "linux",
        "lost",
        "lr",
        "macos",
        "magic",
        "offset",
        "os",
        "padding",
        "reserved",
        "return",
        "ring",
        "sp",
        "timestamp",
        "unused",
        "version",
        "windows",
        "x86_64",
    ];
    let schema =
        std::fs::read(package().join("../schema/atf-v2.toml")).expect("the schema is there");
    let format = atf_gen::load("atf-v2.toml", &schema).expect("it is right");
    let mut names: Vec<String> =
        vec![format.name.clone(), format.stem(), format.title.clone(), format.c.header.clone()];
    for constant in &format.constants {
        names.push(constant.name.clone());
    }
    for declared in &format.enums {
        names.push(declared.name.clone());
        names.push(declared.c_prefix.clone());
        names.extend(declared.values.iter().map(|value| value.name.clone()));
    }
    for declared in &format.flags {
        names.push(declared.name.clone());
        names.push(declared.c_prefix.clone());
        names.extend(declared.bits.iter().map(|bit| bit.name.clone()));
    }
    for record in &format.records {
        names.push(record.name.clone());
        for field in &record.fields {
            names.push(field.name.trim_start_matches('_').to_owned());
            if let Some(atf_gen::model::ValueSource::Text(text)) =
                field.constant.as_ref().map(|value| &value.from)
            {
                names.push(text.clone());
            }
        }
        names.extend(record.tail.iter().map(|tail| tail.name.clone()));
    }
    for file in &format.files {
        names.push(file.name.clone());
        names.push(file.path.clone());
    }
    names.retain(|name| !COMMON.contains(&name.as_str()));
    names.sort();
    names.dedup();
    assert!(names.len() > 40, "the names are there");

    let mut files = Vec::new();
    for folder in ["../atf-gen/src", "../atf-derive/src"] {
        sources(&package().join(folder), &mut files);
    }
    assert!(files.len() > 40, "the sources are there");
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it can be read");
        let words: std::collections::HashSet<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '.'))
            .collect();
        for name in &names {
            // The crate that parses TOML has a type of the same name.
            if name == "EventKind" && file.ends_with("toml/build.rs") {
                continue;
            }
            // Ruby has a module of that name.
            if name == "signal" && file.ends_with("kaitai/words.rs") {
                continue;
            }
            if words.contains(name.as_str()) || (name.len() > 12 && text.contains(name.as_str())) {
                found.push(format!("{}: {name}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
