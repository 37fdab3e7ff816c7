//! A traced program that goes to another directory, as those do that turn into a daemon: its session, which
//! was named from the old one, stays where it is. The only test of its process, whose directory it changes.
#![cfg(target_os = "linux")]

use std::env::set_current_dir;
use std::path::Path;

use atf_tests::numbered::{
    Pushed, assert_clean, assert_exact, index_len, options, small_ring, start, wait_for,
};
use atf_tests::scratch::Scratch;

#[test]
fn session_stays_where_it_was_when_the_program_goes_elsewhere() {
    let (home, elsewhere) = (Scratch::new(), Scratch::new());
    set_current_dir(home.path()).unwrap();
    let drain = start(Path::new("session"), options().ring(small_ring()));
    let mut pushed = [Pushed::default(); 2];
    let first = drain.register(0).unwrap();
    // Without a record: its file is made later.
    assert_eq!(atf_tests::numbered::push(&first, 1), Ok(atf_runtime::IndexSeq(0)));
    let dir = home.path().join("session");
    wait_for("the drain", || index_len(&dir, 0) > 64);
    set_current_dir(elsewhere.path()).unwrap();
    let second = drain.register(1).unwrap();
    pushed[1].push_many(&second, 1_000);
    assert!(atf_tests::numbered::push(&first, 3).is_ok());
    let summary = drain.stop().unwrap();
    assert_eq!((summary.threads[0].events, summary.threads[0].details), (2, Some(1)));
    assert_clean(&dir);
    assert_exact(&dir, 1, &pushed[1]);
    assert_eq!(elsewhere.path().read_dir().unwrap().count(), 0);
    set_current_dir("/").unwrap();
}
