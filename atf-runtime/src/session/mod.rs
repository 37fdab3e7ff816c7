//! A session: the directory that holds manifest.json and a thread_N/ per traced thread.
//!
//! [`locate`] turns what a user typed into what it is, [`Session`] opens a directory whatever
//! state it is in, [`SessionReader`] its threads with it, [`SessionWriter`] makes one.

mod locate;
mod read;
mod reader;
mod write;

pub use locate::{TracePath, locate};
pub use read::{Session, SessionThread};
pub use reader::{OpenedThread, SessionReader, ThreadProblem};
pub use write::SessionWriter;

pub use crate::thread_dir::{thread_dir_name, thread_id_of_dir_name};
