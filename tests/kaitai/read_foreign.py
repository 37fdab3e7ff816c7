"""Reads bytes of other formats by Kaitai's Python classes: published ones, and such as fall into
the corners of the schema language.

Argument: the folder of the compiled classes. Exit code 1 at the first thing that differs.
"""

import struct
import sys

import kaitaistruct

sys.path.insert(0, sys.argv[1])
from bmp_bitmap import BmpBitmap  # noqa: E402
from buoy_messages import BuoyMessages  # noqa: E402
from buoy_waves import BuoyWaves  # noqa: E402
from ledger import Ledger  # noqa: E402
from ledger_bookings import LedgerBookings  # noqa: E402
from ledger_notes import LedgerNotes  # noqa: E402
from pcap_capture import PcapCapture  # noqa: E402


def same(where, found, expected):
    if found != expected:
        sys.exit(f"{where}: expected {expected!r}, found {found!r}")


def refused(where, cls, data, look=lambda root: None):
    try:
        look(cls.from_bytes(data))
    except (kaitaistruct.KaitaiStructError, EOFError):
        return
    sys.exit(f"{where}: expected a refusal")


def bitmap():
    """The 2 x 2 pixels that the encyclopedia's article on the format prints byte by byte."""
    data = bytes.fromhex(
        "424d46000000000000003600000028000000020000000200000001001800000000001000"
        "0000130b0000130b000000000000000000000000ffffffff0000ff000000ff000000"
    )
    header = BmpBitmap.from_bytes(data).header
    same("bitmap: length", header.file.size, len(data))
    same("bitmap: pixels", (header.info.width, header.info.height), (2, 2))
    same("bitmap: resolution", header.info.x_resolution, 2835)
    same("bitmap: compression", header.info.compression, BmpBitmap.Compression.rgb)
    refused("bitmap: magic", BmpBitmap, b"MB" + data[2:])
    refused("bitmap: constant size", BmpBitmap, data[:14] + b"\x29" + data[15:])
    odd = BmpBitmap.from_bytes(data[:30] + b"\x09" + data[31:])
    same("bitmap: compression without a name", odd.header.info.compression, 9)


def capture():
    """A capture file as tcpdump writes it: its packets until the end of the file."""
    head = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    packets = [b"first", b"", b"third!"]
    body = b"".join(
        struct.pack("<IIII", 1700000000 + at, at, len(packet), 1500) + packet
        for at, packet in enumerate(packets)
    )
    read = PcapCapture.from_bytes(head + body)
    same("capture: link", read.header.network, PcapCapture.LinkType.ethernet)
    same("capture: packets", [event.payload for event in read.events], packets)
    same("capture: seconds", read.events[2].header.seconds, 1700000002)
    same("capture: cut", len(PcapCapture.from_bytes(head + body[:-1]).events), 2)
    same("capture: empty", PcapCapture.from_bytes(head).events, [])
    refused("capture: magic", PcapCapture, b"\xa1\xb2\xc3\xd4" + head[4:])
    refused("capture: too many microseconds", PcapCapture,
            head + struct.pack("<IIII", 0, 1_000_000, 0, 0), lambda root: root.events)


def ledger():
    def header(footer, version=2):
        return (
            b"\x89LDG\r\n\x1a\n" + b'"?\\\x01'
            + struct.pack("<HHQH3hQQI", version, 978, 1 << 63, 40, -1, 0, 300, 88, footer, 2)
            + struct.pack("<ffi", 48.2, 999, -1) * 2 + b"abcdef" + bytes(6)
        )

    def booking(amount, note, side=1):
        return struct.pack("<QqIBdd3x", 5, amount, note, side, 1.5, 2.5)

    events = booking(-(1 << 63), 0xFFFFFFFF) + booking(-7, 3)
    footer = struct.pack("<IQQQq", 0, 5, 5, 80, -7)
    read = LedgerBookings.from_bytes(header(88 + 80) + events + footer)
    same("ledger: options", (read.header.options_has_notes, read.header.options_signed), (True, False))
    same("ledger: grid", read.header.grid, [b"abc", b"def"])
    same("ledger: place", (read.header.places[1].has_longitude, read.header.places[1].has_height), (False, True))
    same("ledger: steps", read.header.steps, [-1, 0, 300])
    same("ledger: amounts", [one.has_amount for one in read.events], [False, True])
    same("ledger: notes", [one.has_note for one in read.events], [False, True])
    same("ledger: footer", read.footer.lowest, -7)
    same("ledger: older", len(LedgerBookings.from_bytes(header(168, 1) + events + footer).events), 2)
    same("ledger: unfinished", len(LedgerBookings.from_bytes(header(0) + events + b"half").events), 2)
    refused("ledger: version 3", LedgerBookings, header(168, 3) + events + footer)
    refused("ledger: side 2", LedgerBookings, header(128) + booking(1, 1, 2) + footer,
            lambda root: root.events)

    def note(kind, payload):
        return struct.pack("<IHBxI", 0, 12 + len(payload), kind, 7) + payload

    text = struct.pack("<QB", 9, 3) + b"abc"
    notes = note(0, text) + note(0, text[:-1]) + note(1, bytes(28)) + note(1, b"short")
    read = LedgerNotes.from_bytes(notes + struct.pack("<II", 4, 0))
    same("notes: footer", read.footer.notes, 4)
    same("notes: kinds", [one.payload_kind for one in read.events], [1, 0, 2, 0])
    same("notes: text", read.events[0].payload.text, b"abc")
    same("notes: opaque", [read.events[1].payload, read.events[3].payload], [text[:-1], b"short"])
    same("notes: corners", read.events[2].payload.corners, [0, 0, 0, 0])

    seal = struct.pack("<BHQf3h", 1, 0x1234, 1 << 63, -0.1, -1, 0, 300)
    io = lambda data: kaitaistruct.KaitaiStream(kaitaistruct.BytesIO(data))
    same("seal", Ledger.Seal(io(seal)).currency, 0x1234)
    for at in range(len(seal)):
        wrong = bytearray(seal)
        wrong[at] ^= 1
        try:
            Ledger.Seal(io(bytes(wrong)))
        except kaitaistruct.ValidationFailedError:
            continue
        sys.exit(f"seal: byte {at}: expected a refusal")


def buoy():
    def header(footer, sensors=0x80, version=3, stride=24, start=40):
        head = struct.pack("<BBHIQ8hQ", version, sensors, stride, start, footer, *range(8), 5)
        return head[:start]

    wave = struct.pack("<IfdII", 1, float("nan"), -1.5, 7, 35)
    footer = struct.pack("<HI2xd", 0xBEEF, 2, 9.5)
    read = BuoyWaves.from_bytes(header(88) + wave + wave + footer)
    same("buoy: grid", [[row.items for row in plane.items] for plane in read.header.grid],
         [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
    same("buoy: widest", read.header.has_widest, True)
    first = read.events[0]
    same("buoy: there", (first.has_end_field_2, first.has_wind, first.has_salt), (False, False, True))
    same("buoy: names", (first.end_field, first.removed_depth, first.salt), (1, b"\x07\0\0\0", 35))
    same("buoy: highest", read.footer.highest, 9.5)
    # The first release: a header, events and a footer that end before what was added.
    old = BuoyWaves.from_bytes(header(72, 0, 2, 20, 32) + (wave[:20]) * 2 + footer[:8])
    same("old buoy: header", (old.header.widest if hasattr(old.header, "widest") else None, old.header.has_widest), (None, False))
    same("old buoy: waves", [(one.end_field, one.has_salt) for one in old.events], [(1, False), (1, False)])
    same("old buoy: footer", (old.footer.waves, hasattr(old.footer, "highest")), (2, False))
    refused("buoy: a bit without a name", BuoyWaves, header(88, 0x10) + wave + wave + footer)
    # A bit that was removed is no error in the files that have it.
    BuoyWaves.from_bytes(header(88, 0x04) + wave + wave + footer)
    refused("buoy: no stride", BuoyWaves, header(88, stride=0) + wave + wave + footer)

    def message(kind, payload):
        return struct.pack("<QH", kind, len(payload)) + payload

    text = bytes([1, 2, 2]) + b"hi"
    read = BuoyMessages.from_bytes(
        message(1, text) + message(9007199254740993, text + b"\x04\0\0\0") + message(3, b"")
        + message(0, struct.pack("<ff", 1.5, 2.5)) + message(1, b"\xff\xff\0") + b"left"
    )
    same("messages", [one.payload_kind for one in read.events], [2, 2, 0, 1, 2])
    same("messages: text", read.events[0].payload.text_field, b"hi")
    same("messages: trailer", read.events[1].payload.signature.crc, 4)
    same("messages: kinds", (read.events[1].header.kind, read.events[2].header.kind),
         (BuoyMessages.Event.mro_value, 3))
    same("messages: place", read.events[3].payload.at, [1.5, 2.5])
    same("messages: pair", [read.events[at].payload.has_pair for at in (0, 4)], [True, False])
    refused("messages: kind 4", BuoyMessages, message(4, b""), lambda root: root.events)


for check in (bitmap, capture, ledger, buoy):
    check()
print("bytes of other formats are read by Kaitai as they are")
