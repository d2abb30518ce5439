//! What changes something, and so is not there for an operator who only looks.

use super::Action;
use crate::orchestrator::READ_ONLY;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};

/// Whether `action` leads to a change in the host: of a plugin, a run, a permission.
pub fn changes(action: Action) -> bool {
    match action {
        Action::Launch
        | Action::Start
        | Action::Cancel
        | Action::Reload
        | Action::Load
        | Action::Unload
        | Action::Approve
        | Action::Install
        | Action::Trust
        | Action::Distrust
        | Action::Reply(_)
        | Action::Revoke
        | Action::Forget
        | Action::Policy
        | Action::SwitchHandler
        | Action::SwitchHandlerForGood
        | Action::RunWithout => true,
        Action::Config(action) => action.is_change(),
        Action::Palette
        | Action::Help
        | Action::Themes
        | Action::NextColumn
        | Action::PreviousColumn
        | Action::Workbench
        | Action::Runs
        | Action::Permissions
        | Action::Handlers
        | Action::Audit
        | Action::Api
        | Action::Approvals
        | Action::Trace
        | Action::NextRun
        | Action::PreviousRun
        | Action::Mouse
        // Whoever only looks may let others look.
        | Action::Server
        | Action::Redraw
        | Action::Suspend
        | Action::Quit
        | Action::Open
        | Action::Close
        | Action::Clear
        | Action::Filter
        | Action::Move(_)
        | Action::NextRequest
        | Action::PreviousRequest
        | Action::Only(_)
        | Action::Zoom
        | Action::ScrollUp
        | Action::ScrollDown
        | Action::NextMatch
        | Action::PreviousMatch
        | Action::Wrap
        | Action::NextField
        | Action::PreviousField
        | Action::Yes
        | Action::No => false,
    }
}

/// Says why nothing happens.
pub(super) fn refused(model: &mut Model) -> Vec<Effect> {
    model.notice = Some(Notice::note(READ_ONLY, model.screen.now));
    Vec::new()
}
