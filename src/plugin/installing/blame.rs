//! Which of the requirements a failure is about.

use super::Dependencies;

/// Marks a line that tells a fault; others name packages that were fine.
const FAULTS: [&str; 6] = ["error", "because", "not found", "no matching", "no solution", "conflict"];

/// The requirements that the tool's last lines name as the fault's, or all of them, in words.
pub(super) fn what_failed(dependencies: &Dependencies, said: &str) -> String {
    let lower = said.to_lowercase();
    let faults: Vec<&str> = lower.lines().filter(|line| FAULTS.iter().any(|fault| line.contains(fault))).collect();
    let words = |line: &str| -> Vec<String> {
        let apart = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        line.split(apart).map(|word| super::requirements::normal(word.trim_end_matches('.'))).collect()
    };
    let named: Vec<String> = faults.into_iter().flat_map(words).collect();
    dependencies.words_of(|name| named.iter().any(|word| word == name)).unwrap_or_else(|| dependencies.words())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requirement_at_fault_is_named_and_else_all() {
        let packages = ["Some_Package>=1".to_owned(), "fine".to_owned()];
        let dependencies = Dependencies::of_packages(&packages).unwrap();
        let pip = "Collecting fine\nERROR: No matching distribution found for some-package>=1";
        assert_eq!(what_failed(&dependencies, pip), "Some_Package>=1");
        let uv = "  × No solution found when resolving dependencies:\n  ╰─▶ Because some-package was not found in the \
                  cache and you require some-package>=1, we can conclude that your requirements are unsatisfiable.";
        assert_eq!(what_failed(&dependencies, uv), "Some_Package>=1");
        assert_eq!(what_failed(&dependencies, "the disk is full"), "Some_Package>=1 and fine");
    }
}
