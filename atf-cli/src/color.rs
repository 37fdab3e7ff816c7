//! Colour, on a terminal only: <https://no-color.org>.

use std::fmt::Display;
use std::io::{IsTerminal, stdout};

/// Whether and how text is coloured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Color {
    is_on: bool,
}

impl Color {
    /// Colour if stdout is a terminal that shows it, and `NO_COLOR` is not set.
    pub(crate) fn for_stdout() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { is_on: stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb }
    }

    /// No colour.
    pub(crate) const fn none() -> Self {
        Self { is_on: false }
    }

    /// What stands out: headings, the largest values.
    pub(crate) fn bold(self, text: impl Display) -> String {
        self.with("1", text)
    }

    /// What is beside the point.
    pub(crate) fn dim(self, text: impl Display) -> String {
        self.with("2", text)
    }

    /// What got worse.
    pub(crate) fn red(self, text: impl Display) -> String {
        self.with("31", text)
    }

    /// What got better.
    pub(crate) fn green(self, text: impl Display) -> String {
        self.with("32", text)
    }

    fn with(self, code: &str, text: impl Display) -> String {
        if self.is_on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}
