//! The two laws of recovery, checked for one damaged trace.
//!
//! A: `recover` exits 0 only if nothing had to be changed and verification of the result finds no problem.
//! B: a second `recover` changes no byte, and exits 0 exactly when verification of the result finds no problem.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::Error;
use atf_runtime::recovery::Plan;
use atf_runtime::session::TracePath;
use atf_runtime::verify::verify;

use crate::builder::{EVENT, FRAME, Thread, write_session};
use crate::disk::{TestDisk, Tree};
use crate::judge::{plan, problems};
use crate::scratch::Scratch;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after what they are")]
pub enum Kind {
    Session,
    Thread,
    Index,
    Detail,
}

/// All of them.
pub const KINDS: [Kind; 4] = [Kind::Session, Kind::Thread, Kind::Index, Kind::Detail];

/// The trace of a kind in the session `dir`, whose damaged thread is 7.
pub fn trace(kind: Kind, dir: &Path) -> TracePath {
    let thread = dir.join("thread_7");
    match kind {
        Kind::Session => TracePath::Session(dir.to_owned()),
        Kind::Thread => TracePath::Thread(thread),
        Kind::Index => TracePath::IndexFile(thread.join("index.atf")),
        Kind::Detail => TracePath::DetailFile(thread.join("detail.atf")),
    }
}

/// The copy of a trace in `out`.
fn copied(kind: Kind, out: &Path) -> TracePath {
    match kind {
        Kind::Session => TracePath::Session(out.to_owned()),
        Kind::Thread => TracePath::Thread(out.to_owned()),
        Kind::Index => TracePath::IndexFile(out.to_owned()),
        Kind::Detail => TracePath::DetailFile(out.to_owned()),
    }
}

/// What a recovery did, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Intact,
    Repaired,
    Refused,
}

fn exit_of(plan: &Plan, result: Result<(), Error>, out: Option<&Path>) -> Exit {
    if result.is_err() {
        return Exit::Refused;
    }
    let is_clean = plan.verify_result(out, None).unwrap().is_ok();
    if plan.finds_no_fault() && is_clean { Exit::Intact } else { Exit::Repaired }
}

/// Whether verification finds no problem.
pub fn is_clean(path: &TracePath) -> bool {
    verify(path, None).is_ok_and(|report| report.is_ok())
}

/// Checks both laws for the trace `kind` in `dir`, as a copy and in place. Returns whether the result in place
/// verifies clean, or `None` when recovery refused.
pub fn check(kind: Kind, dir: &Path, context: &str) -> Option<bool> {
    let path = trace(kind, dir);
    let before = Tree::load(dir);
    let was_clean = is_clean(&path);
    let Ok(first) = Plan::of(&path, None) else {
        assert!(!was_clean, "{context}");
        return None;
    };
    let folder = Scratch::new();
    let out = folder.path().join("thread_7");
    let exit = exit_of(&first, first.write_copy(&TestDisk::new(), &out, None), Some(&out));
    assert_unchanged(&before, dir, &format!("{context}: a copy changed the original"));
    if exit != Exit::Refused {
        let copy = copied(kind, &out);
        // Law A. A detail.off is no part of what is kept: a copy always has one.
        assert!(exit != Exit::Intact || was_clean && is_clean(&copy), "{context}");
        assert_eq!(was_clean && first.finds_no_fault(), exit == Exit::Intact, "{context}");
        check_again(&copy, folder.path(), &format!("{context}, copy"));
    }
    let in_place = exit_of(&first, first.apply_in_place(&TestDisk::new(), None), None);
    assert_eq!(in_place == Exit::Refused, exit == Exit::Refused, "{context}");
    if in_place != Exit::Repaired || first.changes_nothing() {
        assert_unchanged(&before, dir, &format!("{context}: {first:#?}"));
    }
    if in_place == Exit::Intact {
        assert!(was_clean, "{context}: intact, and not clean");
    }
    check_again(&path, dir, &format!("{context}, in place"));
    (in_place != Exit::Refused).then(|| is_clean(&path))
}

fn assert_unchanged(before: &Tree, dir: &Path, context: &str) {
    let changes = before.changes(&Tree::load(dir));
    assert!(changes.is_empty(), "{context}: {changes:#?}");
}

/// Law B for a trace that was recovered.
fn check_again(path: &TracePath, dir: &Path, context: &str) {
    let before = Tree::load(dir);
    let second = plan(path);
    let result = second.apply_in_place(&TestDisk::new(), None);
    assert_unchanged(&before, dir, &format!("{context}: {second:#?}\n{:#?}", problems(path)));
    let exit = exit_of(&second, result, None);
    let problems = problems(path);
    assert_eq!(exit == Exit::Intact, problems.is_empty(), "{context}: {problems:#?}\n{second:#?}");
}

/// The threads of the sample session: two with details.
pub fn sample(count: usize) -> Vec<Thread> {
    let all = [
        Thread::sample(7, 12, &[1, 2, 5, 8, 11]),
        Thread::sample(8, 6, &[0, 3]),
        Thread::sample(9, 5, &[]),
        Thread::sample(10, 7, &[2, 6]),
    ];
    all.into_iter().take(count).collect()
}

/// A session with these threads.
pub fn written(threads: &[Thread], with_manifest: bool) -> Scratch {
    let dir = Scratch::new();
    write_session(dir.path(), threads);
    if !with_manifest {
        fs::remove_file(dir.path().join("manifest.json")).unwrap();
    }
    dir
}

/// Changes the bytes of a file.
pub fn edit(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

/// Flips a bit of a file.
pub fn flip(file: &Path, at: usize, bit: u8) {
    edit(file, |bytes| bytes[at] ^= 1 << bit);
}

/// The bytes of headers, footers and first records of a file of this length.
pub fn places(len: usize) -> impl Iterator<Item = usize> {
    (0..(FRAME + EVENT).min(len)).chain(len.saturating_sub(FRAME).max(FRAME + EVENT)..len)
}

/// All files of a session, relative to it.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("manifest.json")];
    for thread in fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()) {
        let files = fs::read_dir(&thread).unwrap().map(|it| it.unwrap().path());
        found.extend(files.map(|file| file.strip_prefix(dir).unwrap().to_owned()));
    }
    found
}
