//! Files: whether they exist, their paths and their structure.

use std::collections::HashSet;

use super::change::{Change, ok, refuse, wrong};
use super::{Context, Rule};
use crate::model::{File, Section};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    let (olds, news) = (&cx.old.files, &cx.new.files);
    for (a, b) in &cx.pairs.files {
        pair(cx, &olds[*a], &news[*b], out);
    }
    let kept: HashSet<usize> = cx.pairs.files.iter().map(|pair| pair.0).collect();
    let known: HashSet<usize> = cx.pairs.files.iter().map(|pair| pair.1).collect();
    for (_, new) in news.iter().enumerate().filter(|(id, _)| !known.contains(id)) {
        let what = format!("file {}", new.name);
        out.push(if new.optional {
            Change::new(Rule::OptionalFileAdded, what, "optional file added")
                .at(None, new.at)
                .read(ok("it ignores it"), ok("it does without it"))
                .added(cx, &new.evolution)
        } else {
            Change::new(Rule::RequiredFileAdded, what, "required file added")
                .at(None, new.at)
                .read(ok("it ignores it"), refuse("the file is missing"))
                .version("write `optional = true`")
        });
    }
    for (_, old) in olds.iter().enumerate().filter(|(id, _)| !kept.contains(id)) {
        let what = format!("file {}", old.name);
        let change =
            Change::new(Rule::FileRemoved, what, "file removed").at(old.at, None).breaks_sources();
        out.push(if old.optional {
            change
                .read(ok("it treats the file as absent"), ok("it ignores it"))
                .warn("new readers no longer read it in old folders; its path must not be reused")
        } else {
            change.read(refuse("the file is missing"), ok("it ignores it")).version("keep the file")
        });
    }
}

fn pair(cx: &Context<'_>, old: &File, new: &File, out: &mut Vec<Change>) {
    let what = format!("file {}", new.name);
    if old.path != new.path {
        let lost = |optional: bool, path: &str| {
            if optional {
                wrong(format!("it finds no {path} and treats the file as absent"))
            } else {
                refuse(format!("it finds no {path}"))
            }
        };
        out.push(
            Change::new(Rule::FilePath, &what, format!("path {} -> {}", old.path, new.path))
                .at(old.path_at, new.path_at)
                .read(lost(old.optional, &old.path), lost(new.optional, &new.path))
                .version(format!("write `path = \"{}\"` again", old.path)),
        );
    }
    if old.optional != new.optional {
        let change = Change::new(
            Rule::FileOptional,
            &what,
            if new.optional { "became optional" } else { "now required" },
        )
        .at(old.optional_at, new.optional_at);
        out.push(if new.optional {
            change
                .read(refuse("a file that it requires may be missing"), ok(""))
                .version("remove `optional` again")
        } else {
            change
                .read(ok(""), refuse("a file that it requires may be missing"))
                .version("write `optional = true` again")
        });
    }
    if old.framing != new.framing {
        out.push(structure(
            &what,
            format!("framing {} -> {}", old.framing.word(), new.framing.word()),
            (old.framing_at, new.framing_at),
        ));
    }
    if old.footer_at != new.footer_at && old.footer.is_some() && new.footer.is_some() {
        out.push(structure(
            &what,
            format!("footer found by {} -> {}", old.footer_at.word(), new.footer_at.word()),
            (old.footer_at_at, new.footer_at_at),
        ));
    }
    for (at, section) in Section::ALL.iter().enumerate() {
        let (a, b) = (old.record(*section), new.record(*section));
        let same = match (a, b) {
            (Some(a), Some(b)) => cx.pairs.are_records(a, b),
            (a, b) => a.is_none() == b.is_none(),
        };
        if !same {
            let was = a.map_or("none", |id| cx.old.records[id].name.as_str());
            let is = b.map_or("none", |id| cx.new.records[id].name.as_str());
            out.push(structure(
                &what,
                format!("record of its {}: {was} -> {is}", section.word()),
                (old.sections_at[at], new.sections_at[at]),
            ));
        }
    }
}

fn structure(what: &str, change: String, at: (crate::source::Span, crate::source::Span)) -> Change {
    Change::new(Rule::FileStructure, what, change)
        .at(at.0, at.1)
        .read(wrong("it misreads the bytes"), wrong("it misreads the bytes"))
        .version("put it back")
}
