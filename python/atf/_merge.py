"""Merging the events of many threads into arrays in the order of time.

The order is that of (running maximum of the thread's timestamps, thread id, sequence). A thread's keys,
its running maxima, never decrease; behind each other in the order of the threads they are a few sorted
runs, which numpy's stable sort merges.
"""

from __future__ import annotations

import collections
import concurrent.futures
import typing

import numpy

from .atf_v2 import IndexEvent
from .index import IndexReader
from .thread import ThreadReader

if typing.TYPE_CHECKING:
    from .index import Array

_Threads = typing.Sequence[typing.Tuple[int, ThreadReader]]
#: Read as one number, a sequence above a thread.
_FROM = [("thread", "<u4"), ("seq", "<u4")]
#: Fewest events of a thread that are looked at together.
_FEWEST = 256


#: Descriptions of fields are not typed by all versions of numpy.
_make_dtype: typing.Any = numpy.dtype


def _dtype() -> numpy.dtype[typing.Any]:
    """An event behind its thread and sequence."""
    own: typing.Any = IndexEvent.dtype()
    size = sum(numpy.dtype(kind).itemsize for _, kind in _FROM)
    fields = own.fields
    described: typing.Dict[str, typing.Any] = {
        "names": [name for name, _ in _FROM] + list(own.names),
        "formats": [kind for _, kind in _FROM] + [fields[name][0] for name in own.names],
        "offsets": [0, 4] + [size + fields[name][1] for name in own.names],
        "itemsize": size + own.itemsize,
    }
    return typing.cast("numpy.dtype[typing.Any]", _make_dtype(described))


#: What `merged` gives.
MERGED = _dtype()
#: The same as two pieces that are copied whole.
_PIECES = numpy.dtype([("origin", "<u8"), ("event", f"V{IndexEvent.SIZE}")])
assert _PIECES.itemsize == MERGED.itemsize
_EVENT = numpy.dtype(f"V{IndexEvent.SIZE}")
_WHOLE = numpy.dtype(f"V{MERGED.itemsize}")
#: Events that are put in order together: few enough to stay in the processor's caches.
_FAST_BLOCK = 1 << 16
#: Events from which on two processors are put to work, and blocks that wait for the second one.
_FEWEST_FOR_TWO = 1 << 19
_MOST_WAITING = 4
_U64_MAX = (1 << 64) - 1


class _Source:
    """A thread of a merge: the events that are still to come, and the keys of the next of them."""

    def __init__(
        self, id: int, index: IndexReader, times: typing.Tuple[int, int], is_ranged: bool
    ) -> None:
        self.id = id
        self.array = index.array
        self.times = self.array["timestamp_ns"]
        # In a file of a later revision the start of each event is ours.
        stride = self.array.dtype.itemsize
        piece = {"names": ["event"], "formats": [_EVENT], "offsets": [0], "itemsize": stride}
        self.pieces: Array = self.array.view(_make_dtype(piece))["event"]
        self.from_ns, self.to_ns = times
        #: The first event whose key was not made.
        self.next, self.end = 0, len(self.array)
        #: Whether events in between may be out of the range.
        self.is_gapped = False
        if is_ranged and index.is_monotonic:
            self.next = index.find_start(self.from_ns)
            self.end = max(index.find_end(self.to_ns), self.next)
        elif is_ranged:
            self.is_gapped = True
        self.max = numpy.uint64(0)
        #: Keys that were made and not given out, and where their events are from.
        self.keys: Array = numpy.empty(0, numpy.uint64)
        self.origins: Array = numpy.empty(0, numpy.uint64)

    @property
    def is_at_end(self) -> bool:
        """Whether the keys of all events were made."""
        return self.next >= self.end

    def fill(self, wanted: int) -> None:
        """Makes keys until there are `wanted`, or there is nothing left to make them of."""
        while len(self.keys) < wanted and not self.is_at_end:
            start = self.next
            self.next = min(start + wanted, self.end)
            times = self.times[start : self.next]
            keys = numpy.maximum.accumulate(times)
            if keys[0] < self.max:
                numpy.maximum(keys, self.max, out=keys)
            self.max = keys[-1]
            first, behind = (seq << 32 | self.id for seq in (start, self.next))
            origins = numpy.arange(first, behind, 1 << 32, dtype=numpy.uint64)
            if self.is_gapped:
                inside = times >= numpy.uint64(self.from_ns)
                if self.to_ns <= _U64_MAX:
                    inside &= times < numpy.uint64(self.to_ns)
                keys, origins = keys[inside], origins[inside]
            if len(self.keys):
                keys = numpy.concatenate([self.keys, keys])
                origins = numpy.concatenate([self.origins, origins])
            self.keys, self.origins = keys, origins

    def take(self, count: int) -> typing.Tuple[Array, Array, Array]:
        """The next `count` keys, where their events are from, and these as so many bytes each."""
        keys, origins = self.keys[:count], self.origins[:count]
        self.keys, self.origins = self.keys[count:], self.origins[count:]
        first, last = int(origins[0]) >> 32, int(origins[-1]) >> 32
        events = self.pieces[first : last + 1]
        if len(events) != count:
            events = events[(origins >> numpy.uint64(32)) - numpy.uint64(first)]
        return keys, origins, events


def merged(
    threads: _Threads, from_ns: typing.Optional[int], to_ns: typing.Optional[int]
) -> Array:
    """All events in one array."""
    sources = _sources(threads, from_ns, to_ns)
    # Of threads whose clock went backwards more may lie between than belong to the range; what is not
    # written of an array takes no memory.
    found = numpy.empty(sum(source.end - source.next for source in sources), _PIECES)
    filled = 0
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        # The processor that takes the events does not wait for the one that puts them in order.
        waiting: typing.Deque[concurrent.futures.Future[None]] = collections.deque()
        for joined in _joins(sources, _FAST_BLOCK):
            keys, pieces = _taken(*joined)
            target = found[filled : filled + len(keys)]
            filled += len(keys)
            if len(found) < _FEWEST_FOR_TWO:
                _put_in_order(keys, pieces, target)
                continue
            waiting.append(beside.submit(_put_in_order, keys, pieces, target))
            if len(waiting) > _MOST_WAITING:
                waiting.popleft().result()
        for each in waiting:
            each.result()
    return found[:filled].view(MERGED)


def merged_blocks(
    threads: _Threads,
    from_ns: typing.Optional[int],
    to_ns: typing.Optional[int],
    block_events: int,
) -> typing.Iterator[Array]:
    """All events, in arrays of at most about so many."""
    if block_events < 1:
        raise ValueError(f"block_events: expected 1 or more, found {block_events}")
    return _blocks(_sources(threads, from_ns, to_ns), block_events)


def _blocks(sources: typing.List[_Source], block_events: int) -> typing.Iterator[Array]:
    for joined in _joins(sources, min(block_events, _FAST_BLOCK)):
        keys, pieces = _taken(*joined)
        found = numpy.empty(len(keys), _PIECES)
        _put_in_order(keys, pieces, found)
        yield found.view(MERGED)


def _joins(
    sources: typing.List[_Source], block_events: int
) -> typing.Iterator[typing.Tuple[typing.List[_Source], typing.List[int]]]:
    """How many of the next events of each source come before all others, again and again."""
    while sources:
        chunk = max(block_events // (2 * len(sources)), _FEWEST)
        for source in sources:
            source.fill(chunk)
        # Behind the keys of a thread others may come that are as low as its last: up to the lowest
        # last one all are known. On a tie the lower thread comes first.
        lasts = [(source.keys[-1], source.id) for source in sources if not source.is_at_end]
        limit = min(lasts, default=None)
        counts = []
        for source in sources:
            count = len(source.keys)
            if limit is not None:
                side: typing.Any = "right" if source.id <= limit[1] else "left"
                count = int(source.keys.searchsorted(limit[0], side=side))
            counts.append(count)
        if any(counts):
            yield sources, counts
        sources = [source for source in sources if len(source.keys) or not source.is_at_end]


def _sources(
    threads: _Threads, from_ns: typing.Optional[int], to_ns: typing.Optional[int]
) -> typing.List[_Source]:
    is_ranged = from_ns is not None or to_ns is not None
    times = max(from_ns or 0, 0), 1 << 64 if to_ns is None else to_ns
    if times[0] >= times[1] or times[0] >= 1 << 64:
        return []
    sources = [_Source(id, thread.index, times, is_ranged) for id, thread in threads]
    return [source for source in sources if not source.is_at_end]


def _taken(sources: typing.List[_Source], counts: typing.List[int]) -> typing.Tuple[Array, Array]:
    """Takes the next events of the sources, so many of each: their keys, and they themselves."""
    keys = numpy.empty(sum(counts), numpy.uint64)
    pieces = numpy.empty(len(keys), _PIECES)
    origins, events = pieces["origin"], pieces["event"]
    at = 0
    for source, count in zip(sources, counts):
        if count:
            part = slice(at, at + count)
            keys[part], origins[part], events[part] = source.take(count)
            at += count
    return keys, pieces


def _put_in_order(keys: Array, pieces: Array, found: Array) -> None:
    """Copies events to where they belong by their keys."""
    pieces.view(_WHOLE).take(_order(keys), out=found.view(_WHOLE), mode="clip")


def _order(keys: Array) -> Array:
    """Where each event comes from: by key, and on a tie by position."""
    bits = len(keys).bit_length()
    lowest = keys.min()
    if int(keys.max()) - int(lowest) >= 1 << (64 - bits):
        stable: Array = keys.argsort(kind="stable")
        return stable
    # Numbers that hold both sort several times as fast as positions by their keys.
    packed = keys - lowest
    packed <<= numpy.uint64(bits)
    packed |= numpy.arange(len(keys), dtype=numpy.uint64)
    packed.sort()
    packed &= numpy.uint64((1 << bits) - 1)
    order: Array = packed.view(numpy.int64)
    return order
