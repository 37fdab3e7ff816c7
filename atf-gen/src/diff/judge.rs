//! Turns the effect of a change on the bytes into the effect on readers, which check the
//! version first.

use std::collections::HashSet;

use super::Schema;
use super::change::Change;
use super::finding::{Finding, Needs, Outcome, Place, Verdict};
use crate::model::{Field, File, Format, RoleKind};

/// What the two versions mean to the two readers.
struct Versions<'a> {
    old: &'a Format,
    new: &'a Format,
    raised: bool,
    /// Whether each reader finds the version in files of the other.
    version_visible: bool,
    old_opens_new: bool,
    new_opens_old: bool,
    /// Every magic and the format's name changed: no reader takes a file of the other.
    new_format: bool,
}

pub(super) fn judge(old: &Schema, new: &Schema, changes: Vec<Change>) -> Vec<Finding> {
    let version_visible =
        old.format.version == new.format.version || version_is_visible(&old.format, &new.format);
    let versions = Versions {
        old: &old.format,
        new: &new.format,
        raised: new.format.version > old.format.version,
        old_opens_new: !version_visible || old.format.reads.contains(&new.format.version),
        new_opens_old: !version_visible || new.format.reads.contains(&old.format.version),
        version_visible,
        new_format: is_new_format(&old.format, &new.format),
    };
    // A record of two files is compared twice.
    let mut seen = HashSet::new();
    let mut changes: Vec<Change> = changes
        .into_iter()
        .filter(|change| {
            seen.insert((
                change.rule,
                change.element.clone(),
                change.change.clone(),
                change.old,
                change.new,
            ))
        })
        .collect();
    changes.sort_by_key(|change| (change.new.or(change.old), change.rule));
    changes.into_iter().map(|change| versions.judge(change, old, new)).collect()
}

/// Whether readers see a raised version: in every file that both schemas have, the header has it at
/// the same bytes, and there is at least one such file.
pub(super) fn version_is_visible(old: &Format, new: &Format) -> bool {
    fn place(format: &Format, file: &File) -> Option<(u64, u64)> {
        let mut fields = format.records[file.header?].fields.iter();
        let is_version = |field: &&Field| field.role.is_some_and(|r| r.kind == RoleKind::Version);
        fields.find(is_version).map(|field| (field.offset, field.size))
    }
    let (mut shared, mut told) = (false, false);
    for was in &old.files {
        for is in new.files.iter().filter(|is| is.path == was.path) {
            shared = true;
            let Some(at) = place(old, was) else { continue };
            if place(new, is) != Some(at) {
                return false;
            }
            told = true;
        }
    }
    told || !shared
}

/// Whether no reader of one schema accepts a file of the other: the names differ, and so does the
/// magic of the header in every file that both schemas have.
fn is_new_format(old: &Format, new: &Format) -> bool {
    fn magic<'a>(format: &'a Format, file: &File) -> Option<&'a [u8]> {
        let field = format.records[file.header?].fields.first()?;
        field.ty.byte_array()?;
        field.constant.as_ref().map(|value| value.bytes.as_slice())
    }
    old.name != new.name
        && old.files.iter().all(|was| {
            let mut here = new.files.iter().filter(|is| is.path == was.path);
            here.all(|is| match (magic(old, was), magic(new, is)) {
                (Some(was), Some(is)) => was != is,
                _ => false,
            })
        })
}

impl Versions<'_> {
    fn judge(&self, change: Change, old: &Schema, new: &Schema) -> Finding {
        let missing = self.missing(&change);
        let fix = missing.as_ref().and_then(|_| self.fix(&change));
        Finding {
            rule: change.rule,
            element: change.element,
            change: change.change,
            old: change.old.map(|span| Place::new(&old.source, span)),
            new: change.new.map(|span| Place::new(&new.source, span)),
            old_reader: self.after_version_check(
                change.old_reader,
                self.old_opens_new,
                self.new.version,
            ),
            new_reader: self.after_version_check(
                change.new_reader,
                self.new_opens_old,
                self.old.version,
            ),
            needs: change.needs,
            met: missing.is_none(),
            missing,
            fix,
            warning: change.warning,
            source_breaking: change.source_breaking,
            accepted: None,
        }
    }

    /// The verdict of a reader that looks at the version first.
    fn after_version_check(&self, verdict: Verdict, opens: bool, version: u32) -> Verdict {
        let why = match (self.new_format, opens, verdict.outcome) {
            (_, _, Outcome::Refuse) | (false, true, _) => return verdict,
            (true, ..) => "the magic differs".to_owned(),
            (false, false, Outcome::Wrong) => {
                format!("it does not read version {version}: it refuses instead of misreading")
            }
            (false, false, Outcome::Ok) => format!("it does not read version {version}"),
        };
        Verdict { outcome: Outcome::Refuse, why }
    }

    /// Why what the change needs is not there; `None` when it is.
    fn missing(&self, change: &Change) -> Option<String> {
        match change.needs {
            Needs::Nothing => None,
            Needs::Was | Needs::Unchanged => change.missing.clone(),
            Needs::NewFormat => change.missing.clone().or_else(|| {
                let kept = "not every header has a new magic".to_owned();
                (!self.new_format).then_some(kept)
            }),
            Needs::Version => self.version_problem(change),
            Needs::Revision | Needs::Tombstone | Needs::Guard | Needs::NewEventType => {
                let missing = change.missing.clone()?;
                // A new version does for an addition as well, whatever `since` says.
                let version_problem = self.version_problem(change)?;
                Some(if self.raised { version_problem } else { missing })
            }
        }
    }

    /// Why a new version does not stop readers that would misread; `None` when it does.
    fn version_problem(&self, change: &Change) -> Option<String> {
        if self.new_format {
            return None;
        }
        if !self.raised {
            return Some(format!("the version is still {}", self.new.version));
        }
        let wrong = [&change.old_reader, &change.new_reader]
            .iter()
            .any(|reader| reader.outcome == Outcome::Wrong);
        if wrong && !self.version_visible {
            return Some(
                "no header has the version where the other readers look for it".to_owned(),
            );
        }
        if change.old_reader.outcome == Outcome::Wrong && self.old_opens_new {
            return Some(format!(
                "readers of the old schema also accept version {}: its `reads` lists it",
                self.new.version
            ));
        }
        if change.new_reader.outcome == Outcome::Wrong && self.new_opens_old {
            return Some(format!(
                "`reads` lists version {}, which a new reader misreads",
                self.old.version
            ));
        }
        None
    }

    fn fix(&self, change: &Change) -> Option<String> {
        let by_version =
            matches!(change.needs, Needs::Version | Needs::Guard | Needs::NewEventType);
        if !by_version {
            return change.fix.clone();
        }
        if self.raised && !self.version_visible {
            return change.fix.clone();
        }
        let own = change.fix.as_ref().map(|own| format!("{own}, or ")).unwrap_or_default();
        if !self.raised {
            let next = self.old.version.saturating_add(1);
            return Some(format!(
                "{own}write `version = {next}` and `reads = [{next}]`: readers of the old version then refuse new files"
            ));
        }
        if self.old_opens_new {
            return Some(format!("{own}use a version that no released `reads` lists"));
        }
        Some(format!("{own}remove {} from `reads`", self.old.version))
    }
}
