//! The name that was probably meant.

/// The one of `known` that `name` is nearest to, if it is near: at most a third of its letters differ.
pub fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |known: &str| strsim::damerau_levenshtein(name, known);
    let best = known.into_iter().min_by_key(|known| distance(known))?;
    (distance(best) <= best.len().max(3) / 3).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_meant() {
        assert_eq!(closest("reveiwer", ["planner", "reviewer"]), Some("reviewer"));
        assert_eq!(closest("cook", ["planner", "reviewer"]), None);
        assert_eq!(closest("x", []), None);
    }
}
