//! Roles of fields.

use super::change::{Change, wrong};
use super::fields::{self, Both};
use super::{Context, Rule};
use crate::model::{Format, Role, RoleKind};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for Both { what, old, new, .. } in fields::live(cx) {
        let same = match (&old.role, &new.role) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                a.authoritative == b.authoritative && same_kind(cx, a.kind, b.kind)
            }
            _ => false,
        };
        if same {
            continue;
        }
        let (was, is) = (words(cx.old, old.role.as_ref()), words(cx.new, new.role.as_ref()));
        out.push(
            Change::new(Rule::Role, what, format!("role: {was} -> {is}"))
                .at(
                    old.role.map_or(old.at, |role| role.at),
                    new.role.map_or(new.at, |role| role.at),
                )
                .read(wrong(format!("it goes by: {was}")), wrong(format!("it goes by: {is}")))
                .version("put the role back"),
        );
    }
}

fn words(format: &Format, role: Option<&Role>) -> String {
    let Some(role) = role else { return "none".to_owned() };
    let text = format.role_text(role.kind);
    if role.authoritative { format!("{text}, authoritative") } else { text }
}

fn same_kind(cx: &Context<'_>, old: RoleKind, new: RoleKind) -> bool {
    match (old, new) {
        (RoleKind::First(a), RoleKind::First(b))
        | (RoleKind::Last(a), RoleKind::Last(b))
        | (RoleKind::Min(a), RoleKind::Min(b))
        | (RoleKind::Max(a), RoleKind::Max(b)) => cx.pairs.are_fields(a, b),
        (RoleKind::Link(a), RoleKind::Link(b)) => cx.pairs.are_files(a, b),
        (RoleKind::Same(f, a), RoleKind::Same(g, b)) => {
            cx.pairs.are_files(f, g) && cx.pairs.are_fields(a, b)
        }
        // The rest names sections, which are the same on both sides.
        (a, b) => a == b,
    }
}
