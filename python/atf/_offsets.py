"""Reading a detail.off: where every 64th record of the lane beside it starts.

What it says is never believed: the thread's reader confirms by the index what an entry leads to.
"""

from __future__ import annotations

import typing

from ._map import MappedFile
from ._records import Wrong, bounded, check_header, read_start
from .atf_v2 import DetailOffset, DetailOffsetsHeader
from .errors import AtfError

#: A lane with entries further apart would have to be walked too far.
_MAX_INTERVAL = 4096


class Offsets:
    """A detail.off, mapped."""

    __slots__ = ("_count", "_entry_size", "_file", "_start", "interval")

    def __init__(self, file: MappedFile, header: DetailOffsetsHeader) -> None:
        self._file = file
        self._start = header.entries_offset
        self._entry_size = header.entry_size
        #: Records from one entry to the next, at least 1.
        self.interval = header.record_interval
        self._count = (len(file.buffer) - self._start) // self._entry_size

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def before(self, seq: int) -> typing.Optional[typing.Tuple[int, int]]:
        """The nearest entry at or before record `seq`: the offset of its record in the detail.atf, and
        how many records to step."""
        number = seq // self.interval
        if number >= self._count:
            return None
        at, buffer = self._start + number * self._entry_size, self._file.buffer
        entry = read_start(DetailOffset, buffer, at, len(buffer))
        return None if entry is None else (entry.offset, seq % self.interval)


def open_offsets(path: str, thread_id: int) -> typing.Optional[Offsets]:
    """Opens the offsets of a thread's records; None when there are none, or none that can be used."""
    try:
        file = MappedFile(path)
    except AtfError:
        return None
    header = _header_of(file, thread_id) if len(file.buffer) else None
    if header is None:
        file.close()
        return None
    return Offsets(file, header)


def _header_of(file: MappedFile, thread_id: int) -> typing.Optional[DetailOffsetsHeader]:
    buffer = file.buffer
    try:
        header = check_header(DetailOffsetsHeader, buffer)
    except Wrong:
        return None
    header = bounded(header, buffer, header.entries_offset)
    is_right = (
        1 <= header.record_interval <= _MAX_INTERVAL
        and header.thread_id == thread_id
        and header.entry_size >= DetailOffset.CORE
        and DetailOffsetsHeader.CORE <= header.entries_offset <= len(buffer)
    )
    return header if is_right else None
