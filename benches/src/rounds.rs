//! Measuring sides in turn, and reporting them to criterion and as ratios.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};

use crate::figures::{self, Group, Judged, Measured};

/// What a side must reach.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// At least this speed, relative to the side of that name.
    AtLeast(f64, &'static str),
    /// At most this time, relative to the side of that name.
    TimeAtMost(f64, &'static str),
    /// At most so much more time for each element than the side of that name.
    MoreAtMost(Duration, &'static str),
    /// At most this time on a quiet machine, where a promise is about time and not about a ratio.
    Within(Duration),
}

/// One way of doing the work.
pub struct Side<'a> {
    /// Its name.
    pub name: &'static str,
    /// Does all of the work once and says how long it took.
    pub run: Box<dyn FnMut() -> Duration + 'a>,
    /// What it must reach, if anything.
    pub targets: &'static [Target],
}

impl<'a> Side<'a> {
    /// A side without a target: a baseline.
    pub fn new(name: &'static str, run: impl FnMut() -> Duration + 'a) -> Self {
        Self { name, run: Box::new(run), targets: &[] }
    }

    /// The same with targets.
    #[must_use]
    pub fn must_reach(mut self, targets: &'static [Target]) -> Self {
        self.targets = targets;
        self
    }
}

/// Measures all sides under criterion, which is shown one side at a time but runs a round of all
/// of them for each sample it asks for; then prints a table of medians and ratios over all rounds.
/// `elements` is what one run of a side works through.
pub fn run_rounds(criterion: &mut Criterion, group: &str, elements: u64, mut sides: Vec<Side<'_>>) {
    let mut samples: Vec<Vec<Duration>> = vec![Vec::new(); sides.len()];
    let mut group_of = criterion.benchmark_group(group);
    group_of.sample_size(10);
    group_of.sampling_mode(criterion::SamplingMode::Flat);
    group_of.throughput(Throughput::Elements(elements));
    for shown in 0..sides.len() {
        let id = BenchmarkId::from_parameter(sides[shown].name);
        group_of.bench_function(id, |bencher| {
            bencher.iter_custom(|rounds| {
                (0..rounds).map(|_| run_round(&mut sides, &mut samples)[shown]).sum()
            });
        });
    }
    group_of.finish();
    if samples.iter().all(|samples| !samples.is_empty()) {
        report(group, elements, &sides, &samples);
    }
}

fn run_round(sides: &mut [Side<'_>], samples: &mut [Vec<Duration>]) -> Vec<Duration> {
    let round: Vec<Duration> = sides.iter_mut().map(|side| (side.run)()).collect();
    for (samples, &took) in samples.iter_mut().zip(&round) {
        samples.push(took);
    }
    round
}

fn report(group: &str, elements: u64, sides: &[Side<'_>], samples: &[Vec<Duration>]) {
    let medians: Vec<f64> = samples.iter().map(|samples| median(samples)).collect();
    let of = |name: &str| sides.iter().position(|side| side.name == name).map(|at| medians[at]);
    let measured = sides.iter().zip(&medians).map(|(side, &seconds)| Measured {
        name: side.name.to_owned(),
        median_ns: seconds * 1e9,
        targets: (side.targets.iter())
            .filter_map(|target| judge(*target, seconds, elements, of))
            .collect(),
    });
    let result = Group { rounds: samples[0].len(), elements, sides: measured.collect() };
    print_table(group, &result);
    figures::add(group, result);
}

fn print_table(name: &str, group: &Group) {
    println!("\n{name}: medians of {} rounds, sides in turn", group.rounds);
    for side in &group.sides {
        let each_ns = side.median_ns / group.elements as f64;
        println!("  {:<28} {:>9.1} M/s  {each_ns:>8.2} ns each", side.name, 1e3 / each_ns);
        for Judged { measured, target, reached } in &side.targets {
            let verdict = if *reached { "reached" } else { "MISSED" };
            println!("  {:<28} {measured:>9} (target {target}): {verdict}", "");
        }
    }
    println!();
}

/// Whether a side reached its target, and by how much; `None` when the other side did not run.
fn judge(
    target: Target,
    seconds: f64,
    elements: u64,
    of: impl Fn(&str) -> Option<f64>,
) -> Option<Judged> {
    let judged = |reached, measured, target| Some(Judged { measured, target, reached });
    match target {
        Target::AtLeast(limit, other) => {
            let ratio = of(other)? / seconds;
            judged(ratio >= limit, format!("{ratio:.2} x {other}"), format!(">= {limit}"))
        }
        Target::TimeAtMost(limit, other) => {
            let ratio = seconds / of(other)?;
            let measured = format!("{ratio:.2} x the time of {other}");
            judged(ratio <= limit, measured, format!("<= {limit}"))
        }
        Target::Within(limit) => {
            let took = Duration::from_secs_f64(seconds);
            judged(took <= limit, format!("{took:.2?}"), format!("<= {limit:?}"))
        }
        Target::MoreAtMost(limit, other) => {
            let more_ns = (seconds - of(other)?) * 1e9 / elements as f64;
            let limit_ns = limit.as_nanos() as f64;
            let measured = format!("{more_ns:.2} ns more than {other}");
            judged(more_ns <= limit_ns, measured, format!("<= {limit_ns} ns"))
        }
    }
}

fn median(samples: &[Duration]) -> f64 {
    let mut seconds: Vec<f64> = samples.iter().map(Duration::as_secs_f64).collect();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    if seconds.len().is_multiple_of(2) {
        f64::midpoint(seconds[middle - 1], seconds[middle])
    } else {
        seconds[middle]
    }
}
