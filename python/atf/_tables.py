"""Arrays of events as data frames and tables, where the packages for these are installed."""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    import pandas
    import pyarrow

    from .index import Array


def require(package: str) -> typing.Any:
    """A package that not everybody has. Raises ImportError that says how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError as cause:
        raise ImportError(
            f"{package} is not installed: run `pip install {package}`", name=package
        ) from cause


def _columns(array: Array) -> typing.Dict[str, Array]:
    import numpy

    return {name: numpy.ascontiguousarray(array[name]) for name in array.dtype.names or ()}


def to_pandas(array: Array) -> pandas.DataFrame:
    """A data frame with a column per field."""
    return require("pandas").DataFrame(_columns(array))


def events_to_pandas(array: Array, seqs: range) -> pandas.DataFrame:
    """The same, with the sequences of the events as its index."""
    pandas = require("pandas")
    index = pandas.RangeIndex(seqs.start, seqs.stop, seqs.step, name="seq")
    return pandas.DataFrame(_columns(array), index=index)


def to_arrow(array: Array) -> pyarrow.Table:
    """A table with a column per field."""
    return require("pyarrow").table(_columns(array))
