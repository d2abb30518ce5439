//! Writing a plan down.

use serde_json::{Map, Value};

use super::plan::{MAX_STEPS, Plan, Step, plan, without_prefix};
use super::text::{cut, quoted};
use super::words::Term;

/// Notes of one kind beyond these are only counted.
const MAX_NOTES: usize = 40;
const MAX_TITLE: usize = 200;
/// Words that a step's own check names.
const MOST_SHOWN: usize = 6;

/// What a plan's line has between the step and the words that ask for it.
pub(super) const FROM: &str = " — from ";
/// What begins the checks that quote the requirements.
pub(super) const HOLDS: &str = "check: it holds that ";

/// The plan in pieces: the head, each step, the notes, the count.
pub(super) fn write(provider: &str, requirements: &str, context: &Map<String, Value>) -> Vec<String> {
    let plan = plan(requirements);
    if without_prefix(requirements).is_empty() {
        return vec![
            "There is nothing to plan: the task is empty. Say in it what is wanted; no step was made.\n".to_owned(),
        ];
    }
    let unused = if context.is_empty() { "" } else { " The context was not read." };
    let mut pieces =
        vec![format!("Plan by {provider}. It sorts the words of the task; it does not understand them.{unused}\n\n")];
    pieces.extend(plan.steps.iter().enumerate().map(|(at, step)| write_step(at + 1, step)));
    if plan.steps.is_empty() {
        pieces.push("Nothing in the task asks for an action; no step was made.\n".to_owned());
    }
    let unclear = plan.unclear.iter().map(|unclear| {
        let within =
            if unclear.word == unclear.within { String::new() } else { format!(" in {}", quoted(unclear.within)) };
        format!("{}{within}: {}", quoted(unclear.word), unclear.question.text())
    });
    pieces.extend(notes("To clarify", unclear));
    let left = plan.left.iter().map(|left| format!("{}: {}", quoted(left.quote), left.why));
    pieces.extend(notes("Not made into steps", left));
    pieces.push(summary(&plan));
    pieces
}

fn write_step(number: usize, step: &Step<'_>) -> String {
    let mut text = format!("{number}. {}{FROM}{}\n", cut(&step.title, MAX_TITLE), quoted(step.quote));
    if step.shows.is_empty() {
        text.push_str("   check: by eye; its words are too general to look for\n");
    } else {
        let mut shown: Vec<&Term> = step.shows.iter().collect();
        // The most telling words first; the sort keeps the order of equals.
        shown.sort_by_key(|term| std::cmp::Reverse(term.weight));
        let words: Vec<&str> = shown.into_iter().take(MOST_SHOWN).map(|term| term.word.as_str()).collect();
        text.push_str(&format!("   check: the result shows {}\n", words.join(", ")));
    }
    for holds in &step.holds {
        text.push_str(&format!("   {HOLDS}{}\n", quoted(holds)));
    }
    text
}

fn notes(heading: &str, lines: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let count = lines.len();
    let mut pieces: Vec<String> = lines.take(MAX_NOTES).map(|line| format!("- {line}\n")).collect();
    if let Some(first) = pieces.first_mut() {
        *first = format!("\n{heading}:\n{first}");
    }
    if count > MAX_NOTES {
        pieces.push(format!("- and {} more\n", count - MAX_NOTES));
    }
    pieces
}

fn summary(plan: &Plan<'_>) -> String {
    let mut text = format!(
        "\nplan: {}, {} to clarify, {} not made into steps\n",
        count(plan.steps.len(), "step"),
        plan.unclear.len(),
        plan.left.len()
    );
    if plan.beyond > 0 {
        text.push_str(&format!(
            "{} more left out: a plan has at most {MAX_STEPS} steps. Split the task.\n",
            count(plan.beyond, "step")
        ));
    }
    if plan.unread > 0 {
        text.push_str(&format!("The last {} bytes were not read: the task is too long. Split it.\n", plan.unread));
    }
    text
}

fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
