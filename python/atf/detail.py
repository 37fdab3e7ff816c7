"""Reading a detail.atf: records by sequence, by index sequence, and in order."""

from __future__ import annotations

import itertools
import operator
import os
import typing

from . import _detail_extent
from ._checkpoints import MAX_CHECKPOINTS, Checkpoints
from ._detail_extent import footer_at, header_of, walk
from ._map import MappedFile
from ._records import Wrong
from .atf_v2 import AtfDetailFooter, AtfDetailHeader, DetailEventHeader
from .detail_event import DetailEvent, record_at
from .errors import Fault, MalformedError
from .extent import DetailExtent, FooterState

__all__ = ["DetailReader"]

_Self = typing.TypeVar("_Self", bound="DetailReader")


class DetailReader:
    """A detail.atf, mapped. The file must not be truncated while it is open.

    Opening does not scan. The first access by sequence walks the records once and remembers the offset
    of every 64th, in at most 4 MB; after that an access steps over at most 63 records. `ThreadReader`
    gets records without that walk where the recorder left their offsets.

    It is a sequence of `DetailEvent`: ``len``, ``[i]``, slices, iteration.
    """

    def __init__(self, path: typing.Union[str, os.PathLike[str]]) -> None:
        """Opens a detail.atf in any state in which its header can be believed.

        Raises IoError, NotATraceError; MalformedError when the header is too short or damaged.
        """
        self._file = MappedFile(os.fspath(path))
        try:
            buffer = self._file.buffer
            self._header = header_of(buffer)
            self._extent = _detail_extent.extent_of(buffer, self._header)
        except Wrong as wrong:
            self._file.close()
            raise MalformedError(self._file.path, wrong.fault) from None
        at = self._extent.footer_offset
        self._footer = None if at is None else footer_at(buffer, at)
        self._checkpoints: typing.Optional[Checkpoints] = None
        self._most_checkpoints = MAX_CHECKPOINTS

    @classmethod
    def open(cls: typing.Type[_Self], path: typing.Union[str, os.PathLike[str]]) -> _Self:
        """The same as the constructor."""
        return cls(path)

    @property
    def path(self) -> str:
        """Path of the file."""
        return self._file.path

    @property
    def header(self) -> AtfDetailHeader:
        """The header as it stands in the file. Fields that the file's revision did not have are as in a
        fresh header."""
        return self._header

    @property
    def footer(self) -> typing.Optional[AtfDetailFooter]:
        """The footer at the end of the records, also a damaged one; None where there is none."""
        return self._footer

    @property
    def extent(self) -> DetailExtent:
        """Where the records are and how their end was found."""
        return self._extent

    @property
    def is_finalized(self) -> bool:
        """Whether the file has the footer that ends a finalized one."""
        return self._extent.footer is FooterState.WHOLE

    @property
    def thread_id(self) -> int:
        """Thread of this file, as the header says."""
        return self._header.thread_id

    def __len__(self) -> int:
        """Number of whole records. The first call scans the file, unless another access did."""
        return self._scanned().count

    def __bool__(self) -> bool:
        """Whether there is a whole record. Does not scan."""
        try:
            return next(self._spans(self._extent.events_offset, 0), None) is not None
        except Wrong:
            return False

    def get(self, seq: int) -> typing.Optional[DetailEvent]:
        """The record at `seq`, or None when there are no more than `seq` of them.

        At most 63 steps (twice as many for each doubling of the file beyond 33 million records). The
        first call scans. Raises MalformedError when the file promises that record and a damaged one
        lies before it.
        """
        checkpoints = self._scanned()
        if seq < 0:
            return None
        if seq >= checkpoints.count:
            promised = self._extent.promised
            if checkpoints.fault is not None and promised is not None and seq < promised:
                raise MalformedError(self.path, checkpoints.fault)
            return None
        offset, steps = checkpoints.before(seq)
        return next(self._from(offset, seq - steps, steps))

    @typing.overload
    def __getitem__(self, key: int) -> DetailEvent: ...

    @typing.overload
    def __getitem__(self, key: slice) -> typing.List[DetailEvent]: ...

    def __getitem__(
        self, key: typing.Union[int, slice]
    ) -> typing.Union[DetailEvent, typing.List[DetailEvent]]:
        """The record at a position, which counts from the end when it is negative; a list for a slice.
        Raises IndexError where there is none."""
        if isinstance(key, slice):
            seqs = range(*key.indices(len(self)))
            if seqs.step == 1 and seqs:
                offset, steps = self._scanned().before(seqs.start)
                records = self._from(offset, seqs.start - steps, steps)
                return list(itertools.islice(records, len(seqs)))
            return [self[seq] for seq in seqs]
        seq, count = operator.index(key), len(self)
        record = self.get(seq + count if seq < 0 else seq) if -count <= seq < count else None
        if record is None:
            raise IndexError(f"record {seq} of {count}")
        return record

    def __iter__(self) -> typing.Iterator[DetailEvent]:
        """All records in the order of the file, without a scan before. A damaged record raises
        MalformedError, and nothing comes behind it; the torn end of a file that was never finalized is
        no error but the end."""
        return self._from(self._extent.events_offset, 0)

    def __reversed__(self) -> typing.Iterator[DetailEvent]:
        """All whole records, the last one first."""
        for start in range((len(self) - 1) // 64 * 64, -1, -64):
            yield from reversed(self[start : start + 64])

    def get_by_index_seq(self, seq: int) -> typing.Optional[DetailEvent]:
        """The record whose ``index_seq`` is `seq`, or None if there is none.

        By binary search, because ``index_seq`` strictly increases from record to record; in a damaged
        file where it does not, a record may not be found. The first call scans. Raises MalformedError
        when a damaged record ends the lane before one with such an ``index_seq`` was found, in a
        file that promises more records.
        """
        checkpoints = self._scanned()
        low, high = 0, len(checkpoints.offsets)
        while low < high:
            middle = (low + high) // 2
            if self._starts_at_or_before(checkpoints.offsets[middle], checkpoints.end, seq):
                low = middle + 1
            else:
                high = middle
        if low == 0:
            promised = self._extent.promised
            if checkpoints.fault is not None and checkpoints.count == 0 and promised:
                raise MalformedError(self.path, checkpoints.fault)
            return None
        for record in self._from(checkpoints.offsets[low - 1], (low - 1) * checkpoints.stride):
            if record.index_seq >= seq:
                return record if record.index_seq == seq else None
        return None

    @property
    def first_fault(self) -> typing.Optional[Fault]:
        """What ends the whole records before the end of the section, if something does. The first call
        scans."""
        return self._scanned().fault

    @property
    def whole_end(self) -> int:
        """Byte after the last whole record. The first call scans."""
        return self._scanned().end

    def close(self) -> None:
        """Lets go of the file. Records that were read stay; the reader raises ClosedError from then
        on."""
        self._file.close()
        self._checkpoints = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._file.is_closed:
            return f"<DetailReader of {self.path}: closed>"
        promised = self._extent.promised
        count = "records not counted" if promised is None else f"{promised} records"
        state = "finalized" if self.is_finalized else f"footer {self._extent.footer.value}"
        return f"<DetailReader of {self.path}: thread {self.thread_id}, {count}, {state}>"

    def share_memory(self, lanes: int) -> None:
        """Takes no more memory than its part when so many lanes are read together."""
        self._most_checkpoints = max(MAX_CHECKPOINTS // max(lanes, 1), 1)

    def _starts_at_or_before(self, offset: int, end: int, seq: int) -> bool:
        try:
            return record_at(self._file.buffer, offset, end, 0).index_seq <= seq
        except Wrong:
            return False

    def _spans(self, offset: int, number: int) -> typing.Iterator[typing.Tuple[int, int]]:
        return walk(self._file.buffer, self._extent, offset, number)

    def _from(self, offset: int, number: int, skip: int = 0) -> typing.Iterator[DetailEvent]:
        """The records from the one at `offset` on, which is the `number`th, without the first `skip`."""
        size, header = DetailEventHeader.SIZE, DetailEventHeader.unpack_from
        buffer, spans = self._file.buffer, self._spans(offset, number)
        try:
            for start, end in itertools.islice(spans, skip, None):
                yield DetailEvent(start, header(buffer, start), bytes(buffer[start + size : end]))
                buffer = self._file.buffer
        except Wrong as wrong:
            # What a crash leaves at the end is the end, not damage.
            if self._extent.promised is not None:
                raise MalformedError(self.path, wrong.fault) from None

    def _scanned(self) -> Checkpoints:
        buffer = self._file.buffer
        if self._checkpoints is None:
            self._checkpoints = Checkpoints(buffer, self._extent, self._most_checkpoints)
        return self._checkpoints
