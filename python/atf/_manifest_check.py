"""What is wrong with a manifest that cannot be read, found as Rust finds it: in the order of its bytes,
the first value that is not of its key's type.

`manifest` calls this where it could not read one.
"""

from __future__ import annotations

import typing

from ._json import JsonError, Parser, wrong_type, wrong_value

_Check = typing.Callable[[Parser], None]
_Fields = typing.Dict[str, _Check]


def check_manifest(parser: Parser) -> None:
    """Raises JsonError where the text is no manifest in the strict sense."""
    _MANIFEST(parser)
    parser.end()


def _unlike(parser: Parser, expected: str) -> JsonError:
    """A value of another type: where it is read over, that tells the place."""
    byte = parser.peek()
    if byte == 0x5B:
        return parser.fix(wrong_type([], expected))
    if byte == 0x7B:
        return parser.fix(wrong_type({}, expected))
    return parser.fix(wrong_type(parser.scalar(byte), expected))


def _whole(name: str, most: int) -> _Check:
    def check(parser: Parser) -> None:
        byte = parser.value_start()
        if byte != 0x2D and not 0x30 <= byte <= 0x39:
            raise _unlike(parser, name)
        number = parser.number()
        if isinstance(number, float):
            raise parser.fix(wrong_type(number, name))
        if not 0 <= number <= most:
            raise parser.fix(wrong_value(number, name))

    return check


def _text(parser: Parser) -> None:
    if parser.value_start() != 0x22:
        raise _unlike(parser, "a string")
    parser.text()


def _bool(parser: Parser) -> None:
    byte = parser.value_start()
    if byte not in (0x74, 0x66):
        raise _unlike(parser, "a boolean")
    parser.scalar(byte)


def _optional(inner: _Check) -> _Check:
    def check(parser: Parser) -> None:
        if parser.blank() == 0x6E:
            parser.scalar(0x6E)
        else:
            inner(parser)

    return check


def _word(name: str, *known: str) -> _Check:
    def check(parser: Parser) -> None:
        value = parser.value()
        is_known = isinstance(value, dict) and list(value.items()) in [[(it, None)] for it in known]
        if not isinstance(value, str) and not is_known:
            message = f"data did not match any variant of untagged enum {name}"
            raise JsonError(message, None, True)

    return check


def _list(element: _Check) -> _Check:
    def check(parser: Parser) -> None:
        if parser.value_start() != 0x5B:
            raise _unlike(parser, "a sequence")
        parser.sequence(lambda: element(parser))

    return check


def _members(
    parser: Parser, fields: _Fields, required: typing.Tuple[str, ...], rest: _Check
) -> None:
    """The members of an object, none of the known ones twice and the required ones all there."""
    seen: typing.Set[str] = set()

    def member(key: str) -> None:
        if key in seen:
            raise JsonError(f"duplicate field `{key}`", None, True)
        if key in fields:
            seen.add(key)
        parser.colon()
        fields.get(key, rest)(parser)

    def finish() -> None:
        for key in required:
            if key not in seen:
                raise JsonError(f"missing field `{key}`", None, True)

    parser.mapping(member, finish)


def _any(parser: Parser) -> None:
    parser.value()


def _object(name: str, fields: _Fields, *required: str) -> _Check:
    def check(parser: Parser) -> None:
        if parser.value_start() != 0x7B:
            raise _unlike(parser, f"struct {name}")
        _members(parser, fields, required, _any)

    return check


def _anchor(parser: Parser) -> None:
    """An object of two numbers, or the two alone."""
    byte = parser.value_start()
    if byte == 0x7B:
        _members(parser, {"counter": _U64, "time_ns": _U64}, ("counter", "time_ns"), _any)
        return
    if byte != 0x5B:
        raise _unlike(parser, "struct ClockAnchor")
    parser.enter()
    try:
        for count in range(2):
            if not parser.has_element(count == 0):
                expected = "struct ClockAnchor with 2 elements"
                raise JsonError(f"invalid length {count}, expected {expected}", None, True)
            _U64(parser)
    except JsonError as error:
        parser.leave()
        parser.quietly(0x5D)
        raise parser.fix(error) from None
    parser.leave()
    byte = parser.blank()
    if byte < 0:
        raise parser.syntax("EOF while parsing a list")
    if byte != 0x5D:
        if byte == 0x2C:
            parser.eat()
            if parser.blank() == 0x5D:
                raise parser.syntax("trailing comma")
        raise parser.syntax("trailing characters")
    parser.eat()


_U8, _U32, _U64 = (_whole(f"u{bits}", (1 << bits) - 1) for bits in (8, 32, 64))
_CLOCK = _object(
    "ManifestClock",
    {"source": _word("ClockSource", "boottime", "tsc"), "anchors": _list(_anchor)},
    "source",
)
_THREAD = _object(
    "ManifestThread",
    {
        "id": _U32,
        "has_detail": _bool,
        "emitted": _optional(_U64),
        "recorded": _optional(_U64),
        "dropped_events": _optional(_U64),
        "dropped_details": _optional(_U64),
    },
    "id",
)
_MODULE = _object(
    "Module",
    {"module_id": _U64, "path": _text, "base_address": _text, "size": _U64, "uuid": _text},
)
_SYMBOL = _object(
    "Symbol",
    {
        "function_id": _text,
        "module_id": _optional(_U64),
        "symbol_index": _optional(_U32),
        "name": _text,
    },
)
_MANIFEST = _object(
    "Manifest",
    {
        "format_version": _text,
        "threads": _list(_THREAD),
        "time_start_ns": _U64,
        "time_end_ns": _U64,
        "clock_type": _optional(_U8),
        "state": _optional(_word("State", "recording", "complete")),
        "modules": _list(_MODULE),
        "symbols": _list(_SYMBOL),
        "clock": _optional(_CLOCK),
    },
    "threads",
)
