//! The system calls that a confined program was refused: the supervisor answers each, and tells the host.
//!
//! A flood of them costs little: answers come ever slower, each attempt is told once in a while, and what is not told
//! is counted.

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::handing;
use super::order::{Refused, Report};
use crate::sandbox::{Heard, Listener};

/// In each of these at most [`MOST`] lines are told.
const WINDOW: Duration = Duration::from_secs(60);
const MOST: usize = 128;
/// The same attempt again is told again after this, with how often it was made meanwhile.
const AGAIN: Duration = Duration::from_secs(5);
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
    lines: usize,
    /// When each was told last, and how often it was tried since.
    told: HashMap<String, (Instant, u64)>,
    /// Of those that were never told.
    untold: u64,
}

impl Tally {
    fn new() -> Self {
        Tally { since: Instant::now(), lines: 0, told: HashMap::new(), untold: 0 }
    }

    fn untold(&self) -> u64 {
        self.untold + self.told.values().map(|(_, more)| more).sum::<u64>()
    }

    /// The line to tell of it now, if it is to be told.
    fn line(&mut self, words: String, now: Instant) -> Option<String> {
        let has_room = self.lines < MOST;
        let line = match self.told.get_mut(&words) {
            Some((at, more)) if has_room && now.saturating_duration_since(*at) >= AGAIN => {
                let times = std::mem::take(more);
                *at = now;
                if times == 0 {
                    format!("{words} (again)")
                } else {
                    format!("{words} (again, and {times} times before)")
                }
            }
            Some((_, more)) => {
                *more += 1;
                return None;
            }
            None if has_room => {
                self.told.insert(words.clone(), (now, 0));
                words
            }
            None => {
                self.untold += 1;
                return None;
            }
        };
        self.lines += 1;
        Some(line)
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
        if let Some(line) = tally.line(words, Instant::now()) {
            (self.tell)(&Report::Refused(Refused::Call(line)));
        }
    }

    /// When what was not told is to be counted up; nothing without any.
    fn due(&self) -> Option<Duration> {
        let tally = self.tally();
        (tally.untold() > 0).then(|| WINDOW.saturating_sub(tally.since.elapsed()))
    }

    /// Tells how many attempts were not told one by one.
    pub(super) fn flush(&self) {
        self.begin_anew(&mut self.tally());
    }

    fn begin_anew(&self, tally: &mut Tally) {
        let untold = tally.untold();
        if untold > 0 {
            (self.tell)(&Report::Refused(Refused::More(untold)));
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

    #[test]
    fn the_same_attempt_some_seconds_later_is_told_again_with_how_often_it_was_made() {
        let (mut tally, begin) = (Tally::new(), Instant::now());
        let mut line = |after: u64| tally.line("tried this".to_owned(), begin + Duration::from_secs(after));
        assert_eq!(line(0).as_deref(), Some("tried this"));
        assert_eq!((line(1), line(4)), (None, None));
        assert_eq!(line(5).as_deref(), Some("tried this (again, and 2 times before)"));
        assert_eq!(line(6), None);
        assert_eq!(line(10).as_deref(), Some("tried this (again, and 1 times before)"));
        assert_eq!(line(15).as_deref(), Some("tried this (again)"));
        assert_eq!(tally.untold(), 0);
    }
}
