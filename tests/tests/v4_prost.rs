//! The decoder of V4 beside prost: on every message, valid or not, both say the same. L-04, L-07.

use atf_runtime::v4::Reader;
use atf_tests::v4::{self, Payload, framed};
use atf_tests::v4_prost;
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;

/// What the reader says of a message.
fn ours(message: &[u8]) -> Result<v4_prost::Event, String> {
    let reader = Reader::from_bytes("t/events.bin", framed(message));
    let event = reader.events().next().expect("one message");
    event.map(|event| v4_prost::of(&event)).map_err(|error| error.to_string())
}

/// The two messages that protobuf has and V4 does not.
fn is_exception(message: &[u8], error: &str) -> bool {
    let is_group = error.ends_with("expected wire type 0, 1, 2 or 5, found 3");
    message.is_empty() && error.contains("expected a message of 1 byte or more") || is_group
}

#[track_caller]
fn compare(message: &[u8]) {
    let theirs = v4_prost::Event::decode(message);
    match (ours(message), theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) if is_exception(message, &error) => {}
        (ours, theirs) => panic!("{message:02x?}: we say {ours:?}, prost says {theirs:?}"),
    }
}

fn registers() -> impl Strategy<Value = v4::Registers> {
    vec(("[a-zA-Z0-9é]{0,9}", any::<u64>()), 0..16)
}

fn payload() -> impl Strategy<Value = Payload> {
    let name = ".{0,40}";
    let start = (name, vec(name, 0..5), name, name).prop_map(
        |(executable_path, args, operating_system, cpu_architecture)| Payload::Start {
            executable_path,
            args,
            operating_system,
            cpu_architecture,
        },
    );
    let stack = vec(any::<u8>(), 0..256);
    let call =
        (name, any::<u64>(), registers(), stack).prop_map(|(symbol, address, registers, stack)| {
            Payload::Call { symbol, address, registers, stack }
        });
    let ret = (name, any::<u64>(), registers())
        .prop_map(|(symbol, address, registers)| Payload::Return { symbol, address, registers });
    let signal = (any::<i32>(), name, registers())
        .prop_map(|(number, name, registers)| Payload::Signal { number, name, registers });
    prop_oneof![start, any::<i32>().prop_map(Payload::End), call, ret, signal]
}

fn event() -> impl Strategy<Value = v4::Event> {
    let time = proptest::option::of((any::<i64>(), any::<i32>()));
    (any::<u64>(), any::<i32>(), time, proptest::option::of(payload())).prop_map(
        |(event_id, thread_id, timestamp, payload)| v4::Event {
            event_id,
            thread_id,
            timestamp,
            payload,
        },
    )
}

/// A message, and changes to it.
fn changed() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (event(), vec(change, 1..4)).prop_map(|(event, changes)| {
        let mut message = event.message();
        for (at, byte, kind) in changes {
            if message.is_empty() {
                break;
            }
            let at = at.index(message.len());
            match kind {
                0 => message[at] = byte,
                1 => message[at] ^= 1 << (byte % 8),
                2 => message.insert(at, byte),
                _ => drop(message.remove(at)),
            }
        }
        message
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_written_is_read_by_both(events in vec(event(), 0..20)) {
        let events: Vec<_> = events.into_iter().filter(|it| !it.message().is_empty()).collect();
        let reader = Reader::from_bytes("t/events.bin", v4::file(&events));
        let read: Vec<_> = reader.events().map(|it| v4_prost::of(&it.unwrap())).collect();
        let offsets: Vec<_> = reader.events().map(|it| it.unwrap().offset).collect();
        prop_assert_eq!(&offsets, &v4::offsets(&events)[..events.len()]);
        prop_assert_eq!(read.len(), events.len());
        for (event, read) in events.iter().zip(&read) {
            prop_assert_eq!(&v4_prost::Event::decode(&*event.message()).unwrap(), read);
        }
        // And what prost writes.
        let mut bytes = Vec::new();
        for event in &read {
            event.encode_length_delimited(&mut bytes).unwrap();
        }
        let reader = Reader::from_bytes("t/events.bin", bytes);
        let again: Vec<_> = reader.events().map(|it| v4_prost::of(&it.unwrap())).collect();
        prop_assert_eq!(again, read);
    }

    #[test]
    fn both_say_the_same_of_a_changed_message(message in changed()) {
        compare(&message);
    }

    // Two messages in one are one with fields that come twice.
    #[test]
    fn both_merge_fields_that_come_twice(first in event(), second in event(), third in event()) {
        compare(&[first.message(), second.message(), third.message()].concat());
    }

    #[test]
    fn both_say_the_same_of_any_bytes(message in vec(any::<u8>(), 0..60)) {
        compare(&message);
    }

    // As above, of bytes that mostly are keys, lengths and small numbers.
    #[test]
    fn both_say_the_same_of_short_fields(
        message in vec(prop_oneof![0..6_u8, Just(8), Just(10), Just(16), Just(18), Just(26), Just(98)], 0..24)
    ) {
        compare(&message);
    }
}

#[test]
fn both_say_the_same_of_short_messages() {
    // Every key of one byte with every second byte and the third bytes that differ most.
    for first in 0..=0xFF {
        for second in 0..=0xFF {
            for third in [0, 1, 2, 8, 0x7F, 0x80, 0xFF] {
                compare(&[first, second, third]);
            }
        }
    }
}
