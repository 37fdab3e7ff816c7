"""Where the events of an index.atf are: from its bytes to an `IndexExtent`.

In this order: a footer that fits the file is believed; else a final header that fits it; else the
length of the file, from which a torn footer is cut. The rules are those of Rust's
reader/index_extent.rs, step by step.
"""

from __future__ import annotations

import typing
import zlib

from ._map import Buffer
from ._records import U32_MAX, Wrong, bounded, check_header, read_start, sizes_of
from .atf_v2 import AtfIndexFooter, AtfIndexHeader, IndexEvent
from .errors import Fault
from .extent import FooterState, IndexExtent

_MAGIC: bytes = AtfIndexFooter().magic
#: A torn footer may be that of a later revision, and longer: up to so many bytes are looked at.
_LONGEST_FOOTER = 4 * AtfIndexFooter.SIZE
_FOOTER = {field.name: field for field in AtfIndexFooter.FIELDS}
_HEADER = {field.name: field for field in AtfIndexHeader.FIELDS}
#: Where the fields of a footer end that its events determine.
_DETERMINED = _FOOTER["bytes_written"].offset + _FOOTER["bytes_written"].size
_AFTER_CHECKSUM = _FOOTER["checksum"].offset + _FOOTER["checksum"].size
#: Bytes that a checksum is computed over at a time.
_STEP = 1 << 20


def header_of(buffer: Buffer) -> AtfIndexHeader:
    """The header of a file, with what its revision has of it. Raises Wrong."""
    header = check_header(AtfIndexHeader, buffer)
    return bounded(header, buffer, header.events_offset)


def extent_of(buffer: Buffer, header: AtfIndexHeader) -> IndexExtent:
    """Finds the events of a file. Raises Wrong where no footer tells better and `event_size` or
    `events_offset` is out of range."""
    at_end = [len(buffer) - size for size in sizes_of(AtfIndexFooter)]
    for offset in [header.footer_offset, *at_end]:
        if 0 <= offset <= len(buffer):
            extent = _by_footer(buffer, header, offset)
            if extent is not None:
                return extent
    return _by_header(buffer, header) or _by_length(buffer, header)


def footer_at(buffer: Buffer, offset: int) -> typing.Optional[AtfIndexFooter]:
    """The footer at `offset`, if it is one, whatever it says; bounded by the end of the file."""
    footer = read_start(AtfIndexFooter, buffer, offset, len(buffer))
    return footer if footer is not None and footer.magic == _MAGIC else None


def _by_footer(
    buffer: Buffer, header: AtfIndexHeader, offset: int
) -> typing.Optional[IndexExtent]:
    """A footer fits when the section it describes ends where it starts, and starts where the header
    says or, should the header be damaged, where every file of this version has it."""
    footer = footer_at(buffer, offset)
    if footer is None or footer.event_count > U32_MAX:
        return None
    count, length = footer.event_count, footer.bytes_written
    events_offset = offset - length
    starts = (header.events_offset, AtfIndexHeader.SIZE, AtfIndexHeader.CORE)
    if events_offset not in starts or events_offset < AtfIndexHeader.CORE:
        return None
    # A header that was never finalized points at the first event: with bytes behind it, it takes
    # more than a likeness to be the footer of none.
    is_last = len(buffer) - offset in sizes_of(AtfIndexFooter)
    if count == 0 and not is_last and footer != AtfIndexFooter():
        return None
    sizes, declared = sizes_of(IndexEvent), header.event_size
    if count:
        stride = length // count
    else:
        stride = declared if declared in sizes else IndexEvent.SIZE
    is_known = stride in sizes or (stride > IndexEvent.SIZE and stride == declared)
    if stride * count != length or not is_known:
        return None
    return IndexExtent(events_offset, stride, count, FooterState.WHOLE, offset)


def _by_header(buffer: Buffer, header: AtfIndexHeader) -> typing.Optional[IndexExtent]:
    """A final header without its footer: written after the footer, so that one was there."""
    count, start, stride = header.event_count, header.events_offset, header.event_size
    offset = header.footer_offset
    fits = (
        count > 0
        and stride in sizes_of(IndexEvent)
        and start >= AtfIndexHeader.CORE
        and start + stride * count == offset
        and offset <= len(buffer)
    )
    if not fits:
        return None
    rest = len(buffer) - offset
    if rest == 0:
        return IndexExtent(start, stride, count, FooterState.MISSING)
    if rest < AtfIndexFooter.CORE:
        return IndexExtent(start, stride, count, FooterState.TORN_FOOTER, None, rest)
    return IndexExtent(start, stride, count, FooterState.DAMAGED, offset)


def _by_length(buffer: Buffer, header: AtfIndexHeader) -> IndexExtent:
    """No footer and no final header: all whole events up to the end of the file."""
    # Without a footer nothing confirms another stride, and a wrong one would turn every event
    # into garbage that looks like events.
    stride, start = header.event_size, header.events_offset
    if stride not in sizes_of(IndexEvent):
        at = _HEADER["event_size"].offset
        raise Wrong(Fault("header", at, "event_size", str(IndexEvent.SIZE), str(stride)))
    is_usual = start in (AtfIndexHeader.SIZE, AtfIndexHeader.CORE)
    if start > len(buffer) or not (
        is_usual or (start > AtfIndexHeader.CORE and _first_is_of_thread(buffer, header))
    ):
        at = _HEADER["events_offset"].offset
        raise Wrong(Fault("header", at, "events_offset", str(AtfIndexHeader.SIZE), str(start)))
    torn = _torn_footer_len(buffer, start, stride)
    length = len(buffer) - start - torn
    # 0xFFFFFFFF is not a sequence; events beyond it cannot be named.
    count = min(length // stride, U32_MAX)
    rest = length - stride * count
    if torn:
        return IndexExtent(start, stride, count, FooterState.TORN_FOOTER, None, torn)
    state = FooterState.TORN_EVENT if rest else FooterState.MISSING
    return IndexExtent(start, stride, count, state, None, rest)


def _first_is_of_thread(buffer: Buffer, header: AtfIndexHeader) -> bool:
    """A longer header is allowed, but only the events themselves can tell it from a flipped bit."""
    event = read_start(IndexEvent, buffer, header.events_offset, len(buffer))
    return event is not None and event.thread_id == header.thread_id


def _torn_footer_len(buffer: Buffer, start: int, stride: int) -> int:
    """Length of the trailing bytes that are a prefix of the footer that belongs to the events before
    them; a whole footer of which a part was damaged counts too. 0 if there are none.

    Events are whole multiples of the stride, so that few lengths are possible; a torn footer as long as
    an event and more would otherwise be taken for one.
    """
    odd = (len(buffer) - start) % stride
    for whole in range(_LONGEST_FOOTER // stride, -1, -1):
        length = odd + whole * stride
        if 0 < length <= _LONGEST_FOOTER and len(buffer) - start >= length:
            if _belongs(buffer, start, len(buffer) - length, stride):
                return length
    return 0


def _belongs(buffer: Buffer, start: int, end: int, stride: int) -> bool:
    """Whether what stands behind byte `end` begins the footer of the events before it."""
    tail = bytes(buffer[end:])
    if not _MAGIC.startswith(tail[: len(_MAGIC)]):
        return False
    length = end - start
    count = length // stride
    if len(tail) == AtfIndexFooter.SIZE:
        # Had all of it been right, the file would have been finalized.
        said = AtfIndexFooter.unpack_from(tail)
        return said.bytes_written == length or said.event_count == count
    # One that is longer than ours: without events, events could begin like this.
    if len(tail) > AtfIndexFooter.SIZE and count == 0:
        return False
    first = read_start(IndexEvent, buffer, start, end)
    last = read_start(IndexEvent, buffer, end - stride, end) if length >= stride else None
    footer = AtfIndexFooter(
        event_count=count,
        time_start_ns=first.timestamp_ns if first else 0,
        time_end_ns=last.timestamp_ns if last else 0,
        bytes_written=length,
    )
    # What stands behind, a later revision may use.
    tail = tail[:_DETERMINED]
    # The checksum costs a pass over the events: only when all else already agrees.
    after = min(_AFTER_CHECKSUM, len(tail))
    if footer.pack()[after : len(tail)] != tail[after:]:
        return False
    # The original tracer wrote 0.
    if footer.pack().startswith(tail):
        return True
    footer.checksum = crc32(buffer, start, end)
    return footer.pack().startswith(tail)


def crc32(buffer: Buffer, start: int, end: int) -> int:
    """CRC-32 of a part of a file, a piece at a time."""
    checksum = 0
    for at in range(start, end, _STEP):
        checksum = zlib.crc32(buffer[at : min(at + _STEP, end)], checksum)
    return checksum
