//! How a child's process ended, in words.

use crate::runtime::supervise::Report;

/// The end that a supervisor reports; nothing, if what it reports is no end.
pub(super) fn words(report: &Report) -> Option<String> {
    match report {
        Report::Started(_) | Report::Refused(_) => None,
        Report::Exited(0) => Some("its process ended by itself, with exit status 0".to_owned()),
        Report::Exited(status) => Some(format!("its process ended with exit status {status}")),
        Report::Signalled(24) => Some("it computed for longer than its limit, and the kernel ended it".to_owned()),
        Report::Signalled(25) => Some("it wrote a file larger than its limit, and the kernel ended it".to_owned()),
        Report::Signalled(signal) => Some(match name(*signal) {
            Some(name) => format!("its process was killed by signal {signal} ({name})"),
            None => format!("its process was killed by signal {signal}"),
        }),
        Report::NotStarted(why) => Some(why.clone()),
    }
}

/// The signals that end processes in practice.
fn name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        31 => "SIGSYS",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_in_words() {
        assert_eq!(words(&Report::Started(7)), None);
        assert_eq!(words(&Report::Exited(3)).unwrap(), "its process ended with exit status 3");
        assert_eq!(words(&Report::Signalled(9)).unwrap(), "its process was killed by signal 9 (SIGKILL)");
        assert_eq!(words(&Report::Signalled(63)).unwrap(), "its process was killed by signal 63");
    }
}
