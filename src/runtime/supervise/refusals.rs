//! The system calls that a confined program was refused: the supervisor answers each, and tells the host.
//!
//! A flood of them costs little: answers come ever slower, each attempt is told once in a while, and what is not told
//! is counted.

use std::collections::HashSet;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::handing;
use super::order::{Refused, Report};
use crate::sandbox::{Heard, Listener};

/// In each of these the same attempt is told once, and at most [`MOST`] of them.
const WINDOW: Duration = Duration::from_secs(60);
const MOST: usize = 128;
/// As many attempts are answered at once in each second; each further one after a [`PAUSE`].
const BURST: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// What was told, and what was not.
pub(super) struct Refusals<T: Fn(&Report)> {
    tally: Mutex<Tally>,
    tell: T,
}

struct Tally {
    since: Instant,
    told: HashSet<String>,
    untold: u64,
}

impl Tally {
    fn new() -> Self {
        Tally { since: Instant::now(), told: HashSet::new(), untold: 0 }
    }
}

impl<T: Fn(&Report)> Refusals<T> {
    /// Reports go to `tell`.
    pub(super) fn new(tell: T) -> Self {
        Refusals { tally: Mutex::new(Tally::new()), tell }
    }

    /// Waits for the program to give its listener away over `door`, then answers what it hears. Returns when nobody is
    /// left who could try anything.
    pub(super) fn answer(&self, door: UnixStream) {
        // A program that was not confined, or could not be, closes its end.
        let Ok(Some(listener)) = handing::take(&door) else { return };
        drop(door);
        let Ok(listener) = Listener::new(listener) else { return };
        let mut pace = Pace { since: Instant::now(), answered: 0 };
        loop {
            match listener.wait(self.due()) {
                Ok(Heard::Attempt(waiting)) => {
                    // Before the answer: what the program says of it comes later.
                    self.tell(waiting.attempt.words());
                    pace.keep();
                    if listener.refuse(&waiting).is_err() {
                        return;
                    }
                }
                Ok(Heard::Nothing) => self.flush(),
                // Whoever asks now is refused by the kernel, for want of a listener.
                Ok(Heard::Over) | Err(_) => return,
            }
        }
    }

    fn tell(&self, words: String) {
        let mut tally = self.tally();
        if tally.since.elapsed() >= WINDOW {
            self.begin_anew(&mut tally);
        }
        if tally.told.len() < MOST && !tally.told.contains(&words) {
            (self.tell)(&Report::Refused(Refused::Call(words.clone())));
            tally.told.insert(words);
        } else {
            tally.untold += 1;
        }
    }

    /// When what was not told is to be counted up; nothing without any.
    fn due(&self) -> Option<Duration> {
        let tally = self.tally();
        (tally.untold > 0).then(|| WINDOW.saturating_sub(tally.since.elapsed()))
    }

    /// Tells how many attempts were not told one by one.
    pub(super) fn flush(&self) {
        self.begin_anew(&mut self.tally());
    }

    fn begin_anew(&self, tally: &mut Tally) {
        if tally.untold > 0 {
            (self.tell)(&Report::Refused(Refused::More(tally.untold)));
        }
        *tally = Tally::new();
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Pace {
    since: Instant,
    answered: u32,
}

impl Pace {
    /// Counts one answer, and waits before it if there were too many.
    fn keep(&mut self) {
        if self.since.elapsed() >= Duration::from_secs(1) {
            *self = Pace { since: Instant::now(), answered: 0 };
        }
        self.answered = self.answered.saturating_add(1);
        if self.answered > BURST {
            std::thread::sleep(PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_told() {
        let told = Mutex::new(Vec::new());
        let refusals = Refusals::new(|report: &Report| told.lock().unwrap().push(report.clone()));
        assert_eq!(refusals.due(), None);
        for _ in 0..5 {
            refusals.tell("tried this: refused".to_owned());
        }
        for other in 0..MOST {
            refusals.tell(format!("tried number {other}: refused"));
        }
        assert!(refusals.due().is_some());
        refusals.flush();
        refusals.flush();
        let told = told.lock().unwrap();
        assert_eq!(told.len(), MOST + 1);
        assert_eq!(told[0], Report::Refused(Refused::Call("tried this: refused".to_owned())));
        assert_eq!(told.last(), Some(&Report::Refused(Refused::More(5))));
    }
}
