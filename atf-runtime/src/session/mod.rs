//! A session: the directory that holds manifest.json and a thread_N/ per traced thread.
//!
//! [`locate`] finds what a path that a user typed names. [`Session`] opens a directory in any state,
//! [`SessionReader`] also opens its threads, and [`SessionWriter`] creates a session.

mod bundle;
mod found;
mod locate;
mod read;
mod reader;
mod search;
mod start_time;
mod write;

pub use found::FoundSession;
pub use locate::{TracePath, locate};
pub use read::{Session, SessionThread};
pub use reader::{OpenedThread, SessionReader, ThreadProblem};
pub use start_time::StartTime;
pub use write::SessionWriter;

pub use crate::output::{check_new_dir, check_new_file};
pub use crate::thread_dir::{thread_dir_name, thread_id_of_dir_name};
