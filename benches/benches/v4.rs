//! Reading V4 events over a map, beside a bare prost loop over the same bytes of the same file. Elements are bytes:
//! a column of M/s shows MB/s.
#![allow(missing_docs, unsafe_code)]

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use atf_benches::{Side, Target, run_rounds, scratch_dir};
use atf_runtime::v4::{Event, Payload, Reader, Registers};
use atf_tests::{v4, v4_prost};
use criterion::Criterion;
use memmap2::Mmap;
use prost::Message;

/// Calls and as many returns: some 85 MB.
const CALLS: u64 = 250_000;
/// The file's length is between these.
const LEN_BYTES: std::ops::Range<u64> = 80_000_000..90_000_000;
/// The time that the file's bytes take at 100 MB/s.
const AT_100_MB_PER_SECOND: Duration = Duration::from_millis(800);
const SEEKS: u32 = 1000;
const SEEK: &[Target] = &[Target::Within(Duration::from_millis(1))];

/// Calls with six argument registers and 128 bytes of stack, and their returns, on eight threads.
fn events() -> impl Iterator<Item = v4::Event> {
    let symbols = [
        "main",
        "net::Packet::decode(std::span<const std::byte>)",
        "app::Config::load()",
        "memcpy",
    ];
    (0..CALLS * 2).map(move |number| {
        let (id, thread) = (number / 2, (number / 16 % 8) as i32);
        let symbol = symbols[id as usize % symbols.len()];
        let time_ns = 81_000_000_000 + number * 130;
        let payload = if number % 2 == 0 {
            let names = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
            let registers = names.iter().zip(0..);
            let value = |at: u64| 0x7FFE_0000_0000 + id.wrapping_mul(2_654_435_761) % 65_536 * at;
            v4::Payload::Call {
                symbol: symbol.to_owned(),
                address: 0x5555_0000_1000 + id % 1024 * 16,
                registers: registers.map(|(name, at)| ((*name).to_owned(), value(at))).collect(),
                stack: (0..128).map(|byte| (byte * id) as u8).collect(),
            }
        } else {
            v4::Payload::Return {
                symbol: symbol.to_owned(),
                address: 0x5555_0000_1000 + id % 1024 * 16,
                registers: vec![("rax".to_owned(), id)],
            }
        };
        v4::at(number + 1, thread, time_ns, payload)
    })
}

fn write(path: &Path) {
    let mut file = BufWriter::new(File::create_new(path).unwrap());
    events().for_each(|event| file.write_all(&event.framed()).unwrap());
    file.flush().unwrap();
}

fn timed(work: impl FnOnce() -> u64) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// So that no field may be left undecoded.
fn sum_of(event: &Event<'_>, registers: impl Fn(&Registers<'_>) -> u64) -> u64 {
    let (name, bytes, address, registers) = match event.payload {
        Some(Payload::FunctionCall(it)) => {
            (it.symbol, it.stack_shallow_copy, it.address, registers(&it.argument_registers))
        }
        Some(Payload::FunctionReturn(it)) => {
            (it.symbol, &[][..], it.address, registers(&it.return_registers))
        }
        _ => unreachable!("no other event was written"),
    };
    let lengths = (name.len() + bytes.len()) as u64;
    let time = event.timestamp_ns();
    lengths.wrapping_add(address).wrapping_add(registers).wrapping_add(time ^ event.event_id)
}

/// The loop that a reader with prost has: a length, and the message of that length.
fn bare_prost(mut file: &[u8]) -> u64 {
    let mut sum = 0_u64;
    while !file.is_empty() {
        let event = v4_prost::Event::decode_length_delimited(&mut file).unwrap();
        sum = sum.wrapping_add(black_box(&event).event_id);
    }
    sum
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let path = dir.path().join("events.bin");
    write(&path);
    let reader = Reader::open(dir.path()).unwrap();
    let len = reader.len_bytes();
    assert!(LEN_BYTES.contains(&len), "{len} bytes");
    // SAFETY: the file is ours and nobody changes it while the benchmark runs.
    let map = unsafe { Mmap::map(&File::open(&path).unwrap()) }.unwrap();
    assert!(
        reader
            .events()
            .map(|it| v4_prost::of(&it.unwrap()))
            .take(1000)
            .eq(events().take(1000).map(|it| v4_prost::Event::decode(&*it.message()).unwrap()))
    );

    let sequential = vec![
        Side::new("bare prost loop", || timed(|| bare_prost(&map))),
        Side::new("events", || {
            timed(|| {
                let sums = reader.events().map(|it| sum_of(&it.unwrap(), |_| 0));
                sums.fold(0, u64::wrapping_add)
            })
        })
        .must_reach(&[
            Target::AtLeast(0.8, "bare prost loop"),
            Target::Within(AT_100_MB_PER_SECOND),
        ]),
        Side::new("events and registers", || {
            let sum = |it: &Registers<'_>| {
                it.iter().fold(0, |sum: u64, (name, value)| {
                    sum.wrapping_add(value).wrapping_add(name.len() as u64)
                })
            };
            timed(|| {
                let sums = reader.events().map(|it| sum_of(&it.unwrap(), sum));
                sums.fold(0, u64::wrapping_add)
            })
        })
        .must_reach(&[
            Target::AtLeast(0.8, "bare prost loop"),
            Target::Within(AT_100_MB_PER_SECOND),
        ]),
        Side::new("salvage", || timed(|| reader.salvage().count() as u64)),
    ];
    run_rounds(&mut criterion, "v4 sequential, bytes", len, sequential);

    let offsets: Vec<u64> = reader.events().map(|it| it.unwrap().offset).collect();
    let times: Vec<u64> = reader.events().map(|it| it.unwrap().timestamp_ns()).collect();
    let random = |number: u32| {
        ((u64::from(number.wrapping_mul(2_654_435_761)) * offsets.len() as u64) >> 32) as usize
    };
    // The mean of some, as a promise is about one.
    let mean = |seek: &dyn Fn(usize) -> u64| {
        timed(|| (0..SEEKS).map(|number| seek(random(number))).fold(0, u64::wrapping_add)) / SEEKS
    };
    let seek = vec![
        Side::new("bare prost of a message", || {
            mean(&|at| {
                let mut message = &map[offsets[at] as usize..];
                v4_prost::Event::decode_length_delimited(&mut message).unwrap().event_id
            })
        }),
        Side::new("seek and next", || {
            mean(&|at| {
                let mut events = reader.events();
                events.seek(offsets[at]).unwrap();
                events.next().unwrap().unwrap().event_id
            })
        })
        .must_reach(SEEK),
        Side::new("estimate_offset", || {
            mean(&|at| {
                let offset = reader.estimate_offset(times[at]).unwrap();
                assert_eq!(offset, offsets[at]);
                offset
            })
        })
        .must_reach(SEEK),
    ];
    run_rounds(&mut criterion, "v4 seek", 1, seek);
    criterion.final_summary();
}
