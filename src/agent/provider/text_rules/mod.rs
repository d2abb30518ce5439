//! The offline default: honest work on the text by rules, without a language model.
//!
//! Every function here is pure: the same text gives the same answer. It must not know the network, files or time.

mod bounds;
mod clauses;
mod lexicon;
mod lines;
mod list;
mod passages;
mod plan;
mod plan_text;
mod review;
mod review_text;
mod steps;
mod text;
mod unclear;
mod words;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::{Ask, Job, Provider, ProviderError};

const NAME: &str = "text rules (offline, not a language model)";

/// Plans and reviews by rules about words, lists and numbers. Deterministic, and bounded in what it reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextRules;

impl Provider for TextRules {
    fn name(&self) -> &str {
        NAME
    }

    fn respond(&self, ask: Ask) -> BoxStream<'static, Result<String, ProviderError>> {
        // The work starts when the stream is first polled, on the task of who reads it.
        let work = async move {
            let pieces = match ask.job {
                Job::Plan => plan_text::write(NAME, &ask.task, &ask.context),
                Job::Review => review_text::write(NAME, &ask.task, &ask.context),
            };
            stream::iter(pieces.into_iter().map(Ok))
        };
        stream::once(work).flatten().boxed()
    }
}

#[cfg(test)]
mod tests;
