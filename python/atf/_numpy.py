"""Arrays of numpy over the memory that the native part lends."""

from __future__ import annotations

import typing

import numpy

from ._native import Memory
from .atf_v2 import IndexEvent

if typing.TYPE_CHECKING:
    import numpy.typing

    _Array = numpy.typing.NDArray[typing.Any]

#: Descriptions of fields are not typed by all versions of numpy.
_make_dtype: typing.Any = numpy.dtype


def _merged_dtype() -> typing.Any:
    """An event behind its thread and sequence."""
    own: typing.Any = IndexEvent.dtype()
    fields = own.fields
    return _make_dtype(
        {
            "names": ["thread", "seq", *own.names],
            "formats": ["<u4", "<u4", *(fields[name][0] for name in own.names)],
            "offsets": [0, 4, *(8 + fields[name][1] for name in own.names)],
            "itemsize": 8 + own.itemsize,
        }
    )


_MERGED = _merged_dtype()


def events(memory: Memory) -> _Array:
    """The events of an index, in any of its revisions' sizes."""
    items: typing.Any = numpy.asarray(memory)
    array: _Array = items.view(IndexEvent.dtype(items.itemsize))
    return array


def merged(memory: Memory) -> _Array:
    """The rows of a merge."""
    array: _Array = numpy.asarray(memory).view(_MERGED)
    return array


def part(array: _Array, seqs: range) -> _Array:
    """The elements of `array` that a range names, as a view."""
    if not seqs:
        return array[:0]
    stop: typing.Optional[int] = seqs.stop if seqs.stop >= 0 else None
    return array[seqs.start : stop : seqs.step]
