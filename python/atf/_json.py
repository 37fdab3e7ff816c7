"""Reading JSON as strictly as Rust's manifest reader does, with its words for what is wrong.

In: bytes and a description of what they should hold. Out: a value, or a `JsonError` whose text names
what was expected and line and column. Only manifests that Python's own parser refuses, or that hold
a value of a wrong type, come here; all others are read by `json`.
"""

from __future__ import annotations

import math
import typing

#: Deeper nesting is refused.
_MAX_DEPTH = 128
_U64_MAX = (1 << 64) - 1
_ESCAPES = {34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9}


class JsonError(Exception):
    """What is wrong with a text. `is_data` tells a value of a wrong type from what is no JSON."""

    def __init__(
        self, message: str, place: typing.Optional[typing.Tuple[int, int]], is_data: bool
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.is_data = is_data

    def __str__(self) -> str:
        if self.place is None:
            return self.message
        return f"{self.message} at line {self.place[0]} column {self.place[1]}"


class Parser:
    """A text and how far it was read. A byte that was looked at counts as read for what line and
    column are told."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.seen = 0
        self.depth = _MAX_DEPTH

    # ------------------------------------------------------------ bytes

    def peek(self) -> int:
        """The next byte; -1 at the end."""
        if self.at >= len(self.data):
            return -1
        self.seen = max(self.seen, self.at + 1)
        return self.data[self.at]

    def eat(self) -> None:
        """Goes past the byte that was looked at."""
        self.at += 1

    def next(self) -> int:
        """The next byte, and goes past it; -1 at the end."""
        byte = self.peek()
        if byte >= 0:
            self.at += 1
        return byte

    def blank(self) -> int:
        """The next byte that is no white space."""
        while True:
            byte = self.peek()
            if byte not in (32, 10, 9, 13):
                return byte
            self.at += 1

    def place(self) -> typing.Tuple[int, int]:
        """Line and column of the last byte that was looked at."""
        before = self.data[: self.seen]
        return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1)

    def syntax(self, message: str) -> JsonError:
        """The text is no JSON here."""
        return JsonError(message, self.place(), False)

    def fix(self, error: JsonError) -> JsonError:
        """The error with a place, if it had none."""
        if error.place is None:
            error.place = self.place()
        return error

    # ------------------------------------------------------------ values

    def end(self) -> None:
        """Nothing may stand behind the value."""
        if self.blank() >= 0:
            raise self.syntax("trailing characters")

    def value(self) -> typing.Any:
        """Any value. Of a key that stands there twice the last one is kept."""
        byte = self.value_start()
        if byte == 0x5B:
            return self.sequence(self.value)
        if byte == 0x7B:
            found: typing.Dict[str, typing.Any] = {}

            def member(key: str) -> None:
                self.colon()
                found[key] = self.value()

            self.mapping(member)
            return found
        return self.scalar(byte)

    def value_start(self) -> int:
        """The first byte of a value."""
        byte = self.blank()
        if byte < 0:
            raise self.syntax("EOF while parsing a value")
        return byte

    def scalar(self, byte: int) -> typing.Any:
        """A value that is neither a list nor an object."""
        if byte == 0x6E:
            return self.word(b"null", None)
        if byte == 0x74:
            return self.word(b"true", True)
        if byte == 0x66:
            return self.word(b"false", False)
        if byte == 0x2D or 0x30 <= byte <= 0x39:
            return self.number()
        if byte == 0x22:
            return self.text()
        raise self.syntax("expected value")

    def word(self, word: bytes, value: typing.Any) -> typing.Any:
        """One of the three words; its first byte was looked at."""
        self.eat()
        for expected in word[1:]:
            found = self.next()
            if found < 0:
                raise self.syntax("EOF while parsing a value")
            if found != expected:
                raise self.syntax("expected ident")
        return value

    def sequence(self, element: typing.Callable[[], typing.Any]) -> typing.List[typing.Any]:
        """A list, whose bracket was looked at."""
        self.enter()
        found: typing.List[typing.Any] = []
        try:
            while self.has_element(not found):
                found.append(element())
        except JsonError as error:
            self.leave()
            self.quietly(0x5D)
            raise self.fix(error) from None
        self.leave()
        self.eat()
        return found

    def has_element(self, is_first: bool) -> bool:
        """Whether another element follows; goes past the comma before it."""
        byte = self.blank()
        if byte < 0:
            raise self.syntax("EOF while parsing a list")
        if byte == 0x5D or is_first:
            return byte != 0x5D
        if byte != 0x2C:
            raise self.syntax("expected `,` or `]`")
        self.eat()
        byte = self.blank()
        if byte == 0x5D:
            raise self.syntax("trailing comma")
        if byte < 0:
            raise self.syntax("EOF while parsing a value")
        return True

    def mapping(
        self,
        member: typing.Callable[[str], None],
        finish: typing.Optional[typing.Callable[[], None]] = None,
    ) -> None:
        """An object, whose brace was looked at: `member` reads the value of each key, `finish` looks at
        what came before the brace that ends it."""
        self.enter()
        is_first = True
        try:
            while self.has_key(is_first):
                is_first = False
                member(self.key())
            if finish is not None:
                finish()
        except JsonError as error:
            self.leave()
            self.quietly(0x7D)
            raise self.fix(error) from None
        self.leave()
        self.eat()

    def key(self) -> str:
        """A key, whose quote was looked at."""
        return self.text()

    def colon(self) -> None:
        """What stands between key and value."""
        byte = self.blank()
        if byte < 0:
            raise self.syntax("EOF while parsing an object")
        if byte != 0x3A:
            raise self.syntax("expected `:`")
        self.eat()

    def has_key(self, is_first: bool) -> bool:
        """Whether another key follows; goes past the comma before it."""
        byte = self.blank()
        if byte < 0:
            raise self.syntax("EOF while parsing an object")
        if byte == 0x7D:
            return False
        if not is_first:
            if byte != 0x2C:
                raise self.syntax("expected `,` or `}`")
            self.eat()
            byte = self.blank()
            if byte == 0x7D:
                raise self.syntax("trailing comma")
            if byte < 0:
                raise self.syntax("EOF while parsing a value")
        if byte != 0x22:
            raise self.syntax("key must be a string")
        return True

    def enter(self) -> None:
        """One level deeper."""
        self.depth -= 1
        if self.depth == 0:
            raise self.syntax("recursion limit exceeded")
        self.eat()

    def leave(self) -> None:
        """One level up."""
        self.depth += 1

    def quietly(self, closing: int) -> None:
        """Looks for the end of what was wrong, as far as the place that is told depends on it."""
        byte = self.blank()
        if byte == closing:
            self.eat()
        elif byte == 0x2C and closing == 0x5D:
            self.eat()
            self.blank()

    # ------------------------------------------------------------ numbers and texts

    def number(self) -> typing.Union[int, float]:
        """A number; its first byte was looked at."""
        start = self.at
        is_negative = self.peek() == 0x2D
        if is_negative:
            self.eat()
        byte = self.next()
        if byte < 0:
            raise self.syntax("EOF while parsing a value")
        if not 0x30 <= byte <= 0x39:
            raise self.syntax("invalid number")
        if byte == 0x30 and 0x30 <= self.peek() <= 0x39:
            raise self.syntax("invalid number")
        self.digits()
        is_float = False
        if self.peek() == 0x2E:
            is_float = True
            self.eat()
            if not self.digits():
                end = self.peek() < 0
                raise self.syntax("EOF while parsing a value" if end else "invalid number")
        if self.peek() in (0x65, 0x45):
            is_float = True
            self.eat()
            if self.peek() in (0x2B, 0x2D):
                self.eat()
            byte = self.next()
            if byte < 0:
                raise self.syntax("EOF while parsing a value")
            if not 0x30 <= byte <= 0x39:
                raise self.syntax("invalid number")
            self.digits()
        literal = self.data[start : self.at].decode("ascii")
        return self.number_of(literal, is_float, is_negative)

    def number_of(
        self, literal: str, is_float: bool, is_negative: bool
    ) -> typing.Union[int, float]:
        if not is_float and len(literal) <= 21:
            number = int(literal)
            if is_negative and -(1 << 63) <= number < 0 or not is_negative and number <= _U64_MAX:
                return number
        value = float(literal)
        if math.isinf(value):
            raise self.syntax("number out of range")
        return value

    def digits(self) -> int:
        """Goes past digits; how many they were."""
        start = self.at
        while 0x30 <= self.peek() <= 0x39:
            self.eat()
        return self.at - start

    def text(self) -> str:
        """A text; its quote was looked at."""
        self.eat()
        found = bytearray()
        while True:
            byte = self.byte_of_text()
            if byte == 0x22:
                break
            if byte == 0x5C:
                self.escape(found)
            elif byte < 0x20:
                raise self.syntax(
                    "control character (\\u0000-\\u001F) found while parsing a string"
                )
            else:
                found.append(byte)
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = self.place()
            place = line, max(column - (len(found) - error.start), 0)
            raise JsonError("invalid unicode code point", place, False) from None

    def byte_of_text(self) -> int:
        byte = self.next()
        if byte < 0:
            raise self.syntax("EOF while parsing a string")
        return byte

    def escape(self, found: bytearray) -> None:
        """What stands behind a backslash."""
        byte = self.byte_of_text()
        if byte != 0x75:
            if byte not in _ESCAPES:
                raise self.syntax("invalid escape")
            found.append(_ESCAPES[byte])
            return
        code = self.hexadecimal()
        if 0xDC00 <= code <= 0xDFFF:
            raise self.syntax("lone leading surrogate in hex escape")
        if 0xD800 <= code <= 0xDBFF:
            for expected in b"\\u":
                if self.byte_of_text() != expected:
                    raise self.syntax("unexpected end of hex escape")
            low = self.hexadecimal()
            if not 0xDC00 <= low <= 0xDFFF:
                raise self.syntax("lone leading surrogate in hex escape")
            code = ((code - 0xD800) << 10 | (low - 0xDC00)) + 0x10000
        found += chr(code).encode("utf-8")

    def hexadecimal(self) -> int:
        digits = bytes(self.byte_of_text() for _ in range(4))
        if any(digit not in b"0123456789abcdefABCDEF" for digit in digits):
            raise self.syntax("invalid escape")
        return int(digits, 16)


def wrong_type(value: typing.Any, expected: str) -> JsonError:
    """A value that is of another type than expected; without a place."""
    return JsonError(f"invalid type: {kind(value)}, expected {expected}", None, True)


def wrong_value(value: typing.Any, expected: str) -> JsonError:
    """A value of the right type that is out of its range; without a place."""
    return JsonError(f"invalid value: {kind(value)}, expected {expected}", None, True)


def kind(value: typing.Any) -> str:
    """A value for people, with its type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, int):
        return f"integer `{value}`"
    if isinstance(value, float):
        return f"floating point `{_float(value)}`"
    if isinstance(value, str):
        return f"string {_quoted(value)}"
    return "sequence" if isinstance(value, list) else "map"


def _float(value: float) -> str:
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    power, (sign, digits) = int(exponent), (mantissa[:1] == "-", mantissa.lstrip("-"))
    if power == -5:
        return f"{'-' if sign else ''}0.0000{digits.replace('.', '')}"
    return f"{mantissa}e{power:+}" if power > 0 else f"{mantissa}e{power}"


def _quoted(text: str) -> str:
    """A text as Rust shows it for people who look for a mistake."""
    known = {"\0": "\\0", "\t": "\\t", "\r": "\\r", "\n": "\\n", '"': '\\"', "\\": "\\\\"}
    parts = (
        known.get(each) or (each if each.isprintable() else f"\\u{{{ord(each):x}}}")
        for each in text
    )
    return f'"{"".join(parts)}"'
