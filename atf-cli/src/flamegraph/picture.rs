//! The picture, drawn by the crate `inferno`.

use inferno::flamegraph::{Direction, Options, from_lines};

use super::By;
use super::folded::Stacks;
use crate::failure::Failure;

/// Draws the stacks as SVG.
pub(super) fn draw(
    stacks: &Stacks,
    title: &str,
    by: By,
    is_icicle: bool,
    svg: &mut Vec<u8>,
) -> Result<(), Failure> {
    let mut options = Options::default();
    title.clone_into(&mut options.title);
    match by {
        By::Time | By::SelfTime => "ns",
        By::Calls => "calls",
    }
    .clone_into(&mut options.count_name);
    // The same trace gives the same picture.
    options.deterministic = true;
    if is_icicle {
        options.direction = Direction::Inverted;
    }
    let lines: Vec<String> = stacks.lines().collect();
    if lines.is_empty() {
        return Err(Failure::Other(
            "no calls to draw: the filters keep none, or the trace has none".to_owned(),
        ));
    }
    from_lines(&mut options, lines.iter().map(String::as_str), svg)
        .map_err(|error| Failure::Other(format!("cannot draw the picture: {error}")))
}
