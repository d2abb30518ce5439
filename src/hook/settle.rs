//! What a handler's answer, or its failure, means for the chain.

use std::time::Duration;

use orchestrator_protocol::session::OnFailure;
use serde_json::Value;

use super::admission::Effect;
use super::chain::{ChainStop, HookFailure, Supplied};
use super::delivery::{Bodies, Delivery};
use super::job::{Answer, Fault, Verdict};
use super::turns::{After, Delivering, Thread};
use crate::event::text::Cleaner;
use crate::event::{BodyRef, HookOutcome};

impl Delivering<'_> {
    /// A handler has answered.
    pub(super) async fn settle(
        &mut self,
        thread: &Thread,
        delivery: &Delivery<'_>,
        answer: Answer,
        took: Duration,
    ) -> After {
        match answer {
            Answer::Unchanged => {
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::Unchanged, None, took, bodies).await;
                After::GoOn
            }
            Answer::Failed(fault) => {
                self.fail(delivery, HookOutcome::Failed, fault, took).await;
                match delivery.handler.info.on_failure {
                    OnFailure::Continue => After::GoOn,
                    // Its thread goes no further, whether it may stop the chain or not.
                    OnFailure::Abort => After::LEAVE,
                }
            }
            Answer::Change(_) | Answer::Deny(_) | Answer::Supply(_) => {
                let verdict = match self.judge(delivery, took).await {
                    Some(effect) => {
                        self.take(&effect, answer, delivery, took).await;
                        Verdict::Take
                    }
                    None => Verdict::Discard,
                };
                // A thread that is gone is noticed at the next report.
                let _ = thread.verdicts.send(verdict);
                After::GoOn
            }
        }
    }

    /// Whether the handler's answer counts; if not, the trace says so.
    async fn judge(&mut self, delivery: &Delivery<'_>, took: Duration) -> Option<Effect> {
        match self.chain.may_act(delivery).await {
            Ok(effect) => Some(effect),
            Err(why) => {
                let reason = format!("its answer was discarded: {why}");
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::NotPermitted, Some(reason), took, bodies).await;
                None
            }
        }
    }

    async fn take(&mut self, _effect: &Effect, answer: Answer, delivery: &Delivery<'_>, took: Duration) {
        match answer {
            Answer::Unchanged | Answer::Failed(_) => {}
            Answer::Change(value) => {
                let before = self.keep_current(delivery).await;
                let after = delivery.keep(&value).await;
                if let Some(last) = self.outcome.args.last_mut() {
                    *last = value;
                }
                self.kept = Some(after.clone());
                let bodies = Bodies { before: Some(before), after: Some(after) };
                delivery.finished(HookOutcome::Changed, None, took, bodies).await;
            }
            Answer::Deny(reason) => {
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::Denied, Some(reason.clone()), took, bodies).await;
                self.outcome.stop = Some(ChainStop::Denied(failure(delivery, reason)));
            }
            Answer::Supply(output) => {
                let output = Cleaner::new().clean(&output);
                let before = self.keep_current(delivery).await;
                let after = delivery.keep(&Value::String(output.clone())).await;
                let bodies = Bodies { before: Some(before), after: Some(after) };
                delivery.finished(HookOutcome::Supplied, None, took, bodies).await;
                let handler = delivery.handler.info.handler.clone();
                self.outcome.supplied = Some(Supplied { plugin: delivery.handler.plugin.clone(), handler, output });
            }
        }
    }

    /// A delivery failed: the trace says so, and the handler's policy decides about the chain.
    pub(super) async fn fail(
        &mut self,
        delivery: &Delivery<'_>,
        outcome: HookOutcome,
        fault: impl Into<Fault>,
        took: Duration,
    ) {
        let fault = fault.into();
        let bodies = self.unchanged(delivery).await;
        let may_abort = self.may_abort(delivery).await;
        let stops = may_abort.is_ok();
        let reason = match may_abort {
            Ok(()) => fault.to_string(),
            Err(why) => format!("{fault}\nit does not abort: {why}"),
        };
        delivery.finished(outcome, Some(reason), took, bodies).await;
        let failure = failure(delivery, fault.words);
        self.outcome.failures.push(failure.clone());
        match delivery.handler.info.on_failure {
            OnFailure::Continue => {}
            OnFailure::Abort if stops => self.outcome.stop = Some(ChainStop::Aborted(failure)),
            OnFailure::Abort => {}
        }
    }

    /// Whether the failure of a handler whose policy is to abort does so: it changes what happens, as a denial does.
    /// The error says why not.
    async fn may_abort(&self, delivery: &Delivery<'_>) -> Result<(), String> {
        match delivery.handler.info.on_failure {
            OnFailure::Abort if !delivery.handler.aborts_by_settings => self.chain.may_act(delivery).await.map(drop),
            OnFailure::Abort | OnFailure::Continue => Ok(()),
        }
    }

    /// The trace's bodies for a handler that was called and left the payload as it was.
    pub(super) async fn unchanged(&mut self, delivery: &Delivery<'_>) -> Bodies {
        Bodies { before: Some(self.keep_current(delivery).await), after: None }
    }

    /// Keeps the payload's last part as it is now, once for all handlers that get the same.
    async fn keep_current(&mut self, delivery: &Delivery<'_>) -> BodyRef {
        if let Some(kept) = &self.kept {
            return kept.clone();
        }
        let kept = delivery.keep(self.outcome.args.last().unwrap_or(&Value::Null)).await;
        self.kept = Some(kept.clone());
        kept
    }
}

fn failure(delivery: &Delivery<'_>, reason: String) -> HookFailure {
    let handler = delivery.handler.info.handler.clone();
    HookFailure { plugin: delivery.handler.plugin.clone(), handler, reason }
}
