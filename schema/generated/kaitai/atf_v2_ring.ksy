# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_ring
  title: "ADA Trace Format v2: ring"
  file-extension: "ring"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process writes its own
  files: an index lane with one fixed-size event per call, return or exception, and,
  where detail was recorded, a detail lane with registers and stack bytes. The two
  lanes name each other by sequence.

  What lies between a traced thread and the drain that writes its files: mapped by both while the thread is recorded, removed at a clean end. Behind the control block are the buffers of the index lane and of the detail lane. A position counts the bytes of a lane's events section, so byte p of the section is byte p modulo the capacity of the buffer. All words from `index_head` on are read and written whole, as little-endian 64-bit atomics. (since revision 1)
seq:
  - id: header
    type: ring_control
types:
  ring_control:
    -orig-id: RingControl
    doc: "Control block of a ring. What the producer writes, what the drain writes and what both read at each event lie on cache lines of their own. (512 bytes, since revision 1)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x52, 0x32]
        doc: "Marks a ring. The first 8 bytes are stored last, in one piece, when the ring is made: without them there is no ring yet. (offset 0, always \"ATR2\")"
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
      - id: clock_type
        type: u1
        enum: clock_type
        doc: "Clock of every timestamp. (offset 8)"
      - id: reserved1
        -orig-id: _reserved1
        size: 3
        doc: "Zero. (offset 9, reserved)"
      - id: thread_id
        type: u4
        doc: "Thread that writes into this ring. (offset 12)"
      - id: index_offset
        type: u8
        doc: "Where the buffer of the index lane starts. (offset 16, in bytes, 4096 by default)"
      - id: index_capacity
        type: u8
        doc: "Length of the buffer of the index lane: a power of two. (offset 24, in bytes)"
      - id: detail_offset
        type: u8
        doc: "Where the buffer of the detail lane starts. (offset 32, in bytes)"
      - id: detail_capacity
        type: u8
        doc: "Length of the buffer of the detail lane: a power of two, or 0 for a ring without one. (offset 40, in bytes)"
      - id: boot_id
        size: 16
        doc: "The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was made. Under another one the power was lost, and pages may have reached the disk in any order. (offset 48)"
      - id: process_id
        type: u4
        doc: "Process of the producer. (offset 64)"
      - id: reserved2
        -orig-id: _reserved2
        size: 60
        doc: "Zero. (offset 68, reserved)"
      - id: index_head
        type: u8
        doc: "Position behind the last published event. Written by the producer: storing it is what publishes. (offset 128, in bytes)"
      - id: detail_head
        type: u8
        doc: "Position behind the last record; one that the index lane does not reach yet is not published. Written by the producer. (offset 136, in bytes)"
      - id: dropped_events
        type: u8
        doc: "Events that found no room. Written by the producer. (offset 144)"
      - id: dropped_details
        type: u8
        doc: "Detail records that found no room although their event did. Written by the producer. (offset 152)"
      - id: pushing
        type: u8
        doc: "1 while the producer is within a push. Written by the producer. (offset 160)"
      - id: ended
        type: u8
        doc: "1 once the producer has left in order. Written by the producer. (offset 168)"
      - id: reserved3
        -orig-id: _reserved3
        size: 80
        doc: "Zero. (offset 176, reserved)"
      - id: index_tail
        type: u8
        doc: "Position up to which the index lane is in its file. Written by the drain. (offset 256, in bytes)"
      - id: detail_tail
        type: u8
        doc: "Position up to which the detail lane is in its file. Written by the drain. (offset 264, in bytes)"
      - id: heartbeat_ns
        type: u8
        doc: "When the drain last came by, on the clock that runs on while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first time. Written by the drain. (offset 272, in ns)"
      - id: reserved4
        -orig-id: _reserved4
        size: 104
        doc: "Zero. (offset 280, reserved)"
      - id: closed
        type: u8
        doc: "1 once nothing more is taken. Written by the drain. (offset 384)"
      - id: detail_enabled
        type: u8
        doc: "0 while detail is switched off: events are taken without it. Written by the drain or the program. (offset 392, 1 by default)"
      - id: block
        type: u8
        doc: "What a push does that finds no room: 1 waits as long as a drain is there, 0 drops the event. Written when the ring is made. (offset 400)"
      - id: reserved5
        -orig-id: _reserved5
        size: 104
        doc: "Zero. (offset 408, reserved)"
enums:
  # Arch: Instruction set of the traced process.
  # Open: a number without a name is kept as it is.
  arch:
    1:
      id: x86_64
      doc: "64-bit x86."
    2:
      id: arm64
      doc: "64-bit ARM (AArch64)."
  # Os: Operating system of the traced process.
  # Open: a number without a name is kept as it is.
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
  # ClockType: Clock that the timestamps were read from. Each is continuous: it runs on while the machine sleeps.
  # Open: a number without a name is kept as it is.
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
