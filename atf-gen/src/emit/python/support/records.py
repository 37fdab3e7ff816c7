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
