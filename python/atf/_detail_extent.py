"""Where the records of a detail.atf are: from its bytes to a `DetailExtent`, and from one record to the
next.

The footer is always the last 64 bytes of a finalized file. Without one the records go on as far as
their lengths lead, which only a scan can tell. The rules are those of Rust's
reader/detail_extent.rs, step by step.
"""

from __future__ import annotations

import struct
import typing

from ._map import Buffer
from ._records import U32_MAX, Wrong, bounded, check_header, read_start, sizes_of
from .atf_v2 import AtfDetailFooter, AtfDetailHeader, DetailEventHeader
from .detail_event import record_at
from .errors import Fault
from .extent import DetailExtent, FooterState

_MAGIC: bytes = AtfDetailFooter().magic
#: The first four bytes of a footer, read as the length of a record.
_MAGIC_AS_LENGTH = int.from_bytes(_MAGIC, "little")
_HEADER = {field.name: field for field in AtfDetailHeader.FIELDS}
_LENGTH = struct.Struct("<I")
_STARTS = (AtfDetailHeader.SIZE, AtfDetailHeader.CORE)


def header_of(buffer: Buffer) -> AtfDetailHeader:
    """The header of a file, with what its revision has of it. Raises Wrong."""
    header = check_header(AtfDetailHeader, buffer)
    return bounded(header, buffer, header.events_offset)


def extent_of(buffer: Buffer, header: AtfDetailHeader) -> DetailExtent:
    """Finds the records of a file. Raises Wrong."""
    extent = _by_footer(buffer, header) or _by_header(buffer, header)
    if extent is not None:
        return extent
    start = header.events_offset
    if not _first_is_of_thread(buffer, header):
        raise _offset_fault(start)
    if not AtfDetailHeader.CORE <= start <= len(buffer):
        raise _offset_fault(start)
    return DetailExtent(start, len(buffer), None, FooterState.MISSING)


def footer_at(buffer: Buffer, offset: int) -> typing.Optional[AtfDetailFooter]:
    """The footer at `offset`, if it is one, whatever it says; bounded by the end of the file."""
    footer = read_start(AtfDetailFooter, buffer, offset, len(buffer))
    return footer if footer is not None and footer.magic == _MAGIC else None


def walk(
    buffer: Buffer, extent: DetailExtent, offset: int, number: int
) -> typing.Iterator[typing.Tuple[int, int]]:
    """From the record at `offset`, which is the `number`th, the start and end of each up to the last
    whole one. Raises Wrong at one that is not.

    In a file that was not finalized they also end at the footer that belongs to the records before it:
    repairing such a file in place writes one before it cuts what is behind, and in a large file its
    magic would do for a length.
    """
    end, size, unpack = extent.section_end, DetailEventHeader.SIZE, _LENGTH.unpack_from
    is_open = extent.promised is None
    # 0xFFFFFFFF is no sequence: records beyond it cannot be named.
    while offset < end and number < U32_MAX:
        room = end - offset
        total = unpack(buffer, offset)[0] if room >= 4 else 0
        if is_open and total == _MAGIC_AS_LENGTH and _is_own_footer(buffer, extent, offset, number):
            return
        if room < size or not size <= total <= room:
            record_at(buffer, offset, end, number)
        yield offset, offset + total
        offset += total
        number += 1


def _is_own_footer(buffer: Buffer, extent: DetailExtent, offset: int, number: int) -> bool:
    footer = footer_at(buffer, offset)
    return (
        footer is not None
        and footer.event_count == number
        and footer.bytes_length == offset - extent.events_offset
    )


def _holds_exactly(buffer: Buffer, extent: DetailExtent, count: int) -> bool:
    """Whether the section holds `count` records and nothing else. A pass over all of them."""
    offset, number = extent.events_offset, 0
    try:
        for _, offset in walk(buffer, extent, offset, 0):
            number += 1
    except Wrong:
        return False
    return number == count and offset == extent.section_end


def _by_footer(buffer: Buffer, header: AtfDetailHeader) -> typing.Optional[DetailExtent]:
    """A footer fits when the section it describes starts where it must, and either the header's count
    and length bear it out or the records do: the last bytes of a payload may look like one."""
    for size in sizes_of(AtfDetailFooter):
        offset = len(buffer) - size
        footer = footer_at(buffer, offset) if offset >= 0 else None
        if footer is None:
            continue
        count, length = footer.event_count, footer.bytes_length
        start = offset - length
        if start < AtfDetailHeader.CORE or start not in (header.events_offset, *_STARTS):
            continue
        extent = DetailExtent(start, offset, count, FooterState.WHOLE, offset)
        # One of the two suffices: a flipped bit in the header must not cost the pass over the records.
        is_borne_out = length > 0 and (
            header.event_count == count or header.bytes_length == length
        )
        if is_borne_out or _holds_exactly(buffer, extent, count):
            return extent
    return None


def _by_header(buffer: Buffer, header: AtfDetailHeader) -> typing.Optional[DetailExtent]:
    start, length, count = header.events_offset, header.bytes_length, header.event_count
    end = start + length
    if start < AtfDetailHeader.CORE or length == 0 or end > len(buffer):
        return None
    rest = len(buffer) - end
    if rest == 0:
        return DetailExtent(start, end, count, FooterState.MISSING)
    if rest < AtfDetailFooter.CORE:
        return DetailExtent(start, end, count, FooterState.TORN_FOOTER, None, rest)
    footer = footer_at(buffer, end)
    # Bytes behind a footer are damage, but not the footer's.
    is_whole = (
        footer is not None and footer.bytes_length == length and footer.event_count == count
    )
    state = FooterState.WHOLE if is_whole else FooterState.DAMAGED
    return DetailExtent(start, end, count, state, end)


def _first_is_of_thread(buffer: Buffer, header: AtfDetailHeader) -> bool:
    """A longer header is allowed, but without a footer only the records themselves can tell it from a
    flipped bit, which would turn all of them into garbage."""
    if header.events_offset in _STARTS:
        return True
    try:
        first = record_at(buffer, header.events_offset, len(buffer), 0)
    except Wrong:
        return False
    return first.header.thread_id == header.thread_id


def _offset_fault(found: int) -> Wrong:
    at, size = _HEADER["events_offset"].offset, AtfDetailHeader.SIZE
    return Wrong(Fault("header", at, "events_offset", str(size), str(found)))
