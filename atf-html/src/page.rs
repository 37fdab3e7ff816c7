//! From a trace to a page that fits into its budget.

use std::io::{self, Write};

use atf_runtime::verify::Progress;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::functions::Functions;
use crate::html;
use crate::source::Source;
use crate::timeline::{self, Thread};
use crate::{report, tree};

/// Bytes of a file that a span or a cell takes, about.
const BYTES_PER_ITEM: u64 = 8;
/// More would be slow in a browser.
const MOST_ITEMS: u64 = 1_000_000;

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    html: String,
    calls: u64,
    folded: u64,
}

impl Page {
    /// Makes the page of `source`, of at most `budget` bytes. `progress` is called with the bytes of events that were
    /// read.
    ///
    /// # Errors
    ///
    /// [`Error::Analysis`] when a temporary file is refused; [`Error::Budget`] when the budget is too small.
    pub fn of(source: &Source<'_>, budget: u64, progress: Option<Progress<'_>>) -> Result<Self> {
        let mut silent = |_| ();
        let progress = progress.unwrap_or(&mut silent);
        let most_items = (budget / BYTES_PER_ITEM).min(MOST_ITEMS) as usize;
        let mut threads = timeline::threads(source, most_items, progress)?;
        let mut functions = Functions::default();
        let (report, report_left_out) = report::json(source, budget, &mut functions)?;
        let (tree, tree_left_out) = tree::json(source, budget, &mut functions)?;
        let left_out = json!({"functions": report_left_out, "paths": tree_left_out});
        let parts = json!({"report": report, "tree": tree, "left_out": left_out});
        loop {
            let html =
                html::page(source.title, &data(source, &mut threads, &mut functions, &parts));
            if html.len() as u64 <= budget {
                let calls = threads.iter().map(|thread| thread.counts.calls).sum();
                let folded = threads.iter().map(Thread::folded).sum();
                return Ok(Self { html, calls, folded });
            }
            let mut is_further = false;
            for thread in &mut threads {
                is_further |= thread.fold();
            }
            if !is_further {
                return Err(Error::Budget { least: html.len() as u64 });
            }
        }
    }

    /// The file.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Number of calls in the trace.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// How many of them the timeline does not show one by one.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.folded
    }
}

/// A JSON object behind its length in four bytes, then the timeline as numbers; compressed.
fn data(
    source: &Source<'_>,
    threads: &mut [Thread],
    functions: &mut Functions,
    parts: &Json,
) -> Vec<u8> {
    let (start_ns, end_ns) = source.time_range();
    let mut timeline = Vec::new();
    threads.iter_mut().for_each(|thread| thread.put(start_ns, functions, &mut timeline));
    let mut object = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "title": source.title,
        // As text: JavaScript would change digits of such numbers.
        "start_ns": start_ns.to_string(),
        "duration_ns": end_ns - start_ns,
        "functions": functions.json(source),
        "threads": threads.iter().map(|thread| thread.json(source)).collect::<Json>(),
        "parts": parts,
    });
    let process = source.manifest.and_then(|manifest| manifest.process.as_ref());
    if let Some(process) = process.filter(|_| source.with_process) {
        object["process"] =
            json!({"command": process.command, "host": process.host, "pid": process.pid});
    }
    let object = object.to_string().into_bytes();
    compressed(&[&(object.len() as u32).to_le_bytes()[..], &object, &timeline])
        .unwrap_or_else(|error| unreachable!("memory takes everything: {error}"))
}

fn compressed(parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    parts.iter().try_for_each(|part| encoder.write_all(part))?;
    encoder.finish()
}
