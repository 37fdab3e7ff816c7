//! Events of a V4 trace, as an encoder that shares nothing with the reader wrote them. L-02 to L-07.

use std::fs;
use std::path::Path;

use atf_runtime::v4::{
    Event, Payload, Reader, Timestamp, VarintError, decode_length, is_v4, platform_of,
};
use atf_runtime::{Error, FaultKind};
use atf_tests::scratch::Scratch;
use atf_tests::v4::{self, counted, framed, integer, varint};

fn reader(bytes: Vec<u8>) -> Reader {
    Reader::from_bytes("t/events.bin", bytes)
}

/// What the oracle wrote, as the reader should give it.
fn same(written: &v4::Event, read: &Event<'_>) {
    assert_eq!((read.event_id, read.thread_id), (written.event_id, written.thread_id));
    let time = written.timestamp.map(|(seconds, nanos)| Timestamp::new(seconds, nanos));
    assert_eq!(read.timestamp, time);
    let registers = |found: &atf_runtime::v4::Registers<'_>, written: &v4::Registers| {
        let written = written.iter().map(|(name, value)| (name.as_str(), *value));
        assert!(found.iter().eq(written.clone()), "{found:?}");
        assert_eq!(found.is_empty(), written.count() == 0);
    };
    match (&written.payload, read.payload) {
        (None, None) => {}
        (
            Some(v4::Payload::Start { executable_path, args, operating_system, cpu_architecture }),
            Some(Payload::TraceStart(start)),
        ) => {
            assert_eq!(start.executable_path, executable_path);
            assert!(start.args.iter().eq(args), "{:?}", start.args);
            assert_eq!(start.operating_system, operating_system);
            assert_eq!(start.cpu_architecture, cpu_architecture);
        }
        (Some(v4::Payload::End(code)), Some(Payload::TraceEnd(end))) => {
            assert_eq!(end.exit_code, *code);
        }
        (
            Some(v4::Payload::Call { symbol, address, registers: written, stack }),
            Some(Payload::FunctionCall(call)),
        ) => {
            assert_eq!((call.symbol, call.address), (symbol.as_str(), *address));
            assert_eq!(call.stack_shallow_copy, stack);
            registers(&call.argument_registers, written);
        }
        (
            Some(v4::Payload::Return { symbol, address, registers: written }),
            Some(Payload::FunctionReturn(it)),
        ) => {
            assert_eq!((it.symbol, it.address), (symbol.as_str(), *address));
            registers(&it.return_registers, written);
        }
        (
            Some(v4::Payload::Signal { number, name, registers: written }),
            Some(Payload::SignalDelivery(signal)),
        ) => {
            assert_eq!((signal.number, signal.name), (*number, name.as_str()));
            registers(&signal.registers, written);
        }
        (written, read) => panic!("written {written:?}, read {read:?}"),
    }
}

// L-03
#[test]
fn varints_of_one_to_five_bytes_are_decoded() {
    for (number, len) in [
        (0, 1),
        (0x7F, 1),
        (0x80, 2),
        (0x3FFF, 2),
        (0x4000, 3),
        (0x1F_FFFF, 3),
        (0x20_0000, 4),
        (0x0FFF_FFFF, 4),
        (0x1000_0000, 5),
        (u32::MAX, 5),
    ] {
        let mut bytes = varint(number.into());
        assert_eq!(bytes.len(), len);
        assert_eq!(decode_length(&bytes), Ok((number, len)));
        // What follows does not matter.
        bytes.push(0xFF);
        assert_eq!(decode_length(&bytes), Ok((number, len)));
        // The same in more bytes, as protobuf allows.
        bytes = varint(number.into());
        while bytes.len() < 5 {
            *bytes.last_mut().unwrap() |= 0x80;
            bytes.push(0);
            assert_eq!(decode_length(&bytes), Ok((number, bytes.len())));
        }
    }
}

// L-03
#[test]
fn truncated_and_over_long_varints_are_refused() {
    for len in 0..5 {
        let error = decode_length(&vec![0xFF; len]);
        assert_eq!(error, Err(VarintError::Truncated { len }));
    }
    for fifth in 0..=0xFF_u8 {
        let decoded = decode_length(&[0x80, 0x80, 0x80, 0x80, fifth]);
        match fifth {
            0..=0x0F => assert_eq!(decoded, Ok((u32::from(fifth) << 28, 5))),
            _ => assert_eq!(decoded, Err(VarintError::TooLong { last: fifth })),
        }
    }
    let message = |error: VarintError| error.to_string();
    assert_eq!(
        message(VarintError::Truncated { len: 2 }),
        "expected a complete varint, found 2 bytes of one"
    );
    assert_eq!(
        message(VarintError::TooLong { last: 0x10 }),
        "expected a varint without more bits, found 0x10 as its last byte"
    );
}

// L-04
#[test]
fn events_have_their_values_in_the_order_of_the_file() {
    let written = v4::recording();
    let offsets = v4::offsets(&written);
    let reader = reader(v4::file(&written));
    let mut events = reader.events();
    for (number, event) in written.iter().enumerate() {
        assert_eq!(events.position(), offsets[number]);
        assert_eq!(events.remaining_count(), (written.len() - number) as u64);
        let read = events.next().unwrap().unwrap();
        same(event, &read);
        assert_eq!(read.offset, offsets[number]);
    }
    assert_eq!(events.position(), reader.len_bytes());
    assert_eq!(events.remaining_count(), 0);
    assert!(events.next().is_none() && events.next().is_none());
    assert_eq!(events.position(), reader.len_bytes());
}

#[test]
fn names_and_stacks_are_borrowed_from_the_file() {
    let bytes = v4::file(&v4::recording()).leak();
    let reader = Reader::from_bytes("t/events.bin", &*bytes);
    let within = |part: &[u8]| part.is_empty() || bytes.as_ptr_range().contains(&part.as_ptr());
    let events: Vec<_> = reader.events().map(Result::unwrap).collect();
    let mut calls = 0;
    for event in &events {
        if let Some(Payload::FunctionCall(call)) = event.payload {
            assert!(within(call.symbol.as_bytes()) && within(call.stack_shallow_copy));
            assert!(call.argument_registers.iter().all(|(name, _)| within(name.as_bytes())));
            calls += 1;
        }
    }
    assert_eq!(calls, 3);
}

// L-04
#[test]
fn empty_stream_has_no_events() {
    let reader = reader(Vec::new());
    let mut events = reader.events();
    assert_eq!((events.position(), events.remaining_count()), (0, 0));
    assert!(events.next().is_none());
    events.seek(0).unwrap();
    assert!(events.next().is_none());
    assert!(reader.salvage().next().is_none());
    assert_eq!(reader.estimate_offset(0), None);
    assert_eq!(reader.machine(), None);
}

// L-05
#[test]
fn every_start_of_a_message_can_be_sought() {
    let mut written = v4::recording();
    // What little a message may consist of.
    written[5].timestamp = None;
    written[6].payload = None;
    written[8].timestamp = None;
    let offsets = v4::offsets(&written);
    let reader = reader(v4::file(&written));
    let mut events = reader.events();
    for (number, &offset) in offsets.iter().enumerate().rev() {
        events.seek(offset).unwrap();
        assert_eq!(events.position(), offset);
        assert_eq!(events.remaining_count(), (written.len() - number) as u64);
        let read: Vec<_> = events.clone().map(Result::unwrap).collect();
        assert_eq!(read.len(), written.len() - number);
        written[number..].iter().zip(&read).for_each(|(written, read)| same(written, read));
    }
}

// L-05
#[test]
fn no_other_offset_can_be_sought() {
    let written = v4::recording();
    let offsets = v4::offsets(&written);
    let reader = reader(v4::file(&written));
    let mut events = reader.events();
    events.next().unwrap().unwrap();
    for offset in (0..reader.len_bytes()).filter(|it| !offsets.contains(it)) {
        let error = events.seek(offset).unwrap_err();
        let fault = error.fault().expect("a fault");
        assert!(error.to_string().starts_with(&format!("t/events.bin: message from {offset} ")));
        assert!(fault.offset >= offset && fault.offset <= reader.len_bytes(), "{error}");
        // The iterator is where it was.
        assert_eq!(events.position(), offsets[1]);
    }
    same(&written[1], &events.next().unwrap().unwrap());
}

// L-05
#[test]
fn seek_beyond_the_end_is_refused() {
    let written = v4::recording();
    let reader = reader(v4::file(&written));
    let len = reader.len_bytes();
    let mut events = reader.events();
    for offset in [len + 1, u64::from(u32::MAX) + 1, u64::MAX] {
        let error = events.seek(offset).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "t/events.bin: file at byte {offset}: length: expected an offset of at most {len}, \
                 the length of the file, found {offset}"
            )
        );
        assert_eq!(error.fault().unwrap().kind, FaultKind::OutOfRange);
        assert_eq!(events.position(), 0);
    }
    events.seek(len).unwrap();
    assert!(events.next().is_none());
}

#[test]
fn iteration_starts_again_after_an_error() {
    let written = v4::recording();
    let offsets = v4::offsets(&written);
    let mut bytes = v4::file(&written);
    bytes.truncate(bytes.len() - 1);
    let reader = reader(bytes);
    let mut events = reader.events();
    assert_eq!(events.remaining_count(), 8);
    assert_eq!(events.by_ref().filter(Result::is_err).count(), 1);
    assert_eq!((events.position(), events.remaining_count()), (offsets[8], 0));
    assert!(events.next().is_none());
    events.seek(offsets[7]).unwrap();
    assert_eq!(events.remaining_count(), 1);
    assert!(events.next().unwrap().is_ok() && events.next().unwrap().is_err());
}

/// The error after the only event, in a file of one event and these bytes.
#[track_caller]
fn error_of(bytes: &[u8]) -> Error {
    let first = v4::recording().remove(1).framed();
    let reader = reader([&first, bytes].concat());
    let mut events = reader.events();
    assert_eq!(events.remaining_count(), 1);
    assert!(events.next().unwrap().is_ok());
    let error = events.next().unwrap().unwrap_err();
    assert!(events.next().is_none());
    assert_eq!(events.position(), first.len() as u64);
    error
}

// L-07: each its own, with offset, expected and found.
#[test]
fn each_kind_of_damage_has_its_error() {
    let start = v4::recording()[1].framed().len();
    let call = |fields: &[u8]| framed(&counted(12, fields));
    let at = |offset| start + offset;
    for (bytes, kind, offset, expected) in [
        (
            vec![0x80],
            FaultKind::Truncated,
            at(0),
            "length: expected a varint of at most 5 bytes, found 1 byte of it at the end of the file",
        ),
        (
            vec![0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 8, 1],
            FaultKind::OutOfRange,
            at(0),
            "length: expected a varint of at most 32 bits, found 0x1f as its byte 5",
        ),
        (
            vec![0; 100],
            FaultKind::OutOfRange,
            at(0),
            "length: expected a message of 1 byte or more, found 0",
        ),
        (
            vec![5, 8, 1, 16],
            FaultKind::Truncated,
            at(0),
            "length: expected 5 bytes of message, found 3 until the end of the file",
        ),
        (
            vec![3, 8, 1, 16],
            FaultKind::Truncated,
            at(4),
            "event.thread_id: expected a varint of at most 10 bytes, found 0 bytes of it at the end of the message",
        ),
        (
            framed(&[vec![8], vec![0xFF; 9], vec![2]].concat()),
            FaultKind::OutOfRange,
            at(2),
            "event.event_id: expected a varint of at most 64 bits, found 0x02 as its byte 10",
        ),
        (
            framed(&[0, 1]),
            FaultKind::OutOfRange,
            at(1),
            "event: expected a key with a field number from 1 to 536870911, found 0",
        ),
        (
            framed(&counted(1, b"one")),
            FaultKind::OutOfRange,
            at(1),
            "event.event_id: expected wire type 0, found 2",
        ),
        (
            call(&integer(1, 5)),
            FaultKind::OutOfRange,
            at(3),
            "function_call.symbol: expected wire type 2, found 0",
        ),
        (
            framed(&[15 << 3 | 3]),
            FaultKind::OutOfRange,
            at(1),
            "event: expected wire type 0, 1, 2 or 5, found 3",
        ),
        (
            framed(&[15 << 3 | 1, 0, 0, 0]),
            FaultKind::OutOfRange,
            at(2),
            "event: expected at most 3 bytes (the rest of the message), found 8",
        ),
        (
            call(&[10, 4, b'm', b'a', b'i']),
            FaultKind::OutOfRange,
            at(4),
            "function_call.symbol: expected at most 3 bytes (the rest of the message), found 4",
        ),
        (
            call(&counted(1, b"ma\xFFin")),
            FaultKind::OutOfRange,
            at(7),
            "function_call.symbol: expected UTF-8, found byte 0xff",
        ),
        (
            call(&counted(3, &counted(1, b"r\xC3"))),
            FaultKind::OutOfRange,
            at(8),
            "function_call.argument_registers: expected UTF-8, found byte 0xc3",
        ),
        (
            framed(&counted(10, &counted(2, b"\x80"))),
            FaultKind::OutOfRange,
            at(5),
            "trace_start.args: expected UTF-8, found byte 0x80",
        ),
    ] {
        let error = error_of(&bytes);
        let message = format!("t/events.bin: message from {start} at byte {offset}: {expected}");
        assert_eq!(error.to_string(), message);
        let fault = error.fault().unwrap();
        assert_eq!((fault.kind, fault.offset), (kind, offset as u64), "{message}");
    }
}

#[test]
fn fields_that_v4_does_not_have_are_skipped() {
    let mut event = v4::recording().remove(3);
    let unknown = [
        integer(5, u64::MAX),
        counted(9, b"later"),
        [vec![15 << 3 | 1], vec![7; 8]].concat(),
        [varint(1000 << 3 | 5), vec![7; 4]].concat(),
    ]
    .concat();
    let Some(v4::Payload::Call { registers, .. }) = &mut event.payload else { panic!() };
    let entry = [unknown.clone(), counted(1, b"late"), integer(2, 5), unknown.clone()].concat();
    let (_, payload) = v4::Payload::Call {
        symbol: "app::parse(int)".to_owned(),
        address: 0x5555_0000_1040,
        registers: registers.clone(),
        stack: (0..64).map(|byte| byte + 4).collect(),
    }
    .message();
    registers.push(("late".to_owned(), 5));
    let payload = [&*unknown, &payload, &counted(3, &entry), &unknown].concat();
    let time = [&*unknown, &integer(1, 81), &integer(2, 200), &unknown].concat();
    let message = [
        unknown.clone(),
        integer(1, 4),
        integer(2, 7),
        counted(3, &time),
        counted(12, &payload),
        unknown.clone(),
    ]
    .concat();
    let reader = reader(framed(&message));
    let events: Vec<_> = reader.events().map(Result::unwrap).collect();
    same(&event, &events[0]);
}

// Protobuf: "Normally, an encoded message would never have more than one instance of a non-repeated
// field. However, parsers are expected to handle the case in which they do."
#[test]
fn fields_that_come_twice_are_merged() {
    let call = |fields: &[Vec<u8>]| counted(12, &fields.concat());
    let register =
        |name: &str, value| counted(3, &[counted(1, name.as_bytes()), integer(2, value)].concat());
    let message = [
        integer(1, 5),
        call(&[counted(1, b"lost"), register("lost", 9)]),
        counted(13, &counted(1, b"between")),
        call(&[counted(1, b"first"), register("rax", 1), register("rdi", 2)]),
        integer(1, 6),
        counted(3, &integer(1, 3)),
        call(&[integer(2, 77), register("rax", 3), counted(4, b"stack")]),
        counted(3, &integer(2, 4)),
    ]
    .concat();
    let reader = reader(framed(&message));
    let event = reader.events().next().unwrap().unwrap();
    assert_eq!((event.event_id, event.timestamp_ns()), (6, 3_000_000_004));
    let Some(Payload::FunctionCall(call)) = event.payload else { panic!("{event:?}") };
    assert_eq!((call.symbol, call.address), ("first", 77));
    assert_eq!(call.stack_shallow_copy, b"stack");
    let stored: Vec<_> = call.argument_registers.iter().collect();
    assert_eq!(stored, [("rax", 1), ("rdi", 2), ("rax", 3)]);
    assert_eq!(call.argument_registers.get("rax"), Some(3));
    assert_eq!(call.argument_registers.get("lost"), None);
    assert_eq!(call.argument_registers.to_map(), [("rax", 3), ("rdi", 2)].into());
}

#[test]
fn numbers_are_stored_as_protobuf_stores_them() {
    let event = v4::Event {
        event_id: u64::MAX,
        thread_id: i32::MIN,
        timestamp: Some((i64::MIN, -1)),
        payload: Some(v4::Payload::End(i32::MIN)),
    };
    let bytes = event.framed();
    let reader = reader(bytes);
    let read = reader.events().next().unwrap().unwrap();
    same(&event, &read);
    assert_eq!((read.thread(), read.timestamp_ns()), (1 << 31, 0));
}

#[test]
fn time_in_ns_has_no_negative_parts_and_does_not_wrap() {
    for ((seconds, nanos), ns) in [
        ((0, 0), 0),
        ((1, 1), 1_000_000_001),
        ((1, -1), 1_000_000_000),
        ((-1, 7), 7),
        ((1, i32::MAX), 3_147_483_647),
        ((18_446_744_073, 709_551_615), u64::MAX),
        ((18_446_744_073, 709_551_616), u64::MAX),
        ((i64::MAX, i32::MAX), u64::MAX),
    ] {
        assert_eq!(Timestamp::new(seconds, nanos).ns(), ns, "{seconds} {nanos}");
    }
}

fn displayed(error: &Error) -> String {
    format!("{error:#}")
}

// L-06, L-07
#[test]
fn trace_is_opened_with_and_without_its_manifest() {
    let dir = Scratch::new();
    let written = v4::recording();
    v4::write(dir.path(), &written);
    let trace = Reader::open(&dir).unwrap();
    assert_eq!(trace.manifest().unwrap().event_count, 9);
    assert_eq!(trace.manifest_path(), Some(&*dir.path().join("trace.json")));
    assert_eq!(trace.path(), dir.path().join("events.bin"));
    assert_eq!(trace.events().count(), 9);
    assert_eq!(trace.machine(), Some(("linux", "x86_64")));

    // Killed while it recorded.
    fs::remove_file(dir.path().join("trace.json")).unwrap();
    let trace = Reader::open(&dir).unwrap();
    assert!(trace.manifest().is_none() && trace.manifest_path().is_none());
    assert_eq!(trace.events().count(), 9);
    // From the first event.
    assert_eq!(trace.machine(), Some(("linux", "x86_64")));
    assert_eq!(trace.platform(), platform_of("linux", "x86_64"));

    // Killed while it wrote the manifest, and between writing and renaming it.
    fs::write(dir.path().join("trace.json.tmpAbCdEf"), "{\"os\": \"li").unwrap();
    assert!(Reader::open(&dir).unwrap().manifest().is_none());
    fs::write(dir.path().join("trace.json.tmpXYZ123"), v4::manifest(9)).unwrap();
    let trace = Reader::open(&dir).unwrap();
    assert_eq!(trace.manifest().unwrap().event_count, 9);
    assert_eq!(trace.manifest_path(), Some(&*dir.path().join("trace.json.tmpXYZ123")));
    // Which of two is the right one?
    fs::write(dir.path().join("trace.json.tmp000000"), v4::manifest(8)).unwrap();
    assert!(Reader::open(&dir).unwrap().manifest().is_none());
}

// L-07
#[test]
fn missing_and_broken_files_are_refused() {
    let dir = Scratch::new();
    let path = |name: &str| dir.path().join(name);
    let neither = Reader::open(&dir).unwrap_err();
    let expected = "expected a V4 trace (events.bin and trace.json), found neither of them";
    assert_eq!(neither.to_string(), format!("{}: {expected}", dir.path().display()));

    fs::write(path("trace.json"), v4::manifest(0)).unwrap();
    let no_events = displayed(&Reader::open(&dir).unwrap_err());
    let events = path("events.bin");
    assert!(no_events.starts_with(&format!("{}: cannot open: ", events.display())), "{no_events}");

    fs::write(&events, v4::file(&v4::recording())).unwrap();
    fs::write(path("trace.json"), "{\"os\": \"linux\",").unwrap();
    let corrupt = displayed(&Reader::open(&dir).unwrap_err());
    assert_eq!(
        corrupt,
        format!(
            "{}: expected a JSON object, found: EOF while parsing a value at line 1 column 15",
            path("trace.json").display()
        )
    );
    // The events can be read all the same.
    assert_eq!(Reader::open_events(&events).unwrap().events().count(), 9);

    fs::remove_file(&events).unwrap();
    fs::create_dir(&events).unwrap();
    fs::write(path("trace.json"), v4::manifest(0)).unwrap();
    let directory = displayed(&Reader::open(&dir).unwrap_err());
    assert!(directory.ends_with("expected a regular file, found something else"), "{directory}");
    assert!(matches!(Reader::open(path("none")), Err(Error::Io { .. })));
}

#[test]
fn v4_traces_are_recognized() {
    let dir = Scratch::new();
    let path = |name: &str| dir.path().join(name);
    assert!(!is_v4(dir.path()));
    fs::write(path("trace.json"), "{\"traceEvents\": []}").unwrap();
    assert!(!is_v4(dir.path()), "the manifest of another program");
    fs::write(path("trace.json"), v4::manifest(0)).unwrap();
    assert!(is_v4(dir.path()), "the manifest alone");
    fs::remove_file(path("trace.json")).unwrap();
    fs::write(path("events.bin"), "").unwrap();
    assert!(is_v4(dir.path()) && is_v4(path("events.bin")));
    fs::write(path("trace.json"), "{").unwrap();
    assert!(is_v4(dir.path()));
    fs::create_dir(path("thread_0")).unwrap();
    assert!(!is_v4(dir.path()), "a session of v2 that has such a file");
    fs::remove_dir(path("thread_0")).unwrap();
    fs::write(path("manifest.json"), "{}").unwrap();
    assert!(!is_v4(dir.path()), "a session of v2 that has such a file");
    for other in ["none", "none/events.bin", "trace.json"] {
        assert!(!is_v4(path(other)), "{other}");
    }
    assert!(!is_v4(Path::new("")));
}

// L-06: from the events' own times. The manifest's are of another clock.
#[test]
fn offset_of_a_time_is_found() {
    let dir = Scratch::new();
    let symbols = ["a", "bb", "a_function_with_a_long_name"];
    let written: Vec<_> = (0..3000)
        .map(|number| v4::call(number, 1, 5000 + number / 3 * 10, symbols[number as usize % 3]))
        .collect();
    v4::write(dir.path(), &written);
    let offsets = v4::offsets(&written);
    assert!(offsets[3000] > 300_000, "{}", offsets[3000]);
    let trace = Reader::open(&dir).unwrap();
    for number in (0..3000).step_by(3).chain([2999 / 3 * 3]) {
        let time_ns = 5000 + number / 3 * 10;
        let first = offsets[number as usize];
        assert_eq!(trace.estimate_offset(time_ns), Some(first), "{time_ns}");
        assert_eq!(trace.estimate_offset(time_ns - 9), Some(first), "{time_ns}");
        let mut events = trace.events();
        events.seek(first).unwrap();
        assert_eq!(events.next().unwrap().unwrap().timestamp_ns(), time_ns);
    }
    assert_eq!(trace.estimate_offset(0), Some(0));
    assert_eq!(trace.estimate_offset(5000 + 999 * 10 + 1), None);
    assert_eq!(trace.estimate_offset(u64::MAX), None);
}

#[test]
#[cfg(unix)]
fn temporary_manifest_that_cannot_be_opened_is_an_error() {
    let dir = Scratch::new();
    std::fs::write(dir.path().join("events.bin"), [4, 8, 1, 16, 7]).unwrap();
    let path = dir.path().join("trace.json.tmpAbCdEf");
    // A link to itself: neither missing nor incomplete.
    std::os::unix::fs::symlink(&path, &path).unwrap();
    let error = Reader::open(dir.path()).unwrap_err();
    assert!(matches!(error, atf_runtime::Error::Io { .. }), "{error}");
    assert!(error.to_string().contains("trace.json.tmpAbCdEf"), "{error}");
}
