

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
