"""Events as data frames and tables, where the packages for these are installed."""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    import numpy
    import numpy.typing

    from ._native import EventSlice, IndexReader, MergedEvents

    _Array = numpy.typing.NDArray[typing.Any]


def require(package: str) -> typing.Any:
    """A package that not everybody has. Raises ImportError that says how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError as cause:
        raise ImportError(
            f"{package} is not installed: run `pip install {package}`", name=package
        ) from cause


def _columns(array: _Array) -> typing.Dict[str, _Array]:
    import numpy

    return {name: numpy.ascontiguousarray(array[name]) for name in array.dtype.names or ()}


def to_pandas(array: _Array) -> typing.Any:
    """A data frame with a column per field."""
    return require("pandas").DataFrame(_columns(array))


def events_to_pandas(
    events: typing.Union[IndexReader, EventSlice], seqs: range
) -> typing.Any:
    """The same, with the sequences of the events as its index."""
    pandas = require("pandas")
    index = pandas.RangeIndex(seqs.start, seqs.stop, seqs.step, name="seq")
    return pandas.DataFrame(_columns(events.array), index=index)


def to_arrow(events: typing.Union[IndexReader, EventSlice, MergedEvents]) -> typing.Any:
    """A table with a column per field."""
    return require("pyarrow").table(events)
