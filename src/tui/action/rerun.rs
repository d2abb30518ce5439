//! Running the same again, without one handler.

use super::handler;
use crate::event::mask::MASKED;
use crate::event::view::RunView;
use crate::orchestrator::api::{HandlerRef, StartRun};
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer};
use crate::tui::model::{Model, Notice};

/// Asks whether the run on the screen is to run again, not delivered to the selected handler.
pub(super) fn without_handler(model: &mut Model) -> Vec<Effect> {
    let (Some(tab), Some(without)) = (model.tab(), handler::meant(model)) else { return Vec::new() };
    let run = tab.view.id;
    let inputs = model.runs.inputs(run).cloned().or_else(|| recorded(&tab.view));
    let Some(mut start) = inputs else {
        let text = format!("run #{run} had secrets in its config, which the history does not keep");
        model.notice = Some(Notice {
            remedy: Some("Disable the handler here, and launch the workflow again.".to_owned()),
            ..Notice::bad(text)
        });
        return Vec::new();
    };
    if !start.without_handlers.contains(&without) {
        start.without_handlers.push(without.clone());
    }
    let confirm = Confirm::new(
        format!("Run #{run} again without {}?", without.handler),
        explanation(&start, &without),
        Consequence::Start(Box::new(start)),
    );
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}

fn explanation(start: &StartRun, without: &HandlerRef) -> String {
    let others = match start.without_handlers.len() {
        0 | 1 => String::new(),
        many => format!(" {} handlers that were left out before are left out again.", many - 1),
    };
    format!(
        "{} starts once more with the same requirements and config. In that run alone, {} is not delivered to {} of \
         {}.{others}",
        start.workflow_type, without.hook, without.handler, without.plugin
    )
}

/// The inputs as the run's first event has them; nothing, if some are masked there.
fn recorded(run: &RunView) -> Option<StartRun> {
    let config = run.config.as_object().cloned().unwrap_or_default();
    let is_masked = |text: &str| text.contains(MASKED);
    if is_masked(&serde_json::Value::Object(config.clone()).to_string()) || is_masked(&run.requirements) {
        return None;
    }
    Some(StartRun {
        workflow_type: run.workflow_type.clone(),
        requirements: run.requirements.clone(),
        config,
        ..StartRun::default()
    })
}
