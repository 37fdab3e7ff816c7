//! A few threads for a list of tasks: in order in, in order out.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does `work` for each task on at most so many threads, one of which is the caller's, and returns the
/// results in the order of the tasks. If a thread cannot be started, the others do its work.
pub(super) fn run_all<T: Send, R: Send>(
    tasks: Vec<T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let helpers = threads.min(tasks.len()).saturating_sub(1);
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || {
        let mut results = Vec::new();
        while let Some((at, task)) = next() {
            results.push((at, work(task)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let start = || thread::Builder::new().spawn_scoped(scope, worker);
        let started: Vec<_> = (0..helpers).map_while(|_| start().ok()).collect();
        let mut results = worker();
        for helper in started {
            results.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // parts are told apart by their place in the list.
    #[test]
    fn results_come_in_the_order_of_the_tasks() {
        for threads in [0, 1, 2, 7, usize::MAX] {
            let results = run_all((0..100).collect(), threads, |task: u32| task * 2);
            assert_eq!(results, (0..100).map(|task| task * 2).collect::<Vec<_>>());
            assert_eq!(run_all(Vec::new(), threads, |task: u32| task), [0; 0]);
        }
    }

    #[test]
    #[should_panic(expected = "task 3")]
    fn a_panic_of_the_work_is_the_callers() {
        run_all((0..8).collect(), 2, |task: u32| assert_ne!(task, 3, "task 3"));
    }
}
