//! Which session a path means: folders above sessions, @latest, bundles, and what is never chosen.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::Error;
use atf_runtime::session::{FoundSession, SessionReader, TracePath, locate};
use atf_tests::builder::{Thread, write_session};
use atf_tests::scratch::Scratch;
use serde_json::json;

const ONE: &str = "expected one session (manifest.json, thread_N/), a thread directory (index.atf) or an .atf file";
const INSIDE: &str = "expected trace_session, or else trace_root, to be a path inside the bundle";

fn session(dir: impl AsRef<Path>) -> PathBuf {
    write_session(dir.as_ref(), &[Thread::sample(0, 3, &[1]), Thread::sample(7, 5, &[])]);
    dir.as_ref().to_owned()
}

fn make_dir(dir: PathBuf) -> PathBuf {
    fs::create_dir_all(&dir).unwrap();
    dir
}

fn manifest(dir: &Path, value: &serde_json::Value) {
    fs::create_dir_all(dir).unwrap();
    fs::write(dir.join("manifest.json"), value.to_string()).unwrap();
}

fn found(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    let found = locate(path).unwrap();
    assert!(matches!(found, TracePath::Session(_)), "{found:?}");
    // Every reader takes what the command takes.
    assert_eq!(SessionReader::open(path).unwrap().dir(), found.path());
    found.path().to_owned()
}

#[track_caller]
fn refused(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let error = locate(path).unwrap_err();
    assert!(matches!(error, Error::NotATrace { .. }), "{error}");
    assert_eq!(SessionReader::open(path).unwrap_err().to_string(), error.to_string());
    error.to_string()
}

#[track_caller]
fn several(path: impl AsRef<Path>) -> Vec<PathBuf> {
    let path = path.as_ref();
    assert!(SessionReader::open(path).is_err());
    match locate(path).unwrap_err() {
        Error::SeveralSessions { sessions, is_complete: true, .. } => sessions,
        other => panic!("{other}"),
    }
}

// ------------------------------------------------------------------ folders

#[test]
fn session_is_found_at_any_depth_and_with_or_without_ada_traces() {
    for below in [
        "session_20260102_030405/pid_7",
        "ada_traces/session_20260102_030405/pid_00007",
        "session_20260102_030405",
        "pid_7",
        "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/pid_7",
    ] {
        let top = Scratch::new();
        let expected = session(top.path().join(below));
        make_dir(top.path().join("ada_traces/other/empty"));
        for above in expected.ancestors().take_while(|it| it.starts_with(top.path())) {
            assert_eq!(found(above), expected);
            assert_eq!(found(above.join("@latest")), expected);
        }
        assert_eq!(found(expected.join("manifest.json")), expected);
        // Also one without a manifest.
        fs::remove_file(expected.join("manifest.json")).unwrap();
        assert_eq!(found(top.path()), expected);
    }
}

// A search that stopped at some depth would call the upper one the only one.
#[test]
fn second_session_is_seen_however_deep_it_is() {
    let top = Scratch::new();
    let upper = session(top.path().join("x"));
    let deep = session(top.path().join(["y"; 100].join("/")));
    let sessions = several(top.path());
    assert_eq!(sessions.len(), 2);
    assert!(sessions.contains(&upper) && sessions.contains(&deep));
    // Not what is within a session, nor a single thread.
    session(upper.join("thread_0/copy"));
    assert_eq!(found(&upper), upper);
    assert_eq!(several(top.path()).len(), 2);
}

#[test]
fn several_sessions_are_listed_from_the_oldest_to_the_newest() {
    let top = Scratch::new();
    let named = |name: &str| top.path().join("ada_traces").join(name);
    let expected = [
        "session_20251231_235959/pid_9",
        "session_20260102_030405/pid_9",
        "session_20260102_030405/pid_10",
        "session_20260102_030405/pid_00100",
        "session_20260102_030406/pid_1",
    ]
    .map(named);
    for (count, at) in [3, 0, 4, 2, 1].into_iter().enumerate() {
        session(&expected[at]);
        if count > 0 {
            assert_eq!(several(top.path()).len(), count + 1);
        }
    }
    assert_eq!(several(top.path()), expected);
    assert_eq!(found(top.path().join("@latest")), expected[4]);
    assert_eq!(found(named("session_20260102_030405/@latest")), expected[3]);
    let text = locate(named("session_20260102_030405")).unwrap_err().to_string();
    let [a, b, c] = [1, 2, 3].map(|at| expected[at].display());
    let folder = named("session_20260102_030405");
    let folder = folder.display();
    assert_eq!(
        text,
        format!("{folder}: expected one session, found 3; newest last: {a}, {b}, {c}")
    );
    let text = locate(top.path()).unwrap_err().to_string();
    assert!(text.contains("found 5; the last 3, newest last: "), "{text}");
    assert!(text.ends_with(&expected[4].display().to_string()), "{text}");
}

// Without names that tell, the manifest does, and without it the time of the last change.
#[test]
fn start_and_process_come_from_name_manifest_or_file() {
    let top = Scratch::new();
    let told = session(top.path().join("b"));
    let text = fs::read_to_string(told.join("manifest.json")).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["wall_clock"] = json!({"realtime_ns": 1_767_323_045_000_000_001_u64, "boottime_ns": 5});
    value["process"] = json!({"pid": 4711});
    manifest(&told, &value);
    let changed = session(top.path().join("a"));
    let found = FoundSession::of(&told).unwrap();
    assert_eq!((found.pid, &*found.start.to_string()), (Some(4711), "2026-01-02T03:04:05Z"));
    let early =
        FoundSession::of(session(top.path().join("session_19990101_000000/pid_12"))).unwrap();
    assert_eq!((early.pid, &*early.start.to_string()), (Some(12), "1999-01-01T00:00:00"));
    let file = fs::File::options().write(true).open(changed.join("manifest.json")).unwrap();
    for (seconds, newest) in [(1_767_323_044, &told), (1_767_323_046, &changed)] {
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(time).unwrap();
        assert_eq!(&SessionReader::open(top.path().join("@latest")).unwrap().dir(), newest);
        assert_eq!(several(top.path())[0], early.path);
    }
    assert_eq!(FoundSession::of(&changed).unwrap().pid, None);
}

#[test]
fn folder_without_a_session_is_refused_by_every_reader() {
    let top = Scratch::new();
    let text = format!("{}: {ONE}, found a directory with none of them", top.path().display());
    assert_eq!(refused(top.path()), text);
    assert_eq!(refused(top.path().join("@latest")), text);
    // Also one with files of other programs.
    fs::write(top.path().join("index.html"), "x").unwrap();
    manifest(top.path(), &json!({"name": "app", "icons": []}));
    assert_eq!(refused(top.path()), text);
    assert_eq!(refused(top.path().join("manifest.json")), text);
    // A manifest that was damaged is the last of a session.
    fs::write(top.path().join("manifest.json"), "{\"threads\": [").unwrap();
    assert_eq!(found(top.path()), top.path());
    let none = top.path().join("none");
    for path in [none.clone(), none.join("@latest")] {
        assert!(locate(path).unwrap_err().to_string().contains("none: cannot "));
    }
    let file = top.path().join("index.html");
    assert!(locate(file.join("@latest")).is_err());
}

#[test]
fn thread_or_file_is_no_session() {
    let top = Scratch::new();
    let dir = session(top.path().join("s"));
    for (path, what) in [
        ("thread_0", "a thread directory"),
        ("thread_0/index.atf", "an index.atf"),
        ("thread_0/detail.atf", "a detail.atf"),
    ] {
        let error = SessionReader::open(dir.join(path)).unwrap_err().to_string();
        let path = dir.join(path);
        let expected = "expected one session (manifest.json, thread_N/)";
        assert_eq!(error, format!("{}: {expected}, found {what}", path.display()));
    }
}

#[test]
fn file_of_the_name_latest_is_taken_for_what_it_is() {
    let top = Scratch::new();
    session(top.path().join("session_20300101_000000"));
    let own = session(top.path().join("@latest"));
    assert_eq!(found(top.path().join("@latest")), own);
}

// A folder with more entries than are searched: what was seen may not be the only one, nor the newest.
#[test]
fn no_session_is_chosen_from_a_folder_that_was_not_searched_to_its_end() {
    let top = Scratch::new();
    // All folders of one level are looked at before those of the next.
    let one = session(top.path().join("a"));
    let many = make_dir(top.path().join("z/y"));
    for number in 0..100_000 {
        fs::File::create(many.join(number.to_string())).unwrap();
    }
    let top_text = top.path().display();
    let found = format!(
        "{} among its first 100000 entries and perhaps more: name the session itself",
        one.display()
    );
    assert_eq!(refused(top.path()), format!("{top_text}: {ONE}, found {found}"));
    assert_eq!(refused(top.path().join("@latest")), format!("{top_text}: {ONE}, found {found}"));
    let text = format!("{}: {ONE}, found none among its first 100000 entries", many.display());
    fs::File::create(many.join("one more")).unwrap();
    assert_eq!(refused(&many), text);
    session(top.path().join("b"));
    match locate(top.path()).unwrap_err() {
        Error::SeveralSessions { sessions, is_complete: false, .. } => {
            assert_eq!(sessions.len(), 2)
        }
        other => panic!("{other}"),
    }
    assert!(locate(top.path()).unwrap_err().to_string().contains("found 2 and perhaps more; "));
    let text = locate(top.path().join("@latest")).unwrap_err().to_string();
    let found =
        "2 sessions among its first 100000 entries and perhaps more: name the session itself";
    assert_eq!(text, format!("{top_text}: {ONE}, found {found}"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    use super::*;

    #[test]
    fn links_below_a_folder_are_not_followed() {
        let top = Scratch::new();
        let elsewhere = session(top.path().join("elsewhere"));
        let folder = make_dir(top.path().join("folder"));
        symlink(&elsewhere, folder.join("link")).unwrap();
        symlink(&folder, folder.join("circle")).unwrap();
        refused(&folder);
        let inside = session(folder.join("inside"));
        assert_eq!(found(&folder), inside);
        // A link that is named is followed, also to a folder.
        assert_eq!(found(folder.join("link")), folder.join("link"));
        assert_eq!(found(folder.join("circle")), folder.join("circle/inside"));
        assert_eq!(found(folder.join("circle/@latest")), folder.join("circle/inside"));
        // The threads of a session may be on other disks.
        let linked = make_dir(folder.join("inside_2"));
        symlink(elsewhere.join("thread_0"), linked.join("thread_0")).unwrap();
        assert_eq!(found(&linked), linked);
        assert_eq!(several(&folder).len(), 2);
    }

    // Somebody puts a session into /tmp, and `atf info /tmp` opens it. Only root can make folders of
    // others, so without root the folder is one's own and is found.
    #[test]
    fn folder_of_another_user_is_never_chosen() {
        let top = Scratch::new();
        let parent = make_dir(top.path().join("parent"));
        let theirs = session(parent.join("theirs/session_20300101_000000/pid_1"));
        let is_theirs = chown(parent.join("theirs"), Some(12_345), None).is_ok();
        for mode in [0o755, 0o1777] {
            fs::set_permissions(&parent, fs::Permissions::from_mode(mode)).unwrap();
            if is_theirs {
                let found = "a directory with none of them (1 folder of other users not searched)";
                let text = format!("{}: {ONE}, found {found}", parent.display());
                assert_eq!(refused(&parent), text);
                assert_eq!(refused(parent.join("@latest")), text);
            } else {
                assert_eq!(found(&parent), theirs);
            }
            // Named itself, it is opened.
            assert_eq!(found(&theirs), theirs);
            let mine = session(parent.join("mine"));
            let expected = if is_theirs { &mine } else { &theirs };
            assert_eq!(&found(parent.join("@latest")), expected);
            if is_theirs {
                assert_eq!(found(&parent), mine);
            }
            fs::remove_dir_all(mine).unwrap();
        }
        // What belongs to the owner of the folder that was named is taken, unless others can write to it.
        if is_theirs {
            chown(&parent, Some(12_345), None).unwrap();
            refused(&parent);
            fs::set_permissions(&parent, fs::Permissions::from_mode(0o755)).unwrap();
            assert_eq!(found(&parent), theirs);
        }
    }

    #[test]
    fn link_in_a_bundle_does_not_lead_out_of_it() {
        let top = Scratch::new();
        let outside = session(top.path().join("outside"));
        let bundle = make_dir(top.path().join("bundle"));
        symlink(&outside, bundle.join("trace")).unwrap();
        manifest(&bundle, &json!({"trace_session": "trace"}));
        let path = bundle.join("manifest.json");
        let text = format!("{}: {INSIDE}, found \"trace\", which is outside", path.display());
        assert_eq!(refused(&bundle), text);
        // A link inside is fine.
        let inside = session(bundle.join("inside"));
        fs::remove_file(bundle.join("trace")).unwrap();
        symlink(&inside, bundle.join("trace")).unwrap();
        assert_eq!(found(&bundle), bundle.join("trace"));
    }
}

// ------------------------------------------------------------------ bundles

fn bundle(dir: &Path, root: &str, trace: &str) {
    let value = json!({
        "version": 1, "trace_root": root, "trace_session": trace, "screen_path": "screen.mp4",
        "voice_path": null, "segment_count": 1,
    });
    manifest(dir, &value);
}

#[test]
fn bundle_stands_for_the_session_that_it_names() {
    let top = Scratch::new();
    let dir = top.path().join("bundle");
    let expected = session(dir.join("trace/session_20260102_030405/pid_7"));
    session(dir.join("trace/session_20270102_030405/pid_7"));
    for (root, name) in [
        ("trace", "trace/session_20260102_030405/pid_7"),
        // A folder above the session's, and names that start at the root.
        ("trace", "trace/session_20260102_030405"),
        ("trace", "session_20260102_030405/pid_7"),
        ("trace/", "./session_20260102_030405/"),
        ("trace", "trace/../trace/session_20260102_030405/pid_7"),
        (".", "trace/session_20260102_030405"),
    ] {
        bundle(&dir, root, name);
        for path in [dir.clone(), dir.join("manifest.json"), dir.join("@latest")] {
            let found = found(&path).canonicalize().unwrap();
            assert_eq!(found, expected.canonicalize().unwrap(), "{root} {name} {path:?}");
        }
        // A folder with a bundle has one session: the one that it names.
        assert_eq!(found(top.path()).canonicalize().unwrap(), expected.canonicalize().unwrap());
    }
    let absolute = expected.to_str().unwrap();
    bundle(&dir, "trace", absolute);
    assert_eq!(found(&dir), expected);
}

#[test]
fn bundle_that_names_only_its_root_has_one_session_there() {
    let top = Scratch::new();
    let expected = session(top.path().join("trace/session_20260102_030405/pid_7"));
    for value in [
        json!({"trace_root": "trace"}),
        json!({"trace_root": "trace", "trace_session": null}),
        json!({"trace_root": "."}),
        json!({"trace_session": "."}),
    ] {
        manifest(top.path(), &value);
        assert_eq!(found(top.path()), expected, "{value}");
    }
    session(top.path().join("trace/session_20270102_030405/pid_7"));
    assert_eq!(several(top.path()).len(), 2);
}

// The manifest may have been written by anybody.
#[test]
fn bundle_that_names_nothing_inside_it_is_refused() {
    let top = Scratch::new();
    let outside = session(top.path().join("outside"));
    let dir = make_dir(top.path().join("bundle"));
    fs::write(dir.join("file"), "x").unwrap();
    let absolute = outside.to_str().unwrap();
    let path = dir.join("manifest.json");
    for (name, found) in [
        ("../outside", "which is outside"),
        ("..", "which is outside"),
        ("./../outside/../outside", "which is outside"),
        (absolute, "which is outside"),
        ("/", "which is outside"),
        ("none", "which does not exist"),
        ("file", "which is no directory"),
        ("a\u{0}b", "which does not exist"),
    ] {
        bundle(&dir, "none at all", name);
        let name = name.escape_debug();
        let text = format!("{}: {INSIDE}, found \"{name}\", {found}", path.display());
        assert_eq!(refused(&dir), text);
    }
    for (value, found) in [
        (json!({"trace_session": 7}), "trace_session 7"),
        (json!({"trace_session": "", "trace_root": "."}), "trace_session \"\""),
        (json!({"trace_session": null, "trace_root": ["x"]}), "trace_root [\"x\"]"),
    ] {
        manifest(&dir, &value);
        let text = format!("{}: {INSIDE}, found {found}", path.display());
        assert_eq!(refused(&dir), text);
    }
    // Below a folder that is searched it is a folder like others, and hides nothing.
    bundle(&dir, "none", "../outside");
    assert_eq!(found(top.path()), outside);
    session(dir.join("own"));
    assert_eq!(several(top.path()).len(), 2);
}

// Bundles in bundles, and those that name themselves, end.
#[test]
fn bundles_that_name_each_other_end() {
    let top = Scratch::new();
    let mut dir = top.path().to_owned();
    for _ in 0..50 {
        bundle(&dir, ".", "b");
        dir.push("b");
    }
    bundle(&dir, ".", ".");
    refused(top.path());
    let expected = session(dir.join("s"));
    assert_eq!(found(top.path()), expected);
    bundle(&dir, "..", "..");
    assert_eq!(found(top.path()), expected);
}

// A session's own manifest may have such keys: unknown keys are no reason to look elsewhere.
#[test]
fn session_with_the_keys_of_a_bundle_is_a_session() {
    let top = Scratch::new();
    let dir = session(top.path().join("s"));
    let text = fs::read_to_string(dir.join("manifest.json")).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["trace_session"] = json!("../other");
    manifest(&dir, &value);
    assert_eq!(found(&dir), dir);
}
