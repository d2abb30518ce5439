//! The words that the rules know. English; text in another language is split by its punctuation and lists alone.

/// Verbs that ask for something and are hardly ever nouns.
const VERBS: &str = "
    accept add adapt allow analyse analyze apply attach avoid build calculate choose clean close collect compare
    compile compute configure connect convert create define delete deliver deny describe detect determine
    develop disable discover download drop edit email emit enable encrypt enforce ensure evaluate execute
    explain expose extend extract fetch find fix format generate handle hide highlight identify implement
    improve include ingest insert inspect install integrate introduce invalidate keep launch load make merge
    migrate modify move notify open optimise optimize parse perform prevent produce prompt provide publish read
    recommend redirect reduce refactor refuse register reject remove rename render replace require resolve
    restore retry return revoke rewrite run save send serve simplify start stop stream strip submit summarise
    summarize throw translate upload use validate verify warn write
";

/// Verbs that are as often nouns: taken as verbs where an imperative stands, or before an article and the like.
const NOUN_VERBS: &str = "
    backup cache call change check copy count cover deploy design display document exit export fail filter group
    import limit link list lock log map mark measure monitor name order paginate plan print process queue rank
    record release report research review scan schedule search set show sort split store support sync tag test
    track trigger update watch wrap
";

/// Words that carry no subject of their own, so that finding them says nothing. Verbs of making are among them:
/// a result says "added" where the plan said "implement".
const STOP: &str = "
    a about add after again all also always an and any are as at be been before being both build but by can
    could create develop did do does each either entire ensure every everything exactly few finally first for
    from get had has have he hold how however i if implement in include into is it its just keep least less let
    make may me might more most must my need never new next no nor not of off on only onto or other our out over
    own per perform please possible provide same shall she should so some such sure than that the their them
    then there these they this those to too under until up upon us use used using very via want was we were what
    when where whether which while who whole whose why will with within without would write you your
";

const DETERMINERS: &str = "
    a all an any both each every how if in it its me my no one only our out that the their them these this those
    to us what where whether which your
";

pub(super) const MODALS: &[&str] = &["must", "should", "shall", "can", "may", "needs", "has to", "have to", "will"];

pub(super) const CONDITIONS: &[&str] =
    &["if", "when", "whenever", "while", "once", "after", "before", "unless", "as", "because", "since", "although"];

/// What begins a constraint that leaves its subject to the clause before.
pub(super) const SUBJECTLESS: &[&str] = &["never", "must", "should", "shall", "may", "cannot", "always", "only"];

/// Subjects that point back to what was said before.
pub(super) const PRONOUNS: &[&str] = &["it", "this", "that", "they", "these", "those", "both"];

/// What may stand before the action without adding to it; longer ones first.
pub(super) const LEADS: &[&str] = &[
    "it should be possible to",
    "it must be possible to",
    "i would like you to",
    "we would like to",
    "i would like to",
    "i want you to",
    "i need you to",
    "the goal is to",
    "the task is to",
    "make sure that",
    "i d like to",
    "we need to",
    "we want to",
    "we have to",
    "i want to",
    "i need to",
    "you need to",
    "ensure that",
    "make sure",
    "would you",
    "could you",
    "you should",
    "you must",
    "we should",
    "we must",
    "can you",
    "let us",
    "let s",
    "please",
    "finally",
    "lastly",
    "first",
    "second",
    "third",
    "next",
    "also",
    "then",
    "and",
];

/// The same, with a thing after them instead of an action.
pub(super) const WISHES: &[&str] = &["we would like", "i would like", "we need", "we want", "i want", "i need"];

/// Limits from above, with a number after them.
pub(super) const UPPER_LIMITS: &[&str] = &[
    "no more than",
    "not more than",
    "no later than",
    "less than",
    "fewer than",
    "at most",
    "up to",
    "within",
    "under",
    "below",
];

/// Limits from below, with a number after them.
pub(super) const LOWER_LIMITS: &[&str] = &["no less than", "no fewer than", "more than", "at least", "above", "over"];

/// Other limits with a number after them.
pub(super) const OTHER_LIMITS: &[&str] = &["exactly", "every", "between"];

/// Limits that say by themselves what must not be, or when alone.
pub(super) const PLAIN_LIMITS: &[&str] =
    &["must not", "should not", "may not", "can not", "never", "only if", "only when", "always", "cannot"];

/// Words that make a sentence a description of how things are.
pub(super) const BACKGROUND: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "uses",
    "used",
    "use",
    "currently",
    "today",
    "already",
    "exists",
];

pub(super) const POLITE: &[&str] =
    &["thanks", "thank", "you", "hello", "hi", "dear", "regards", "cheers", "best", "kind", "all", "team", "everyone"];

/// Phrases of a result that say that something is not there or did not work.
pub(super) const NEGATIVE: &[&str] = &[
    "not implemented",
    "not yet",
    "not done",
    "not possible",
    "not working",
    "not work",
    "not supported",
    "not finished",
    "not tested",
    "not written",
    "not added",
    "not covered",
    "not included",
    "not started",
    "to do",
    "todo",
    "fixme",
    "unimplemented",
    "failed",
    "fails",
    "failing",
    "failure",
    "failures",
    "skipped",
    "skipping",
    "missing",
    "omitted",
    "postponed",
    "deferred",
    "incomplete",
    "unfinished",
    "stub",
    "stubbed",
    "placeholder",
    "cannot",
    "can t",
    "could not",
    "couldn t",
    "did not",
    "didn t",
    "was not",
    "wasn t",
    "were not",
    "weren t",
    "has not",
    "hasn t",
    "have not",
    "haven t",
    "does not",
    "doesn t",
    "unable",
    "out of scope",
    "left out",
    "for later",
    "pending",
    "blocked",
    "gave up",
    "still to",
    "will be",
    "planned",
    "no time",
    "tbd",
    "nothing was",
    "nothing done",
];

/// What begins a line that only announces: no evidence, and nothing against.
pub(super) const ANNOUNCING: &[&str] =
    &["starting", "going to", "about to", "i will", "i ll", "we will", "we ll", "let me", "let s", "next i", "now i"];

/// "Failed attempts" are a matter; a failed one of these is a failure.
pub(super) const CAN_FAIL: &[&str] =
    &["test", "tests", "check", "checks", "build", "builds", "step", "steps", "assertion", "assertions", "job", "jobs"];

/// Headings of a result under which stands what was not done.
pub(super) const NEGATIVE_HEADINGS: &[&str] = &[
    "remaining",
    "next steps",
    "future work",
    "known gaps",
    "known issues",
    "limitations",
    "open points",
    "open questions",
    "open",
    "left to do",
    "gaps",
    "later",
];

/// What turns a negative word into its opposite: "0 failed", "no failures".
pub(super) const ZEROES: &[&str] = &["0", "no", "zero", "without", "none", "never"];

/// Whether a list of words, written as a text, has this one.
fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

pub(super) fn is_stop(word: &str) -> bool {
    word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic() || has(STOP, word)
}

/// Whether a word can be an imperative.
pub(super) fn is_verb(word: &str) -> bool {
    has(VERBS, word) || has(NOUN_VERBS, word)
}

/// Whether a word inside a sentence is a verb, judged by the word after it.
pub(super) fn is_verb_before(word: &str, next: Option<&str>) -> bool {
    let before_thing = next.is_some_and(|next| {
        has(DETERMINERS, next) || next.starts_with(|c: char| c.is_ascii_digit() || c == '`' || c == '"')
    });
    if has(VERBS, word) {
        return true;
    }
    let third_person = word.strip_suffix('s').is_some_and(|stem| is_verb(stem) || is_verb(stem.trim_end_matches('e')));
    before_thing && (has(NOUN_VERBS, word) || third_person)
}
