# Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.
"""ADA Trace Format v2.

Function call and return traces. Each thread of the traced process has its own
files: an index lane with one fixed-size event per call, return, exception or signal,
and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
two lanes refer to each other by sequence.

A record is a class with an attribute per field; a file is a class that reads one from bytes
or from a path, and writes one. Numbers are little-endian. Needs Python 3.8 and nothing else;
what is called numpy or dtype needs numpy.
"""

from __future__ import annotations

import array
import enum
import functools
import itertools
import mmap
import operator
import os
import struct
import typing
import zlib

__all__ = [
    "CountedTail",
    "FILES",
    "FORMAT_NAME",
    "FORMAT_REVISION",
    "FORMAT_VERSION",
    "Field",
    "FormatError",
    "READS",
    "Record",
    "FramedEvent",
    "StoredChecksum",
    "Arch",
    "Os",
    "ClockType",
    "EventKind",
    "DetailEventType",
    "SummedFile",
    "IndexFlags",
    "ChunkFlags",
    "AtfIndexHeader",
    "IndexEvent",
    "AtfIndexFooter",
    "AtfDetailHeader",
    "DetailEventHeader",
    "DetailFunctionPayload",
    "OriginalDetailPayload",
    "AtfDetailFooter",
    "DetailOffsetsHeader",
    "DetailOffset",
    "ChunkSumsHeader",
    "ChunkSum",
    "RingControl",
    "NO_DETAIL_SEQ",
    "MAX_STACK_BYTES",
    "RING_ALIGN",
    "IndexFile",
    "DetailFile",
    "DetailOffsetsFile",
    "IndexSumsFile",
    "DetailSumsFile",
    "SessionSumFile",
    "RingFile",
]

#: Name of the format.
FORMAT_NAME = "atf-v2"
#: Version of the format, as it is on disk.
FORMAT_VERSION = 1
#: Counts compatible additions to the format; not on disk.
FORMAT_REVISION = 1
#: Versions on disk that are read.
READS = (1,)
#: Value of `detail_seq` in an index event that has no detail event.
NO_DETAIL_SEQ = 0xFFFFFFFF
#: Maximum of stack bytes in one function payload; 128 is the usual setting.
MAX_STACK_BYTES = 256
#: The buffers of a ring start at multiples of this many bytes. The capacity of a buffer is a power
#: of two and at least this many bytes. Since revision 1.
RING_ALIGN = 4096


# ---------------------------------------------------------------- how records are read


class FormatError(ValueError):
    """Bytes that are not as the format says, or a value that the format cannot hold.

    As text: source, region at byte N, field, expected, found. ``source`` and ``offset`` are
    None where there is none.
    """

    def __init__(
        self,
        region: str,
        offset: typing.Optional[int],
        field: str,
        expected: object,
        found: object,
        source: typing.Optional[str] = None,
    ) -> None:
        super().__init__(region, offset, field, expected, found, source)
        self.region = region
        self.offset = offset
        self.field = field
        self.expected = str(expected)
        self.found = str(found)
        self.source = source

    def __str__(self) -> str:
        where = "" if self.source is None else f"{self.source}: "
        at = "" if self.offset is None else f" at byte {self.offset}"
        return (
            f"{where}{self.region}{at}: {self.field}: "
            f"expected {self.expected}, found {self.found}"
        )


class _Misfit(Exception):
    """A value that its type cannot hold: what was expected, what was found."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = _short(found)


def _short(value: object) -> str:
    """A value as text of bounded length; a text is taken as it is."""
    text = value if isinstance(value, str) else repr(value)
    if isinstance(value, int):
        text = int.__repr__(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class _Int:
    """An integer of one, two, four or eight bytes."""

    def __init__(self, size: int, signed: bool) -> None:
        self.size = size
        self.signed = signed
        self.low = -(1 << (8 * size - 1)) if signed else 0
        self.high = (1 << (8 * size - int(signed))) - 1
        self.numpy = f"<{'i' if signed else 'u'}{size}"

    def pack(self, value: typing.Any) -> bytes:
        try:
            number = operator.index(value)
        except TypeError:
            raise _Misfit("an integer", value) from None
        if not self.low <= number <= self.high:
            raise _Misfit(f"{self.low} to {self.high}", number)
        return number.to_bytes(self.size, "little", signed=self.signed)

    def unpack(self, data: bytes) -> typing.Any:
        return int.from_bytes(data, "little", signed=self.signed)

    def fresh(self) -> typing.Any:
        return 0

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        """What is wrong with a value that can be packed."""
        return None


class _Enum(_Int):
    """An integer whose values have names."""

    def __init__(
        self, names: typing.Any, size: int, is_open: bool, removed: typing.Tuple[int, ...] = ()
    ) -> None:
        super().__init__(size, False)
        self.names = names
        self.is_open = is_open
        #: Numbers of removed values, which older files hold.
        self.removed = removed

    def unpack(self, data: bytes) -> typing.Any:
        return self.names.of(int.from_bytes(data, "little"))

    def fresh(self) -> typing.Any:
        return self.names._value2member_map_.get(0, 0)

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        number = operator.index(value)
        if self.is_open or number in self.names._value2member_map_ or number in self.removed:
            return None
        return _Misfit(_known(self.names), number)


class _Flags(_Int):
    """An integer whose bits have names."""

    def __init__(
        self, names: typing.Any, size: int, is_open: bool, removed: int = 0
    ) -> None:
        super().__init__(size, False)
        self.names = names
        self.is_open = is_open
        #: Removed bits, which older files may have set.
        self.removed = removed

    def unpack(self, data: bytes) -> typing.Any:
        return self.names.of(int.from_bytes(data, "little"))

    def fresh(self) -> typing.Any:
        return self.names.of(0)

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        unknown = operator.index(value) & ~_named_bits(self.names) & ~self.removed
        if self.is_open or not unknown:
            return None
        return _Misfit(f"bits of 0x{_named_bits(self.names):x}", f"0x{operator.index(value):x}")


class _Float:
    """A float of four or eight bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.struct = struct.Struct("<f" if size == 4 else "<d")
        self.numpy = f"<f{size}"

    def pack(self, value: typing.Any) -> bytes:
        try:
            return self.struct.pack(value)
        except (struct.error, TypeError):
            raise _Misfit("a number", value) from None
        except OverflowError:
            raise _Misfit(f"a number that {self.size} bytes can hold", value) from None

    def unpack(self, data: bytes) -> typing.Any:
        return self.struct.unpack(data)[0]

    def fresh(self) -> typing.Any:
        return 0.0

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        return None


class _Bytes:
    """So many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.numpy = ("u1", (size,))

    def pack(self, value: typing.Any) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise _Misfit(f"{self.size} bytes", value)
        data = bytes(value)
        if len(data) != self.size:
            raise _Misfit(f"{self.size} bytes", f"{len(data)} bytes")
        return data

    def unpack(self, data: bytes) -> typing.Any:
        return bytes(data)

    def fresh(self) -> typing.Any:
        return bytes(self.size)

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        return None


class _Array:
    """So many values of one type."""

    def __init__(self, element: typing.Any, length: int) -> None:
        self.element = element
        self.length = length
        self.size = element.size * length

    @property
    def numpy(self) -> typing.Any:
        return (self.element.numpy, (self.length,))

    def pack(self, value: typing.Any) -> bytes:
        try:
            values = tuple(value)
        except TypeError:
            raise _Misfit(f"{self.length} values", value) from None
        if len(values) != self.length:
            raise _Misfit(f"{self.length} values", f"{len(values)} values")
        return b"".join(map(self.element.pack, values))

    def unpack(self, data: bytes) -> typing.Any:
        step = self.element.size
        return tuple(self.element.unpack(data[at : at + step]) for at in range(0, len(data), step))

    def fresh(self) -> typing.Any:
        return tuple(self.element.fresh() for _ in range(self.length))

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        faults = (self.element.fault(each) for each in value)
        return next((fault for fault in faults if fault is not None), None)


class _Nested:
    """Another record."""

    def __init__(self, record: typing.Any) -> None:
        self.record = record
        self.size = record.SIZE

    @property
    def numpy(self) -> typing.Any:
        return self.record.dtype()

    def pack(self, value: typing.Any) -> bytes:
        if not isinstance(value, self.record):
            raise _Misfit(f"a {self.record.NAME}", value)
        return bytes(value.pack())

    def unpack(self, data: bytes) -> typing.Any:
        return self.record.unpack_from(data)

    def fresh(self) -> typing.Any:
        return self.record()

    def fault(self, value: typing.Any) -> typing.Optional[_Misfit]:
        return None


_U8, _U16, _U32, _U64 = (_Int(size, False) for size in (1, 2, 4, 8))
_I8, _I16, _I32, _I64 = (_Int(size, True) for size in (1, 2, 4, 8))
_F32, _F64 = _Float(4), _Float(8)


def _known(names: typing.Any) -> str:
    """The values of an enum, as many as can be read at a glance."""
    values = [f"{int(value)} ({value.name.lower()})" for value in itertools.islice(names, 12)]
    more = len(names) - len(values)
    return f"one of {', '.join(values)}{f' and {more} more' if more else ''}"


def _named_bits(names: typing.Any) -> int:
    """The bits of a flags type that have a name."""
    return functools.reduce(operator.or_, (int(flag) for flag in names), 0)


class _EnumNames(enum.IntEnum):
    """What every enum of the format can do."""

    @classmethod
    def of(cls, number: int) -> int:
        """The value of that number; a number that has no name stays a plain int."""
        return cls._value2member_map_.get(number, number)  # type: ignore[return-value]

    def __str__(self) -> str:
        """The name as the schema has it, in every version of Python."""
        return self._name_.lower()

    def __format__(self, spec: str) -> str:
        return format(int(self) if spec[-1:] in tuple("bdoxXn") else str(self), spec)


class _FlagNames(enum.IntFlag):
    """What every flags type of the format can do; bits without a name are kept."""

    # As of the number that it is equal to; the one of enums is that of the name.
    __hash__ = int.__hash__

    @classmethod
    def of(cls, number: int) -> int:
        """The flags whose bits are set in `number`."""
        member = cls._value2member_map_.get(number)
        if member is None:
            # Made by hand: the enum would keep each combination that it ever met, and a file
            # may hold a different one in every record.
            member = int.__new__(cls, number)
            member._name_ = None
            member._value_ = number
        return member  # type: ignore[return-value]

    def __str__(self) -> str:
        """The names of the set bits with ``|`` between them, other bits as a number."""
        number = int(self)
        known = [flag for flag in type(self) if number & int(flag)]
        other = number & ~_named_bits(type(self))
        names = [str(flag._name_).lower() for flag in known]
        return "|".join([*names, hex(other)] if other or not names else names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"


class Field(typing.NamedTuple):
    """What the schema says of a field."""

    #: Name.
    name: str
    #: First byte in the record.
    offset: int
    #: Bytes.
    size: int
    #: Type, as the schema writes it.
    type: str
    #: How its values are packed and unpacked.
    kind: typing.Any
    #: Unit of the number.
    unit: typing.Optional[str] = None
    #: Whether the bytes are kept for later, and zero today.
    reserved: bool = False
    #: The only legal value.
    const: typing.Any = None
    #: The value in a new record, when that is not zero.
    default: typing.Any = None
    #: The value that says "none".
    sentinel: typing.Any = None
    #: The largest legal value.
    max: typing.Optional[int] = None
    #: What the field says of its file, as two words or three.
    role: typing.Tuple[str, ...] = ()
    #: Whether it is believed over another field that says the same.
    authoritative: bool = False
    #: The flag that says whether the field means anything: record, field and name of the flag.
    guard: typing.Tuple[str, ...] = ()
    #: Revision of the format that added it; 0 when it was there from the beginning.
    since: int = 0
    #: Revision that removed it: the bytes stay, and say nothing any more.
    removed: typing.Optional[int] = None
    #: What to use instead, when it should not be used any more.
    deprecated: typing.Optional[str] = None
    #: Meaning.
    doc: str = ""


class CountedTail(typing.NamedTuple):
    """Bytes behind a record, as many as a field of it says."""

    #: Name.
    name: str
    #: Where they start: the record's size.
    offset: int
    #: The field that counts them.
    count: str  # type: ignore[assignment]
    #: Unit.
    unit: typing.Optional[str] = None
    #: Meaning.
    doc: str = ""


class Record:
    """What every record of the format can do. A new one holds the constants and defaults."""

    __slots__ = ()

    #: Name in the schema.
    NAME: typing.ClassVar[str]
    #: Bytes, without a counted tail.
    SIZE: typing.ClassVar[int]
    #: Bytes that every version of the record has; what follows came later.
    CORE: typing.ClassVar[int]
    #: How the fields are read.
    STRUCT: typing.ClassVar[struct.Struct]
    #: Every field, in the order of the bytes.
    FIELDS: typing.ClassVar[typing.Tuple[Field, ...]]
    #: The bytes behind the record, if one of its fields counts such.
    TAIL: typing.ClassVar[typing.Optional[CountedTail]] = None
    #: The record behind the tail, which may be absent.
    TRAILER: typing.ClassVar[typing.Any] = None
    # Positions of the fields that hold closed enums or closed flags, also inside records.
    _CLOSED: typing.ClassVar[typing.Tuple[int, ...]] = ()

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> typing.Any:
        """The record that starts at byte `offset` of `buffer`, which is bytes or like them.

        Raises FormatError where the buffer ends before the record does, and where a closed
        enum or closed flags hold what has no name, unless the field is absent: by its sentinel, or
        by its guard. What a flag of the file's header guards is not checked here.
        """
        raise NotImplementedError

    def pack(self) -> bytes:
        """The record's bytes. Raises FormatError where a field cannot hold its value."""
        parts: typing.List[bytes] = []
        for field in self.FIELDS:
            try:
                parts.append(field.kind.pack(getattr(self, field.name)))
            except _Misfit as misfit:
                raise FormatError(
                    f"record {self.NAME}", None, field.name, misfit.expected, misfit.found
                ) from None
        return b"".join(parts)

    def _own_checksum(self, name: str) -> int:
        """The CRC-32 of this record, as far as its field `name` covers it."""
        field = next(field for field in self.FIELDS if field.name == name)
        data = bytearray(self.pack())
        if field.role[1] == "preceding":
            del data[field.offset :]
        else:
            data[field.offset : field.offset + field.size] = bytes(field.size)
        return zlib.crc32(data)

    def pack_into(self, buffer: typing.Any, offset: int = 0) -> None:
        """Writes the record's bytes into `buffer`, from byte `offset` on."""
        room = len(buffer) - offset
        if offset < 0 or room < self.SIZE:
            raise _cut(type(self), offset, room)
        buffer[offset : offset + self.SIZE] = self.pack()

    @classmethod
    def unpack_tail(
        cls, buffer: typing.Any, offset: int = 0
    ) -> typing.Tuple[typing.Any, bytes, int]:
        """The record at `offset`, the bytes that it counts behind it, and where they end."""
        record = cls.unpack_from(buffer, offset)
        start = end = offset + cls.SIZE
        if cls.TAIL is not None:
            length = int(getattr(record, cls.TAIL.count))
            end = start + length
            if end > len(buffer):
                region, found = f"{cls.TAIL.name} of {cls.NAME}", f"{len(buffer) - start} bytes"
                raise FormatError(region, start, "length", f"{length} bytes", found)
        return record, bytes(buffer[start:end]), end

    def pack_tail(self, tail: bytes = b"") -> bytes:
        """The record's bytes and `tail` behind them, counted by the field that does so."""
        if self.TAIL is None:
            if tail:
                raise FormatError(f"record {self.NAME}", None, "tail", "none", f"{len(tail)} bytes")
            return self.pack()
        counted = _copy(self)
        setattr(counted, self.TAIL.count, len(tail))
        _check(counted, self.TAIL.count)
        return bytes(counted.pack() + bytes(tail))

    def validate(
        self, at: int = 0, header: typing.Optional[Record] = None
    ) -> typing.List[str]:
        """What is wrong with the record, a line per field; nothing when it is right.

        Looks at constants, largest values, closed enums and flags, and reserved bytes. An absent
        field is not looked at: its sentinel or its guard says that it holds no value. `at` is
        the byte at which the record starts, for the text. `header` is the file's; without it,
        fields that its flags guard are not looked at.
        """
        return [str(fault) for fault in _faults(self, at, header)]

    @classmethod
    def dtype(cls, itemsize: typing.Optional[int] = None) -> typing.Any:
        """The record as a numpy dtype, each at least as far from the next as it is long.

        Needs numpy.
        """
        import numpy

        return numpy.dtype(
            {
                "names": [field.name for field in cls.FIELDS],
                "formats": [field.kind.numpy for field in cls.FIELDS],
                "offsets": [field.offset for field in cls.FIELDS],
                "itemsize": max(cls.SIZE, itemsize or 0),
            }
        )

    def __eq__(self, other: object) -> typing.Any:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, field.name) == getattr(other, field.name) for field in self.FIELDS
        )

    # It can be changed, and so has no hash.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in self.FIELDS)
        return f"{self.NAME}({fields})"


def _cut(record: typing.Any, offset: int, room: int) -> FormatError:
    """A record that ends behind its buffer, or starts before it."""
    if offset < 0:
        return FormatError(record.NAME, offset, "offset", "0 or more", offset)
    found = f"{max(room, 0)} bytes"
    return FormatError(record.NAME, offset, "length", f"{record.SIZE} bytes", found)


def _is_boundary(record: typing.Any, room: int) -> bool:
    """Whether the first `room` bytes of a record are one of some version of it."""
    if room >= record.SIZE:
        return True
    return room >= record.CORE and any(field.offset == room for field in record.FIELDS)


def _sizes(record: typing.Any) -> typing.List[int]:
    """The sizes that a record has in some version of it, the longest first."""
    return [size for size in range(record.SIZE, 0, -1) if _is_boundary(record, size)]


@functools.lru_cache(maxsize=None)
def _missing(record: typing.Any) -> bytes:
    """What fields hold that the data end before: their default, else their sentinel, else zero."""
    fresh = record()
    for field in record.FIELDS:
        if field.sentinel is not None and field.default is None:
            setattr(fresh, field.name, field.sentinel)
    return bytes(fresh.pack())


def _filled(record: typing.Any, data: bytes) -> bytes:
    """The bytes of a record, of which the last fields may be missing."""
    if len(data) >= record.SIZE:
        return data
    return data + _missing(record)[len(data) :]


def _guard_mask(record: typing.Any, field: Field) -> int:
    """The bit of the flag that guards a field; `record` is the one with the flags."""
    _, flags, bit = field.guard
    return int(_field(record, flags).kind.names[bit.upper()])


def _is_absent(record: typing.Any, field: Field, header: typing.Any) -> bool:
    """Whether a field of a record holds no value: its guard is not set, or it is its sentinel.

    A field that a flag of the header guards counts as absent where the header is not known.
    """
    if field.guard:
        owner, flags, _ = field.guard
        holder = record if owner == record.NAME else header
        if holder is None or not int(getattr(holder, flags)) & _guard_mask(holder, field):
            return True
    if field.sentinel is None:
        return False
    return _is_same(field.kind, getattr(record, field.name), field.sentinel)


def _is_same(kind: typing.Any, one: typing.Any, other: typing.Any) -> bool:
    """Whether two values have the same bytes; a value that has none is not the same."""
    try:
        return bool(kind.pack(one) == kind.pack(other))
    except (_Misfit, FormatError):
        return False


def _is_absent_in(record: typing.Any, field: Field, data: bytes, header: typing.Any) -> bool:
    """The same of a record of which only bytes are known, its first ones."""
    if field.guard:
        owner, flags, _ = field.guard
        if owner == record.NAME:
            at = _field(record, flags)
            part = data[at.offset : at.offset + at.size]
            number = int.from_bytes(part, "little") if len(part) == at.size else 0
            if not number & _guard_mask(record, field):
                return True
        elif header is None or not int(getattr(header, flags)) & _guard_mask(header, field):
            return True
    if field.sentinel is None:
        return False
    none: bytes = field.kind.pack(field.sentinel)
    return data[field.offset : field.offset + field.size] == none


def _judged(record: typing.Any, at: int, header: typing.Any = None) -> typing.Any:
    """The record, which starts at byte `at`, unless a closed enum or closed flags in it hold what
    has no name. What is absent is not looked at."""
    for position in record._CLOSED:
        field = record.FIELDS[position]
        if not _is_absent(record, field, header):
            _judge(record, field, field.kind, getattr(record, field.name), at, header)
    return record


def _judge(
    record: typing.Any,
    field: Field,
    kind: typing.Any,
    value: typing.Any,
    at: int,
    header: typing.Any,
) -> None:
    """Refuses a field's value, or what is in it, that has no name where it must have one."""
    if isinstance(kind, _Array):
        for each in value:
            _judge(record, field, kind.element, each, at, header)
            # Of records, each is at a place of its own.
            at += kind.element.size if isinstance(kind.element, _Nested) else 0
    elif isinstance(kind, _Nested):
        _judged(value, at + field.offset, header)
    else:
        fault = kind.fault(value)
        if fault is not None:
            at += field.offset
            raise FormatError(record.NAME, at, field.name, fault.expected, fault.found)


def _grouped(values: typing.Any, length: int) -> typing.Tuple[typing.Any, ...]:
    """The values in groups of `length`."""
    return tuple(tuple(values[at : at + length]) for at in range(0, len(values), length))


def _copy(record: typing.Any) -> typing.Any:
    """A record of the same fields, which can be changed without the other."""
    kind: typing.Any = type(record)
    copy = kind.__new__(kind)
    for field in record.FIELDS:
        setattr(copy, field.name, getattr(record, field.name))
    return copy


def _field(record: typing.Any, name: str) -> Field:
    fields: typing.Tuple[Field, ...] = record.FIELDS
    return next(field for field in fields if field.name == name)


def _check(record: typing.Any, name: str) -> None:
    """Refuses a value that the field cannot hold, or that is beyond its largest."""
    field, value = _field(record, name), getattr(record, name)
    try:
        field.kind.pack(value)
        if field.max is not None and value > field.max:
            raise _Misfit(f"at most {field.max}", value)
    except _Misfit as misfit:
        raise FormatError(
            f"record {record.NAME}", None, name, misfit.expected, misfit.found
        ) from None


def _records(value: typing.Any, at: int) -> typing.Iterator[typing.Tuple[str, Record, int]]:
    """The records inside a field's value that starts at byte `at`, with what leads to each."""
    if isinstance(value, Record):
        yield "", value, at
    elif isinstance(value, (tuple, list)):
        for position, each in enumerate(value):
            for path, record, record_at in _records(each, at):
                yield f"[{position}]{path}", record, record_at
                at = record_at + record.SIZE


def _faults(
    record: typing.Any, at: int, header: typing.Any = None, path: str = ""
) -> typing.Iterator[FormatError]:
    """What is wrong with a record that starts at byte `at`."""
    for field in record.FIELDS:
        value, name = getattr(record, field.name), f"{path}{field.name}"
        fault = None
        is_absent = _is_absent(record, field, header)
        try:
            packed = field.kind.pack(value)
            if is_absent or field.removed is not None:
                continue
            if field.const is not None and packed != field.kind.pack(field.const):
                fault = _Misfit(_short(field.const), value)
            elif field.reserved and any(packed):
                fault = _Misfit("zero", value)
            elif field.max is not None and value > field.max:
                fault = _Misfit(f"at most {field.max}", value)
            else:
                fault = field.kind.fault(value)
        except FormatError as error:
            # A record inside this one that cannot be packed is reported below.
            del error
        except _Misfit as misfit:
            fault = misfit
        if fault is not None:
            yield FormatError(record.NAME, at + field.offset, name, fault.expected, fault.found)
            continue
        for inner_path, inner, inner_at in _records(value, at + field.offset):
            yield from _faults(inner, inner_at, header, f"{name}{inner_path}.")


# ---------------------------------------------------------------- what the format holds


class Arch(_EnumNames):
    """Instruction set of the traced process.

    Open: a number without a name is kept as a plain int.
    """

    #: 64-bit x86.
    X86_64 = 1
    #: 64-bit ARM (AArch64).
    ARM64 = 2


class Os(_EnumNames):
    """Operating system of the traced process.

    Open: a number without a name is kept as a plain int.
    """

    #: iOS.
    IOS = 1
    #: Android.
    ANDROID = 2
    #: macOS.
    MACOS = 3
    #: Linux.
    LINUX = 4
    #: Windows.
    WINDOWS = 5


class ClockType(_EnumNames):
    """Clock of the timestamps. Each clock is continuous: it keeps running while the machine
    sleeps.

    Open: a number without a name is kept as a plain int.
    """

    #: `mach_continuous_time` of macOS and iOS.
    MACH_CONTINUOUS = 1
    #: `QueryPerformanceCounter` of Windows.
    QPC = 2
    #: `CLOCK_BOOTTIME` of Linux and Android.
    BOOTTIME = 3


class EventKind(_EnumNames):
    """What an index event records.

    Open: a number without a name is kept as a plain int.
    """

    #: The function was entered.
    CALL = 1
    #: The function returned.
    RETURN = 2
    #: An exception left the function.
    EXCEPTION = 3
    #: Events were lost here: `function_id` holds their number, and the time is that of the next
    #: recorded event. A marker, not an event of the program. Since revision 1.
    LOST = 4
    #: A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call
    #: made at this place. Neither a call nor a return: the depth of the call stack stays as it is.
    #: Since revision 1.
    SIGNAL = 5


class DetailEventType(_EnumNames):
    """What a detail event records. It selects the payload.

    Open: a number without a name is kept as a plain int.
    """

    #: Registers and stack at the entry of a function.
    FUNCTION_CALL = 3
    #: Registers and stack at the return of a function.
    FUNCTION_RETURN = 4


class SummedFile(_EnumNames):
    """The file that a file of chunk checksums is about.

    Since revision 1.

    Open: a number without a name is kept as a plain int.
    """

    #: The index file of a thread. Since revision 1.
    INDEX = 0
    #: The detail file of a thread. Since revision 1.
    DETAIL = 1
    #: The manifest of the session. Since revision 1.
    MANIFEST = 2


class IndexFlags(_FlagNames):
    """Flags of an index file.

    Open: a bit without a name is kept.
    """

    #: There is a detail file beside the index file. Set when the file `detail` exists.
    HAS_DETAIL_FILE = 0x1


class ChunkFlags(_FlagNames):
    """What is known of a chunk.

    Since revision 1.

    Open: a bit without a name is kept.
    """

    #: Nothing proves that the bytes are what was recorded: the machine stopped before they were
    #: synced. Since revision 1.
    UNVERIFIED = 0x1
    #: The last entry: it covers the file's header and footer. Since revision 1.
    CLOSING_ENTRY = 0x2
    #: The bytes failed an earlier checksum, and recovery kept them. Since revision 1.
    KNOWN_DAMAGED = 0x4


class AtfIndexHeader(Record):
    """First bytes of an index file. Counts and times are zero until the file is finalized.

    64 bytes.
    """

    __slots__ = (
        "magic",
        "endian",
        "version",
        "arch",
        "os",
        "flags",
        "thread_id",
        "clock_type",
        "_reserved1",
        "_reserved2",
        "event_size",
        "event_count",
        "events_offset",
        "footer_offset",
        "time_start_ns",
        "time_end_ns",
    )

    #: Marks an index file. Offset 0, 4 bytes; always "ATI2".
    magic: bytes

    #: Byte order of the file: 1 is little-endian, the only legal value. Offset 4, 1 byte; always 1.
    endian: int

    #: Version of the format. Offset 5, 1 byte; always 1; version of the format.
    version: int

    #: Instruction set of the traced process. Offset 6, 1 byte.
    arch: typing.Union[Arch, int]

    #: Operating system of the traced process. Offset 7, 1 byte.
    os: typing.Union[Os, int]

    #: Flags of this file; undeclared bits are zero. Offset 8, 4 bytes.
    flags: typing.Union[IndexFlags, int]

    #: Thread that wrote this file. Offset 12, 4 bytes.
    thread_id: int

    #: Clock of every timestamp in this file. Offset 16, 1 byte.
    clock_type: typing.Union[ClockType, int]

    #: Zero. Offset 17, 3 bytes; reserved, zero.
    _reserved1: bytes

    #: Zero. Offset 20, 4 bytes; reserved, zero.
    _reserved2: int

    #: Distance from one event to the next. Offset 24, 4 bytes; in bytes; 32 by default; distance
    #: from one event to the next.
    event_size: int

    #: Number of events; 0 until the file is finalized. Offset 28, 4 bytes; number of events.
    event_count: int

    #: Offset of the first event. Offset 32, 8 bytes; in bytes; 64 by default; start of the events.
    events_offset: int

    #: Offset of the footer; the end of this header until the file is finalized. Offset 40, 8 bytes;
    #: in bytes; 64 by default; start of the footer.
    footer_offset: int

    #: Timestamp of the first event. Offset 48, 8 bytes; in ns; `timestamp_ns` of the first event.
    time_start_ns: int

    #: Timestamp of the last event. Offset 56, 8 bytes; in ns; `timestamp_ns` of the last event.
    time_end_ns: int

    NAME = "AtfIndexHeader"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sBBBBIIB3sIIIQQQQ")
    FIELDS = (
        Field("magic", 0, 4, "[u8; 4]", _Bytes(4), const=b"ATI2", doc="Marks an index file."),
        Field(
            "endian",
            4,
            1,
            "u8",
            _U8,
            const=1,
            doc="Byte order of the file: 1 is little-endian, the only legal value.",
        ),
        Field(
            "version",
            5,
            1,
            "u8",
            _U8,
            const=1,
            role=("version", "format"),
            doc="Version of the format.",
        ),
        Field(
            "arch",
            6,
            1,
            "Arch",
            _Enum(Arch, 1, True),
            doc="Instruction set of the traced process.",
        ),
        Field("os", 7, 1, "Os", _Enum(Os, 1, True), doc="Operating system of the traced process."),
        Field(
            "flags",
            8,
            4,
            "IndexFlags",
            _Flags(IndexFlags, 4, True),
            doc="Flags of this file; undeclared bits are zero.",
        ),
        Field("thread_id", 12, 4, "u32", _U32, doc="Thread that wrote this file."),
        Field(
            "clock_type",
            16,
            1,
            "ClockType",
            _Enum(ClockType, 1, True),
            doc="Clock of every timestamp in this file.",
        ),
        Field("_reserved1", 17, 3, "[u8; 3]", _Bytes(3), reserved=True, doc="Zero."),
        Field("_reserved2", 20, 4, "u32", _U32, reserved=True, doc="Zero."),
        Field(
            "event_size",
            24,
            4,
            "u32",
            _U32,
            unit="bytes",
            default=32,
            role=("stride", "events"),
            doc="Distance from one event to the next.",
        ),
        Field(
            "event_count",
            28,
            4,
            "u32",
            _U32,
            role=("count", "events"),
            doc="Number of events; 0 until the file is finalized.",
        ),
        Field(
            "events_offset",
            32,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=64,
            role=("offset", "events"),
            doc="Offset of the first event.",
        ),
        Field(
            "footer_offset",
            40,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=64,
            role=("offset", "footer"),
            doc="Offset of the footer; the end of this header until the file is finalized.",
        ),
        Field(
            "time_start_ns",
            48,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("first", "events.timestamp_ns"),
            doc="Timestamp of the first event.",
        ),
        Field(
            "time_end_ns",
            56,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("last", "events.timestamp_ns"),
            doc="Timestamp of the last event.",
        ),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"ATI2",
        endian: int = 1,
        version: int = 1,
        arch: typing.Union[Arch, int] = 0,
        os: typing.Union[Os, int] = 0,
        flags: typing.Union[IndexFlags, int] = IndexFlags.of(0),
        thread_id: int = 0,
        clock_type: typing.Union[ClockType, int] = 0,
        _reserved1: bytes = bytes(3),
        _reserved2: int = 0,
        event_size: int = 32,
        event_count: int = 0,
        events_offset: int = 64,
        footer_offset: int = 64,
        time_start_ns: int = 0,
        time_end_ns: int = 0,
    ) -> None:
        self.magic = magic
        self.endian = endian
        self.version = version
        self.arch = arch
        self.os = os
        self.flags = flags
        self.thread_id = thread_id
        self.clock_type = clock_type
        self._reserved1 = _reserved1
        self._reserved2 = _reserved2
        self.event_size = event_size
        self.event_count = event_count
        self.events_offset = events_offset
        self.footer_offset = footer_offset
        self.time_start_ns = time_start_ns
        self.time_end_ns = time_end_ns

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> AtfIndexHeader:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.endian = values[1]
        record.version = values[2]
        record.arch = Arch.of(values[3])
        record.os = Os.of(values[4])
        record.flags = IndexFlags.of(values[5])
        record.thread_id = values[6]
        record.clock_type = ClockType.of(values[7])
        record._reserved1 = values[8]
        record._reserved2 = values[9]
        record.event_size = values[10]
        record.event_count = values[11]
        record.events_offset = values[12]
        record.footer_offset = values[13]
        record.time_start_ns = values[14]
        record.time_end_ns = values[15]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"ATI2"
    #: The only legal value of `endian`.
    ENDIAN = 1
    #: The only legal value of `version`.
    VERSION = 1


class IndexEvent(Record):
    """One call, return, exception or signal. Its sequence is its position in the file, counted
    from zero.

    32 bytes.
    """

    __slots__ = (
        "timestamp_ns",
        "function_id",
        "thread_id",
        "event_kind",
        "call_depth",
        "detail_seq",
    )

    #: Time of the event on the clock named in the header. Offset 0, 8 bytes; in ns.
    timestamp_ns: int

    #: The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a
    #: number. Offset 8, 8 bytes.
    function_id: int

    #: Thread that the event happened on. Offset 16, 4 bytes.
    thread_id: int

    #: What happened. Offset 20, 4 bytes.
    event_kind: typing.Union[EventKind, int]

    #: Depth of the call stack. Offset 24, 4 bytes.
    call_depth: int

    #: Sequence of the linked detail event. Offset 28, 4 bytes; NO_DETAIL_SEQ (0xFFFFFFFF) by
    #: default; NO_DETAIL_SEQ (0xFFFFFFFF) means none; position of the linked event in the file
    #: `detail`.
    detail_seq: int

    NAME = "IndexEvent"
    SIZE = 32
    CORE = 32
    STRUCT = struct.Struct("<QQIIII")
    FIELDS = (
        Field(
            "timestamp_ns",
            0,
            8,
            "u64",
            _U64,
            unit="ns",
            doc="Time of the event on the clock named in the header.",
        ),
        Field(
            "function_id",
            8,
            8,
            "u64",
            _U64,
            doc=(
                "The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and "
                "`signal` it is a number."
            ),
        ),
        Field("thread_id", 16, 4, "u32", _U32, doc="Thread that the event happened on."),
        Field("event_kind", 20, 4, "EventKind", _Enum(EventKind, 4, True), doc="What happened."),
        Field("call_depth", 24, 4, "u32", _U32, doc="Depth of the call stack."),
        Field(
            "detail_seq",
            28,
            4,
            "u32",
            _U32,
            default=NO_DETAIL_SEQ,
            sentinel=NO_DETAIL_SEQ,
            role=("link", "detail"),
            doc="Sequence of the linked detail event.",
        ),
    )

    def __init__(
        self,
        *,
        timestamp_ns: int = 0,
        function_id: int = 0,
        thread_id: int = 0,
        event_kind: typing.Union[EventKind, int] = 0,
        call_depth: int = 0,
        detail_seq: int = NO_DETAIL_SEQ,
    ) -> None:
        self.timestamp_ns = timestamp_ns
        self.function_id = function_id
        self.thread_id = thread_id
        self.event_kind = event_kind
        self.call_depth = call_depth
        self.detail_seq = detail_seq

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> IndexEvent:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 32:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.timestamp_ns = values[0]
        record.function_id = values[1]
        record.thread_id = values[2]
        record.event_kind = EventKind.of(values[3])
        record.call_depth = values[4]
        record.detail_seq = values[5]
        return record

    @property
    def has_detail_seq(self) -> bool:
        """Whether `detail_seq` holds a value: it is not NO_DETAIL_SEQ."""
        return self.detail_seq != NO_DETAIL_SEQ


class AtfIndexFooter(Record):
    """Last bytes of a finalized index file. If it differs from the header, the footer is right.

    64 bytes.
    """

    __slots__ = (
        "magic",
        "checksum",
        "event_count",
        "time_start_ns",
        "time_end_ns",
        "bytes_written",
        "reserved",
    )

    #: The magic of the header, reversed. Offset 0, 4 bytes; always "2ITA".
    magic: bytes

    #: CRC-32 (IEEE) of the events section. Offset 4, 4 bytes; crc32 of the events.
    checksum: int

    #: Number of events. Offset 8, 8 bytes; number of events, authoritative.
    event_count: int

    #: Timestamp of the first event. Offset 16, 8 bytes; in ns; `timestamp_ns` of the first event,
    #: authoritative.
    time_start_ns: int

    #: Timestamp of the last event. Offset 24, 8 bytes; in ns; `timestamp_ns` of the last event,
    #: authoritative.
    time_end_ns: int

    #: Length of the events section. Offset 32, 8 bytes; in bytes; length of the events,
    #: authoritative.
    bytes_written: int

    #: Zero. Offset 40, 24 bytes; reserved, zero.
    reserved: bytes

    NAME = "AtfIndexFooter"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sIQQQQ24s")
    FIELDS = (
        Field(
            "magic",
            0,
            4,
            "[u8; 4]",
            _Bytes(4),
            const=b"2ITA",
            doc="The magic of the header, reversed.",
        ),
        Field(
            "checksum",
            4,
            4,
            "u32",
            _U32,
            role=("checksum", "events", "crc32"),
            doc="CRC-32 (IEEE) of the events section.",
        ),
        Field(
            "event_count",
            8,
            8,
            "u64",
            _U64,
            role=("count", "events"),
            authoritative=True,
            doc="Number of events.",
        ),
        Field(
            "time_start_ns",
            16,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("first", "events.timestamp_ns"),
            authoritative=True,
            doc="Timestamp of the first event.",
        ),
        Field(
            "time_end_ns",
            24,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("last", "events.timestamp_ns"),
            authoritative=True,
            doc="Timestamp of the last event.",
        ),
        Field(
            "bytes_written",
            32,
            8,
            "u64",
            _U64,
            unit="bytes",
            role=("length", "events"),
            authoritative=True,
            doc="Length of the events section.",
        ),
        Field("reserved", 40, 24, "[u8; 24]", _Bytes(24), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"2ITA",
        checksum: int = 0,
        event_count: int = 0,
        time_start_ns: int = 0,
        time_end_ns: int = 0,
        bytes_written: int = 0,
        reserved: bytes = bytes(24),
    ) -> None:
        self.magic = magic
        self.checksum = checksum
        self.event_count = event_count
        self.time_start_ns = time_start_ns
        self.time_end_ns = time_end_ns
        self.bytes_written = bytes_written
        self.reserved = reserved

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> AtfIndexFooter:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.checksum = values[1]
        record.event_count = values[2]
        record.time_start_ns = values[3]
        record.time_end_ns = values[4]
        record.bytes_written = values[5]
        record.reserved = values[6]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"2ITA"


class AtfDetailHeader(Record):
    """First bytes of a detail file. Counts and lengths are zero until the file is finalized.

    64 bytes.
    """

    __slots__ = (
        "magic",
        "endian",
        "version",
        "arch",
        "os",
        "flags",
        "thread_id",
        "_reserved1",
        "events_offset",
        "event_count",
        "bytes_length",
        "index_seq_start",
        "index_seq_end",
        "_reserved2",
    )

    #: Marks a detail file. Offset 0, 4 bytes; always "ATD2".
    magic: bytes

    #: Byte order of the file: 1 is little-endian, the only legal value. Offset 4, 1 byte; always 1.
    endian: int

    #: Version of the format. Offset 5, 1 byte; always 1; version of the format.
    version: int

    #: Instruction set of the traced process. Offset 6, 1 byte.
    arch: typing.Union[Arch, int]

    #: Operating system of the traced process. Offset 7, 1 byte.
    os: typing.Union[Os, int]

    #: Zero. Offset 8, 4 bytes; reserved, zero.
    flags: int

    #: Thread that wrote this file. Offset 12, 4 bytes.
    thread_id: int

    #: Zero. Offset 16, 4 bytes; reserved, zero.
    _reserved1: int

    #: Offset of the first event. Offset 20, 8 bytes; in bytes; 64 by default; start of the events.
    events_offset: int

    #: Number of detail events; 0 until the file is finalized. Offset 28, 8 bytes; number of events.
    event_count: int

    #: Length of the events section. Offset 36, 8 bytes; in bytes; length of the events.
    bytes_length: int

    #: Lowest `index_seq` of the events. Offset 44, 8 bytes; lowest `index_seq` of the events.
    index_seq_start: int

    #: Highest `index_seq` of the events. Offset 52, 8 bytes; highest `index_seq` of the events.
    index_seq_end: int

    #: Zero. Offset 60, 4 bytes; reserved, zero.
    _reserved2: bytes

    NAME = "AtfDetailHeader"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sBBBBIIIQQQQQ4s")
    FIELDS = (
        Field("magic", 0, 4, "[u8; 4]", _Bytes(4), const=b"ATD2", doc="Marks a detail file."),
        Field(
            "endian",
            4,
            1,
            "u8",
            _U8,
            const=1,
            doc="Byte order of the file: 1 is little-endian, the only legal value.",
        ),
        Field(
            "version",
            5,
            1,
            "u8",
            _U8,
            const=1,
            role=("version", "format"),
            doc="Version of the format.",
        ),
        Field(
            "arch",
            6,
            1,
            "Arch",
            _Enum(Arch, 1, True),
            doc="Instruction set of the traced process.",
        ),
        Field("os", 7, 1, "Os", _Enum(Os, 1, True), doc="Operating system of the traced process."),
        Field("flags", 8, 4, "u32", _U32, reserved=True, doc="Zero."),
        Field("thread_id", 12, 4, "u32", _U32, doc="Thread that wrote this file."),
        Field("_reserved1", 16, 4, "u32", _U32, reserved=True, doc="Zero."),
        Field(
            "events_offset",
            20,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=64,
            role=("offset", "events"),
            doc="Offset of the first event.",
        ),
        Field(
            "event_count",
            28,
            8,
            "u64",
            _U64,
            role=("count", "events"),
            doc="Number of detail events; 0 until the file is finalized.",
        ),
        Field(
            "bytes_length",
            36,
            8,
            "u64",
            _U64,
            unit="bytes",
            role=("length", "events"),
            doc="Length of the events section.",
        ),
        Field(
            "index_seq_start",
            44,
            8,
            "u64",
            _U64,
            role=("min", "events.index_seq"),
            doc="Lowest `index_seq` of the events.",
        ),
        Field(
            "index_seq_end",
            52,
            8,
            "u64",
            _U64,
            role=("max", "events.index_seq"),
            doc="Highest `index_seq` of the events.",
        ),
        Field("_reserved2", 60, 4, "[u8; 4]", _Bytes(4), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"ATD2",
        endian: int = 1,
        version: int = 1,
        arch: typing.Union[Arch, int] = 0,
        os: typing.Union[Os, int] = 0,
        flags: int = 0,
        thread_id: int = 0,
        _reserved1: int = 0,
        events_offset: int = 64,
        event_count: int = 0,
        bytes_length: int = 0,
        index_seq_start: int = 0,
        index_seq_end: int = 0,
        _reserved2: bytes = bytes(4),
    ) -> None:
        self.magic = magic
        self.endian = endian
        self.version = version
        self.arch = arch
        self.os = os
        self.flags = flags
        self.thread_id = thread_id
        self._reserved1 = _reserved1
        self.events_offset = events_offset
        self.event_count = event_count
        self.bytes_length = bytes_length
        self.index_seq_start = index_seq_start
        self.index_seq_end = index_seq_end
        self._reserved2 = _reserved2

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> AtfDetailHeader:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.endian = values[1]
        record.version = values[2]
        record.arch = Arch.of(values[3])
        record.os = Os.of(values[4])
        record.flags = values[5]
        record.thread_id = values[6]
        record._reserved1 = values[7]
        record.events_offset = values[8]
        record.event_count = values[9]
        record.bytes_length = values[10]
        record.index_seq_start = values[11]
        record.index_seq_end = values[12]
        record._reserved2 = values[13]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"ATD2"
    #: The only legal value of `endian`.
    ENDIAN = 1
    #: The only legal value of `version`.
    VERSION = 1


class DetailEventHeader(Record):
    """Header of a detail event; its payload follows. The event's sequence is its position in the
    file, counted from zero.

    24 bytes.
    """

    __slots__ = ("total_length", "event_type", "flags", "index_seq", "thread_id", "timestamp")

    #: Length of this header and its payload. Offset 0, 4 bytes; in bytes; length of this record and
    #: its payload.
    total_length: int

    #: What the payload is. Offset 4, 2 bytes.
    event_type: typing.Union[DetailEventType, int]

    #: Flags of the event type. None are defined, so zero. Offset 6, 2 bytes.
    flags: int

    #: Sequence of the linked index event. Offset 8, 4 bytes; position of the linked event in the
    #: file `index`.
    index_seq: int

    #: Thread that the event happened on. Offset 12, 4 bytes; same as `thread_id` of the linked
    #: event in the file `index`.
    thread_id: int

    #: Time of the event, as in the linked index event. Offset 16, 8 bytes; in ns; same as
    #: `timestamp_ns` of the linked event in the file `index`.
    timestamp: int

    NAME = "DetailEventHeader"
    SIZE = 24
    CORE = 24
    STRUCT = struct.Struct("<IHHIIQ")
    FIELDS = (
        Field(
            "total_length",
            0,
            4,
            "u32",
            _U32,
            unit="bytes",
            role=("length", "record"),
            doc="Length of this header and its payload.",
        ),
        Field(
            "event_type",
            4,
            2,
            "DetailEventType",
            _Enum(DetailEventType, 2, True),
            doc="What the payload is.",
        ),
        Field(
            "flags",
            6,
            2,
            "u16",
            _U16,
            doc="Flags of the event type. None are defined, so zero.",
        ),
        Field(
            "index_seq",
            8,
            4,
            "u32",
            _U32,
            role=("link", "index"),
            doc="Sequence of the linked index event.",
        ),
        Field(
            "thread_id",
            12,
            4,
            "u32",
            _U32,
            role=("same", "index.thread_id"),
            doc="Thread that the event happened on.",
        ),
        Field(
            "timestamp",
            16,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("same", "index.timestamp_ns"),
            doc="Time of the event, as in the linked index event.",
        ),
    )

    def __init__(
        self,
        *,
        total_length: int = 0,
        event_type: typing.Union[DetailEventType, int] = 0,
        flags: int = 0,
        index_seq: int = 0,
        thread_id: int = 0,
        timestamp: int = 0,
    ) -> None:
        self.total_length = total_length
        self.event_type = event_type
        self.flags = flags
        self.index_seq = index_seq
        self.thread_id = thread_id
        self.timestamp = timestamp

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> DetailEventHeader:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 24:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.total_length = values[0]
        record.event_type = DetailEventType.of(values[1])
        record.flags = values[2]
        record.index_seq = values[3]
        record.thread_id = values[4]
        record.timestamp = values[5]
        return record


class DetailFunctionPayload(Record):
    """Payload of a function's call or return: registers, then a snapshot of the stack.

    100 bytes, then as many bytes of `stack_snapshot` as `stack_size` says.
    """

    __slots__ = ("function_id", "x_regs", "lr", "fp", "sp", "stack_size", "_reserved")

    #: The function, as in the linked index event. Offset 0, 8 bytes; same as `function_id` of the
    #: linked event in the file `index`.
    function_id: int

    #: Registers; which ones depends on the instruction set and the event type. Offset 8, 64 bytes.
    x_regs: typing.Sequence[int]

    #: Link register, or return address. Offset 72, 8 bytes.
    lr: int

    #: Frame pointer. Offset 80, 8 bytes.
    fp: int

    #: Stack pointer: address of the first byte of the snapshot. Offset 88, 8 bytes.
    sp: int

    #: Length of the stack snapshot. Offset 96, 2 bytes; in bytes; at most MAX_STACK_BYTES (256).
    stack_size: int

    #: Zero. Offset 98, 2 bytes; reserved, zero.
    _reserved: int

    NAME = "DetailFunctionPayload"
    SIZE = 100
    CORE = 100
    STRUCT = struct.Struct("<Q8QQQQHH")
    FIELDS = (
        Field(
            "function_id",
            0,
            8,
            "u64",
            _U64,
            role=("same", "index.function_id"),
            doc="The function, as in the linked index event.",
        ),
        Field(
            "x_regs",
            8,
            64,
            "[u64; 8]",
            _Array(_U64, 8),
            doc="Registers; which ones depends on the instruction set and the event type.",
        ),
        Field("lr", 72, 8, "u64", _U64, doc="Link register, or return address."),
        Field("fp", 80, 8, "u64", _U64, doc="Frame pointer."),
        Field(
            "sp",
            88,
            8,
            "u64",
            _U64,
            doc="Stack pointer: address of the first byte of the snapshot.",
        ),
        Field(
            "stack_size",
            96,
            2,
            "u16",
            _U16,
            unit="bytes",
            max=MAX_STACK_BYTES,
            doc="Length of the stack snapshot.",
        ),
        Field("_reserved", 98, 2, "u16", _U16, reserved=True, doc="Zero."),
    )
    TAIL = CountedTail("stack_snapshot", 100, "stack_size", doc="Stack bytes from `sp` upward.")

    def __init__(
        self,
        *,
        function_id: int = 0,
        x_regs: typing.Sequence[int] = (0,) * 8,
        lr: int = 0,
        fp: int = 0,
        sp: int = 0,
        stack_size: int = 0,
        _reserved: int = 0,
    ) -> None:
        self.function_id = function_id
        self.x_regs = x_regs
        self.lr = lr
        self.fp = fp
        self.sp = sp
        self.stack_size = stack_size
        self._reserved = _reserved

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> DetailFunctionPayload:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 100:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.function_id = values[0]
        record.x_regs = values[1:9]
        record.lr = values[9]
        record.fp = values[10]
        record.sp = values[11]
        record.stack_size = values[12]
        record._reserved = values[13]
        return record

    @staticmethod
    def x_regs_names(arch: int, detail_event_type: int) -> typing.Tuple[str, ...]:
        """Names of the first elements of `x_regs`, as many as have one for these values."""
        if arch == Arch.ARM64 and detail_event_type == DetailEventType.FUNCTION_CALL:
            return ("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7")
        if arch == Arch.ARM64 and detail_event_type == DetailEventType.FUNCTION_RETURN:
            return ("x0",)
        if arch == Arch.X86_64 and detail_event_type == DetailEventType.FUNCTION_CALL:
            return ("rdi", "rsi", "rdx", "rcx", "r8", "r9", "rbp", "rsp")
        if arch == Arch.X86_64 and detail_event_type == DetailEventType.FUNCTION_RETURN:
            return ("rax",)
        return ()


class OriginalDetailPayload(Record):
    """Payload as the original tracer wrote it, under both event types. A payload is this record
    if it has this size and its `timestamp` and `function_id` are those of the linked index
    event. It is read, and never written.

    516 bytes.

    Since revision 1.
    """

    __slots__ = (
        "timestamp",
        "function_id",
        "thread_id",
        "event_kind",
        "call_depth",
        "padding",
        "x_regs",
        "lr",
        "fp",
        "sp",
        "stack_snapshot",
        "stack_size",
        "unused",
    )

    #: Time of the event, as in the linked index event. Offset 0, 8 bytes; in ns.
    timestamp: int

    #: The function, as in the linked index event. Offset 8, 8 bytes.
    function_id: int

    #: Thread that the event happened on. Offset 16, 4 bytes.
    thread_id: int

    #: What happened. Offset 20, 4 bytes.
    event_kind: typing.Union[EventKind, int]

    #: Depth of the call stack. Offset 24, 4 bytes.
    call_depth: int

    #: Not used; any value. Offset 28, 4 bytes.
    padding: bytes

    #: Registers, the same ones as in `DetailFunctionPayload`. Offset 32, 64 bytes.
    x_regs: typing.Sequence[int]

    #: Link register; 0 on x86_64. Offset 96, 8 bytes.
    lr: int

    #: Frame pointer. Offset 104, 8 bytes.
    fp: int

    #: Stack pointer: address of the first byte of the snapshot. Offset 112, 8 bytes.
    sp: int

    #: Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning. Offset 120,
    #: 128 bytes.
    stack_snapshot: bytes

    #: Length of the stack snapshot. Offset 248, 4 bytes; in bytes; at most 128.
    stack_size: int

    #: Not used; any value. Offset 252, 264 bytes.
    unused: bytes

    NAME = "OriginalDetailPayload"
    SIZE = 516
    CORE = 516
    STRUCT = struct.Struct("<QQIII4s8QQQQ128sI264s")
    FIELDS = (
        Field(
            "timestamp",
            0,
            8,
            "u64",
            _U64,
            unit="ns",
            doc="Time of the event, as in the linked index event.",
        ),
        Field("function_id", 8, 8, "u64", _U64, doc="The function, as in the linked index event."),
        Field("thread_id", 16, 4, "u32", _U32, doc="Thread that the event happened on."),
        Field("event_kind", 20, 4, "EventKind", _Enum(EventKind, 4, True), doc="What happened."),
        Field("call_depth", 24, 4, "u32", _U32, doc="Depth of the call stack."),
        Field("padding", 28, 4, "[u8; 4]", _Bytes(4), doc="Not used; any value."),
        Field(
            "x_regs",
            32,
            64,
            "[u64; 8]",
            _Array(_U64, 8),
            doc="Registers, the same ones as in `DetailFunctionPayload`.",
        ),
        Field("lr", 96, 8, "u64", _U64, doc="Link register; 0 on x86_64."),
        Field("fp", 104, 8, "u64", _U64, doc="Frame pointer."),
        Field(
            "sp",
            112,
            8,
            "u64",
            _U64,
            doc="Stack pointer: address of the first byte of the snapshot.",
        ),
        Field(
            "stack_snapshot",
            120,
            128,
            "[u8; 128]",
            _Bytes(128),
            doc="Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning.",
        ),
        Field(
            "stack_size",
            248,
            4,
            "u32",
            _U32,
            unit="bytes",
            max=128,
            doc="Length of the stack snapshot.",
        ),
        Field("unused", 252, 264, "[u8; 264]", _Bytes(264), doc="Not used; any value."),
    )

    def __init__(
        self,
        *,
        timestamp: int = 0,
        function_id: int = 0,
        thread_id: int = 0,
        event_kind: typing.Union[EventKind, int] = 0,
        call_depth: int = 0,
        padding: bytes = bytes(4),
        x_regs: typing.Sequence[int] = (0,) * 8,
        lr: int = 0,
        fp: int = 0,
        sp: int = 0,
        stack_snapshot: bytes = bytes(128),
        stack_size: int = 0,
        unused: bytes = bytes(264),
    ) -> None:
        self.timestamp = timestamp
        self.function_id = function_id
        self.thread_id = thread_id
        self.event_kind = event_kind
        self.call_depth = call_depth
        self.padding = padding
        self.x_regs = x_regs
        self.lr = lr
        self.fp = fp
        self.sp = sp
        self.stack_snapshot = stack_snapshot
        self.stack_size = stack_size
        self.unused = unused

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> OriginalDetailPayload:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 516:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.timestamp = values[0]
        record.function_id = values[1]
        record.thread_id = values[2]
        record.event_kind = EventKind.of(values[3])
        record.call_depth = values[4]
        record.padding = values[5]
        record.x_regs = values[6:14]
        record.lr = values[14]
        record.fp = values[15]
        record.sp = values[16]
        record.stack_snapshot = values[17]
        record.stack_size = values[18]
        record.unused = values[19]
        return record


class AtfDetailFooter(Record):
    """Last 64 bytes of a finalized detail file. If it differs from the header, the footer is
    right.

    64 bytes.
    """

    __slots__ = (
        "magic",
        "checksum",
        "event_count",
        "bytes_length",
        "time_start_ns",
        "time_end_ns",
        "reserved",
    )

    #: The magic of the header, reversed. Offset 0, 4 bytes; always "2DTA".
    magic: bytes

    #: CRC-32 (IEEE) of the events section. Offset 4, 4 bytes; crc32 of the events.
    checksum: int

    #: Number of detail events. Offset 8, 8 bytes; number of events, authoritative.
    event_count: int

    #: Length of the events section. Offset 16, 8 bytes; in bytes; length of the events,
    #: authoritative.
    bytes_length: int

    #: Timestamp of the first detail event. Offset 24, 8 bytes; in ns; `timestamp` of the first
    #: event.
    time_start_ns: int

    #: Timestamp of the last detail event. Offset 32, 8 bytes; in ns; `timestamp` of the last event.
    time_end_ns: int

    #: Zero. Offset 40, 24 bytes; reserved, zero.
    reserved: bytes

    NAME = "AtfDetailFooter"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sIQQQQ24s")
    FIELDS = (
        Field(
            "magic",
            0,
            4,
            "[u8; 4]",
            _Bytes(4),
            const=b"2DTA",
            doc="The magic of the header, reversed.",
        ),
        Field(
            "checksum",
            4,
            4,
            "u32",
            _U32,
            role=("checksum", "events", "crc32"),
            doc="CRC-32 (IEEE) of the events section.",
        ),
        Field(
            "event_count",
            8,
            8,
            "u64",
            _U64,
            role=("count", "events"),
            authoritative=True,
            doc="Number of detail events.",
        ),
        Field(
            "bytes_length",
            16,
            8,
            "u64",
            _U64,
            unit="bytes",
            role=("length", "events"),
            authoritative=True,
            doc="Length of the events section.",
        ),
        Field(
            "time_start_ns",
            24,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("first", "events.timestamp"),
            doc="Timestamp of the first detail event.",
        ),
        Field(
            "time_end_ns",
            32,
            8,
            "u64",
            _U64,
            unit="ns",
            role=("last", "events.timestamp"),
            doc="Timestamp of the last detail event.",
        ),
        Field("reserved", 40, 24, "[u8; 24]", _Bytes(24), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"2DTA",
        checksum: int = 0,
        event_count: int = 0,
        bytes_length: int = 0,
        time_start_ns: int = 0,
        time_end_ns: int = 0,
        reserved: bytes = bytes(24),
    ) -> None:
        self.magic = magic
        self.checksum = checksum
        self.event_count = event_count
        self.bytes_length = bytes_length
        self.time_start_ns = time_start_ns
        self.time_end_ns = time_end_ns
        self.reserved = reserved

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> AtfDetailFooter:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.checksum = values[1]
        record.event_count = values[2]
        record.bytes_length = values[3]
        record.time_start_ns = values[4]
        record.time_end_ns = values[5]
        record.reserved = values[6]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"2DTA"


class DetailOffsetsHeader(Record):
    """First bytes of an offsets file.

    64 bytes.

    Since revision 1.
    """

    __slots__ = (
        "magic",
        "endian",
        "version",
        "_reserved1",
        "record_interval",
        "thread_id",
        "entry_size",
        "_reserved2",
        "entries_offset",
        "_reserved3",
    )

    #: Marks an offsets file. Offset 0, 4 bytes; always "ATO2".
    magic: bytes

    #: Byte order of the file: 1 is little-endian, the only legal value. Offset 4, 1 byte; always 1.
    endian: int

    #: Version of the format. Offset 5, 1 byte; always 1; version of the format.
    version: int

    #: Zero. Offset 6, 2 bytes; reserved, zero.
    _reserved1: int

    #: Number of records from one entry to the next. Offset 8, 4 bytes; 64 by default.
    record_interval: int

    #: Thread that the detail file belongs to. Offset 12, 4 bytes.
    thread_id: int

    #: Distance from one entry to the next. Offset 16, 4 bytes; in bytes; 8 by default; distance
    #: from one event to the next.
    entry_size: int

    #: Zero. Offset 20, 4 bytes; reserved, zero.
    _reserved2: int

    #: Offset of the first entry. Offset 24, 8 bytes; in bytes; 64 by default; start of the events.
    entries_offset: int

    #: Zero. Offset 32, 32 bytes; reserved, zero.
    _reserved3: bytes

    NAME = "DetailOffsetsHeader"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sBBHIIIIQ32s")
    FIELDS = (
        Field("magic", 0, 4, "[u8; 4]", _Bytes(4), const=b"ATO2", doc="Marks an offsets file."),
        Field(
            "endian",
            4,
            1,
            "u8",
            _U8,
            const=1,
            doc="Byte order of the file: 1 is little-endian, the only legal value.",
        ),
        Field(
            "version",
            5,
            1,
            "u8",
            _U8,
            const=1,
            role=("version", "format"),
            doc="Version of the format.",
        ),
        Field("_reserved1", 6, 2, "u16", _U16, reserved=True, doc="Zero."),
        Field(
            "record_interval",
            8,
            4,
            "u32",
            _U32,
            default=64,
            doc="Number of records from one entry to the next.",
        ),
        Field("thread_id", 12, 4, "u32", _U32, doc="Thread that the detail file belongs to."),
        Field(
            "entry_size",
            16,
            4,
            "u32",
            _U32,
            unit="bytes",
            default=8,
            role=("stride", "events"),
            doc="Distance from one entry to the next.",
        ),
        Field("_reserved2", 20, 4, "u32", _U32, reserved=True, doc="Zero."),
        Field(
            "entries_offset",
            24,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=64,
            role=("offset", "events"),
            doc="Offset of the first entry.",
        ),
        Field("_reserved3", 32, 32, "[u8; 32]", _Bytes(32), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"ATO2",
        endian: int = 1,
        version: int = 1,
        _reserved1: int = 0,
        record_interval: int = 64,
        thread_id: int = 0,
        entry_size: int = 8,
        _reserved2: int = 0,
        entries_offset: int = 64,
        _reserved3: bytes = bytes(32),
    ) -> None:
        self.magic = magic
        self.endian = endian
        self.version = version
        self._reserved1 = _reserved1
        self.record_interval = record_interval
        self.thread_id = thread_id
        self.entry_size = entry_size
        self._reserved2 = _reserved2
        self.entries_offset = entries_offset
        self._reserved3 = _reserved3

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> DetailOffsetsHeader:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.endian = values[1]
        record.version = values[2]
        record._reserved1 = values[3]
        record.record_interval = values[4]
        record.thread_id = values[5]
        record.entry_size = values[6]
        record._reserved2 = values[7]
        record.entries_offset = values[8]
        record._reserved3 = values[9]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"ATO2"
    #: The only legal value of `endian`.
    ENDIAN = 1
    #: The only legal value of `version`.
    VERSION = 1


class DetailOffset(Record):
    """Offset of a record: entry n is for the record with sequence n times `record_interval`.

    8 bytes.

    Since revision 1.
    """

    __slots__ = ("offset",)

    #: Byte of the detail file at which the record starts. Offset 0, 8 bytes; in bytes.
    offset: int

    NAME = "DetailOffset"
    SIZE = 8
    CORE = 8
    STRUCT = struct.Struct("<Q")
    FIELDS = (
        Field(
            "offset",
            0,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc="Byte of the detail file at which the record starts.",
        ),
    )

    def __init__(self, *, offset: int = 0) -> None:
        self.offset = offset

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> DetailOffset:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 8:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.offset = values[0]
        return record


class ChunkSumsHeader(Record):
    """First bytes of a file of chunk checksums.

    64 bytes.

    Since revision 1.
    """

    __slots__ = (
        "magic",
        "endian",
        "version",
        "lane",
        "_reserved1",
        "thread_id",
        "chunk_bytes",
        "entry_size",
        "header_crc",
        "entries_offset",
        "_reserved2",
    )

    #: Marks a file of chunk checksums. Offset 0, 4 bytes; always "ATS2".
    magic: bytes

    #: Byte order of the file: 1 is little-endian, the only legal value. Offset 4, 1 byte; always 1.
    endian: int

    #: Version of the format. Offset 5, 1 byte; always 1; version of the format.
    version: int

    #: The file that is covered. Offset 6, 1 byte.
    lane: typing.Union[SummedFile, int]

    #: Zero. Offset 7, 1 byte; reserved, zero.
    _reserved1: int

    #: Thread that the file belongs to; 0 for the manifest. Offset 8, 4 bytes.
    thread_id: int

    #: Length of a chunk. Chunk n starts at byte 64 + n times this. Offset 12, 4 bytes; in bytes;
    #: 65536 by default.
    chunk_bytes: int

    #: Distance from one entry to the next. Offset 16, 4 bytes; in bytes; 40 by default; distance
    #: from one event to the next.
    entry_size: int

    #: Checksum of this header. Offset 20, 4 bytes; crc32 of the fields of this record, with this
    #: one as zero.
    header_crc: int

    #: Offset of the first entry. Offset 24, 8 bytes; in bytes; 64 by default; start of the events.
    entries_offset: int

    #: Zero. Offset 32, 32 bytes; reserved, zero.
    _reserved2: bytes

    NAME = "ChunkSumsHeader"
    SIZE = 64
    CORE = 64
    STRUCT = struct.Struct("<4sBBBBIIIIQ32s")
    FIELDS = (
        Field(
            "magic",
            0,
            4,
            "[u8; 4]",
            _Bytes(4),
            const=b"ATS2",
            doc="Marks a file of chunk checksums.",
        ),
        Field(
            "endian",
            4,
            1,
            "u8",
            _U8,
            const=1,
            doc="Byte order of the file: 1 is little-endian, the only legal value.",
        ),
        Field(
            "version",
            5,
            1,
            "u8",
            _U8,
            const=1,
            role=("version", "format"),
            doc="Version of the format.",
        ),
        Field(
            "lane",
            6,
            1,
            "SummedFile",
            _Enum(SummedFile, 1, True),
            doc="The file that is covered.",
        ),
        Field("_reserved1", 7, 1, "u8", _U8, reserved=True, doc="Zero."),
        Field(
            "thread_id",
            8,
            4,
            "u32",
            _U32,
            doc="Thread that the file belongs to; 0 for the manifest.",
        ),
        Field(
            "chunk_bytes",
            12,
            4,
            "u32",
            _U32,
            unit="bytes",
            default=65536,
            doc="Length of a chunk. Chunk n starts at byte 64 + n times this.",
        ),
        Field(
            "entry_size",
            16,
            4,
            "u32",
            _U32,
            unit="bytes",
            default=40,
            role=("stride", "events"),
            doc="Distance from one entry to the next.",
        ),
        Field(
            "header_crc",
            20,
            4,
            "u32",
            _U32,
            role=("checksum", "record", "crc32"),
            doc="Checksum of this header.",
        ),
        Field(
            "entries_offset",
            24,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=64,
            role=("offset", "events"),
            doc="Offset of the first entry.",
        ),
        Field("_reserved2", 32, 32, "[u8; 32]", _Bytes(32), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"ATS2",
        endian: int = 1,
        version: int = 1,
        lane: typing.Union[SummedFile, int] = SummedFile.INDEX,
        _reserved1: int = 0,
        thread_id: int = 0,
        chunk_bytes: int = 65536,
        entry_size: int = 40,
        header_crc: int = 0,
        entries_offset: int = 64,
        _reserved2: bytes = bytes(32),
    ) -> None:
        self.magic = magic
        self.endian = endian
        self.version = version
        self.lane = lane
        self._reserved1 = _reserved1
        self.thread_id = thread_id
        self.chunk_bytes = chunk_bytes
        self.entry_size = entry_size
        self.header_crc = header_crc
        self.entries_offset = entries_offset
        self._reserved2 = _reserved2

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> ChunkSumsHeader:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 64:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.endian = values[1]
        record.version = values[2]
        record.lane = SummedFile.of(values[3])
        record._reserved1 = values[4]
        record.thread_id = values[5]
        record.chunk_bytes = values[6]
        record.entry_size = values[7]
        record.header_crc = values[8]
        record.entries_offset = values[9]
        record._reserved2 = values[10]
        return record

    @property
    def computed_header_crc(self) -> int:
        """What `header_crc` should hold: the crc32 of the fields of this record, with this one
        as zero.
        """
        return self._own_checksum("header_crc")

    #: The only legal value of `magic`.
    MAGIC = b"ATS2"
    #: The only legal value of `endian`.
    ENDIAN = 1
    #: The only legal value of `version`.
    VERSION = 1


class ChunkSum(Record):
    """Checksum and times of a chunk. A chunk may have several entries, of which the last one
    counts. The closing entry has the chunk 0xFFFFFFFF, the length 128, the checksum of the
    file's header and then its footer, and the times of all events.

    40 bytes.

    Since revision 1.
    """

    __slots__ = (
        "chunk_number",
        "covered_length",
        "data_crc",
        "flags",
        "time_min_ns",
        "time_max_ns",
        "_reserved",
        "entry_crc",
    )

    #: Number of the chunk. Offset 0, 4 bytes.
    chunk_number: int

    #: Bytes of the chunk that are covered, from its start. Offset 4, 4 bytes; in bytes.
    covered_length: int

    #: CRC-32 (IEEE) of these bytes. Offset 8, 4 bytes.
    data_crc: int

    #: What is known of the bytes. Offset 12, 4 bytes.
    flags: typing.Union[ChunkFlags, int]

    #: Lowest timestamp of the events or records that begin in these bytes. If it is higher than
    #: `time_max_ns`, none does. Offset 16, 8 bytes; in ns.
    time_min_ns: int

    #: Highest timestamp of them. Offset 24, 8 bytes; in ns.
    time_max_ns: int

    #: Zero. Offset 32, 4 bytes; reserved, zero.
    _reserved: int

    #: Checksum of this entry. Offset 36, 4 bytes; crc32 of the bytes of this record before this
    #: field.
    entry_crc: int

    NAME = "ChunkSum"
    SIZE = 40
    CORE = 40
    STRUCT = struct.Struct("<IIIIQQII")
    FIELDS = (
        Field("chunk_number", 0, 4, "u32", _U32, doc="Number of the chunk."),
        Field(
            "covered_length",
            4,
            4,
            "u32",
            _U32,
            unit="bytes",
            doc="Bytes of the chunk that are covered, from its start.",
        ),
        Field("data_crc", 8, 4, "u32", _U32, doc="CRC-32 (IEEE) of these bytes."),
        Field(
            "flags",
            12,
            4,
            "ChunkFlags",
            _Flags(ChunkFlags, 4, True),
            doc="What is known of the bytes.",
        ),
        Field(
            "time_min_ns",
            16,
            8,
            "u64",
            _U64,
            unit="ns",
            doc=(
                "Lowest timestamp of the events or records that begin in these bytes. If it is "
                "higher than `time_max_ns`, none does."
            ),
        ),
        Field("time_max_ns", 24, 8, "u64", _U64, unit="ns", doc="Highest timestamp of them."),
        Field("_reserved", 32, 4, "u32", _U32, reserved=True, doc="Zero."),
        Field(
            "entry_crc",
            36,
            4,
            "u32",
            _U32,
            role=("checksum", "preceding", "crc32"),
            doc="Checksum of this entry.",
        ),
    )

    def __init__(
        self,
        *,
        chunk_number: int = 0,
        covered_length: int = 0,
        data_crc: int = 0,
        flags: typing.Union[ChunkFlags, int] = ChunkFlags.of(0),
        time_min_ns: int = 0,
        time_max_ns: int = 0,
        _reserved: int = 0,
        entry_crc: int = 0,
    ) -> None:
        self.chunk_number = chunk_number
        self.covered_length = covered_length
        self.data_crc = data_crc
        self.flags = flags
        self.time_min_ns = time_min_ns
        self.time_max_ns = time_max_ns
        self._reserved = _reserved
        self.entry_crc = entry_crc

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> ChunkSum:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 40:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.chunk_number = values[0]
        record.covered_length = values[1]
        record.data_crc = values[2]
        record.flags = ChunkFlags.of(values[3])
        record.time_min_ns = values[4]
        record.time_max_ns = values[5]
        record._reserved = values[6]
        record.entry_crc = values[7]
        return record

    @property
    def computed_entry_crc(self) -> int:
        """What `entry_crc` should hold: the crc32 of the bytes of this record before this field."""
        return self._own_checksum("entry_crc")


class RingControl(Record):
    """Control block of a ring. Fields written by the producer, fields written by the drain, and
    fields that both read at each event are on separate cache lines.

    512 bytes.

    Since revision 1.
    """

    __slots__ = (
        "magic",
        "endian",
        "version",
        "arch",
        "os",
        "clock_type",
        "_reserved1",
        "thread_id",
        "index_offset",
        "index_capacity",
        "detail_offset",
        "detail_capacity",
        "boot_id",
        "process_id",
        "_reserved2",
        "index_head",
        "detail_head",
        "dropped_events",
        "dropped_details",
        "pushing",
        "ended",
        "_reserved3",
        "index_tail",
        "detail_tail",
        "heartbeat_ns",
        "_reserved4",
        "closed",
        "detail_enabled",
        "block",
        "_reserved5",
    )

    #: Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created:
    #: without them the ring is not ready. Offset 0, 4 bytes; always "ATR2".
    magic: bytes

    #: Byte order of the file: 1 is little-endian, the only legal value. Offset 4, 1 byte; always 1.
    endian: int

    #: Version of the format. Offset 5, 1 byte; always 1; version of the format.
    version: int

    #: Instruction set of the traced process. Offset 6, 1 byte.
    arch: typing.Union[Arch, int]

    #: Operating system of the traced process. Offset 7, 1 byte.
    os: typing.Union[Os, int]

    #: Clock of every timestamp. Offset 8, 1 byte.
    clock_type: typing.Union[ClockType, int]

    #: Zero. Offset 9, 3 bytes; reserved, zero.
    _reserved1: bytes

    #: Thread of the producer. Offset 12, 4 bytes.
    thread_id: int

    #: Offset of the buffer of the index lane. Offset 16, 8 bytes; in bytes; 4096 by default.
    index_offset: int

    #: Length of the buffer of the index lane: a power of two. Offset 24, 8 bytes; in bytes.
    index_capacity: int

    #: Offset of the buffer of the detail lane. Offset 32, 8 bytes; in bytes.
    detail_offset: int

    #: Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane.
    #: Offset 40, 8 bytes; in bytes.
    detail_capacity: int

    #: The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If
    #: the id differs, the machine was restarted, and pages may have reached the disk in any order.
    #: Offset 48, 16 bytes.
    boot_id: bytes

    #: Process of the producer. Offset 64, 4 bytes.
    process_id: int

    #: Zero. Offset 68, 60 bytes; reserved, zero.
    _reserved2: bytes

    #: Position after the last published event. Written by the producer: this store publishes
    #: events. Offset 128, 8 bytes; in bytes.
    index_head: int

    #: Position after the last detail record. A record is published with its index event. Written by
    #: the producer. Offset 136, 8 bytes; in bytes.
    detail_head: int

    #: Events dropped because the ring was full. Written by the producer. Offset 144, 8 bytes.
    dropped_events: int

    #: Detail records dropped because their buffer was full, while their event was kept. Written by
    #: the producer. Offset 152, 8 bytes.
    dropped_details: int

    #: 1 during a push. Written by the producer. Offset 160, 8 bytes.
    pushing: int

    #: 1 once the producer has ended cleanly. Written by the producer. Offset 168, 8 bytes.
    ended: int

    #: Zero. Offset 176, 80 bytes; reserved, zero.
    _reserved3: bytes

    #: Position up to which the index lane was written to its file. Written by the drain. Offset
    #: 256, 8 bytes; in bytes.
    index_tail: int

    #: Position up to which the detail lane was written to its file. Written by the drain. Offset
    #: 264, 8 bytes; in bytes.
    detail_tail: int

    #: Time of the drain's last visit, on the clock that keeps running while the machine sleeps
    #: (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain. Offset 272, 8 bytes;
    #: in ns.
    heartbeat_ns: int

    #: Zero. Offset 280, 104 bytes; reserved, zero.
    _reserved4: bytes

    #: 1 once no more events are accepted. Written by the drain. Offset 384, 8 bytes.
    closed: int

    #: 0 while detail is switched off: events are recorded without it. Written by the drain or the
    #: program. Offset 392, 8 bytes; 1 by default.
    detail_enabled: int

    #: What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event.
    #: Written when the ring is created. Offset 400, 8 bytes.
    block: int

    #: Zero. Offset 408, 104 bytes; reserved, zero.
    _reserved5: bytes

    NAME = "RingControl"
    SIZE = 512
    CORE = 512
    STRUCT = struct.Struct("<4sBBBBB3sIQQQQ16sI60sQQQQQQ80sQQQ104sQQQ104s")
    FIELDS = (
        Field(
            "magic",
            0,
            4,
            "[u8; 4]",
            _Bytes(4),
            const=b"ATR2",
            doc=(
                "Marks a ring. The first 8 bytes are stored last, with one write, when the ring "
                "is created: without them the ring is not ready."
            ),
        ),
        Field(
            "endian",
            4,
            1,
            "u8",
            _U8,
            const=1,
            doc="Byte order of the file: 1 is little-endian, the only legal value.",
        ),
        Field(
            "version",
            5,
            1,
            "u8",
            _U8,
            const=1,
            role=("version", "format"),
            doc="Version of the format.",
        ),
        Field(
            "arch",
            6,
            1,
            "Arch",
            _Enum(Arch, 1, True),
            doc="Instruction set of the traced process.",
        ),
        Field("os", 7, 1, "Os", _Enum(Os, 1, True), doc="Operating system of the traced process."),
        Field(
            "clock_type",
            8,
            1,
            "ClockType",
            _Enum(ClockType, 1, True),
            doc="Clock of every timestamp.",
        ),
        Field("_reserved1", 9, 3, "[u8; 3]", _Bytes(3), reserved=True, doc="Zero."),
        Field("thread_id", 12, 4, "u32", _U32, doc="Thread of the producer."),
        Field(
            "index_offset",
            16,
            8,
            "u64",
            _U64,
            unit="bytes",
            default=4096,
            doc="Offset of the buffer of the index lane.",
        ),
        Field(
            "index_capacity",
            24,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc="Length of the buffer of the index lane: a power of two.",
        ),
        Field(
            "detail_offset",
            32,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc="Offset of the buffer of the detail lane.",
        ),
        Field(
            "detail_capacity",
            40,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc=(
                "Length of the buffer of the detail lane: a power of two, or 0 for a ring "
                "without detail lane."
            ),
        ),
        Field(
            "boot_id",
            48,
            16,
            "[u8; 16]",
            _Bytes(16),
            doc=(
                "The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring "
                "was created. If the id differs, the machine was restarted, and pages may have "
                "reached the disk in any order."
            ),
        ),
        Field("process_id", 64, 4, "u32", _U32, doc="Process of the producer."),
        Field("_reserved2", 68, 60, "[u8; 60]", _Bytes(60), reserved=True, doc="Zero."),
        Field(
            "index_head",
            128,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc=(
                "Position after the last published event. Written by the producer: this store "
                "publishes events."
            ),
        ),
        Field(
            "detail_head",
            136,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc=(
                "Position after the last detail record. A record is published with its index "
                "event. Written by the producer."
            ),
        ),
        Field(
            "dropped_events",
            144,
            8,
            "u64",
            _U64,
            doc="Events dropped because the ring was full. Written by the producer.",
        ),
        Field(
            "dropped_details",
            152,
            8,
            "u64",
            _U64,
            doc=(
                "Detail records dropped because their buffer was full, while their event was "
                "kept. Written by the producer."
            ),
        ),
        Field("pushing", 160, 8, "u64", _U64, doc="1 during a push. Written by the producer."),
        Field(
            "ended",
            168,
            8,
            "u64",
            _U64,
            doc="1 once the producer has ended cleanly. Written by the producer.",
        ),
        Field("_reserved3", 176, 80, "[u8; 80]", _Bytes(80), reserved=True, doc="Zero."),
        Field(
            "index_tail",
            256,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc=(
                "Position up to which the index lane was written to its file. Written by the "
                "drain."
            ),
        ),
        Field(
            "detail_tail",
            264,
            8,
            "u64",
            _U64,
            unit="bytes",
            doc=(
                "Position up to which the detail lane was written to its file. Written by the "
                "drain."
            ),
        ),
        Field(
            "heartbeat_ns",
            272,
            8,
            "u64",
            _U64,
            unit="ns",
            doc=(
                "Time of the drain's last visit, on the clock that keeps running while the "
                "machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by "
                "the drain."
            ),
        ),
        Field("_reserved4", 280, 104, "[u8; 104]", _Bytes(104), reserved=True, doc="Zero."),
        Field(
            "closed",
            384,
            8,
            "u64",
            _U64,
            doc="1 once no more events are accepted. Written by the drain.",
        ),
        Field(
            "detail_enabled",
            392,
            8,
            "u64",
            _U64,
            default=1,
            doc=(
                "0 while detail is switched off: events are recorded without it. Written by the "
                "drain or the program."
            ),
        ),
        Field(
            "block",
            400,
            8,
            "u64",
            _U64,
            doc=(
                "What a push does when the ring is full: 1 waits while a drain is alive, 0 drops "
                "the event. Written when the ring is created."
            ),
        ),
        Field("_reserved5", 408, 104, "[u8; 104]", _Bytes(104), reserved=True, doc="Zero."),
    )

    def __init__(
        self,
        *,
        magic: bytes = b"ATR2",
        endian: int = 1,
        version: int = 1,
        arch: typing.Union[Arch, int] = 0,
        os: typing.Union[Os, int] = 0,
        clock_type: typing.Union[ClockType, int] = 0,
        _reserved1: bytes = bytes(3),
        thread_id: int = 0,
        index_offset: int = 4096,
        index_capacity: int = 0,
        detail_offset: int = 0,
        detail_capacity: int = 0,
        boot_id: bytes = bytes(16),
        process_id: int = 0,
        _reserved2: bytes = bytes(60),
        index_head: int = 0,
        detail_head: int = 0,
        dropped_events: int = 0,
        dropped_details: int = 0,
        pushing: int = 0,
        ended: int = 0,
        _reserved3: bytes = bytes(80),
        index_tail: int = 0,
        detail_tail: int = 0,
        heartbeat_ns: int = 0,
        _reserved4: bytes = bytes(104),
        closed: int = 0,
        detail_enabled: int = 1,
        block: int = 0,
        _reserved5: bytes = bytes(104),
    ) -> None:
        self.magic = magic
        self.endian = endian
        self.version = version
        self.arch = arch
        self.os = os
        self.clock_type = clock_type
        self._reserved1 = _reserved1
        self.thread_id = thread_id
        self.index_offset = index_offset
        self.index_capacity = index_capacity
        self.detail_offset = detail_offset
        self.detail_capacity = detail_capacity
        self.boot_id = boot_id
        self.process_id = process_id
        self._reserved2 = _reserved2
        self.index_head = index_head
        self.detail_head = detail_head
        self.dropped_events = dropped_events
        self.dropped_details = dropped_details
        self.pushing = pushing
        self.ended = ended
        self._reserved3 = _reserved3
        self.index_tail = index_tail
        self.detail_tail = detail_tail
        self.heartbeat_ns = heartbeat_ns
        self._reserved4 = _reserved4
        self.closed = closed
        self.detail_enabled = detail_enabled
        self.block = block
        self._reserved5 = _reserved5

    @classmethod
    def unpack_from(cls, buffer: typing.Any, offset: int = 0) -> RingControl:
        """The record that starts at byte `offset` of `buffer`."""
        if offset < 0 or len(buffer) - offset < 512:
            raise _cut(cls, offset, len(buffer) - offset)
        values = cls.STRUCT.unpack_from(buffer, offset)
        record = cls.__new__(cls)
        record.magic = values[0]
        record.endian = values[1]
        record.version = values[2]
        record.arch = Arch.of(values[3])
        record.os = Os.of(values[4])
        record.clock_type = ClockType.of(values[5])
        record._reserved1 = values[6]
        record.thread_id = values[7]
        record.index_offset = values[8]
        record.index_capacity = values[9]
        record.detail_offset = values[10]
        record.detail_capacity = values[11]
        record.boot_id = values[12]
        record.process_id = values[13]
        record._reserved2 = values[14]
        record.index_head = values[15]
        record.detail_head = values[16]
        record.dropped_events = values[17]
        record.dropped_details = values[18]
        record.pushing = values[19]
        record.ended = values[20]
        record._reserved3 = values[21]
        record.index_tail = values[22]
        record.detail_tail = values[23]
        record.heartbeat_ns = values[24]
        record._reserved4 = values[25]
        record.closed = values[26]
        record.detail_enabled = values[27]
        record.block = values[28]
        record._reserved5 = values[29]
        return record

    #: The only legal value of `magic`.
    MAGIC = b"ATR2"
    #: The only legal value of `endian`.
    ENDIAN = 1
    #: The only legal value of `version`.
    VERSION = 1


# ---------------------------------------------------------------- how files are read


class _Region:
    """A header or a footer, as it is in a file.

    A file of an earlier version may hold less of the record than this module knows: fields that
    are not there have the value of a fresh record.
    """

    def __init__(self, file: typing.Any, name: str, record: typing.Any, at: int, end: int) -> None:
        self.file = file
        self.name = name
        self.type = record
        self.at = at
        room = min(record.SIZE, max(end - at, 0))
        self.room = next((size for size in _sizes(record) if size <= room), 0)
        if not self.room:
            raise self.fault("length", f"{record.SIZE} bytes", f"{room} bytes")
        self.data = bytes(file.buffer[at : at + self.room])
        self.check_constants(self.room)
        try:
            self.record = record.unpack_from(_filled(record, self.data))
            _judged(self.record, 0, file.header)
        except FormatError as error:
            raise _moved(error, at, file.source) from None

    def fault(self, field: str, expected: object, found: object, offset: int = 0) -> FormatError:
        return FormatError(self.name, self.at + offset, field, expected, found, self.file.source)

    def check_constants(self, room: int) -> None:
        """Refuses a wrong magic, a version that is not in READS, any other wrong constant."""
        for path, field, at in _constants(self.type, self.data, self.file.header):
            if at + field.size > room:
                continue
            found = field.kind.unpack(self.data[at : at + field.size])
            if field.role == ("version", "format"):
                if found not in READS:
                    expected = " or ".join(map(str, READS))
                    raise self.fault(path, expected, found, at)
            elif field.const is not None and field.kind.pack(found) != field.kind.pack(field.const):
                raise self.fault(path, _short(field.const), _short(found), at)

    def field(self, *role: str) -> typing.Optional[Field]:
        """The field of that role, when the file has it and it holds a value."""
        fields: typing.Tuple[Field, ...] = self.type.FIELDS
        for field in fields:
            if field.role[: len(role)] != role or field.offset + field.size > self.room:
                continue
            if not _is_absent(self.record, field, self.file.header):
                return field
        return None

    def number(self, *role: str) -> typing.Optional[int]:
        """What the field of that role says."""
        field = self.field(*role)
        return None if field is None else int(getattr(self.record, field.name))

    def disagrees(
        self, role: typing.Tuple[str, ...], expected: int
    ) -> typing.Optional[FormatError]:
        """The fault of a field that does not say what it must."""
        field = self.field(*role)
        if field is None:
            return None
        found = int(getattr(self.record, field.name))
        if found == expected:
            return None
        return self.fault(field.name, expected, found, field.offset)


def _moved(error: FormatError, by: int, source: typing.Optional[str]) -> FormatError:
    """The error of bytes that start at byte `by` of a file."""
    offset = (error.offset or 0) + by
    return FormatError(error.region, offset, error.field, error.expected, error.found, source)


def _constants(
    record: typing.Any, data: bytes, header: typing.Any
) -> typing.Iterator[typing.Tuple[str, Field, int]]:
    """Every field of a record, and inside it, that has one legal value or is the version.

    `data` are the first bytes of the record: what they say is absent is left out.
    """
    for field in record.FIELDS:
        if _is_absent_in(record, field, data, header):
            continue
        if field.const is not None or field.role == ("version", "format"):
            yield field.name, field, field.offset
        if isinstance(field.kind, _Nested) and field.removed is None:
            part = data[field.offset : field.offset + field.size]
            for path, inner, at in _constants(field.kind.record, part, header):
                yield f"{field.name}.{path}", inner, field.offset + at


def _is_marked(record: typing.Any) -> bool:
    """Whether a record can be told by a constant that each has, such as a magic."""
    return any(
        field.const is not None
        or (isinstance(field.kind, _Nested) and _is_marked(field.kind.record))
        for field in record.FIELDS
        if not field.guard and field.removed is None
    )


class _HeaderRegion(_Region):
    """A header, which says itself where it ends: where the first event starts."""

    def __init__(self, file: typing.Any, record: typing.Any, size: int) -> None:
        self.file, self.name, self.type, self.at = file, "header", record, 0
        #: Why the events cannot start where it says; None where they can.
        self.start_fault: typing.Optional[FormatError] = None
        # Constants come first: in a file of another format no number means anything.
        self.data = bytes(file.buffer[: record.CORE])
        self.check_constants(len(self.data))
        field = next((field for field in record.FIELDS if field.role == ("offset", "events")), None)
        start, end = record.SIZE, size
        if field is not None and _is_absent_in(
            record, field, bytes(file.buffer[: record.SIZE]), None
        ):
            field = None
        if field is not None:
            if size < field.offset + field.size:
                raise self.fault("length", f"{record.SIZE} bytes", f"{size} bytes")
            start = int.from_bytes(file.buffer[field.offset : field.offset + field.size], "little")
            if start > size or start < field.offset + field.size:
                if size < record.SIZE:
                    raise self.fault("length", f"{record.SIZE} bytes", f"{size} bytes")
                expected = f"{record.SIZE} to {size}"
                self.start_fault = self.fault(field.name, expected, start, field.offset)
            elif not _is_boundary(record, start):
                expected = f"{record.SIZE} or more"
                self.start_fault = self.fault(field.name, expected, start, field.offset)
            if self.start_fault:
                start = record.SIZE
            end = start
        super().__init__(file, "header", record, 0, min(end, size))
        #: Where the first event starts.
        self.file_start = start


def _has_mark(record: typing.Any) -> bool:
    """Whether each of these records begins with the same bytes."""
    first = record.FIELDS[0]
    return first.const is not None and not first.guard


#: The record in front of an event that says how long it is.
_Head = typing.TypeVar("_Head")
#: What the events of a file are.
_Event = typing.TypeVar("_Event")


class FramedEvent(typing.Generic[_Head]):
    """An event that says how long it is: its header, and the bytes that follow it."""

    __slots__ = (
        "offset",
        "size",
        "header",
        "header_tail",
        "payload_bytes",
        "payload",
        "payload_tail",
        "payload_fault",
        "trailer",
        "rest",
    )

    def __init__(self, file: typing.Any, offset: int, size: int) -> None:
        #: Byte of the file at which the event starts.
        self.offset: int = offset
        #: Bytes of the event, header and payload.
        self.size: int = size
        event = bytes(file.buffer[offset : offset + size])
        try:
            header, tail, start = file.EVENT.unpack_tail(event)
        except FormatError as error:
            raise _moved(error, offset, file.source) from None
        self._judge(header, offset, file)
        #: The record in front.
        self.header: _Head = header
        #: The bytes that the header counts behind itself.
        self.header_tail: bytes = tail
        #: All bytes that follow the header.
        self.payload_bytes: bytes = event[start:]
        #: The record that the payload is; None when the schema knows none for this event, or when
        #: the bytes are not one.
        self.payload: typing.Any = None
        #: The bytes that the payload counts behind itself.
        self.payload_tail: bytes = b""
        #: Why the bytes are not the record that they should be.
        self.payload_fault: typing.Optional[str] = None
        #: The record that follows these, if one is declared and present.
        self.trailer: typing.Any = None
        #: What is left; a later version may have put it there.
        self.rest: bytes = self.payload_bytes
        record = file._payload(header, file.header)
        if record is not None:
            self._read_payload(record, offset + start, file)
        elif not file.PAYLOADS:
            self._read_trailer(file.EVENT, offset + start, file)

    @staticmethod
    def _judge(record: typing.Any, at: int, file: typing.Any) -> None:
        """Refuses what has no name, now that the file's header is known."""
        try:
            _judged(record, at, file.header)
        except FormatError as error:
            raise _moved(error, 0, file.source) from None

    def _read_payload(self, record: typing.Any, at: int, file: typing.Any) -> None:
        data = self.payload_bytes
        try:
            # Only a complete record has counted bytes behind it.
            if record.TAIL is None and _is_boundary(record, len(data)):
                payload, tail = record.unpack_from(_filled(record, data)), b""
                end = min(record.SIZE, len(data))
            else:
                payload, tail, end = record.unpack_tail(data)
            self.payload, self.payload_tail = _judged(payload, 0, file.header), tail
            self.rest = data[end:]
            self._read_trailer(record, 0, file)
        except FormatError as error:
            self.payload_fault = str(_moved(error, at, file.source))

    def _read_trailer(self, record: typing.Any, at: int, file: typing.Any) -> None:
        """What was declared behind the tail later; absent from events that are older."""
        trailer, data = record.TRAILER, self.rest
        if trailer is not None and data and _is_boundary(trailer, len(data)):
            self.trailer = _judged(trailer.unpack_from(_filled(trailer, data)), at, file.header)
            self.rest = data[trailer.SIZE :]

    def pack(self) -> bytes:
        """The event's bytes, as they were read."""
        front: typing.Any = self.header
        return bytes(front.pack() + self.header_tail + self.payload_bytes)

    def __repr__(self) -> str:
        shown = self.payload if self.payload is not None else f"{len(self.payload_bytes)} bytes"
        return f"FramedEvent(offset={self.offset}, header={self.header!r}, payload={shown!r})"


class _Events(typing.Sequence[_Event]):
    """The events of a file, each read when it is asked for."""

    def __init__(self, file: typing.Any, start: int, end: int) -> None:
        self.file = file
        self.start = start
        self.end = end

    @typing.overload
    def __getitem__(self, key: int) -> _Event: ...

    @typing.overload
    def __getitem__(self, key: slice) -> typing.List[_Event]: ...

    def __getitem__(self, key: typing.Any) -> typing.Any:
        if isinstance(key, slice):
            return [self._get(position) for position in range(*key.indices(len(self)))]
        position = operator.index(key)
        if position < 0:
            position += len(self)
        if not self._has(position):
            raise IndexError(f"event {key} of {len(self)}")
        return self._get(position)

    def __iter__(self) -> typing.Iterator[_Event]:
        position = 0
        while self._has(position):
            yield self._get(position)
            position += 1

    def _has(self, position: int) -> bool:
        raise NotImplementedError

    def _get(self, position: int) -> _Event:
        raise NotImplementedError

    @property
    def trailing_bytes(self) -> int:
        """Bytes at the end of an unfinalized file that are no complete event."""
        raise NotImplementedError

    def to_numpy(self) -> typing.Any:
        """The events as a numpy array of ``EVENT.dtype()``; of the headers alone where each
        event says how long it is. Needs numpy."""
        raise NotImplementedError


class _FixedEvents(_Events[typing.Any]):
    """Events that all take the same number of bytes."""

    def __init__(self, file: typing.Any, start: int, end: int, stride: int, count: int) -> None:
        super().__init__(file, start, end)
        self.stride = stride
        self._length = count

    def __len__(self) -> int:
        return self._length

    def _has(self, position: int) -> bool:
        return 0 <= position < self._length

    def _get(self, position: int) -> typing.Any:
        record, file = self.file.EVENT, self.file
        at = self.start + position * self.stride
        try:
            if self.stride >= record.SIZE:
                event = record.unpack_from(file.buffer, at)
                return _judged(event, at, file.header) if record._CLOSED else event
            data = bytes(file.buffer[at : at + self.stride])
            return _judged(record.unpack_from(_filled(record, data)), 0, file.header)
        except FormatError as error:
            raise _moved(error, at if self.stride < record.SIZE else 0, file.source) from None

    @property
    def trailing_bytes(self) -> int:
        return self.end - self.start - self._length * self.stride

    def to_numpy(self) -> typing.Any:
        import numpy

        record, stride = self.file.EVENT, self.stride
        if self._length == 0:
            return numpy.empty(0, record.dtype())
        if stride >= record.SIZE:
            dtype = record.dtype(stride)
            return numpy.frombuffer(self.file.buffer, dtype, count=self._length, offset=self.start)
        # Events of an earlier version: each gets the fields that it lacks.
        fresh = numpy.frombuffer(_missing(record), numpy.uint8)
        events = numpy.tile(fresh, (self._length, 1))
        known = numpy.frombuffer(
            self.file.buffer[self.start : self.start + self._length * stride], numpy.uint8
        )
        events[:, :stride] = known.reshape(self._length, stride)
        return events.reshape(-1).view(record.dtype())


class _FramedEvents(_Events[typing.Any]):
    """Events that each say how long they are: found one after the other, when asked for."""

    def __init__(
        self, file: typing.Any, start: int, end: int, said: typing.Optional[FormatError], count: int
    ) -> None:
        super().__init__(file, start, end)
        # Where each event starts that was found so far, and the next.
        self.offsets = array.array("Q")
        self.next = start
        self.is_done = False
        # How many there must be, and the fault that it is when there are not: found is filled in.
        self.said = said
        self.promised = count
        #: What a footer begins with; nothing where that is not a constant.
        self.mark = b""
        if file.FOOTER is not None and _has_mark(file.FOOTER):
            self.mark = file.FOOTER().pack()[: file.FOOTER.FIELDS[0].size]
        self.lengths = [
            field
            for field in file.EVENT.FIELDS
            if field.role in (("length", "record"), ("length", "payload"))
        ]

    def __len__(self) -> int:
        while not self.is_done:
            self._find()
        return len(self.offsets)

    def _has(self, position: int) -> bool:
        while len(self.offsets) <= position and not self.is_done:
            self._find()
        return 0 <= position < len(self.offsets)

    def _get(self, position: int) -> typing.Any:
        at = self.offsets[position]
        is_last = position + 1 == len(self.offsets)
        return FramedEvent(
            self.file, at, (self.next if is_last else self.offsets[position + 1]) - at
        )

    def _find(self) -> None:
        """Finds the next event, or that there is none."""
        fault = None
        if self.next < self.end and not self._is_at_footer():
            size = self._size(self.next)
            if isinstance(size, int):
                self.offsets.append(self.next)
                self.next += size
                return
            fault = size
        # The file may end in half an event where nothing says how far the events reach.
        if fault is not None and (self.file.finalized or self.file._final_end is not None):
            raise fault
        self.is_done = True
        said, found = self.said, len(self.offsets)
        if self.file.finalized and said is not None and found != self.promised:
            self.is_done = False
            said.expected = f"{found} (the events in the file)"
            raise said

    def _is_at_footer(self) -> bool:
        """Whether the footer of the events so far is next in a file that was not finalized."""
        file, mark = self.file, self.mark
        if file.finalized or file._final_end is not None or not mark:
            return False
        if file.buffer[self.next : self.next + len(mark)] != mark:
            return False
        return bool(file._is_own_footer(self.next, len(self.offsets), self.next - self.start))

    def _size(self, at: int) -> typing.Union[int, FormatError]:
        """Bytes of the event at `at`, or what is wrong with what it says of them."""
        record, room = self.file.EVENT, self.end - at
        name, source = record.NAME, self.file.source
        if room < record.SIZE:
            return FormatError(
                name, at, "length", f"{record.SIZE} bytes", f"{room} bytes", source
            )
        own = record.SIZE
        if record.TAIL is not None:
            own += self._read(_field(record, record.TAIL.count), at)
        total = None
        for field in self.lengths:
            said = self._read(field, at)
            least = own if field.role[1] == "record" else 0
            most = room if field.role[1] == "record" else room - own
            if not least <= said <= most:
                expected = f"{least} to {most}" if least <= most else f"at most {max(most, 0)}"
                return FormatError(name, at + field.offset, field.name, expected, said, source)
            size = said if field.role[1] == "record" else said + own
            if total is not None and total != size:
                other = total if field.role[1] == "record" else total - own
                return FormatError(name, at + field.offset, field.name, other, said, source)
            total = size
        return own if total is None else total

    def _read(self, field: Field, at: int) -> int:
        start = at + field.offset
        return int.from_bytes(self.file.buffer[start : start + field.size], "little")

    @property
    def trailing_bytes(self) -> int:
        len(self)
        file = self.file
        return (self.end if file.finalized else len(file.buffer)) - self.next

    def to_numpy(self) -> typing.Any:
        import numpy

        size, buffer = self.file.EVENT.SIZE, self.file.buffer
        if len(self) == 0:
            return numpy.empty(0, self.file.EVENT.dtype())
        heads = b"".join(bytes(buffer[at : at + size]) for at in self.offsets)
        return numpy.frombuffer(heads, self.file.EVENT.dtype(), count=len(self.offsets))


class StoredChecksum(typing.NamedTuple):
    """A checksum as stored in a file, and as computed from the bytes."""

    #: As stored in the file. A writer that computes no checksum leaves the field zero.
    stored: int
    #: Of the bytes that it covers.
    computed: int

    @property
    def is_right(self) -> bool:
        """Whether the two are the same."""
        return self.stored == self.computed


class _Ending:
    """Where the events of a file end, and its footer.

    They end by a footer that fits the file, else by a final header that does, else by the length
    of the file.
    """

    #: The record at the start.
    HEADER: typing.ClassVar[typing.Any] = None
    #: The record of each event, or in front of each.
    EVENT: typing.ClassVar[typing.Any] = None
    #: The record at the end.
    FOOTER: typing.ClassVar[typing.Any] = None
    #: Whether each event says how long it is.
    IS_FRAMED: typing.ClassVar[bool] = False
    #: Whether a field of the header says where the footer starts; else it is the last bytes.
    HAS_FOOTER_OFFSET: typing.ClassVar[bool] = False

    #: The bytes of the file.
    buffer: memoryview
    #: What messages call the file.
    source: typing.Optional[str]
    #: The record at the start, or None.
    header: typing.Any
    #: Whether the file has its footer; else its writer stopped or the file was cut, and the
    #: events are those that are complete.
    finalized: bool
    # Where the events end by a final header, in a file without its footer.
    _final_end: typing.Optional[int]
    # Whether the header or the events bear out what the footer says of their number.
    _is_borne_out: bool
    _count_said: typing.Optional[FormatError]

    def _read_footer(
        self, head: typing.Any, start: int, size: int
    ) -> typing.Tuple[typing.Any, int, int]:
        """The footer if there is one, where the events start, and how far apart they are.

        A footer that says the length of the events is believed against a damaged header.
        """
        stride = self._own_size()
        faults: typing.List[FormatError] = []
        if head and head.start_fault:
            faults.append(head.start_fault)
        try:
            stride = self._stride(head)
        except FormatError as error:
            faults.append(error)
        if self.FOOTER is None:
            if faults:
                raise faults[0]
            return None, start, stride
        least = head.type.CORE if head else 0
        first_fault = None
        for at, is_said in self._candidates(head, size):
            try:
                if is_said and not least <= at <= size:
                    field = head.field("offset", "footer")
                    raise head.fault(field.name, f"{start} to {size}", at, field.offset)
                if at < least:
                    expected, found = f"{self.FOOTER.SIZE} bytes", f"{size - start} bytes"
                    raise FormatError("footer", start, "length", expected, found, self.source)
                foot = _Region(self, "footer", self.FOOTER, at, size)
                own_start = self._start_by(foot, head, start)
                own_stride = self._stride(foot) if foot.field("stride", "events") else stride
                own_stride = self._stride_by(foot, own_stride)
                must_prove = self.HAS_FOOTER_OFFSET and not is_said
                self._check_footer(foot, own_start, size, own_stride, must_prove)
                self._is_borne_out = self._check_borne_out(head, foot, own_start)
            except FormatError as error:
                first_fault = first_fault or error
            else:
                self._check_length(head, foot, own_start)
                return foot, own_start, own_stride
        if faults:
            raise faults[0]
        if first_fault is not None and not (head and self._has_final_fields(head)):
            # Nothing but its mark tells a footer from the last event.
            if not _is_marked(self.FOOTER):
                raise first_fault
        self.finalized = False
        self._final_end = self._end_by_header(head, start, size)
        if self._final_end is None:
            self._check_unconfirmed(head, start)
            return None, start, stride
        last = self._footer_at_end(head, self._final_end, size)
        self.finalized = self._is_borne_out = last is not None
        return last, start, stride

    def _start_by(self, foot: typing.Any, head: typing.Any, start: int) -> int:
        """Where the events start by a footer that says their length; else as the header says."""
        length = foot.number("length", "events")
        if length is None or not head or head.field("offset", "events") is None:
            return start
        said = foot.at - length
        return said if said in (head.type.SIZE, head.type.CORE) else start

    def _stride_by(self, foot: typing.Any, stride: int) -> int:
        """How far apart events are by a footer that says their number and length; else `stride`."""
        length, count = foot.number("length", "events"), foot.number("count", "events")
        if self.EVENT is None or self.IS_FRAMED or not length or not count or length % count:
            return stride
        said = length // count
        is_known = said <= self.EVENT.SIZE and _is_boundary(self.EVENT, said)
        return said if is_known else stride

    def _footer_at_end(self, head: typing.Any, end: int, size: int) -> typing.Optional[_Region]:
        """The footer where a final header says that the events end, if both say the same of them.

        Bytes follow such a footer, so it is not at the end of the file.
        """
        if not self.IS_FRAMED or self.HAS_FOOTER_OFFSET or size - end < self.FOOTER.CORE:
            return None
        roles = (("count", "events"), ("length", "events"))
        try:
            foot = _Region(self, "footer", self.FOOTER, end, size)
        except FormatError:
            return None
        said = [head.number(*role) for role in roles]
        return foot if said == [foot.number(*role) for role in roles] else None

    def _check_borne_out(self, head: typing.Any, foot: _Region, start: int) -> bool:
        """Refuses a footer that neither the header nor the events bear out, and says if one does.

        The last bytes of an event that says itself how long it is may look like a footer. One field
        of the header suffices, so that one that is damaged does not cost a pass over the events.
        """
        field = foot.field("count", "events")
        if self.EVENT is None or not self.IS_FRAMED or field is None:
            return False
        count, length = foot.number("count", "events"), foot.at - start
        said = [head.number(verb, "events") if head else None for verb in ("count", "length")]
        if length and (said[0] == count or said[1] == length):
            return True
        if said == [None, None]:
            most = length // self.EVENT.SIZE
            if count > most:
                raise foot.fault(field.name, f"at most {most}", count, field.offset)
            return False
        found = self._count_exactly(start, foot.at)
        if found != count:
            expected = "the number of events before it" if found is None else found
            raise foot.fault(field.name, expected, count, field.offset)
        return True

    def _count_exactly(self, start: int, end: int) -> typing.Optional[int]:
        """How many events fill these bytes; None where they do not."""
        events, at, count = _FramedEvents(self, start, end, None, 0), start, 0
        while at < end:
            size = events._size(at)
            if not isinstance(size, int):
                return None
            at += size
            count += 1
        return count

    def _check_unconfirmed(self, head: typing.Any, start: int) -> None:
        """Refuses a place or distance beyond the usual one that neither footer nor event bears out.

        One flipped bit would give events that were never written. An earlier revision's are
        smaller, and end where a field does. A later revision's header may be longer: then the
        first event must have what it shares with the header.
        """
        for role in (("offset", "events"), ("stride", "events")):
            field = head.field(*role) if head else None
            if field is None:
                continue
            usual, found = (int(getattr(of, field.name)) for of in (self.HEADER(), head.record))
            if usual and found > usual:
                if role[0] == "offset" and self._first_event_fits(head, start):
                    continue
                expected = f"{usual} in a file without a footer"
                raise head.fault(field.name, expected, found, field.offset)

    def _first_event_fits(self, head: typing.Any, start: int) -> bool:
        """Whether an event starts there that has the same values as the header in all fields that
        are the same in both: by name and type, such as the number of a thread.
        """
        record = self.EVENT
        if record is None or len(self.buffer) - start < record.CORE:
            return False
        if self.IS_FRAMED:
            events = _FramedEvents(self, start, len(self.buffer), None, 0)
            if not isinstance(events._size(start), int):
                return False
        shared = [
            field.name
            for field in record.FIELDS
            for other in self.HEADER.FIELDS
            if field.name == other.name
            and field.const is None
            and type(field.kind) is type(other.kind)
            and vars(field.kind) == vars(other.kind)
        ]
        data = bytes(self.buffer[start : start + record.SIZE])
        try:
            event = record.unpack_from(_filled(record, data))
        except FormatError:
            return False
        values = ((getattr(event, name), getattr(head.record, name)) for name in shared)
        return bool(shared) and all(one == other for one, other in values)

    def _candidates(
        self, head: typing.Any, size: int
    ) -> typing.Iterator[typing.Tuple[int, bool]]:
        """Where the footer may start, and whether it is the header that says so."""
        said = head.number("offset", "footer") if head and self.HAS_FOOTER_OFFSET else None
        if said is not None:
            yield said, True
        # The header may be older than the footer, which is believed where it is marked as one.
        if not self.HAS_FOOTER_OFFSET or _is_marked(self.FOOTER):
            for room in _sizes(self.FOOTER):
                if size - room != said:
                    yield size - room, False

    def _check_footer(
        self, foot: _Region, start: int, size: int, stride: int, must_prove: bool
    ) -> None:
        """Refuses a footer that does not fit the file, or that does not prove to be one."""
        at, length = foot.at, foot.at - start
        facts = [
            (("length", "events"), length),
            (("offset", "events"), start),
            (("offset", "footer"), at),
        ]
        proofs = [foot.field("length", "events")]
        if self.EVENT is not None and not self.IS_FRAMED:
            if length % stride:
                expected = f"a multiple of {stride} bytes"
                raise FormatError("events", start, "length", expected, length, self.source)
            facts.append((("count", "events"), length // stride))
            proofs.append(foot.field("count", "events"))
        for role, fact in facts:
            fault = foot.disagrees(role, fact)
            if fault is not None:
                raise fault
        if must_prove and not any(proofs):
            raise foot.fault("offset", "what the header says", at)
        # A header that was never finalized may point at the first event: with bytes behind, it
        # takes more than a likeness to be the footer of no event.
        looks_unwritten = self.HAS_FOOTER_OFFSET and self.EVENT is not None and length == 0
        if looks_unwritten and at + foot.room < size and foot.data != self.FOOTER().pack():
            raise foot.fault("length", f"{size - at} bytes of events", "a footer of none")

    def _check_length(self, head: typing.Any, foot: _Region, start: int) -> None:
        """Refuses a header that says another length than the file has, unless the footer wins."""
        field = foot.field("length", "events") or foot.field("count", "events")
        if head is None or (field is not None and field.authoritative):
            return
        fault = head.disagrees(("length", "events"), foot.at - start)
        if fault is not None:
            raise fault

    def _has_final_fields(self, head: typing.Any) -> bool:
        """Whether a header has a field that is filled in when the file is finalized."""
        roles = (("count", "events"), ("length", "events"), ("offset", "footer"))
        return any(head.field(*role) is not None for role in roles)

    def _end_by_header(
        self, head: typing.Any, start: int, size: int
    ) -> typing.Optional[int]:
        """Where the events of a file without a footer end, by a final header that fits the file.

        None where the header was never finalized or does not fit: its end is behind the file's, or
        its fields name different ends.
        """
        if not head or self.EVENT is None:
            return None
        ends: typing.Set[int] = set()
        length = head.number("length", "events")
        if length is not None:
            ends.add(start + length)
        count = head.number("count", "events")
        if count is not None and not self.IS_FRAMED:
            stride = self._stride(head)
            if stride > self.EVENT.SIZE:
                return None
            ends.add(start + count * stride)
        footer = head.number("offset", "footer")
        if footer is not None:
            ends.add(footer)
        end = ends.pop() if len(ends) == 1 else start
        return end if start < end <= size else None

    def _own_size(self) -> int:
        """The distance from one event to the next in a file of this version."""
        return 1 if self.EVENT is None or self.IS_FRAMED else int(self.EVENT.SIZE)

    def _stride(self, region: typing.Any) -> int:
        """The distance from one event to the next."""
        if self.EVENT is None or self.IS_FRAMED:
            return self._own_size()
        field = region.field("stride", "events") if region else None
        if field is None:
            return self._own_size()
        found = int(getattr(region.record, field.name))
        if found < self.EVENT.SIZE and not _is_boundary(self.EVENT, found):
            expected = f"{self.EVENT.SIZE} or more ({self.EVENT.NAME})"
            raise region.fault(field.name, expected, found, field.offset)
        return found

    def _find_events(
        self, head: typing.Any, foot: typing.Any, start: int, end: int, stride: int
    ) -> typing.Any:
        if self.EVENT is None:
            return _FixedEvents(self, start, start, 1, 0)
        said, count = self._said_count(head, foot)
        if self.FOOTER is None:
            end, count = self._end_without_footer(head, start, end, stride, count)
            if count is None:
                said = None
        if self.IS_FRAMED:
            if self._is_borne_out:
                # As with a checksum: it is for the caller to ask whether the number is right.
                self._count_said, said = said, None
            return _FramedEvents(self, start, self._final_end or end, said, count or 0)
        if not self.finalized:
            if self._final_end is not None:
                return _FixedEvents(self, start, end, stride, (self._final_end - start) // stride)
            rest = self._footer_beginning(start, end, stride)
            count = (end - start - rest) // stride
            # The beginning of the footer proves all events before it.
            count -= 0 if rest else self._unwritten(start, stride, count)
            return _FixedEvents(self, start, end, stride, count)
        found = (end - start) // stride
        if said is not None and count != found:
            said.expected = f"{found} ({end - start} bytes / {stride})"
            raise said
        return _FixedEvents(self, start, end, stride, found)

    def _said_count(
        self, head: typing.Any, foot: typing.Any
    ) -> typing.Tuple[typing.Optional[FormatError], typing.Optional[int]]:
        """How many events there are, by the field that is believed, and the place of that field."""
        said: typing.List[typing.Tuple[bool, int, FormatError]] = []
        for region in (foot, head):
            field = region.field("count", "events") if region else None
            if field is not None:
                count = int(getattr(region.record, field.name))
                fault = region.fault(field.name, "", count, field.offset)
                said.append((not field.authoritative, count, fault))
        if not said or not self.finalized:
            return None, None
        said.sort(key=lambda each: each[0])
        is_weak, count, fault = said[0]
        for _, other, other_fault in said[1:]:
            if is_weak and other != count:
                other_fault.expected = f"{count} (as the footer says)"
                raise other_fault
        return fault, count

    def _end_without_footer(
        self,
        head: typing.Any,
        start: int,
        end: int,
        stride: int,
        count: typing.Optional[int],
    ) -> typing.Tuple[int, typing.Optional[int]]:
        """Where the events end in a format without a footer, and how many there must be."""
        length = head.number("length", "events") if head else None
        if count is None and length is None:
            # Nothing says where the events end: the end of the file does.
            self.finalized = self.IS_FRAMED or not (end - start) % stride
            return end, None
        if not count and not length and end > start:
            # What is filled in when the file is finalized was not.
            self.finalized = False
            return end, None
        if length is not None:
            field = head.field("length", "events")
            if length > end - start:
                raise head.fault(field.name, f"at most {end - start}", length, field.offset)
            if not self.IS_FRAMED and length % stride:
                raise head.fault(field.name, f"a multiple of {stride}", length, field.offset)
            end = start + length
        elif not self.IS_FRAMED and count is not None:
            field, most = head.field("count", "events"), (end - start) // stride
            if count > most:
                raise head.fault(field.name, f"at most {most}", count, field.offset)
            end = start + count * stride
        return end, count

    def _unwritten(self, start: int, stride: int, count: int) -> int:
        """How many of the events at the end cannot have been written.

        A file that was lengthened before its data reached the disk ends in zeros. Time is the field
        of which header or footer say the first and the last value: events of time 0 after a later
        one, and otherwise those of zeros alone, are none. Without such a field, zeros may be data.
        """
        regions = [region for region in (self.HEADER, self.FOOTER) if region is not None]
        roles = {field.role for region in regions for field in region.FIELDS}
        names = [role[1] for role in roles if role[:1] == ("last",) and ("first", role[1]) in roles]
        if not names:
            return 0
        time = _field(self.EVENT, names[0].partition(".")[2])
        seen = 0
        # Many at a time: a sparse file may end in gigabytes of zeros.
        many = 4096
        blank = bytes(many * stride)
        while count - seen >= many:
            at = start + (count - seen - many) * stride
            if bytes(self.buffer[at : at + many * stride]) != blank:
                break
            seen += many
        zeros = seen
        while seen < count:
            at = start + (count - seen - 1) * stride
            if any(self.buffer[at + time.offset : at + time.offset + time.size]):
                # All events after this one have time 0.
                return seen
            if zeros == seen and not any(self.buffer[at : at + stride]):
                zeros += 1
            seen += 1
        return zeros

    def _footer_beginning(self, start: int, end: int, stride: int) -> int:
        """Bytes at the end that are the beginning of a footer and would be taken for an event."""
        record = self.FOOTER
        if record is None or not _has_mark(record):
            # Nothing tells it from an event.
            return 0
        length, found = (end - start) % stride, 0
        # A later version's may be longer.
        while length <= min(4 * record.SIZE, end - start):
            if length and self._begins_footer(start, end - length, end, stride):
                found = length
            length += stride
        return found

    def _begins_footer(self, start: int, at: int, end: int, stride: int) -> bool:
        """Whether the bytes from `at` to `end` begin the footer of the events from `start` to `at`.

        As many bytes as a footer has are one even if it is damaged: then its constants and either
        count or length must be right. Otherwise all that the events determine must be.
        """
        record, tail, count = self.FOOTER, bytes(self.buffer[at:end]), (at - start) // stride
        if not self._has_constants(tail):
            return False
        if len(tail) == record.SIZE:
            return any(self._tail_facts(tail, count, at - start))
        # In a file without events these could begin like this.
        if len(tail) > record.SIZE and not count:
            return False
        checksum = None
        for field in record.FIELDS:
            if _is_absent_in(record, field, tail, self.header):
                continue
            part = tail[field.offset : field.offset + field.size]
            none = b"" if field.sentinel is None else field.kind.pack(field.sentinel)
            if none and none.startswith(part):
                # It is cut: what is left of it may be its sentinel's.
                continue
            verb, target = (field.role + ("", ""))[:2]
            value: typing.Optional[int]
            if verb == "checksum" and target == "events":
                # It costs a pass over the events, so it comes last.
                checksum = part
                continue
            if verb == "count" and target == "events":
                value = count
            elif verb == "length" and target == "events":
                value = at - start
            elif verb in ("first", "last"):
                place = start if verb == "first" else at - stride
                value = self._in_event(target.partition(".")[2], place, field.size) if count else 0
            else:
                continue
            if value is None:
                continue
            if value >> 8 * field.size or not value.to_bytes(field.size, "little").startswith(part):
                return False
        if not checksum or not any(checksum):
            return True
        return _crc32(self.buffer, start, at).to_bytes(4, "little").startswith(checksum)

    def _in_event(self, name: str, at: int, size: int) -> typing.Optional[int]:
        """The bytes of a field in the event at `at`, as a number; None if it has another size."""
        field = _field(self.EVENT, name)
        if field.size != size:
            return None
        start = at + field.offset
        return int.from_bytes(self.buffer[start : start + field.size], "little")

    def _has_constants(self, data: bytes) -> bool:
        """Whether the bytes begin a footer by its constants."""
        fresh = self.FOOTER().pack()
        return all(
            fresh[field.offset : field.offset + field.size].startswith(
                data[field.offset : field.offset + field.size]
            )
            for field in self.FOOTER.FIELDS
            if field.const is not None
            and not _is_absent_in(self.FOOTER, field, data, self.header)
        )

    def _tail_facts(self, data: bytes, count: int, length: int) -> typing.List[bool]:
        """Whether each field that says the number or the length of the events is right."""
        facts = {("count", "events"): count, ("length", "events"): length}
        return [
            int.from_bytes(data[field.offset : field.offset + field.size], "little")
            == facts[field.role]
            for field in self.FOOTER.FIELDS
            if field.role in facts
            and field.offset + field.size <= len(data)
            and not _is_absent_in(self.FOOTER, field, data, self.header)
        ]

    def _is_own_footer(self, at: int, count: int, length: int) -> bool:
        """Whether the footer of so many events and bytes is at `at`; more bytes may follow."""
        record = self.FOOTER
        if record is None or not _has_mark(record) or len(self.buffer) - at < record.CORE:
            return False
        data = bytes(self.buffer[at : at + record.SIZE])
        facts = self._tail_facts(data, count, length) if self._has_constants(data) else []
        return bool(facts) and all(facts)


def _crc32(buffer: typing.Any, start: int, end: int) -> int:
    """CRC-32 of a part of a file, a piece at a time."""
    checksum = 0
    for at in range(start, end, 1 << 20):
        checksum = zlib.crc32(buffer[at : min(at + (1 << 20), end)], checksum)
    return checksum


#: A class of files.
_Self = typing.TypeVar("_Self", bound="_File[typing.Any]")


class _File(_Ending, typing.Generic[_Event]):
    """A file of the format, read when it is asked for.

    `open` and `parse` read header and footer and find the events. They raise FormatError, which
    names the byte, if the file is not of this format, is of a version that is not in READS, or
    has counts, lengths or offsets that do not fit its bytes. Additions of a later version are
    ignored; a field that an earlier version lacks has the value of a fresh record.
    """

    #: Name in the schema.
    NAME: typing.ClassVar[str]
    #: Path, relative to the folder of the format's files.
    PATH: typing.ClassVar[str]
    #: Whether the file may be absent.
    OPTIONAL: typing.ClassVar[bool] = False
    #: What may stand behind an event's header, and the values of its fields that say so.
    PAYLOADS: typing.ClassVar[
        typing.Tuple[
            typing.Tuple[typing.Any, typing.Tuple[typing.Tuple[str, typing.Tuple[int, ...]], ...]],
            ...,
        ]
    ] = ()

    def __init__(self, buffer: typing.Any, source: typing.Optional[str] = None) -> None:
        self.buffer = memoryview(buffer).cast("B")
        self.source = source
        self.header = None
        #: The record at the end, or None where there is none (yet).
        self.footer: typing.Any = None
        self.finalized = True
        self._final_end = None
        self._is_borne_out = False
        self._count_said = None
        self._mapped: typing.Any = None
        size = len(self.buffer)
        head = self._read_header(size)
        start = head.file_start if head else 0
        foot, start, stride = self._read_footer(head, start, size)
        self.footer = foot.record if foot else None
        self._foot = foot
        #: The events: a sequence that reads each when it is asked for.
        self.events: _Events[_Event] = self._find_events(
            head, foot, start, foot.at if foot else size, stride
        )

    @classmethod
    def parse(
        cls: typing.Type[_Self], buffer: typing.Any, source: typing.Optional[str] = None
    ) -> _Self:
        """Reads a file from its bytes; `source` is what messages call it."""
        return cls(buffer, source)

    @classmethod
    def open(cls: typing.Type[_Self], path: typing.Any) -> _Self:
        """Reads a file. It is mapped rather than loaded; `close` it, or use ``with``."""
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return cls(b"", os.fsdecode(path))
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        opened = cls(mapped, os.fsdecode(path))
        opened._mapped = mapped
        return opened

    def close(self) -> None:
        """Closes the file. Records that were read stay valid; events cannot be read any more."""
        if self._mapped is not None:
            try:
                self.buffer.release()
                self._mapped.close()
            except BufferError:
                # A numpy array still views the map, which is removed with the last of them.
                pass
            self._mapped = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> typing.Iterator[_Event]:
        return iter(self.events)

    @typing.overload
    def __getitem__(self, key: int) -> _Event: ...

    @typing.overload
    def __getitem__(self, key: slice) -> typing.List[_Event]: ...

    def __getitem__(self, key: typing.Any) -> typing.Any:
        return self.events[key]

    def __bool__(self) -> bool:
        return True

    def checksum(self) -> typing.Optional[StoredChecksum]:
        """The checksum that the file holds of its events, and what it should be.

        None where none is declared, and in a file that is not finalized.
        """
        for region in (self._foot, self._head):
            field = region.field("checksum", "events", "crc32") if region else None
            if field is None or not self.finalized:
                continue
            stored = int(getattr(region.record, field.name))
            return StoredChecksum(stored, _crc32(self.buffer, self.events.start, self.events.end))
        return None

    def count_fault(self) -> typing.Optional[FormatError]:
        """The fault of a footer that says another number of events than the file has.

        None where it is right, or where such a number is an error when the file is opened or read.
        The first call finds all events.
        """
        fault = self._count_said
        if fault is None or fault.found == str(len(self)):
            return None
        fault.expected = f"{len(self)} (the events in the file)"
        return fault

    def _read_header(self, size: int) -> typing.Any:
        """The header, and where the events start."""
        self._head: typing.Any = None
        if self.HEADER is None:
            return None
        record = self.HEADER
        region = _HeaderRegion(self, record, size)
        self._head = region
        self.header = region.record
        return region

    @classmethod
    def build(
        cls,
        events: typing.Iterable[typing.Any] = (),
        header: typing.Any = None,
        footer: typing.Any = None,
    ) -> bytes:
        """The bytes of a finalized file.

        An event is a record; where each says how long it is, also a tuple of such a record and of
        what follows it, bytes or records, or a FramedEvent. What fields say of the file
        (counts, lengths, offsets, checksum, first and last) is filled in; all else is as in
        `header` and `footer`, or as in fresh records. Raises FormatError where a field cannot hold
        what it must.
        """
        return _build(cls, events, header, footer)

    @classmethod
    def write(
        cls,
        target: typing.Any,
        events: typing.Iterable[typing.Any] = (),
        header: typing.Any = None,
        footer: typing.Any = None,
    ) -> None:
        """Writes what `build` makes to a path, or to a file that is open for bytes."""
        data = _build(cls, events, header, footer)
        if hasattr(target, "write"):
            target.write(data)
            return
        with open(target, "wb") as file:
            file.write(data)

    @classmethod
    def _payload(cls, event: typing.Any, header: typing.Any) -> typing.Any:
        """The record that follows an event's own, if the schema knows one."""
        for record, when in cls.PAYLOADS:
            if all(int(getattr(event, field)) in values for field, values in when):
                names = [field for field, _ in when]
                if not any(_is_absent(event, _field(event, name), header) for name in names):
                    return record
        return None


# ---------------------------------------------------------------- how files are written


class _Writer:
    """The bytes of a finalized file, put together by what the fields say of it."""

    def __init__(self, file: typing.Any, header: typing.Any, footer: typing.Any) -> None:
        self.file = file
        self.header = self._own("header", file.HEADER, header)
        self.footer = self._own("footer", file.FOOTER, footer)
        self.events = bytearray()
        self.count = 0
        # By a field's name: its value in the first event and in the last.
        self.ends: typing.Dict[str, typing.List[typing.Any]] = {}
        # The lowest and the highest of those that hold a value.
        self.range: typing.Dict[str, typing.List[typing.Any]] = {}
        regions = [region for region in (self.header, self.footer) if region is not None]
        self.followed = {
            field.role[1].partition(".")[2]
            for region in regions
            for field in region.FIELDS
            if field.role[:1] in (("first",), ("last",), ("min",), ("max",))
        }

    def _own(self, name: str, record: typing.Any, given: typing.Any) -> typing.Any:
        """A record of our own to fill in."""
        if record is None and given is None:
            return None
        if record is None or not (given is None or isinstance(given, record)):
            expected = "none" if record is None else f"a {record.NAME}"
            raise FormatError(f"file {self.file.NAME}", None, name, expected, _short(given))
        return record() if given is None else _copy(given)

    def add(self, event: typing.Any) -> None:
        """Takes an event: a record, or the header and the payload of one."""
        header, behind = event, b""
        if self.file.IS_FRAMED:
            header, behind = self._parts(event)
        if self.file.EVENT is None or not isinstance(header, self.file.EVENT):
            expected = "none" if self.file.EVENT is None else f"a {self.file.EVENT.NAME}"
            raise FormatError(f"file {self.file.NAME}", None, "event", expected, _short(event))
        if self.file.IS_FRAMED:
            header = self._with_lengths(header, len(behind))
        header = _summed(header)
        packed = header.pack()
        start = self.header.SIZE if self.header is not None else 0
        _refuse_illegal(header, start + len(self.events), self.header)
        self.events += packed + behind
        self.count += 1
        for name in self.followed:
            value = getattr(header, name)
            self.ends.setdefault(name, [value, value])[1] = value
            if not _is_absent(header, _field(header, name), self.header):
                seen = self.range.setdefault(name, [value, value])
                seen[:] = [min(seen[0], value), max(seen[1], value)]

    def _parts(self, event: typing.Any) -> typing.Tuple[typing.Any, bytes]:
        """The header of an event, and the bytes behind it."""
        if isinstance(event, FramedEvent):
            return event.header, event.header_tail + event.payload_bytes
        if not isinstance(event, tuple):
            return event, b""
        given: typing.Tuple[typing.Any, ...] = event
        header, parts = given[0], given[1:]
        behind = b""
        at = self.header.SIZE if self.header is not None else 0
        at += len(self.events) + header.SIZE
        for part in parts:
            if isinstance(part, Record):
                packed = part.pack()
                _refuse_illegal(part, at + len(behind), self.header)
                behind += packed
            else:
                behind += bytes(part)
        return header, behind

    def _with_lengths(self, header: typing.Any, behind: int) -> typing.Any:
        """The header with the lengths filled in that it says of its event."""
        header = _copy(header)
        own = header.SIZE + (int(getattr(header, header.TAIL.count)) if header.TAIL else 0)
        total = header.SIZE + behind
        if total < own:
            found = f"{behind} bytes"
            raise FormatError(
                f"record {header.NAME}", None, header.TAIL.name, f"{own - header.SIZE} bytes", found
            )
        for field in header.FIELDS:
            if field.role == ("length", "record"):
                setattr(header, field.name, total)
            elif field.role == ("length", "payload"):
                setattr(header, field.name, total - own)
        return header

    def finish(self) -> bytes:
        """The bytes of the file."""
        header_size = self.header.SIZE if self.header is not None else 0
        footer_at = header_size + len(self.events)
        stride = 0 if self.file.EVENT is None or self.file.IS_FRAMED else self.file.EVENT.SIZE
        sections = {
            "header": (0, header_size, int(self.header is not None), header_size),
            "events": (header_size, len(self.events), self.count, stride),
            "footer": (
                footer_at,
                self.footer.SIZE if self.footer is not None else 0,
                int(self.footer is not None),
                self.footer.SIZE if self.footer is not None else 0,
            ),
        }
        checksum = zlib.crc32(self.events)
        for region in (self.header, self.footer):
            for field in region.FIELDS if region is not None else ():
                value = self._value(field, sections, checksum)
                # What a flag says is not there is left as it was given.
                if value is not None and not (field.guard and self._is_unset(region, field)):
                    setattr(region, field.name, value)
                    _check(region, field.name)
        self.header, self.footer = _summed(self.header), _summed(self.footer)
        parts = ((self.header, 0), (self.footer, footer_at))
        head, foot = (part.pack() if part is not None else b"" for part, _ in parts)
        for part, at in parts:
            if part is not None:
                _refuse_illegal(part, at, self.header)
        return head + bytes(self.events) + foot

    def _is_unset(self, region: typing.Any, field: Field) -> bool:
        """Whether the flag that guards a field is not set."""
        return _is_absent(region, field._replace(sentinel=None), self.header)

    def _value(
        self,
        field: Field,
        sections: typing.Dict[str, typing.Tuple[int, int, int, int]],
        checksum: int,
    ) -> typing.Any:
        """What a field says of the file; None when that is left to the caller."""
        verb, target = (field.role + ("", ""))[:2]
        measures = ("offset", "length", "count", "stride")
        if verb in measures and target in sections:
            value = sections[target][measures.index(verb)]
            # Of a distance that does not exist nothing is said.
            return value if verb != "stride" or value else None
        if verb == "checksum" and target == "events":
            return checksum
        for verbs, values in ((("first", "last"), self.ends), (("min", "max"), self.range)):
            seen = values.get(target.partition(".")[2])
            if verb in verbs and seen is not None:
                return seen[verbs.index(verb)]
        return None


def _summed(record: typing.Any) -> typing.Any:
    """The record with the checksum that it has of itself."""
    for field in record.FIELDS if record is not None else ():
        if field.role[:1] == ("checksum",) and field.role[1] in ("record", "preceding"):
            record = _copy(record)
            setattr(record, field.name, record._own_checksum(field.name))
    return record


@functools.lru_cache(maxsize=None)
def _limited(record: typing.Any) -> typing.Tuple[Field, ...]:
    """The fields of a record whose value can be one that a reader refuses."""

    def is_limited(kind: typing.Any) -> bool:
        if isinstance(kind, _Array):
            return is_limited(kind.element)
        if isinstance(kind, _Nested):
            return bool(_limited(kind.record))
        return isinstance(kind, (_Enum, _Flags)) and not kind.is_open

    return tuple(
        field
        for field in record.FIELDS
        if field.removed is None
        and not field.reserved
        and (field.const is not None or field.max is not None or is_limited(field.kind))
    )


def _refuse_illegal(record: typing.Any, at: int, header: typing.Any, path: str = "") -> None:
    """Refuses a record that its own reader refuses; it starts at byte `at` of the file."""
    kind: typing.Any = type(record)
    for field in _limited(kind):
        if _is_absent(record, field, header):
            continue
        value, fault = getattr(record, field.name), None
        if field.const is not None:
            known = READS if field.role == ("version", "format") else (field.const,)
            if not any(_is_same(field.kind, value, each) for each in known):
                fault = _Misfit(" or ".join(map(_short, known)), value)
        elif field.max is not None and value > field.max:
            fault = _Misfit(f"at most {field.max}", value)
        else:
            fault = field.kind.fault(value)
        name = f"{path}{field.name}"
        if fault is not None:
            raise FormatError(record.NAME, at + field.offset, name, fault.expected, fault.found)
        for inner_path, inner, inner_at in _records(value, at + field.offset):
            _refuse_illegal(inner, inner_at, header, f"{name}{inner_path}.")


def _build(
    file: typing.Any, events: typing.Iterable[typing.Any], header: typing.Any, footer: typing.Any
) -> bytes:
    writer = _Writer(file, header, footer)
    for event in events:
        writer.add(event)
    return writer.finish()


# ---------------------------------------------------------------- the files


class IndexFile(_File[IndexEvent]):
    """The index lane of one thread. Every thread has this file.

    index.atf: a header (AtfIndexHeader), events of one size (IndexEvent), a footer
    (AtfIndexFooter).
    """

    header: AtfIndexHeader
    footer: typing.Optional[AtfIndexFooter]

    NAME = "index"
    PATH = "index.atf"
    HEADER = AtfIndexHeader
    EVENT = IndexEvent
    FOOTER = AtfIndexFooter
    HAS_FOOTER_OFFSET = True


class DetailFile(_File[FramedEvent[DetailEventHeader]]):
    """The detail lane of one thread. The file exists if detail was recorded.

    detail.atf: a header (AtfDetailHeader), events that each say how long they are
    (DetailEventHeader), a footer (AtfDetailFooter).
    """

    header: AtfDetailHeader
    footer: typing.Optional[AtfDetailFooter]

    NAME = "detail"
    PATH = "detail.atf"
    OPTIONAL = True
    HEADER = AtfDetailHeader
    EVENT = DetailEventHeader
    FOOTER = AtfDetailFooter
    IS_FRAMED = True
    PAYLOADS = (
        (
            DetailFunctionPayload,
            (
                ("event_type", (DetailEventType.FUNCTION_CALL, DetailEventType.FUNCTION_RETURN)),
            ),
        ),
    )


class DetailOffsetsFile(_File[DetailOffset]):
    """Offsets of every 64th record of the detail file, so that a reader need not walk the file.
    It can be rebuilt from the detail file at any time.

    detail.off: a header (DetailOffsetsHeader), events of one size (DetailOffset).

    Since revision 1.
    """

    header: DetailOffsetsHeader

    NAME = "detail_offsets"
    PATH = "detail.off"
    OPTIONAL = True
    HEADER = DetailOffsetsHeader
    EVENT = DetailOffset


class IndexSumsFile(_File[ChunkSum]):
    """Checksums and times of the chunks of the index file. Readers can do without it: it can be
    made again from the index file, but then proves nothing about what happened before.

    index.sum: a header (ChunkSumsHeader), events of one size (ChunkSum).

    Since revision 1.
    """

    header: ChunkSumsHeader

    NAME = "index_sums"
    PATH = "index.sum"
    OPTIONAL = True
    HEADER = ChunkSumsHeader
    EVENT = ChunkSum


class DetailSumsFile(_File[ChunkSum]):
    """Checksums and times of the chunks of the detail file.

    detail.sum: a header (ChunkSumsHeader), events of one size (ChunkSum).

    Since revision 1.
    """

    header: ChunkSumsHeader

    NAME = "detail_sums"
    PATH = "detail.sum"
    OPTIONAL = True
    HEADER = ChunkSumsHeader
    EVENT = ChunkSum


class SessionSumFile(_File[ChunkSum]):
    """Checksum of the session's manifest.json: one entry, which covers the whole file. It is
    written after the manifest, beside the old one, and renamed.

    session.sum: a header (ChunkSumsHeader), events of one size (ChunkSum).

    Since revision 1.
    """

    header: ChunkSumsHeader

    NAME = "session_sum"
    PATH = "session.sum"
    OPTIONAL = True
    HEADER = ChunkSumsHeader
    EVENT = ChunkSum


class RingFile(_File[typing.Any]):
    """Shared memory between a traced thread (the producer) and the drain that writes its files.
    Both map it while the thread is recorded; it is removed at a clean end. The buffers of the
    index lane and of the detail lane follow the control block. A position counts bytes of the
    lane's events section: byte p of the section is byte p modulo the capacity of the buffer.
    All words from `index_head` on are little-endian 64-bit atomics.

    lanes.ring: a header (RingControl).

    Since revision 1.
    """

    header: RingControl

    NAME = "ring"
    PATH = "lanes.ring"
    OPTIONAL = True
    HEADER = RingControl


#: Every file of the format.
FILES = (
    IndexFile,
    DetailFile,
    DetailOffsetsFile,
    IndexSumsFile,
    DetailSumsFile,
    SessionSumFile,
    RingFile,
)
