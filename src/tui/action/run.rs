//! Runs: starting, opening, cancelling.

use crate::event::{RunId, StreamId};
use crate::orchestrator::api::Command;
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer};
use crate::tui::model::{Focus, Model, Notice, View};

/// Puts a run on the screen. A live one and a stored one are the same: its events, from the first.
pub fn open_run(model: &mut Model, run: RunId) -> Vec<Effect> {
    let (is_new, closed) = model.open.show(run);
    model.screen.view = View::Workbench;
    model.screen.focus = Focus::Run;
    let mut effects = Vec::new();
    if let Some(closed) = closed {
        effects.push(Effect::Unfollow(StreamId::Run(closed)));
    }
    if is_new {
        effects.push(Effect::Follow { stream: StreamId::Run(run), from_seq: 1 });
    }
    effects
}

/// Starts what the launch dialog holds, if it is all right.
pub(super) fn start(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Launch(launch)) = model.layers.last_mut() else { return Vec::new() };
    if launch.starting {
        return Vec::new();
    }
    launch.remember(&mut model.remembered);
    match launch.read() {
        Some(start) => {
            launch.starting = true;
            vec![Effect::Do(Command::StartRun(start))]
        }
        None => Vec::new(),
    }
}

/// The run that an action means: the selected one in the history, else the one on the screen.
pub(super) fn meant(model: &Model) -> Option<RunId> {
    match model.screen.view {
        View::Runs => model.runs.selected().map(|run| run.id),
        View::Workbench | View::Permissions | View::Handlers | View::Audit | View::Api => {
            model.tab().map(|tab| tab.view.id)
        }
    }
}

/// Asks before it ends a run.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    let Some(run) = meant(model) else { return Vec::new() };
    if !model.is_live(run) {
        model.notice = Some(Notice::note(format!("run #{run} is over already"), model.screen.now));
        return Vec::new();
    }
    let confirm = Confirm::new(
        format!("Cancel run #{run}?"),
        "Its agents are told to stop, and what they wrote so far stays in the history.",
        Consequence::Cancel(run),
    );
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}
