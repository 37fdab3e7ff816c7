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
        except FormatError as error:
            raise _moved(error, at, file.source) from None

    def fault(self, field: str, expected: object, found: object, offset: int = 0) -> FormatError:
        return FormatError(self.name, self.at + offset, field, expected, found, self.file.source)

    def check_constants(self, room: int) -> None:
        """Refuses a wrong magic, a version that is not in READS, any other wrong constant."""
        for path, field, at in _constants(self.type):
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
        """The field of that role, when the file has it."""
        for field in self.type.FIELDS:
            if field.role[: len(role)] == role and field.offset + field.size <= self.room:
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


def _constants(record: typing.Any) -> typing.Iterator[typing.Tuple[str, Field, int]]:
    """Every field of a record, and inside it, that has one legal value or is the version."""
    for field in record.FIELDS:
        if field.const is not None or field.role == ("version", "format"):
            yield field.name, field, field.offset
        if isinstance(field.kind, _Nested):
            for path, inner, at in _constants(field.kind.record):
                yield f"{field.name}.{path}", inner, field.offset + at


def _is_marked(record: typing.Any) -> bool:
    """Whether a record can be told by a constant, such as a magic."""
    return any(field.const is not None for _, field, _ in _constants(record))


class FramedEvent:
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
        #: The record in front.
        self.header: typing.Any = header
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
        record = file._payload(header)
        if record is not None:
            self._read_payload(record, offset + start, file.source)
        elif not file.PAYLOADS:
            self._read_trailer(file.EVENT)

    def _read_payload(self, record: typing.Any, at: int, source: typing.Optional[str]) -> None:
        data = self.payload_bytes
        try:
            # Only a complete record has counted bytes behind it.
            if record.TAIL is None and _is_boundary(record, len(data)):
                self.payload = record.unpack_from(_filled(record, data))
                end = min(record.SIZE, len(data))
            else:
                self.payload, self.payload_tail, end = record.unpack_tail(data)
            self.rest = data[end:]
            self._read_trailer(record)
        except FormatError as error:
            self.payload_fault = str(_moved(error, at, source))

    def _read_trailer(self, record: typing.Any) -> None:
        """What was declared behind the tail later; absent from events that are older."""
        trailer, data = record.TRAILER, self.rest
        if trailer is not None and data and _is_boundary(trailer, len(data)):
            self.trailer = trailer.unpack_from(_filled(trailer, data))
            self.rest = data[trailer.SIZE :]

    def pack(self) -> bytes:
        """The event's bytes, as they were read."""
        return self.header.pack() + self.header_tail + self.payload_bytes

    def __repr__(self) -> str:
        shown = self.payload if self.payload is not None else f"{len(self.payload_bytes)} bytes"
        return f"FramedEvent(offset={self.offset}, header={self.header!r}, payload={shown!r})"


class _Events(collections.abc.Sequence):
    """The events of a file, each read when it is asked for."""

    def __init__(self, file: typing.Any, start: int, end: int) -> None:
        self.file = file
        self.start = start
        self.end = end

    def __getitem__(self, key: typing.Any) -> typing.Any:
        if isinstance(key, slice):
            return [self._get(position) for position in range(*key.indices(len(self)))]
        position = operator.index(key)
        if position < 0:
            position += len(self)
        if not self._has(position):
            raise IndexError(f"event {key} of {len(self)}")
        return self._get(position)

    def __iter__(self) -> typing.Iterator[typing.Any]:
        position = 0
        while self._has(position):
            yield self._get(position)
            position += 1

    def _has(self, position: int) -> bool:
        raise NotImplementedError

    def _get(self, position: int) -> typing.Any:
        raise NotImplementedError

    @property
    def trailing_bytes(self) -> int:
        """Bytes at the end of an unfinalized file that are no complete event."""
        raise NotImplementedError

    def to_numpy(self) -> typing.Any:
        """The events as a numpy array of ``EVENT.dtype()``; of the headers alone where each
        event says how long it is. Needs numpy."""
        raise NotImplementedError


class _FixedEvents(_Events):
    """Events that all take the same number of bytes."""

    def __init__(self, file: typing.Any, start: int, end: int, stride: int, count: int) -> None:
        super().__init__(file, start, end)
        self.stride = stride
        self.count = count

    def __len__(self) -> int:
        return self.count

    def _has(self, position: int) -> bool:
        return 0 <= position < self.count

    def _get(self, position: int) -> typing.Any:
        record, file = self.file.EVENT, self.file
        at = self.start + position * self.stride
        try:
            if self.stride >= record.SIZE:
                return record.unpack_from(file.buffer, at)
            return record.unpack_from(_filled(record, bytes(file.buffer[at : at + self.stride])))
        except FormatError as error:
            raise _moved(error, at if self.stride < record.SIZE else 0, file.source) from None

    @property
    def trailing_bytes(self) -> int:
        return self.end - self.start - self.count * self.stride

    def to_numpy(self) -> typing.Any:
        import numpy

        record, stride = self.file.EVENT, self.stride
        if self.count == 0:
            return numpy.empty(0, record.dtype())
        if stride >= record.SIZE:
            dtype = record.dtype(stride)
            return numpy.frombuffer(self.file.buffer, dtype, count=self.count, offset=self.start)
        # Events of an earlier version: each gets the fields that it lacks.
        fresh = numpy.frombuffer(record().pack(), numpy.uint8)
        events = numpy.tile(fresh, (self.count, 1))
        known = numpy.frombuffer(
            self.file.buffer[self.start : self.start + self.count * stride], numpy.uint8
        )
        events[:, :stride] = known.reshape(self.count, stride)
        return events.reshape(-1).view(record.dtype())


class _FramedEvents(_Events):
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
        if self.next < self.end:
            size = self._size(self.next)
            if isinstance(size, int):
                self.offsets.append(self.next)
                self.next += size
                return
            fault = size
        # Without a footer the file may end in half an event.
        if self.file.finalized and fault is not None:
            raise fault
        self.is_done = True
        said, found = self.said, len(self.offsets)
        if self.file.finalized and said is not None and found != self.promised:
            self.is_done = False
            said.expected = f"{found} (the events in the file)"
            raise said

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
                expected = total if field.role[1] == "record" else total - own
                return FormatError(name, at + field.offset, field.name, expected, said, source)
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


class _File:
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
    #: What may stand behind an event's header, and the values of its fields that say so.
    PAYLOADS: typing.ClassVar[
        typing.Tuple[
            typing.Tuple[typing.Any, typing.Tuple[typing.Tuple[str, typing.Tuple[int, ...]], ...]],
            ...,
        ]
    ] = ()

    def __init__(self, buffer: typing.Any, source: typing.Optional[str] = None) -> None:
        #: The bytes of the file.
        self.buffer = memoryview(buffer).cast("B")
        #: What messages call the file.
        self.source = source
        #: The record at the start, or None.
        self.header: typing.Any = None
        #: The record at the end, or None where there is none (yet).
        self.footer: typing.Any = None
        #: Whether the file has its footer; else its writer stopped or the file was cut, and the
        #: events are those that are complete.
        self.finalized = True
        # Where the events end by a final header, in a file without its footer.
        self._final_end: typing.Optional[int] = None
        self._mapped: typing.Any = None
        size = len(self.buffer)
        head = self._read_header(size)
        start = head.file_start if head else 0
        foot, start, stride = self._read_footer(head, start, size)
        self.footer = foot.record if foot else None
        self._foot = foot
        #: The events: a sequence that reads each when it is asked for.
        self.events = self._find_events(head, foot, start, foot.at if foot else size, stride)

    @classmethod
    def parse(cls, buffer: typing.Any, source: typing.Optional[str] = None) -> typing.Any:
        """Reads a file from its bytes; `source` is what messages call it."""
        return cls(buffer, source)

    @classmethod
    def open(cls, path: typing.Any) -> typing.Any:
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

    def __enter__(self) -> typing.Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> typing.Iterator[typing.Any]:
        return iter(self.events)

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

    def _read_header(self, size: int) -> typing.Any:
        """The header, and where the events start."""
        self._head = None
        if self.HEADER is None:
            return None
        record = self.HEADER
        region = _HeaderRegion(self, record, size)
        self._head = region
        self.header = region.record
        return region

    def _read_footer(
        self, head: typing.Any, start: int, size: int
    ) -> typing.Tuple[typing.Any, int, int]:
        """The footer if there is one, where the events start, and how far apart they are.

        A footer that says the length of the events is believed against a damaged header.
        """
        stride, faults = self._own_size(), []
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
            self._check_unconfirmed(head)
        return None, start, stride

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

    def _check_unconfirmed(self, head: typing.Any) -> None:
        """Refuses a place or distance beyond the usual one that no footer bears out.

        One flipped bit would give events that were never written. An earlier revision's are
        smaller, and end where a field does.
        """
        for role in (("offset", "events"), ("stride", "events")):
            field = head.field(*role) if head else None
            if field is None:
                continue
            usual, found = (int(getattr(of, field.name)) for of in (self.HEADER(), head.record))
            if usual and found > usual:
                expected = f"{usual} in a file without a footer"
                raise head.fault(field.name, expected, found, field.offset)

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
        elif self.EVENT is not None:
            field = foot.field("count", "events")
            found = foot.number("count", "events")
            most = length // self.EVENT.SIZE
            if field is not None and found is not None and found > most:
                raise foot.fault(field.name, f"at most {most}", found, field.offset)
        for role, expected in facts:
            fault = foot.disagrees(role, expected)
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
        ends = set()
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
            return _FramedEvents(self, start, self._final_end or end, said, count or 0)
        if not self.finalized:
            if self._final_end is not None:
                return _FixedEvents(self, start, end, stride, (self._final_end - start) // stride)
            rest = self._footer_beginning(start, end, stride)
            return _FixedEvents(self, start, end, stride, (end - start - rest) // stride)
        found = (end - start) // stride
        if said is not None and count != found:
            said.expected = f"{found} ({end - start} bytes / {stride})"
            raise said
        return _FixedEvents(self, start, end, stride, found)

    def _said_count(
        self, head: typing.Any, foot: typing.Any
    ) -> typing.Tuple[typing.Optional[FormatError], typing.Optional[int]]:
        """How many events there are, by the field that is believed, and the place of that field."""
        said = []
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
        elif not self.IS_FRAMED:
            field, most = head.field("count", "events"), (end - start) // stride
            if count > most:
                raise head.fault(field.name, f"at most {most}", count, field.offset)
            end = start + count * stride
        return end, count

    def _footer_beginning(self, start: int, end: int, stride: int) -> int:
        """Bytes at the end that are the beginning of a footer and would be taken for an event."""
        record = self.FOOTER
        if record is None or record.FIELDS[0].const is None:
            # Nothing tells it from an event.
            return 0
        length = (end - start) % stride
        fresh, found = record().pack(), 0
        while length <= min(record.SIZE, end - start):
            tail = bytes(self.buffer[end - length : end])
            if length and self._begins_footer(tail, fresh, end - length - start, stride):
                found = length
            length += stride
        return found

    def _begins_footer(self, tail: bytes, fresh: bytes, length: int, stride: int) -> bool:
        """Whether `tail` begins the footer of `length` bytes of events."""
        facts = {("length", "events"): length, ("count", "events"): length // stride}
        for field in self.FOOTER.FIELDS:
            part = tail[field.offset : field.offset + field.size]
            if field.const is not None:
                if part != fresh[field.offset : field.offset + field.size][: len(part)]:
                    return False
            elif field.role in facts and len(part) == field.size:
                if int.from_bytes(part, "little") != facts[field.role]:
                    return False
        return True

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
    def _payload(cls, header: typing.Any) -> typing.Any:
        """The record that follows an event's header, if the schema knows one."""
        for record, when in cls.PAYLOADS:
            if all(int(getattr(header, field)) in values for field, values in when):
                return record
        return None


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


def _crc32(buffer: typing.Any, start: int, end: int) -> int:
    """CRC-32 of a part of a file, a piece at a time."""
    checksum = 0
    for at in range(start, end, 1 << 20):
        checksum = zlib.crc32(buffer[at : min(at + (1 << 20), end)], checksum)
    return checksum
