//! How a program's end reads.

use orchestrator_sdk::PluginError;
use orchestrator_sdk::protocol::target::ExecOutcome;

/// Exit status 0 is success; anything else is the agent's failure, in words.
pub fn judge(program: &str, outcome: &ExecOutcome) -> Result<(), PluginError> {
    match (outcome.code, outcome.signal) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => Err(PluginError::new(format!("{program} ended with exit status {code}"))),
        (None, Some(signal)) => Err(PluginError::new(format!("{program} was ended by signal {signal}"))),
        (None, None) => Err(PluginError::new(format!("nobody knows how {program} ended"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_zero_is_success() {
        let ended = |code, signal| judge("make", &ExecOutcome { code, signal });
        assert!(ended(Some(0), None).is_ok());
        assert_eq!(ended(Some(2), None).unwrap_err().to_string(), "make ended with exit status 2");
        assert_eq!(ended(None, Some(9)).unwrap_err().to_string(), "make was ended by signal 9");
        assert!(ended(None, None).is_err());
    }
}
