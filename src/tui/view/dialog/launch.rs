//! The launch dialog.

use ratatui::layout::{Constraint, Layout, Margin, Rect};

use super::{Canvas, editor, picker, plain};
use crate::tui::layer::{ConfigForm, Field, Launch, Property};
use crate::tui::model::{Model, Rich, RichLine, window};
use crate::tui::theme::Role;

/// With fewer rows, only the focused part shows.
const ALL_PARTS: u16 = 15;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, launch: &Launch, area: Rect) {
    canvas.frame(area, &plain(Role::Title, "Launch a workflow"), &RichLine::default(), true);
    let inside = area.inner(Margin::new(2, 1));
    let problem = problem(launch).wrapped(usize::from(inside.width));
    let problem_rows = u16::try_from(problem.len()).unwrap_or(u16::MAX).min(3);
    let [parts, complaint, start] =
        inside.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(problem_rows), Constraint::Length(1)]));
    canvas.rows(complaint, &problem);
    start_row(canvas, launch, start);
    if inside.height < ALL_PARTS {
        match launch.field {
            Field::Workflow | Field::Start => workflow(canvas, model, launch, parts),
            Field::Requirements => requirements(canvas, launch, parts),
            Field::Config(_) => config(canvas, launch, parts),
        }
        return;
    }
    let workflows = u16::try_from(launch.workflows.matches().len()).unwrap_or(u16::MAX).clamp(1, 5);
    let about = u16::try_from(about(model, launch).wrapped(usize::from(parts.width)).len()).unwrap_or(1).min(4);
    let fields = u16::try_from(launch.config.fields()).unwrap_or(u16::MAX);
    let config_rows = match launch.config {
        ConfigForm::Lines(_) => 4,
        ConfigForm::Properties(_) => fields.saturating_add(2).min(parts.height / 2),
    };
    let [first, second, third] = parts.layout(&Layout::vertical([
        Constraint::Length(1 + workflows + about),
        Constraint::Fill(1),
        Constraint::Length(config_rows),
    ]));
    workflow(canvas, model, launch, first);
    requirements(canvas, launch, second);
    config(canvas, launch, third);
}

fn problem(launch: &Launch) -> Rich {
    let mut rich = Rich::default();
    if let Some(problem) = &launch.problem {
        rich.push(Role::Error, format!("✗ {problem}"));
    }
    rich
}

fn start_row(canvas: &mut Canvas<'_>, launch: &Launch, row: Rect) {
    if launch.starting {
        canvas.text(row, " starting…", Role::Running);
        return;
    }
    let (mark, role) = if launch.field == Field::Start { ("▌", Role::Selection) } else { (" ", Role::Title) };
    canvas.row(row, &RichLine(vec![(Role::Key, mark.to_owned()), (role, "[ Start ]".to_owned())]));
}

/// A part's name; the focused one is marked.
fn heading(canvas: &mut Canvas<'_>, area: Rect, name: &str, focused: bool) -> Rect {
    let row = Rect { height: 1.min(area.height), ..area };
    let (mark, role) = if focused { ("▌", Role::Title) } else { (" ", Role::TextMuted) };
    canvas.row(row, &RichLine(vec![(Role::Key, mark.to_owned()), (role, name.to_owned())]));
    Rect { y: row.bottom(), height: area.height.saturating_sub(1), ..area }
}

fn workflow(canvas: &mut Canvas<'_>, model: &Model, launch: &Launch, area: Rect) {
    let focused = launch.field == Field::Workflow;
    let rest = heading(canvas, area, "Workflow", focused);
    let query = Rect { x: area.x + 11, width: area.width.saturating_sub(11), height: 1.min(area.height), ..area };
    editor::line(canvas, "find ", &launch.workflows.query, query, focused);
    let about = about(model, launch).wrapped(usize::from(rest.width));
    let below = u16::try_from(about.len()).unwrap_or(u16::MAX).min(4).min(rest.height.saturating_sub(1));
    let [list, facts] = rest.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(below)]));
    picker::items(canvas, &launch.workflows, list);
    canvas.rows(facts, &about);
}

/// Whose the workflow is, whom it runs, and what would be denied.
fn about(model: &Model, launch: &Launch) -> Rich {
    let mut rich = Rich::default();
    let Some(workflow) = launch.workflow(&model.catalog) else { return rich };
    let from = workflow.plugin.as_ref().map_or("built in", |plugin| plugin.as_str());
    let agents = if workflow.agents.is_empty() { "any agents".to_owned() } else { workflow.agents.join(", ") };
    rich.line([(Role::TextMuted, format!("  {from} · runs {agents}"))]);
    for denied in &workflow.denied {
        rich.push(Role::Denied, format!("  ⊘ would be denied: {denied}"));
    }
    rich
}

fn requirements(canvas: &mut Canvas<'_>, launch: &Launch, area: Rect) {
    let focused = launch.field == Field::Requirements;
    let rest = heading(canvas, area, "Requirements: what is to be done", focused);
    boxed(canvas, &launch.requirements, rest, focused);
}

fn boxed(canvas: &mut Canvas<'_>, input: &crate::tui::model::Input, area: Rect, focused: bool) {
    if area.height < 3 {
        editor::draw(canvas, input, area, focused);
        return;
    }
    canvas.frame(area, &RichLine::default(), &RichLine::default(), focused);
    editor::draw(canvas, input, crate::tui::layout::text_area(area), focused);
}

fn config(canvas: &mut Canvas<'_>, launch: &Launch, area: Rect) {
    let place = match launch.field {
        Field::Config(place) => Some(place),
        Field::Workflow | Field::Requirements | Field::Start => None,
    };
    match &launch.config {
        ConfigForm::Lines(input) => {
            let rest = heading(canvas, area, "Config: key=value, one a line", place.is_some());
            boxed(canvas, input, rest, place.is_some());
        }
        ConfigForm::Properties(properties) => {
            let rest = heading(canvas, area, "Config", place.is_some());
            form(canvas, properties, place, rest);
        }
    }
}

fn form(canvas: &mut Canvas<'_>, properties: &[Property], focused: Option<usize>, area: Rect) {
    let [list, help] = area.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(1)]));
    let names = properties.iter().map(|property| property.name.chars().count()).max().unwrap_or(0).min(20) + 1;
    let seen = window(focused.unwrap_or(0), properties.len(), usize::from(list.height));
    for (place, row) in seen.zip(list.rows()) {
        let property = &properties[place];
        let is_focused = focused == Some(place);
        let mark = if is_focused { "▌" } else { " " };
        let star = if property.is_needed() { "*" } else { "" };
        let name = format!("{mark}{:<names$} ", format!("{}{star}", property.name));
        editor::line(canvas, &name, &property.input, row, is_focused);
        if property.input.is_empty() {
            let used = u16::try_from(name.chars().count()).unwrap_or(u16::MAX).saturating_add(1);
            let rest = Rect { x: row.x.saturating_add(used), width: row.width.saturating_sub(used), ..row };
            canvas.text(rest, &placeholder(property), Role::TextMuted);
        }
    }
    let shown = focused.and_then(|place| properties.get(place));
    let text = shown.map_or("* required", |property| property.description.as_str());
    canvas.text(help, &format!(" {text}"), Role::TextMuted);
}

/// What applies if nothing is typed, or what may be typed.
fn placeholder(property: &Property) -> String {
    let kind = if property.kind.is_empty() { "any value" } else { property.kind.as_str() };
    match &property.default {
        Some(value) => format!("{kind}, {value} unless given"),
        None => kind.to_owned(),
    }
}
