//! What is said of a hook handler.

use orchestrator_protocol::session::OnFailure;

use crate::orchestrator::api::{HandlerLasting, HookSummary};
use crate::tui::model::Rich;
use crate::tui::theme::Role;

/// Whether it is called, as glyph, word and look.
pub fn switch_sign(handler: &HookSummary) -> (Role, &'static str) {
    match (handler.enabled, handler.switched) {
        (true, _) => (Role::Ok, "● on"),
        (false, Some(HandlerLasting::Session)) => (Role::Warn, "○ off now"),
        (false, Some(HandlerLasting::Always) | None) => (Role::Warn, "○ off"),
    }
}

/// How often it was called since the host started.
pub fn fired(handler: &HookSummary) -> String {
    match handler.fired {
        0 => "never".to_owned(),
        times => format!("{times}×"),
    }
}

/// What becomes of a run when it fails.
pub fn on_failure(handler: &HookSummary) -> &'static str {
    match handler.on_failure {
        OnFailure::Continue => "continue",
        OnFailure::Abort => "abort",
    }
}

/// Everything, in sentences.
pub fn handler(handler: &HookSummary) -> Rich {
    let mut rich = Rich::default();
    let (role, sign) = switch_sign(handler);
    let called = if handler.enabled {
        format!("  {} is called as number {} of {}.", handler.handler, handler.order, handler.hook)
    } else {
        let long = match handler.switched {
            Some(HandlerLasting::Session) => "the operator turned it off for this session",
            Some(HandlerLasting::Always) => "the operator turned it off for good",
            None => "the settings turn it off",
        };
        format!("  {} is not called: {long}.", handler.handler)
    };
    rich.line([(role, sign.to_owned()), (Role::Text, called)]);
    let failing = match handler.on_failure {
        OnFailure::Continue => "the run goes on with what it had before",
        OnFailure::Abort => "the run is ended",
    };
    rich.push(
        Role::Text,
        format!("It has {} ms to answer, priority {}; when it fails, {failing}.", handler.timeout_ms, handler.priority),
    );
    let fired = match handler.fired {
        0 => "It was never called in this project.".to_owned(),
        1 => "It was called once in this project.".to_owned(),
        times => format!("It was called {times} times in this project."),
    };
    rich.push(Role::Text, fired);
    if let Some(overridden) = &handler.overridden {
        rich.line([(Role::Warn, "! ".to_owned()), (Role::Text, format!("your settings: {overridden}"))]);
    }
    rich
}
