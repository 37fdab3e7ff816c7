//! What one side's stores look like to the other, in the memory model that Rust has from C++.
//!
//! A load may read any store that is not older than what the side has seen of this word already.
//! Acquiring a value that was released makes everything known that its writer did before. This is
//! weaker than any processor: x86 delays stores in order, ARM in any order that is allowed here. Bytes
//! that are not atomic must be known before they are read, and the other's reading of them before
//! they are written: all else is a race, whatever the bytes.

use crate::lane::Lane;
use crate::ring::memory::Word;

/// Bytes that one stamp stands for. Records of the model are a multiple of it.
const CELL: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Message {
    value: u64,
    stamp: u8,
    releases: bool,
}

/// All that one side did and the other may not know of.
///
/// Deeds are stamped in the order of the program; stamp 0 is known. Kept small and without what can
/// no longer be seen, so that worlds that cannot be told apart are equal.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    words: Vec<(Word, Vec<Message>)>,
    /// When each cell of the buffers was last written (by the producer) or read (by the drain).
    cells: [Vec<u8>; 2],
    last: u8,
}

impl View {
    /// A side that owns these words, with these values known to everyone.
    pub(super) fn new(words: &[(Word, u64)], capacities: [u64; 2]) -> Self {
        let known = |value| vec![Message { value, stamp: 0, releases: false }];
        Self {
            words: words.iter().map(|&(word, value)| (word, known(value))).collect(),
            cells: capacities.map(|capacity| vec![0; capacity as usize / CELL]),
            last: 0,
        }
    }

    fn messages(&self, word: Word) -> Option<&[Message]> {
        let found = self.words.iter().find(|it| it.0 == word)?;
        Some(&found.1)
    }

    fn messages_mut(&mut self, word: Word) -> &mut Vec<Message> {
        let found = self.words.iter_mut().find(|it| it.0 == word);
        &mut found.expect("its owner").1
    }

    pub(super) fn owns(&self, word: Word) -> bool {
        self.messages(word).is_some()
    }

    /// What the owner stored last.
    pub(super) fn latest(&self, word: Word) -> u64 {
        self.messages(word).and_then(<[_]>::last).expect("its owner").value
    }

    /// How many stores of this word the other side may read.
    pub(super) fn choices(&self, word: Word) -> usize {
        self.messages(word).expect("its owner").len()
    }

    pub(super) fn store(&mut self, word: Word, value: u64, releases: bool) {
        let messages = self.messages_mut(word);
        // Nobody can tell a second store of the same value from the first, unless one releases.
        let is_same = |last: &Message| last.value == value && !last.releases && !releases;
        if messages.last().is_some_and(is_same) {
            return;
        }
        self.last += 1;
        let stamp = self.last;
        self.messages_mut(word).push(Message { value, stamp, releases });
        self.renumber();
    }

    /// The other side reads the `choice`th of the stores that it may read.
    pub(super) fn load(&mut self, word: Word, choice: usize, acquires: bool) -> u64 {
        let messages = self.messages_mut(word);
        messages.drain(..choice);
        let message = messages[0];
        if acquires && message.releases {
            self.learn(message.stamp);
        }
        self.renumber();
        message.value
    }

    /// The other side sees the latest of each word, as it does after a while. It knows nothing more.
    pub(super) fn settle(&mut self) {
        for (_, messages) in &mut self.words {
            messages.drain(..messages.len() - 1);
        }
        self.renumber();
    }

    /// The other side knows all.
    pub(super) fn learn_all(&mut self) {
        self.learn(self.last);
        self.renumber();
    }

    fn learn(&mut self, stamp: u8) {
        for (_, messages) in &mut self.words {
            let old = messages.iter().skip(1).take_while(|it| it.stamp <= stamp).count();
            messages.drain(..old);
            for message in messages {
                message.stamp = message.stamp.saturating_sub(stamp);
                // What is known already teaches nothing more.
                message.releases &= message.stamp > 0;
            }
        }
        for cell in self.cells.iter_mut().flatten() {
            *cell = cell.saturating_sub(stamp);
        }
        self.last -= stamp;
    }

    /// This side reads or writes bytes of a lane's buffer.
    pub(super) fn touch(&mut self, lane: Lane, at: usize, len: usize) {
        self.last += 1;
        self.cells[lane as usize][cells(at, len)].fill(self.last);
        self.renumber();
    }

    /// Whether the other side knows the last touch of all these bytes.
    pub(super) fn is_known(&self, lane: Lane, at: usize, len: usize) -> bool {
        self.cells[lane as usize][cells(at, len)].iter().all(|&stamp| stamp == 0)
    }

    /// Numbers the stamps anew, without holes: only their order means anything.
    fn renumber(&mut self) {
        let mut places = vec![0; usize::from(self.last) + 1];
        for (_, messages) in &self.words {
            messages.iter().for_each(|it| places[usize::from(it.stamp)] = 1);
        }
        for cells in &self.cells {
            cells.iter().for_each(|&stamp| places[usize::from(stamp)] = 1);
        }
        let mut used = 0;
        for place in &mut places[1..] {
            used += *place;
            *place = used;
        }
        places[0] = 0;
        for (_, messages) in &mut self.words {
            messages.iter_mut().for_each(|it| it.stamp = places[usize::from(it.stamp)]);
        }
        for cells in &mut self.cells {
            cells.iter_mut().for_each(|stamp| *stamp = places[usize::from(*stamp)]);
        }
        self.last = used;
    }

    /// Everything that tells one view from another.
    pub(super) fn print(&self, into: &mut Vec<u8>) {
        for (_, messages) in &self.words {
            into.push(messages.len() as u8);
            for message in messages {
                let value = u16::try_from(message.value).expect("small numbers");
                into.extend_from_slice(&value.to_le_bytes());
                into.extend_from_slice(&[message.stamp, message.releases.into()]);
            }
        }
        self.cells.iter().for_each(|cells| into.extend_from_slice(cells));
    }
}

fn cells(at: usize, len: usize) -> std::ops::Range<usize> {
    at / CELL..(at + len).div_ceil(CELL)
}
