"""manifest.json: what a session says of itself. Where it and the files disagree, the files win."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import typing

from ._json import JsonError, Parser
from ._manifest_check import check_manifest
from ._map import open_regular
from .errors import ManifestError, io_error

__all__ = ["ClockAnchor", "Manifest", "ManifestClock", "ManifestThread", "Module", "Symbol"]

#: Name of the manifest in a session directory.
MANIFEST_NAME = "manifest.json"
#: No session's manifest is larger; a file that is would only fill the memory.
_MAX_BYTES = 256 << 20
#: Deeper nesting is refused.
_MAX_DEPTH = 127
_U32_MAX, _U64_MAX = (1 << 32) - 1, (1 << 64) - 1
_HEX = re.compile(r"0x\+?[0-9a-fA-F]+", re.ASCII)

Json = typing.Dict[str, typing.Any]
_T = typing.TypeVar("_T")
_Reading = typing.Callable[[typing.Any], typing.Any]


@dataclasses.dataclass
class ManifestThread:
    """A thread of the manifest."""

    #: Thread; its directory is ``thread_<id>``.
    id: int
    #: Whether the manifest claims a detail.atf for it.
    has_detail: bool = False
    #: Events that the program emitted, when recorded through lanes.
    emitted: typing.Optional[int] = None
    #: Those of them that were recorded.
    recorded: typing.Optional[int] = None
    #: Those of them that were not.
    dropped_events: typing.Optional[int] = None
    #: Details that were dropped of events that were recorded.
    dropped_details: typing.Optional[int] = None
    #: Keys that this revision does not know, or whose values are of another type than it knows.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Module:
    """A module of the traced program."""

    #: Upper half of the ``function_id`` of its functions.
    module_id: int = 0
    #: File it was loaded from.
    path: str = ""
    #: Address it was loaded at, "0x...".
    base_address: str = ""
    #: Length in memory, in bytes.
    size: int = 0
    #: Build id.
    uuid: str = ""
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Symbol:
    """The name of a traced function."""

    #: ``function_id`` of its events, "0x...".
    function_id: str = ""
    #: Its module.
    module_id: typing.Optional[int] = None
    #: Lower half of the ``function_id``.
    symbol_index: typing.Optional[int] = None
    #: The name.
    name: str = ""
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)

    @property
    def id(self) -> typing.Optional[int]:
        """`function_id` as a number, or None if it is not "0x" and a hexadecimal number of 64 bits."""
        if not _HEX.fullmatch(self.function_id):
            return None
        number = int(self.function_id[2:], 16)
        return number if number <= _U64_MAX else None


@dataclasses.dataclass
class ClockAnchor:
    """A reading of a counter, and the system's time at that moment."""

    #: The counter, in its ticks.
    counter: int
    #: The platform's clock, in ns.
    time_ns: int


@dataclasses.dataclass
class ManifestClock:
    """The clock of a session. Timestamps are in ns on the scale of the platform's clock, whatever
    `source` is."""

    #: What was read for each event: "boottime", "tsc", or a word that this revision does not know.
    source: str
    #: Pairs taken while it was recorded, in the order of time.
    anchors: typing.List[ClockAnchor] = dataclasses.field(default_factory=list)
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Manifest:
    """A session's manifest.json. Only `threads` and each thread's ``id`` are required of one that is
    read; keys that are not known stand in `other`. So does an optional key whose value is of a wrong
    type: it counts as absent."""

    #: One entry per thread directory.
    threads: typing.List[ManifestThread]
    #: "2.0", or "2.1" with modules and symbols.
    format_version: str = "2.0"
    #: Lowest first timestamp over all threads, ns; 0 without events.
    time_start_ns: int = 0
    #: Highest last timestamp over all threads, ns; 0 without events.
    time_end_ns: int = 0
    #: Clock, as in the index header.
    clock_type: typing.Optional[int] = None
    #: "recording" until the session ended, then "complete", or a word that this revision does not know.
    state: typing.Optional[str] = None
    #: Loaded modules (2.1).
    modules: typing.List[Module] = dataclasses.field(default_factory=list)
    #: Names of functions (2.1).
    symbols: typing.List[Symbol] = dataclasses.field(default_factory=list)
    #: Where the timestamps come from, when that is not only the platform's clock.
    clock: typing.Optional[ManifestClock] = None
    #: Keys that this revision does not know, or whose values are of another type than it knows.
    other: Json = dataclasses.field(default_factory=dict)

    @staticmethod
    def read(path: typing.Union[str, os.PathLike[str]]) -> Manifest:
        """Reads a manifest.

        Raises NotFoundError, IoError; NotATraceError when it is no regular file; ManifestError, with
        line and column, when it is not JSON or lacks what is required.
        """
        path = os.fspath(path)
        descriptor, length = open_regular(path)
        with open(descriptor, "rb") as file:
            if length > _MAX_BYTES:
                text = f"length: expected at most {_MAX_BYTES} bytes, found {length}"
                raise ManifestError(path, text)
            try:
                data = file.read()
            except OSError as cause:
                raise io_error(path, "read", cause) from cause
        try:
            return _parsed(data)
        except JsonError as error:
            text = f"expected a session's manifest, found: {error}"
            raise ManifestError(path, text) from None

    def __repr__(self) -> str:
        return (
            f"<Manifest {self.format_version}: {len(self.threads)} threads, "
            f"{self.time_start_ns} to {self.time_end_ns} ns, state {self.state}, "
            f"{len(self.modules)} modules, {len(self.symbols)} symbols>"
        )


class _Wrong(Exception):
    """A value of another type than its key has."""


def _parsed(data: bytes) -> Manifest:
    try:
        value = _quickly(data)
    except (ValueError, RecursionError):
        # By Python's parser it is no JSON, or there is something in it that only ours judges rightly.
        value = _slowly(data)
    manifest = _manifest(value)
    if manifest is None:
        check_manifest(Parser(data))
        raise JsonError("a manifest that cannot be read", None, True)
    return manifest


def _quickly(data: bytes) -> typing.Any:
    """The value by Python's parser. Raises ValueError wherever Rust's might judge in another way."""
    if b"\\ud" in data.lower():
        raise ValueError("surrogates")
    value = json.loads(
        data.decode("utf-8"),
        object_pairs_hook=_without_doubles,
        parse_constant=_refused,
        parse_float=_finite,
    )
    _check_depth(value, _MAX_DEPTH)
    return value


def _slowly(data: bytes) -> typing.Any:
    try:
        check_manifest(Parser(data))
    except JsonError as error:
        # Of a key that stands there twice nobody can say which one is meant.
        if not error.is_data or error.message.startswith("duplicate field"):
            raise
    parser = Parser(data)
    value = parser.value()
    parser.end()
    return value


def _without_doubles(pairs: typing.List[typing.Tuple[str, typing.Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _refused(word: str) -> typing.NoReturn:
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _check_depth(value: typing.Any, left: int) -> None:
    if isinstance(value, (dict, list)):
        if left == 0:
            raise ValueError("too deep")
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, (dict, list)):
                _check_depth(each, left - 1)


# ---------------------------------------------------------------- values of the right types


def _whole(most: int) -> _Reading:
    def reading(value: typing.Any) -> int:
        if type(value) is not int or not 0 <= value <= most:
            raise _Wrong
        return value

    return reading


def _is(kind: type) -> _Reading:
    def reading(value: typing.Any) -> typing.Any:
        if type(value) is not kind:
            raise _Wrong
        return value

    return reading


def _optional(inner: _Reading) -> _Reading:
    return lambda value: None if value is None else inner(value)


def _word(*known: str) -> _Reading:
    def reading(value: typing.Any) -> str:
        if type(value) is dict and len(value) == 1:
            (word, content), = value.items()
            if word in known and content is None:
                return str(word)
        return str(_TEXT(value))

    return reading


def _list(element: _Reading) -> _Reading:
    return lambda value: [element(each) for each in _is(list)(value)]


_U8, _U32, _U64 = _whole(255), _whole(_U32_MAX), _whole(_U64_MAX)
_TEXT, _BOOL = _is(str), _is(bool)


def _object(
    make: typing.Callable[..., _T], required: typing.Dict[str, _Reading], others: Json
) -> _Reading:
    """An object of which `required` must be there and right; what else is wrong goes to ``other``."""

    def reading(value: typing.Any) -> _T:
        given = dict(_is(dict)(value))
        found: Json = {}
        for key, inner in required.items():
            if key not in given:
                raise _Wrong
            found[key] = inner(given.pop(key))
        for key, inner in others.items():
            if key in given:
                try:
                    found[key] = inner(given[key])
                except _Wrong:
                    continue
                del given[key]
        return make(other=given, **found)

    return reading


def _anchor(value: typing.Any) -> ClockAnchor:
    if type(value) is list and len(value) == 2:
        return ClockAnchor(_U64(value[0]), _U64(value[1]))
    given = _is(dict)(value)
    if "counter" not in given or "time_ns" not in given:
        raise _Wrong
    return ClockAnchor(_U64(given["counter"]), _U64(given["time_ns"]))


def _clock(value: typing.Any) -> ManifestClock:
    given = dict(_is(dict)(value))
    if "source" not in given:
        raise _Wrong
    source = _word("boottime", "tsc")(given.pop("source"))
    anchors = _list(_anchor)(given.pop("anchors", []))
    return ManifestClock(source, anchors, given)


_THREAD = _object(
    ManifestThread,
    {"id": _U32},
    {
        "has_detail": _BOOL,
        "emitted": _optional(_U64),
        "recorded": _optional(_U64),
        "dropped_events": _optional(_U64),
        "dropped_details": _optional(_U64),
    },
)
_MODULE = _object(
    Module,
    {},
    {"module_id": _U64, "path": _TEXT, "base_address": _TEXT, "size": _U64, "uuid": _TEXT},
)
_SYMBOL = _object(
    Symbol,
    {},
    {
        "function_id": _TEXT,
        "module_id": _optional(_U64),
        "symbol_index": _optional(_U32),
        "name": _TEXT,
    },
)
_MANIFEST = _object(
    Manifest,
    {"threads": _list(_THREAD)},
    {
        "format_version": _TEXT,
        "time_start_ns": _U64,
        "time_end_ns": _U64,
        "clock_type": _optional(_U8),
        "state": _optional(_word("recording", "complete")),
        "modules": _list(_MODULE),
        "symbols": _list(_SYMBOL),
        "clock": _optional(_clock),
    },
)


def _manifest(value: typing.Any) -> typing.Optional[Manifest]:
    """None when it is no object, or what is required is missing or of a wrong type."""
    try:
        return typing.cast(Manifest, _MANIFEST(value))
    except _Wrong:
        return None
