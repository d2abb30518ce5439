//! What a person can do: one file per subject, each action a function from the model to effects.
//!
//! [`table`] names every action once, with its context, words and place among the hints. Keys are the keymap's.

mod available;
mod choice;
mod close;
mod context;
mod filter;
mod global;
mod motion;
mod open;
mod pane;
mod plugin;
mod run;
mod table;

pub use available::is_available;
pub use choice::choose;
pub use close::preview;
pub use context::Context;
pub use filter::apply as apply_filter;
pub use motion::Motion;
pub use pane::scroll_at;
pub use run::open_run;
pub use table::{Entry, TABLE};

use super::effect::Effect;
use super::model::{Model, Notice};
use crate::orchestrator::READ_ONLY;

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
    Trace,
    NextRun,
    PreviousRun,
    Mouse,
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
}

/// Does `action` where the focus is. An action that makes no sense there does nothing.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.screen.readonly && available::is_change(action) {
        model.notice = Some(Notice::note(READ_ONLY, model.screen.now));
        return Vec::new();
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
        Action::Trace => global::trace(model),
        Action::NextRun => global::switch_run(model, 1),
        Action::PreviousRun => global::switch_run(model, -1),
        Action::Mouse => global::mouse(model),
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
        Action::Approve => plugin::approve(model),
        Action::Install => plugin::install(model),
        Action::Trust => plugin::trust(model),
        Action::Distrust => plugin::distrust(model),
        Action::Zoom => pane::zoom(model),
        Action::Cancel => run::cancel(model),
        Action::ScrollUp => pane::scroll(model, -1),
        Action::ScrollDown => pane::scroll(model, 1),
        Action::NextMatch => pane::find_next(model, true),
        Action::PreviousMatch => pane::find_next(model, false),
        Action::Wrap => pane::wrap(model),
        Action::Start => run::start(model),
        Action::NextField => open::field(model, 1),
        Action::PreviousField => open::field(model, -1),
        Action::Yes => choice::answer(model, true),
        Action::No => choice::answer(model, false),
    }
}
