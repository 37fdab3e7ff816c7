//! From the files of a trace to a [`Plan`](super::Plan). Reads, decides, writes nothing.

mod files;
mod manifest;
mod ring;
