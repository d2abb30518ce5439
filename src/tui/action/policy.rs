//! What becomes of a plugin's approval when it changes.

use crate::event::PluginName;
use crate::orchestrator::api::{Command, UpdatePolicy};
use crate::tui::effect::Effect;
use crate::tui::layer::{Choice, Layer, Palette};
use crate::tui::model::{Model, Notice, Picker, PickerItem};

/// Offers the policies.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected().map(|plugin| plugin.name.clone()) else { return Vec::new() };
    let detail = model.plugins.detail.as_ref().filter(|detail| detail.summary.name == plugin);
    let current = detail.map(|detail| detail.policy);
    let item = |(policy, meaning): (UpdatePolicy, &str)| PickerItem {
        label: meaning.to_owned(),
        note: if current == Some(policy) { "now".to_owned() } else { String::new() },
        value: Choice::Policy(plugin.clone(), policy),
    };
    let items = [
        (UpdatePolicy::Hold, "hold it until you approve it again"),
        (UpdatePolicy::KeepIfNoMore, "keep its approval if it asks for no more than before"),
        (UpdatePolicy::Dev, "dev: approve whatever lies in its folder, for a plugin that you write"),
    ];
    let mut picker = Picker::new(items.map(item).into());
    picker.select(|choice| matches!(choice, Choice::Policy(_, policy) if current == Some(*policy)));
    model.layers.push(Layer::Palette(Palette { title: format!("When the files of {plugin} change"), picker }));
    Vec::new()
}

/// Sets the one that was picked.
pub(super) fn set(model: &mut Model, plugin: PluginName, policy: UpdatePolicy) -> Vec<Effect> {
    model.notice = Some(Notice::note(format!("setting the update policy of {plugin}…"), model.screen.now));
    vec![Effect::Do(Command::SetPolicy { plugin, policy })]
}
