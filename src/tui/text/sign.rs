//! A glyph, a word and a look for each state: never one of them alone.

use crate::event::{AgentStatus, Decision, HookOutcome, PluginState, RunStatus};
use crate::tui::model::{RUNNING, Screen};
use crate::tui::theme::Role;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    pub glyph: &'static str,
    pub word: &'static str,
    pub role: Role,
}

const fn sign(glyph: &'static str, word: &'static str, role: Role) -> Sign {
    Sign { glyph, word, role }
}

pub fn plugin_sign(state: PluginState, screen: &Screen) -> Sign {
    let (glyph, role) = match state {
        PluginState::Active => ("●", Role::Ok),
        PluginState::Degraded => ("◐", Role::Warn),
        PluginState::NeedsApproval | PluginState::NeedsInstall => ("◇", Role::Warn),
        PluginState::Building | PluginState::Loading => (screen.spinner(), Role::Running),
        PluginState::Discovered | PluginState::Stopped => ("○", Role::TextMuted),
        PluginState::Disabled => ("–", Role::TextMuted),
        PluginState::Broken | PluginState::Crashed => ("✗", Role::Error),
        PluginState::Quarantined => ("⊘", Role::Denied),
    };
    sign(glyph, state.as_str(), role)
}

pub fn run_sign(status: Option<RunStatus>, screen: &Screen) -> Sign {
    let Some(status) = status else { return sign(screen.spinner(), RUNNING, Role::Running) };
    let (glyph, role) = match status {
        RunStatus::Completed => ("✓", Role::Ok),
        RunStatus::Failed => ("✗", Role::Error),
        RunStatus::Cancelled => ("■", Role::Warn),
        RunStatus::Denied => ("⊘", Role::Denied),
        RunStatus::Interrupted => ("!", Role::Warn),
    };
    sign(glyph, status.as_str(), role)
}

pub fn agent_sign(status: Option<AgentStatus>, screen: &Screen) -> Sign {
    let Some(status) = status else { return sign(screen.spinner(), RUNNING, Role::Running) };
    let (glyph, role) = match status {
        AgentStatus::Completed => ("✓", Role::Ok),
        AgentStatus::Failed => ("✗", Role::Error),
        AgentStatus::Cancelled => ("■", Role::Warn),
        AgentStatus::Denied => ("⊘", Role::Denied),
    };
    sign(glyph, status.as_str(), role)
}

pub fn outcome_sign(outcome: Option<HookOutcome>, screen: &Screen) -> Sign {
    let (glyph, role) = match outcome {
        None => (screen.spinner(), Role::Running),
        Some(HookOutcome::Unchanged) => ("=", Role::TextMuted),
        Some(HookOutcome::Changed) => ("✓", Role::Ok),
        Some(HookOutcome::Denied) => ("⊘", Role::Denied),
        Some(HookOutcome::Supplied) => ("◆", Role::Ok),
        Some(HookOutcome::Failed) => ("✗", Role::Error),
        Some(HookOutcome::TimedOut) => ("!", Role::Error),
        Some(HookOutcome::NotPermitted) => ("⊘", Role::Denied),
        Some(HookOutcome::Skipped) => ("–", Role::TextMuted),
    };
    sign(glyph, outcome.map_or(RUNNING, HookOutcome::as_str), role)
}

pub fn decision_sign(decision: Decision) -> Sign {
    let (glyph, role) = match decision {
        Decision::Granted => ("✓", Role::Ok),
        Decision::Denied => ("⊘", Role::Denied),
    };
    sign(glyph, decision.as_str(), role)
}
