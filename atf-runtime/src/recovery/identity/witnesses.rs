//! The other sources of a session: its manifest, and the headers of all its threads. Read when a field of a header
//! is damaged.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Said;
use super::votes::{Ballot, Subject, Votes, fields};
use crate::error::Region;
use crate::format::{AtfDetailFooter, AtfIndexFooter, ClockType, DETAIL_FILE, INDEX_FILE, Record};
use crate::platform::is_original_clock;
use crate::recovery::plan::ThreadPlan;
use crate::recovery::source::{
    EventSource, FileEvents, FileRecords, RecordSource, RingSnapshot, header_from_index,
};
use crate::ring::state::RingState;
use crate::session::{Session, SessionThread};
use crate::verify::reserved_faults;

/// A repaired header may decide another one. More rounds than this take damage that was made on purpose.
const MOST_ROUNDS: usize = 8;

/// The other sources of a session.
pub(in crate::recovery) struct Witnesses<'a> {
    session: Option<&'a Session>,
    absent: &'a Absent,
    counted: OnceCell<Counted>,
}

/// Files that will not exist after recovery: they do not vote, because they could not the next time.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::recovery) struct Absent {
    threads: BTreeSet<u32>,
    details: BTreeSet<u32>,
}

impl Absent {
    pub(in crate::recovery) fn of(threads: &[ThreadPlan]) -> Self {
        let ids = |is_absent: fn(&ThreadPlan) -> bool| {
            threads.iter().filter(|it| is_absent(it)).filter_map(|it| it.thread_id).collect()
        };
        Self {
            threads: ids(|it| it.index.is_some() && !it.is_written()),
            details: ids(ThreadPlan::loses_detail),
        }
    }
}

#[derive(Default)]
struct Counted {
    votes: Votes,
    ballots: BTreeMap<u32, Ballot>,
}

/// What the files of a thread say.
struct Frames {
    said: Said,
    index_footer: Option<AtfIndexFooter>,
    has_detail: bool,
    detail_footer: Option<AtfDetailFooter>,
}

impl<'a> Witnesses<'a> {
    /// Those of a session.
    pub(in crate::recovery) fn of(session: &'a Session, absent: &'a Absent) -> Self {
        Self { session: Some(session), absent, counted: OnceCell::new() }
    }

    /// Those of a thread or a file that is recovered alone: none.
    pub(in crate::recovery) fn none() -> Self {
        const NOTHING: &Absent = &Absent { threads: BTreeSet::new(), details: BTreeSet::new() };
        Self { session: None, absent: NOTHING, counted: OnceCell::new() }
    }

    /// Whether the other threads were asked for anything.
    pub(in crate::recovery) fn were_asked(&self) -> bool {
        self.counted.get().is_some()
    }

    /// Whether there is a manifest, or one is made, that can name damaged events.
    pub(in crate::recovery) fn has_manifest(&self) -> bool {
        self.session.is_some()
    }

    /// The clock that the manifest names.
    pub(super) fn clock_of_manifest(&self) -> Option<ClockType> {
        self.session?.readable_manifest()?.clock_type.map(ClockType::new)
    }

    /// The value that more than half of the threads other than `named` have, of those that have one.
    pub(super) fn most(&self, named: Option<u32>, subject: Subject) -> Option<u8> {
        let session = self.session?;
        let counted = self.counted.get_or_init(|| self.count(session));
        let own = named.and_then(|id| counted.ballots.get(&id));
        counted.votes.most(own, subject)
    }

    /// What the headers say once they are repaired: recovering again must not find more to repair.
    fn count(&self, session: &Session) -> Counted {
        let threads = session.threads().iter().filter(|thread| thread.exists);
        let threads = threads.filter(|thread| !self.absent.threads.contains(&thread.id));
        let frames = |thread: &SessionThread| {
            let has_detail = !self.absent.details.contains(&thread.id);
            Some((thread.id, Frames::read(thread, has_detail)?))
        };
        let mut all: BTreeMap<u32, Frames> = threads.filter_map(frames).collect();
        for _ in 0..MOST_ROUNDS {
            let counted = Counted::of(&all);
            let (session, absent) = (self.session, self.absent);
            let round = Self { session, absent, counted: OnceCell::from(counted) };
            let mut is_settled = true;
            for (&id, frames) in &mut all {
                let identity = frames.said.settle(Some(id), &round);
                let said = Said { index: identity.index, detail: identity.detail, ..frames.said };
                is_settled &= said == frames.said;
                frames.said = said;
            }
            if is_settled {
                return round.counted.into_inner().unwrap_or_default();
            }
        }
        Counted::of(&all)
    }
}

impl Counted {
    fn of(all: &BTreeMap<u32, Frames>) -> Self {
        let ballots: BTreeMap<u32, Ballot> =
            all.iter().map(|(&id, frames)| (id, frames.ballot())).collect();
        Self { votes: Votes::of(ballots.values()), ballots }
    }
}

impl Frames {
    /// `None` for a thread whose events cannot be read: it is not written.
    fn read(thread: &SessionThread, has_detail: bool) -> Option<Self> {
        let (index, index_footer) = match FileEvents::open(&thread.dir.join(INDEX_FILE.path)) {
            Ok(events) => (events.header(), events.footer().map(|(footer, _)| footer)),
            Err(_) => match RingState::of(&thread.dir) {
                Ok(RingState::Made(ring)) => (RingSnapshot::of(&ring).index_header(), None),
                _ => return None,
            },
        };
        // As recovery reads it: where its header cannot be believed, it gets the one that the index implies.
        let detail = FileRecords::open(&thread.dir.join(DETAIL_FILE.path)).ok();
        let detail = detail.filter(|_| has_detail);
        let own = |records: &FileRecords| {
            records.own_header().map_or_else(|| header_from_index(&index), |(header, _)| header)
        };
        let own = detail.as_ref().map(own);
        let detail_footer = detail.as_ref().and_then(|it| Some(it.footer()?.0));
        let is_unprotected = index_footer.is_none_or(|footer| footer.checksum.get() == 0);
        let may_be_original = is_unprotected && is_original_clock(index.os, index.clock_type);
        let said = Said { index, detail: own, ring: None, may_be_original };
        let has_detail = detail.is_some();
        Some(Self { said, index_footer, has_detail, detail_footer })
    }

    fn ballot(&self) -> Ballot {
        let index = &self.said.index;
        let mut ballot = Vec::new();
        let known = [
            (Subject::Arch, index.arch.is_known(), index.arch.get()),
            (Subject::Os, index.os.is_known(), index.os.get()),
            (Subject::Clock, index.clock_type.is_known(), index.clock_type.get()),
        ];
        let known = known.into_iter().filter(|(_, is_known, _)| *is_known);
        ballot.extend(known.map(|(subject, _, value)| (subject, value)));
        ballot.extend(
            fields(index).map(|(name, is_clear)| (Subject::IndexField(name), is_clear.into())),
        );
        if let Some(detail) = &self.said.detail {
            ballot.extend(
                fields(detail)
                    .map(|(name, is_clear)| (Subject::DetailField(name), is_clear.into())),
            );
        }
        // A missing footer will be written, without anything in the reserved bytes.
        let is_clear = self.index_footer.is_none_or(|it| is_clear(&it));
        ballot.push((Subject::IndexFooter, is_clear.into()));
        if self.has_detail {
            let is_clear = self.detail_footer.is_none_or(|it| self::is_clear(&it));
            ballot.push((Subject::DetailFooter, is_clear.into()));
        }
        ballot
    }
}

fn is_clear<R: Record>(footer: &R) -> bool {
    reserved_faults(Region::Footer, 0, footer).is_empty()
}
