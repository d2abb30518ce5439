//! The name that was probably meant.

/// The one of `known` that `name` is nearest to, if it is near: at most a third of its letters differ, or only its end
/// is missing.
pub fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |known: &str| match is_begun(name, known) {
        true => 1,
        false => strsim::damerau_levenshtein(name, known),
    };
    let best = known.into_iter().min_by_key(|known| distance(known))?;
    (distance(best) <= best.len().max(3) / 3).then_some(best)
}

/// Whether `name` is the first part of `known`, up to a `_` or `-`.
fn is_begun(name: &str, known: &str) -> bool {
    known.strip_prefix(name).is_some_and(|rest| rest.starts_with(['_', '-']))
}

/// [`closest`] as a sentence, if there is one, and otherwise all that are known: `the hooks are …`.
pub fn meant(name: &str, what: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("{what} are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_meant() {
        assert_eq!(closest("reveiwer", ["planner", "reviewer"]), Some("reviewer"));
        assert_eq!(closest("cook", ["planner", "reviewer"]), None);
        assert_eq!(closest("x", []), None);
        assert_eq!(closest("reviewer_age", ["reviewer_agent_of_ada", "plan"]), None);
        assert_eq!(closest("reviewer_agent", ["reviewer_agent_of_ada", "plan"]), Some("reviewer_agent_of_ada"));
    }
}
