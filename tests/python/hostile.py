"""Files with flipped bytes and cut ends are read or refused, never anything else."""

import random
import sys

import atf_v2 as atf
import ledger
import pcap

random.seed(20)
index = atf.IndexFile.build(
    [atf.IndexEvent(timestamp_ns=number, event_kind=number % 5) for number in range(5)]
)
payload = atf.DetailFunctionPayload(x_regs=range(8)).pack_tail(b"stack")
detail = atf.DetailFile.build(
    [(atf.DetailEventHeader(event_type=kind, index_seq=kind), payload) for kind in range(5)]
)
bookings = ledger.BookingsFile.build([ledger.Booking(time_ms=3), ledger.Booking(time_ms=4)])
notes = ledger.NotesFile.build(
    [
        (ledger.NoteHeader(booking=1), ledger.TextNote().pack_tail(b"text")),
        (ledger.NoteHeader(kind=ledger.Side.CREDIT), ledger.PlaceNote()),
    ]
)
capture = pcap.CaptureFile.build([(pcap.PacketHeader(), b"one"), (pcap.PacketHeader(), b"")])
read = refused = 0
for module, kind, whole in (
    (atf, atf.IndexFile, index),
    (atf, atf.DetailFile, detail),
    (ledger, ledger.BookingsFile, bookings),
    (ledger, ledger.NotesFile, notes),
    (pcap, pcap.CaptureFile, capture),
):
    damaged = [whole[:length] for length in range(len(whole))]
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(random.choice((1, 1, 2, 4))):
            data[random.randrange(len(data))] = random.choice((0, 1, 255, random.randrange(256)))
        damaged.append(bytes(data))
    for data in damaged:
        try:
            file = kind.parse(data)
            file.checksum()
            events = list(file)
            assert len(events) == len(file) and file.events.trailing_bytes >= 0
            for record in [file.header, file.footer, *events]:
                repr(record)
                if isinstance(record, module.Record):
                    record.validate()
            read += 1
        except module.FormatError as error:
            assert ": expected " in str(error) and ", found " in str(error), error
            refused += 1
assert read > 1000 and refused > 1000, (read, refused)
