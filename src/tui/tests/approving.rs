//! The queue of what waits, and the matrix: what keys do there, and what they can't do.

use crossterm::event::KeyCode;
use orchestrator_protocol::permission::Permission;
use ratatui::layout::Position;

use super::fixture::{answer, at, ctrl, key, name, opened, typed};
use super::granted::{allowed, held_detail, permissions};
use super::picture::{drawn, picture, stands_out, text};
use crate::orchestrator::api::{Answer, Command, Done, PermissionAnswer, PermissionState, Query, UpdatePolicy};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layout::Layout;
use crate::tui::message::Message;
use crate::tui::model::{Model, View};
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    let command = |effect| match effect {
        Effect::Do(command) => Some(command),
        _ => None,
    };
    effects.into_iter().filter_map(command).collect()
}

/// A key, after the time has come to `millis`: the loop tells the time before each key.
fn key_at(model: &mut Model, millis: i64, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Tick(at(millis)));
    key(model, code)
}

fn press(model: &mut Model, keys: &str) -> Vec<Command> {
    keys.chars().flat_map(|c| commands(key(model, KeyCode::Char(c)))).collect()
}

/// The matrix, with `permission` of `plugin` selected.
fn matrix(width: u16, height: u16, plugin: &str, permission: Permission) -> Model {
    let mut model = allowed(width, height);
    key(&mut model, KeyCode::Char('3'));
    model.plugins.select(&name(plugin));
    let column = Permission::ALL.into_iter().position(|known| known == permission).unwrap();
    (0..column).for_each(|_| drop(key(&mut model, KeyCode::Right)));
    model
}

fn reply(permission: Permission, scope: &[&str], answer: PermissionAnswer) -> Command {
    let scope = scope.iter().map(|&part| part.to_owned()).collect();
    Command::AnswerPermission { plugin: name("command_agents"), permission, scope, answer }
}

/// The dialog that asks about `command_agents` and the network, just opened.
fn asked(width: u16, height: u16) -> Model {
    let mut model = allowed(width, height);
    let mut plugins = super::fixture::plugins();
    plugins.truncate(3);
    answer(&mut model, Query::Plugins, Answer::Plugins(plugins));
    key_at(&mut model, 1_000, KeyCode::Char('!'));
    model
}

/// The dialog that asks about a held plugin, with what is known of it.
fn held(width: u16, height: u16) -> Model {
    let mut model = allowed(width, height);
    key_at(&mut model, 1_000, KeyCode::Char('!'));
    let query = Query::Plugin { plugin: name("shelltools") };
    answer(&mut model, query, Answer::Plugin(Box::new(held_detail())));
    model
}

#[test]
fn the_matrix_at_every_size() {
    for (width, height) in SIZES {
        let model = matrix(width, height, "command_agents", Permission::Spawn);
        insta::assert_snapshot!(format!("matrix_{width}x{height}"), picture(&model));
    }
}

#[test]
fn a_request_at_every_size() {
    for (width, height) in SIZES {
        let mut model = asked(width, height);
        update(&mut model, Message::Tick(at(2_000)));
        insta::assert_snapshot!(format!("request_{width}x{height}"), picture(&model));
    }
}

#[test]
fn a_held_plugin_at_every_size() {
    for (width, height) in SIZES {
        let mut model = held(width, height);
        update(&mut model, Message::Tick(at(2_000)));
        insta::assert_snapshot!(format!("held_{width}x{height}"), picture(&model));
    }
}

#[test]
fn the_permissions_of_one_plugin_at_every_size() {
    for (width, height) in SIZES {
        let mut model = matrix(width, height, "shelltools", Permission::Spawn);
        key(&mut model, KeyCode::Enter);
        let query = Query::Plugin { plugin: name("shelltools") };
        answer(&mut model, query, Answer::Plugin(Box::new(held_detail())));
        insta::assert_snapshot!(format!("permissions_{width}x{height}"), picture(&model));
    }
}

#[test]
fn each_answer_is_one_key_on_the_selected_cell_and_names_the_scope_that_was_shown() {
    let scope = ["git", "cargo"];
    for (char, expected) in [
        ('a', PermissionAnswer::Always),
        ('s', PermissionAnswer::Session),
        ('o', PermissionAnswer::Once),
        ('d', PermissionAnswer::Deny),
        ('D', PermissionAnswer::DenyAlways),
    ] {
        let mut model = matrix(120, 36, "command_agents", Permission::Spawn);
        let effects = key(&mut model, KeyCode::Char(char));
        assert!(text(&model).contains("spawn of command_agents…"), "nothing is said");
        assert_eq!(commands(effects), [reply(Permission::Spawn, &scope, expected)]);
    }
    let mut model = matrix(120, 36, "command_agents", Permission::Spawn);
    let (plugin, permission) = (name("command_agents"), Permission::Spawn);
    assert_eq!(press(&mut model, "r"), [Command::RevokePermission { plugin: plugin.clone(), permission }]);
    let permission = Some(permission);
    assert_eq!(press(&mut model, "f"), [Command::ResetPermission { plugin, permission }]);
}

#[test]
fn what_is_not_asked_for_can_not_be_granted_and_what_is_not_granted_not_revoked() {
    let mut model = matrix(120, 36, "command_agents", Permission::WriteFiles);
    assert_eq!(press(&mut model, "asodr"), []);
    assert!(text(&model).contains("command_agents does not ask for write_files"));
    let mut model = matrix(120, 36, "command_agents", Permission::Network);
    assert_eq!(press(&mut model, "r"), []);
    assert!(text(&model).contains("command_agents does not have network"));
}

#[test]
fn what_the_host_answers_is_said_and_the_matrix_is_asked_anew() {
    let mut model = matrix(120, 36, "command_agents", Permission::Spawn);
    let command = commands(key(&mut model, KeyCode::Char('r'))).remove(0);
    let result = Ok(Done::Ok { message: "command_agents no longer has spawn".into() });
    let effects = update(&mut model, Message::Done { command, result });
    assert!(text(&model).contains("command_agents no longer has spawn"));
    assert!(effects.contains(&Effect::Ask(Query::Permissions)));
}

#[test]
fn the_update_policy_is_chosen_among_three_and_the_present_one_is_marked() {
    let mut model = matrix(120, 36, "shelltools", Permission::Spawn);
    let query = Query::Plugin { plugin: name("shelltools") };
    answer(&mut model, query, Answer::Plugin(Box::new(held_detail())));
    assert!(text(&model).contains("spawn of shelltools · updates: hold"));
    key(&mut model, KeyCode::Char('u'));
    assert!(text(&model).contains("hold it until you approve it again"));
    typed(&mut model, "dev");
    let plugin = name("shelltools");
    let expected = Command::SetPolicy { plugin, policy: UpdatePolicy::Dev };
    assert_eq!(commands(key(&mut model, KeyCode::Enter)), [expected]);
}

#[test]
fn no_cell_is_told_by_colour_alone() {
    let model = matrix(80, 24, "command_agents", Permission::Spawn);
    let shown = text(&model);
    for part in ["[✓A", "◇?", "⊘D", "✓S", "✓1"] {
        assert!(shown.contains(part), "no `{part}`:\n{shown}");
    }
    assert!(stands_out(&drawn(&model, "mono"), "[✓A"));
}

#[test]
fn the_selected_column_is_in_sight_in_the_smallest_terminal() {
    let model = matrix(40, 10, "command_agents", Permission::Spawn);
    let shown = text(&model);
    assert!(shown.contains("spawn") && shown.contains("[✓A") && shown.contains('←'), "{shown}");
}

#[test]
fn a_click_selects_a_cell_and_the_wheel_a_row() {
    let mut model = matrix(120, 36, "broken", Permission::ReadWorkflow);
    let matrix = Layout::of(&model).unwrap().matrix.unwrap();
    let row = ratatui::layout::Rect { y: matrix.panel.list.y + 2, height: 1, ..matrix.panel.list };
    let cell = matrix.part(row, 6, 0).unwrap();
    update(&mut model, Message::Click(Position::new(cell.x + 1, cell.y)));
    assert_eq!(model.plugins.selected().unwrap().name, name("repo_audit"));
    assert_eq!(model.permissions.permission(), Permission::ReadFiles);
    update(&mut model, Message::Wheel { at: Position::new(cell.x, cell.y), lines: -1 });
    assert_eq!(model.plugins.selected().unwrap().name, name("command_agents"));
}

#[test]
fn what_waits_is_counted_in_the_header_and_opens_on_its_key_alone() {
    let mut model = allowed(80, 24);
    // A held plugin, and one permission of a plugin in use; what the held one asks for is part of its approval.
    assert!(text(&model).lines().next().unwrap().contains("! 2 to answer"));
    key(&mut model, KeyCode::Char('/'));
    typed(&mut model, "a!");
    answer(&mut model, Query::Permissions, Answer::Permissions(permissions()));
    assert!(matches!(model.layers.as_slice(), [Layer::Filter(_)]), "it opened over what is typed");
}

#[test]
fn keys_do_not_count_before_the_question_was_in_sight_for_half_a_second() {
    let mut model = asked(120, 36);
    for millis in [1_000, 1_100, 1_499] {
        for c in "aosdDAnq".chars() {
            assert!(commands(key_at(&mut model, millis, KeyCode::Char(c))).is_empty());
        }
        assert!(key_at(&mut model, millis, KeyCode::Enter).is_empty());
        assert!(key_at(&mut model, millis, KeyCode::Esc).is_empty());
    }
    assert!(text(&model).contains("Read first: keys count in a moment."));
    let effects = update(&mut model, Message::Tick(at(1_500)));
    assert!(effects.contains(&Effect::Draw), "nothing shows that keys count now");
    assert!(text(&model).contains("o once"));
    let effects = key_at(&mut model, 1_500, KeyCode::Char('s'));
    let scope = ["api.example.com:443"];
    assert_eq!(commands(effects), [reply(Permission::Network, &scope, PermissionAnswer::Session)]);
}

#[test]
fn a_paste_and_a_click_answer_nothing() {
    let mut model = asked(120, 36);
    update(&mut model, Message::Tick(at(5_000)));
    assert!(commands(update(&mut model, Message::Paste("a\ns\n".into()))).is_empty());
    assert!(commands(update(&mut model, Message::Click(Position::new(60, 30)))).is_empty());
    assert!(matches!(model.layers.last(), Some(Layer::Approval(_))));
}

#[test]
fn enter_means_no() {
    let mut model = asked(120, 36);
    let scope = ["api.example.com:443"];
    let effects = key_at(&mut model, 2_000, KeyCode::Enter);
    assert_eq!(commands(effects), [reply(Permission::Network, &scope, PermissionAnswer::Deny)]);
    assert!(model.layers.is_empty(), "nothing more waits");
}

#[test]
fn escape_leaves_it_unanswered() {
    let mut model = asked(120, 36);
    assert!(commands(key_at(&mut model, 2_000, KeyCode::Esc)).is_empty());
    assert!(text(&model).contains("! 1 to answer"));
}

#[test]
fn a_request_that_changes_while_it_is_read_must_be_read_again() {
    let mut model = asked(120, 36);
    update(&mut model, Message::Tick(at(3_000)));
    let mut wider = permissions();
    wider[0].scope.push("evil.example.com:443".into());
    answer(&mut model, Query::Permissions, Answer::Permissions(wider));
    assert!(text(&model).contains("evil.example.com:443"));
    assert!(commands(key_at(&mut model, 3_400, KeyCode::Char('a'))).is_empty());
    let effects = key_at(&mut model, 3_500, KeyCode::Char('a'));
    let scope = ["api.example.com:443", "evil.example.com:443"];
    assert_eq!(commands(effects), [reply(Permission::Network, &scope, PermissionAnswer::Always)]);
}

#[test]
fn what_was_answered_elsewhere_can_not_be_answered_again() {
    let mut model = asked(120, 36);
    let mut answered = permissions();
    answered[0].state = PermissionState::Denied;
    answer(&mut model, Query::Permissions, Answer::Permissions(answered));
    assert!(text(&model).contains("It was answered meanwhile."));
    assert!(commands(key_at(&mut model, 9_000, KeyCode::Char('a'))).is_empty());
}

#[test]
fn a_held_plugin_is_approved_only_after_everything_about_it_is_there() {
    let mut model = allowed(120, 36);
    key_at(&mut model, 1_000, KeyCode::Char('!'));
    assert!(commands(key_at(&mut model, 2_000, KeyCode::Char('A'))).is_empty());
    let query = Query::Plugin { plugin: name("shelltools") };
    answer(&mut model, query, Answer::Plugin(Box::new(held_detail())));
    // What has come must be read as well.
    assert!(commands(key_at(&mut model, 2_400, KeyCode::Char('A'))).is_empty());
    let plugin = name("shelltools");
    let seen = held_detail().content_hash;
    assert_eq!(commands(key_at(&mut model, 2_500, KeyCode::Char('A'))), [Command::ApprovePlugin { plugin, seen }]);
    let Some(Layer::Approval(next)) = model.layers.last() else { panic!("the next one is not shown") };
    assert_eq!(next.waiting.plugin(), Some(&name("command_agents")));
    assert!(!next.is_armed(at(2_999)), "the same key would answer it");
}

#[test]
fn no_leaves_a_held_plugin_held_and_goes_on() {
    let mut model = held(120, 36);
    assert!(commands(key_at(&mut model, 2_000, KeyCode::Enter)).is_empty());
    assert!(text(&model).contains("shelltools stays held"));
    assert!(text(&model).contains("command_agents asks for network"));
}

#[test]
fn a_long_text_scrolls_to_its_end_above_the_answers() {
    let mut model = held(80, 24);
    update(&mut model, Message::Tick(at(2_000)));
    assert!(text(&model).contains("more line below"));
    key(&mut model, KeyCode::Char(' '));
    key(&mut model, KeyCode::Char(' '));
    let shown = text(&model);
    assert!(!shown.contains(" below") && shown.contains("read all your files"), "{shown}");
    assert!(shown.contains("A approve, with what it asks for"), "{shown}");
}

#[test]
fn somebody_who_only_looks_can_read_everything_and_change_nothing() {
    let mut model = matrix(120, 36, "command_agents", Permission::Spawn);
    model.screen.readonly = true;
    let shown = text(&model);
    assert!(shown.contains(" read-only ") && !shown.contains("r revoke") && !shown.contains("w launch"), "{shown}");
    assert_eq!(press(&mut model, "asodDrf"), []);
    assert!(text(&model).contains("opened with --readonly"));
    key(&mut model, KeyCode::Char('u'));
    key(&mut model, KeyCode::Char('w'));
    assert!(model.layers.is_empty());
    key(&mut model, KeyCode::Char('?'));
    assert!(!text(&model).contains("Take it away"));
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Char(':'));
    typed(&mut model, "revoke");
    assert!(!text(&model).contains("Take it away"));
    ctrl(&mut model, 'c');
    key_at(&mut model, 3_000, KeyCode::Char('!'));
    let query = Query::Plugin { plugin: name("shelltools") };
    answer(&mut model, query, Answer::Plugin(Box::new(held_detail())));
    update(&mut model, Message::Tick(at(9_000)));
    assert!(text(&model).contains("src/telemetry.rs") && !text(&model).contains("A approve"));
    assert_eq!(press(&mut model, "Aasod"), []);
}

#[test]
fn nothing_waits_in_an_empty_queue() {
    let mut model = opened(80, 24);
    let mut plugins = super::fixture::plugins();
    plugins.truncate(3);
    answer(&mut model, Query::Plugins, Answer::Plugins(plugins));
    key(&mut model, KeyCode::Char('!'));
    assert!(model.layers.is_empty());
    assert!(text(&model).contains("nothing waits for your answer"));
    key(&mut model, KeyCode::Char('5'));
    assert_eq!(model.screen.view, View::Audit);
}
