//! Files that somebody made to harm: the answer is an error, in bounded time and memory.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::Manifest;
use atf_runtime::session::{TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::verify::verify;
use atf_runtime::{DetailReader, DetailSeq, IndexReader, IndexSeq};
use atf_tests::builder::{self, DetailFile, FRAME, IndexFile, NO_DETAIL, Thread};
use atf_tests::judge::{plan, problems};
use atf_tests::scratch::{self, Scratch};

// A-03: deep nesting reaches serde_json's limit, and does not overflow the stack.
#[test]
fn manifest_nested_without_end_is_refused() {
    let dir = Scratch::new();
    let path = dir.path().join("manifest.json");
    fs::write(&path, format!(r#"{{"threads": [], "x": {}"#, "[".repeat(1_000_000))).unwrap();
    let error = Manifest::read(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}: expected a session's manifest, found: recursion limit exceeded at line 1 column 148; it has no names \
             before its end",
            path.display()
        )
    );
}

// A-03: a sparse manifest of 257 MB is not read.
#[test]
fn manifest_without_bounds_is_refused() {
    let dir = Scratch::new();
    let path = dir.path().join("manifest.json");
    fs::File::create(&path).unwrap().set_len((256 << 20) + 1).unwrap();
    assert_eq!(
        Manifest::read(&path).unwrap_err().to_string(),
        format!("{}: length: expected at most 268435456 bytes, found 268435457", path.display())
    );
}

// A-03: a session is a file among others: links that lead in circles are not followed.
#[cfg(unix)]
#[test]
fn folders_that_link_to_each_other_end_the_search() {
    let dir = Scratch::new();
    for name in ["a", "b"] {
        fs::create_dir(dir.path().join(name)).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join(name).join("up")).unwrap();
    }
    let error = locate(dir.path()).unwrap_err().to_string();
    assert!(error.ends_with("found a directory with none of them"), "{error}");
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    let made = scratch::command("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Runs `act` and panics if it takes longer than any of this can; a thread that hangs is left.
#[cfg(unix)]
fn within_a_minute<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(act()));
    result.recv_timeout(std::time::Duration::from_secs(60)).expect("an answer, not a hang")
}

// A-03: symptom: a pipe in the place of a file hung every reader. Cause: it was opened, which waits
// for somebody to write, before it was looked at.
#[cfg(unix)]
#[test]
fn pipe_in_the_place_of_a_file_does_not_hang() {
    let dir = Scratch::new();
    let thread = dir.path().join("thread_7");
    fs::create_dir(&thread).unwrap();
    let (index, other) = (thread.join("index.atf"), dir.path().join("other"));
    let manifest = dir.path().join("manifest.json");
    for path in [&index, &other, &manifest] {
        make_pipe(path);
    }
    let found = "expected a regular file, found something else";
    let path = index.clone();
    let error = within_a_minute(move || IndexReader::open(path).unwrap_err().to_string());
    assert_eq!(error, format!("{}: {found}", index.display()));
    let path = other.clone();
    let error = within_a_minute(move || locate(path).unwrap_err().to_string());
    assert_eq!(error, format!("{}: {found}", other.display()));
    let path = manifest.clone();
    let error = within_a_minute(move || Manifest::read(&path).unwrap_err().to_string());
    assert_eq!(error, format!("{}: {found}", manifest.display()));
}

// A-03: a directory in the place of a file.
#[test]
fn directory_in_the_place_of_a_file_is_an_error() {
    let dir = Scratch::new();
    builder::write_session(dir.path(), &[Thread::sample(7, 3, &[])]);
    let index = dir.path().join("thread_7/index.atf");
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    let error = verify(&TracePath::Thread(dir.path().join("thread_7")), None).unwrap_err();
    let found = "expected a regular file, found something else";
    assert_eq!(error.to_string(), format!("{}: {found}", index.display()));
}

// One damaged file never touches another thread's: a file that cannot be read is that thread's
// problem, and recovery writes the others.
#[test]
fn thread_that_cannot_be_read_does_not_hide_the_others() {
    let dir = Scratch::new();
    builder::write_session(dir.path(), &[Thread::sample(3, 3, &[]), Thread::sample(7, 3, &[1])]);
    let detail = dir.path().join("thread_7/detail.atf");
    fs::remove_file(&detail).unwrap();
    fs::create_dir(&detail).unwrap();
    let session = TracePath::Session(dir.path().to_owned());
    let report = verify(&session, None).unwrap();
    let problems: Vec<String> = report.problems().iter().map(ToString::to_string).collect();
    let fault =
        "file at byte 0: file: expected a regular file that can be read, found something else";
    assert_eq!(problems, [format!("{}: {fault}", detail.display())]);
    let plan = atf_tests::judge::plan(&session);
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    assert!(out.path().join("thread_3/index.atf").exists());
    assert!(!out.path().join("thread_7").exists());
    assert!(verify(&TracePath::Session(out.path().to_owned()), None).unwrap().is_ok());
}

// A-03: whatever a header or footer claims, nothing of that size is allocated or looped over.
#[test]
fn counts_and_lengths_without_bounds_cost_nothing() {
    let dir = Scratch::new();
    for claimed in [u64::MAX, u64::MAX - 63, 1 << 63, u64::from(u32::MAX), 1 << 32, 0] {
        let mut thread = Thread::sample(7, 3, &[1]);
        let header = &mut thread.index.header;
        (header.event_count, header.event_size) = (claimed as u32, claimed as u32);
        (header.footer_offset, header.events_offset) = (claimed, claimed);
        let footer = thread.index.footer_mut();
        (footer.event_count, footer.bytes_written) = (claimed, claimed);
        let detail = thread.detail_mut();
        (detail.header.event_count, detail.header.bytes_length) = (claimed, claimed);
        let footer = detail.footer_mut();
        (footer.event_count, footer.bytes_length) = (claimed, claimed);
        let thread_dir = thread.write(dir.path());
        let path = TracePath::Thread(thread_dir.clone());
        assert_ne!(problems(&path), [""; 0], "{claimed}");
        let detail = DetailReader::open(thread_dir.join("detail.atf")).unwrap();
        assert!(detail.len() <= 4, "{claimed}");
        assert!(detail.get(DetailSeq(u32::MAX - 1)).is_ok_and(|it| it.is_none()) || claimed > 4);
        assert_eq!(plan(&path).threads.len(), 1);
    }
}

// A-03: 100 bytes of garbage per problem would fill the memory with what is wrong.
#[test]
fn problems_of_a_file_of_garbage_are_bounded() {
    let dir = Scratch::new();
    let events: Vec<_> = (0..20_000_u32)
        .map(|seq| builder::IndexEvent {
            timestamp_ns: u64::from(seq ^ 0x5555),
            thread_id: seq | 1,
            detail_seq: seq.wrapping_mul(2_654_435_761),
            ..builder::sample_event(6, seq, NO_DETAIL)
        })
        .collect();
    let thread = Thread { id: 6, index: IndexFile::finalized(6, &events), detail: None };
    let path = TracePath::Thread(thread.write(dir.path()));
    let report = verify(&path, None).unwrap();
    assert_eq!(report.problems().len(), 41);
    assert_eq!(report.notes().len(), 4);
}

// A-03: a detail lane of a million records without payload.
#[test]
fn lane_of_the_smallest_records_is_scanned_once() {
    let dir = Scratch::new();
    let record = builder::DetailRecord { payload: Vec::new(), ..builder::sample_record(7, 0) };
    let mut file = DetailFile::unfinalized(7, &[]);
    let one = record.bytes();
    for seq in 0..100_000_u32 {
        let start = file.partial.len();
        file.partial.extend_from_slice(&one);
        file.partial[start + 8..start + 12].copy_from_slice(&seq.to_le_bytes());
    }
    let path = dir.path().join("detail.atf");
    fs::write(&path, file.bytes()).unwrap();
    let detail = DetailReader::open(&path).unwrap();
    assert_eq!((detail.len(), detail.records_end()), (100_000, (FRAME + 2_400_000) as u64));
    for seq in (0..100_000).step_by(997) {
        let record = detail.get(DetailSeq(seq)).unwrap().unwrap();
        assert_eq!(record.index_seq(), IndexSeq(seq));
        let again = detail.get_by_index_seq(IndexSeq(seq)).unwrap().unwrap();
        assert_eq!(again.offset, record.offset);
    }
}

// A-03: events beyond the last sequence cannot be named; a sparse file of 128 GiB and more.
#[cfg(target_os = "linux")]
#[test]
fn events_beyond_the_last_sequence_are_not_counted() {
    let dir = Scratch::new();
    let path = dir.path().join("index.atf");
    fs::write(&path, IndexFile::unfinalized(7, &[]).bytes()).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(64 + 32 * (u64::from(u32::MAX) + 5)).unwrap();
    // The last event that can be named was written, so those before it count. Without it the file would end in zeros
    // that are no events, and all of its 128 GiB would be read: in a memory-backed folder they would become memory.
    let mut last = builder::sample_event(7, 0, builder::NO_DETAIL);
    last.timestamp_ns = 1;
    let at = 64 + 32 * (u64::from(u32::MAX) - 1);
    std::os::unix::fs::FileExt::write_all_at(&file, &last.bytes(), at).unwrap();
    let index = IndexReader::open(&path).unwrap();
    assert_eq!(index.len(), u32::MAX as usize);
    assert!(index.get(IndexSeq(u32::MAX - 1)).is_some());
    assert!(index.get(IndexSeq(u32::MAX)).is_none());
}

// A-03: a path that is not UTF-8 is a path.
#[cfg(target_os = "linux")]
#[test]
fn path_that_is_not_utf8_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let dir = Scratch::new();
    let session = dir.path().join(std::ffi::OsStr::from_bytes(b"se\xFFssion"));
    builder::write_session(&session, &[Thread::sample(7, 3, &[])]);
    assert_eq!(locate(dir.path()).unwrap(), TracePath::Session(session.clone()));
    assert_eq!(problems(&TracePath::Session(session)), [""; 0]);
}

// A-03: on a big-endian or newer file nothing is guessed.
#[test]
fn file_of_another_byte_order_is_refused() {
    let dir = Scratch::new();
    let mut thread = Thread::sample(7, 3, &[]);
    thread.index.header.endian = 2;
    let path = thread.write(dir.path()).join("index.atf");
    assert_eq!(
        IndexReader::open(&path).unwrap_err().to_string(),
        format!("{}: header at byte 4: endian: expected 1, found 2", path.display())
    );
}
