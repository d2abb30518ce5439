//! The parameters of a colour sequence (SGR).

/// Hides the text that follows.
const CONCEAL: &str = "8";
/// A colour of the foreground, the background or the underline, told by the parameters that follow.
const EXTENDED: [&str; 3] = ["38", "48", "58"];

/// The parameters without what conceals text; `None` if nothing else is among them.
pub(super) fn without_conceal(parameters: &str) -> Option<String> {
    let mut kept = Vec::new();
    let mut all = parameters.split(';');
    while let Some(parameter) = all.next() {
        let number = parameter.trim_start_matches('0');
        if number.split(':').next() == Some(CONCEAL) {
            continue;
        }
        kept.push(parameter);
        if EXTENDED.contains(&number) {
            // The colour's own numbers, among which an 8 is none of ours.
            let Some(kind) = all.next() else { break };
            kept.push(kind);
            let numbers = match kind.trim_start_matches('0') {
                "5" => 1,
                "2" => 3,
                _ => 0,
            };
            kept.extend(all.by_ref().take(numbers));
        }
    }
    (!kept.is_empty()).then(|| kept.join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concealing_goes_and_every_colour_stays() {
        for colour in ["", "0", "31", "1;38;5;8", "48;2;8;8;8", "38:5:8", "58;5;08;1", "38", "38;5", "18", "28", "80"] {
            assert_eq!(without_conceal(colour).as_deref(), Some(colour));
        }
        for concealing in ["8", "08", "8:1", "8;8"] {
            assert_eq!(without_conceal(concealing), None, "{concealing}");
        }
        assert_eq!(without_conceal("31;8;1").as_deref(), Some("31;1"));
        // A kind of colour that does not exist takes nothing with it.
        assert_eq!(without_conceal("38;9;8;8").as_deref(), Some("38;9"));
    }
}
