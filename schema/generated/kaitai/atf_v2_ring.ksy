# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2_ring
  title: "ADA Trace Format v2: ring"
  file-extension: "ring"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.

  Shared memory between a traced thread (the producer) and the drain that writes its files. Both map it while the thread is recorded; it is removed at a clean end. The buffers of the index lane and of the detail lane follow the control block. A position counts bytes of the lane's events section: byte p of the section is byte p modulo the capacity of the buffer. All words from `index_head` on are little-endian 64-bit atomics. (since revision 1)
seq:
  - id: header
    type: ring_control
types:
  ring_control:
    -orig-id: RingControl
    doc: "Control block of a ring. Fields written by the producer, fields written by the drain, and fields that both read at each event are on separate cache lines. (512 bytes, since revision 1)"
    seq:
      - id: magic
        contents: [0x41, 0x54, 0x52, 0x32]
        doc: "Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created: without them the ring is not ready. (offset 0, always \"ATR2\")"
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
        doc: "Thread of the producer. (offset 12)"
      - id: index_offset
        type: u8
        doc: "Offset of the buffer of the index lane. (offset 16, in bytes, 4096 by default)"
      - id: index_capacity
        type: u8
        doc: "Length of the buffer of the index lane: a power of two. (offset 24, in bytes)"
      - id: detail_offset
        type: u8
        doc: "Offset of the buffer of the detail lane. (offset 32, in bytes)"
      - id: detail_capacity
        type: u8
        doc: "Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane. (offset 40, in bytes)"
      - id: boot_id
        size: 16
        doc: "The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If the id differs, the machine was restarted, and pages may have reached the disk in any order. (offset 48)"
      - id: process_id
        type: u4
        doc: "Process of the producer. (offset 64)"
      - id: reserved2
        -orig-id: _reserved2
        size: 60
        doc: "Zero. (offset 68, reserved)"
      - id: index_head
        type: u8
        doc: "Position after the last published event. Written by the producer: this store publishes events. (offset 128, in bytes)"
      - id: detail_head
        type: u8
        doc: "Position after the last detail record. A record is published with its index event. Written by the producer. (offset 136, in bytes)"
      - id: dropped_events
        type: u8
        doc: "Events dropped because the ring was full. Written by the producer. (offset 144)"
      - id: dropped_details
        type: u8
        doc: "Detail records dropped because their buffer was full, while their event was kept. Written by the producer. (offset 152)"
      - id: pushing
        type: u8
        doc: "1 during a push. Written by the producer. (offset 160)"
      - id: ended
        type: u8
        doc: "1 once the producer has ended cleanly. Written by the producer. (offset 168)"
      - id: reserved3
        -orig-id: _reserved3
        size: 80
        doc: "Zero. (offset 176, reserved)"
      - id: index_tail
        type: u8
        doc: "Position up to which the index lane was written to its file. Written by the drain. (offset 256, in bytes)"
      - id: detail_tail
        type: u8
        doc: "Position up to which the detail lane was written to its file. Written by the drain. (offset 264, in bytes)"
      - id: heartbeat_ns
        type: u8
        doc: "Time of the drain's last visit, on the clock that keeps running while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain. (offset 272, in ns)"
      - id: reserved4
        -orig-id: _reserved4
        size: 104
        doc: "Zero. (offset 280, reserved)"
      - id: closed
        type: u8
        doc: "1 once no more events are accepted. Written by the drain. (offset 384)"
      - id: detail_enabled
        type: u8
        doc: "0 while detail is switched off: events are recorded without it. Written by the drain or the program. (offset 392, 1 by default)"
      - id: block
        type: u8
        doc: "What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event. Written when the ring is created. (offset 400)"
      - id: reserved5
        -orig-id: _reserved5
        size: 104
        doc: "Zero. (offset 408, reserved)"
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
