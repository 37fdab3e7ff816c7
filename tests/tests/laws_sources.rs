//! What recovery repairs from another source, what it lists as damaged, and which threads it calls lost; each obeys
//! the two laws, which `atf_tests::laws` states and checks.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::Manifest;
use atf_runtime::session::TracePath;
use atf_tests::builder::{EVENT, FRAME, Thread};
use atf_tests::cli::run_on;
use atf_tests::disk::Tree;
use atf_tests::judge::{notes, plan, problems};
use atf_tests::laws::{Kind, check, edit, flip, is_clean, sample, trace, written};
use atf_tests::scratch::Scratch;

// ------------------------------------------------------------------ what another source tells

/// Recovers the session in `dir` in place and returns the problems that are left.
fn left(dir: &Path) -> Vec<String> {
    let path = TracePath::Session(dir.to_owned());
    assert!(!is_clean(&path));
    assert_eq!(check(Kind::Session, dir, "left"), Some(problems(&path).is_empty()));
    problems(&path)
}

/// The offsets of records and the chunk checksums are made with a lane that is repaired.
fn remove_what_is_made(dir: &std::path::Path) {
    for made in ["detail.off", "detail.sum", "index.sum"] {
        let _ = fs::remove_file(dir.join("thread_7").join(made));
    }
}

// Every flip in the identity of a header is repaired to what it was where other threads or the other header tell.
#[test]
fn what_another_source_tells_is_repaired_to_what_it_was() {
    let threads = sample(4);
    for (name, fields) in [("index.atf", 6..24), ("detail.atf", 6..20)] {
        for at in fields {
            for bit in 0..8 {
                let dir = written(&threads, true);
                let before = Tree::load(dir.path());
                flip(&dir.path().join("thread_7").join(name), at, bit);
                assert_eq!(left(dir.path()), [""; 0], "{name}, byte {at}, bit {bit}");
                remove_what_is_made(dir.path());
                assert_eq!(Tree::load(dir.path()), before, "{name}, byte {at}, bit {bit}");
            }
        }
    }
}

// What nothing tells stays and is reported: one thread, and no other source.
#[test]
fn what_nothing_tells_is_reported_and_stays() {
    for (at, bit, field) in [(6, 6, "arch"), (7, 6, "os"), (8, 4, "flags"), (17, 0, "_reserved1")] {
        let dir = written(&[Thread::sample(7, 12, &[])], true);
        flip(&dir.path().join("thread_7/index.atf"), at, bit);
        let before = Tree::load(dir.path());
        let problems = left(dir.path());
        assert!(problems.len() == 1 && problems[0].contains(field), "{problems:?}");
        assert_eq!(Tree::load(dir.path()), before);
        let path = TracePath::Session(dir.path().to_owned());
        let remaining = plan(&path).verify_result(None, None).unwrap();
        assert_eq!(remaining.problems().len(), 1);
    }
}

// Symptom: with the clock of one thread changed, every run "repaired" the manifest and wrote the same again.
#[test]
fn clock_of_one_thread_is_repaired_at_once() {
    for count in [1, 2, 3] {
        let dir = written(&sample(count), true);
        let before = Tree::load(dir.path());
        edit(&dir.path().join("thread_7/index.atf"), |bytes| bytes[16] = 2);
        let path = TracePath::Session(dir.path().to_owned());
        let first = plan(&path);
        let who = if count == 1 { "as the manifest says" } else { "as most other threads say" };
        let said = first.threads[0].index.as_ref().unwrap().faults[0].to_string();
        assert_eq!(
            said,
            format!("header at byte 16: clock_type: expected boottime ({who}), found qpc")
        );
        assert_eq!(left(dir.path()), [""; 0]);
        remove_what_is_made(dir.path());
        assert_eq!(Tree::load(dir.path()), before);
    }
}

// ------------------------------------------------------------------ damage is not laundered

fn thread_of(dir: &Path, id: u32) -> atf_runtime::manifest::ManifestThread {
    let manifest = Manifest::read(dir.join("manifest.json")).unwrap();
    manifest.threads.into_iter().find(|thread| thread.id == id).unwrap()
}

// Symptom: of a flipped byte in an event recovery made a copy that verified clean, without a word.
#[test]
fn events_whose_checksum_failed_are_known_for_ever() {
    let threads = sample(2);
    let dir = written(&threads, true);
    flip(&dir.path().join("thread_7/index.atf"), FRAME + EVENT * 3 + 8, 2);
    flip(&dir.path().join("thread_8/detail.atf"), FRAME + 4, 2);
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(problems(&path).len(), 2, "{:#?}", problems(&path));
    let lane = plan(&path).threads[0].index.clone().unwrap();
    assert_eq!((lane.kept, lane.damaged), (12, 12));
    for _ in 0..3 {
        check(Kind::Session, dir.path(), "damaged");
        let damaged = thread_of(dir.path(), 7).damaged;
        assert_eq!(damaged, [[0, 12]]);
        let damaged = thread_of(dir.path(), 8).damaged_details;
        assert_eq!(damaged, [[0, 2]]);
        assert_eq!(problems(&path), [""; 0]);
        assert_eq!(
            notes(&path),
            [
                "manifest.json: thread 7: events 0 to 11 are damaged: their checksum failed, and recovery kept them",
                "manifest.json: thread 8: detail records 0 to 1 are damaged: their checksum failed, and recovery \
                 kept them",
            ]
        );
    }
}

// Without a manifest nothing could name the events, so the old checksum stays.
#[test]
fn without_a_manifest_the_old_checksum_stays() {
    let threads = sample(1);
    for kind in [Kind::Thread, Kind::Index] {
        for is_header_damaged in [false, true] {
            let dir = written(&threads, true);
            let index = dir.path().join("thread_7/index.atf");
            flip(&index, FRAME + EVENT * 3 + 8, 2);
            if is_header_damaged {
                flip(&index, 28, 1);
            }
            assert_eq!(check(kind, dir.path(), "old checksum"), Some(false), "{kind:?}");
            let problems = problems(&trace(kind, dir.path()));
            assert!(problems.len() == 1 && problems[0].contains("checksum"), "{problems:?}");
            let checksum = threads[0].index.footer.as_ref().unwrap().checksum;
            let bytes = fs::read(&index).unwrap();
            assert_eq!(bytes[bytes.len() - 60..][..4], checksum.to_le_bytes());
        }
    }
}

// ------------------------------------------------------------------ lost threads

fn manifest_with_counts(threads: &[Thread], state: &str) -> String {
    let entries: Vec<String> = threads
        .iter()
        .map(|thread| {
            let count = thread.index.events.len();
            format!(
                r#"{{"id": {}, "has_detail": true, "emitted": {count}, "recorded": {count}, "dropped_events": 0, "dropped_details": 0}}"#,
                thread.id
            )
        })
        .collect();
    format!(
        r#"{{"format_version": "2.0", "threads": [{}], "state": "{state}"}}"#,
        entries.join(", ")
    )
}

// Symptom: a thread whose files were deleted was called "nothing was recorded", its directory was removed, and
// after a second recovery nothing said that it existed.
#[test]
fn lost_thread_stays_in_the_manifest() {
    let threads = sample(3);
    for state in ["complete", "recording"] {
        for keeps_directory in [true, false] {
            let dir = written(&threads, true);
            fs::write(dir.path().join("manifest.json"), manifest_with_counts(&threads, state))
                .unwrap();
            let thread = dir.path().join("thread_7");
            fs::remove_dir_all(&thread).unwrap();
            if keeps_directory {
                fs::create_dir(&thread).unwrap();
            }
            let path = TracePath::Session(dir.path().to_owned());
            let first = plan(&path);
            assert_eq!(first.threads[0].lost.as_ref().unwrap().recorded, Some(12));
            assert!(first.threads[0].ring.is_none());
            for _ in 0..3 {
                check(Kind::Session, dir.path(), "lost");
                let listed = thread_of(dir.path(), 7);
                assert!(listed.lost && listed.recorded == Some(12));
                assert_eq!(problems(&path), [""; 0]);
                assert_eq!(
                    notes(&path),
                    [
                        "manifest.json: thread 7 is lost: its files are gone; it had recorded 12 events"
                    ]
                );
            }
            assert_eq!(thread.exists(), keeps_directory);
        }
    }
}

// Only a thread that is not listed, or listed without counts while the session is recorded, was never made.
#[test]
fn thread_that_was_never_made_leaves_nothing() {
    for (listed, state) in [(false, "complete"), (false, "recording"), (true, "recording")] {
        let dir = written(&sample(1), true);
        fs::create_dir(dir.path().join("thread_3")).unwrap();
        let more = if listed { r#", {"id": 3}"# } else { "" };
        let manifest = format!(
            r#"{{"threads": [{{"id": 7, "has_detail": true}}{more}], "state": "{state}"}}"#
        );
        fs::write(dir.path().join("manifest.json"), manifest).unwrap();
        check(Kind::Session, dir.path(), "never made");
        assert!(!dir.path().join("thread_3").exists(), "{listed}, {state}");
        let manifest = Manifest::read(dir.path().join("manifest.json")).unwrap();
        assert_eq!(manifest.threads.iter().map(|it| it.id).collect::<Vec<_>>(), [7]);
    }
    // Listed without counts in a session that has ended: it was made.
    let dir = written(&sample(1), true);
    fs::write(
        dir.path().join("manifest.json"),
        r#"{"threads": [{"id": 3}, {"id": 7, "has_detail": true}], "state": "complete"}"#,
    )
    .unwrap();
    check(Kind::Session, dir.path(), "made");
    assert!(thread_of(dir.path(), 3).lost);
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(
        notes(&path),
        [
            "manifest.json: thread 3 is lost: its files are gone; how many events it had recorded is unknown"
        ]
    );
}

// A thread without a readable index header is not written to a copy. In place its files become *.damaged.
#[test]
fn files_of_an_unreadable_thread_are_set_aside_in_place() {
    let threads = sample(3);
    let dir = written(&threads, true);
    let thread = dir.path().join("thread_7");
    edit(&thread.join("index.atf"), |bytes| bytes[0] = b'X');
    let [index, detail] =
        ["index.atf", "detail.atf"].map(|name| fs::read(thread.join(name)).unwrap());
    check(Kind::Session, dir.path(), "unreadable");
    assert_eq!(fs::read(thread.join("index.atf.damaged")).unwrap(), index);
    assert_eq!(fs::read(thread.join("detail.atf.damaged")).unwrap(), detail);
    assert!(!thread.join("index.atf").exists() && !thread.join("detail.atf").exists());
    assert!(thread_of(dir.path(), 7).lost);
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(problems(&path), [""; 0]);
    // What is put back is a thread again.
    for name in ["index.atf", "detail.atf"] {
        fs::rename(thread.join(format!("{name}.damaged")), thread.join(name)).unwrap();
    }
    edit(&thread.join("index.atf"), |bytes| bytes[0] = b'A');
    assert_eq!(
        problems(&path),
        [
            "manifest.json: manifest at byte 0: threads[0].lost: expected false (its files exist), found true",
            "manifest.json: manifest at byte 0: time_end_ns: expected 1110 (over all threads), found 1050"
        ]
    );
    assert_eq!(left(dir.path()), [""; 0]);
    assert!(!thread_of(dir.path(), 7).lost);
}

// ------------------------------------------------------------------ through the command

fn recover(dir: &Path, out: &Path) -> atf_tests::cli::Run {
    run_on("recover", dir, &["--out", out.to_str().unwrap()])
}

fn remove_files(dir: &Path) {
    for name in ["index.atf", "detail.atf", "detail.off"] {
        let _ = fs::remove_file(dir.join("thread_7").join(name));
    }
}

#[test]
fn the_command_obeys_the_laws() {
    type Damage = fn(&Path);
    let cases: [(&str, usize, Damage, [i32; 3]); 7] = [
        ("intact", 2, |_| (), [0, 0, 0]),
        ("os", 3, |dir| flip(&dir.join("thread_7/index.atf"), 7, 6), [1, 0, 0]),
        ("reserved", 1, |dir| flip(&dir.join("thread_7/index.atf"), 17, 6), [1, 1, 1]),
        ("event", 2, |dir| flip(&dir.join("thread_7/index.atf"), FRAME + 8, 6), [1, 0, 0]),
        (
            "event's thread",
            2,
            |dir| flip(&dir.join("thread_7/index.atf"), FRAME + 16, 6),
            [1, 1, 1],
        ),
        ("lost", 2, |dir| fs::remove_dir_all(dir.join("thread_7")).unwrap(), [1, 0, 0]),
        ("lost, directory left", 2, remove_files, [1, 0, 0]),
    ];
    for (name, count, damage, [first, verified, second]) in cases {
        let dir = written(&sample(count), true);
        damage(dir.path());
        let folder = Scratch::new();
        let out = folder.path().join("out");
        let run = recover(dir.path(), &out).exits(first);
        run_on("verify", &out, &[]).exits(verified);
        let before = Tree::load(&out);
        let again = run_on("recover", &out, &["--in-place", "--json"]).exits(second);
        assert_eq!(Tree::load(&out), before, "{name}");
        let json: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(json["ok"], second == 0, "{name}: {json}");
        assert_eq!(json["remaining"].as_array().unwrap().is_empty(), second == 0, "{name}: {json}");
        // The other commands read what is there.
        for command in ["info", "dump"] {
            run_on(command, &out, &[]).exits(0);
        }
        run_on("recover", dir.path(), &["--in-place"]).exits(first);
        run_on("verify", dir.path(), &[]).exits(verified);
        if verified == 1 {
            assert!(run.stdout.contains("still wrong: "), "{name}: {}", run.stdout);
        }
    }
}

// The footer of the one was repaired by the second recovery only, when the header of the other could be read.
#[test]
fn file_whose_header_is_made_again_is_a_witness_at_once() {
    for at in [0, 4, 17, 20, 24] {
        let mut threads = sample(2);
        threads[0] = Thread::unfinalized(7, 12, &[1, 2, 5, 8, 11]);
        let dir = written(&threads, false);
        edit(&dir.path().join("thread_7/detail.atf"), |bytes| bytes[at..at + 4].fill(0));
        edit(&dir.path().join("thread_8/detail.atf"), |bytes| *bytes.last_mut().unwrap() = 1);
        check(Kind::Session, dir.path(), &format!("header from byte {at}"));
    }
}
