//! What the processes of plugins use, as it is asked and shown.

use crossterm::event::KeyCode;

use orchestrator_protocol::permission::Permission;

use super::fixture::{answer, at, broken_detail, key, name, opened, plugins};
use super::picture::picture;
use crate::orchestrator::api::{
    Answer, Lasting, PermissionState, PermissionView, PluginDetail, PluginUsage, Query, SandboxView,
};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn look(model: &mut Model, seconds: i64, cpu_time_us: u64) -> Vec<Effect> {
    update(model, Message::Tick(at(seconds * 1_000)));
    answer(model, Query::Usage, Answer::Usage(vec![used(cpu_time_us)]))
}

fn used(cpu_time_us: u64) -> PluginUsage {
    PluginUsage {
        plugin: name("command_agents"),
        process: 4121,
        resident_bytes: 43_500_000,
        memory_limit_bytes: 512 << 20,
        cpu_time_us,
        call_cpu_us: Some(26_400_000),
        call_cpu_limit_us: 30_000_000,
        threads: 3,
        threads_limit: 64,
        disk_bytes: Some(12 << 20),
        disk_limit_bytes: 256 << 20,
    }
}

/// A plugin in a process of its own that may fetch from one host and start two programs.
fn confined_detail() -> PluginDetail {
    let granted = |permission: Permission, scope: &[&str]| PermissionView {
        plugin: name("command_agents"),
        permission,
        scope: scope.iter().map(|&part| part.to_owned()).collect(),
        optional: false,
        state: PermissionState::Granted,
        rule: "config/permissions.yaml grants it".into(),
        reason: Some("runs the commands of its config".into()),
        lasting: Some(Lasting::Always),
        used: 0,
        first_used: None,
        last_used: None,
        breaks: Vec::new(),
        stays_denied: false,
        takes_once: true,
    };
    PluginDetail {
        summary: plugins().remove(1),
        dir: "/home/ada/demo-project/plugins/command_agents".into(),
        runs_in: "a process of its own (4121)".into(),
        warnings: Vec::new(),
        sandbox: Some(SandboxView {
            level: "full".into(),
            meaning:
                "limits hold, no network, no new processes, no others reached, and only the files that it may have"
                    .into(),
            lacking: None,
            reads: vec!["/usr/lib".into(), "/home/ada/demo-project/plugins/command_agents".into()],
            writes: vec!["/home/ada/.local/state/orchestrator/command_agents".into()],
            network: false,
            memory_mb: 512,
            cpu_seconds: 30,
            threads: 64,
            open_files: 512,
            file_mb: 256,
            disk_mb: 256,
        }),
        permissions: vec![
            granted(Permission::Network, &["api.example.com:443"]),
            granted(Permission::Spawn, &["git", "cargo"]),
        ],
        ..broken_detail()
    }
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
    for part in ["child 4121  0.3 % cpu", "━──── 41/512 MB", " 26/30 s !", " 3/64", " 12/256 MB"] {
        assert!(screen.contains(part), "no `{part}`:\n{screen}");
    }
}

#[test]
fn each_bound_has_a_bar_at_every_size() {
    for (width, height) in SIZES {
        let mut model = opened(width, height);
        key(&mut model, KeyCode::Down);
        look(&mut model, 1, 100_000);
        look(&mut model, 3, 106_000);
        insta::assert_snapshot!(format!("gauges_{width}x{height}"), picture(&model));
    }
}

#[test]
fn the_details_say_in_sentences_what_the_plugin_may_touch() {
    for (width, height) in SIZES {
        let mut model = opened(width, height);
        key(&mut model, KeyCode::Down);
        look(&mut model, 1, 100_000);
        look(&mut model, 3, 106_000);
        key(&mut model, KeyCode::Enter);
        let query = Query::Plugin { plugin: name("command_agents") };
        answer(&mut model, query, Answer::Plugin(Box::new(confined_detail())));
        insta::assert_snapshot!(format!("details_{width}x{height}"), picture(&model));
    }
}

#[test]
fn folders_that_were_not_looked_at_and_limits_that_are_unknown_are_not_made_up() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Down);
    let used = PluginUsage { disk_bytes: None, threads_limit: 0, call_cpu_us: None, ..used(0) };
    answer(&mut model, Query::Usage, Answer::Usage(vec![used]));
    let screen = picture(&model);
    for part in ["disk    not looked at yet", " 3 ", " 0/30 s idle"] {
        assert!(screen.contains(part), "no `{part}`:\n{screen}");
    }
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
