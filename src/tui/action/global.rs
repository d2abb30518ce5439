//! What works everywhere.

use super::{Action, Context, Entry, is_available};
use crate::orchestrator::api::{Command, Query, RunFilter};
use crate::tui::effect::Effect;
use crate::tui::layer::{Choice, Confirm, Consequence, Launch, Layer, Palette, Reader, Subject, ThemePicker};
use crate::tui::model::{AuditLog, Focus, Model, Notice, Picker, PickerItem, View};

pub(super) fn launch(model: &mut Model) -> Vec<Effect> {
    let launch = Launch::new(&model.catalog, &model.remembered, None);
    model.layers.push(Layer::Launch(Box::new(launch)));
    Vec::new()
}

pub(super) fn help(model: &mut Model) -> Vec<Effect> {
    let subject = Subject::Help(model.context());
    model.layers.push(Layer::Reader(Reader::new(subject)));
    Vec::new()
}

pub(super) fn themes(model: &mut Model) -> Vec<Effect> {
    model.layers.push(Layer::Themes(ThemePicker::new(&model.themes)));
    Vec::new()
}

/// Focuses the next column, or the one before; after the last comes the first.
pub(super) fn column(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.screen.view != View::Workbench {
        return workbench(model);
    }
    let place = Focus::ALL.iter().position(|focus| *focus == model.screen.focus).unwrap_or(0);
    let len = Focus::ALL.len() as isize;
    model.screen.focus = Focus::ALL[(place as isize + by).rem_euclid(len) as usize];
    Vec::new()
}

pub(super) fn workbench(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Workbench;
    Vec::new()
}

pub(super) fn runs(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Runs;
    vec![Effect::Ask(Query::Runs(RunFilter { limit: 500 }))]
}

/// The matrix of all plugins by all permissions.
pub(super) fn permissions(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Permissions;
    vec![Effect::Ask(Query::Permissions)]
}

/// All hook handlers.
pub(super) fn handlers(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Handlers;
    vec![Effect::Ask(Query::Hooks)]
}

/// Who decided what, and when.
pub(super) fn audit(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Audit;
    vec![Effect::Ask(Query::Audit { plugin: None, limit: AuditLog::LIMIT })]
}

pub(super) fn trace(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Workbench;
    model.screen.focus = Focus::Trace;
    Vec::new()
}

pub(super) fn switch_run(model: &mut Model, by: isize) -> Vec<Effect> {
    model.screen.view = View::Workbench;
    model.open.step(by);
    Vec::new()
}

pub(super) fn mouse(model: &mut Model) -> Vec<Effect> {
    model.screen.mouse = !model.screen.mouse;
    let text = if model.screen.mouse {
        "the workbench takes the mouse: click selects, the wheel scrolls"
    } else {
        "the mouse is the terminal's: select and copy as usual"
    };
    model.notice = Some(Notice::note(text, model.screen.now));
    vec![Effect::CaptureMouse(model.screen.mouse)]
}

/// Starts the HTTP server, or ends it.
pub(super) fn server(model: &mut Model) -> Vec<Effect> {
    let Some(server) = &model.server else { return Vec::new() };
    let (command, text) = match &server.address {
        Some(_) => (Command::StopServer, "the HTTP server ends when what it answers now is answered"),
        None => (Command::StartServer { port: None }, "the HTTP server starts"),
    };
    model.notice = Some(Notice::note(text, model.screen.now));
    vec![Effect::Do(command)]
}

/// Leaves at once, unless that would end runs.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    let live = model.own_live_runs().len();
    if live == 0 {
        return vec![Effect::Quit];
    }
    let (question, them) = match live {
        1 => ("1 run is live; quitting cancels it".to_owned(), "It ends"),
        many => (format!("{many} runs are live; quitting cancels them"), "They end"),
    };
    let explanation = format!("{them} as cancelled. What the agents wrote so far stays in the history. Quit?");
    model.layers.push(Layer::Confirm(Confirm::new(question, explanation, Consequence::Quit)));
    Vec::new()
}

pub(super) fn palette(model: &mut Model) -> Vec<Effect> {
    let mut items = Vec::new();
    let mut item = |label: String, note: String, value: Choice| items.push(PickerItem { label, note, value });
    let context = model.base_context();
    for entry in Entry::within(context).chain(Entry::within(Context::Global)) {
        let is_worth_a_line = !matches!(entry.action, Action::Move(_) | Action::Palette | Action::Clear);
        if is_worth_a_line && is_available(model, entry.action) {
            let key = model.keymap.chords(entry.context, entry.action).next();
            let key = key.map(|key| key.to_string()).unwrap_or_default();
            item(entry.help.to_owned(), key, Choice::Action(entry.action));
        }
    }
    let launchable = if is_available(model, Action::Launch) { model.catalog.workflows.as_slice() } else { &[] };
    for workflow in launchable {
        item(format!("launch {}", workflow.name), "workflow".to_owned(), Choice::Workflow(workflow.name.clone()));
    }
    for plugin in model.plugins.all() {
        let note = plugin.state.as_str().to_owned();
        item(format!("plugin {}", plugin.name), note, Choice::Plugin(plugin.name.clone()));
    }
    for plugin in model.plugins.all() {
        item(format!("config of {}", plugin.name), "config".to_owned(), Choice::Config(plugin.name.clone()));
    }
    for run in model.runs.all() {
        let note = run.status.map_or("running", |status| status.as_str()).to_owned();
        item(format!("run #{} {}", run.id, run.workflow_type), note, Choice::Run(run.id));
    }
    for name in &model.themes.names {
        item(format!("theme {name}"), String::new(), Choice::Theme(name.clone()));
    }
    model.layers.push(Layer::Palette(Palette { title: "Commands".to_owned(), picker: Picker::new(items) }));
    Vec::new()
}
