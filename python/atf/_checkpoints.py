"""Offsets of every so many detail records, found by one scan and kept in bounded memory."""

from __future__ import annotations

import array
import typing

from ._detail_extent import walk
from ._map import Buffer
from ._records import Wrong
from .errors import Fault
from .extent import DetailExtent

#: 4 MB of offsets, whatever the size of the file; beyond it every other one is dropped.
MAX_CHECKPOINTS = (4 << 20) // 8
#: A get steps over at most this many records less one, until the file is so large that the stride
#: doubles (at 33 million records).
_FIRST_STRIDE = 64


class Checkpoints:
    """The result of scanning a detail lane once."""

    __slots__ = ("count", "end", "fault", "offsets", "stride")

    def __init__(self, buffer: Buffer, extent: DetailExtent, most: int) -> None:
        """Walks the lane once and keeps at most `most` offsets, which must not be 0."""
        self.offsets = array.array("Q")
        self.stride = _FIRST_STRIDE
        #: Whole records, all before the first bad one.
        self.count = 0
        #: Byte after the last whole record.
        self.end = extent.events_offset
        #: Why the scan ended before the section did.
        self.fault: typing.Optional[Fault] = None
        count = 0
        try:
            for offset, end in walk(buffer, extent, extent.events_offset, 0):
                if count % self.stride == 0:
                    self._keep(offset, count, most)
                count += 1
                self.end = end
        except Wrong as wrong:
            self.fault = wrong.fault
        self.count = count

    def _keep(self, offset: int, count: int, most: int) -> None:
        if len(self.offsets) == most:
            self.offsets = self.offsets[::2]
            self.stride *= 2
            if count % self.stride:
                return
        self.offsets.append(offset)

    def before(self, seq: int) -> typing.Tuple[int, int]:
        """The nearest checkpoint at or before record `seq`, one of those that were counted: its offset,
        and how many records to step."""
        return self.offsets[seq // self.stride], seq % self.stride
