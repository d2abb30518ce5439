//! What a person can do: one file per subject, each action a function from the model to effects.
//!
//! [`table`] names every action once, with its context, words and place among the hints. Keys are the keymap's.

pub mod api;
mod approvals;
mod available;
mod change;
mod choice;
mod close;
pub mod config;
mod context;
mod filter;
mod global;
mod handler;
pub mod motion;
mod narrow;
mod open;
mod pane;
mod permission;
mod plugin;
mod policy;
mod rerun;
mod run;
mod table;

pub use available::is_available;
pub use choice::choose;
pub use close::preview;
pub use config::ConfigAction;
pub use context::Context;
pub use filter::apply as apply_filter;
pub use motion::Motion;
pub use narrow::Same;
pub use pane::scroll_at;
pub use permission::Reply;
pub use run::open_run;
pub use table::{Entry, TABLE};

use super::effect::Effect;
use super::model::Model;
use crate::orchestrator::api::HandlerLasting;
pub use change::changes;
use change::refused;

/// Everything that a key, the palette or a click can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Launch,
    Palette,
    Help,
    Themes,
    NextColumn,
    PreviousColumn,
    Workbench,
    Runs,
    Permissions,
    Handlers,
    Audit,
    /// The plugins' API routes.
    Api,
    /// What waits for an answer.
    Approvals,
    Trace,
    NextRun,
    PreviousRun,
    Mouse,
    /// Starts the HTTP server, or ends it.
    Server,
    Redraw,
    Suspend,
    Quit,
    /// Whatever Enter means here.
    Open,
    /// Leaves a dialog, or closes a tab.
    Close,
    /// Takes back a filter, a search or a zoom.
    Clear,
    Filter,
    Move(Motion),
    Reload,
    Load,
    Unload,
    Approve,
    Install,
    /// Loads it into this process.
    Trust,
    Distrust,
    /// Answers about the selected permission.
    Reply(Reply),
    Revoke,
    Forget,
    Policy,
    NextRequest,
    PreviousRequest,
    /// Turns a handler off or on, for this session.
    SwitchHandler,
    SwitchHandlerForGood,
    RunWithout,
    /// Shows only entries that have this in common with the selected one.
    Only(Same),
    Zoom,
    Cancel,
    ScrollUp,
    ScrollDown,
    NextMatch,
    PreviousMatch,
    Wrap,
    Start,
    NextField,
    PreviousField,
    Yes,
    No,
    /// In the editor of a plugin's config.
    Config(ConfigAction),
}

/// Does `action` where the focus is. An action that makes no sense there does nothing, and neither does one that would
/// change something while the operator only looks.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.screen.readonly && changes(action) {
        return refused(model);
    }
    match action {
        Action::Launch => global::launch(model),
        Action::Palette => global::palette(model),
        Action::Help => global::help(model),
        Action::Themes => global::themes(model),
        Action::NextColumn => global::column(model, 1),
        Action::PreviousColumn => global::column(model, -1),
        Action::Workbench => global::workbench(model),
        Action::Runs => global::runs(model),
        Action::Permissions => global::permissions(model),
        Action::Handlers => global::handlers(model),
        Action::Audit => global::audit(model),
        Action::Api => api::show(model),
        Action::Approvals => approvals::begin(model),
        Action::Trace => global::trace(model),
        Action::NextRun => global::switch_run(model, 1),
        Action::PreviousRun => global::switch_run(model, -1),
        Action::Mouse => global::mouse(model),
        Action::Server => global::server(model),
        Action::Redraw => vec![Effect::ClearScreen],
        Action::Suspend => vec![Effect::Suspend],
        Action::Quit => global::quit(model),
        Action::Open => open::open(model),
        Action::Close => close::close(model),
        Action::Clear => close::clear(model),
        Action::Filter => filter::begin(model),
        Action::Move(motion) => motion::perform(model, motion),
        Action::Reload => plugin::reload(model),
        Action::Load => plugin::load(model),
        Action::Unload => plugin::unload(model),
        Action::Approve if model.context() == Context::Approval => approvals::approve(model),
        Action::Approve => plugin::approve(model),
        Action::Install => plugin::install(model),
        Action::Trust => plugin::trust(model),
        Action::Distrust => plugin::distrust(model),
        Action::Reply(reply) => permission::reply(model, reply),
        Action::Revoke => permission::revoke(model),
        Action::Forget => permission::forget(model),
        Action::Policy => policy::choose(model),
        Action::NextRequest => approvals::step(model, 1),
        Action::PreviousRequest => approvals::step(model, -1),
        Action::SwitchHandler => handler::switch(model, HandlerLasting::Session),
        Action::SwitchHandlerForGood => handler::switch(model, HandlerLasting::Always),
        Action::RunWithout => rerun::without_handler(model),
        Action::Only(same) => narrow::narrow(model, same),
        Action::Zoom => pane::zoom(model),
        Action::Cancel => run::cancel(model),
        Action::ScrollUp => pane::scroll(model, -1),
        Action::ScrollDown => pane::scroll(model, 1),
        Action::NextMatch => pane::find_next(model, true),
        Action::PreviousMatch => pane::find_next(model, false),
        Action::Wrap => pane::wrap(model),
        Action::Start if model.context() == Context::Call => api::send(model),
        Action::Start => run::start(model),
        Action::NextField => open::field(model, 1),
        Action::PreviousField => open::field(model, -1),
        Action::Yes => choice::answer(model, true),
        Action::No => choice::answer(model, false),
        Action::Config(action) => config::perform(model, action),
    }
}
