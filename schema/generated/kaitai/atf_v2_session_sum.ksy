# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_session_sum
  title: "ADA Trace Format v2: session_sum"
  file-extension: "sum"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.

  Checksum of the session's manifest.json: one entry, which covers the whole file. It is written after the manifest, beside the old one, and renamed. (since revision 1)
seq:
  - id: header
    type: chunk_sums_header
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
    type: chunk_sum
    repeat: expr
    repeat-expr: num_events
types:
  chunk_sums_header:
    -orig-id: ChunkSumsHeader
    doc: "First bytes of a file of chunk checksums. (64 bytes, since revision 1)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x53, 0x32]
        doc: "Marks a file of chunk checksums. (offset 0, always \"ATS2\")"
      - id: endian
        type: u1
        valid: "1"
        doc: "Byte order of the file: 1 is little-endian, the only legal value. (offset 4, always 1)"
      - id: version
        type: u1
        valid: "1"
        doc: "Version of the format. (offset 5, always 1, version of the format)"
      - id: lane
        type: u1
        enum: summed_file
        doc: "The file that is covered. (offset 6)"
      - id: reserved1
        -orig-id: _reserved1
        type: u1
        doc: "Zero. (offset 7, reserved)"
      - id: thread_id
        type: u4
        doc: "Thread that the file belongs to; 0 for the manifest. (offset 8)"
      - id: chunk_bytes
        type: u4
        doc: "Length of a chunk. Chunk n starts at byte 64 + n times this. (offset 12, in bytes, 65536 by default)"
      - id: entry_size
        type: u4
        valid:
          min: 1
        doc: "Distance from one entry to the next. (offset 16, in bytes, 40 by default, distance from one event to the next)"
      - id: header_crc
        type: u4
        doc: "Checksum of this header. (offset 20, crc32 of the fields of this record, with this one as zero)"
      - id: entries_offset
        type: u8
        doc: "Offset of the first entry. (offset 24, in bytes, 64 by default, start of the events)"
      - id: reserved2
        -orig-id: _reserved2
        size: 32
        doc: "Zero. (offset 32, reserved)"
  chunk_sum:
    -orig-id: ChunkSum
    doc: "Checksum and times of a chunk. A chunk may have several entries, of which the last one counts. The closing entry has the chunk 0xFFFFFFFF, the length 128, the checksum of the file's header and then its footer, and the times of all events. (40 bytes, since revision 1)"
    seq:
      - id: chunk_number
        type: u4
        doc: "Number of the chunk. (offset 0)"
      - id: covered_length
        type: u4
        doc: "Bytes of the chunk that are covered, from its start. (offset 4, in bytes)"
      - id: data_crc
        type: u4
        doc: "CRC-32 (IEEE) of these bytes. (offset 8)"
      - id: flags
        type: u4
        doc: "What is known of the bytes. (offset 12)"
      - id: time_min_ns
        type: u8
        doc: "Lowest timestamp of the events or records that begin in these bytes. If it is higher than `time_max_ns`, none does. (offset 16, in ns)"
      - id: time_max_ns
        type: u8
        doc: "Highest timestamp of them. (offset 24, in ns)"
      - id: reserved
        -orig-id: _reserved
        type: u4
        doc: "Zero. (offset 32, reserved)"
      - id: entry_crc
        type: u4
        doc: "Checksum of this entry. (offset 36, crc32 of the bytes of this record before this field)"
    instances:
      flags_unverified:
        value: "(flags & 0x1) != 0"
        doc: "Nothing proves that the bytes are what was recorded: the machine stopped before they were synced. (since revision 1)"
      flags_closing_entry:
        value: "(flags & 0x2) != 0"
        doc: "The last entry: it covers the file's header and footer. (since revision 1)"
      flags_known_damaged:
        value: "(flags & 0x4) != 0"
        doc: "The bytes failed an earlier checksum, and recovery kept them. (since revision 1)"
enums:
  # SummedFile: The file that a file of chunk checksums is about. (since revision 1)
  # Open: an unknown number is kept.
  summed_file:
    0:
      id: index
      doc: "The index file of a thread. (since revision 1)"
    1:
      id: detail
      doc: "The detail file of a thread. (since revision 1)"
    2:
      id: manifest
      doc: "The manifest of the session. (since revision 1)"
