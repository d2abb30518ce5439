//! What follows from an answer or from something picked.

use super::{open_run, perform, policy};
use crate::orchestrator::api::Command;
use crate::tui::effect::Effect;
use crate::tui::layer::{Choice, Consequence, Launch, Layer};
use crate::tui::model::{Focus, Model, Notice, View};

/// Who cancels, in a run's reason.
const WHO: &str = "you in the workbench";

/// Answers the question on top.
pub(super) fn answer(model: &mut Model, yes: bool) -> Vec<Effect> {
    if !matches!(model.layers.last(), Some(Layer::Confirm(_))) {
        return Vec::new();
    }
    let Some(Layer::Confirm(confirm)) = model.layers.pop() else { return Vec::new() };
    if !yes {
        return Vec::new();
    }
    match confirm.consequence {
        Consequence::Cancel(run) => {
            model.notice = Some(Notice::note(format!("cancelling run #{run}…"), model.screen.now));
            vec![Effect::Do(Command::CancelRun { run, by: WHO.to_owned() })]
        }
        Consequence::Trust(plugin, seen) => vec![Effect::Do(Command::TrustPlugin { plugin, seen })],
        Consequence::Allow(start) => {
            for layer in &mut model.layers {
                if let Layer::Launch(launch) = layer {
                    launch.starting = true;
                    launch.problem = None;
                }
            }
            vec![Effect::Do(Command::StartRun(*start))]
        }
        Consequence::Start(start) => vec![Effect::Do(Command::StartRun(*start))],
        Consequence::DropConfig => {
            model.layers.retain(|layer| !matches!(layer, Layer::Config(_)));
            Vec::new()
        }
        Consequence::RestoreConfig { plugin, id } => {
            vec![Effect::Do(Command::RestoreConfig { plugin, id, by: super::config::WHO.to_owned() })]
        }
        Consequence::Quit => {
            let cancel = |run| Effect::Do(Command::CancelRun { run, by: format!("{WHO}, by leaving it") });
            model.own_live_runs().into_iter().map(cancel).chain([Effect::Quit]).collect()
        }
    }
}

/// Does what was picked in the palette, which is closed already.
pub fn choose(model: &mut Model, choice: Choice) -> Vec<Effect> {
    match choice {
        Choice::Action(action) => perform(model, action),
        Choice::Workflow(name) => {
            let launch = Launch::new(&model.catalog, &model.remembered, Some(&name));
            model.layers.push(Layer::Launch(Box::new(launch)));
            Vec::new()
        }
        Choice::Plugin(name) => {
            model.plugins.set_filter(String::new());
            model.plugins.select(&name);
            model.screen.view = View::Workbench;
            model.screen.focus = Focus::Plugins;
            Vec::new()
        }
        Choice::Config(name) => super::config::configure(model, name),
        Choice::Run(run) => open_run(model, run),
        Choice::Policy(plugin, policy) => policy::set(model, plugin, policy),
        Choice::Theme(name) => {
            model.themes.current.clone_from(&name);
            vec![Effect::UseTheme(name)]
        }
    }
}
