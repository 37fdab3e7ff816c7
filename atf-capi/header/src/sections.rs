//! The sections of the header, in their order, and the modules of `atf-capi` whose declarations each has.

/// A part of the header with a heading.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// What the table of contents says of it.
    pub(crate) summary: &'static str,
    /// Files in `src/` without their ending. Declarations keep the order of the modules and of the source.
    pub(crate) modules: &'static [&'static str],
    /// Written by hand: before the declarations, and after them.
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

impl Section {
    const fn new(
        title: &'static str,
        summary: &'static str,
        modules: &'static [&'static str],
    ) -> Self {
        Self { title, summary, modules, before: "", after: "" }
    }
}

/// What a later section needs of an earlier one decides the order.
pub(crate) const SECTIONS: &[Section] = &[
    Section::new(
        "Errors",
        "the text and the code of the last failure",
        &["error_code", "last_error"],
    ),
    Section {
        before: include_str!("../text/check_header.h"),
        ..Section::new("Versions", "does this header fit the library?", &["version"])
    },
    Section {
        after: include_str!("../text/payloads.h"),
        ..Section::new("Events", "events, payloads and sequences", &["event"])
    },
    Section::new(
        "Sessions",
        "threads, modules and functions of a manifest",
        &["symbols", "thread_summary"],
    ),
    Section::new("Clocks", "timestamps", &["now"]),
    Section {
        before: include_str!("../text/producer_type.h"),
        after: include_str!("../text/inline_push.h"),
        ..Section::new("Producing", "a traced thread pushes events into its ring", &["producer"])
    },
    Section::new(
        "Draining",
        "a drain empties the rings into files",
        &["drain_report", "drain", "drain_notice"],
    ),
    Section::new(
        "Writing without rings",
        "a thread writes its files itself",
        &[
            "writer_options",
            "session_writer",
            "writer",
            "index_writer",
            "detail_writer",
            "sequences",
        ],
    ),
    Section {
        after: include_str!("../text/view.h"),
        ..Section::new(
            "Reading",
            "files, threads and sessions, over memory maps",
            &["index_reader", "detail", "detail_reader", "thread_reader", "session_reader"],
        )
    },
    Section::new("Merging", "the events of all threads, in timestamp order", &["merge"]),
    Section::new(
        "Verification and recovery",
        "check a trace, repair a damaged one",
        &["progress", "problem", "verify", "recover"],
    ),
];
