// Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
// Included by a test that has the types as `format` and a function `assert_layout(name, table)`.

/// One row of a record's table: offset, size, type, field, unit, meaning.
type LayoutRow = (usize, usize, &'static str, &'static str, &'static str, &'static str);

/// Bytes of the field that `_get` borrows, as the compiler laid it out.
fn field_size<T, F>(_get: fn(&T) -> &F) -> usize {
    ::core::mem::size_of::<F>()
}

fn layout_table(name: &str, size: usize, rows: &[LayoutRow]) -> String {
    let mut out = ::std::format!(
        "{name}, {size} bytes\n\noffset size type             field            unit    meaning\n"
    );
    for (offset, size, ty, field, unit, meaning) in rows {
        let line = ::std::format!("{offset:>6} {size:>4} {ty:<16} {field:<16} {unit:<7} {meaning}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn number_table(name: &str, rows: &[(u64, &str, &str)]) -> String {
    let mut out = ::std::format!("{name}\n\n     value name                 meaning\n");
    for (value, name, meaning) in rows {
        let line = ::std::format!("{value:>10} {name:<20} {meaning}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn format_and_constants_are_as_reviewed() {
    let mut table = ::std::format!(
        "{}, version {}, revision {}, reads {:?}\n",
        format::FORMAT_NAME,
        format::FORMAT_VERSION,
        format::FORMAT_REVISION,
        format::READS
    );
    table.push_str(&::std::format!("{} = {}\n", "NO_DETAIL_SEQ", format::NO_DETAIL_SEQ));
    table.push_str(&::std::format!("{} = {}\n", "MAX_STACK_BYTES", format::MAX_STACK_BYTES));
    table.push_str(&::std::format!("{} = {}\n", "RING_ALIGN", format::RING_ALIGN));
    for file in format::FILES {
        table.push_str(&::std::format!(
            "file {} at {}: {} / {} / {}, {:?}, footer at {:?}{}\n",
            file.name,
            file.path,
            file.header.unwrap_or("-"),
            file.event.unwrap_or("-"),
            file.footer.unwrap_or("-"),
            file.framing,
            file.footer_at,
            if file.optional { ", optional" } else { "" },
        ));
    }
    assert_layout("format", &table);
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn arch_numbers_are_as_reviewed() {
    assert_layout(
        "Arch",
        &number_table(
            "Arch",
            &[
                (u64::from(format::Arch::X86_64.get()), "x86_64", "64-bit x86."),
                (u64::from(format::Arch::ARM64.get()), "arm64", "64-bit ARM (AArch64)."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn os_numbers_are_as_reviewed() {
    assert_layout(
        "Os",
        &number_table(
            "Os",
            &[
                (u64::from(format::Os::IOS.get()), "ios", "iOS."),
                (u64::from(format::Os::ANDROID.get()), "android", "Android."),
                (u64::from(format::Os::MACOS.get()), "macos", "macOS."),
                (u64::from(format::Os::LINUX.get()), "linux", "Linux."),
                (u64::from(format::Os::WINDOWS.get()), "windows", "Windows."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn clock_type_numbers_are_as_reviewed() {
    assert_layout(
        "ClockType",
        &number_table(
            "ClockType",
            &[
                (u64::from(format::ClockType::MACH_CONTINUOUS.get()), "mach_continuous", "`mach_continuous_time` of macOS and iOS."),
                (u64::from(format::ClockType::QPC.get()), "qpc", "`QueryPerformanceCounter` of Windows."),
                (u64::from(format::ClockType::BOOTTIME.get()), "boottime", "`CLOCK_BOOTTIME` of Linux and Android."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn event_kind_numbers_are_as_reviewed() {
    assert_layout(
        "EventKind",
        &number_table(
            "EventKind",
            &[
                (u64::from(format::EventKind::CALL.get()), "call", "The function was entered."),
                (u64::from(format::EventKind::RETURN.get()), "return", "The function returned."),
                (u64::from(format::EventKind::EXCEPTION.get()), "exception", "An exception left the function."),
                (u64::from(format::EventKind::LOST.get()), "lost", "Events were lost here: `function_id` holds their number, and the time is that of the next recorded event. A marker, not an event of the program."),
                (u64::from(format::EventKind::SIGNAL.get()), "signal", "A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call made at this place. Neither a call nor a return: the depth of the call stack stays as it is."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn detail_event_type_numbers_are_as_reviewed() {
    assert_layout(
        "DetailEventType",
        &number_table(
            "DetailEventType",
            &[
                (u64::from(format::DetailEventType::FUNCTION_CALL.get()), "function_call", "Registers and stack at the entry of a function."),
                (u64::from(format::DetailEventType::FUNCTION_RETURN.get()), "function_return", "Registers and stack at the return of a function."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn summed_file_numbers_are_as_reviewed() {
    assert_layout(
        "SummedFile",
        &number_table(
            "SummedFile",
            &[
                (u64::from(format::SummedFile::INDEX.get()), "index", "The index file of a thread."),
                (u64::from(format::SummedFile::DETAIL.get()), "detail", "The detail file of a thread."),
                (u64::from(format::SummedFile::MANIFEST.get()), "manifest", "The manifest of the session."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn index_flags_numbers_are_as_reviewed() {
    assert_layout(
        "IndexFlags",
        &number_table(
            "IndexFlags",
            &[
                (u64::from(format::IndexFlags::HAS_DETAIL_FILE.get()), "has_detail_file", "There is a detail file beside the index file."),
            ],
        ),
    );
}

#[test]
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn chunk_flags_numbers_are_as_reviewed() {
    assert_layout(
        "ChunkFlags",
        &number_table(
            "ChunkFlags",
            &[
                (u64::from(format::ChunkFlags::UNVERIFIED.get()), "unverified", "Nothing proves that the bytes are what was recorded: the machine stopped before they were synced."),
                (u64::from(format::ChunkFlags::CLOSING_ENTRY.get()), "closing_entry", "The last entry: it covers the file's header and footer."),
                (u64::from(format::ChunkFlags::KNOWN_DAMAGED.get()), "known_damaged", "The bytes failed an earlier checksum, and recovery kept them."),
            ],
        ),
    );
}

#[test]
fn atf_index_header_lies_as_reviewed() {
    let table = layout_table(
        "AtfIndexHeader",
        ::core::mem::size_of::<format::AtfIndexHeader>(),
        &[
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, magic),
                field_size(|record: &format::AtfIndexHeader| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "Marks an index file. [always \"ATI2\"]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, endian),
                field_size(|record: &format::AtfIndexHeader| &record.endian),
                "u8",
                "endian",
                "",
                "Byte order of the file: 1 is little-endian, the only legal value. [always 1]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, version),
                field_size(|record: &format::AtfIndexHeader| &record.version),
                "u8",
                "version",
                "",
                "Version of the format. [always 1; version of the format]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, arch),
                field_size(|record: &format::AtfIndexHeader| &record.arch),
                "Arch",
                "arch",
                "",
                "Instruction set of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, os),
                field_size(|record: &format::AtfIndexHeader| &record.os),
                "Os",
                "os",
                "",
                "Operating system of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, flags),
                field_size(|record: &format::AtfIndexHeader| &record.flags),
                "IndexFlags",
                "flags",
                "",
                "Flags of this file; undeclared bits are zero.",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, thread_id),
                field_size(|record: &format::AtfIndexHeader| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that wrote this file.",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, clock_type),
                field_size(|record: &format::AtfIndexHeader| &record.clock_type),
                "ClockType",
                "clock_type",
                "",
                "Clock of every timestamp in this file.",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, _reserved1),
                field_size(|record: &format::AtfIndexHeader| &record._reserved1),
                "[u8; 3]",
                "_reserved1",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, _reserved2),
                field_size(|record: &format::AtfIndexHeader| &record._reserved2),
                "u32",
                "_reserved2",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, event_size),
                field_size(|record: &format::AtfIndexHeader| &record.event_size),
                "u32",
                "event_size",
                "bytes",
                "Distance from one event to the next. [default 32; distance from one event to the next]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, event_count),
                field_size(|record: &format::AtfIndexHeader| &record.event_count),
                "u32",
                "event_count",
                "",
                "Number of events; 0 until the file is finalized. [number of events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, events_offset),
                field_size(|record: &format::AtfIndexHeader| &record.events_offset),
                "u64",
                "events_offset",
                "bytes",
                "Offset of the first event. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, footer_offset),
                field_size(|record: &format::AtfIndexHeader| &record.footer_offset),
                "u64",
                "footer_offset",
                "bytes",
                "Offset of the footer; the end of this header until the file is finalized. [default 64; start of the footer]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, time_start_ns),
                field_size(|record: &format::AtfIndexHeader| &record.time_start_ns),
                "u64",
                "time_start_ns",
                "ns",
                "Timestamp of the first event. [`timestamp_ns` of the first event]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, time_end_ns),
                field_size(|record: &format::AtfIndexHeader| &record.time_end_ns),
                "u64",
                "time_end_ns",
                "ns",
                "Timestamp of the last event. [`timestamp_ns` of the last event]",
            ),
        ],
    );
    assert_layout("AtfIndexHeader", &table);
}

#[test]
fn index_event_lies_as_reviewed() {
    let table = layout_table(
        "IndexEvent",
        ::core::mem::size_of::<format::IndexEvent>(),
        &[
            (
                ::core::mem::offset_of!(format::IndexEvent, timestamp_ns),
                field_size(|record: &format::IndexEvent| &record.timestamp_ns),
                "u64",
                "timestamp_ns",
                "ns",
                "Time of the event on the clock named in the header.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, function_id),
                field_size(|record: &format::IndexEvent| &record.function_id),
                "u64",
                "function_id",
                "",
                "The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a number.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, thread_id),
                field_size(|record: &format::IndexEvent| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that the event happened on.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, event_kind),
                field_size(|record: &format::IndexEvent| &record.event_kind),
                "EventKind",
                "event_kind",
                "",
                "What happened.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, call_depth),
                field_size(|record: &format::IndexEvent| &record.call_depth),
                "u32",
                "call_depth",
                "",
                "Depth of the call stack.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, detail_seq),
                field_size(|record: &format::IndexEvent| &record.detail_seq),
                "u32",
                "detail_seq",
                "",
                "Sequence of the linked detail event. [default NO_DETAIL_SEQ (0xFFFFFFFF); none: NO_DETAIL_SEQ (0xFFFFFFFF); position of the linked event in the file `detail`]",
            ),
        ],
    );
    assert_layout("IndexEvent", &table);
}

#[test]
fn atf_index_footer_lies_as_reviewed() {
    let table = layout_table(
        "AtfIndexFooter",
        ::core::mem::size_of::<format::AtfIndexFooter>(),
        &[
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, magic),
                field_size(|record: &format::AtfIndexFooter| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "The magic of the header, reversed. [always \"2ITA\"]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, checksum),
                field_size(|record: &format::AtfIndexFooter| &record.checksum),
                "u32",
                "checksum",
                "",
                "CRC-32 (IEEE) of the events section. [crc32 of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, event_count),
                field_size(|record: &format::AtfIndexFooter| &record.event_count),
                "u64",
                "event_count",
                "",
                "Number of events. [number of events, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, time_start_ns),
                field_size(|record: &format::AtfIndexFooter| &record.time_start_ns),
                "u64",
                "time_start_ns",
                "ns",
                "Timestamp of the first event. [`timestamp_ns` of the first event, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, time_end_ns),
                field_size(|record: &format::AtfIndexFooter| &record.time_end_ns),
                "u64",
                "time_end_ns",
                "ns",
                "Timestamp of the last event. [`timestamp_ns` of the last event, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, bytes_written),
                field_size(|record: &format::AtfIndexFooter| &record.bytes_written),
                "u64",
                "bytes_written",
                "bytes",
                "Length of the events section. [length of the events, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexFooter, reserved),
                field_size(|record: &format::AtfIndexFooter| &record.reserved),
                "[u8; 24]",
                "reserved",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("AtfIndexFooter", &table);
}

#[test]
fn atf_detail_header_lies_as_reviewed() {
    let table = layout_table(
        "AtfDetailHeader",
        ::core::mem::size_of::<format::AtfDetailHeader>(),
        &[
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, magic),
                field_size(|record: &format::AtfDetailHeader| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "Marks a detail file. [always \"ATD2\"]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, endian),
                field_size(|record: &format::AtfDetailHeader| &record.endian),
                "u8",
                "endian",
                "",
                "Byte order of the file: 1 is little-endian, the only legal value. [always 1]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, version),
                field_size(|record: &format::AtfDetailHeader| &record.version),
                "u8",
                "version",
                "",
                "Version of the format. [always 1; version of the format]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, arch),
                field_size(|record: &format::AtfDetailHeader| &record.arch),
                "Arch",
                "arch",
                "",
                "Instruction set of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, os),
                field_size(|record: &format::AtfDetailHeader| &record.os),
                "Os",
                "os",
                "",
                "Operating system of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, flags),
                field_size(|record: &format::AtfDetailHeader| &record.flags),
                "u32",
                "flags",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, thread_id),
                field_size(|record: &format::AtfDetailHeader| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that wrote this file.",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, _reserved1),
                field_size(|record: &format::AtfDetailHeader| &record._reserved1),
                "u32",
                "_reserved1",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, events_offset),
                field_size(|record: &format::AtfDetailHeader| &record.events_offset),
                "u64",
                "events_offset",
                "bytes",
                "Offset of the first event. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, event_count),
                field_size(|record: &format::AtfDetailHeader| &record.event_count),
                "u64",
                "event_count",
                "",
                "Number of detail events; 0 until the file is finalized. [number of events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, bytes_length),
                field_size(|record: &format::AtfDetailHeader| &record.bytes_length),
                "u64",
                "bytes_length",
                "bytes",
                "Length of the events section. [length of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, index_seq_start),
                field_size(|record: &format::AtfDetailHeader| &record.index_seq_start),
                "u64",
                "index_seq_start",
                "",
                "Lowest `index_seq` of the events. [lowest `index_seq` of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, index_seq_end),
                field_size(|record: &format::AtfDetailHeader| &record.index_seq_end),
                "u64",
                "index_seq_end",
                "",
                "Highest `index_seq` of the events. [highest `index_seq` of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, _reserved2),
                field_size(|record: &format::AtfDetailHeader| &record._reserved2),
                "[u8; 4]",
                "_reserved2",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("AtfDetailHeader", &table);
}

#[test]
fn detail_event_header_lies_as_reviewed() {
    let table = layout_table(
        "DetailEventHeader",
        ::core::mem::size_of::<format::DetailEventHeader>(),
        &[
            (
                ::core::mem::offset_of!(format::DetailEventHeader, total_length),
                field_size(|record: &format::DetailEventHeader| &record.total_length),
                "u32",
                "total_length",
                "bytes",
                "Length of this header and its payload. [length of this record and its payload]",
            ),
            (
                ::core::mem::offset_of!(format::DetailEventHeader, event_type),
                field_size(|record: &format::DetailEventHeader| &record.event_type),
                "DetailEventType",
                "event_type",
                "",
                "What the payload is.",
            ),
            (
                ::core::mem::offset_of!(format::DetailEventHeader, flags),
                field_size(|record: &format::DetailEventHeader| &record.flags),
                "u16",
                "flags",
                "",
                "Flags of the event type. None are defined, so zero.",
            ),
            (
                ::core::mem::offset_of!(format::DetailEventHeader, index_seq),
                field_size(|record: &format::DetailEventHeader| &record.index_seq),
                "u32",
                "index_seq",
                "",
                "Sequence of the linked index event. [position of the linked event in the file `index`]",
            ),
            (
                ::core::mem::offset_of!(format::DetailEventHeader, thread_id),
                field_size(|record: &format::DetailEventHeader| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that the event happened on. [same as `thread_id` of the linked event in the file `index`]",
            ),
            (
                ::core::mem::offset_of!(format::DetailEventHeader, timestamp),
                field_size(|record: &format::DetailEventHeader| &record.timestamp),
                "u64",
                "timestamp",
                "ns",
                "Time of the event, as in the linked index event. [same as `timestamp_ns` of the linked event in the file `index`]",
            ),
        ],
    );
    assert_layout("DetailEventHeader", &table);
}

#[test]
fn detail_function_payload_lies_as_reviewed() {
    let mut table = layout_table(
        "DetailFunctionPayload",
        ::core::mem::size_of::<format::DetailFunctionPayload>(),
        &[
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, function_id),
                field_size(|record: &format::DetailFunctionPayload| &record.function_id),
                "u64",
                "function_id",
                "",
                "The function, as in the linked index event. [same as `function_id` of the linked event in the file `index`]",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, x_regs),
                field_size(|record: &format::DetailFunctionPayload| &record.x_regs),
                "[u64; 8]",
                "x_regs",
                "",
                "Registers; which ones depends on the instruction set and the event type.",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, lr),
                field_size(|record: &format::DetailFunctionPayload| &record.lr),
                "u64",
                "lr",
                "",
                "Link register, or return address.",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, fp),
                field_size(|record: &format::DetailFunctionPayload| &record.fp),
                "u64",
                "fp",
                "",
                "Frame pointer.",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, sp),
                field_size(|record: &format::DetailFunctionPayload| &record.sp),
                "u64",
                "sp",
                "",
                "Stack pointer: address of the first byte of the snapshot.",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, stack_size),
                field_size(|record: &format::DetailFunctionPayload| &record.stack_size),
                "u16",
                "stack_size",
                "bytes",
                "Length of the stack snapshot. [at most MAX_STACK_BYTES (256)]",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, _reserved),
                field_size(|record: &format::DetailFunctionPayload| &record._reserved),
                "u16",
                "_reserved",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    let tail = format::DetailFunctionPayload::STACK_SNAPSHOT;
    table.push_str(&::std::format!(
        "{:>6}    * [u8; {}] {}\n",
        tail.offset, tail.count, tail.name
    ));
    assert_layout("DetailFunctionPayload", &table);
}

#[test]
fn original_detail_payload_lies_as_reviewed() {
    let table = layout_table(
        "OriginalDetailPayload",
        ::core::mem::size_of::<format::OriginalDetailPayload>(),
        &[
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, timestamp),
                field_size(|record: &format::OriginalDetailPayload| &record.timestamp),
                "u64",
                "timestamp",
                "ns",
                "Time of the event, as in the linked index event.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, function_id),
                field_size(|record: &format::OriginalDetailPayload| &record.function_id),
                "u64",
                "function_id",
                "",
                "The function, as in the linked index event.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, thread_id),
                field_size(|record: &format::OriginalDetailPayload| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that the event happened on.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, event_kind),
                field_size(|record: &format::OriginalDetailPayload| &record.event_kind),
                "EventKind",
                "event_kind",
                "",
                "What happened.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, call_depth),
                field_size(|record: &format::OriginalDetailPayload| &record.call_depth),
                "u32",
                "call_depth",
                "",
                "Depth of the call stack.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, padding),
                field_size(|record: &format::OriginalDetailPayload| &record.padding),
                "[u8; 4]",
                "padding",
                "",
                "Not used; any value.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, x_regs),
                field_size(|record: &format::OriginalDetailPayload| &record.x_regs),
                "[u64; 8]",
                "x_regs",
                "",
                "Registers, the same ones as in `DetailFunctionPayload`.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, lr),
                field_size(|record: &format::OriginalDetailPayload| &record.lr),
                "u64",
                "lr",
                "",
                "Link register; 0 on x86_64.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, fp),
                field_size(|record: &format::OriginalDetailPayload| &record.fp),
                "u64",
                "fp",
                "",
                "Frame pointer.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, sp),
                field_size(|record: &format::OriginalDetailPayload| &record.sp),
                "u64",
                "sp",
                "",
                "Stack pointer: address of the first byte of the snapshot.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, stack_snapshot),
                field_size(|record: &format::OriginalDetailPayload| &record.stack_snapshot),
                "[u8; 128]",
                "stack_snapshot",
                "",
                "Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning.",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, stack_size),
                field_size(|record: &format::OriginalDetailPayload| &record.stack_size),
                "u32",
                "stack_size",
                "bytes",
                "Length of the stack snapshot. [at most 128]",
            ),
            (
                ::core::mem::offset_of!(format::OriginalDetailPayload, unused),
                field_size(|record: &format::OriginalDetailPayload| &record.unused),
                "[u8; 264]",
                "unused",
                "",
                "Not used; any value.",
            ),
        ],
    );
    assert_layout("OriginalDetailPayload", &table);
}

#[test]
fn atf_detail_footer_lies_as_reviewed() {
    let table = layout_table(
        "AtfDetailFooter",
        ::core::mem::size_of::<format::AtfDetailFooter>(),
        &[
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, magic),
                field_size(|record: &format::AtfDetailFooter| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "The magic of the header, reversed. [always \"2DTA\"]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, checksum),
                field_size(|record: &format::AtfDetailFooter| &record.checksum),
                "u32",
                "checksum",
                "",
                "CRC-32 (IEEE) of the events section. [crc32 of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, event_count),
                field_size(|record: &format::AtfDetailFooter| &record.event_count),
                "u64",
                "event_count",
                "",
                "Number of detail events. [number of events, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, bytes_length),
                field_size(|record: &format::AtfDetailFooter| &record.bytes_length),
                "u64",
                "bytes_length",
                "bytes",
                "Length of the events section. [length of the events, authoritative]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, time_start_ns),
                field_size(|record: &format::AtfDetailFooter| &record.time_start_ns),
                "u64",
                "time_start_ns",
                "ns",
                "Timestamp of the first detail event. [`timestamp` of the first event]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, time_end_ns),
                field_size(|record: &format::AtfDetailFooter| &record.time_end_ns),
                "u64",
                "time_end_ns",
                "ns",
                "Timestamp of the last detail event. [`timestamp` of the last event]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailFooter, reserved),
                field_size(|record: &format::AtfDetailFooter| &record.reserved),
                "[u8; 24]",
                "reserved",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("AtfDetailFooter", &table);
}

#[test]
fn detail_offsets_header_lies_as_reviewed() {
    let table = layout_table(
        "DetailOffsetsHeader",
        ::core::mem::size_of::<format::DetailOffsetsHeader>(),
        &[
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, magic),
                field_size(|record: &format::DetailOffsetsHeader| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "Marks an offsets file. [always \"ATO2\"]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, endian),
                field_size(|record: &format::DetailOffsetsHeader| &record.endian),
                "u8",
                "endian",
                "",
                "Byte order of the file: 1 is little-endian, the only legal value. [always 1]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, version),
                field_size(|record: &format::DetailOffsetsHeader| &record.version),
                "u8",
                "version",
                "",
                "Version of the format. [always 1; version of the format]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, _reserved1),
                field_size(|record: &format::DetailOffsetsHeader| &record._reserved1),
                "u16",
                "_reserved1",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, record_interval),
                field_size(|record: &format::DetailOffsetsHeader| &record.record_interval),
                "u32",
                "record_interval",
                "",
                "Number of records from one entry to the next. [default 64]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, thread_id),
                field_size(|record: &format::DetailOffsetsHeader| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that the detail file belongs to.",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, entry_size),
                field_size(|record: &format::DetailOffsetsHeader| &record.entry_size),
                "u32",
                "entry_size",
                "bytes",
                "Distance from one entry to the next. [default 8; distance from one event to the next]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, _reserved2),
                field_size(|record: &format::DetailOffsetsHeader| &record._reserved2),
                "u32",
                "_reserved2",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, entries_offset),
                field_size(|record: &format::DetailOffsetsHeader| &record.entries_offset),
                "u64",
                "entries_offset",
                "bytes",
                "Offset of the first entry. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::DetailOffsetsHeader, _reserved3),
                field_size(|record: &format::DetailOffsetsHeader| &record._reserved3),
                "[u8; 32]",
                "_reserved3",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("DetailOffsetsHeader", &table);
}

#[test]
fn detail_offset_lies_as_reviewed() {
    let table = layout_table(
        "DetailOffset",
        ::core::mem::size_of::<format::DetailOffset>(),
        &[
            (
                ::core::mem::offset_of!(format::DetailOffset, offset),
                field_size(|record: &format::DetailOffset| &record.offset),
                "u64",
                "offset",
                "bytes",
                "Byte of the detail file at which the record starts.",
            ),
        ],
    );
    assert_layout("DetailOffset", &table);
}

#[test]
fn chunk_sums_header_lies_as_reviewed() {
    let table = layout_table(
        "ChunkSumsHeader",
        ::core::mem::size_of::<format::ChunkSumsHeader>(),
        &[
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, magic),
                field_size(|record: &format::ChunkSumsHeader| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "Marks a file of chunk checksums. [always \"ATS2\"]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, endian),
                field_size(|record: &format::ChunkSumsHeader| &record.endian),
                "u8",
                "endian",
                "",
                "Byte order of the file: 1 is little-endian, the only legal value. [always 1]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, version),
                field_size(|record: &format::ChunkSumsHeader| &record.version),
                "u8",
                "version",
                "",
                "Version of the format. [always 1; version of the format]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, lane),
                field_size(|record: &format::ChunkSumsHeader| &record.lane),
                "SummedFile",
                "lane",
                "",
                "The file that is covered.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, _reserved1),
                field_size(|record: &format::ChunkSumsHeader| &record._reserved1),
                "u8",
                "_reserved1",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, thread_id),
                field_size(|record: &format::ChunkSumsHeader| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread that the file belongs to; 0 for the manifest.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, chunk_bytes),
                field_size(|record: &format::ChunkSumsHeader| &record.chunk_bytes),
                "u32",
                "chunk_bytes",
                "bytes",
                "Length of a chunk. Chunk n starts at byte 64 + n times this. [default 65536]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, entry_size),
                field_size(|record: &format::ChunkSumsHeader| &record.entry_size),
                "u32",
                "entry_size",
                "bytes",
                "Distance from one entry to the next. [default 40; distance from one event to the next]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, header_crc),
                field_size(|record: &format::ChunkSumsHeader| &record.header_crc),
                "u32",
                "header_crc",
                "",
                "Checksum of this header. [crc32 of the fields of this record, with this one as zero]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, entries_offset),
                field_size(|record: &format::ChunkSumsHeader| &record.entries_offset),
                "u64",
                "entries_offset",
                "bytes",
                "Offset of the first entry. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSumsHeader, _reserved2),
                field_size(|record: &format::ChunkSumsHeader| &record._reserved2),
                "[u8; 32]",
                "_reserved2",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("ChunkSumsHeader", &table);
}

#[test]
fn chunk_sum_lies_as_reviewed() {
    let table = layout_table(
        "ChunkSum",
        ::core::mem::size_of::<format::ChunkSum>(),
        &[
            (
                ::core::mem::offset_of!(format::ChunkSum, chunk_number),
                field_size(|record: &format::ChunkSum| &record.chunk_number),
                "u32",
                "chunk_number",
                "",
                "Number of the chunk.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, covered_length),
                field_size(|record: &format::ChunkSum| &record.covered_length),
                "u32",
                "covered_length",
                "bytes",
                "Bytes of the chunk that are covered, from its start.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, data_crc),
                field_size(|record: &format::ChunkSum| &record.data_crc),
                "u32",
                "data_crc",
                "",
                "CRC-32 (IEEE) of these bytes.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, flags),
                field_size(|record: &format::ChunkSum| &record.flags),
                "ChunkFlags",
                "flags",
                "",
                "What is known of the bytes.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, time_min_ns),
                field_size(|record: &format::ChunkSum| &record.time_min_ns),
                "u64",
                "time_min_ns",
                "ns",
                "Lowest timestamp of the events or records that begin in these bytes. If it is higher than `time_max_ns`, none does.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, time_max_ns),
                field_size(|record: &format::ChunkSum| &record.time_max_ns),
                "u64",
                "time_max_ns",
                "ns",
                "Highest timestamp of them.",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, _reserved),
                field_size(|record: &format::ChunkSum| &record._reserved),
                "u32",
                "_reserved",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::ChunkSum, entry_crc),
                field_size(|record: &format::ChunkSum| &record.entry_crc),
                "u32",
                "entry_crc",
                "",
                "Checksum of this entry. [crc32 of the bytes of this record before this field]",
            ),
        ],
    );
    assert_layout("ChunkSum", &table);
}

#[test]
fn ring_control_lies_as_reviewed() {
    let table = layout_table(
        "RingControl",
        ::core::mem::size_of::<format::RingControl>(),
        &[
            (
                ::core::mem::offset_of!(format::RingControl, magic),
                field_size(|record: &format::RingControl| &record.magic),
                "[u8; 4]",
                "magic",
                "",
                "Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created: without them the ring is not ready. [always \"ATR2\"]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, endian),
                field_size(|record: &format::RingControl| &record.endian),
                "u8",
                "endian",
                "",
                "Byte order of the file: 1 is little-endian, the only legal value. [always 1]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, version),
                field_size(|record: &format::RingControl| &record.version),
                "u8",
                "version",
                "",
                "Version of the format. [always 1; version of the format]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, arch),
                field_size(|record: &format::RingControl| &record.arch),
                "Arch",
                "arch",
                "",
                "Instruction set of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, os),
                field_size(|record: &format::RingControl| &record.os),
                "Os",
                "os",
                "",
                "Operating system of the traced process.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, clock_type),
                field_size(|record: &format::RingControl| &record.clock_type),
                "ClockType",
                "clock_type",
                "",
                "Clock of every timestamp.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, _reserved1),
                field_size(|record: &format::RingControl| &record._reserved1),
                "[u8; 3]",
                "_reserved1",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, thread_id),
                field_size(|record: &format::RingControl| &record.thread_id),
                "u32",
                "thread_id",
                "",
                "Thread of the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, index_offset),
                field_size(|record: &format::RingControl| &record.index_offset),
                "u64",
                "index_offset",
                "bytes",
                "Offset of the buffer of the index lane. [default 4096]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, index_capacity),
                field_size(|record: &format::RingControl| &record.index_capacity),
                "u64",
                "index_capacity",
                "bytes",
                "Length of the buffer of the index lane: a power of two.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, detail_offset),
                field_size(|record: &format::RingControl| &record.detail_offset),
                "u64",
                "detail_offset",
                "bytes",
                "Offset of the buffer of the detail lane.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, detail_capacity),
                field_size(|record: &format::RingControl| &record.detail_capacity),
                "u64",
                "detail_capacity",
                "bytes",
                "Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, boot_id),
                field_size(|record: &format::RingControl| &record.boot_id),
                "[u8; 16]",
                "boot_id",
                "",
                "The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If the id differs, the machine was restarted, and pages may have reached the disk in any order.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, process_id),
                field_size(|record: &format::RingControl| &record.process_id),
                "u32",
                "process_id",
                "",
                "Process of the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, _reserved2),
                field_size(|record: &format::RingControl| &record._reserved2),
                "[u8; 60]",
                "_reserved2",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, index_head),
                field_size(|record: &format::RingControl| &record.index_head),
                "u64",
                "index_head",
                "bytes",
                "Position after the last published event. Written by the producer: this store publishes events.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, detail_head),
                field_size(|record: &format::RingControl| &record.detail_head),
                "u64",
                "detail_head",
                "bytes",
                "Position after the last detail record. A record is published with its index event. Written by the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, dropped_events),
                field_size(|record: &format::RingControl| &record.dropped_events),
                "u64",
                "dropped_events",
                "",
                "Events dropped because the ring was full. Written by the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, dropped_details),
                field_size(|record: &format::RingControl| &record.dropped_details),
                "u64",
                "dropped_details",
                "",
                "Detail records dropped because their buffer was full, while their event was kept. Written by the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, pushing),
                field_size(|record: &format::RingControl| &record.pushing),
                "u64",
                "pushing",
                "",
                "1 during a push. Written by the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, ended),
                field_size(|record: &format::RingControl| &record.ended),
                "u64",
                "ended",
                "",
                "1 once the producer has ended cleanly. Written by the producer.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, _reserved3),
                field_size(|record: &format::RingControl| &record._reserved3),
                "[u8; 80]",
                "_reserved3",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, index_tail),
                field_size(|record: &format::RingControl| &record.index_tail),
                "u64",
                "index_tail",
                "bytes",
                "Position up to which the index lane was written to its file. Written by the drain.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, detail_tail),
                field_size(|record: &format::RingControl| &record.detail_tail),
                "u64",
                "detail_tail",
                "bytes",
                "Position up to which the detail lane was written to its file. Written by the drain.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, heartbeat_ns),
                field_size(|record: &format::RingControl| &record.heartbeat_ns),
                "u64",
                "heartbeat_ns",
                "ns",
                "Time of the drain's last visit, on the clock that keeps running while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, _reserved4),
                field_size(|record: &format::RingControl| &record._reserved4),
                "[u8; 104]",
                "_reserved4",
                "",
                "Zero. [reserved]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, closed),
                field_size(|record: &format::RingControl| &record.closed),
                "u64",
                "closed",
                "",
                "1 once no more events are accepted. Written by the drain.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, detail_enabled),
                field_size(|record: &format::RingControl| &record.detail_enabled),
                "u64",
                "detail_enabled",
                "",
                "0 while detail is switched off: events are recorded without it. Written by the drain or the program. [default 1]",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, block),
                field_size(|record: &format::RingControl| &record.block),
                "u64",
                "block",
                "",
                "What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event. Written when the ring is created.",
            ),
            (
                ::core::mem::offset_of!(format::RingControl, _reserved5),
                field_size(|record: &format::RingControl| &record._reserved5),
                "[u8; 104]",
                "_reserved5",
                "",
                "Zero. [reserved]",
            ),
        ],
    );
    assert_layout("RingControl", &table);
}
