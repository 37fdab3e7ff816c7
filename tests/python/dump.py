"""Prints every field of the files of a thread, as the test does that wrote them."""

import os
import sys

import atf_v2 as atf


def text(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(text, value)) + "]"
    if isinstance(value, atf._EnumNames):
        return value.name.lower()
    return str(int(value))


def show(what, record):
    for field in record.FIELDS:
        value = getattr(record, field.name)
        is_none = field.sentinel is not None and value == field.sentinel
        print(f"{what}.{field.name} = {'none' if is_none else text(value)}")
        has = getattr(record, f"has_{field.name}", None)
        assert has in (None, not is_none)


folder = sys.argv[1]
with atf.IndexFile.open(os.path.join(folder, "index.atf")) as index:
    assert index.finalized and index.checksum().is_right
    show("header", index.header)
    for number, event in enumerate(index):
        assert event == index[number] == index.events[number - len(index)]
        assert type(event).unpack_from(event.pack()) == event
        show(f"event {number}", event)
    show("footer", index.footer)
with atf.DetailFile.open(os.path.join(folder, "detail.atf")) as detail:
    assert detail.finalized and detail.checksum().is_right
    show("detail header", detail.header)
    for number, event in enumerate(detail):
        assert detail[number].pack() == event.pack() == bytes(
            detail.buffer[event.offset : event.offset + event.size]
        )
        show(f"record {number}", event.header)
        if event.payload is None:
            print(f"record {number} payload {event.payload_bytes.hex()}")
            continue
        show(f"record {number} payload", event.payload)
        print(f"record {number} stack {event.payload_tail.hex()}")
        names = event.payload.x_regs_names(detail.header.arch, event.header.event_type)
        print(f"record {number} registers {' '.join(names)}")
    show("detail footer", detail.footer)
