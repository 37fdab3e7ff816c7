//! Records that grew or shrank, judged by their use and by the fields that mark their end.

use super::change::{Change, ok, refuse, wrong};
use super::uses::{self, Use};
use super::{Context, Needs, Rule, Verdict, legal};
use crate::model::{Covered, Field, FooterAt, Framing, Record, RoleKind, Section};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.records {
        let (old, new) = (&cx.old.records[*a], &cx.new.records[*b]);
        if old.size == new.size {
            continue;
        }
        let pair = Pair { cx, old, new };
        let uses = &cx.uses[*b];
        if new.size > old.size && sums_itself(old) && sums_itself(new) {
            out.push(pair.summed());
            continue;
        }
        if uses.is_empty() {
            out.push(if new.size > old.size {
                pair.unbounded("no field marks its end")
            } else {
                pair.shrinks(None)
            });
        }
        for found in uses {
            out.push(if new.size > old.size {
                pair.grows(*found)
            } else {
                pair.shrinks(Some(*found))
            });
        }
    }
}

/// Whether a checksum of the record covers all its fields.
fn sums_itself(record: &Record) -> bool {
    record.fields.iter().any(|field| field.own_checksum() == Some(Covered::Record))
}

struct Pair<'a> {
    cx: &'a Context<'a>,
    old: &'a Record,
    new: &'a Record,
}

impl Pair<'_> {
    fn change(&self, rule: Rule, noun: &str) -> Change {
        let verb = if self.new.size > self.old.size { "grows" } else { "shrinks" };
        Change::new(
            rule,
            format!("record {}", self.new.name),
            format!("{noun} {verb}: {} -> {} bytes{}", self.old.size, self.new.size, self.names()),
        )
        .at(self.old.size_at, self.new.size_at)
    }

    /// The fields after the shorter end.
    fn names(&self) -> String {
        let (longer, end) = if self.new.size > self.old.size {
            (self.new, self.old.size)
        } else {
            (self.old, self.new.size)
        };
        let names: Vec<&str> = longer
            .fields
            .iter()
            .filter(|field| field.offset >= end && field.is_live())
            .map(|field| field.name.as_str())
            .collect();
        match names.len() {
            0 => String::new(),
            1..=6 => format!(" ({})", names.join(", ")),
            more => format!(" ({} and {} more)", names[..5].join(", "), more - 5),
        }
    }

    /// Whether every new field has the right `since`.
    fn given(&self) -> Result<(), String> {
        self.cx.revised()?;
        let new = self.new.fields.iter().filter(|field| field.offset >= self.old.size);
        for field in new.filter(|field| field.is_live()) {
            self.cx
                .since(&field.evolution)
                .map_err(|missing| format!("{}: {missing}", field.name))?;
        }
        match self.illegal() {
            None => Ok(()),
            Some(field) => Err(format!(
                "{}: its value in data that end before it is not legal, and it has no `default`",
                field.name
            )),
        }
    }

    /// The first new field that data of the old schema leave with a value which readers refuse.
    fn illegal(&self) -> Option<&Field> {
        let new = self.new.fields.iter().filter(|field| field.offset >= self.old.size);
        new.filter(|field| field.is_live()).find(|field| !legal::when_missing(self.cx.new, field))
    }

    /// What a new reader makes of a record that ends where the old one does.
    fn ends_early(&self, why: &str) -> Verdict {
        match self.illegal() {
            None => ok(why),
            Some(field) => refuse(format!("{} would not be legal", field.name)),
        }
    }

    fn revision(&self, change: Change) -> Change {
        let next = self.cx.next_revision();
        change.needs(Needs::Revision, self.given()).fix(format!(
            "write `revision = {next}` under [format] and `since = {next}` at each new field"
        ))
    }

    fn unbounded(&self, why: &str) -> Change {
        self.change(Rule::RecordGrows, "record")
            .read(
                wrong(format!("{why}: the data after it moves back")),
                wrong(format!("{why}: the data after it moves forward")),
            )
            .version("leave it unchanged and add another record")
    }

    /// The checksum of its fields covers more than the other reader takes it to.
    fn summed(&self) -> Change {
        self.change(Rule::RecordGrows, "record")
            .read(
                wrong("its checksum covers the new bytes too, so it does not match"),
                wrong("its checksum covers fewer bytes, so it does not match"),
            )
            .version("leave it unchanged and add another record")
    }

    fn grows(&self, found: Use) -> Change {
        match found {
            Use::Event(file) => self.event(file),
            Use::Header(file) => self.header(file),
            Use::Footer(file) => self.footer(file),
            Use::Payload(file) => self.payload(&[file]),
            Use::Trailer(owner) => {
                let files: Vec<usize> = self.cx.uses[owner]
                    .iter()
                    .filter_map(|found| match found {
                        Use::Payload(file) | Use::Event(file) => Some(*file),
                        _ => None,
                    })
                    .collect();
                if files.is_empty() {
                    return self.unbounded("no length marks its end");
                }
                self.payload(&files)
            }
            Use::Nested(owner) => {
                self.unbounded(&format!("it is part of {}", self.cx.new.records[owner].name))
            }
        }
    }

    fn event(&self, file: usize) -> Change {
        let file_new = &self.cx.new.files[file];
        if file_new.framing == Framing::LengthPrefixed {
            return self
                .change(Rule::BeforeTail, "event header")
                .read(
                    wrong("it reads the new bytes as payload"),
                    wrong("it reads the payload as the new fields"),
                )
                .version("leave the header unchanged and put the fields into a payload");
        }
        let change = self.change(Rule::EventGrows, "event");
        let change = if self.has_stride(file) {
            let change = change.read(
                refuse(format!("it knows a stride of {}", self.old.size)),
                self.ends_early("stride comes from the header, missing fields take their default"),
            );
            match self.given() {
                Ok(()) => change,
                Err(missing) => change.warn(format!(
                    "{missing}: to read old events, a reader must know from `since` which fields they lack"
                )),
            }
        } else {
            change.read(
                wrong(format!("it assumes {} bytes per event", self.old.size)),
                wrong(format!("it assumes {} bytes per event", self.new.size)),
            )
        };
        change.version("use reserved bytes, or another file beside this one")
    }

    /// Whether the header says the stride on both sides.
    fn has_stride(&self, file: usize) -> bool {
        let old = self.cx.pairs.old_file(file);
        uses::has_stride(self.cx.new, file)
            && old.is_some_and(|old| uses::has_stride(self.cx.old, old))
    }

    fn header(&self, file: usize) -> Change {
        let file_new = &self.cx.new.files[file];
        let starts = |kind: RoleKind| kind == RoleKind::Offset(Section::Events);
        let old = self.cx.pairs.old_file(file);
        let located = uses::says(self.cx.new, file_new.header, starts)
            && old
                .is_some_and(|old| uses::says(self.cx.old, self.cx.old.files[old].header, starts));
        let change = self.change(Rule::HeaderGrows, "header");
        if located {
            return self
                .revision(change.read(
                    ok("a field holds the offset of the events"),
                    self.ends_early("if it ends the header at the events"),
                ))
                .warn(
                    "check that new readers treat fields after the start of the events as absent",
                );
        }
        change
            .read(
                wrong("it reads the new bytes as the next data"),
                wrong("it reads the next data as the new fields"),
            )
            .version("use reserved bytes")
    }

    fn footer(&self, file: usize) -> Change {
        let file_new = &self.cx.new.files[file];
        let old = self.cx.pairs.old_file(file).map(|old| &self.cx.old.files[old]);
        if file_new.footer_at == FooterAt::Offset
            && old.is_some_and(|old| old.footer_at == FooterAt::Offset)
        {
            let change = self.change(Rule::FooterGrows, "footer");
            return self
                .revision(change.read(
                    ok("the header holds its offset"),
                    self.ends_early("if it ends the footer at the end of the file"),
                ))
                .warn("check that new readers treat fields after the end of the file as absent");
        }
        let change = self.change(Rule::EndFooterGrows, "footer");
        let has_magic =
            |record: &Record| record.fields.first().is_some_and(|field| field.constant.is_some());
        let change = if has_magic(self.old) && has_magic(self.new) {
            change.read(
                refuse(format!("no magic {} bytes before the end", self.old.size)),
                refuse(format!("no magic {} bytes before the end", self.new.size)),
            )
        } else {
            change.read(
                wrong(format!("it looks {} bytes before the end", self.old.size)),
                wrong(format!("it looks {} bytes before the end", self.new.size)),
            )
        };
        change.version("use reserved bytes")
    }

    /// A payload or a trailer.
    fn payload(&self, files: &[usize]) -> Change {
        if self.old.tail.is_some() || self.new.tail.is_some() {
            return self
                .change(Rule::BeforeTail, "payload before its tail")
                .read(
                    wrong("it reads the new bytes as the tail"),
                    wrong("it reads the tail as the new fields"),
                )
                .needs(
                    Needs::NewEventType,
                    Err("old readers know this event type".to_owned()),
                )
                .fix("leave the record unchanged and add one with a new event type (or use `trailer`)");
        }
        if files.iter().all(|file| uses::tells_length(self.cx.new, *file)) {
            return self.revision(self.change(Rule::AfterTail, "end of the event").read(
                ok("it skips them by the event's length"),
                self.ends_early("the event's length shows that they are absent"),
            ));
        }
        self.unbounded("no length marks its end")
    }

    fn shrinks(&self, found: Option<Use>) -> Change {
        let noun = match found {
            Some(Use::Header(_)) => "header",
            Some(Use::Event(_)) => "event",
            Some(Use::Footer(_)) => "footer",
            Some(Use::Payload(_)) => "payload",
            Some(Use::Trailer(_) | Use::Nested(_)) | None => "record",
        };
        let change = self.change(Rule::Shrinks, noun);
        let governed = match found {
            Some(Use::Event(file)) => {
                self.cx.new.files[file].framing == Framing::Fixed && self.has_stride(file)
            }
            _ => false,
        };
        let change = if governed {
            change.read(
                refuse(format!("it knows a stride of {}", self.old.size)),
                refuse(format!("it knows a stride of {}", self.new.size)),
            )
        } else {
            change.read(
                wrong("it reads into the next data"),
                wrong("it reads the rest as the next data"),
            )
        };
        change.version("keep the bytes reserved")
    }
}
