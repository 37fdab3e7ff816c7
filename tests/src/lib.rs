//! What the tests share.
//!
//! [`builder`] and [`calls`] are oracles and use nothing of the project; the fake disk and the judges of a
//! recovered trace use its storage trait and its readers.

pub mod builder;
pub mod calls;
#[cfg(target_os = "linux")]
pub mod capi;
pub mod cli;
pub mod cross;
pub mod disk;
pub mod durable;
pub mod judge;
pub mod laws;
pub mod named_test;
pub mod nested;
#[cfg(target_os = "linux")]
pub mod numbered;
pub mod power;
pub mod protobuf;
#[cfg(target_os = "linux")]
pub mod python;
#[cfg(target_os = "linux")]
pub mod refusal;
pub mod ring;
pub mod scratch;
pub mod times;
pub mod v4;
pub mod v4_prost;
pub mod v4_session;
#[cfg(target_os = "linux")]
pub mod victim;
pub mod wild;
