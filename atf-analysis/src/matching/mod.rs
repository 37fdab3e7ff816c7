//! From the events of a thread to its calls: a stack of open calls, and the rules that end them.
//!
//! In: events in the order of the file, in blocks. Out: what a [`Sink`] is called with. The memory is that of the
//! open calls.

mod choice;
mod clip;
mod depth_from;
mod frame;
mod matcher;
mod sink;

pub use depth_from::DepthFrom;

pub(crate) use choice::choose;
pub(crate) use clip::Clip;
pub(crate) use matcher::Matcher;
pub(crate) use sink::{Ended, Gap, Opened, Orphan, Sink};
