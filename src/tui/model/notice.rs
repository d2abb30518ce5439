//! The line that says what a command came to.

use crate::event::Timestamp;
use crate::orchestrator::api::FacadeError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    Good,
    Note,
    Bad,
}

/// Stands above the key hints until the next key, or for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub text: String,
    pub remedy: Option<String>,
    /// When it goes by itself; what went wrong stays until it was seen.
    pub until: Option<Timestamp>,
}

impl Notice {
    /// How long good news stay, in microseconds.
    const STAY: i64 = 5_000_000;

    pub fn good(text: impl Into<String>, now: Timestamp) -> Self {
        Notice::passing(NoticeKind::Good, text.into(), now)
    }

    pub fn note(text: impl Into<String>, now: Timestamp) -> Self {
        Notice::passing(NoticeKind::Note, text.into(), now)
    }

    fn passing(kind: NoticeKind, text: String, now: Timestamp) -> Self {
        let until = Timestamp::from_micros(now.as_micros().saturating_add(Notice::STAY));
        Notice { kind, text, remedy: None, until: Some(until) }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Notice { kind: NoticeKind::Bad, text: text.into(), remedy: None, until: None }
    }
}

impl From<FacadeError> for Notice {
    fn from(error: FacadeError) -> Self {
        Notice { remedy: error.remedy, ..Notice::bad(error.message) }
    }
}
