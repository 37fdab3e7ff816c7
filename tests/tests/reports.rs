//! Reports, trees, folded stacks and differences beside the oracle's, on random sessions.

mod analysis;

use std::collections::BTreeMap;

use analysis::{Opened, opened, selection_of, sessions};
use atf_analysis::{
    By, CallTree, Change, Compared, Difference, Folded, FunctionKey, FunctionKeys, Options,
    Recursion, Report, ReportRow, Selection, Summary,
};
use atf_runtime::manifest::{Manifest, Module, Symbol};
use atf_tests::calls::{
    Answer, Choice, Dice, Numbers, Row, Tree, difference, folded, inverted, random_choice, report,
    take, tree,
};

/// A random session, a choice of its calls, and what the oracle says of them.
struct Case {
    session: Opened,
    choice: Choice,
    selection: Selection,
    answer: Answer,
    /// On one thread of this process, or several.
    options: Options,
    context: String,
}

fn cases() -> impl Iterator<Item = Case> {
    (0..sessions()).map(|seed| {
        let mut dice = Dice(seed);
        let session = opened(&mut dice);
        let choice = random_choice(&mut dice, &session.events());
        let (selection, answer) = (selection_of(&choice), take(&session.threads, &choice));
        let options = Options::default().workers(1 + seed as usize % 3);
        let context = format!("session {seed}: {choice:?}");
        Case { session, choice, selection, answer, options, context }
    })
}

fn row_of(row: &ReportRow) -> Row {
    let times = [row.min_ns, row.avg_ns, row.max_ns, row.p50_ns, row.p90_ns, row.p99_ns];
    let known: Vec<u64> = times.iter().copied().flatten().collect();
    assert!(known.is_empty() || known.len() == times.len(), "{row:?}");
    assert!(row.has_exact_percentiles);
    Row {
        calls: row.calls,
        finished: row.finished,
        total: row.total_ns,
        own: row.self_ns,
        times: known.try_into().ok(),
        orphans: row.orphan_returns,
    }
}

/// The oracle's rows, with the orphan returns, also those of functions without calls.
fn expected_rows(answer: &Answer, by: By, case: &Case) -> BTreeMap<u64, Row> {
    let key = |function: u64, thread: u32| match by {
        By::Thread => thread.into(),
        By::Module => function >> 32,
        _ => function,
    };
    let mut rows = report(answer, &key);
    for (thread, ..) in &case.session.threads {
        let own: Vec<_> =
            case.session.threads.iter().filter(|(id, ..)| id == thread).cloned().collect();
        for function in take(&own, &case.choice).orphans {
            rows.entry(key(function, *thread)).or_default().orphans += 1;
        }
    }
    rows
}

#[test]
fn reports_of_random_sessions_are_those_of_the_oracle() {
    for case in cases() {
        let Case { session, selection, answer, options, context, .. } = &case;
        for by in [By::Function, By::Thread, By::Module] {
            let report = Report::of(&session.trace(), by, selection, options, None).unwrap();
            let found: BTreeMap<u64, Row> =
                report.rows().iter().map(|row| (row.key, row_of(row))).collect();
            assert_eq!(found, expected_rows(answer, by, &case), "{context}, {by:?}");
            assert_eq!(found.len(), report.rows().len(), "{context}");
            assert!(report.rows().is_sorted_by_key(|it| std::cmp::Reverse(it.self_ns)));
            let of_all: f64 = answer.calls.iter().map(|it| it.own as f64).sum();
            for row in report.rows() {
                let of_row = answer.calls.iter().filter(|it| {
                    row.key
                        == match by {
                            By::Thread => it.call.thread.into(),
                            By::Module => it.call.function >> 32,
                            _ => it.call.function,
                        }
                });
                let own: f64 = of_row.map(|it| it.own as f64).sum();
                let share = if of_all == 0.0 { 0.0 } else { own / of_all };
                assert!((row.share - share).abs() < 1e-9, "{context}");
            }
            assert_eq!(report.counts().calls, answer.calls.len() as u64, "{context}");
            assert_eq!(report.counts().orphan_returns, answer.orphans.len() as u64, "{context}");
        }
    }
}

fn tree_of(tree: &CallTree) -> Tree {
    let mut found = Tree::new();
    let mut path = Vec::new();
    for (depth, node) in tree.walk() {
        path.truncate(depth);
        path.push(node.function_id());
        let parent = path.len().checked_sub(2).map(|parent| path[parent]);
        assert_eq!(node.parent().map(|it| it.function_id()), parent);
        let (calls, total, own) = (node.calls(), node.total_ns(), node.self_ns());
        assert!(found.insert(path.clone(), Numbers { calls, total, own }).is_none(), "{path:?}");
    }
    assert_eq!(found.len(), tree.len());
    assert_eq!(tree.is_empty(), found.is_empty());
    assert_eq!(tree.roots().count(), found.keys().filter(|path| path.len() == 1).count());
    found
}

#[test]
fn trees_of_random_sessions_are_those_of_the_oracle() {
    for case in cases() {
        let Case { session, selection, answer, options, context, .. } = &case;
        for recursion in [Recursion::Folded, Recursion::Kept] {
            let context = format!("{context}, {recursion:?}");
            let found =
                CallTree::of(&session.trace(), recursion, selection, options, None).unwrap();
            let expected = tree(answer, recursion == Recursion::Folded);
            assert_eq!(tree_of(&found), expected, "{context}");
            for levels in [0, 1, 2, 100] {
                let expected = inverted(&expected, levels);
                assert_eq!(tree_of(&found.inverted(levels)), expected, "{context}, {levels}");
                for function in [1_u64 << 32, 1 << 32 | 1, 0, u64::MAX] {
                    let own = |(path, _): &(&Vec<u64>, _)| path[0] == function;
                    let expected: Tree =
                        expected.iter().filter(own).map(|(path, it)| (path.clone(), *it)).collect();
                    assert_eq!(tree_of(&found.callers(function, levels)), expected, "{context}");
                }
            }
            for function in [1_u64 << 32, 1 << 32 | 1, 0, u64::MAX] {
                let mut below = Tree::new();
                for (path, numbers) in &expected {
                    let Some(at) = path.iter().position(|it| *it == function) else { continue };
                    let sums = below.entry(path[at..].to_vec()).or_default();
                    sums.calls += numbers.calls;
                    sums.total = sums.total.saturating_add(numbers.total);
                    sums.own = sums.own.saturating_add(numbers.own);
                }
                assert_eq!(tree_of(&found.callees(function)), below, "{context}, {function}");
            }
        }
    }
}

// The sums of a tree are those of the report: nothing counts twice, nothing is left out.
#[test]
fn trees_and_reports_have_the_same_sums() {
    for case in cases() {
        let Case { session, selection, options, context, .. } = &case;
        let trace = session.trace();
        let report = Report::of(&trace, By::Function, selection, options, None).unwrap();
        let tree = CallTree::of(&trace, Recursion::Folded, selection, options, None).unwrap();
        let roots = tree.inverted(0);
        for row in report.rows().iter().filter(|row| row.calls > 0) {
            let root = roots.roots().find(|root| root.function_id() == row.key);
            let root = root.unwrap_or_else(|| panic!("{context}: {row:?}"));
            let found = (root.calls(), root.total_ns(), root.self_ns());
            assert_eq!(found, (row.calls, row.total_ns, row.self_ns), "{context}");
        }
    }
}

#[test]
fn folded_stacks_of_random_sessions_are_those_of_the_oracle() {
    for case in cases() {
        let Case { session, selection, answer, options, context, .. } = &case;
        let stacks = Folded::of(&session.trace(), selection, options, None).unwrap();
        let mut found = BTreeMap::new();
        stacks.for_each(|stack| {
            let key = (stack.thread_id, stack.functions.to_vec());
            assert!(found.insert(key, (stack.calls, stack.self_ns)).is_none(), "{context}");
        });
        assert_eq!(found, folded(answer), "{context}");
        assert_eq!(stacks.counts().calls, answer.calls.len() as u64, "{context}");
    }
}

/// A manifest that names most functions, with two modules of one file name and two functions of one name.
fn manifest() -> Manifest {
    let mut manifest = Manifest::recording();
    manifest.modules.push(Module::new(1, "/usr/lib/libone.so"));
    manifest.modules.push(Module::new(2, "/opt/libone.so"));
    for (module, index, name) in
        [(1, 0, "a"), (1, 1, "b"), (1, 2, "a"), (1, 3, ""), (2, 0, "a"), (2, 2, "c")]
    {
        manifest.symbols.push(Symbol::new(module, index, name));
    }
    manifest
}

/// The same by hand.
fn name_of(function: u64) -> String {
    let index = function & 0xFFFF_FFFF;
    match (function >> 32, index) {
        (1, 0 | 2) | (2, 0) => "libone.so a".to_owned(),
        (1, 1) => "libone.so b".to_owned(),
        (2, 2) => "libone.so c".to_owned(),
        (1 | 2, _) => format!("libone.so #{index}"),
        _ => format!("#{function}"),
    }
}

fn text_of(key: &FunctionKey) -> String {
    match (&key.module, &key.name, key.number) {
        (Some(module), Some(name), None) => format!("{module} {name}"),
        (Some(module), None, Some(number)) => format!("{module} #{number}"),
        (None, None, Some(number)) => format!("#{number}"),
        _ => panic!("{key:?}"),
    }
}

#[test]
fn differences_of_random_sessions_are_those_of_the_oracle() {
    let keys = FunctionKeys::of(&manifest());
    let mut changes = BTreeMap::new();
    let mut before: Option<Case> = None;
    for after in cases() {
        let Some(before) = before.replace(after) else { continue };
        let after = before_and_after(&before);
        let threshold = 0.25;
        let side = |case: &Case, check: &mut dyn FnMut(Compared<'_>)| {
            let (trace, selection) = (case.session.trace(), &case.selection);
            check(Compared { trace: &trace, keys: &keys, selection });
        };
        let mut found = None;
        side(&before, &mut |a| {
            side(&after, &mut |b| {
                found = Some(Difference::of(a, b, Some(threshold), &before.options, None).unwrap());
            });
        });
        let found = found.unwrap();
        // Recursion is seen by name: functions of one name are one function.
        let rows = |answer: &Answer| {
            let mut named = answer.clone();
            let mut ids: BTreeMap<String, u64> = BTreeMap::new();
            let mut id = |function: u64| {
                let next = ids.len() as u64;
                *ids.entry(name_of(function)).or_insert(next)
            };
            for it in &mut named.calls {
                it.call.function = id(it.call.function);
                it.path.iter_mut().for_each(|function| *function = id(*function));
            }
            let rows = report(&named, &|function, _| function);
            ids.into_iter()
                .filter_map(|(name, id)| Some((name, rows.get(&id)?.clone())))
                .collect::<BTreeMap<String, Row>>()
        };
        let (a, b) = (rows(&before.answer), rows(&after.answer));
        let expected = difference(&a, &b);
        let numbers = |it: Option<atf_analysis::Totals>| {
            it.map(|it| Numbers { calls: it.calls, total: it.total_ns, own: it.self_ns })
        };
        let both: BTreeMap<_, _> = found
            .rows()
            .iter()
            .map(|row| (text_of(&row.key), [numbers(row.before), numbers(row.after)]))
            .collect();
        assert_eq!(both, expected, "{}", before.context);
        let own_of_all = |rows: &BTreeMap<String, Row>| -> u128 {
            rows.values().map(|row| u128::from(row.own)).sum()
        };
        // Where sums end at the largest number, the oracle does not know the quotients.
        if [&a, &b].into_iter().any(|rows| rows.values().any(|row| row.own == u64::MAX)) {
            continue;
        }
        let mut is_beyond = false;
        for row in found.rows() {
            let name = text_of(&row.key);
            let (change, beyond) = change_of(
                (a.get(&name), own_of_all(&a)),
                (b.get(&name), own_of_all(&b)),
                threshold,
            );
            assert_eq!((row.change, row.is_beyond_threshold), (change, beyond), "{name}: {row:?}");
            *changes.entry(change).or_insert(0) += 1;
            is_beyond |= beyond;
        }
        assert_eq!(found.is_beyond_threshold(), is_beyond);
    }
    assert!(changes.len() == 7, "{changes:?}");
}

/// Another session with some functions of the first.
fn before_and_after(before: &Case) -> Case {
    let seed = before.context.len() as u64 * 1000 + before.answer.calls.len() as u64;
    let mut dice = Dice(seed);
    // Half of the time the same with another selection: the calls that took longer.
    let session = match seed % 2 {
        0 => opened(&mut dice),
        _ => Opened::of(before.session.events()),
    };
    let mut choice = before.choice.clone();
    if seed.is_multiple_of(3) {
        choice.least = Some(5);
    }
    let (selection, answer) = (selection_of(&choice), take(&session.threads, &choice));
    let (options, context) = (before.options.clone(), before.context.clone());
    Case { session, choice, selection, answer, options, context }
}

/// What happened to a function, and whether it is beyond the threshold: with fractions, not with quotients.
fn change_of(
    (before, own_before): (Option<&Row>, u128),
    (after, own_after): (Option<&Row>, u128),
    threshold: f64,
) -> (Change, bool) {
    let (Some(a), Some(b)) = (before, after) else {
        return (if before.is_none() { Change::New } else { Change::Gone }, false);
    };
    // b/b' against a/a', each side times a' b'.
    let beyond = |after: u128, before: u128| {
        let (after, before) = (after as f64, before as f64);
        (after > before * (1.0 + threshold), after < before * (1.0 - threshold))
    };
    let [a_own, b_own] = [a, b].map(|row| u128::from(row.own));
    let [a_calls, b_calls] = [a, b].map(|row| u128::from(row.calls));
    let change = match (beyond(b_own * a_calls, a_own * b_calls), beyond(b_calls, a_calls)) {
        ((true, _), _) => Change::Slower,
        ((_, true), _) => Change::Faster,
        (_, (true, _)) => Change::More,
        (_, (_, true)) => Change::Fewer,
        _ => Change::Same,
    };
    let matters = |own: u128, all: u128| own > 0 && own * 100 >= all;
    let is_large = matters(a_own, own_before) || matters(b_own, own_after);
    (change, is_large && matches!(change, Change::Slower | Change::Faster))
}

#[test]
fn summaries_of_random_sessions_are_those_of_the_oracle() {
    for case in cases() {
        let Case { session, choice, selection, options, context, .. } = &case;
        let summary = Summary::of(&session.trace(), selection, options, None).unwrap();
        let selected = session.threads.iter().filter(|(id, ..)| choice.wants_thread(*id));
        let mut selected: Vec<_> = selected.cloned().collect();
        selected.sort_by_key(|(id, ..)| *id);
        assert_eq!(summary.threads().len(), selected.len(), "{context}");
        for (found, thread) in summary.threads().iter().zip(selected) {
            let events = thread.1.clone();
            let all = take(std::slice::from_ref(&thread), &Choice::default());
            let kept = take(std::slice::from_ref(&thread), choice);
            assert_eq!(found.thread_id, thread.0, "{context}");
            let depths = kept.calls.iter().map(|it| it.call.depth);
            assert_eq!(found.max_depth, depths.max(), "{context}");
            let around = all.calls.iter().map(|it| it.path.len() as u64);
            assert_eq!(found.most_open, around.max().unwrap_or(0), "{context}");
            assert_eq!(found.counts.calls, kept.calls.len() as u64, "{context}");
            let backward = events.windows(2).filter(|it| it[1].time < it[0].time).count();
            assert_eq!(found.survey.backward.count, backward as u64, "{context}");
        }
    }
}
