//! Finds the known word that was probably meant.

/// Returns the candidate that is nearest to `word`, or `None` when none is near enough
/// to be what was meant (more than a third of the letters differ, at least one allowed).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word this long is not a typing error, and the cost grows with the square of its length.
    if word.len() > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 64)
        .filter_map(|candidate| {
            let (a, b) = (word.chars().count(), candidate.chars().count());
            let most = 2 * (a.max(b) / 3).max(1);
            // Each letter more or less is two.
            if 2 * a.abs_diff(b) > most {
                return None;
            }
            let distance = distance(&lower, &candidate.to_lowercase());
            (distance <= most).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edit distance: two for a letter more, less or changed, one for neighbours that changed
/// places, which is the likelier slip.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).map(|at| at * 2).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i * 2];
        for j in 1..=b.len() {
            let same = 2 * usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 2).min(row[j - 1] + 2).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_and_case_are_found() {
        assert_eq!(nearest("ofsfet", ["size", "offset"]), Some("offset"));
        assert_eq!(nearest("OFFSET", ["size", "offset"]), Some("offset"));
        assert_eq!(nearest("u46", ["u16", "u32", "u64"]), Some("u64"));
    }

    #[test]
    fn a_different_word_is_not_suggested() {
        assert_eq!(nearest("colour", ["size", "offset"]), None);
        assert_eq!(nearest(&"x".repeat(100), [&*"x".repeat(100)]), None);
    }
}
