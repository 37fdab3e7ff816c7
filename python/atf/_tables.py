"""Events as data frames and tables, where the packages for these are installed."""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    import numpy
    import numpy.typing

    from ._native import EventSlice, IndexReader, MergedEvents, Table

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


def to_arrow(events: typing.Union[IndexReader, EventSlice, MergedEvents, Table]) -> typing.Any:
    """A table with a column per field."""
    return require("pyarrow").table(events)


def column(table: Table, name: str) -> _Array:
    """A column of a table: numbers as they are, texts as objects."""
    import numpy

    numbers = numpy.asarray(table._numbers(name))
    texts = table._texts(name)
    if texts is None:
        return numbers
    objects = numpy.array([*texts, None], dtype=object)
    missing = _missing(table, name)
    codes = numbers if missing is None else numpy.where(missing, len(texts), numbers)
    found: _Array = objects[codes]
    return found


def _missing(table: Table, name: str) -> typing.Optional[_Array]:
    import numpy

    missing = table._missing(name)
    return None if missing is None else numpy.asarray(missing)


def structured(table: Table) -> _Array:
    """The columns of numbers as one array."""
    import numpy

    names = [name for name in table.columns if table._texts(name) is None]
    columns = [column(table, name) for name in names]
    dtype: typing.Any = numpy.dtype([(name, it.dtype) for name, it in zip(names, columns)])
    array: _Array = numpy.empty(len(table), dtype)
    for name, values in zip(names, columns):
        array[name] = values
    return array


def table_to_pandas(table: Table) -> typing.Any:
    """A data frame with categories and missing values."""
    import numpy

    pandas = require("pandas")
    frame = {}
    for name in table.columns:
        numbers, missing = numpy.asarray(table._numbers(name)), _missing(table, name)
        texts = table._texts(name)
        if texts is not None:
            # Of 32 bits with a sign, where no text is -1.
            codes = numbers.astype(numpy.int32)
            if missing is not None:
                codes[missing] = -1
            frame[name] = pandas.Categorical.from_codes(codes, texts)
        elif missing is not None:
            frame[name] = pandas.arrays.IntegerArray(numbers.copy(), missing.copy())
        else:
            frame[name] = numbers.copy()
    return pandas.DataFrame(frame)


def to_polars(table: Table) -> typing.Any:
    """A data frame of polars."""
    return require("polars").DataFrame(table)


#: Rows that a notebook shows.
_SHOWN = 20


def html(table: Table) -> str:
    """The first rows as HTML."""
    import html as text

    names = table.columns
    columns = [column(table, name)[:_SHOWN] for name in names]
    missing = [_missing(table, name) for name in names]

    def cell(at: int, row: int) -> str:
        value, absent = columns[at][row], missing[at]
        is_absent = value is None or (absent is not None and bool(absent[row]))
        return "" if is_absent else text.escape(str(value))

    def line(cells: typing.Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

    head = line((text.escape(name) for name in names), "th")
    body = [line((cell(at, row) for at in range(len(names))), "td") for row in range(min(len(table), _SHOWN))]
    more = f"<p>{len(table)} rows, of which {_SHOWN} are shown</p>" if len(table) > _SHOWN else ""
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>{more}"
