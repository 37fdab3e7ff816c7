//! Flags: their bits, and whether readers must understand them.

use std::collections::HashMap;

use super::change::{Change, ok, refuse, wrong};
use super::values::{self, Item, Items, Words};
use super::{Context, Rule, Verdict, enums};
use crate::model::Flags;

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.flags {
        pair(cx, &cx.old.flags[*a], &cx.new.flags[*b], out);
    }
}

fn pair(cx: &Context<'_>, old: &Flags, new: &Flags, out: &mut Vec<Change>) {
    let what = format!("flags {}", new.name);
    enums::width(cx, &what, (old.int, old.type_at), (new.int, new.type_at), out);
    enums::openness(&what, (old.open, old.open_at), (new.open, new.open_at), out);
    // A new name changes the prefix as well: one finding is enough.
    if old.name == new.name && old.c_prefix != new.c_prefix {
        out.push(
            Change::new(
                Rule::SourceNames,
                &what,
                format!("`c_prefix` changed: {} -> {}", old.c_prefix, new.c_prefix),
            )
            .at(old.c_prefix_at, new.c_prefix_at)
            .breaks_sources(),
        );
    }
    let words = Words {
        what: format!("{what}, bit"),
        noun: "bit",
        moved: Rule::BitMoved,
        removed: Rule::BitRemoved,
        when_removed: (
            ok("the flag is clear in new files"),
            if new.open { ok("kept as unknown") } else { refuse("it does not know the bit") },
        ),
        removal_needs_version: !new.open,
        harmful: harmful(cx, old),
    };
    let (pairs, fresh) = values::check(cx, &words, &items(old), &items(new), out);
    for (a, b) in pairs {
        let (old, new) = (&old.bits[a], &new.bits[b]);
        let element = format!("{what}, bit {}", new.name);
        match (old.must_understand, new.must_understand) {
            (false, true) => out.push(
                Change::new(Rule::BitMustUnderstand, &element, "readers now have to understand it")
                    .at(old.at, new.at)
                    .read(wrong("it may ignore it"), ok(""))
                    .version(
                        "remove `must_understand` and add another bit that must be understood",
                    ),
            ),
            (true, false) => out.push(
                Change::new(Rule::BitEased, &element, "readers no longer have to understand it")
                    .at(old.at, new.at),
            ),
            _ => {}
        }
        let same = match (old.present, new.present) {
            (Some(a), Some(b)) => cx.pairs.are_files(a, b),
            (a, b) => a.is_none() == b.is_none(),
        };
        if !same {
            let name = |format: &crate::model::Format, file: Option<usize>| {
                file.map_or("no file".to_owned(), |id| {
                    format!("the file {}", format.files[id].name)
                })
            };
            let (was, is) = (name(cx.old, old.present), name(cx.new, new.present));
            out.push(
                Change::new(Rule::Role, &element, format!("announces: {was} -> {is}"))
                    .at(old.at, new.at)
                    .read(wrong(format!("it looks for {was}")), wrong(format!("it looks for {is}")))
                    .version("put the role back"),
            );
        }
    }
    for at in fresh {
        let bit = &new.bits[at];
        let element = format!("{what}, bit {}", bit.name);
        let change =
            |rule| Change::new(rule, &element, format!("bit {} added", bit.bit)).at(None, bit.at);
        out.push(if bit.must_understand {
            change(Rule::BitMustUnderstand)
                .read(
                    wrong("it ignores a bit that changes the meaning of the file"),
                    ok("the bit is clear"),
                )
                .version("remove `must_understand` if an old reader may ignore the bit")
        } else if let Some(file) = bit.present.filter(|id| cx.pairs.old_file(*id).is_some()) {
            let name = &cx.new.files[file].name;
            change(Rule::Role)
                .read(
                    ok("it does not use the flag"),
                    wrong(format!("the bit is clear: it treats the file {name} as absent")),
                )
                .version("remove the role: old folders have the file without the flag")
        } else if old.open {
            change(Rule::BitAdded)
                .read(
                    ok("ignored; a check of reserved bits reports damage or a newer revision"),
                    ok("the bit is clear"),
                )
                .added(cx, &bit.evolution)
        } else {
            change(Rule::BitAddedClosed)
                .read(refuse("the flags are closed"), ok("the bit is clear"))
                .version("remove the bit: the flags are closed")
        });
    }
}

/// The bits that cannot be removed safely: a clear bit does not have the same meaning.
fn harmful<'a>(cx: &Context<'a>, old: &'a Flags) -> HashMap<&'a str, (Verdict, Verdict)> {
    let clear = || ok("the flag is clear in new files");
    let bits = old.bits.iter().filter_map(|bit| {
        if bit.must_understand {
            let harm = wrong("it ignores a bit that changes the meaning of an old file");
            return Some((bit.name.as_str(), (clear(), harm)));
        }
        let file = bit.present.filter(|id| cx.pairs.files.iter().any(|pair| pair.0 == *id))?;
        let name = &cx.old.files[file].name;
        let harm = wrong(format!("the flag is clear: it treats the file {name} as absent"));
        Some((bit.name.as_str(), (harm, ok("it does not use the flag"))))
    });
    bits.collect()
}

fn items(declared: &Flags) -> Items<'_> {
    Items {
        live: declared
            .bits
            .iter()
            .map(|bit| Item {
                name: &bit.name,
                number: u64::from(bit.bit),
                doc: &bit.doc,
                evolution: &bit.evolution,
                at: bit.at,
                number_at: bit.bit_at,
            })
            .collect(),
        gone: declared.tombstones.iter().map(Item::of_tombstone).collect(),
    }
}
