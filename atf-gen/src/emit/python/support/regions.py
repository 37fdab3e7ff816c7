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
