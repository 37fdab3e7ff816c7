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
                (u64::from(format::EventKind::EXCEPTION.get()), "exception", "The function was left by an exception."),
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
                (u64::from(format::DetailEventType::FUNCTION_CALL.get()), "function_call", "Registers and stack at a function's entry."),
                (u64::from(format::DetailEventType::FUNCTION_RETURN.get()), "function_return", "Registers and stack at a function's return."),
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
                (u64::from(format::IndexFlags::HAS_DETAIL_FILE.get()), "has_detail_file", "A detail file stands beside the index file."),
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
                "Number of events; filled in when the file is finalized. [number of events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, events_offset),
                field_size(|record: &format::AtfIndexHeader| &record.events_offset),
                "u64",
                "events_offset",
                "bytes",
                "Where the first event starts. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfIndexHeader, footer_offset),
                field_size(|record: &format::AtfIndexHeader| &record.footer_offset),
                "u64",
                "footer_offset",
                "bytes",
                "Where the footer starts; the end of this header until the file is finalized. [default 64; start of the footer]",
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
                "Time of the event on the clock that the header names.",
            ),
            (
                ::core::mem::offset_of!(format::IndexEvent, function_id),
                field_size(|record: &format::IndexEvent| &record.function_id),
                "u64",
                "function_id",
                "",
                "The function: `(module_id << 32) | symbol_index`.",
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
                "The header's magic reversed. [always \"2ITA\"]",
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
                "Where the first event starts. [default 64; start of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, event_count),
                field_size(|record: &format::AtfDetailHeader| &record.event_count),
                "u64",
                "event_count",
                "",
                "Number of detail events; filled in when the file is finalized. [number of events]",
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
                "Lowest index sequence linked to. [lowest `index_seq` of the events]",
            ),
            (
                ::core::mem::offset_of!(format::AtfDetailHeader, index_seq_end),
                field_size(|record: &format::AtfDetailHeader| &record.index_seq_end),
                "u64",
                "index_seq_end",
                "",
                "Highest index sequence linked to. [highest `index_seq` of the events]",
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
                "Flags of the event type; none is defined, so zero today.",
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
                "Time of the event: the same as the linked index event's. [same as `timestamp_ns` of the linked event in the file `index`]",
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
                "The function: the same as the linked index event's. [same as `function_id` of the linked event in the file `index`]",
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
                "Stack pointer: where the snapshot was taken.",
            ),
            (
                ::core::mem::offset_of!(format::DetailFunctionPayload, stack_size),
                field_size(|record: &format::DetailFunctionPayload| &record.stack_size),
                "u16",
                "stack_size",
                "bytes",
                "Bytes of stack that follow. [at most MAX_STACK_BYTES (256)]",
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
                "The header's magic reversed. [always \"2DTA\"]",
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
