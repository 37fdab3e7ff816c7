//! Folded stacks of one trace, or of two.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use atf_analysis::Folded;
use atf_analysis::names::Names;
use foldhash::fast::RandomState;

use super::By;
use crate::analysis_args::HowArgs;
use crate::failure::Failure;
use crate::functions;

/// Stacks with a value from each trace.
pub(super) struct Stacks {
    values: Vec<(String, [u64; 2])>,
    /// Whether there are two traces.
    are_two: bool,
}

impl Stacks {
    /// The stacks of one or two traces.
    pub(super) fn of(paths: [Option<&PathBuf>; 2], by: By, how: &HowArgs) -> Result<Self, Failure> {
        let are_two = paths[1].is_some();
        let mut values: Vec<(String, [u64; 2])> = Vec::new();
        for (at, path) in paths.into_iter().enumerate() {
            let Some(path) = path else { continue };
            let subject = super::open(path, how)?;
            let progress = subject.progress();
            let add = &mut |bytes| progress.add(bytes);
            let folded = Folded::of(
                &subject.threads(),
                &subject.selection,
                &how.depths.options(),
                Some(add),
            )?;
            // Threads of two runs are not the same, and functions by themselves have no thread.
            let with_threads = !are_two && by != By::SelfTime;
            for_each(&folded, &subject.names, by, with_threads, |text, value| {
                let mut both = [0; 2];
                both[at] = value;
                values.push((text, both));
            });
        }
        // The stacks of one trace are different already.
        if are_two || by == By::SelfTime {
            values = merged(values);
        }
        Ok(Self { values, are_two })
    }

    /// Number of stacks.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The lines: a stack and its value, or two values.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.values.iter().map(|(stack, [first, second])| match self.are_two {
            true => format!("{stack} {first} {second}"),
            false => format!("{stack} {first}"),
        })
    }

    /// Writes the lines.
    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        self.lines().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// Gives the text and the value of each stack that has one.
pub(super) fn for_each(
    folded: &Folded,
    names: &Names,
    by: By,
    with_threads: bool,
    mut take: impl FnMut(String, u64),
) {
    let mut frames: HashMap<u64, String, RandomState> = HashMap::default();
    folded.for_each(|stack| {
        let value = if by == By::Calls { stack.calls } else { stack.self_ns };
        if value == 0 {
            return;
        }
        let mut text = String::new();
        if with_threads {
            text.push_str(&format!("thread {};", stack.thread_id));
        }
        let shown = match by {
            By::SelfTime => &stack.functions[stack.functions.len().saturating_sub(1)..],
            By::Time | By::Calls => stack.functions,
        };
        for (position, &function_id) in shown.iter().enumerate() {
            if position > 0 {
                text.push(';');
            }
            let frame = frames.entry(function_id);
            text.push_str(frame.or_insert_with(|| functions::frame(names, function_id)));
        }
        take(text, value);
    });
}

/// Stacks of the same text as one, ordered by text.
fn merged(mut values: Vec<(String, [u64; 2])>) -> Vec<(String, [u64; 2])> {
    values.sort_by(|(one, _), (other, _)| one.cmp(other));
    values.dedup_by(|(text, [first, second]), (kept, sums)| {
        let is_same = text == kept;
        if is_same {
            *sums = [sums[0].saturating_add(*first), sums[1].saturating_add(*second)];
        }
        is_same
    });
    values
}
