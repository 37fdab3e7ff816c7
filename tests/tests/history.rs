//! What a schema says of its own history, in every target: what came later can be absent, what
//! was removed is not offered and not judged, what is deprecated says so. G-02, G-03, G-07.

use atf_tests::scratch;
use std::path::Path;

use zerocopy::IntoBytes;

#[allow(missing_docs, reason = "a test's own module; the expansion documents every item in it")]
mod station {
    atf_derive::schema!("schemas/station.toml");
}

use station::{Extras, LogHeader, Note, NoteEnd, Reading, Record, Sky, Unit, Value};

fn format() -> atf_gen::model::Format {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/station.toml");
    atf_gen::load("station.toml", &std::fs::read(schema).expect("it is there"))
        .expect("it is right")
}

fn field<R: Record>(name: &str) -> &'static station::Field {
    R::FIELDS.iter().find(|field| field.name == name).expect("the field is there")
}

// G-07: a removed field keeps its bytes under a name that no program uses by accident.
#[test]
fn a_removed_field_is_neither_offered_nor_judged() {
    let header = LogHeader::INIT;
    assert_eq!(header._removed_altitude, 0);
    // Its sentinel, so that an old reader finds nothing.
    assert_eq!(header._removed_mast_height.get(), 0xFFFF);
    let altitude = field::<LogHeader>("altitude");
    assert_eq!((altitude.removed, altitude.reserved, altitude.is_live()), (Some(1), false, false));
    assert!(field::<LogHeader>("unit").is_live() && !field::<LogHeader>("_reserved").is_live());
}

// G-07: "enum value removed, name and number kept reserved: unknown kept".
#[test]
fn a_removed_value_is_kept_without_a_name_and_is_no_error_of_the_data() {
    assert_eq!(Sky::new(2).to_string(), "2");
    assert_eq!((Sky::from_name("haze"), Sky::new(2).is_known()), (None, false));
    assert_eq!((Sky::REMOVED[0].name, Sky::REMOVED[0].value), ("haze", 2));
    // Closed: what has no name is an error, but for what had one.
    let legal = [0, 1, 2, 3].map(|number| Unit::new(number).is_legal());
    assert_eq!(legal, [false, true, true, false]);
    assert!(Sky::new(200).is_legal());
    assert_eq!((Extras::REMOVED.get(), Extras::KNOWN.get()), (0b0100, 0b1011));
    assert_eq!(Extras::MUST_UNDERSTAND.get(), 0b0010);
    assert_eq!(Extras::new(0b10111).unknown_bits(), 0b10100);
}

// G-07: "field carved out of reserved bytes .. a guarding flag bit".
#[test]
fn a_field_without_a_value_is_reported() {
    let mut header = LogHeader::INIT;
    let mut reading = Reading::INIT;
    assert!(!reading.has_gust(&header));
    header.extras = Extras::HAS_GUST;
    assert!(reading.has_gust(&header));
    // A flag in the same record and a value of its own: both must say that it is there.
    let rain = |reading: &Reading| {
        (reading.has_rain(), format!("{:?}", field::<Reading>("rain").value(reading.as_bytes())))
    };
    reading.rain = 5.into();
    assert_eq!(rain(&reading), (false, "Some(Absent)".to_owned()));
    reading.own = Extras::HAS_RAIN;
    assert_eq!(rain(&reading), (true, "Some(Unsigned(5))".to_owned()));
    reading.rain = 9.into();
    assert_eq!(rain(&reading), (false, "Some(Absent)".to_owned()));
    reading.tag = *b"--";
    assert!(!reading.has_tag());
    reading.tag = *b"-a";
    assert!(reading.has_tag());

    // What a field's own record cannot say is left to the caller.
    let gust = field::<Reading>("gust");
    assert_eq!(gust.value(reading.as_bytes()), Some(Value::Unsigned(0)));
    let guard = gust.guard.expect("it has one");
    assert_eq!((guard.record, guard.field, guard.bit), ("LogHeader", "extras", "has_gust"));
    assert_eq!(guard.is_set(header.as_bytes()), Some(true));
    assert_eq!(guard.is_set(LogHeader::INIT.as_bytes()), Some(false));
    assert_eq!(guard.is_set(&header.as_bytes()[..5]), None);
}

// G-07: "missing fields take their default".
#[test]
fn data_that_ends_before_later_fields_gives_them_their_defaults() {
    assert_eq!((Reading::SIZE, Reading::CORE_SIZE), (24, 16));
    let all = [1; 30];
    assert_eq!(Reading::read_start(&all).expect("it is complete").as_bytes(), [1; 24]);
    let expected = |complete: usize, rest: &[u8]| [&[1; 24][..complete], rest].concat();
    // wind: nothing was measured; gust: zero; rain: its default; tag: none.
    let read =
        |len: usize| Reading::read_start(&all[..len]).map(|reading| reading.as_bytes().to_vec());
    assert_eq!(read(16), Some(expected(16, b"\xFF\xFF\0\0\x09\0--")));
    // An incomplete field is absent.
    assert_eq!(read(19), Some(expected(18, b"\0\0\x09\0--")));
    assert_eq!(read(20), Some(expected(20, b"\x09\0--")));
    assert_eq!(read(15), None);
}

// G-07: "fields after a counted tail: ok if total_length tells their absence".
#[test]
fn fields_behind_a_tail_can_be_absent_or_longer() {
    let bytes = b"\x02\0abAUTH\x05\0\x06\0later";
    let behind = |len: usize| {
        let (_, text, rest) = Note::split_tail(&bytes[..len]).expect("the note is complete");
        assert_eq!(text, b"ab");
        Note::trailer(rest).map(|end: NoteEnd| (end.author.get(), end.stars.get(), end.likes.get()))
    };
    let author = u32::from_le_bytes(*b"AUTH");
    assert_eq!(behind(bytes.len()), Some((author, 5, 6)));
    assert_eq!(behind(8), Some((author, 0xFFFF, 0)));
    assert_eq!(behind(7), None);
    assert_eq!(behind(4), None);
}

// G-02
#[test]
#[allow(deprecated, reason = "what is deprecated still works")]
fn deprecated_elements_still_work() {
    assert_eq!((Sky::GREY.name(), station::OLD_LIMIT), (Some("grey"), 9));
    assert_eq!(field::<Reading>("temperature").deprecated, Some("use\nthe mean"));
    assert_eq!(field::<Reading>("wind").since, 1);
}

// G-02, G-03, G-04: what each target says of it.
#[test]
fn every_target_shows_the_history_as_reviewed() {
    let format = format();
    insta::assert_snapshot!("station_c", atf_gen::emit::c::text(&format));
    insta::assert_snapshot!("station_layout", atf_gen::emit::layout::text(&format));
    insta::assert_snapshot!("station_json", atf_gen::emit::layout::json(&format, None));
    // Of the Rust text, the comments, attributes and members that are particular to the history.
    let text = atf_gen::emit::rust::text(&format);
    let words = ["Since", "Called", "meaning", "eprecated", "emoved", "only when", "refuse"];
    let marks = ["///", "#[", "pub "];
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| words.iter().any(|word| line.contains(word)))
        .filter(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)))
        .collect();
    lines.dedup();
    insta::assert_snapshot!("station_rust", lines.join("\n"));
}

const PROGRAM: &str = r#"
#include "station_types.h"
int main(void) {
    LogHeader header;
    Reading reading;
    union { Note note; unsigned char bytes[2 + 3 + 8]; } buffer;
    station_log_header_init(&header);
    station_reading_init(&reading);
    if (header._removed_altitude != 0 || header._removed_mast_height != 0xFFFF) return 1;
    if (reading.rain != STATION_READING_RAIN_DEFAULT || station_reading_has_rain(&reading)) return 2;
    reading.rain = 1;
    if (station_reading_has_rain(&reading)) return 3;
    reading.own |= STATION_EXTRAS_HAS_RAIN;
    if (!station_reading_has_rain(&reading)) return 4;
    if (station_reading_has_gust(&reading, &header)) return 5;
    header.extras |= STATION_EXTRAS_HAS_GUST;
    if (!station_reading_has_gust(&reading, &header)) return 6;
    if (STATION_EXTRAS_MUST_UNDERSTAND != STATION_EXTRAS_PACKED) return 7;
    memset(&buffer, 0, sizeof(buffer));
    buffer.note.text_len = 3;
    buffer.bytes[5] = 42;
    if (station_note_trailer(&buffer.note, 12) != NULL || station_note_trailer(&buffer.note, 5) != NULL) return 8;
    if (station_note_trailer(&buffer.note, 4) != NULL || station_note_trailer(&buffer.note, 1) != NULL) return 9;
    if (station_note_trailer(&buffer.note, 13) == NULL || station_note_trailer(&buffer.note, 13)->author != 42) return 10;
    return 0;
}
"#;

// G-03, G-07
#[test]
fn header_of_a_format_with_a_history_compiles_in_both_languages_and_works() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("history");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join("station_types.h"), atf_gen::emit::c::text(&format()))
        .expect("it can be written");
    std::fs::write(folder.join("program.c"), PROGRAM).expect("it can be written");
    let languages: [&[&str]; 2] = [&["cc", "-std=c11"], &["c++", "-std=c++17", "-x", "c++"]];
    for compiler in languages {
        let program = folder.join(compiler[0].replace('+', "p"));
        let output = scratch::command(compiler[0])
            .args(&compiler[1..])
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "program.c", "-o"])
            .arg(&program)
            .current_dir(&folder)
            .output()
            .expect("a C compiler is needed to test the header");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let status = scratch::command(&program).status().expect("the program runs");
        assert_eq!(status.code(), Some(0), "{compiler:?}");
    }
}
