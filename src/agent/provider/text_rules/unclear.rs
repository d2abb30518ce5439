//! Words that leave something open, to be asked about.

use super::words::{Word, find_phrase};

/// A word that leaves something open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unclear<'a> {
    pub word: &'a str,
    pub within: &'a str,
    pub question: Question,
}

/// Words that leave something open, and what to ask about them.
const UNCLEAR: &[(&[&str], Question)] = &[
    (
        &[
            "fast",
            "quick",
            "quickly",
            "slow",
            "responsive",
            "performant",
            "efficient",
            "scalable",
            "large",
            "small",
            "big",
            "huge",
            "low latency",
            "high performance",
            "short",
            "long",
            "recent",
            "old",
            "frequently",
            "regularly",
            "soon",
            "asap",
        ],
        Question::Measure,
    ),
    (
        &[
            "nice",
            "nicely",
            "good",
            "better",
            "beautiful",
            "pretty",
            "simple",
            "easy",
            "easily",
            "intuitive",
            "user friendly",
            "modern",
            "clean",
            "robust",
            "flexible",
            "seamless",
            "appropriate",
            "appropriately",
            "suitable",
            "reasonable",
            "sensible",
            "proper",
            "properly",
            "high quality",
            "elegant",
            "professional",
            "secure",
            "reliable",
        ],
        Question::Judgement,
    ),
    (&["some", "several", "many", "few", "various", "multiple", "a lot of", "a couple of"], Question::Amount),
    (
        &["if possible", "if necessary", "if needed", "as needed", "where appropriate", "ideally", "optionally"],
        Question::Condition,
    ),
    (&["etc", "and so on", "and the like", "and more", "or similar", "or something"], Question::Rest),
    (
        &["tbd", "tba", "todo", "to be decided", "to be defined", "not sure", "maybe", "probably", "somehow"],
        Question::Open,
    ),
];

/// What to ask about an unclear word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Measure,
    Judgement,
    Amount,
    Condition,
    Rest,
    Open,
    /// The requirements ask it themselves.
    Asked,
}

impl Question {
    pub(super) fn text(self) -> &'static str {
        match self {
            Question::Measure => "how much exactly? No number is given",
            Question::Judgement => "who judges it, and by what?",
            Question::Amount => "how many, or which?",
            Question::Condition => "when exactly, and who decides?",
            Question::Rest => "what else belongs to it?",
            Question::Open => "this is left open",
            Question::Asked => "a question: it needs an answer before it can become a step",
        }
    }
}

/// The words of a clause that leave something open.
pub(super) fn unclear<'a>(clause: &'a str, words: &[Word]) -> Vec<Unclear<'a>> {
    let measured = clause.contains(|c: char| c.is_ascii_digit());
    let mut found = Vec::new();
    for (phrases, question) in UNCLEAR {
        if measured && *question == Question::Measure {
            continue;
        }
        for phrase in *phrases {
            let Some(at) = find_phrase(words, phrase) else { continue };
            let count = phrase.split(' ').count();
            let word = &clause[words[at].span.start..words[at + count - 1].span.end];
            found.push(Unclear { word, within: clause, question: *question });
        }
    }
    if let Some(at) = clause.find("???") {
        found.push(Unclear { word: &clause[at..at + 3], within: clause, question: Question::Open });
    }
    found
}
