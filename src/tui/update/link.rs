//! The connection to a host that is elsewhere.

use crate::orchestrator::api::{LinkView, Query, RunFilter};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};

/// Takes in how the connection stands. Streams go on by themselves; answers have to be asked for again.
pub(super) fn changed(model: &mut Model, link: LinkView) -> Vec<Effect> {
    let before = model.link.replace(link.clone());
    let mut effects = vec![Effect::Draw];
    let was_away = before.as_ref().is_some_and(|before| before.away.is_some());
    match &link.away {
        Some(away) if !was_away => {
            let text = format!("the connection to {} is lost: {}; it is looked for", link.address, away.reason);
            model.notice = Some(Notice::bad(text));
        }
        None if was_away => {
            let text = format!("the connection to {} is back", link.address);
            model.notice = Some(Notice::good(text, model.screen.now));
            model.plugins.asked = false;
            if before.is_some_and(|before| before.hosts == link.hosts) {
                model.plugins.stale = true;
                effects.extend(super::answer::refresh_plugins(model));
                effects.push(Effect::Ask(Query::Runs(RunFilter::default())));
            } else {
                effects.push(Effect::Ask(Query::Snapshot));
            }
        }
        Some(_) | None => {}
    }
    effects
}
