//! Named numbers.

use super::change::{Change, wrong};
use super::{Context, Rule};
use crate::emit::value;

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.constants {
        let (old, new) = (&cx.old.constants[*a], &cx.new.constants[*b]);
        let what = format!("constant {}", new.name);
        let (was, is) =
            (value::text(cx.old, &old.ty, &old.value), value::text(cx.new, &new.ty, &new.value));
        if was != is {
            out.push(
                Change::new(Rule::ConstantValue, &what, format!("value {was} -> {is}"))
                    .at(old.value_at, new.value_at)
                    .read(wrong("it relies on the old value"), wrong("it relies on the new value"))
                    .version("restore the value and add another constant"),
            );
        }
        if old.ty != new.ty {
            let (was, is) = (cx.old.type_name(&old.ty), cx.new.type_name(&new.ty));
            out.push(
                Change::new(Rule::SourceNames, &what, format!("type {was} -> {is}"))
                    .at(old.at, new.at)
                    .breaks_sources(),
            );
        }
    }
}
