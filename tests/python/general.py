"""Foreign formats by their generated modules: what fresh records are, and what a published
capture holds."""

import sys

import pcapng
import thorny

for module in (thorny, pcapng):
    for name, made in vars(module).items():
        if not (isinstance(made, type) and issubclass(made, module.Record)):
            continue
        if made is module.Record:
            continue
        fresh = made()
        assert fresh.validate() == [], fresh.validate()
        assert made.unpack_from(fresh.pack()) == fresh
        print(name, fresh.pack().hex())

head = thorny.Head
assert head.kinds_names(thorny.Type.X, thorny.Match.X) == ("*/", '"\\')
assert head.class_names() == ("a", "a") and head.kinds_names(1, 0) == ()
assert head().flags == thorny.Wide.TOP | thorny.Wide.NONE and not head().has_id
assert head().none is thorny.Huge.LAST and thorny.Huge.SELF == 1 << 63

section = pcapng.SectionFile.open(sys.argv[1])
for event in section:
    payload = event.payload
    print(event.header.block_type.name, event.header.total_length, type(payload).__name__)
    if isinstance(payload, pcapng.SectionHeader):
        print(hex(payload.byte_order), payload.section_length, payload.has_section_length)
    if isinstance(payload, pcapng.InterfaceDescription):
        print(int(payload.link_type), payload.snap_length)
    if isinstance(payload, pcapng.Packet):
        print(payload.original_length, len(event.payload_tail), event.payload_tail[:8].hex())
        print(payload.timestamp, payload.timestamp_names(), payload.has_drops)
section.close()
