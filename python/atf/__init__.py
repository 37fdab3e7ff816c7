"""Reads traces in the ADA Trace Format (ATF) v2.

`SessionReader` reads a session directory, `ThreadReader` a thread of it with its links, `IndexReader` and
`DetailReader` one file each: also files that were never finalized, or were torn. Events are numpy
arrays over the mapped file (``.array``) or objects, one at a time.

    import atf

    with atf.SessionReader("my_session") as session:
        events = session.merged()
        print(events["timestamp_ns"].min(), session.symbols.get(int(events["function_id"][0])))

The records and their fields are those of `atf.atf_v2`, which is generated from the format's schema.
"""

from __future__ import annotations

from .atf_v2 import (
    NO_DETAIL_SEQ,
    Arch,
    AtfDetailFooter,
    AtfDetailHeader,
    AtfIndexFooter,
    AtfIndexHeader,
    ClockType,
    DetailEventHeader,
    DetailEventType,
    DetailFunctionPayload,
    EventKind,
    IndexEvent,
    IndexFlags,
    Os,
)
from .detail import DetailReader
from .detail_event import DetailEvent, FunctionView
from .errors import (
    AtfError,
    ClosedError,
    Fault,
    IoError,
    MalformedError,
    ManifestError,
    NotATraceError,
    NotFoundError,
)
from .extent import DetailExtent, FooterState, IndexExtent
from .index import EventSlice, IndexReader
from .manifest import ClockAnchor, Manifest, ManifestClock, ManifestThread, Module, Symbol
from .session import OpenedThread, SessionReader, ThreadProblem
from .thread import ThreadReader

__version__ = "0.1.0"

__all__ = [
    "NO_DETAIL_SEQ",
    "Arch",
    "AtfDetailFooter",
    "AtfDetailHeader",
    "AtfError",
    "AtfIndexFooter",
    "AtfIndexHeader",
    "ClockAnchor",
    "ClockType",
    "ClosedError",
    "DetailEvent",
    "DetailEventHeader",
    "DetailEventType",
    "DetailExtent",
    "DetailFunctionPayload",
    "DetailReader",
    "EventKind",
    "EventSlice",
    "Fault",
    "FooterState",
    "FunctionView",
    "IndexEvent",
    "IndexExtent",
    "IndexFlags",
    "IndexReader",
    "IoError",
    "MalformedError",
    "Manifest",
    "ManifestClock",
    "ManifestError",
    "ManifestThread",
    "Module",
    "NotATraceError",
    "NotFoundError",
    "OpenedThread",
    "Os",
    "SessionReader",
    "Symbol",
    "ThreadProblem",
    "ThreadReader",
    "__version__",
]
