//! What a route that was tried here answered.

use crate::orchestrator::api::{Command, Done, FacadeError, Query};
use crate::tui::effect::Effect;
use crate::tui::layer::{Layer, Reader, Subject};
use crate::tui::model::{Model, Tried};

/// Takes in the answer to a request, or hands back what is none.
pub(super) fn done(
    model: &mut Model,
    command: &Command,
    result: Result<Done, FacadeError>,
) -> Result<Vec<Effect>, Result<Done, FacadeError>> {
    let Command::CallRoute(call) = command else { return Err(result) };
    let form = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Call(form) if form.sent.as_ref() == Some(call) => Some(form),
        _ => None,
    });
    // Whoever closed the form does not wait for it.
    let Some(form) = form else { return Ok(vec![Effect::Ask(Query::Routes)]) };
    form.sent = None;
    match result {
        Ok(Done::Answered(reply)) => {
            model.routes.tried = Some(Tried { call: call.clone(), reply: *reply });
            model.layers.push(Layer::Reader(Reader::new(Subject::RouteAnswer)));
        }
        Ok(Done::RunStarted { .. } | Done::Ok { .. } | Done::Shared { .. }) => {}
        Err(error) => form.problem = Some(error.to_string()),
    }
    Ok(vec![Effect::Ask(Query::Routes)])
}
