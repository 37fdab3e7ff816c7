//! The option that says how depths are meant.

use atf_analysis::{DepthFrom, Options};

/// How depths of events are read.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct DepthArgs {
    /// How the depths of events are meant; by default what fits each thread best
    #[arg(long, value_enum, value_name = "HOW")]
    depth_from: Option<Reading>,
}

/// How depths are meant.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Reading {
    /// As the format says: a return has the depth of its call
    Exact,
    /// A return has a depth one higher than its call
    PlusOne,
    /// Not at all: calls nest as their events do
    Nesting,
}

impl DepthArgs {
    /// The options of an analysis.
    pub(crate) fn options(self) -> Options {
        let options = Options::default();
        match self.depth_from {
            None => options,
            Some(Reading::Exact) => options.depth_from(DepthFrom::Exact),
            Some(Reading::PlusOne) => options.depth_from(DepthFrom::PlusOne),
            Some(Reading::Nesting) => options.depth_from(DepthFrom::Nesting),
        }
    }
}
