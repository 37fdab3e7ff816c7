//! How long a campaign is.

/// How many times as many rounds as usual: `ATF_TEST_TIMES`, which `.ci/long` sets.
///
/// # Panics
///
/// If it is not a number.
pub fn times() -> u32 {
    let times = std::env::var("ATF_TEST_TIMES").ok();
    times.map_or(1, |times| times.parse().expect("ATF_TEST_TIMES is a number"))
}
