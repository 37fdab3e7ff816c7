# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_detail
  title: "ADA Trace Format v2: detail"
  file-extension: "atf"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.

  The detail lane of one thread. The file exists if detail was recorded.
seq:
  - id: header
    type: atf_detail_header
instances:
  ofs_footer:
    value: _io.size - 64
    doc: "Offset of the footer, if there is one."
  footer_mark:
    pos: ofs_footer
    size: 4
    if: "_io.size >= 128 and ofs_footer >= 64 and ofs_footer <= _io.size - 64"
    doc: "The bytes at the place of magic of a footer."
  has_footer:
    value: "_io.size >= 128 and ofs_footer >= 64 and ofs_footer <= _io.size - 64 and footer_mark == [0x32, 0x44, 0x54, 0x41]"
    doc: "Whether the file is finalized and has its footer."
  footer:
    pos: ofs_footer
    type: atf_detail_footer
    if: has_footer
  ofs_events:
    value: header.events_offset
    doc: "Offset of the first event."
  end_events:
    value: "has_footer ? ofs_footer : _io.size"
    doc: "Upper limit of the end of the events."
  len_first:
    pos: ofs_events
    type: u4
    if: "end_events >= 24 and ofs_events <= end_events - 24"
  has_first:
    value: "end_events >= 24 and ofs_events <= end_events - 24 and len_first >= 24 and len_first <= end_events - ofs_events"
  complete_events:
    pos: ofs_events
    type: detail_event
    repeat: until
    repeat-until: "not _.has_next"
    if: has_first
    doc: "The complete events in order; absent if there is none."
  num_events:
    value: "has_footer ? footer.event_count : (has_first ? complete_events.size : 0)"
    doc: "Number of events."
  events:
    pos: ofs_events
    type: detail_event
    repeat: expr
    repeat-expr: num_events
types:
  detail_event:
    doc: "One event: DetailEventHeader and its payload."
    seq:
      - id: header
        type: detail_event_header
      - id: start_of_payload
        size: 0
        if: ofs_payload >= 0
        doc: "Has no bytes: marks the start of the payload."
      - id: payload
        size: len_payload
        type:
          switch-on: payload_kind
          cases:
            1: detail_function_payload
    instances:
      ofs_payload:
        value: _io.pos
        doc: "Offset of the payload in the file."
      len_payload:
        value: header.total_length - 24
        doc: "Length of the payload in bytes."
      len_tail_1:
        pos: ofs_payload + 96
        type: u2
        if: "len_payload >= 100"
        doc: "What stack_size is, if this is DetailFunctionPayload."
      payload_kind:
        value: "(header.event_type == detail_event_type::function_call or header.event_type == detail_event_type::function_return) and len_payload >= 100 and len_tail_1 <= len_payload - 100 and len_tail_1 <= 256 ? 1 : 0"
        doc: "The record of the payload; 0 for bytes without a record."
      ofs_next:
        value: ofs_payload + len_payload
        doc: "Offset of the next event."
      len_next:
        pos: ofs_next
        type: u4
        if: "_parent.end_events >= 24 and ofs_next <= _parent.end_events - 24"
      has_next:
        value: "_parent.end_events >= 24 and ofs_next <= _parent.end_events - 24 and len_next >= 24 and len_next <= _parent.end_events - ofs_next"
        doc: "Whether a complete event starts there."
  atf_detail_header:
    -orig-id: AtfDetailHeader
    doc: "First bytes of a detail file. Counts and lengths are zero until the file is finalized. (64 bytes)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x44, 0x32]
        doc: "Marks a detail file. (offset 0, always \"ATD2\")"
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
        doc: "Zero. (offset 8, reserved)"
      - id: thread_id
        type: u4
        doc: "Thread that wrote this file. (offset 12)"
      - id: reserved1
        -orig-id: _reserved1
        type: u4
        doc: "Zero. (offset 16, reserved)"
      - id: events_offset
        type: u8
        doc: "Offset of the first event. (offset 20, in bytes, 64 by default, start of the events)"
      - id: event_count
        type: u8
        doc: "Number of detail events; 0 until the file is finalized. (offset 28, number of events)"
      - id: bytes_length
        type: u8
        doc: "Length of the events section. (offset 36, in bytes, length of the events)"
      - id: index_seq_start
        type: u8
        doc: "Lowest `index_seq` of the events. (offset 44, lowest `index_seq` of the events)"
      - id: index_seq_end
        type: u8
        doc: "Highest `index_seq` of the events. (offset 52, highest `index_seq` of the events)"
      - id: reserved2
        -orig-id: _reserved2
        size: 4
        doc: "Zero. (offset 60, reserved)"
  detail_event_header:
    -orig-id: DetailEventHeader
    doc: "Header of a detail event; its payload follows. The event's sequence is its position in the file, counted from zero. (24 bytes)"
    seq:
      - id: total_length
        type: u4
        doc: "Length of this header and its payload. (offset 0, in bytes, length of this record and its payload)"
      - id: event_type
        type: u2
        enum: detail_event_type
        doc: "What the payload is. (offset 4)"
      - id: flags
        type: u2
        doc: "Flags of the event type. None are defined, so zero. (offset 6)"
      - id: index_seq
        type: u4
        doc: "Sequence of the linked index event. (offset 8, position of the linked event in the file `index`)"
      - id: thread_id
        type: u4
        doc: "Thread that the event happened on. (offset 12, same as `thread_id` of the linked event in the file `index`)"
      - id: timestamp
        type: u8
        doc: "Time of the event, as in the linked index event. (offset 16, in ns, same as `timestamp_ns` of the linked event in the file `index`)"
  detail_function_payload:
    -orig-id: DetailFunctionPayload
    doc: "Payload of a function's call or return: registers, then a snapshot of the stack. (100 bytes and a tail)"
    seq:
      - id: function_id
        type: u8
        doc: "The function, as in the linked index event. (offset 0, same as `function_id` of the linked event in the file `index`)"
      - id: x_regs
        type: u8
        repeat: expr
        repeat-expr: 8
        doc: |-
          Registers; which ones depends on the instruction set and the event type. (offset 8)
          Elements where Arch is arm64 and DetailEventType is function_call: x0, x1, x2, x3, x4, x5, x6, x7.
          Elements where Arch is arm64 and DetailEventType is function_return: x0.
          Elements where Arch is x86_64 and DetailEventType is function_call: rdi, rsi, rdx, rcx, r8, r9, rbp, rsp.
          Elements where Arch is x86_64 and DetailEventType is function_return: rax.
      - id: lr
        type: u8
        doc: "Link register, or return address. (offset 72)"
      - id: fp
        type: u8
        doc: "Frame pointer. (offset 80)"
      - id: sp
        type: u8
        doc: "Stack pointer: address of the first byte of the snapshot. (offset 88)"
      - id: stack_size
        type: u2
        valid:
          max: 256
        doc: "Length of the stack snapshot. (offset 96, in bytes, at most MAX_STACK_BYTES (256))"
      - id: reserved
        -orig-id: _reserved
        type: u2
        doc: "Zero. (offset 98, reserved)"
      - id: stack_snapshot
        size: stack_size
        doc: "Stack bytes from `sp` upward. (offset 100, length in bytes is stack_size)"
  atf_detail_footer:
    -orig-id: AtfDetailFooter
    doc: "Last 64 bytes of a finalized detail file. If it differs from the header, the footer is right. (64 bytes)"
    seq:
      - id: magic
        contents: [0x32, 0x44, 0x54, 0x41]
        doc: "The magic of the header, reversed. (offset 0, always \"2DTA\")"
      - id: checksum
        type: u4
        doc: "CRC-32 (IEEE) of the events section. (offset 4, crc32 of the events)"
      - id: event_count
        type: u8
        doc: "Number of detail events. (offset 8, number of events, authoritative)"
      - id: bytes_length
        type: u8
        doc: "Length of the events section. (offset 16, in bytes, length of the events, authoritative)"
      - id: time_start_ns
        type: u8
        doc: "Timestamp of the first detail event. (offset 24, in ns, `timestamp` of the first event)"
      - id: time_end_ns
        type: u8
        doc: "Timestamp of the last detail event. (offset 32, in ns, `timestamp` of the last event)"
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
  # DetailEventType: What a detail event records. It selects the payload.
  # Open: an unknown number is kept.
  detail_event_type:
    3:
      id: function_call
      doc: "Registers and stack at the entry of a function."
    4:
      id: function_return
      doc: "Registers and stack at the return of a function."
