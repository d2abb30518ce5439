//! From the agents' text to the run's results: what people read is what is counted.

use orchestrator_sdk::prelude::*;
use orchestrator_sdk::protocol::target::AgentOutcome;

use crate::report::{MeasureKind, Report, Severity};

/// How many problems of each inspection the results repeat; the agents' own output has all.
const REPEATED_PROBLEMS: usize = 20;

/// What became of one agent.
pub struct Inspected {
    pub agent: &'static str,
    outcome: Result<Outcome, String>,
}

struct Outcome {
    text: String,
    report: Report,
    dropped_bytes: u64,
}

impl Inspected {
    pub fn new(agent: &'static str, outcome: Result<AgentOutcome, PluginError>) -> Self {
        let outcome = outcome.map_err(|error| error.to_string()).map(|outcome| Outcome {
            report: Report::read(&outcome.output),
            text: outcome.output,
            dropped_bytes: outcome.dropped_bytes,
        });
        Inspected { agent, outcome }
    }

    fn failure(&self) -> Option<String> {
        self.outcome.as_ref().err().map(|reason| format!("{} failed: {reason}", self.agent))
    }

    /// The name in the results: the agent's without `_agent`.
    fn section(&self) -> &'static str {
        match self.agent.trim_end_matches("_agent") {
            "dependency" => "dependencies",
            name => name,
        }
    }

    /// The report as data: status, summary, findings by severity, what was measured, and the first problems.
    fn value(&self) -> Value {
        let outcome = match &self.outcome {
            Ok(outcome) => outcome,
            Err(reason) => return json!({"status": "failed", "reason": reason}),
        };
        let report = &outcome.report;
        let mut value = json!({
            "status": "completed",
            "summary": report.summary,
            "findings": counts(report),
            "problems": problems(report),
        });
        let measured = measured(report);
        if let Value::Object(value) = &mut value {
            value.extend(measured);
            if outcome.dropped_bytes > 0 {
                value.insert("dropped_bytes".to_owned(), Value::from(outcome.dropped_bytes));
            }
        }
        value
    }
}

/// Listed findings by severity, and those that were only counted.
fn counts(report: &Report) -> Value {
    let of = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    json!({
        "error": of(Severity::Error),
        "warning": of(Severity::Warning),
        "info": of(Severity::Info),
        "unlisted": unlisted(report),
    })
}

fn unlisted(report: &Report) -> u64 {
    let totals = report.measures.iter().filter(|m| m.kind == MeasureKind::Total && m.name == "findings");
    totals.flat_map(|measure| &measure.values).filter(|(key, _)| key == "unlisted").map(|(_, count)| *count).sum()
}

/// Errors, then warnings, as their lines have them.
fn problems(report: &Report) -> Vec<String> {
    let of = |severity| report.findings.iter().filter(move |finding| finding.severity == severity);
    of(Severity::Error).chain(of(Severity::Warning)).take(REPEATED_PROBLEMS).map(ToString::to_string).collect()
}

/// The measures by kind and name: `{"language": {"Rust": {"files": 12}}}`.
fn measured(report: &Report) -> Map<String, Value> {
    let mut kinds = Map::new();
    for measure in &report.measures {
        let values: Map<_, _> = measure.values.iter().map(|(key, n)| (key.clone(), Value::from(*n))).collect();
        let kind = kinds.entry(measure.kind.as_str()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(kind) = kind {
            kind.insert(measure.name.clone(), Value::Object(values));
        }
    }
    kinds
}

/// One sentence for each agent.
pub fn summaries(inspected: &[Inspected]) -> Value {
    let sentence = |one: &Inspected| match &one.outcome {
        Ok(outcome) => outcome.report.summary.clone().unwrap_or_else(|| "ended without a summary".to_owned()),
        Err(reason) => format!("failed: {reason}"),
    };
    Value::Object(inspected.iter().map(|one| (one.agent.to_owned(), Value::from(sentence(one)))).collect())
}

/// All reports as one text, each under its agent's name.
pub fn combined_text(inspected: &[Inspected]) -> String {
    let mut text = String::new();
    for one in inspected {
        let body = match &one.outcome {
            Ok(outcome) => outcome.text.clone(),
            Err(reason) => format!("failed: {reason}\n"),
        };
        text.push_str(&format!("# {}\n{body}\n", one.agent));
    }
    text
}

/// The review's last words, which hold its verdict, and its whole text.
pub fn review(review: &Inspected) -> Value {
    match &review.outcome {
        Ok(outcome) => {
            let verdict = outcome.text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            json!({"status": "completed", "verdict": verdict, "text": outcome.text})
        }
        Err(reason) => json!({"status": "failed", "reason": reason}),
    }
}

/// The run's status and results. One failure makes it fail, and what the others found is kept.
pub fn build(tree: Map<String, Value>, inspected: &[Inspected], review: &Inspected) -> (&'static str, Value) {
    let mut results = Map::new();
    results.insert("tree".to_owned(), Value::Object(tree));
    let mut sums = [0u64; 4];
    for one in inspected {
        results.insert(one.section().to_owned(), one.value());
        if let Ok(outcome) = &one.outcome {
            for finding in &outcome.report.findings {
                sums[finding.severity as usize] += 1;
            }
            sums[3] += unlisted(&outcome.report);
        }
    }
    let [info, warning, error, unlisted] = sums;
    let sums = json!({"error": error, "warning": warning, "info": info, "unlisted": unlisted});
    results.insert("findings".to_owned(), sums);
    results.insert("review".to_owned(), self::review(review));
    let failures: Vec<_> = inspected.iter().chain([review]).filter_map(Inspected::failure).collect();
    if failures.is_empty() {
        return ("completed", Value::Object(results));
    }
    results.insert("reason".to_owned(), Value::from(failures.join("; ")));
    ("failed", Value::Object(results))
}
