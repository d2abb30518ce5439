//! What the processes of plugins use, as it is asked and shown.

use crossterm::event::KeyCode;

use super::fixture::{answer, at, key, name, opened};
use super::picture::picture;
use crate::orchestrator::api::{Answer, PluginUsage, Query};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

fn look(model: &mut Model, seconds: i64, cpu_time_us: u64) -> Vec<Effect> {
    update(model, Message::Tick(at(seconds * 1_000)));
    let used = PluginUsage {
        plugin: name("command_agents"),
        process: 4121,
        resident_bytes: 43_500_000,
        memory_limit_bytes: 512 << 20,
        cpu_time_us,
    };
    answer(model, Query::Usage, Answer::Usage(vec![used]))
}

fn asks_again(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::AskLater { query: Query::Usage, .. })).count()
}

#[test]
fn the_selected_plugins_process_is_shown_with_what_it_uses() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Down);
    let effects = look(&mut model, 1, 100_000);
    assert_eq!(asks_again(&effects), 1);
    look(&mut model, 3, 106_000);
    let screen = picture(&model);
    assert!(screen.contains("child 4121") && screen.contains("41 of 512 MB  0.3 % cpu"), "{screen}");
}

#[test]
fn a_look_that_changes_nothing_draws_nothing_and_the_next_one_follows() {
    let mut model = opened(120, 36);
    look(&mut model, 1, 0);
    look(&mut model, 3, 0);
    let effects = look(&mut model, 5, 0);
    assert!(!effects.contains(&Effect::Draw));
    assert_eq!(asks_again(&effects), 1);
}
