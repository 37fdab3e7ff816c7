//! The pages show the figures of the run whose file is committed, and no others.

use std::fs;
use std::path::Path;

use atf_benches::figures::{Figures, render};
use atf_benches::{FIGURES, PAGES};

#[test]
fn pages_show_the_figures_of_the_committed_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let figures = Figures::read(&root.join(FIGURES)).expect("the figures can be read");
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).expect("the page can be read");
        let rendered = render(&text, &figures).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(
            text.contains("<!-- figures ") && rendered == text,
            "{page} does not show {FIGURES}: run `cargo run -p atf-benches --bin figures`"
        );
    }
}
