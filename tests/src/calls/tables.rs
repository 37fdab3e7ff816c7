//! From calls to reports, trees, folded stacks and differences.

use std::collections::{BTreeMap, BTreeSet};

use super::choice::ancestors;
use super::{Call, Choice, Event, Matched, Reading, match_thread};

/// A call that is wanted, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The call.
    pub call: Call,
    /// Clipped start.
    pub start_ns: u64,
    /// Clipped end.
    pub end_ns: u64,
    /// Clipped duration.
    pub duration: u64,
    /// Without its children.
    pub own: u64,
    /// none, start, end, both.
    pub cut: &'static str,
    /// Whether a number would be negative.
    pub is_clamped: bool,
    /// Functions of the wanted calls around it, the outermost first, then its own.
    pub path: Vec<u64>,
    /// The same of any key, in the place of functions: threads, modules.
    pub starts_on_path: Vec<u32>,
}

/// The wanted calls, and what was counted.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Calls, by thread, in the order in which they ended.
    pub calls: Vec<Taken>,
    /// Functions of orphan returns.
    pub orphans: Vec<u64>,
    /// By name.
    pub counts: BTreeMap<&'static str, u64>,
}

/// The wanted calls of these threads, each with its reading.
pub fn take(threads: &[(u32, Vec<Event>, Reading)], choice: &Choice) -> Answer {
    let mut answer = Answer::default();
    for (thread, events, reading) in threads {
        if !choice.wants_thread(*thread) {
            continue;
        }
        let matched = match_thread(*thread, events, events.len(), *reading);
        let mut add = |name, count: u64| {
            let sum: &mut u64 = answer.counts.entry(name).or_default();
            *sum = sum.saturating_add(count);
        };
        add("events", events.iter().filter(|it| choice.wants_time(it.time)).count() as u64);
        add("skipped", matched.skipped.iter().filter(|it| choice.wants_time(**it)).count() as u64);
        for &(from, to, lost) in &matched.gaps {
            add("gap_ns", choice.clip(to).saturating_sub(choice.clip(from)));
            if choice.wants_time(to) {
                add("markers", 1);
                add("lost_events", lost);
            }
        }
        for &(function, time) in &matched.orphans {
            if choice.wants_time(time) && choice.wants_function(function) {
                answer.orphans.push(function);
            }
        }
        let wanted = matched.calls.iter().filter(|call| choice.wants(call, &matched));
        answer.calls.extend(wanted.map(|call| numbers_of(call, &matched, choice)));
    }
    answer
}

fn duration(call: &Call, choice: &Choice) -> u64 {
    choice.clip(call.end_ns).saturating_sub(choice.clip(call.start_ns))
}

fn numbers_of(call: &Call, matched: &Matched, choice: &Choice) -> Taken {
    let own_duration = duration(call, choice);
    let children = matched.calls.iter().filter(|it| it.parent == Some(call.start));
    let inside: u128 = children.map(|it| u128::from(duration(it, choice))).sum();
    let cuts_start = choice.from.is_some_and(|from| call.start_ns < from);
    let cuts_end = choice.to.is_some_and(|to| call.end_ns > to);
    let mut around = ancestors(call, matched);
    around.retain(|it| choice.wants(it, matched));
    around.push(call);
    Taken {
        call: call.clone(),
        start_ns: choice.clip(call.start_ns),
        end_ns: choice.clip(call.end_ns),
        duration: own_duration,
        own: u128::from(own_duration).saturating_sub(inside) as u64,
        cut: match (cuts_start, cuts_end) {
            (false, false) => "none",
            (true, false) => "start",
            (false, true) => "end",
            (true, true) => "both",
        },
        is_clamped: call.end_ns < call.start_ns || inside > u128::from(own_duration),
        path: around.iter().map(|it| it.function).collect(),
        starts_on_path: around.iter().map(|it| it.start).collect(),
    }
}

/// A row of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Calls.
    pub calls: u64,
    /// Calls that finished.
    pub finished: u64,
    /// Time of the outermost calls.
    pub total: u64,
    /// Time without children.
    pub own: u64,
    /// min, avg, max, p50, p90, p99 of the finished.
    pub times: Option<[u64; 6]>,
    /// Orphan returns.
    pub orphans: u64,
}

fn saturated(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

/// The report, grouped by what `key` gives for a function and a thread.
pub fn report(answer: &Answer, key: &dyn Fn(u64, u32) -> u64) -> BTreeMap<u64, Row> {
    let key_of = |it: &Taken| key(it.call.function, it.call.thread);
    let keys: BTreeSet<u64> = answer.calls.iter().map(key_of).collect();
    let row = |wanted: u64| {
        let mine: Vec<&Taken> = answer.calls.iter().filter(|it| key_of(it) == wanted).collect();
        let is_outermost = |it: &&&Taken| {
            let around = &it.path[..it.path.len() - 1];
            !around.iter().any(|&function| key(function, it.call.thread) == wanted)
        };
        let is_finished =
            |it: &&&Taken| ["return", "exception"].contains(&it.call.ended_by) && it.cut == "none";
        let mut finished: Vec<u64> =
            mine.iter().filter(is_finished).map(|it| it.duration).collect();
        finished.sort_unstable();
        let count = finished.len();
        let sum: u128 = finished.iter().map(|&it| u128::from(it)).sum();
        // ceil(q n) - 1 without floats.
        let percentile = |percent: usize| finished[(percent * count).div_ceil(100) - 1];
        let times = (count > 0).then(|| {
            let average = (sum / count as u128) as u64;
            let [p50, p90, p99] = [50, 90, 99].map(percentile);
            [finished[0], average, finished[count - 1], p50, p90, p99]
        });
        let total = mine.iter().filter(is_outermost).map(|it| u128::from(it.duration)).sum();
        Row {
            calls: mine.len() as u64,
            finished: count as u64,
            total: saturated(total),
            own: saturated(mine.iter().map(|it| u128::from(it.own)).sum()),
            times,
            orphans: 0,
        }
    };
    keys.into_iter().map(|key| (key, row(key))).collect()
}

/// Calls, total and own time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Calls.
    pub calls: u64,
    /// Total time.
    pub total: u64,
    /// Without children.
    pub own: u64,
}

impl Numbers {
    fn add(&mut self, calls: u64, total: u64, own: u64) {
        self.calls += calls;
        self.total = self.total.saturating_add(total);
        self.own = self.own.saturating_add(own);
    }
}

/// Numbers by path, the root first. Paths that only lead to others are there too, with zeros.
pub type Tree = BTreeMap<Vec<u64>, Numbers>;

/// Where a call with these functions around it stands when recursion is folded.
fn fold(path: &[u64]) -> Vec<u64> {
    let Some((&last, around)) = path.split_last() else { return Vec::new() };
    match around.iter().position(|&function| function == last) {
        Some(first) => fold(&path[..=first]),
        None => [fold(around), vec![last]].concat(),
    }
}

/// The call tree.
pub fn tree(answer: &Answer, folds_recursion: bool) -> Tree {
    let mut tree = Tree::new();
    for it in &answer.calls {
        let around = &it.path[..it.path.len() - 1];
        let is_recursive = around.contains(&it.call.function);
        let place = if folds_recursion { fold(&it.path) } else { it.path.clone() };
        let total = if folds_recursion && is_recursive { 0 } else { it.duration };
        for len in 1..place.len() {
            tree.entry(place[..len].to_vec()).or_default();
        }
        tree.entry(place).or_default().add(1, total, it.own);
    }
    tree
}

/// The same from each function to its callers, `levels` of them.
pub fn inverted(tree: &Tree, levels: usize) -> Tree {
    let mut found = Tree::new();
    for (path, numbers) in tree.iter().filter(|(_, numbers)| numbers.calls > 0) {
        let mut backwards = path.clone();
        backwards.reverse();
        // Of a recursive function only the outermost call counts.
        let total = if backwards[1..].contains(&backwards[0]) { 0 } else { numbers.total };
        for len in 1..=backwards.len().min(levels + 1) {
            found.entry(backwards[..len].to_vec()).or_default().add(
                numbers.calls,
                total,
                numbers.own,
            );
        }
    }
    found
}

/// Calls and own time by thread and path.
pub fn folded(answer: &Answer) -> BTreeMap<(u32, Vec<u64>), (u64, u64)> {
    let mut found: BTreeMap<_, (u64, u64)> = BTreeMap::new();
    for it in &answer.calls {
        let sums = found.entry((it.call.thread, it.path.clone())).or_default();
        *sums = (sums.0 + 1, sums.1.saturating_add(it.own));
    }
    found
}

/// The numbers in both, if there are any.
pub type Both = [Option<Numbers>; 2];

/// Calls, total and own time of both, by key.
pub fn difference(a: &BTreeMap<String, Row>, b: &BTreeMap<String, Row>) -> BTreeMap<String, Both> {
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let numbers = |row: &Row| Numbers { calls: row.calls, total: row.total, own: row.own };
    keys.into_iter()
        .map(|key| (key.clone(), [a.get(key).map(numbers), b.get(key).map(numbers)]))
        .collect()
}
