//! What the host answers.

use std::time::Duration;

use crate::event::StreamId;
use crate::orchestrator::api::{Answer, Command, Done, FacadeError, Query, RunFilter, Snapshot, StartRun};
use crate::tui::action::open_run;
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer, Reader, Subject};
use crate::tui::model::{AuditLog, Body, Model, Notice, View};

/// How often the processes are looked at.
const GAUGE_PACE: Duration = Duration::from_secs(2);

/// An answer to a query.
pub(super) fn answered(model: &mut Model, query: Query, answer: Result<Answer, FacadeError>) -> Vec<Effect> {
    let mut effects = vec![Effect::Draw];
    let answer = match super::config::answered(model, &query, answer) {
        Ok(()) => return effects,
        Err(answer) => answer,
    };
    match answer {
        Ok(Answer::Snapshot(snapshot)) => effects.extend(open_project(model, *snapshot)),
        Ok(Answer::Plugins(plugins)) => {
            model.plugins.replace(plugins);
            model.plugins.asked = false;
            effects.extend(refresh_plugins(model));
            effects.extend(look_at_processes(model, Duration::ZERO));
        }
        Ok(Answer::Workflows(workflows)) => {
            model.catalog.workflows = workflows;
            for layer in &mut model.layers {
                if let Layer::Launch(launch) = layer {
                    launch.refresh(&model.catalog, &model.remembered);
                }
            }
        }
        Ok(Answer::Agents(agents)) => model.catalog.agents = agents,
        Ok(Answer::Usage(usage)) => {
            model.plugins.usage.asked = false;
            if !model.plugins.usage.replace(usage, model.screen.now) {
                effects.clear();
            }
            effects.extend(look_at_processes(model, GAUGE_PACE));
        }
        Ok(Answer::Plugin(detail)) => {
            model.plugins.detail_asked = None;
            model.plugins.detail = Some(*detail);
        }
        Ok(Answer::Runs(runs)) => model.runs.replace(runs),
        Ok(Answer::Permissions(permissions)) => model.permissions.replace(permissions),
        Ok(Answer::PermissionsFile(file)) => model.permissions.replace_file(*file),
        Ok(Answer::Hooks(handlers)) => model.handlers.replace(handlers),
        Ok(Answer::Audit(entries)) => model.audit.replace(entries),
        Ok(Answer::Routes(routes)) => model.routes.replace(routes),
        Ok(Answer::Body(value)) => {
            if let Query::Body { body } = &query {
                model.differences.arrived(&body.hash, Body::Here(value));
            }
        }
        Ok(Answer::Server(server)) => model.server = Some(*server),
        // Nothing here asks for these.
        Ok(
            Answer::Config(_)
            | Answer::ConfigProblems(_)
            | Answer::ConfigDocument(_)
            | Answer::Settings(_)
            | Answer::Run(_)
            | Answer::Events(_)
            | Answer::RouteDocuments(_)
            | Answer::Doctor(_),
        ) => {}
        Err(error) => match &query {
            // A host without a server, which is no fault.
            Query::Server => {}
            Query::Body { body } => model.differences.arrived(&body.hash, Body::Gone(error.to_string())),
            _ => {
                model.plugins.asked &= query != Query::Plugins;
                model.plugins.usage.asked &= query != Query::Usage;
                model.notice = Some(Notice::from(error));
            }
        },
    }
    effects
}

fn open_project(model: &mut Model, snapshot: Snapshot) -> Vec<Effect> {
    model.project = Some(snapshot.project);
    model.plugins.replace(snapshot.plugins);
    model.catalog.workflows = snapshot.workflows;
    model.catalog.agents = snapshot.agents;
    model.runs.replace(snapshot.runs);
    let mut effects = vec![
        Effect::Follow { stream: StreamId::Host, from_seq: snapshot.host_seq + 1 },
        Effect::Ask(Query::Permissions),
        Effect::Ask(Query::PermissionsFile),
        Effect::Ask(Query::Hooks),
        Effect::Ask(Query::Server),
    ];
    effects.extend(look_at_processes(model, Duration::ZERO));
    effects
}

/// Asks what the plugins' processes use, as long as there are any; one question at a time.
fn look_at_processes(model: &mut Model, after: Duration) -> Option<Effect> {
    if model.plugins.usage.asked || !model.plugins.has_processes() {
        return None;
    }
    model.plugins.usage.asked = true;
    Some(Effect::AskLater { query: Query::Usage, after })
}

/// Asks for the plugins and what they provide, if something changed and nobody is asking. However many events come,
/// one question at a time is under way.
pub(super) fn refresh_plugins(model: &mut Model) -> Vec<Effect> {
    if model.plugins.asked || !model.plugins.stale {
        return Vec::new();
    }
    model.plugins.asked = true;
    model.plugins.stale = false;
    let mut queries =
        vec![Query::Plugins, Query::Workflows, Query::Agents, Query::Permissions, Query::PermissionsFile, Query::Hooks];
    if model.screen.view == View::Api {
        queries.push(Query::Routes);
    }
    if model.screen.view == View::Audit {
        queries.push(Query::Audit { plugin: None, limit: AuditLog::LIMIT });
    }
    // Whoever reads about a plugin reads what is true now.
    let read = model.layers.iter().rev().find_map(|layer| match layer {
        Layer::Reader(Reader { subject: Subject::Plugin(plugin) | Subject::Permissions(plugin), .. }) => Some(plugin),
        Layer::Approval(approval) => approval.waiting.plugin(),
        _ => None,
    });
    let selected = model.plugins.selected().filter(|_| model.screen.view == View::Permissions);
    if let Some(plugin) = read.or(selected.map(|plugin| &plugin.name)) {
        queries.push(Query::Plugin { plugin: plugin.clone() });
    }
    queries.into_iter().map(Effect::Ask).collect()
}

/// Asks whether a run may have what it needs and was not granted.
fn allow(mut start: StartRun, error: &FacadeError) -> Confirm {
    let wanted: Vec<String> = error
        .needs
        .iter()
        .map(|grant| format!("{} {} {}", grant.plugin, grant.permission, grant.scope.as_deref().unwrap_or("all of it")))
        .collect();
    let explanation = format!(
        "{}. Allowed for this run alone: {}. The run gets a process of its own for that, which ends with it.",
        error.message,
        wanted.join(", ")
    );
    start.grants.extend(error.needs.iter().cloned());
    Confirm::new("Allow this for the run?", explanation, Consequence::Allow(Box::new(start)))
}

fn words(done: Done) -> String {
    match done {
        Done::RunStarted { run } => format!("run #{run} started"),
        Done::Ok { message } => message,
        Done::Answered(reply) => reply.body.to_text_lossy(),
        Done::Shared { message, hosts } => hosts.iter().fold(message, |words, hearing| format!("{words}\n{hearing}")),
    }
}

/// What a command came to.
pub(super) fn done(model: &mut Model, command: Command, result: Result<Done, FacadeError>) -> Vec<Effect> {
    let mut effects = vec![Effect::Draw];
    let result = match super::config::done(model, &command, result) {
        Ok(more) => {
            effects.extend(more);
            return effects;
        }
        Err(result) => result,
    };
    if matches!(command, Command::StartServer { .. } | Command::StopServer) {
        effects.push(Effect::Ask(Query::Server));
    }
    let result = match super::route::done(model, &command, result) {
        Ok(more) => {
            effects.extend(more);
            return effects;
        }
        Err(result) => result,
    };
    let is_start = matches!(command, Command::StartRun(_));
    match result {
        Ok(Done::RunStarted { run }) => {
            model.layers.retain(|layer| !matches!(layer, Layer::Launch(_)));
            let inputs = match command {
                Command::StartRun(start) => Some(start),
                _ => None,
            };
            model.runs.add_own(run, inputs);
            effects.extend(open_run(model, run));
            effects.push(Effect::Ask(Query::Runs(RunFilter::default())));
        }
        // The form has it.
        Ok(Done::Answered(_)) => {}
        Ok(done @ (Done::Ok { .. } | Done::Shared { .. })) => {
            let message = words(done);
            let text = if message.is_empty() { "done".to_owned() } else { message };
            model.notice = Some(Notice::good(text, model.screen.now));
            model.plugins.stale = true;
            effects.extend(refresh_plugins(model));
        }
        Err(error) => {
            // The dialog says it where the eyes are, and keeps what was typed.
            let dialog = model.layers.iter_mut().rev().find_map(|layer| match layer {
                Layer::Launch(launch) if is_start => Some(launch),
                _ => None,
            });
            match dialog {
                Some(launch) => {
                    launch.starting = false;
                    launch.problem = Some(error.to_string());
                }
                None => model.notice = Some(Notice::from(error.clone())),
            }
            if let Command::StartRun(start) = command
                && !error.needs.is_empty()
            {
                let question = allow(start, &error).opened_by_itself(model.screen.now);
                model.layers.push(Layer::Confirm(question));
            }
        }
    }
    effects
}
