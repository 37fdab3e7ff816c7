//! Version, revision, and the versions that are read.

use super::change::{Change, ok, refuse};
use super::{Context, Needs, Rule, judge};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    let (old, new) = (cx.old, cx.new);
    if new.version > old.version {
        let visible = judge::version_is_visible(old, new);
        let unseen = || ok("it does not see the version");
        let old_reader = if !visible {
            unseen()
        } else if old.reads.contains(&new.version) {
            ok("its `reads` lists the version")
        } else {
            refuse("it compares the version for equality")
        };
        let new_reader = if !visible {
            unseen()
        } else if new.reads.contains(&old.version) {
            ok("its `reads` lists the version")
        } else {
            refuse("its `reads` does not list the version")
        };
        let raised = Change::new(
            Rule::Raised,
            "[format]",
            format!("version {} -> {}", old.version, new.version),
        )
        .at(old.version_at, new.version_at)
        .read(old_reader, new_reader);
        out.push(if visible {
            raised
        } else {
            raised.warn("no header has the version at the same bytes before and after: no reader notices the new version")
        });
    }
    let back = [
        ("version", old.version, new.version, old.version_at, new.version_at),
        ("revision", old.revision, new.revision, old.revision_at, new.revision_at),
    ];
    for (what, was, is, old_at, new_at) in back {
        if is < was {
            out.push(
                Change::new(Rule::WentBack, "[format]", format!("{what} {was} -> {is}"))
                    .at(old_at, new_at)
                    .needs(Needs::Unchanged, Err(format!("a released {what} only increases")))
                    .fix(format!("write `{what} = {was}` or more")),
            );
        }
    }
    if new.revision > old.revision {
        out.push(
            Change::new(
                Rule::Revised,
                "[format]",
                format!("revision {} -> {}", old.revision, new.revision),
            )
            .at(old.revision_at, new.revision_at),
        );
    }
    reads(cx, out);
}

fn reads(cx: &Context<'_>, out: &mut Vec<Change>) {
    let (mut old, mut new) = (cx.old.reads.clone(), cx.new.reads.clone());
    old.sort_unstable();
    new.sort_unstable();
    // A change that only follows from the new version is not reported beside D0101.
    let dropped: Vec<u32> = old.iter().copied().filter(|version| !new.contains(version)).collect();
    let added: Vec<u32> = new
        .iter()
        .copied()
        .filter(|version| !old.contains(version) && *version != cx.new.version)
        .collect();
    let dropped: Vec<u32> =
        dropped.into_iter().filter(|version| *version != cx.old.version).collect();
    if dropped.is_empty() && added.is_empty() {
        return;
    }
    let change = Change::new(Rule::Reads, "[format]", format!("reads {old:?} -> {new:?}"))
        .at(cx.old.reads_at, cx.new.reads_at);
    out.push(if dropped.is_empty() {
        change.warn(format!("compare the schema with the last release of version {added:?} too"))
    } else {
        change.warn(format!("new readers refuse files of version {dropped:?}"))
    });
}
