//! What the threads of a session say in the fields that all of them have in common, counted.

use std::collections::BTreeMap;

use crate::error::Region;
use crate::format::{Field, FieldKind, Record};
use crate::verify::reserved_faults;

/// What is voted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Arch,
    Os,
    Clock,
    /// Whether a reserved field of the index header is clear.
    IndexField(&'static str),
    /// Whether a reserved field of the detail header is clear.
    DetailField(&'static str),
    /// Whether the reserved bytes of the index footer are clear.
    IndexFooter,
    /// Whether the reserved bytes of the detail footer are clear.
    DetailFooter,
}

/// The votes of one thread.
pub(super) type Ballot = Vec<(Subject, u8)>;

/// The votes of all threads.
#[derive(Debug, Default)]
pub(super) struct Votes {
    counts: BTreeMap<Subject, BTreeMap<u8, u64>>,
}

impl Votes {
    pub(super) fn of<'a>(ballots: impl Iterator<Item = &'a Ballot>) -> Self {
        let mut votes = Self::default();
        for &(subject, value) in ballots.flatten() {
            *votes.counts.entry(subject).or_default().entry(value).or_default() += 1;
        }
        votes
    }

    /// The value that more than half of the threads have that have one, without the one that cast `own`.
    pub(super) fn most(&self, own: Option<&Ballot>, subject: Subject) -> Option<u8> {
        let own = own.and_then(|own| own.iter().find(|(it, _)| *it == subject));
        let others = |value: u8, count: u64| {
            count - u64::from(own.is_some_and(|&(_, own_value)| own_value == value))
        };
        let counts = self.counts.get(&subject)?;
        let all: u64 = counts.iter().map(|(&value, &count)| others(value, count)).sum();
        let mut values = counts.iter();
        values.find(|&(&value, &count)| others(value, count) * 2 > all).map(|(&value, _)| value)
    }
}

/// The names of the reserved fields and the flags of a record, each with whether it is clear.
pub(super) fn fields<R: Record>(record: &R) -> impl Iterator<Item = (&'static str, bool)> {
    let faults = reserved_faults(Region::Header, 0, record);
    let is_judged = |field: &&'static Field| {
        field.removed.is_none() && (field.reserved || matches!(field.kind, FieldKind::Flags { .. }))
    };
    R::FIELDS.iter().filter(is_judged).map(move |field| {
        (field.name, faults.iter().all(|fault| fault.offset != field.offset as u64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_the_others_decide() {
        for (values, own, expected) in [
            (&[][..], None, None),
            (&[4], None, Some(4)),
            (&[4], Some(0), None),
            (&[4, 5], None, None),
            (&[4, 5], Some(0), Some(5)),
            (&[4, 4, 5], Some(2), Some(4)),
            (&[4, 4, 5], Some(0), None),
            (&[4, 4, 5, 5, 4], Some(4), None),
            (&[4, 4, 5, 5, 4], None, Some(4)),
        ] {
            let ballots: Vec<Ballot> = values
                .iter()
                .map(|&value| vec![(Subject::IndexFooter, 1), (Subject::Os, value)])
                .collect();
            let votes = Votes::of(ballots.iter());
            let own = own.map(|at: usize| &ballots[at]);
            assert_eq!(votes.most(own, Subject::Os), expected, "{values:?}");
            assert_eq!(votes.most(own, Subject::Arch), None);
        }
    }
}
