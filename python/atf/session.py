"""Reading a session: its manifest, the readers of all its threads, and what they say together.

What is wrong with one thread never hides another.
"""

from __future__ import annotations

import os
import typing

from .detail import DetailReader
from .errors import AtfError, io_error
from .manifest import MANIFEST_NAME, Manifest
from .thread import ThreadReader

if typing.TYPE_CHECKING:
    import pandas
    import pyarrow

    from .index import Array

__all__ = ["OpenedThread", "SessionReader", "ThreadProblem"]

_Self = typing.TypeVar("_Self", bound="SessionReader")
_PREFIX = "thread_"
#: Events of a block of `SessionReader.merged_blocks`, unless it is told: 2.5 MB of them.
_BLOCK_EVENTS = 1 << 16


class ThreadProblem(typing.NamedTuple):
    """Why a thread of a session, or its detail lane, cannot be read."""

    #: The thread.
    thread_id: int
    #: What is wrong, and with which file.
    error: AtfError


class OpenedThread:
    """A thread of a session: its files, or why they cannot be read."""

    __slots__ = ("_reader", "dir", "exists", "id", "in_manifest")

    def __init__(self, id: int, directory: str, in_manifest: bool, exists: bool) -> None:
        #: Thread, as its directory and the manifest name it.
        self.id = id
        #: Directory that holds, or should hold, its files.
        self.dir = directory
        #: Whether the manifest lists it.
        self.in_manifest = in_manifest
        #: Whether its directory is there.
        self.exists = exists
        self._reader: typing.Union[ThreadReader, AtfError]
        try:
            self._reader = ThreadReader(directory)
        except AtfError as error:
            self._reader = error

    @property
    def reader(self) -> ThreadReader:
        """Its files. Raises why they cannot be read."""
        if isinstance(self._reader, AtfError):
            raise self._reader.again()
        return self._reader

    @property
    def error(self) -> typing.Optional[AtfError]:
        """Why its files cannot be read; None if they can."""
        return self._reader if isinstance(self._reader, AtfError) else None

    def __repr__(self) -> str:
        return f"<OpenedThread {self.id}: {self._reader!r}>"


class SessionReader:
    """A session, with the readers of its threads.

    Opening maps the files and looks at both ends of each; it does not scan. ``session[thread_id]`` is
    the reader of a thread, ``thread_id in session`` and iteration tell which there are.

    >>> with SessionReader("my_session") as session:   # doctest: +SKIP
    ...     events = session.merged()
    ...     print(events["thread"][0], events["timestamp_ns"][0])
    """

    def __init__(self, directory: typing.Union[str, os.PathLike[str]]) -> None:
        """Opens the session in `directory`: the threads that its manifest lists or a directory exists
        for. A missing or wrong manifest is no error, see `manifest`; nor is a thread that cannot be
        read, see `problems`.

        Raises IoError when the directory cannot be read.
        """
        self._dir = os.fspath(directory)
        self._manifest: typing.Union[Manifest, AtfError]
        try:
            self._manifest = Manifest.read(os.path.join(self._dir, MANIFEST_NAME))
        except AtfError as error:
            self._manifest = error
        listed: typing.Set[int] = set()
        if isinstance(self._manifest, Manifest):
            listed = {thread.id for thread in self._manifest.threads}
        found = _thread_dirs(self._dir)
        self._threads = tuple(
            OpenedThread(id, os.path.join(self._dir, f"{_PREFIX}{id}"), id in listed, id in found)
            for id in sorted(listed | found)
        )
        self._by_id = {thread.id: thread for thread in self._threads}
        lanes = len(list(self._lanes()))
        for _, reader in self.readable():
            reader.share_memory(lanes)

    @classmethod
    def open(cls: typing.Type[_Self], directory: typing.Union[str, os.PathLike[str]]) -> _Self:
        """The same as the constructor."""
        return cls(directory)

    @property
    def dir(self) -> str:
        """The session's directory."""
        return self._dir

    @property
    def threads(self) -> typing.Tuple[OpenedThread, ...]:
        """All threads in the order of their ids, also those that cannot be read."""
        return self._threads

    def thread(self, id: int) -> typing.Optional[OpenedThread]:
        """The thread with that id; None if the session has none."""
        return self._by_id.get(id)

    def readable(self) -> typing.Iterator[typing.Tuple[int, ThreadReader]]:
        """The threads that can be read, with their ids, in the order of these."""
        for thread in self._threads:
            if thread.error is None:
                yield thread.id, thread.reader

    def __getitem__(self, id: int) -> ThreadReader:
        """The reader of a thread. Raises KeyError if the session has no thread of that id; why it cannot
        be read."""
        return self._by_id[id].reader

    def __contains__(self, id: object) -> bool:
        """Whether the session has a thread of that id."""
        return id in self._by_id

    def __iter__(self) -> typing.Iterator[int]:
        """The ids of all threads, in their order."""
        return iter(self._by_id)

    def __len__(self) -> int:
        """Number of threads."""
        return len(self._threads)

    def problems(self) -> typing.List[ThreadProblem]:
        """What cannot be read: of each thread its index, or else its detail lane. Only what opening
        shows; ``atf verify`` looks at every byte."""
        found = []
        for thread in self._threads:
            error = thread.error or thread.reader.detail_error
            if error is not None:
                found.append(ThreadProblem(thread.id, error))
        return found

    @property
    def manifest(self) -> Manifest:
        """The manifest. Raises why there is none: NotFoundError, or ManifestError."""
        if isinstance(self._manifest, AtfError):
            raise self._manifest.again()
        return self._manifest

    @property
    def manifest_error(self) -> typing.Optional[AtfError]:
        """Why there is no manifest; None if there is one."""
        return self._manifest if isinstance(self._manifest, AtfError) else None

    @property
    def symbols(self) -> typing.Dict[int, str]:
        """Names of functions by ``function_id``, from the manifest; empty without one."""
        if isinstance(self._manifest, AtfError):
            return {}
        named = ((symbol.id, symbol.name) for symbol in self._manifest.symbols)
        return {id: name for id, name in named if id is not None}

    @property
    def time_range(self) -> typing.Optional[typing.Tuple[int, int]]:
        """Lowest first and highest last timestamp in ns over the threads that can be read and have
        events; None if there are none. From the files, whatever the manifest says."""
        ranges = [reader.time_range for _, reader in self.readable()]
        known = [times for times in ranges if times is not None]
        if not known:
            return None
        return min(start for start, _ in known), max(end for _, end in known)

    @property
    def event_count(self) -> int:
        """Number of events in the threads that can be read."""
        return sum(len(reader) for _, reader in self.readable())

    @property
    def detail_count(self) -> typing.Optional[int]:
        """Number of detail records in the threads that can be read, as their footers or final headers
        say; None where one has neither, and its records would have to be counted
        (``len`` of its `DetailReader`)."""
        total = 0
        for lane in self._lanes():
            if lane.extent.promised is None:
                return None
            total += lane.extent.promised
        # What a damaged header promises may be anything.
        return total if total < 1 << 64 else None

    @property
    def is_finalized(self) -> bool:
        """Whether all threads can be read and have the footers that end finalized files."""
        return all(
            thread.error is None and thread.reader.is_finalized for thread in self._threads
        )

    def merged(
        self,
        from_ns: typing.Optional[int] = None,
        to_ns: typing.Optional[int] = None,
        threads: typing.Optional[typing.Iterable[int]] = None,
    ) -> Array:
        """The events of all threads that can be read, in the order of time: a structured array with
        the fields ``thread`` and ``seq`` (where the event is from) and those of an event.

        With `from_ns` (inclusive) and `to_ns` (exclusive) those with a timestamp in that range, in the
        order that they have in the merge of all; with `threads` those of these threads alone. KeyError
        if the session has no such thread; why it cannot be read.

        The order is that of (running maximum of the thread's timestamps, thread id, sequence): time
        order, stable on ties, and within a thread the order of the file also where its clock goes
        backwards. All of it is held in memory, 40 bytes per event; see `merged_blocks` for sessions
        larger than that.
        """
        from ._merge import merged

        return merged(self._selected(threads), from_ns, to_ns)

    def merged_blocks(
        self,
        from_ns: typing.Optional[int] = None,
        to_ns: typing.Optional[int] = None,
        threads: typing.Optional[typing.Iterable[int]] = None,
        block_events: int = _BLOCK_EVENTS,
    ) -> typing.Iterator[Array]:
        """The same as `merged`, in arrays of at most `block_events` events that follow each other, each
        in memory of its own: what is needed besides does not depend on the size of the session.

        Blocks may be smaller, and those of a session with many threads larger: up to 512 events
        of each.
        """
        from ._merge import merged_blocks

        return merged_blocks(self._selected(threads), from_ns, to_ns, block_events)

    def to_pandas(
        self,
        from_ns: typing.Optional[int] = None,
        to_ns: typing.Optional[int] = None,
        threads: typing.Optional[typing.Iterable[int]] = None,
    ) -> pandas.DataFrame:
        """What `merged` gives as a data frame. Raises ImportError, which says what to install, without
        pandas."""
        from . import _tables

        _tables.require("pandas")
        return _tables.to_pandas(self.merged(from_ns, to_ns, threads))

    def to_arrow(
        self,
        from_ns: typing.Optional[int] = None,
        to_ns: typing.Optional[int] = None,
        threads: typing.Optional[typing.Iterable[int]] = None,
    ) -> pyarrow.Table:
        """What `merged` gives as a table. Raises ImportError, which says what to install, without
        pyarrow."""
        from . import _tables

        _tables.require("pyarrow")
        return _tables.to_arrow(self.merged(from_ns, to_ns, threads))

    def close(self) -> None:
        """Closes all files. Arrays, events and records that were taken stay valid."""
        for _, reader in self.readable():
            reader.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        problems = len(self.problems())
        wrong = f", {problems} of them with a problem" if problems else ""
        return (
            f"<SessionReader of {self._dir}: {len(self)} threads{wrong}, {self.event_count} events>"
        )

    def _lanes(self) -> typing.Iterator[DetailReader]:
        """The detail lanes that can be read."""
        for _, reader in self.readable():
            detail = None if reader.detail_error else reader.detail
            if detail is not None:
                yield detail

    def _selected(
        self, threads: typing.Optional[typing.Iterable[int]]
    ) -> typing.List[typing.Tuple[int, ThreadReader]]:
        if threads is None:
            return list(self.readable())
        return [(id, self[id]) for id in sorted(set(threads))]


def _thread_dirs(directory: str) -> typing.Set[int]:
    """The threads that there are directories of."""
    found = set()
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                id = thread_id_of_dir_name(entry.name)
                # Through links too: a session's threads may lie on several disks.
                if id is not None and _is_dir(entry):
                    found.add(id)
    except (OSError, ValueError) as cause:
        raise io_error(directory, "read the directory", cause) from cause
    return found


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def thread_id_of_dir_name(name: str) -> typing.Optional[int]:
    """The thread that a directory's name stands for, or None if it is not ``thread_<id>``.

    >>> thread_id_of_dir_name("thread_12"), thread_id_of_dir_name("thread_012")
    (12, None)
    """
    digits = name[len(_PREFIX) :]
    if not name.startswith(_PREFIX) or not digits.isascii() or not digits.isdigit():
        return None
    if len(digits) > 10 or str(int(digits)) != digits:
        return None
    id = int(digits)
    return id if id <= 0xFFFFFFFF else None
