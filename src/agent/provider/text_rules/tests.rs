//! The rules on texts with known gaps, and on any text.

use futures_util::StreamExt;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::plan::{MAX_STEPS, Plan, plan};
use super::{Job, TextRules};
use crate::agent::provider::{Ask, Provider};

const LOGIN: &str = include_str!("fixtures/login_requirements.txt");
const LOGIN_REPORT: &str = include_str!("fixtures/login_report.txt");
const RELEASE_PLAN: &str = include_str!("fixtures/release_plan.md");
const RELEASE_RESULT: &str = include_str!("fixtures/release_result.json");
const IMPORTER: &str = include_str!("fixtures/importer_requirements.txt");
const IMPORTER_RESULT: &str = include_str!("fixtures/importer_result.txt");

async fn pieces(job: Job, task: &str, context: Value) -> Vec<String> {
    let context: Map<String, Value> = context.as_object().cloned().unwrap_or_default();
    let ask = Ask { job, instructions: "", task: task.to_owned(), context };
    TextRules.respond(ask).map(|piece| piece.unwrap()).collect().await
}

async fn planned(requirements: &str) -> String {
    pieces(Job::Plan, requirements, json!({})).await.concat()
}

async fn reviewed(task: &str, context: Value) -> String {
    pieces(Job::Review, task, context).await.concat()
}

/// The part of a review about one step.
fn step(review: &str, number: u32) -> String {
    let lines = review.lines().skip_while(|line| !line.starts_with(&format!("{number}. ")));
    let mut lines = lines.peekable();
    let first = lines.next().unwrap_or_else(|| panic!("no step {number} in\n{review}"));
    std::iter::once(first).chain(lines.take_while(|line| line.starts_with(' '))).collect::<Vec<_>>().join("\n")
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap()
}

fn titles<'a>(plan: &'a Plan<'_>) -> Vec<&'a str> {
    plan.steps.iter().map(|step| step.title.as_str()).collect()
}

#[tokio::test]
async fn prose_and_lists_become_steps_with_the_words_that_ask_for_them() {
    let text = planned(&format!("Plan: {LOGIN}")).await;
    for line in [
        "1. Provide a login endpoint for the public API — from \"We need a login endpoint for the public API.\"",
        "   check: it holds that \"It must answer within 200 ms\"",
        "   check: it holds that \"never log the password.\"",
        "2. Lock the account after 5 failed attempts — from \"Lock the account after 5 failed attempts\"",
        "3. Write tests for the lock — from \"write tests for the lock\"",
        "4. Document the endpoint in `docs/login.md` — from \"document the endpoint\" \"in `docs/login.md`.\"",
        "5. Add a logout endpoint — from \"add a logout endpoint\"",
        "   check: the result shows logout, endpoint",
        "   check: it holds that \"at most 100 requests\"",
        "8. Hold to: No new dependencies — from \"No new dependencies\"",
        "- \"Which hash function do we use?\": a question: it needs an answer before it can become a step",
        "- \"nice\" in \"make the error page nice\": who judges it, and by what?",
        "- \"The current system uses sessions.\": background",
        "- \"Also:\": introduces the list below it",
        "- \"Thanks!\": asks for nothing",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
    assert_eq!(last_line(&text), "plan: 8 steps, 2 to clarify, 4 not made into steps");
    assert!(text.lines().next().unwrap().contains("not a language model"));
}

#[tokio::test]
async fn a_plan_streams_step_by_step() {
    let pieces = pieces(Job::Plan, LOGIN, json!({})).await;
    for (at, piece) in pieces[1..9].iter().enumerate() {
        assert!(piece.starts_with(&format!("{}. ", at + 1)), "{piece}");
    }
}

#[test]
fn a_limit_belongs_to_the_step_it_speaks_of() {
    let plan = plan("Build the importer. Show the result page. The importer must not change the source file.");
    assert_eq!(titles(&plan), ["Build the importer", "Show the result page"]);
    assert_eq!(plan.steps[0].holds, ["The importer must not change the source file."]);
}

#[test]
fn text_in_another_language_is_split_by_its_sentences_and_lists() {
    let german = plan("Füge einen Login-Endpunkt hinzu. Schreibe Tests.\n- Dokumentiere die Größe");
    assert_eq!(titles(&german), ["Füge einen Login-Endpunkt hinzu", "Schreibe Tests", "Dokumentiere die Größe"]);
    assert_eq!(titles(&plan("添加登录接口。写测试！")), ["添加登录接口", "写测试"]);
}

#[tokio::test]
async fn without_requirements_the_planner_says_so() {
    for nothing in ["", " \n ", "Plan:", "Plan: "] {
        let text = planned(nothing).await;
        assert!(text.contains("nothing to plan"), "{nothing:?} gave {text}");
    }
    assert!(planned("The system is old.").await.contains("Nothing in the task asks for an action"));
}

#[tokio::test]
async fn a_plan_is_bounded_and_says_so() {
    let many: String = (0..MAX_STEPS + 5).map(|at| format!("- build part{at}\n")).collect();
    let text = planned(&many).await;
    assert!(text.contains(&format!("\n{MAX_STEPS}. ")) && !text.contains(&format!("\n{}. ", MAX_STEPS + 1)));
    assert!(text.contains("5 steps more left out"), "{}", last_line(&text));

    let sentences = "Old. ".repeat(1001);
    assert!(planned(&sentences).await.contains("The last 5 bytes were not read"));

    let long = "ä".repeat(super::plan::MAX_TEXT);
    assert!(planned(&long).await.contains(&format!("The last {} bytes were not read", super::plan::MAX_TEXT)));
}

#[tokio::test]
async fn a_report_is_reviewed_against_the_planners_own_plan() {
    let review = reviewed("Review", json!({"plan": planned(LOGIN).await, "result": LOGIN_REPORT})).await;
    assert_eq!(last_line(&review), "verdict: 4 of 8 steps have evidence (partly: 1); missing: 4, 5, 6, 7");

    let login = step(&review, 1);
    assert!(login.contains("partly\n   line 4: \"- src/login.rs serves POST /login, the login endpoint of the API.\""));
    assert!(
        login.contains("check \"It must answer within 200 ms\": does not hold, line 5: \"- It answers within 350 ms")
    );
    assert!(login.contains("check \"never log the password.\": no evidence"));
    assert!(step(&review, 2).contains("covered\n   line 6: \"- The account locks after 5 failed attempts;"));
    assert!(step(&review, 4).contains("against it, line 12: \"TODO: docs/login.md still to be written"));
    assert!(step(&review, 5).contains("against it, line 9: \"- logout endpoint\""));
    // Only announced, in line 1.
    assert!(step(&review, 6).contains("no evidence\n   missing: "));
    assert!(step(&review, 8).contains("line 13: \"Cargo.toml is unchanged: no new dependencies.\""));
}

#[tokio::test]
async fn a_result_in_json_is_reviewed_against_a_written_plan() {
    let result: Value = serde_json::from_str(RELEASE_RESULT).unwrap();
    let review = reviewed("Review", json!({"plan": RELEASE_PLAN, "result": result})).await;
    assert_eq!(last_line(&review), "verdict: 3 of 5 steps have evidence (partly: 3); missing: 4, 5");
    assert!(step(&review, 1).contains("version.output, line 1: \"Cargo.toml: version = \"2.1.0\"\""));
    assert!(step(&review, 2).contains("changelog.output, line 1: \"CHANGELOG.md: 14 changes since 2.0.0 listed\""));
    assert!(step(&review, 3).contains("against it, suite.output, line 2: \"3 tests failed in the suite\""));
    assert!(
        step(&review, 4).contains("against it, archive.output, line 1: \"Signing skipped: release key not found\"")
    );
    assert!(step(&review, 5).contains("no evidence\n   missing: "));
}

#[tokio::test]
async fn repeating_the_plan_is_no_evidence_but_doing_it_is() {
    let plan = planned(IMPORTER).await;
    let review = reviewed("Review", json!({"plan": plan, "result": IMPORTER_RESULT})).await;
    assert_eq!(last_line(&review), "verdict: 7 of 8 steps have evidence; missing: 8", "{plan}\n{review}");
    let validate = step(&review, 3);
    assert!(validate.contains("line 5: \"Each row is validated against schema.json first.\""), "{validate}");
    assert!(validate.contains("line 1 only repeats the step"), "{validate}");
    let limit = "check \"within 5 minutes\": line 7: \"The import of 1,000,000 rows finished in 4.5 minutes.\"";
    assert!(step(&review, 6).contains(limit), "{review}");
    assert!(step(&review, 8).contains("missing: Send, summary, email, operator"));
}

#[tokio::test]
async fn without_a_plan_the_tasks_words_are_looked_for() {
    let result = "Starting custom processing...\nCustom result: Custom task completed\nProcessing complete!\n";
    let review = reviewed("Review the custom processing", json!({"result": result})).await;
    assert!(review.contains("The context has no `plan`"));
    assert!(step(&review, 1).contains("line 2: \"Custom result: Custom task completed\""), "{review}");
    assert_eq!(last_line(&review), "verdict: 1 of 1 steps have evidence; missing: none");

    let review = reviewed("Review the custom processing", json!({"result": "Nothing of interest."})).await;
    assert_eq!(last_line(&review), "verdict: 0 of 1 steps have evidence; missing: 1");
}

#[tokio::test]
async fn a_plan_may_be_a_list_of_texts_or_objects() {
    let plan = json!(["add login", {"step": "2. add logout"}]);
    let review = reviewed("Review", json!({"plan": plan, "result": "login is in place"})).await;
    assert_eq!(last_line(&review), "verdict: 1 of 2 steps have evidence; missing: 2");
}

#[tokio::test]
async fn without_a_result_the_reviewer_says_what_to_give() {
    for context in [json!({}), json!({"plan": "1. x"}), json!({"result": "", "plan": "1. x"})] {
        let review = reviewed("Review", context).await;
        assert!(review.contains("put it under `result`"), "{review}");
        assert_eq!(last_line(&review), "verdict: nothing reviewed");
    }
}

#[tokio::test]
async fn a_result_that_is_too_long_is_read_in_part_and_said() {
    let result = format!("{}login works", "nothing\n".repeat(20_000));
    let review = reviewed("Review", json!({"plan": "1. add login", "result": result})).await;
    assert!(review.contains("11 bytes of the result were not read"), "{review}");
    assert_eq!(last_line(&review), "verdict: 0 of 1 steps have evidence; missing: 1");
}

#[tokio::test]
async fn a_result_under_other_names_is_read_and_said() {
    let review = reviewed("Review", json!({"plan": "1. add login", "tests": "login works"})).await;
    assert!(review.contains("The context has no `result`"));
    assert!(step(&review, 1).contains("tests, line 1: \"login works\""));
}

/// Texts out of the words and marks that the rules know, which arbitrary text hardly ever hits.
fn requirements() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "add", "a", "login", "endpoint", "and", "then", ",", ";", ".", "?", "!", ":", "\n", "\n\n", "\n- ", "\n2) ",
        "# ", "must", "never", "it", "within", "200", "ms", "5%", "we need", "please", "\"", "`", "(", ")", "fast",
        "etc.", "???", "```", "if", "no", "Plan:", "接口", "。", "é", "\u{301}", "🦀", "\u{200d}", "İ", "\r\n", "\t",
        "TODO", "not done",
    ]);
    prop::collection::vec((parts, any::<bool>()), 0..60).prop_map(|parts| {
        parts.into_iter().map(|(part, space)| if space { format!("{part} ") } else { part.to_owned() }).collect()
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![requirements(), any::<String>()]
}

/// Whether `part` is a slice of `whole`, not only equal to one.
fn is_slice_of(part: &str, whole: &str) -> bool {
    let inner = part.as_bytes().as_ptr_range();
    let outer = whole.as_bytes().as_ptr_range();
    outer.start <= inner.start && inner.end <= outer.end
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_citation_is_in_the_requirements(text in any_text()) {
        let plan = plan(&text);
        let steps = plan.steps.iter().flat_map(|step| step.holds.iter().chain([&step.quote]));
        let unclear = plan.unclear.iter().flat_map(|unclear| [&unclear.word, &unclear.within]);
        for quote in steps.chain(unclear).chain(plan.left.iter().map(|left| &left.quote)) {
            prop_assert!(is_slice_of(quote, &text), "{quote:?}");
            prop_assert!(!quote.is_empty());
        }
    }

    #[test]
    fn no_word_of_the_requirements_is_lost(text in requirements()) {
        let plan = plan(&text);
        let steps = plan.steps.iter().flat_map(|step| step.holds.iter().chain([&step.quote]));
        let notes = plan.unclear.iter().map(|unclear| &unclear.within).chain(plan.left.iter().map(|left| &left.quote));
        let cited: String = steps.chain(notes).copied().collect::<Vec<_>>().join(" ");
        for word in ["login", "endpoint", "within", "接口", "fast"] {
            prop_assert!(!text.contains(word) || cited.contains(word), "{word} of {text:?} is not in {cited:?}");
        }
    }

    #[test]
    fn any_text_is_planned_and_reviewed_the_same_way_twice(task in any_text(), plan in any_text(), result in any_text()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let context = json!({"plan": plan, "result": result});
        let once = || runtime.block_on(async {
            (planned(&task).await, reviewed(&task, context.clone()).await)
        });
        let (first_plan, first_review) = once();
        prop_assert_eq!((&first_plan, &first_review), (&once().0, &once().1));
        prop_assert!(last_line(&first_review).starts_with("verdict: "));
    }

    #[test]
    fn every_quote_of_a_review_is_in_the_line_it_names(result in any_text()) {
        let lines: Vec<&str> = result.lines().collect();
        let steps = super::steps::steps_of_text("1. add a login endpoint within 200 ms\n2. never TODO 接口\n3. fast 5%");
        for finding in super::review::review(&steps, &super::lines::Lines::of(&json!(result))) {
            for quote in finding.evidence.iter().chain(&finding.against) {
                let number: usize = quote.place.strip_prefix("line ").unwrap().parse().unwrap();
                prop_assert!(lines[number - 1].contains(&quote.text), "{quote:?}");
            }
        }
    }
}
