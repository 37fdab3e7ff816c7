//! Distributes work over the machine's cores; the result is the same as on one core.

use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// Below this many items a thread costs more than it saves.
pub(crate) const FEW: usize = 256;

/// Appends what `emit` makes of item 0, of item 1, and so on: the same text however many
/// threads make it.
pub(crate) fn append(out: &mut String, items: usize, emit: impl Fn(&mut String, usize) + Sync) {
    let share = share(items);
    if share >= items {
        (0..items).for_each(|item| emit(out, item));
        return;
    }
    let starts: Vec<usize> = (0..items).step_by(share).collect();
    let parts = map(&starts, true, |from| {
        let mut part = String::new();
        (*from..items.min(from + share)).for_each(|item| emit(&mut part, item));
        part
    });
    out.reserve(parts.iter().map(String::len).sum());
    parts.iter().for_each(|part| out.push_str(part));
}

/// What `make` makes of each of many items, in their order.
#[cfg(feature = "cli")]
pub(crate) fn each<I: Sync, O: Send>(items: &[I], make: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let shares: Vec<&[I]> = items.chunks(share(items.len()).max(1)).collect();
    let made = map(&shares, true, |share| share.iter().map(&make).collect::<Vec<O>>());
    made.into_iter().flatten().collect()
}

/// How many of so many items one thread takes.
fn share(items: usize) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    if items < FEW { items } else { items.div_ceil(threads) }
}

/// What `make` makes of each item, in their order; at the same time when `at_once`.
pub(crate) fn map<I: Sync, O: Send>(
    items: &[I],
    at_once: bool,
    make: impl Fn(&I) -> O + Sync,
) -> Vec<O> {
    let (Some((first, others)), true) = (items.split_first(), at_once) else {
        return items.iter().map(make).collect();
    };
    let make = &make;
    thread::scope(|scope| {
        let others: Vec<_> = others
            .iter()
            .map(|item| (item, Builder::new().spawn_scoped(scope, move || make(item))))
            .collect();
        let first = make(first);
        let others = others.into_iter().map(|(item, other)| match other {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // No thread is to be had: the work is done all the same.
            Err(_) => make(item),
        });
        std::iter::once(first).chain(others).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "cli")]
    fn shares_are_put_together_in_order() {
        for items in [0, 1, FEW - 1, FEW, FEW + 1, 10 * FEW + 7] {
            let (mut together, mut alone) = (String::from("a"), String::from("a"));
            let emit = |out: &mut String, item: usize| out.push_str(&format!("{item} "));
            append(&mut together, items, emit);
            let numbers: Vec<usize> = (0..items).collect();
            assert_eq!(each(&numbers, |number| *number), numbers);
            (0..items).for_each(|item| emit(&mut alone, item));
            assert_eq!(together, alone);
        }
    }
}
