"""Reading an index.atf: events by sequence, in order, by time, and all of them as a numpy array."""

from __future__ import annotations

import operator
import os
import struct
import typing

from . import _index_extent
from ._map import MappedFile
from ._index_extent import footer_at, header_of
from ._records import Wrong, read_start
from .atf_v2 import AtfIndexFooter, AtfIndexHeader, IndexEvent, IndexFlags
from .errors import MalformedError
from .extent import FooterState, IndexExtent

if typing.TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas
    import pyarrow

    Array = numpy.typing.NDArray[typing.Any]

__all__ = ["EventSlice", "IndexReader"]

_Self = typing.TypeVar("_Self", bound="IndexReader")
_TIME = struct.Struct("<Q")
_TIME_AT = next(field.offset for field in IndexEvent.FIELDS if field.name == "timestamp_ns")
#: Events between two looks at whether the answer is known.
_BLOCK = 1 << 16


class _Events:
    """What an index and a slice of one have in common: a sequence of events.

    Positions stand in `_seqs`; every access goes to the map.
    """

    _seqs: range

    def _source(self) -> IndexReader:
        raise NotImplementedError

    def __len__(self) -> int:
        """Number of events."""
        return len(self._seqs)

    @typing.overload
    def __getitem__(self, key: int) -> IndexEvent: ...

    @typing.overload
    def __getitem__(self, key: slice) -> EventSlice: ...

    def __getitem__(
        self, key: typing.Union[int, slice]
    ) -> typing.Union[IndexEvent, EventSlice]:
        """The event at a position, which counts from the end when it is negative; for a slice a
        sequence that copies nothing. Raises IndexError where there is none."""
        if isinstance(key, slice):
            return EventSlice(self._source(), self._seqs[key])
        try:
            seq = self._seqs[operator.index(key)]
        except IndexError:
            raise IndexError(f"event {operator.index(key)} of {len(self)}") from None
        return self._source()._event(seq)

    def __iter__(self) -> typing.Iterator[IndexEvent]:
        """The events in their order."""
        return map(self._source()._event, self._seqs)

    def __reversed__(self) -> typing.Iterator[IndexEvent]:
        """The events, the last one first."""
        return map(self._source()._event, reversed(self._seqs))

    @property
    def array(self) -> Array:
        """The events as a structured array over the map: nothing is copied, nothing can be written, and
        fields have the schema's names. ``array["timestamp_ns"]`` is a column.

        It stays valid when the reader is closed; the map goes with the last array over it. Needs numpy.
        """
        seqs = self._seqs
        if not seqs:
            return self._source()._array()[:0]
        stop: typing.Optional[int] = seqs.stop
        if seqs.stop < 0:
            stop = None
        return self._source()._array()[seqs.start : stop : seqs.step]

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with a column per field and the event's sequence as its index. Copies. Raises
        ImportError, which says what to install, without pandas."""
        from . import _tables

        return _tables.events_to_pandas(self.array, self._seqs)

    def to_arrow(self) -> pyarrow.Table:
        """A table with a column per field. Copies. Raises ImportError, which says what to install,
        without pyarrow."""
        from . import _tables

        return _tables.to_arrow(self.array)


class EventSlice(_Events):
    """Events of an index, as a slice or a time range of it names them: a sequence over the map."""

    def __init__(self, reader: IndexReader, seqs: range) -> None:
        self._reader = reader
        self._seqs = seqs

    def _source(self) -> IndexReader:
        return self._reader

    @property
    def seqs(self) -> range:
        """Positions of the events in the index."""
        return self._seqs

    def __repr__(self) -> str:
        return f"<{len(self)} events of {self._reader.path}: {self._seqs}>"


class IndexReader(_Events):
    """An index.atf, mapped. The file must not be truncated while it is open; a recording that appends
    to it may go on, and shows when it is opened again.

    It is a sequence of `IndexEvent`: ``len``, ``[i]``, slices, iteration from both ends.

    >>> with IndexReader("my_session/thread_0/index.atf") as index:   # doctest: +SKIP
    ...     print(len(index), index[0].timestamp_ns, index.array["call_depth"].max())
    """

    def __init__(self, path: typing.Union[str, os.PathLike[str]]) -> None:
        """Opens an index.atf in any state in which its header can be believed: finalized, never
        finalized, or torn. `extent` tells which.

        Costs a map and a look at both ends of the file; it scans only where a torn footer at the end
        must be told from an event. Raises IoError, NotATraceError; MalformedError when the header is too
        short or damaged.
        """
        self._file = MappedFile(os.fspath(path))
        try:
            buffer = self._file.buffer
            self._header = header_of(buffer)
            self._extent = _index_extent.extent_of(buffer, self._header)
        except Wrong as wrong:
            self._file.close()
            raise MalformedError(self._file.path, wrong.fault) from None
        at = self._extent.footer_offset
        self._footer = None if at is None else footer_at(buffer, at)
        self._seqs = range(self._extent.count)
        self._is_monotonic: typing.Optional[bool] = None
        self._view: typing.Optional[Array] = None

    @classmethod
    def open(cls: typing.Type[_Self], path: typing.Union[str, os.PathLike[str]]) -> _Self:
        """The same as the constructor."""
        return cls(path)

    @property
    def path(self) -> str:
        """Path of the file."""
        return self._file.path

    @property
    def header(self) -> AtfIndexHeader:
        """The header as it stands in the file. Where it disagrees with the footer, the footer is right:
        use ``len`` and `time_range`."""
        return self._header

    @property
    def footer(self) -> typing.Optional[AtfIndexFooter]:
        """The footer, if there is one at the end of the events, also a damaged one."""
        return self._footer

    @property
    def extent(self) -> IndexExtent:
        """Where the events are and how their end was found."""
        return self._extent

    @property
    def is_finalized(self) -> bool:
        """Whether the file has the footer that ends a finalized one."""
        return self._extent.footer is FooterState.WHOLE

    @property
    def thread_id(self) -> int:
        """Thread of this file, as the header says."""
        return self._header.thread_id

    @property
    def has_detail(self) -> bool:
        """Whether the header announces a detail.atf beside this file."""
        return bool(self._header.flags & IndexFlags.HAS_DETAIL_FILE)

    def get(self, seq: int) -> typing.Optional[IndexEvent]:
        """The event at `seq`, or None when there are no more than `seq` of them."""
        return self._event(seq) if 0 <= seq < self._extent.count else None

    @property
    def time_range(self) -> typing.Optional[typing.Tuple[int, int]]:
        """Timestamps of the first and the last event in ns, or None without events."""
        last = self._extent.count - 1
        return (self._time(0), self._time(last)) if last >= 0 else None

    def find_start(self, from_ns: int) -> int:
        """Sequence of the first event at or after `from_ns`; ``len`` if there is none.

        By binary search. On a thread whose clock went backwards the answer is *a* place where an earlier
        event is followed by one that is not; whoever must not miss an event there filters `array`.
        """
        low, high = 0, self._extent.count
        while low < high:
            middle = (low + high) // 2
            if self._time(middle) < from_ns:
                low = middle + 1
            else:
                high = middle
        return low

    def find_end(self, to_ns: int) -> int:
        """Sequence after the last event before `to_ns`; 0 if there is none. As `find_start`."""
        return self.find_start(to_ns)

    def range(self, from_ns: int, to_ns: int) -> EventSlice:
        """Events from `from_ns` (inclusive) to `to_ns` (exclusive), found by binary search; none when
        the range is empty. See `find_start` for clocks that went backwards."""
        start = self.find_start(from_ns)
        return self[start : max(self.find_end(to_ns), start)]

    @property
    def is_monotonic(self) -> bool:
        """Whether no event has an earlier timestamp than the one before it, as a sound clock gives.

        The first time it passes over the events, up to the first that is earlier. Needs numpy.
        """
        if self._is_monotonic is None:
            times = self._array()["timestamp_ns"]
            starts = range(0, len(times), _BLOCK)
            # A block has the first event of the next one too.
            blocks = (times[start : start + _BLOCK + 1] for start in starts)
            self._is_monotonic = all(bool((it[1:] >= it[:-1]).all()) for it in blocks)
        return self._is_monotonic

    def close(self) -> None:
        """Lets go of the file. Arrays and events that were taken stay valid; the reader, and slices of
        it, raise ClosedError from then on."""
        self._view = None
        self._file.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._file.is_closed:
            return f"<IndexReader of {self.path}: closed>"
        state = "finalized" if self.is_finalized else f"footer {self._extent.footer.value}"
        times = self.time_range
        when = f", {times[0]} to {times[1]} ns" if times else ""
        return (
            f"<IndexReader of {self.path}: thread {self.thread_id}, {len(self)} events{when}, {state}>"
        )

    def _source(self) -> IndexReader:
        return self

    def _event(self, seq: int) -> IndexEvent:
        """The event at a sequence that is known to be there."""
        extent, buffer = self._extent, self._file.buffer
        at = extent.events_offset + seq * extent.stride
        if extent.stride >= IndexEvent.SIZE:
            return IndexEvent.unpack_from(buffer, at)
        # Of an earlier revision: the fields that it did not have are their defaults.
        event = read_start(IndexEvent, buffer, at, at + extent.stride)
        return IndexEvent() if event is None else event

    def _time(self, seq: int) -> int:
        at = self._extent.events_offset + seq * self._extent.stride + _TIME_AT
        time: int = _TIME.unpack_from(self._file.buffer, at)[0]
        return time

    def _array(self) -> Array:
        """All events."""
        buffer = self._file.buffer
        if self._view is None:
            import numpy

            extent = self._extent
            section = memoryview(buffer)[extent.events_offset : extent.events_end]
            if extent.count == 0:
                view = numpy.empty(0, IndexEvent.dtype(extent.stride))
                view.flags.writeable = False
            elif extent.stride >= IndexEvent.SIZE:
                view = numpy.frombuffer(section, IndexEvent.dtype(extent.stride))
            else:
                # Shorter events cannot be viewed as ours, and are copied with the defaults.
                view = numpy.full(
                    extent.count, numpy.frombuffer(IndexEvent().pack(), IndexEvent.dtype())[0]
                )
                short = numpy.frombuffer(section, numpy.dtype((numpy.void, extent.stride)))
                raw = view.view(numpy.uint8).reshape(extent.count, IndexEvent.SIZE)
                raw[:, : extent.stride] = short.view(numpy.uint8).reshape(extent.count, -1)
                view.flags.writeable = False
            self._view = view
        return self._view
