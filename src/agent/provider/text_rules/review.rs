//! Judging a result step by step.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::bounds::Bound;
use super::lines::{Line, Lines};
use super::list;
use super::steps::PlannedStep;
use super::words::{MOST_TERMS, Term, stem, terms, words};

/// Parts of a step's weight, in percent, that evidence must show.
const COVERED: u32 = 70;
const PARTLY: u32 = 55;
/// Lines before and after a line that are read with it.
const NEIGHBOURS: usize = 1;
const MOST_AGAINST: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Covered,
    Partly,
    NoEvidence,
}

/// A literal line of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    pub place: String,
    pub text: String,
}

/// What was found about one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub number: u32,
    pub text: String,
    pub verdict: Verdict,
    pub evidence: Vec<Quote>,
    /// The step's words that the evidence does not show.
    pub missing: Vec<String>,
    /// Lines that say that it is not done.
    pub against: Vec<Quote>,
    /// Where the result only repeats the step.
    pub echo: Option<String>,
    /// What must hold, with the evidence for each.
    pub holds: Vec<(String, Held)>,
    /// The step has no word that could be looked for.
    pub too_general: bool,
}

/// Judges every step. Words that many steps share tell less about each.
pub(super) fn review(steps: &[PlannedStep], lines: &Lines) -> Vec<Finding> {
    let mut terms: Vec<Vec<Term>> = steps.iter().map(|step| self::terms(&step.text)).collect();
    let mut shared: HashMap<String, usize> = HashMap::new();
    for term in terms.iter().flatten() {
        *shared.entry(term.stem.clone()).or_default() += 1;
    }
    for term in terms.iter_mut().flatten() {
        if steps.len() >= 3 && shared[&term.stem] * 2 >= steps.len() {
            term.weight = 1;
        }
    }
    steps.iter().zip(&terms).map(|(step, terms)| judge(step, terms, lines)).collect()
}

fn judge(step: &PlannedStep, terms: &[Term], lines: &Lines) -> Finding {
    let own = own_words(&step.text);
    let shown = shown(terms, lines);
    let echoes: HashSet<usize> = shown.keys().copied().filter(|&at| repeats(&lines.lines[at], &step.text)).collect();
    let usable = |at: usize| lines.lines[at].may_show(&own) && !echoes.contains(&at);
    let window = best_window(terms, &shown, lines, &usable);
    let mut verdict = match share(terms, window.shown) {
        COVERED.. => Verdict::Covered,
        PARTLY.. => Verdict::Partly,
        _ => Verdict::NoEvidence,
    };
    let against: Vec<Quote> = shown
        .iter()
        .filter(|&(&at, &mask)| lines.lines[at].is_against(&own) && share(terms, mask) >= PARTLY)
        .take(MOST_AGAINST)
        .map(|(&at, _)| quote(&lines.lines[at]))
        .collect();
    let holds: Vec<_> = step.holds.iter().map(|text| (text.clone(), held(text, terms, lines, &echoes))).collect();
    if verdict == Verdict::Covered
        && (!against.is_empty() || holds.iter().any(|(_, held)| !matches!(held, Held::Shown(_))))
    {
        verdict = Verdict::Partly;
    }
    let evidence = if verdict == Verdict::NoEvidence { Vec::new() } else { window.quotes };
    let is_missing = |&(at, _): &(usize, &Term)| window.shown & 1 << at == 0;
    let missing = terms.iter().enumerate().filter(is_missing).map(|(_, term)| term.word.clone()).collect();
    Finding {
        number: step.number,
        text: step.text.clone(),
        verdict,
        evidence,
        missing,
        against,
        echo: echoes.iter().min().map(|&at| lines.lines[at].place.clone()),
        holds,
        too_general: terms.is_empty(),
    }
}

/// What a result says about something that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    Shown(Quote),
    /// A number crosses the limit.
    Crossed(Quote),
    NoEvidence,
}

/// Looks for the number of a limit first, then for the words. A number counts where its line shares a word with what
/// must hold, or with its step.
fn held(text: &str, step: &[Term], lines: &Lines, echoes: &HashSet<usize>) -> Held {
    let terms = terms(text);
    let own = own_words(text);
    let usable = |at: usize| lines.lines[at].may_show(&own) && !echoes.contains(&at);
    if let Some(bound) = Bound::of(text) {
        let others: Vec<Term> = terms.iter().chain(step).filter(|term| !bound.is_part(&term.word)).cloned().collect();
        let mut kept = None;
        for at in shown(&others, lines).into_keys().filter(|&at| usable(at)) {
            match bound.kept_by(&lines.lines[at].text) {
                Some(false) => return Held::Crossed(quote(&lines.lines[at])),
                Some(true) if kept.is_none() => kept = Some(quote(&lines.lines[at])),
                Some(true) | None => {}
            }
        }
        if let Some(quote) = kept {
            return Held::Shown(quote);
        }
    }
    let window = best_window(&terms, &shown(&terms, lines), lines, &usable);
    let found = share(&terms, window.shown) >= COVERED;
    window.quotes.into_iter().next().filter(|_| found).map_or(Held::NoEvidence, Held::Shown)
}

fn own_words(text: &str) -> HashSet<String> {
    words(text).iter().map(|word| stem(&word.lower)).collect()
}

/// Which of a step's words something shows: one bit for each.
type Mask = u64;
const _: () = assert!(MOST_TERMS <= Mask::BITS as usize);

/// The lines that show any of the words, and which.
fn shown(terms: &[Term], lines: &Lines) -> BTreeMap<usize, Mask> {
    let mut shown: BTreeMap<usize, Mask> = BTreeMap::new();
    for (bit, term) in terms.iter().take(MOST_TERMS).enumerate() {
        for &at in lines.index.get(&term.stem).into_iter().flatten() {
            *shown.entry(at).or_default() |= 1 << bit;
        }
    }
    shown
}

fn weight(terms: &[Term], mask: Mask) -> u32 {
    terms.iter().enumerate().filter(|(bit, _)| mask & 1 << bit != 0).map(|(_, term)| term.weight).sum()
}

/// How much of the words' weight is shown, in percent.
fn share(terms: &[Term], mask: Mask) -> u32 {
    let all: u32 = terms.iter().map(|term| term.weight).sum();
    (weight(terms, mask) * 100).checked_div(all).unwrap_or(0)
}

/// Neighbouring lines and what they show.
#[derive(Default)]
struct Window {
    shown: Mask,
    quotes: Vec<Quote>,
}

/// The place that shows most of the words; of equals the first whose own line shows most.
fn best_window(terms: &[Term], shown: &BTreeMap<usize, Mask>, lines: &Lines, usable: &dyn Fn(usize) -> bool) -> Window {
    let around = |at: usize| {
        let last = (at + NEIGHBOURS).min(lines.lines.len() - 1);
        let together = move |&near: &usize| lines.lines[near].block == lines.lines[at].block && usable(near);
        (at.saturating_sub(NEIGHBOURS)..=last).filter(together)
    };
    let mask = |at: usize| shown.get(&at).copied().unwrap_or(0);
    let mut best = (0, 0);
    let mut best_at = None;
    for at in shown.keys().copied().filter(|&at| usable(at)) {
        let together = around(at).fold(0, |all, near| all | mask(near));
        let score = (weight(terms, together), weight(terms, mask(at)));
        if score > best {
            best = score;
            best_at = Some(at);
        }
    }
    let mut window = Window::default();
    let Some(best_at) = best_at else { return window };
    // The line itself first, then those neighbours that add a word; quoted in the result's order.
    let mut quoted = BTreeSet::new();
    for at in std::iter::once(best_at).chain(around(best_at).filter(|&near| near != best_at)) {
        if mask(at) & !window.shown != 0 {
            window.shown |= mask(at);
            quoted.insert(at);
        }
    }
    window.quotes = quoted.into_iter().map(|at| quote(&lines.lines[at])).collect();
    window
}

/// Whether a line says the step's own words and nothing else: the plan again, not its execution.
fn repeats(line: &Line, step: &str) -> bool {
    let text = line.text.split_once(super::plan_text::FROM).map_or(line.text.as_str(), |(step, _)| step);
    // A ticked box says that it was done.
    let ticked = text.contains("[x]") || text.contains("[X]");
    let text = list::item(text).map_or(text, |(_, item)| item);
    let plain = |text: &str| words(text).into_iter().map(|word| word.lower).collect::<Vec<_>>();
    let symbols =
        |text: &str| text.chars().filter(|c| !c.is_alphanumeric() && !c.is_ascii() && !c.is_whitespace()).count();
    !ticked && plain(text) == plain(step) && symbols(text) == symbols(step)
}

fn quote(line: &Line) -> Quote {
    Quote { place: line.place.clone(), text: line.text.clone() }
}
