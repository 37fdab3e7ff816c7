//! Work on several processors: numbered pieces go in, their results come out in order. Called by verification
//! for the threads of a session and the parts of a long file.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread::{self, Builder};

/// How many threads can run at the same time.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

enum Message<R> {
    Progress(u64),
    Done(usize, R),
}

/// Runs `work` for the pieces 0 to `pieces`, at most `workers` at a time, and passes each result to `take`, in the
/// order of the pieces and on the calling thread. So is `progress` called. With one worker, or where the
/// system starts no thread, the calling thread does everything.
///
/// # Errors
///
/// The first error of `take`; no further piece is begun then.
pub(crate) fn in_order<R: Send, E>(
    pieces: usize,
    workers: usize,
    progress: &mut dyn FnMut(u64),
    work: impl Fn(usize, &mut dyn FnMut(u64)) -> R + Sync,
    mut take: impl FnMut(usize, R) -> Result<(), E>,
) -> Result<(), E> {
    let one_by_one = |progress: &mut dyn FnMut(u64), take: &mut dyn FnMut(usize, R) -> _| {
        (0..pieces).try_for_each(|piece| take(piece, work(piece, progress)))
    };
    if workers.min(pieces) <= 1 {
        return one_by_one(progress, &mut take);
    }
    let next = &AtomicUsize::new(0);
    let (sender, receiver) = channel();
    let work = &work;
    thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..workers.min(pieces) {
            let sender = sender.clone();
            let run = move || {
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= pieces {
                        break;
                    }
                    // Nobody listens after an error.
                    let mut progress = |units| drop(sender.send(Message::Progress(units)));
                    let result = work(piece, &mut progress);
                    if sender.send(Message::Done(piece, result)).is_err() {
                        break;
                    }
                }
            };
            started += usize::from(Builder::new().spawn_scoped(scope, run).is_ok());
        }
        drop(sender);
        if started == 0 {
            return one_by_one(progress, &mut take);
        }
        let (mut early, mut due) = (BTreeMap::new(), 0);
        for message in receiver {
            match message {
                Message::Progress(units) => progress(units),
                Message::Done(piece, result) => drop(early.insert(piece, result)),
            }
            while let Some(result) = early.remove(&due) {
                take(due, result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_all_progress_is_reported() {
        for (pieces, workers) in [(0, 4), (1, 4), (7, 1), (500, 3), (3, 500)] {
            let (mut told, mut taken) = (0, Vec::new());
            let work = |piece: usize, progress: &mut dyn FnMut(u64)| {
                progress(piece as u64);
                piece * 2
            };
            let take = |piece, result| {
                taken.push((piece, result));
                Ok::<(), ()>(())
            };
            in_order(pieces, workers, &mut |units| told += units, work, take).unwrap();
            assert_eq!(taken, (0..pieces).map(|piece| (piece, piece * 2)).collect::<Vec<_>>());
            assert_eq!(told, (0..pieces as u64).sum::<u64>());
        }
    }

    #[test]
    fn first_error_in_order_ends_the_work() {
        for workers in [1, 4] {
            let mut taken = Vec::new();
            let take = |piece, result| {
                taken.push(piece);
                result
            };
            let work = |piece, _: &mut dyn FnMut(u64)| if piece < 20 { Ok(()) } else { Err(piece) };
            assert_eq!(in_order(100_000, workers, &mut |_| (), work, take), Err(20));
            assert_eq!(taken, (0..=20).collect::<Vec<_>>());
        }
    }
}
