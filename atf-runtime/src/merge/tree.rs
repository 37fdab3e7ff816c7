//! A tournament of the sources' next keys, kept as a loser tree: the least key of all, in one pass
//! from a leaf to the root after each change.
//!
//! Keys hold the number of their source in their low bits, so that they are all different, a plain
//! minimum decides every game, and the winning key says whose it is. A source without a key has
//! [`NONE`].
//!
//! The tree is a slice as long as there are sources, which is a power of two, so that all paths are of one
//! length. It holds the winner's key, and then the loser's key of each game: that of node n, whose players
//! come from 2n and 2n + 1. Leaves are not stored. A slice and not a type, so that a caller who knows
//! its length gets code for that length.

/// The key of a source that has none.
pub(super) const NONE: u64 = u64::MAX;

/// Plays all games, with the keys of the sources in their order.
pub(super) fn play_all(nodes: &mut [u64], keys: impl Iterator<Item = u64>) {
    let leaves = nodes.len();
    let mut winners = vec![NONE; leaves];
    winners.extend(keys);
    winners.resize(2 * leaves, NONE);
    for node in (1..leaves).rev() {
        let (left, right) = (winners[2 * node], winners[2 * node + 1]);
        winners[node] = left.min(right);
        nodes[node] = left.max(right);
    }
    nodes[0] = winners[1];
}

/// Gives the winner, which is `source`, its next key, and returns the new winner's key.
#[inline(always)]
pub(super) fn replace(nodes: &mut [u64], source: usize, mut key: u64) -> u64 {
    let mut node = (nodes.len() | source) / 2;
    while node > 0 {
        let loser = &mut nodes[node];
        (key, *loser) = (key.min(*loser), key.max(*loser));
        node /= 2;
    }
    nodes[0] = key;
    key
}

/// The lowest key of the sources other than the winner, `source`. It lost to the winner itself.
#[inline(always)]
pub(super) fn runner_up(nodes: &[u64], source: usize) -> u64 {
    let mut node = (nodes.len() | source) / 2;
    let mut least = NONE;
    while node > 0 {
        least = least.min(nodes[node]);
        node /= 2;
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    // a tree of any size sorts, and knows the second at every step.
    #[test]
    fn keys_come_in_order_and_the_runner_up_is_the_next() {
        for sources in 0..20_usize {
            let mut lists: Vec<Vec<u64>> = (0..sources as u64)
                .map(|source| (0..source % 4).map(|i| 1000 - i * 97 % (source + 3)).collect())
                .collect();
            for (source, list) in lists.iter_mut().enumerate() {
                list.sort_unstable_by(|a, b| b.cmp(a));
                list.iter_mut().for_each(|key| *key = *key << 5 | source as u64);
            }
            let mut expected: Vec<u64> = lists.concat();
            expected.sort_unstable();

            let mut nodes = vec![NONE; sources.max(1).next_power_of_two()];
            play_all(&mut nodes, lists.iter().map(|list| *list.last().unwrap_or(&NONE)));
            let mut sorted = Vec::new();
            while nodes[0] != NONE {
                let key = nodes[0];
                sorted.push(key);
                let source = (key & 31) as usize;
                lists[source].pop();
                let others = lists.iter().enumerate().filter(|(at, _)| *at != source);
                let second = others.filter_map(|(_, list)| list.last()).min();
                assert_eq!(runner_up(&nodes, source), *second.unwrap_or(&NONE));
                let next = *lists[source].last().unwrap_or(&NONE);
                assert_eq!(replace(&mut nodes, source, next), nodes[0]);
            }
            assert_eq!(sorted, expected);
        }
    }
}
