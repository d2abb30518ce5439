//! What the run column says while there is no run.

use crate::tui::action::{Action, Context};
use crate::tui::model::{Model, Rich};
use crate::tui::theme::Role;

/// What can be done next.
pub fn welcome(model: &Model) -> Rich {
    let mut rich = Rich::default();
    let Some(project) = &model.project else {
        rich.push(Role::TextMuted, "Opening the project…");
        return rich;
    };
    if model.plugins.all().is_empty() {
        rich.push(Role::Title, "No plugins here yet");
        let folder = project.dir.join("plugins");
        if project.is_project {
            rich.push(Role::Text, format!("Put a plugin's folder into {} and start again.", folder.display()));
        } else {
            rich.push(Role::Text, format!("{} is not a project yet. Make it one:", project.dir.display()));
            rich.push(Role::Key, format!("  mkdir -p {} {}", folder.display(), project.dir.join("config").display()));
            rich.push(Role::Text, "and put a plugin's folder into plugins/. Or open another one:");
            rich.push(Role::Key, "  orchestrator --project DIR");
        }
        rich.push(Role::Text, "Where plugins are looked for, and what is wrong:");
        rich.push(Role::Key, "  orchestrator doctor");
        rich.blank();
    }
    workflows(&mut rich, model);
    if let Some(last) = model.runs.all().first() {
        rich.blank();
        let status = last.status.map_or("running", |status| status.as_str());
        rich.line([
            (Role::Key, key(model, Action::Runs)),
            (
                Role::Text,
                format!("  lists earlier runs; the last one is #{} {}, {status}", last.id, last.workflow_type),
            ),
        ]);
    }
    rich
}

fn workflows(rich: &mut Rich, model: &Model) {
    if model.screen.readonly {
        rich.push(Role::Text, "Opened with --readonly: nothing can be changed, and no plugin's code is run.");
        return;
    }
    if model.catalog.workflows.is_empty() {
        rich.push(Role::Text, "Nothing can be launched yet: no plugin in use provides a workflow.");
        return;
    }
    rich.line([(Role::Key, key(model, Action::Launch)), (Role::Text, "  launches a workflow:".to_owned())]);
    for workflow in &model.catalog.workflows {
        let from = workflow.plugin.as_ref().map_or("built in", |plugin| plugin.as_str());
        rich.blank();
        rich.line([(Role::Title, format!("  {}", workflow.name)), (Role::TextMuted, format!("  {from}"))]);
        rich.push(Role::Text, format!("    {}", workflow.description));
        for denied in &workflow.denied {
            rich.push(Role::Denied, format!("    ⊘ would be denied: {denied}"));
        }
    }
}

fn key(model: &Model, action: Action) -> String {
    model.keymap.chords(Context::Global, action).next().map_or_else(|| ":".to_owned(), |chord| chord.to_string())
}
