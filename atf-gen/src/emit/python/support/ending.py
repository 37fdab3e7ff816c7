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
