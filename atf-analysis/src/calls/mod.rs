//! Calls as streams: of a thread, and of all threads in an order.

mod thread_calls;

pub use thread_calls::ThreadCalls;
