"""Formats that have nothing to do with one another, by their generated modules alone."""

import sys

import bmp
import ledger
import pcap

# The 2 x 2 pixels that the encyclopedia's article on the format prints byte by byte.
image = bytes.fromhex(
    "424d46000000000000003600000028000000020000000200000001001800000000001000"
    "0000130b0000130b000000000000000000000000ffffffff0000ff000000ff000000"
)
with open(sys.argv[1], "rb") as file:
    assert file.read() == image
bitmap = bmp.BitmapFile.open(sys.argv[1])
header = bitmap.header
assert len(bitmap) == 0 and bitmap.finalized and header.validate() == []
assert header.file.magic == bmp.BitmapFileHeader.MAGIC == b"BM"
assert (header.file.size, header.file.pixels_offset) == (70, 54)
# A constant field called `size` does not clash with the record's own SIZE.
assert (bmp.BitmapInfoHeader.SIZE_VALUE, bmp.BitmapInfoHeader.SIZE) == (40, 40)
assert (header.info.width, header.info.height, header.info.x_resolution) == (2, 2, 2835)
assert header.info.compression is bmp.Compression.RGB
assert bitmap.buffer[54:].nbytes == header.info.image_bytes == 16
bitmap.close()

fresh = bmp.BitmapHeader()
fresh.file.size = 70
fresh.info = bmp.BitmapInfoHeader(
    width=2, height=2, image_bytes=16, x_resolution=2835, y_resolution=2835
)
assert fresh == header and fresh.pack() == image[:54]
assert bmp.BitmapFile.build(header=fresh) == image[:54]
fresh.info.planes = 2
fresh.file.reserved1 = 3
print(*fresh.validate(), sep="\n")
try:
    bmp.BitmapFile.parse(b"BN" + image[2:], "image.bmp")
except bmp.FormatError as error:
    print(error)

# Magic and version as every little-endian capture starts.
start = bytes.fromhex("d4c3b2a10200040000000000000000000000040001000000")
packets = [(pcap.PacketHeader(seconds=at), text) for at, text in enumerate((b"one", b"", b"three"))]
capture = pcap.CaptureFile.build(packets)
assert capture[:24] == start
read = pcap.CaptureFile.parse(capture, "capture.pcap")
assert [event.payload_bytes for event in read] == [b"one", b"", b"three"]
assert [event.header.captured_len for event in read.events[1:]] == [0, 5]
assert read.header.network is pcap.LinkType.ETHERNET and read.footer is None
try:
    list(pcap.CaptureFile.parse(capture[:-1], "capture.pcap"))
except pcap.FormatError as error:
    print(error)

# Every kind of field.
book = ledger.BookHeader()
assert ledger.BookHeader.unpack_from(book.pack()) == book and book.validate() == []
assert (book.steps, book.grid, len(book.places)) == ((-1, 0, 300), (bytes(3), bytes(3)), 2)
seal = ledger.Seal()
assert seal.validate() == [] and (seal.CURRENCY, seal.SIDE) == (0x1234, ledger.Side.CREDIT)
assert ledger.Seal.unpack_from(seal.pack()) == seal
booking = ledger.Booking(amount=ledger.LOWEST)
assert not booking.has_amount and not booking.has_note and booking.rates_names()[0] == "buying"
euro, side = ledger.Currency.EURO, ledger.Side
assert ledger.PlaceNote.corners_names(euro, side.CREDIT) == ("north", "east", "south", "west")
assert ledger.PlaceNote.corners_names(ledger.Currency.WIDEST, 9) == ("first",)
assert ledger.PlaceNote.corners_names(1, side.DEBIT) == ()
options = ledger.Options.of(0b101)
assert str(options) == "signed|0x4" and options & ledger.Options.SIGNED
assert str(options | ledger.Options.HAS_NOTES) == "signed|has_notes|0x4"
assert (str(ledger.Options.of(0)), ledger.Currency.of(7)) == ("0x0", 7)

events = [booking, ledger.Booking(time_ms=5, amount=-3, side=side.CREDIT)]
bookings = ledger.BookingsFile.parse(ledger.BookingsFile.build(events))
assert list(bookings) == events and bookings.checksum().is_right
assert (bookings.header.bookings, bookings.header.footer_offset) == (2, 168)
assert (bookings.footer.first_ms, bookings.footer.last_ms, bookings.footer.length) == (0, 5, 80)
data = bytearray(bookings.buffer)
data[88 + 40 + 20] = 7
for fault in (
    lambda: list(ledger.BookingsFile.parse(data, "bookings.bin")),
    lambda: ledger.Booking(time_ms=-1).pack(),
    lambda: ledger.Booking(rates=(1.0,)).pack(),
    lambda: ledger.BookHeader(magic=b"short").pack(),
    lambda: ledger.TextNote.unpack_tail(bytes([0] * 8 + [3]) + b"ab"),
    lambda: ledger.TextNote().pack_tail(bytes(201)),
    lambda: ledger.Place.unpack_from(bytes(20), 9),
    lambda: ledger.Place.unpack_from(bytes(20), -12),
    lambda: ledger.BookingsFile.build([ledger.Place()]),
    lambda: ledger.NotesFile.build([], ledger.BookHeader()),
):
    try:
        fault()
    except ledger.FormatError as error:
        print(error)
record, tail, end = ledger.TextNote.unpack_tail(b"--" + bytes([0] * 8 + [3]) + b"abcd", 2)
assert (record.text_len, tail, end) == (3, b"abc", 14)
print(*ledger.Booking(side=9, _pad=b"abc").validate(88), sep="\n")
