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
