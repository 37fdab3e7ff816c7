"""What the generated modules do with numpy, which no test needs: `.ci/run` installs it.

Arguments: the folders of the modules `atf_v2` and `ledger`.
"""

import sys

sys.path[:0] = sys.argv[1:]
import numpy

import atf_v2 as atf
import ledger

events = [atf.IndexEvent(timestamp_ns=10 * number, event_kind=1) for number in range(1000)]
index = atf.IndexFile.parse(atf.IndexFile.build(events))
array = index.events.to_numpy()
assert array.shape == (1000,) and array.dtype.itemsize == 32
assert (array["timestamp_ns"] == numpy.arange(1000) * 10).all()
assert (array["detail_seq"] == atf.NO_DETAIL_SEQ).all() and not array.flags.writeable
assert len(atf.IndexFile.parse(atf.IndexFile.build()).events.to_numpy()) == 0

details = [(atf.DetailEventHeader(index_seq=number), bytes(number)) for number in range(50)]
array = atf.DetailFile.parse(atf.DetailFile.build(details)).events.to_numpy()
assert (array["index_seq"] == numpy.arange(50)).all()
assert (array["total_length"] == numpy.arange(50) + 24).all()

# A larger stride than ours: the bytes behind each event are skipped.
header = atf.AtfIndexHeader(event_size=40, event_count=3, footer_offset=184).pack()
wide = b"".join(event.pack() + b"\xff" * 8 for event in events[:3])
footer = atf.AtfIndexFooter(event_count=3, bytes_written=120).pack()
array = atf.IndexFile.parse(header + wide + footer).events.to_numpy()
assert array["timestamp_ns"].tolist() == [0, 10, 20] and array.dtype.itemsize == 40

# Every kind of field.
dtype = ledger.BookHeader.dtype()
assert dtype.itemsize == 88 and dtype.fields["places"][1] == 52
book = numpy.frombuffer(ledger.BookHeader().pack(), dtype)[0]
assert book["steps"].tolist() == [-1, 0, 300] and book["places"]["height"].tolist() == [-1, -1]
assert bytes(book["magic"]) == ledger.BookHeader.MAGIC and book["grid"].shape == (2, 3)
print("numpy", numpy.__version__, "reads what the generated modules describe")
