//! From what a user chose to what a session has: functions become ids, relative times become times.

use std::ops::RangeInclusive;

use atf_runtime::format::EventKind;

use super::pattern::Pattern;
use super::time::TimePoint;
use crate::names::Names;
use crate::{FunctionSet, Selection};

/// What a user chose. The default keeps everything.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Filter {
    /// Functions by name: those that any of them matches, or all if all exclude, without those excluded. A pattern
    /// matches a function if it matches its name in the source or that in the manifest. A function without a name
    /// is matched by its id, `0x` and hexadecimal digits.
    pub functions: Vec<Pattern>,
    /// Modules by path, in the same way.
    pub modules: Vec<Pattern>,
    /// Functions of which one must enclose a call, in the same way.
    pub callers: Vec<Pattern>,
    /// Threads; empty for all.
    pub threads: Vec<RangeInclusive<u32>>,
    /// Start of the time range, inclusive.
    pub from: Option<TimePoint>,
    /// End of the time range, exclusive.
    pub to: Option<TimePoint>,
    /// Only smaller depths.
    pub depth_below: Option<u32>,
    /// Only calls that took at least so long, in ns.
    pub min_duration_ns: Option<u64>,
    /// Kinds of events; empty for all.
    pub kinds: Vec<EventKind>,
}

/// A filter in terms of one session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resolved {
    /// What it selects.
    pub selection: Selection,
    /// Patterns that match nothing the session names, as they were written: perhaps a mistake.
    pub unmatched: Vec<String>,
}

impl Filter {
    /// Whether [`resolve`](Self::resolve) needs the times of the session.
    #[must_use]
    pub fn has_relative_times(&self) -> bool {
        let mut points = self.from.iter().chain(&self.to);
        points.any(|point| !matches!(point, TimePoint::Clock(_)))
    }

    /// The selection for a session with these names, and these first and last times (0 for a session without
    /// events).
    #[must_use]
    pub fn resolve(&self, names: &Names, time_range: Option<(u64, u64)>) -> Resolved {
        let range = time_range.unwrap_or_default();
        let at = |point: Option<TimePoint>| point.map(|point| point.in_range(range));
        let mut unmatched = Vec::new();
        let selection = Selection {
            threads: (!self.threads.is_empty()).then(|| self.threads.clone()),
            from_ns: at(self.from),
            to_ns: at(self.to),
            functions: functions(&self.functions, &self.modules, names, &mut unmatched),
            callers: functions(&self.callers, &[], names, &mut unmatched),
            depth_below: self.depth_below,
            min_duration_ns: self.min_duration_ns,
            kinds: (!self.kinds.is_empty()).then(|| self.kinds.clone()),
        };
        Resolved { selection, unmatched }
    }
}

/// Patterns, with a mark at each that matched something.
struct Patterns<'a> {
    patterns: &'a [Pattern],
    has_matched: Vec<bool>,
}

impl<'a> Patterns<'a> {
    fn new(patterns: &'a [Pattern]) -> Self {
        Self { patterns, has_matched: vec![false; patterns.len()] }
    }

    /// Whether something that no pattern can match is chosen.
    fn keeps_others(&self) -> bool {
        self.patterns.iter().all(Pattern::is_exclusion)
    }

    /// Whether something is chosen, given which patterns match it. Each is asked, to mark it.
    fn keeps(&mut self, matches: impl Fn(&Pattern) -> bool) -> bool {
        let mut is_included = self.keeps_others();
        let mut is_excluded = false;
        for (pattern, has_matched) in self.patterns.iter().zip(&mut self.has_matched) {
            if matches(pattern) {
                *has_matched = true;
                if pattern.is_exclusion() {
                    is_excluded = true;
                } else {
                    is_included = true;
                }
            }
        }
        is_included && !is_excluded
    }

    fn add_unmatched(&self, unmatched: &mut Vec<String>) {
        let patterns = self.patterns.iter().zip(&self.has_matched);
        unmatched.extend(patterns.filter(|(_, it)| !**it).map(|(pattern, _)| pattern.to_string()));
    }
}

/// The functions that both kinds of patterns choose; `None` for all without any pattern.
fn functions(
    functions: &[Pattern],
    modules: &[Pattern],
    names: &Names,
    unmatched: &mut Vec<String>,
) -> Option<FunctionSet> {
    if functions.is_empty() && modules.is_empty() {
        return None;
    }
    let (mut functions, mut modules) = (Patterns::new(functions), Patterns::new(modules));
    let are_others_kept = functions.keeps_others() && modules.keeps_others();
    let mut set = if are_others_kept { FunctionSet::of_all() } else { FunctionSet::of_none() };
    for (id, path) in names.modules() {
        let is_kept = modules.keeps(|pattern| pattern.matches([path])) && functions.keeps_others();
        // The id of a module is the upper half of its functions' ids: others have no function.
        if let Ok(id) = u32::try_from(id) {
            set = if is_kept { set.with_module(id) } else { set.without_module(id) };
        }
    }
    let ids_in_patterns: Vec<u64> =
        functions.patterns.iter().filter_map(Pattern::function_id).collect();
    for id in names.functions().chain(ids_in_patterns) {
        let module = names.module(id);
        let is_module_kept = match module {
            Some(path) => modules.keeps(|pattern| pattern.matches([path])),
            None => modules.keeps_others(),
        };
        let own = names.demangled_name(id).into_iter().chain(names.raw_name(id));
        let is_function_kept =
            functions.keeps(|it| it.function_id() == Some(id) || it.matches(own.clone()));
        let is_kept = is_module_kept && is_function_kept;
        set = if is_kept { set.with(id) } else { set.without(id) };
    }
    functions.add_unmatched(unmatched);
    modules.add_unmatched(unmatched);
    Some(set)
}

#[cfg(test)]
mod tests {
    use atf_runtime::manifest::{Manifest, Module, Symbol};

    use super::*;
    use crate::names::NameStyle;

    const APP: u32 = 1;
    const LIB: u32 = 2;

    fn id(module: u32, index: u32) -> u64 {
        u64::from(module) << 32 | u64::from(index)
    }

    fn names() -> Names {
        let modules = vec![Module::new(1, "/bin/app"), Module::new(2, "/lib/liba.so")];
        let symbols = vec![
            Symbol::new(APP, 0, "main"),
            Symbol::new(APP, 1, "_ZN5outer5innerEv"),
            Symbol::new(LIB, 0, "malloc"),
            Symbol::new(LIB, 1, "free"),
        ];
        let manifest = Manifest::recording().with_symbols(modules, symbols);
        Names::of(Some(&manifest), NameStyle::Demangled)
    }

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// main, outer::inner, malloc, free, an unnamed one of each module, one of an unknown module.
    fn kept(functions: &[&str], modules: &[&str]) -> [bool; 7] {
        let filter = Filter {
            functions: patterns(functions),
            modules: patterns(modules),
            ..Filter::default()
        };
        let selection = filter.resolve(&names(), None).selection;
        [id(APP, 0), id(APP, 1), id(LIB, 0), id(LIB, 1), id(APP, 9), id(LIB, 9), id(3, 0)]
            .map(|id| selection.has_function(id))
    }

    #[test]
    fn any_match_and_no_excluding_match_choose_a_function() {
        let (y, n) = (true, false);
        for (functions, modules, expected) in [
            (&[][..], &[][..], [y, y, y, y, y, y, y]),
            (&["main"], &[], [y, n, n, n, n, n, n]),
            (&["a"], &[], [y, n, y, n, n, n, n]),
            (&["a", "!main"], &[], [n, n, y, n, n, n, n]),
            (&["!main"], &[], [n, y, y, y, y, y, y]),
            // By the name in the source, and by that in the manifest.
            (&["outer::inner"], &[], [n, y, n, n, n, n, n]),
            (&["^_ZN5"], &[], [n, y, n, n, n, n, n]),
            (&["!^_ZN5"], &[], [y, n, y, y, y, y, y]),
            (&["^main$", "^free$"], &[], [y, n, n, y, n, n, n]),
            (&["nothing"], &[], [n, n, n, n, n, n, n]),
            (&[], &["app"], [y, y, n, n, y, n, n]),
            (&[], &["!app"], [n, n, y, y, n, y, y]),
            (&["main", "malloc"], &["liba"], [n, n, y, n, n, n, n]),
            (&["!malloc"], &["liba"], [n, n, n, y, n, y, n]),
            (&["0x0000000100000009"], &[], [n, n, n, n, y, n, n]),
            (&["0x0000000100000009"], &["liba"], [n, n, n, n, n, n, n]),
            (&["!0x300000000"], &[], [y, y, y, y, y, y, n]),
        ] {
            assert_eq!(kept(functions, modules), expected, "{functions:?} {modules:?}");
        }
    }

    #[test]
    fn patterns_that_match_nothing_are_named() {
        let filter = Filter {
            functions: patterns(&["main", "mian", "!unheard"]),
            callers: patterns(&["nobody"]),
            modules: patterns(&["bin", "usr"]),
            ..Filter::default()
        };
        let unmatched = filter.resolve(&names(), None).unmatched;
        assert_eq!(unmatched, ["mian", "!unheard", "usr", "nobody"]);
    }

    #[test]
    fn relative_times_become_times_of_the_session() {
        let filter = Filter {
            from: Some(TimePoint::AfterStart(5)),
            to: Some(TimePoint::BeforeEnd(5)),
            ..Filter::default()
        };
        let selection = filter.resolve(&names(), Some((100, 200))).selection;
        assert_eq!((selection.from_ns, selection.to_ns), (Some(105), Some(195)));
        let empty = Filter::default().resolve(&names(), Some((100, 200)));
        assert!(empty.selection.is_everything() && empty.unmatched.is_empty());
    }
}
