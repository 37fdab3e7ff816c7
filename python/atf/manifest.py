"""manifest.json: what a session says about itself. Where it and the files disagree, the files are right."""

from __future__ import annotations

import dataclasses
import os
import typing

from . import _native

__all__ = [
    "ClockAnchor",
    "Manifest",
    "ManifestClock",
    "ManifestProcess",
    "ManifestThread",
    "Module",
    "Symbol",
    "WallClock",
]

Json = typing.Dict[str, typing.Any]


def _counted(of: typing.Sized, noun: str) -> str:
    return f"{len(of)} {noun}" if len(of) == 1 else f"{len(of)} {noun}s"


@dataclasses.dataclass
class ManifestThread:
    """A thread of the manifest."""

    #: Thread; its directory is ``thread_<id>``.
    id: int
    #: Whether the manifest claims a detail.atf for it.
    has_detail: bool = False
    #: Events that the program emitted, when it was recorded through rings.
    emitted: typing.Optional[int] = None
    #: Those of them that were recorded.
    recorded: typing.Optional[int] = None
    #: Those of them that were not.
    dropped_events: typing.Optional[int] = None
    #: Details that were dropped of events that were recorded.
    dropped_details: typing.Optional[int] = None
    #: Events that nothing proves, as [first sequence, count]: the sync that was to make them durable
    #: failed, or the machine lost power.
    unverified: typing.List[typing.List[int]] = dataclasses.field(default_factory=list)
    #: Detail records that nothing proves, as [first sequence, count].
    unverified_details: typing.List[typing.List[int]] = dataclasses.field(default_factory=list)
    #: The thread's name.
    name: typing.Optional[str] = None
    #: The operating system's id of the thread.
    os_id: typing.Optional[int] = None
    #: Whether the thread was recorded and its files are gone.
    lost: bool = False
    #: Events whose checksum failed and that recovery kept, as [first sequence, count].
    damaged: typing.List[typing.List[int]] = dataclasses.field(default_factory=list)
    #: Detail records whose checksum failed and that recovery kept, as [first sequence, count].
    damaged_details: typing.List[typing.List[int]] = dataclasses.field(default_factory=list)
    #: Keys that this revision does not know, or whose values are of another type than it knows.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Module:
    """A module of the traced program."""

    #: Upper half of the ``function_id`` of its functions.
    module_id: int = 0
    #: File it was loaded from.
    path: str = ""
    #: Address it was loaded at, "0x...".
    base_address: str = ""
    #: Length in memory, in bytes.
    size: int = 0
    #: Build id.
    uuid: str = ""
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Symbol:
    """The name of a traced function."""

    #: ``function_id`` of its events, "0x...".
    function_id: str = ""
    #: Its module.
    module_id: typing.Optional[int] = None
    #: Lower half of the ``function_id``.
    symbol_index: typing.Optional[int] = None
    #: The name.
    name: str = ""
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)

    @property
    def id(self) -> typing.Optional[int]:
        """`function_id` as a number, or None if it is not "0x" and a hexadecimal number of 64 bits."""
        return _native.function_id_of(self.function_id)


@dataclasses.dataclass
class ClockAnchor:
    """A reading of a counter, and the system's time at that moment."""

    #: The counter, in its ticks.
    counter: int
    #: The platform's clock, in ns.
    time_ns: int


@dataclasses.dataclass
class ManifestClock:
    """The clock of a session. Timestamps are in ns on the scale of the platform's clock, whatever
    `source` is."""

    #: What was read for each event: "boottime", "tsc", or a word that this revision does not know.
    source: str
    #: Pairs taken while it was recorded, in timestamp order.
    anchors: typing.List[ClockAnchor] = dataclasses.field(default_factory=list)
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class ManifestProcess:
    """The process that was recorded, as far as the recorder knew."""

    #: Its id.
    pid: typing.Optional[int] = None
    #: The id of its parent.
    parent_pid: typing.Optional[int] = None
    #: Its command line: the name that it was started by, and the arguments.
    command: typing.List[str] = dataclasses.field(default_factory=list)
    #: The path of its program.
    executable: typing.Optional[str] = None
    #: The name of the machine.
    host: typing.Optional[str] = None
    #: Which boot of the machine it was.
    boot_id: typing.Optional[str] = None
    #: Keys that this revision does not know.
    other: Json = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class WallClock:
    """The system's clock and the trace's, read at the same time."""

    #: Time since 1970 in UTC, in ns.
    realtime_ns: int
    #: The trace's clock, in ns.
    boottime_ns: int


@dataclasses.dataclass
class Manifest:
    """A session's manifest.json. Only `threads` and each thread's ``id`` are required of one that is
    read; unknown keys are in `other`. So is an optional key whose value has a wrong type: it counts as
    absent."""

    #: One entry per thread directory.
    threads: typing.List[ManifestThread]
    #: "2.0", or "2.1" with modules and symbols.
    format_version: str = "2.0"
    #: Lowest first timestamp over all threads, ns; 0 without events.
    time_start_ns: int = 0
    #: Highest last timestamp over all threads, ns; 0 without events.
    time_end_ns: int = 0
    #: Clock, as in the index header.
    clock_type: typing.Optional[int] = None
    #: "recording" until the session ended, then "complete", or a word that this revision does not know.
    state: typing.Optional[str] = None
    #: Loaded modules (2.1).
    modules: typing.List[Module] = dataclasses.field(default_factory=list)
    #: Names of functions (2.1).
    symbols: typing.List[Symbol] = dataclasses.field(default_factory=list)
    #: Where the timestamps come from, when that is not only the platform's clock.
    clock: typing.Optional[ManifestClock] = None
    #: What stopped the recorder, for example an error of the disk.
    failed: typing.Optional[str] = None
    #: Threads that could not be registered: nothing of them was recorded.
    untraced_threads: typing.Optional[int] = None
    #: The process that was recorded.
    process: typing.Optional[ManifestProcess] = None
    #: The trace's clock and the wall clock at the same time.
    wall_clock: typing.Optional[WallClock] = None
    #: Keys that this revision does not know, or whose values are of another type than it knows.
    other: Json = dataclasses.field(default_factory=dict)

    @staticmethod
    def read(path: typing.Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]) -> Manifest:
        """Reads a manifest.

        Raises NotFoundError, IoError; NotATraceError when it is no regular file; ManifestError, with
        line and column, when it is not JSON or lacks what is required.
        """
        return _native.read_manifest(path)

    def __repr__(self) -> str:
        return (
            f"<Manifest {self.format_version}: {_counted(self.threads, 'thread')}, "
            f"{self.time_start_ns} to {self.time_end_ns} ns, state {self.state}, "
            f"{_counted(self.modules, 'module')}, {_counted(self.symbols, 'symbol')}>"
        )

