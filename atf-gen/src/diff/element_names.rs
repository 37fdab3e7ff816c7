//! Names of an array's elements. Programs find an element by its name, so a name that moved makes
//! them read another element; a name that is only worded differently is documentation.

use std::collections::BTreeMap;

use super::change::{Change, wrong};
use super::{Context, Rule};
use crate::model::{ElementNames, EnumId, Field, Format};
use crate::source::Span;

/// Most cases of a list that are looked at one by one.
const MOST_CASES: usize = 10_000;

/// The lists of a field by the values of the enums for which they hold.
type Lists<'a> = BTreeMap<Vec<(EnumId, u64)>, &'a ElementNames>;

pub(super) fn check(
    cx: &Context<'_>,
    what: &str,
    (old, new): (&Field, &Field),
    out: &mut Vec<Change>,
) {
    if old.element_names.is_empty() && new.element_names.is_empty() {
        return;
    }
    let to_new: BTreeMap<EnumId, EnumId> = cx.pairs.enums.iter().copied().collect();
    let olds = lists(cx.old, old, |id| to_new.get(&id).copied());
    let news = lists(cx.new, new, Some);
    let change = |text: String, (old_at, new_at): (Span, Span)| {
        Change::new(Rule::ElementNames, what, text).at(old_at, new_at)
    };
    let shared = || {
        new.element_names.iter().filter_map(|is| {
            let same = |(_, list): &(&Vec<(EnumId, u64)>, &&ElementNames)| std::ptr::eq(**list, is);
            news.iter().filter(same).find_map(|(case, _)| Some((*olds.get(case)?, is)))
        })
    };
    if let Some((was, is)) = shared().find(|(was, is)| moved(was, is).is_some())
        && let Some((from, to)) = moved(was, is)
    {
        let name = &was.names[from];
        let instead = is.names.get(from).map_or("an element without a name", String::as_str);
        let before = was.names.get(to).map_or("an element without a name", String::as_str);
        out.push(
            change(
                format!("its element {name} moved: {from} -> {to}"),
                (was.names_at[from], is.names_at[to]),
            )
            .read(
                wrong(format!("it reads {instead} as {name}")),
                wrong(format!("it reads {before} as {name}")),
            )
            .version(format!("write {name} as number {from} of the names again, counted from 0")),
        );
        return;
    }
    if let Some(at) = first_difference(old, new, &olds, &news) {
        out.push(
            change("names of its elements changed".to_owned(), at).warn(
                "check that each element kept its meaning; if one did not, raise `semantics`",
            ),
        );
    }
}

/// The first name that both lists have at different places: where it was and where it is.
fn moved(was: &ElementNames, is: &ElementNames) -> Option<(usize, usize)> {
    was.names.iter().enumerate().find_map(|(from, name)| {
        let to = is.names.iter().position(|other| other == name)?;
        (from != to).then_some((from, to))
    })
}

/// The lists by the cases that they are for; `enum_id` makes ids of both schemas comparable.
fn lists<'a>(
    format: &Format,
    field: &'a Field,
    enum_id: impl Fn(EnumId) -> Option<EnumId>,
) -> Lists<'a> {
    let mut lists = BTreeMap::new();
    for list in &field.element_names {
        let mut cases: Vec<Vec<(EnumId, u64)>> = vec![Vec::new()];
        for when in &list.when {
            let Some(id) = enum_id(when.id) else { continue };
            let values = &format.enums[when.id].values;
            if cases.len().saturating_mul(when.values.len()) > MOST_CASES {
                continue;
            }
            cases = cases
                .iter()
                .flat_map(|case| {
                    when.values.iter().map(move |at| {
                        let mut case = case.clone();
                        case.push((id, values[*at].value));
                        case
                    })
                })
                .collect();
        }
        for mut case in cases {
            case.sort_unstable();
            lists.entry(case).or_insert(list);
        }
    }
    lists
}

/// The first name, or else the first list, that one side has and the other does not.
fn first_difference(
    old: &Field,
    new: &Field,
    olds: &Lists<'_>,
    news: &Lists<'_>,
) -> Option<(Span, Span)> {
    for is in &new.element_names {
        let cases = || news.iter().filter(|(_, list)| std::ptr::eq(**list, is));
        for was in cases().map(|(case, _)| olds.get(case)) {
            let Some(was) = was else { return Some((old.at, is.at)) };
            let longest = was.names.len().max(is.names.len());
            let differs = (0..longest).find(|at| was.names.get(*at) != is.names.get(*at));
            if let Some(at) = differs {
                let place = |list: &ElementNames| list.names_at.get(at).copied().unwrap_or(list.at);
                return Some((place(was), place(is)));
            }
        }
    }
    let gone = old.element_names.iter().find(|was| {
        olds.iter().any(|(case, list)| std::ptr::eq(*list, *was) && !news.contains_key(case))
    })?;
    Some((gone.at, new.at))
}
