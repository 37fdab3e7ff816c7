//! A random number generator (SplitMix64). It is our own so that a seed produces the same trace
//! with every version of every library.

/// Random numbers from a seed.
pub(super) struct Random(u64);

impl Random {
    /// The numbers of one of the independent streams of a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self(mix(mix(seed) ^ stream))
    }

    /// Any number.
    pub(super) fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`, which must not be 0. The distribution is slightly uneven unless
    /// `bound` is a power of two; that does not matter here.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.any() % bound
    }

    /// `true` with a probability of 1 in `times`.
    pub(super) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Fills a buffer with random bytes.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.any().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Mixes the bits of a number.
pub(super) fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first numbers for the state 1234567, as published by the authors of SplitMix64.
    #[test]
    fn sequence_is_splitmix64() {
        let mut random = Random(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.any()).collect();
        let expected =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first, expected);
    }
}
