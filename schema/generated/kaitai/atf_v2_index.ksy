# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_index
  title: "ADA Trace Format v2: index"
  file-extension: "atf"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.

  The index lane of one thread. Every thread has this file.
seq:
  - id: header
    type: atf_index_header
instances:
  ofs_footer:
    value: header.footer_offset
    doc: "Offset of the footer, if there is one."
  footer_mark:
    pos: ofs_footer
    size: 4
    if: "_io.size >= 128 and ofs_footer >= 64 and ofs_footer <= _io.size - 64"
    doc: "The bytes at the place of magic of a footer."
  has_footer:
    value: "_io.size >= 128 and ofs_footer >= 64 and ofs_footer <= _io.size - 64 and footer_mark == [0x32, 0x49, 0x54, 0x41]"
    doc: "Whether the file is finalized and has its footer."
  footer:
    pos: ofs_footer
    size-eos: true
    type: atf_index_footer
    if: has_footer
  ofs_events:
    value: header.events_offset
    doc: "Offset of the first event."
  end_events:
    value: "has_footer ? ofs_footer : _io.size"
    doc: "Upper limit of the end of the events."
  len_event:
    value: header.event_size
    doc: "Distance from one event to the next in bytes."
  num_events:
    value: "has_footer ? footer.event_count : (end_events > ofs_events ? (end_events - ofs_events) / len_event : 0)"
    doc: "Number of events."
  events:
    pos: ofs_events
    size: len_event
    type: index_event
    repeat: expr
    repeat-expr: num_events
types:
  atf_index_header:
    -orig-id: AtfIndexHeader
    doc: "First bytes of an index file. Counts and times are zero until the file is finalized. (64 bytes)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x49, 0x32]
        doc: "Marks an index file. (offset 0, always \"ATI2\")"
      - id: endian
        type: u1
        valid: "1"
        doc: "Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1)"
      - id: version
        type: u1
        valid: "1"
        doc: "Version of the format. (offset 5, always 1, version of the format)"
      - id: arch
        type: u1
        enum: arch
        doc: "Instruction set of the traced process. (offset 6)"
      - id: os
        type: u1
        enum: os
        doc: "Operating system of the traced process. (offset 7)"
      - id: flags
        type: u4
        doc: "Flags of this file; undeclared bits are zero. (offset 8)"
      - id: thread_id
        type: u4
        doc: "Thread that wrote this file. (offset 12)"
      - id: clock_type
        type: u1
        enum: clock_type
        doc: "Clock of every timestamp in this file. (offset 16)"
      - id: reserved1
        -orig-id: _reserved1
        size: 3
        doc: "Zero. (offset 17, reserved)"
      - id: reserved2
        -orig-id: _reserved2
        type: u4
        doc: "Zero. (offset 20, reserved)"
      - id: event_size
        type: u4
        valid:
          min: 1
        doc: "Distance from one event to the next. (offset 24, in bytes, 32 by default, distance from one event to the next)"
      - id: event_count
        type: u4
        doc: "Number of events; 0 until the file is finalized. (offset 28, number of events)"
      - id: events_offset
        type: u8
        doc: "Offset of the first event. (offset 32, in bytes, 64 by default, start of the events)"
      - id: footer_offset
        type: u8
        doc: "Offset of the footer; the end of this header until the file is finalized. (offset 40, in bytes, 64 by default, start of the footer)"
      - id: time_start_ns
        type: u8
        doc: "Timestamp of the first event. (offset 48, in ns, `timestamp_ns` of the first event)"
      - id: time_end_ns
        type: u8
        doc: "Timestamp of the last event. (offset 56, in ns, `timestamp_ns` of the last event)"
    instances:
      flags_has_detail_file:
        value: "(flags & 0x1) != 0"
        doc: "There is a detail file beside the index file."
  index_event:
    -orig-id: IndexEvent
    doc: "One call, return, exception or signal. Its sequence is its position in the file, counted from zero. (32 bytes)"
    seq:
      - id: timestamp_ns
        type: u8
        doc: "Time of the event on the clock named in the header. (offset 0, in ns)"
      - id: function_id
        type: u8
        doc: "The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a number. (offset 8)"
      - id: thread_id
        type: u4
        doc: "Thread that the event happened on. (offset 16)"
      - id: event_kind
        type: u4
        enum: event_kind
        doc: "What happened. (offset 20)"
      - id: call_depth
        type: u4
        doc: "Depth of the call stack. (offset 24)"
      - id: detail_seq
        type: u4
        doc: "Sequence of the linked detail event. (offset 28, NO_DETAIL_SEQ (0xFFFFFFFF) by default, NO_DETAIL_SEQ (0xFFFFFFFF) means none, position of the linked event in the file `detail`)"
    instances:
      has_detail_seq:
        value: "detail_seq != 0xffffffff"
        doc: "Whether detail_seq holds a value."
  atf_index_footer:
    -orig-id: AtfIndexFooter
    doc: "Last bytes of a finalized index file. If it differs from the header, the footer is right. (64 bytes)"
    seq:
      - id: magic
        contents: [0x32, 0x49, 0x54, 0x41]
        doc: "The magic of the header, reversed. (offset 0, always \"2ITA\")"
      - id: checksum
        type: u4
        doc: "CRC-32 (IEEE) of the events section. (offset 4, crc32 of the events)"
      - id: event_count
        type: u8
        doc: "Number of events. (offset 8, number of events, authoritative)"
      - id: time_start_ns
        type: u8
        doc: "Timestamp of the first event. (offset 16, in ns, `timestamp_ns` of the first event, authoritative)"
      - id: time_end_ns
        type: u8
        doc: "Timestamp of the last event. (offset 24, in ns, `timestamp_ns` of the last event, authoritative)"
      - id: bytes_written
        type: u8
        doc: "Length of the events section. (offset 32, in bytes, length of the events, authoritative)"
      - id: reserved
        size: 24
        doc: "Zero. (offset 40, reserved)"
enums:
  # Arch: Instruction set of the traced process.
  # Open: an unknown number is kept.
  arch:
    1:
      id: x86_64
      doc: "64-bit x86."
    2:
      id: arm64
      doc: "64-bit ARM (AArch64)."
  # Os: Operating system of the traced process.
  # Open: an unknown number is kept.
  os:
    1:
      id: ios
      doc: "iOS."
    2:
      id: android
      doc: "Android."
    3:
      id: macos
      doc: "macOS."
    4:
      id: linux
      doc: "Linux."
    5:
      id: windows
      doc: "Windows."
  # ClockType: Clock of the timestamps. Each clock is continuous: it keeps running while the machine sleeps.
  # Open: an unknown number is kept.
  clock_type:
    1:
      id: mach_continuous
      doc: "`mach_continuous_time` of macOS and iOS."
    2:
      id: qpc
      doc: "`QueryPerformanceCounter` of Windows."
    3:
      id: boottime
      doc: "`CLOCK_BOOTTIME` of Linux and Android."
  # EventKind: What an index event records.
  # Open: an unknown number is kept.
  event_kind:
    1:
      id: call
      doc: "The function was entered."
    2:
      id: return_value
      -orig-id: return
      doc: "The function returned."
    3:
      id: exception
      doc: "An exception left the function."
    4:
      id: lost
      doc: "Events were lost here: `function_id` holds their number, and the time is that of the next recorded event. A marker, not an event of the program. (since revision 1)"
    5:
      id: signal
      doc: "A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call made at this place. Neither a call nor a return: the depth of the call stack stays as it is. (since revision 1)"
