//! The real disk, as far as the writer relies on it; and the fake one, which must behave the same.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use atf_runtime::storage::{Disk, Storage, StorageFile};
use atf_tests::disk::{Op, TestDisk, Tree, crashes, power_cuts};
use atf_tests::scratch::Scratch;

fn check<S: Storage>(storage: &S, top: &Scratch) {
    let at = |name: &str| top.path().join(name);
    let kind = |result: io::Result<()>| result.unwrap_err().kind();

    storage.create_dir(&at("d")).unwrap();
    assert_eq!(kind(storage.create_dir(&at("d"))), ErrorKind::AlreadyExists);
    assert_eq!(kind(storage.create_dir(&at("x/y"))), ErrorKind::NotFound);
    let mut file = storage.create_new(&at("d/f")).unwrap();
    assert_eq!(kind(storage.create_new(&at("d/f")).map(drop)), ErrorKind::AlreadyExists);
    assert_eq!(kind(storage.open_existing(&at("none")).map(drop)), ErrorKind::NotFound);

    // A gap is zeros; writing again at the same place is harmless.
    file.write_all_at(b"cd", 4).unwrap();
    file.write_all_at(b"ab", 0).unwrap();
    file.write_all_at(b"ab", 0).unwrap();
    file.sync().unwrap();
    assert_eq!(fs::read(at("d/f")).unwrap(), b"ab\0\0cd");
    file.set_len(3).unwrap();
    assert_eq!(fs::read(at("d/f")).unwrap(), b"ab\0");
    drop(file);
    let mut file = storage.open_existing(&at("d/f")).unwrap();
    file.write_all_at(b"Z", 2).unwrap();
    assert_eq!(fs::read(at("d/f")).unwrap(), b"abZ");
    drop(file);

    fs::write(at("old"), "old").unwrap();
    storage.rename(&at("d/f"), &at("old")).unwrap();
    assert_eq!(fs::read(at("old")).unwrap(), b"abZ");
    storage.sync_dir(top.path()).unwrap();
    assert_eq!(kind(storage.remove_file(&at("d/f"))), ErrorKind::NotFound);
    assert_eq!(kind(storage.remove_dir(&at("none"))), ErrorKind::NotFound);
    storage.remove_dir(&at("d")).unwrap();
    storage.remove_file(&at("old")).unwrap();
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);
}

#[test]
fn disk_does_what_the_trait_promises() {
    check(&Disk, &Scratch::on_disk());
}

#[test]
fn fake_disk_does_what_the_trait_promises() {
    check(&TestDisk::new(), &Scratch::new());
}

#[test]
fn sync_of_a_missing_directory_is_an_error() {
    let top = Scratch::new();
    let error = Disk.sync_dir(&top.path().join("none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn fake_disk_replays_to_the_real_files() {
    let top = Scratch::new();
    let disk = TestDisk::new();
    let before = Tree::load(top.path());
    let path = top.path().join("f");
    let mut file = disk.create_new(&path).unwrap();
    file.write_all_at(b"abcd", 2).unwrap();
    file.set_len(5).unwrap();
    disk.rename(&path, &top.path().join("g")).unwrap();
    let states = crashes(&before, &disk.ops());
    // Before each of 4 operations, 3 partial writes, and the end.
    assert_eq!(states.len(), 4 + 3 + 1);
    assert_eq!(states.last().unwrap().tree, Tree::load(top.path()));
    let partial: Vec<_> = states.iter().filter(|state| state.bytes > 0).collect();
    assert_eq!(partial[1].tree.file(&path), Some(&b"\0\0ab"[..]));
}

#[test]
fn fake_disk_that_is_full_cuts_the_write() {
    let top = Scratch::new();
    let disk = TestDisk::new();
    let mut file = disk.create_new(&top.path().join("f")).unwrap();
    disk.full_at(5);
    file.write_all_at(b"abc", 0).unwrap();
    let error = file.write_all_at(b"defg", 3).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert_eq!(fs::read(top.path().join("f")).unwrap(), b"abcde");
    // Existing bytes can be overwritten.
    file.write_all_at(b"XY", 1).unwrap();
    disk.freed();
    file.write_all_at(b"defg", 3).unwrap();
    assert_eq!((fs::read(top.path().join("f")).unwrap(), disk.used()), (b"aXYdefg".to_vec(), 7));
}

#[test]
fn fake_power_cut_loses_any_unsynced_bytes() {
    let path = Path::new("/f");
    let write = |offset, bytes: &[u8]| Op::Write { path: path.into(), offset, bytes: bytes.into() };
    let ops = [
        Op::CreateNew(path.into()),
        write(0, b"a"),
        Op::Sync(path.into()),
        write(1, b"b"),
        write(2, b"c"),
    ];
    let mut left: Vec<String> = power_cuts(&Tree::default(), &ops, 8)
        .into_iter()
        .filter(|state| state.ops == 5)
        .map(|state| String::from_utf8_lossy(state.tree.file(path).unwrap()).into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["a", "a\0c", "ab", "abc"]);
}
