"""A thread's two files and the links between them."""

from __future__ import annotations

import itertools
import os
import typing

from ._offsets import Offsets, open_offsets
from .atf_v2 import (
    NO_DETAIL_SEQ,
    DetailEventHeader,
    DetailFile,
    DetailOffsetsFile,
    IndexEvent,
    IndexFile,
)
from .detail import DetailReader
from .detail_event import DetailEvent
from .errors import AtfError, Fault, MalformedError, io_error
from .index import EventSlice, IndexReader

__all__ = ["ThreadReader"]

_Self = typing.TypeVar("_Self", bound="ThreadReader")
_INDEX_SEQ_AT = next(field.offset for field in DetailEventHeader.FIELDS if field.name == "index_seq")


class ThreadReader:
    """A thread directory: its index.atf, and its detail.atf if there is one.

    It is the sequence of the thread's events, as its `index` is. Where the recorder left the offsets
    of its detail records (detail.off), a record is found by them and the lane is never walked. They
    are confirmed, so that a wrong file of offsets costs time and gives no other answers.
    """

    def __init__(self, directory: typing.Union[str, os.PathLike[str]]) -> None:
        """Opens the files of a thread. A detail.atf that cannot be opened does not hide the index: see
        `detail`. Raises what `IndexReader` does."""
        self._dir = os.fspath(directory)
        self._index = IndexReader(os.path.join(self._dir, IndexFile.PATH))
        self._detail: typing.Union[None, DetailReader, AtfError] = None
        detail_path = os.path.join(self._dir, DetailFile.PATH)
        try:
            if _exists(detail_path):
                self._detail = DetailReader(detail_path)
        except AtfError as error:
            self._detail = error
        self._offsets: typing.Optional[Offsets] = None
        self._has_looked_for_offsets = False

    @classmethod
    def open(cls: typing.Type[_Self], directory: typing.Union[str, os.PathLike[str]]) -> _Self:
        """The same as the constructor."""
        return cls(directory)

    @property
    def dir(self) -> str:
        """Directory of the thread."""
        return self._dir

    @property
    def index(self) -> IndexReader:
        """The thread's events."""
        return self._index

    @property
    def detail(self) -> typing.Optional[DetailReader]:
        """The thread's detail records; None if it has no detail.atf. Raises why its detail.atf could not
        be opened."""
        if isinstance(self._detail, AtfError):
            raise self._detail.again()
        return self._detail

    @property
    def detail_error(self) -> typing.Optional[AtfError]:
        """Why its detail.atf could not be opened; None if it could, or there is none."""
        return self._detail if isinstance(self._detail, AtfError) else None

    @property
    def thread_id(self) -> int:
        """Thread, as the index header says."""
        return self._index.thread_id

    @property
    def has_detail(self) -> bool:
        """Whether the index header announces a detail.atf."""
        return self._index.has_detail

    @property
    def is_finalized(self) -> bool:
        """Whether every file of the thread that is there can be opened and has the footer that ends a
        finalized one."""
        detail = self._detail
        return self._index.is_finalized and (
            detail is None or (isinstance(detail, DetailReader) and detail.is_finalized)
        )

    @property
    def time_range(self) -> typing.Optional[typing.Tuple[int, int]]:
        """Timestamps of the first and the last event in ns, or None without events."""
        return self._index.time_range

    def get(self, seq: int) -> typing.Optional[IndexEvent]:
        """The event at `seq`, or None when there are no more than `seq` of them."""
        return self._index.get(seq)

    def range(self, from_ns: int, to_ns: int) -> EventSlice:
        """As `IndexReader.range`."""
        return self._index.range(from_ns, to_ns)

    def __len__(self) -> int:
        """Number of events."""
        return len(self._index)

    @typing.overload
    def __getitem__(self, key: int) -> IndexEvent: ...

    @typing.overload
    def __getitem__(self, key: slice) -> EventSlice: ...

    def __getitem__(
        self, key: typing.Union[int, slice]
    ) -> typing.Union[IndexEvent, EventSlice]:
        """As that of `IndexReader`."""
        return self._index[key]

    def __iter__(self) -> typing.Iterator[IndexEvent]:
        return iter(self._index)

    def __reversed__(self) -> typing.Iterator[IndexEvent]:
        return reversed(self._index)

    def get_by_index_seq(self, seq: int) -> typing.Optional[DetailEvent]:
        """The detail record of the event at `seq`, as `DetailReader.get_by_index_seq` finds it; None
        also if the thread has no detail.atf."""
        detail = self.detail
        return None if detail is None else detail.get_by_index_seq(seq)

    def get_detail_for(self, event: IndexEvent) -> typing.Optional[DetailEvent]:
        """The detail record that `event`, an event of this thread, links to, or None if it links to none
        or the record is not there (any more).

        What is found is confirmed: its index event must link back. Raises what `get_detail` does;
        MalformedError when the record found belongs to another event.
        """
        seq = event.detail_seq
        if seq == NO_DETAIL_SEQ:
            return None
        record = self.get_detail(seq)
        if record is None or self._index.get(record.index_seq) == event:
            return record
        expected = f"the sequence of the event that links to detail_seq {seq}"
        at = record.offset + _INDEX_SEQ_AT
        fault = Fault(f"record {seq}", at, "index_seq", expected, str(record.index_seq))
        raise MalformedError(os.path.join(self._dir, DetailFile.PATH), fault)

    def get_detail(self, seq: int) -> typing.Optional[DetailEvent]:
        """The detail record at `seq`, or None when there are no more than `seq` of them.

        With the offsets that the recorder left at most 63 steps, and no scan; without them, or where
        they lead astray, see `DetailReader.get`. Raises MalformedError when the file promises that
        record, a damaged one lies before it, and no offsets lead past that; the error of `detail`.
        """
        detail = self.detail
        if detail is None:
            return None
        return self._by_offsets(detail, seq) or detail.get(seq)

    def get_index_for(self, detail: DetailEvent) -> typing.Optional[IndexEvent]:
        """The event that a detail record of this thread belongs to, or None if the index does not hold
        it (any more)."""
        return self._index.get(detail.index_seq)

    def close(self) -> None:
        """Closes both files. Arrays, events and records that were taken stay valid."""
        self._index.close()
        if isinstance(self._detail, DetailReader):
            self._detail.close()
        if self._offsets is not None:
            self._offsets.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        detail: object = self._detail
        if detail is None:
            detail = "no detail.atf"
        return f"<ThreadReader of {self._dir}: {self._index!r}, {detail!r}>"

    def share_memory(self, threads: int) -> None:
        """Takes no more memory than its part when so many threads are read together."""
        if isinstance(self._detail, DetailReader):
            self._detail.share_memory(threads)

    def _by_offsets(self, detail: DetailReader, seq: int) -> typing.Optional[DetailEvent]:
        """The record at `seq`, if the offsets lead to it beyond doubt."""
        if not self._has_looked_for_offsets:
            self._has_looked_for_offsets = True
            path = os.path.join(self._dir, DetailOffsetsFile.PATH)
            self._offsets = open_offsets(path, detail.thread_id)
        place = None
        if self._offsets is not None and seq >= 0:
            place = self._offsets.before(seq)
        if place is None or place[0] < detail.extent.events_offset:
            return None
        offset, steps = place
        records = detail._from(offset, seq - steps)
        try:
            # Both ends of the walk, so that it cannot begin inside of a record that looks like several.
            first = self._confirmed(next(records, None), seq - steps)
            if first is None or steps == 0:
                return first
            return self._confirmed(next(itertools.islice(records, steps - 1, None), None), seq)
        except MalformedError:
            return None

    def _confirmed(
        self, record: typing.Optional[DetailEvent], seq: int
    ) -> typing.Optional[DetailEvent]:
        """`record`, if it is the one at `seq`: ``index_seq`` strictly increases from record to record and
        ``detail_seq`` has no gap, so that one event alone names `seq`, and it is the one named by the
        record."""
        event = None if record is None else self._index.get(record.index_seq)
        if record is None or event is None:
            return None
        header = record.header
        is_it = (event.detail_seq, event.timestamp_ns, event.thread_id) == (
            seq,
            header.timestamp,
            header.thread_id,
        )
        return record if is_it else None


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as cause:
        raise io_error(path, "open", cause) from cause
    return True


