//! Work that a large format takes shared among the machine's cores, with the result of one.

use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// Below this many items a thread costs more than it saves.
const FEW: usize = 256;

/// Appends what `emit` makes of item 0, of item 1, and so on: the same text however many
/// threads make it.
pub(crate) fn append(
    out: &mut String,
    items: usize,
    emit: impl Fn(&mut String, usize) + Send + Sync,
) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    if items < FEW || threads == 1 {
        (0..items).for_each(|item| emit(out, item));
        return;
    }
    let share = items.div_ceil(threads);
    let emit = &emit;
    let parts: Vec<String> = thread::scope(|scope| {
        let run = |from: usize| {
            let mut part = String::new();
            (from..items.min(from + share)).for_each(|item| emit(&mut part, item));
            part
        };
        let others: Vec<_> = (share..items)
            .step_by(share)
            .map(|from| (from, Builder::new().spawn_scoped(scope, move || run(from))))
            .collect();
        let first = run(0);
        let others = others.into_iter().map(|(from, other)| match other {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // No thread is to be had: the work is done all the same.
            Err(_) => run(from),
        });
        std::iter::once(first).chain(others).collect()
    });
    out.reserve(parts.iter().map(String::len).sum());
    parts.iter().for_each(|part| out.push_str(part));
}
