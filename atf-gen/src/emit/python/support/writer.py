

# ---------------------------------------------------------------- how files are written


class _Writer:
    """The bytes of a finalized file, put together by what the fields say of it."""

    def __init__(self, file: typing.Any, header: typing.Any, footer: typing.Any) -> None:
        self.file = file
        self.header = self._own("header", file.HEADER, header)
        self.footer = self._own("footer", file.FOOTER, footer)
        self.events = bytearray()
        self.count = 0
        # By a field's name: its value in the first event, in the last, the lowest, the highest.
        self.seen: typing.Dict[str, typing.List[typing.Any]] = {}
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
        self.events += header.pack() + behind
        self.count += 1
        for name in self.followed:
            value = getattr(header, name)
            seen = self.seen.setdefault(name, [value, value, value, value])
            seen[1:] = [value, min(seen[2], value), max(seen[3], value)]

    def _parts(self, event: typing.Any) -> typing.Tuple[typing.Any, bytes]:
        """The header of an event, and the bytes behind it."""
        if isinstance(event, FramedEvent):
            return event.header, event.header_tail + event.payload_bytes
        if not isinstance(event, tuple):
            return event, b""
        header, *parts = event
        packed = (part.pack() if isinstance(part, Record) else bytes(part) for part in parts)
        return header, b"".join(packed)

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
                if value is not None:
                    setattr(region, field.name, value)
                    _check(region, field.name)
        parts = [self.header, self.footer]
        head, foot = (part.pack() if part is not None else b"" for part in parts)
        return head + bytes(self.events) + foot

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
        seen = self.seen.get(target.partition(".")[2])
        if verb in ("first", "last", "min", "max") and seen is not None:
            return seen[("first", "last", "min", "max").index(verb)]
        return None


def _build(
    file: typing.Any, events: typing.Iterable[typing.Any], header: typing.Any, footer: typing.Any
) -> bytes:
    writer = _Writer(file, header, footer)
    for event in events:
        writer.add(event)
    return writer.finish()
