//! Calls as streams: of a thread, of all threads side by side, and of all threads in an order.

mod by_end;
mod by_start;
mod in_file_order;
mod map_threads;
mod thread_calls;

pub use by_end::CallsByEnd;
pub use by_start::CallsByStart;
pub use in_file_order::CallsInFileOrder;
pub use map_threads::map_threads;
pub use thread_calls::ThreadCalls;
