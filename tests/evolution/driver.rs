//! Writes with one copy of the runtime and reads with another. Compiled by
//! `tests/evolution_runtime.rs` against a copy per schema.
//!
//! `write COPY DIR` makes a session with a finalized and an unfinalized thread, `read COPY DIR`
//! prints everything that is read of it, `verify COPY DIR` what is wrong, `recover COPY DIR` fixes
//! it in place. An error is printed and nothing more.

use std::path::Path;

macro_rules! copy {
    ($name:ident) => {
        mod $name {
            use std::fmt::Write as _;
            use std::path::Path;

            use ::$name::format::{
                Arch, AtfIndexHeader, ClockType, DetailEventType, EventKind, Field, IndexEvent, Os,
                Record, Value,
            };
            use ::$name::recovery::Plan;
            use ::$name::session::{Session, SessionWriter, TracePath};
            use ::$name::storage::Disk;
            use ::$name::verify::verify;
            use ::$name::{
                Event, FunctionDetail, IndexSeq, Payload, Platform, Result, ThreadReader,
                WriterOptions,
            };
            use zerocopy::IntoBytes as _;

            fn set(bytes: &mut [u8], fields: &[Field], name: &str, value: u64) {
                if let Some(field) = fields.iter().find(|field| field.name == name) {
                    let place = &mut bytes[field.offset..field.offset + field.size];
                    place.copy_from_slice(&value.to_le_bytes()[..field.size]);
                }
            }

            fn get(bytes: &[u8], fields: &[Field], name: &str) -> u64 {
                let field = fields.iter().find(|field| field.name == name).unwrap();
                let mut number = [0; 8];
                number[..field.size].copy_from_slice(field.bytes(bytes).unwrap());
                u64::from_le_bytes(number)
            }

            /// Fills in what the writer leaves alone because it came later.
            fn fill_in(file: &Path, is_final: bool) {
                let mut bytes = std::fs::read(file).unwrap();
                let header = AtfIndexHeader::FIELDS;
                set(&mut bytes, header, "core_kind", 3);
                set(&mut bytes, header, "boot_id", 0xB007);
                if header.iter().any(|field| field.name == "core_kind") {
                    let flags = get(&bytes, header, "flags") | 2;
                    set(&mut bytes, header, "flags", flags);
                }
                if is_final {
                    let footer = get(&bytes, header, "footer_offset") as usize;
                    let fields = ::$name::format::AtfIndexFooter::FIELDS;
                    set(&mut bytes[footer..], fields, "lost_events", 9);
                }
                std::fs::write(file, bytes).unwrap();
            }

            pub fn write(dir: &Path) -> Result<()> {
                let platform = Platform {
                    arch: Arch::ARM64,
                    os: Os::LINUX,
                    clock_type: ClockType::BOOTTIME,
                };
                let options = WriterOptions::default().sync_on_finalize(false);
                let session = SessionWriter::create(dir, platform, options)?;
                let mut summaries = Vec::new();
                for thread_id in [1, 2] {
                    let mut thread = session.thread(thread_id)?;
                    let path = thread.dir().join("index.atf");
                    for number in 0..6_u32 {
                        let event = Event {
                            timestamp_ns: 100 + u64::from(number) * 10,
                            function_id: u64::from(thread_id) << 32 | u64::from(number),
                            // 3 was removed, 5 was added.
                            event_kind: EventKind::new([1, 2, 3, 6, 77, 1][number as usize]),
                            call_depth: number + 1,
                        };
                        let stack = [number as u8 + 1; 5];
                        let mut function = FunctionDetail {
                            x_regs: [u64::from(number) + 1; 8],
                            lr: 0x17,
                            fp: 0xF9,
                            sp: u64::MAX - 5,
                            stack: &stack,
                        };
                        function.x_regs[7] = u64::MAX;
                        let payload = match number {
                            0 | 1 => Some(function.into()),
                            // A type that came later, and opaque bytes.
                            2 => Some(Payload::Raw {
                                event_type: DetailEventType::new(5),
                                bytes: b"message",
                            }),
                            3 => Some(Payload::Raw {
                                event_type: DetailEventType::new(3),
                                bytes: TRAILED,
                            }),
                            _ => None,
                        };
                        thread.write_event(&event, payload)?;
                    }
                    let mut events = [IndexEvent::INIT; 4];
                    for (number, event) in (0_u64..).zip(&mut events) {
                        let bytes = event.as_mut_bytes();
                        let fields = IndexEvent::FIELDS;
                        set(bytes, fields, "timestamp_ns", 200 + number);
                        set(bytes, fields, "thread_id", thread_id.into());
                        set(bytes, fields, "event_kind", 2);
                        set(bytes, fields, "call_depth", 7 - number);
                        set(bytes, fields, "cpu", 0xC0 + number);
                    }
                    thread.write_index_events(&events)?;
                    if thread_id == 1 {
                        summaries.push(thread.finalize()?);
                    } else {
                        thread.flush()?;
                        drop(thread);
                    }
                    fill_in(&path, thread_id == 1);
                }
                session.finish(&summaries)?;
                Ok(())
            }

            /// A function's payload with three bytes of stack, and eight bytes behind it.
            const TRAILED: &[u8] = &{
                let mut bytes = [0; 111];
                bytes[8] = 8;
                bytes[96] = 3;
                let mut at = 100;
                while at < 111 {
                    bytes[at] = at as u8;
                    at += 1;
                }
                bytes
            };

            fn record<R: Record>(text: &mut String, name: &str, record: &R) {
                write!(text, "{name}").unwrap();
                for field in R::FIELDS.iter().filter(|field| field.is_live()) {
                    let shown = match field.value(record.as_bytes()) {
                        Some(Value::Unsigned(number)) => number.to_string(),
                        Some(Value::Name(name)) => name.to_owned(),
                        Some(Value::Absent) | None => "absent".to_owned(),
                        Some(_) => format!("{:02x?}", field.bytes(record.as_bytes()).unwrap()),
                    };
                    write!(text, "|{}={shown}", field.name).unwrap();
                }
                text.push('\n');
            }

            pub fn read(dir: &Path) -> Result<String> {
                let mut text = String::new();
                for thread in Session::open(dir)?.threads() {
                    let thread = ThreadReader::open(&thread.dir)?;
                    let index = thread.index();
                    let id = index.thread_id();
                    record(&mut text, &format!("{id} index header"), index.header());
                    if let Some(footer) = index.footer() {
                        record(&mut text, &format!("{id} index footer"), footer);
                    }
                    for (seq, event) in index.iter().enumerate() {
                        assert_eq!(index.get(IndexSeq(seq as u32)), Some(event));
                        record(&mut text, &format!("{id} event {seq}"), event);
                        if let Some(detail) = thread.get_detail_for(event)? {
                            assert_eq!(thread.get_index_for(&detail), Some(event));
                            record(&mut text, &format!("{id} record of {seq}"), detail.header);
                            let Some(function) = detail.function() else {
                                let bytes = detail.payload;
                                writeln!(text, "{id} payload of {seq}|bytes={bytes:02x?}").unwrap();
                                continue;
                            };
                            let name = format!("{id} function of {seq}");
                            record(&mut text, &name, &function.registers);
                            writeln!(text, "{id} stack of {seq}|bytes={:02x?}", function.stack).unwrap();
                            writeln!(text, "{id} rest of {seq}|bytes={:02x?}", function.rest).unwrap();
                        }
                    }
                    let mut back: Vec<_> = index.iter().rev().collect();
                    back.reverse();
                    assert_eq!(back, index.iter().collect::<Vec<_>>());
                    if let Some(events) = index.as_slice() {
                        assert_eq!(events.iter().collect::<Vec<_>>(), back);
                    }
                    let between = index.range(110..202).map(|event| event.timestamp_ns.get());
                    let between: Vec<u64> = between.collect();
                    let times = index.time_range();
                    writeln!(text, "{id} times|all={times:?}|between={between:?}").unwrap();
                    if let Ok(Some(detail)) = thread.detail() {
                        record(&mut text, &format!("{id} detail header"), detail.header());
                        if let Some(footer) = detail.footer() {
                            record(&mut text, &format!("{id} detail footer"), footer);
                        }
                    }
                }
                Ok(text)
            }

            pub fn check(dir: &Path) -> Result<String> {
                let report = verify(&TracePath::Session(dir.to_owned()), None)?;
                Ok(report.problems().iter().map(|problem| format!("{problem}\n")).collect())
            }

            pub fn recover(dir: &Path) -> Result<()> {
                let plan = Plan::of(&TracePath::Session(dir.to_owned()), None)?;
                plan.apply_in_place(&Disk, None)
            }

            pub fn run(what: &str, dir: &Path) -> String {
                let done = match what {
                    "write" => write(dir).map(|()| String::new()),
                    "read" => read(dir),
                    "verify" => check(dir),
                    _ => recover(dir).map(|()| String::new()),
                };
                done.unwrap_or_else(|error| format!("error: {error}\n"))
            }
        }
    };
}

copy!(atf_old);
copy!(atf_next);
copy!(atf_second);
copy!(atf_third);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, copy, dir] = &arguments[..] else { panic!("what, copy, folder") };
    let dir = Path::new(dir);
    let text = match copy.as_str() {
        "old" => atf_old::run(what, dir),
        "next" => atf_next::run(what, dir),
        "second" => atf_second::run(what, dir),
        _ => atf_third::run(what, dir),
    };
    print!("{text}");
}
