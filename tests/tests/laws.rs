//! The two laws of recovery, over damage of every kind; `atf_tests::laws` states and checks them.

use std::fs;
use std::path::Path;

use atf_tests::builder::{EVENT, FRAME, Thread};
use atf_tests::laws::{KINDS, Kind, check, edit, files, flip, places, sample, trace, written};
use atf_tests::ring::Killed;
use atf_tests::scratch::Scratch;
use atf_tests::times::times;
use proptest::prelude::*;

// Symptom: of 1,328 flips 233 were called intact, of which 157 did not verify; 94 others were never repaired.
#[test]
fn single_bits_of_headers_footers_and_first_records() {
    for count in [1, 2, 4] {
        let threads = sample(count);
        for name in ["index.atf", "detail.atf"] {
            let len = fs::metadata(written(&threads, true).path().join("thread_7").join(name))
                .unwrap()
                .len();
            for at in places(len as usize) {
                // Each bit for the session that knows most; one bit for the others.
                for bit in 0..8 {
                    if count != 4 && bit != at as u8 % 8 {
                        continue;
                    }
                    let dir = written(&threads, true);
                    flip(&dir.path().join("thread_7").join(name), at, bit);
                    let context = format!("{count} threads, {name}, byte {at}, bit {bit}");
                    check(Kind::Session, dir.path(), &context);
                }
            }
        }
    }
}

#[test]
fn single_bits_of_a_thread_or_a_file_alone() {
    let threads = sample(1);
    for kind in [Kind::Thread, Kind::Index, Kind::Detail] {
        for name in ["index.atf", "detail.atf"] {
            let is_other =
                matches!((kind, name), (Kind::Index, "detail.atf") | (Kind::Detail, "index.atf"));
            if is_other {
                continue;
            }
            let len = fs::metadata(written(&threads, true).path().join("thread_7").join(name))
                .unwrap()
                .len();
            for at in places(len as usize) {
                let dir = written(&threads, true);
                flip(&dir.path().join("thread_7").join(name), at, (at % 8) as u8);
                check(kind, dir.path(), &format!("{kind:?}, {name}, byte {at}"));
            }
        }
    }
}

#[test]
fn bits_of_the_manifest() {
    let threads = sample(2);
    let len = fs::metadata(written(&threads, true).path().join("manifest.json")).unwrap().len();
    for at in 0..len as usize {
        let dir = written(&threads, true);
        flip(&dir.path().join("manifest.json"), at, (at % 7) as u8);
        check(Kind::Session, dir.path(), &format!("manifest, byte {at}"));
    }
}

#[test]
fn cuts_and_zero_tails() {
    let threads = sample(2);
    for name in ["index.atf", "detail.atf"] {
        let len = fs::metadata(written(&threads, true).path().join("thread_7").join(name))
            .unwrap()
            .len() as usize;
        for at in (0..len).step_by(7) {
            for zeros in [0, 1, 64, 200] {
                for kind in [Kind::Session, Kind::Thread] {
                    let dir = written(&threads, true);
                    edit(&dir.path().join("thread_7").join(name), |bytes| {
                        bytes.truncate(at);
                        bytes.resize(at + zeros, 0);
                    });
                    check(
                        kind,
                        dir.path(),
                        &format!("{kind:?}, {name}, cut at {at}, {zeros} zeros"),
                    );
                }
            }
        }
    }
}

#[test]
fn deleted_and_swapped_files() {
    let threads = sample(3);
    let all = files(written(&threads, true).path());
    for first in &all {
        for second in &all {
            let dir = written(&threads, true);
            for file in [first, second] {
                let _ = fs::remove_file(dir.path().join(file));
            }
            check(Kind::Session, dir.path(), &format!("without {first:?} and {second:?}"));
            if first >= second || first.file_name() != second.file_name() {
                continue;
            }
            let dir = written(&threads, true);
            let [a, b] = [first, second].map(|file| fs::read(dir.path().join(file)).unwrap());
            fs::write(dir.path().join(first), [&b[..FRAME], &a[FRAME..]].concat()).unwrap();
            fs::write(dir.path().join(second), [&a[..FRAME], &b[FRAME..]].concat()).unwrap();
            check(
                Kind::Session,
                dir.path(),
                &format!("headers of {first:?} and {second:?} swapped"),
            );
        }
    }
}

/// One act of damage to a file of a session.
#[derive(Clone, Debug)]
enum Act {
    Flip { at: usize, bit: u8 },
    Set { at: usize, word: u32 },
    Cut { at: usize },
    Zeros { len: usize },
    Delete,
    HeaderOf { thread: usize },
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    let act = prop_oneof![
        4 => (0..700_usize, 0..8_u8).prop_map(|(at, bit)| Act::Flip { at, bit }),
        4 => (0..64_usize, 0..8_u8).prop_map(|(at, bit)| Act::Flip { at, bit }),
        2 => (0..700_usize, any::<u32>()).prop_map(|(at, word)| Act::Set { at, word }),
        1 => (0..700_usize).prop_map(|at| Act::Cut { at }),
        1 => (1..300_usize).prop_map(|len| Act::Zeros { len }),
        1 => Just(Act::Delete),
        1 => (0..4_usize).prop_map(|thread| Act::HeaderOf { thread }),
    ];
    (0..10_usize, act)
}

fn damage(dir: &Path, (file, act): &(usize, Act)) {
    let all = files(dir);
    let file = dir.join(&all[file % all.len()]);
    let Ok(mut bytes) = fs::read(&file) else { return };
    match act {
        Act::Flip { at, bit } => {
            let Some(len) = bytes.len().checked_sub(1) else { return };
            bytes[at % (len + 1)] ^= 1 << bit;
        }
        Act::Set { at, word } => {
            for (there, byte) in bytes.iter_mut().skip(*at).zip(word.to_le_bytes()) {
                *there = byte;
            }
        }
        Act::Cut { at } => bytes.truncate(*at),
        Act::Zeros { len } => bytes.resize(bytes.len() + len, 0),
        Act::Delete => return fs::remove_file(&file).unwrap(),
        Act::HeaderOf { thread } => {
            let other = dir.join(format!("thread_{}", 7 + thread)).join(file.file_name().unwrap());
            let Ok(other) = fs::read(other) else { return };
            let len = bytes.len().min(FRAME).min(other.len());
            bytes[..len].copy_from_slice(&other[..len]);
        }
    }
    fs::write(&file, bytes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600 * times(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_of_any_kind(
        kind in 0..8_usize,
        count in 1..5_usize,
        finalized in any::<bool>(),
        with_manifest in any::<bool>(),
        acts in prop::collection::vec(act(), 1..5),
    ) {
        let mut threads = sample(count);
        if !finalized {
            threads[0] = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        }
        let dir = written(&threads, with_manifest);
        for act in &acts {
            damage(dir.path(), act);
        }
        // Sessions more often than the others.
        let kind = *KINDS.get(kind).unwrap_or(&Kind::Session);
        if trace(kind, dir.path()).path().exists() {
            check(kind, dir.path(), &format!("{kind:?}"));
        }
    }
}

// ------------------------------------------------------------------ with a ring

/// A session whose thread 7 was killed while it was recorded, beside threads that were finalized.
fn killed(index_tail: usize, detail_tail: usize, others: usize) -> Scratch {
    let dir = written(&sample(1 + others), true);
    let killed = Killed::at(&sample(1)[0], index_tail, detail_tail);
    let thread = dir.path().join("thread_7");
    fs::remove_dir_all(&thread).unwrap();
    killed.write(dir.path());
    dir
}

// The drain was not run: what the ring holds belongs to the trace.
#[test]
fn damage_beside_a_ring() {
    for (index_tail, detail_tail) in [(0, 0), (3 * EVENT, 0), (12 * EVENT, 0)] {
        for others in [0, 2] {
            let context = format!("tail {index_tail}, {others} others");
            check(Kind::Session, killed(index_tail, detail_tail, others).path(), &context);
            for at in 0..FRAME {
                for name in ["index.atf", "detail.atf", "lanes.ring"] {
                    let dir = killed(index_tail, detail_tail, others);
                    flip(&dir.path().join("thread_7").join(name), at, (at % 8) as u8);
                    check(Kind::Session, dir.path(), &format!("{context}, {name}, byte {at}"));
                }
            }
            for name in ["index.atf", "detail.atf", "lanes.ring"] {
                let dir = killed(index_tail, detail_tail, others);
                fs::remove_file(dir.path().join("thread_7").join(name)).unwrap();
                check(Kind::Session, dir.path(), &format!("{context}, without {name}"));
            }
        }
    }
}
