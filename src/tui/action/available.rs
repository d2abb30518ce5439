//! Whether an action makes sense right now: hints and palette offer only what does.

use super::permission::{self, Reply};
use super::{Action, Context, approvals, changes, handler, narrow, run};
use crate::event::PluginState;
use crate::orchestrator::api::{PermissionState, Place, PluginKind};
use crate::tui::model::{Model, View, bodies_of, waiting};

pub fn is_available(model: &Model, action: Action) -> bool {
    if model.screen.readonly && changes(action) {
        return false;
    }
    let plugin = model.plugins.selected();
    let pane = model.tab().and_then(|tab| tab.pane());
    match action {
        Action::Reload => plugin.is_some_and(|plugin| plugin.state != PluginState::NeedsApproval),
        Action::Load => plugin.is_some_and(|plugin| {
            matches!(plugin.state, PluginState::Discovered | PluginState::Stopped | PluginState::Disabled)
        }),
        Action::Unload => plugin.is_some_and(|plugin| plugin.state.is_usable()),
        Action::Approve if model.context() == Context::Approval => approvals::can_approve(model),
        Action::Approve => plugin.is_some_and(|plugin| plugin.state == PluginState::NeedsApproval),
        Action::Install => plugin
            .is_some_and(|plugin| plugin.state == PluginState::NeedsInstall && plugin.kind == Some(PluginKind::Python)),
        Action::Trust => {
            plugin.is_some_and(|plugin| plugin.place == Place::Child && plugin.kind == Some(PluginKind::Native))
        }
        Action::Distrust => plugin.is_some_and(|plugin| plugin.place == Place::Host),
        Action::Reply(reply) => match model.context() {
            Context::Approval => reply == Reply::Deny || approvals::can_reply(model, reply),
            _ => is_asked_for(model) && (reply != Reply::Once || permission::takes_once(model)),
        },
        Action::Revoke => permission::selected(model).is_some_and(|view| view.state == PermissionState::Granted),
        Action::Forget => permission::selected(model).is_some_and(|view| view.state != PermissionState::Requested),
        Action::Policy => plugin.is_some(),
        Action::Approvals => !waiting(model).is_empty(),
        Action::NextRequest | Action::PreviousRequest => waiting(model).len() > 1,
        Action::SwitchHandler | Action::SwitchHandlerForGood | Action::RunWithout => handler::meant(model).is_some(),
        Action::Only(same) => narrow::is_possible(model, same),
        Action::Cancel => run::meant(model).is_some_and(|run| model.is_live(run)),
        Action::Zoom | Action::Wrap | Action::ScrollUp | Action::ScrollDown => pane.is_some(),
        Action::Config(action) => super::config::is_available(model, action),
        Action::NextMatch | Action::PreviousMatch if model.context() == Context::ConfigRaw => true,
        Action::NextMatch | Action::PreviousMatch => pane.is_some_and(|pane| pane.search.is_some()),
        Action::NextRun | Action::PreviousRun => model.open.tabs().len() > 1,
        Action::Trace => model.screen.view == View::Workbench && model.tab().is_some(),
        Action::Server => model.server.is_some() && model.link.is_none(),
        Action::Workbench => model.screen.view != View::Workbench,
        Action::Runs => model.screen.view != View::Runs,
        Action::Permissions => model.screen.view != View::Permissions,
        Action::Handlers => model.screen.view != View::Handlers,
        Action::Audit => model.screen.view != View::Audit,
        Action::Api => model.screen.view != View::Api,
        Action::NextColumn | Action::PreviousColumn => model.screen.view == View::Workbench,
        Action::Open => match model.context() {
            Context::Plugins | Context::Permissions => plugin.is_some(),
            Context::Handlers | Context::Audit => false,
            Context::Api => model.routes.selected().is_some(),
            Context::Trace => model
                .tab()
                .and_then(|tab| tab.trace.selected(&tab.view))
                .is_some_and(|entry| bodies_of(entry).is_some()),
            Context::Runs => model.runs.selected().is_some(),
            _ => true,
        },
        Action::Filter => match model.context() {
            Context::Plugins | Context::Permissions => !model.plugins.all().is_empty(),
            Context::Handlers => !model.handlers.all().is_empty(),
            Context::Audit => !model.audit.is_empty(),
            Context::Api => !model.routes.all().is_empty(),
            Context::Run => pane.is_some(),
            Context::Trace => model.tab().is_some_and(|tab| !tab.view.trace.is_empty()),
            _ => true,
        },
        Action::Close => model.context() != Context::Run || model.tab().is_some(),
        Action::Move(super::Motion::Bottom) => match model.context() {
            // There only as "follow", while it is not done already.
            Context::Run => pane.is_some_and(|pane| !pane.scroll.is_following()),
            Context::Trace => model.tab().is_some_and(|tab| !tab.trace.is_following()),
            _ => true,
        },
        Action::Launch
        | Action::Palette
        | Action::Help
        | Action::Themes
        | Action::Mouse
        | Action::Redraw
        | Action::Suspend
        | Action::Quit
        | Action::Clear
        | Action::Move(_)
        | Action::Start
        | Action::NextField
        | Action::PreviousField
        | Action::Yes
        | Action::No => true,
    }
}

/// Whether the selected plugin asks for the selected permission, or is held and asks for everything at once.
fn is_asked_for(model: &Model) -> bool {
    permission::selected(model).is_some() || permission::is_held(model)
}
