//! Lengths of time as people write them: `30s`, `10m`, `1h30m`, `500ms`.

use std::time::Duration;

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time: write a number and a unit (ms, s, m or h), such as 500ms, 30s, 10m or 1h30m")]
pub struct BadDuration(pub String);

/// Reads one or more whole numbers, each with its unit, largest unit first or not. Zero is refused: everything
/// that takes a length of time here is a limit, and a limit of nothing is a slip of the hand.
pub fn parse(text: &str) -> Result<Duration, BadDuration> {
    read(text.trim()).filter(|length| !length.is_zero()).ok_or_else(|| BadDuration(text.to_owned()))
}

fn read(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let length = match unit {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "m" => Duration::from_secs(number.checked_mul(60)?),
            "h" => Duration::from_secs(number.checked_mul(3600)?),
            _ => return None,
        };
        total = total.checked_add(length)?;
        rest = tail;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit_and_sums() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse(" 30s "), Ok(Duration::from_secs(30)));
        assert_eq!(parse("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse("1h30m"), Ok(Duration::from_secs(5400)));
    }

    #[test]
    fn refuses_what_has_no_unit_no_length_or_no_end() {
        for bad in ["", "30", "s", "-3s", "1.5h", "3 s", "0s", "10days", "99999999999999999999s", "5124095576030432h"] {
            assert_eq!(parse(bad), Err(BadDuration(bad.to_owned())), "{bad}");
        }
    }
}
