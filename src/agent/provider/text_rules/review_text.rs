//! Writing a review down.

use serde_json::{Map, Value};

use super::lines::Lines;
use super::review::{Finding, Held, Quote, Verdict, review};
use super::steps::{MAX_STEPS, PlannedStep, steps, steps_of_text};
use super::text::{cut, quoted};

const MAX_STEP_TEXT: usize = 200;

/// The review in pieces: the head, each step, the verdict.
pub(super) fn write(provider: &str, task: &str, context: &Map<String, Value>) -> Vec<String> {
    let mut notes = Vec::new();
    let lines = Lines::of(&result(context, &mut notes));
    let mut steps = planned(task, context, &mut notes);
    if lines.is_empty() {
        notes.push("There is no result to review: put it under `result` in the context.".to_owned());
        return vec![format!("{}\nverdict: nothing reviewed\n", head(provider, &notes))];
    }
    if steps.is_empty() {
        notes.push("There is nothing to review against: put a plan under `plan` in the context.".to_owned());
        return vec![format!("{}\nverdict: nothing reviewed\n", head(provider, &notes))];
    }
    if steps.len() > MAX_STEPS {
        notes.push(format!("Only the first {MAX_STEPS} of {} steps are reviewed.", steps.len()));
        steps.truncate(MAX_STEPS);
    }
    if lines.unread > 0 {
        let unread = lines.unread;
        notes.push(format!(
            "{unread} bytes of the result were not read: it is too long or too deep. Evidence may be there."
        ));
    }
    let findings = review(&steps, &lines);
    let mut pieces = vec![head(provider, &notes) + "\n"];
    pieces.extend(findings.iter().map(write_finding));
    pieces.push(format!("\n{}\n", verdict(&findings)));
    pieces
}

fn head(provider: &str, notes: &[String]) -> String {
    let mut text = format!(
        "Review by {provider}. It compares words: \"covered\" means that the result speaks of it, not that it is right.\n"
    );
    for note in notes {
        text.push_str(note);
        text.push('\n');
    }
    text
}

/// `result`; if there is none, everything in the context but the plan.
fn result(context: &Map<String, Value>, notes: &mut Vec<String>) -> Value {
    if let Some(result) = context.get("result") {
        return result.clone();
    }
    let rest: Map<String, Value> =
        context.iter().filter(|(name, _)| *name != "plan").map(|(name, value)| (name.clone(), value.clone())).collect();
    if rest.is_empty() {
        return Value::Null;
    }
    notes.push("The context has no `result`; all of it but the plan is read as the result.".to_owned());
    Value::Object(rest)
}

/// The plan's steps; if there are none, the task's own words.
fn planned(task: &str, context: &Map<String, Value>, notes: &mut Vec<String>) -> Vec<PlannedStep> {
    let planned = context.get("plan").map(steps).unwrap_or_default();
    if !planned.is_empty() {
        return planned;
    }
    let asked = steps_of_text(without_review(task));
    if !asked.is_empty() {
        let why = if context.contains_key("plan") { "The plan has no steps" } else { "The context has no `plan`" };
        notes.push(format!("{why}; the task's own words are looked for."));
    }
    asked
}

/// "Review the custom processing" is about the custom processing.
fn without_review(task: &str) -> &str {
    let task = task.trim();
    let first = task.split([' ', ':']).next().unwrap_or_default();
    let is_order = ["review", "check", "verify"].iter().any(|word| first.eq_ignore_ascii_case(word));
    if is_order { task[first.len()..].trim_start_matches([' ', ':']) } else { task }
}

fn write_finding(finding: &Finding) -> String {
    let verdict = match finding.verdict {
        Verdict::Covered => "covered",
        Verdict::Partly => "partly",
        Verdict::NoEvidence => "no evidence",
    };
    let mut text = format!("{}. {}: {verdict}\n", finding.number, cut(&finding.text, MAX_STEP_TEXT));
    let mut line = |what: String| {
        text.push_str("   ");
        text.push_str(&what);
        text.push('\n');
    };
    finding.evidence.iter().for_each(|quote| line(at_place(quote)));
    if finding.too_general {
        line("its words are too general to look for".to_owned());
    } else if !finding.missing.is_empty() {
        line(format!("missing: {}", finding.missing.join(", ")));
    }
    finding.against.iter().for_each(|quote| line(format!("against it, {}", at_place(quote))));
    if let Some(place) = &finding.echo {
        line(format!("{place} only repeats the step"));
    }
    for (holds, held) in &finding.holds {
        match held {
            Held::Shown(quote) => line(format!("check \"{holds}\": {}", at_place(quote))),
            Held::Crossed(quote) => line(format!("check \"{holds}\": does not hold, {}", at_place(quote))),
            Held::NoEvidence => line(format!("check \"{holds}\": no evidence")),
        }
    }
    text
}

fn at_place(quote: &Quote) -> String {
    format!("{}: {}", quote.place, quoted(&quote.text))
}

/// The last line: what has evidence and what has none.
fn verdict(findings: &[Finding]) -> String {
    let numbers = |verdict: Verdict| -> Vec<String> {
        findings.iter().filter(|f| f.verdict == verdict).map(|f| f.number.to_string()).collect()
    };
    let (partly, missing) = (numbers(Verdict::Partly), numbers(Verdict::NoEvidence));
    let found = findings.len() - missing.len();
    let partly = if partly.is_empty() { String::new() } else { format!(" (partly: {})", partly.join(", ")) };
    let missing = if missing.is_empty() { "none".to_owned() } else { missing.join(", ") };
    format!("verdict: {found} of {} steps have evidence{partly}; missing: {missing}", findings.len())
}
