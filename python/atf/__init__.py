"""Reads traces in the ADA Trace Format (ATF) v2.

`SessionReader` reads a session directory, `ThreadReader` one of its threads with its links, `IndexReader` and
`DetailReader` one file each: also files that were never finalized, or were truncated. Events are numpy arrays over
the mapped file (``.array``), Arrow streams (``__arrow_c_stream__``), or objects, one at a time.

    import atf

    with atf.SessionReader("my_session") as session:
        events = session.merged()
        print(events["timestamp_ns"].min(), session.symbols.get(int(events["function_id"][0])))

What happened is a table: the calls, where the time goes, who calls what, what changed.

    with atf.SessionReader("my_session") as session:
        print(session.report().to_pandas().head())
        slow = session.calls(function="parse", min_duration="10us")

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
from ._native import (
    DetailEvent,
    DetailReader,
    EventSlice,
    IndexReader,
    MergedEvents,
    OpenedThread,
    SessionReader,
    Table,
    ThreadReader,
)
from .errors import (
    AtfError,
    ClosedError,
    Fault,
    IoError,
    MalformedError,
    ManifestError,
    NotATraceError,
    NotFoundError,
    SeveralSessionsError,
)
from .extent import DetailExtent, FooterState, IndexExtent
from .manifest import (
    ClockAnchor,
    Manifest,
    ManifestClock,
    ManifestProcess,
    ManifestThread,
    Module,
    Symbol,
    WallClock,
)
from .records import FunctionView, Problem, ThreadProblem, Verification

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
    "ManifestProcess",
    "ManifestThread",
    "MergedEvents",
    "Module",
    "NotATraceError",
    "NotFoundError",
    "OpenedThread",
    "Os",
    "Problem",
    "SessionReader",
    "SeveralSessionsError",
    "Symbol",
    "Table",
    "ThreadProblem",
    "ThreadReader",
    "Verification",
    "WallClock",
    "__version__",
]
