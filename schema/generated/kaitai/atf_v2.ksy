# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
meta:
  id: atf_v2
  title: "ADA Trace Format v2: records"
  endian: le
  ks-version: "0.11"
doc: |-
  Function call and return traces. Each thread of the traced process has its own
  files: an index lane with one fixed-size event per call, return, exception or signal,
  and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
  two lanes refer to each other by sequence.
types:
  original_detail_payload:
    -orig-id: OriginalDetailPayload
    doc: "Payload as the original tracer wrote it, under both event types. A payload is this record if it has this size and its `timestamp` and `function_id` are those of the linked index event. It is read, and never written. (516 bytes, since revision 1)"
    seq:
      - id: timestamp
        type: u8
        doc: "Time of the event, as in the linked index event. (offset 0, in ns)"
      - id: function_id
        type: u8
        doc: "The function, as in the linked index event. (offset 8)"
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
      - id: padding
        size: 4
        doc: "Not used; any value. (offset 28)"
      - id: x_regs
        type: u8
        repeat: expr
        repeat-expr: 8
        doc: "Registers, the same ones as in `DetailFunctionPayload`. (offset 32)"
      - id: lr
        type: u8
        doc: "Link register; 0 on x86_64. (offset 96)"
      - id: fp
        type: u8
        doc: "Frame pointer. (offset 104)"
      - id: sp
        type: u8
        doc: "Stack pointer: address of the first byte of the snapshot. (offset 112)"
      - id: stack_snapshot
        size: 128
        doc: "Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning. (offset 120)"
      - id: stack_size
        type: u4
        valid:
          max: 128
        doc: "Length of the stack snapshot. (offset 248, in bytes, at most 128)"
      - id: unused
        size: 264
        doc: "Not used; any value. (offset 252)"
enums:
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
