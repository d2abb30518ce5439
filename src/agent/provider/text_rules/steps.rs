//! Reading the steps of a plan: the planner's own, any numbered or bulleted list, or a list in JSON.

use serde_json::Value;

use super::list::{self, Marker};
use super::plan::plan;
use super::plan_text::{FROM, HOLDS};

/// More steps than this are not reviewed.
pub(super) const MAX_STEPS: usize = 100;

/// A step to look for in a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedStep {
    /// As the plan numbers it.
    pub number: u32,
    pub text: String,
    /// What must hold of it.
    pub holds: Vec<String>,
}

/// The steps of a plan in any of its shapes; empty if there is nothing in it.
pub(super) fn steps(plan: &Value) -> Vec<PlannedStep> {
    match plan {
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
        Value::String(text) => steps_of_text(text),
        Value::Array(items) => numbered(items.iter().filter_map(step_text).map(|text| (0, text, Vec::new())).collect()),
        Value::Object(fields) => {
            let inner = ["steps", "plan", "output", "text"].iter().find_map(|name| fields.get(*name));
            inner.map(steps).unwrap_or_default()
        }
    }
}

/// One entry of a list in JSON.
fn step_text(item: &Value) -> Option<String> {
    let text = match item {
        Value::String(text) => Some(text.as_str()),
        Value::Object(fields) => {
            let names = ["step", "title", "text", "task", "description", "name"];
            names.iter().find_map(|name| fields.get(*name).and_then(Value::as_str))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    text.map(|text| list::item(text).map_or(text, |(_, rest)| rest).trim().to_owned()).filter(|text| !text.is_empty())
}

/// The numbered lines; if there are none, the bulleted; if there are none, what the text asks for.
pub(super) fn steps_of_text(text: &str) -> Vec<PlannedStep> {
    for wants_number in [true, false] {
        let found = listed(text, wants_number);
        if !found.is_empty() {
            return numbered(found);
        }
    }
    let asked = plan(text).steps.into_iter();
    numbered(asked.map(|step| (0, step.title, step.holds.into_iter().map(str::to_owned).collect())).collect())
}

fn listed(text: &str, wants_number: bool) -> Vec<(u32, String, Vec<String>)> {
    // Deeper items are details of the step above them.
    const DEEPEST: usize = 1;
    let mut found: Vec<(u32, String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if ends_steps(line) {
            break;
        }
        if let (Some(quote), Some(step)) = (line.trim().strip_prefix(HOLDS), found.last_mut()) {
            step.2.push(quote.trim_end_matches('…').trim_matches('"').to_owned());
        } else if indent <= DEEPEST
            && let Some((marker, text)) = list::item(line)
        {
            match marker {
                Marker::Number(number) if wants_number => found.push((number, bare(text), Vec::new())),
                Marker::Bullet if !wants_number => found.push((0, bare(text), Vec::new())),
                Marker::Number(_) | Marker::Bullet => {}
            }
        }
    }
    found
}

/// Whether the lists after this line are no steps any more.
fn ends_steps(line: &str) -> bool {
    const HEADINGS: &[&str] = &["to clarify", "open questions", "questions", "not made into steps"];
    let line = list::heading(line).unwrap_or(line).trim().trim_matches('*').to_lowercase();
    HEADINGS.contains(&line.trim_end_matches(':'))
}

/// Without the citation and without emphasis.
fn bare(text: &str) -> String {
    let quoted = format!("{FROM}\"");
    let text = text.split_once(&quoted).map_or(text, |(step, _)| step);
    text.replace("**", "").trim().to_owned()
}

/// Keeps the plan's own numbers if they rise, and counts otherwise.
fn numbered(found: Vec<(u32, String, Vec<String>)>) -> Vec<PlannedStep> {
    let rising = found.first().is_some_and(|first| first.0 > 0) && found.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let count = (1..).zip(found);
    count
        .map(|(place, (number, text, holds))| PlannedStep { number: if rising { number } else { place }, text, holds })
        .collect()
}
