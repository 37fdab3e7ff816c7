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
