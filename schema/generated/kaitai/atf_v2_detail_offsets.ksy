# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_detail_offsets
  title: "ADA Trace Format v2: detail_offsets"
  file-extension: "off"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.

  Offsets of every 64th record of the detail file, so that a reader need not walk the file. It can be rebuilt from the detail file at any time. (since revision 1)
seq:
  - id: header
    type: detail_offsets_header
instances:
  ofs_events:
    value: header.entries_offset
    doc: "Offset of the first event."
  end_events:
    value: _io.size
    doc: "Upper limit of the end of the events."
  len_event:
    value: header.entry_size
    doc: "Distance from one event to the next in bytes."
  num_events:
    value: "end_events > ofs_events ? (end_events - ofs_events) / len_event : 0"
    doc: "Number of events."
  events:
    pos: ofs_events
    size: len_event
    type: detail_offset
    repeat: expr
    repeat-expr: num_events
types:
  detail_offsets_header:
    -orig-id: DetailOffsetsHeader
    doc: "First bytes of an offsets file. (64 bytes, since revision 1)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x4f, 0x32]
        doc: "Marks an offsets file. (offset 0, always \"ATO2\")"
      - id: endian
        type: u1
        valid: "1"
        doc: "Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1)"
      - id: version
        type: u1
        valid: "1"
        doc: "Version of the format. (offset 5, always 1, version of the format)"
      - id: reserved1
        -orig-id: _reserved1
        type: u2
        doc: "Zero. (offset 6, reserved)"
      - id: record_interval
        type: u4
        doc: "Number of records from one entry to the next. (offset 8, 64 by default)"
      - id: thread_id
        type: u4
        doc: "Thread that the detail file belongs to. (offset 12)"
      - id: entry_size
        type: u4
        valid:
          min: 1
        doc: "Distance from one entry to the next. (offset 16, in bytes, 8 by default, distance from one event to the next)"
      - id: reserved2
        -orig-id: _reserved2
        type: u4
        doc: "Zero. (offset 20, reserved)"
      - id: entries_offset
        type: u8
        doc: "Offset of the first entry. (offset 24, in bytes, 64 by default, start of the events)"
      - id: reserved3
        -orig-id: _reserved3
        size: 32
        doc: "Zero. (offset 32, reserved)"
  detail_offset:
    -orig-id: DetailOffset
    doc: "Offset of a record: entry n is for the record with sequence n times `record_interval`. (8 bytes, since revision 1)"
    seq:
      - id: offset
        type: u8
        doc: "Byte of the detail file at which the record starts. (offset 0, in bytes)"
