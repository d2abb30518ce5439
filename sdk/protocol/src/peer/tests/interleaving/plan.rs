//! What a call does, and how its opener reads it.

use std::rc::Rc;

use proptest::prelude::*;

use crate::message::Credit;

/// A call, with the calls that it makes in turn.
#[derive(Debug)]
pub struct Plan {
    /// Bytes of the call's own argument.
    pub argument: usize,
    pub credit: Credit,
    pub steps: Vec<Step>,
    pub ending: Ending,
    /// After how many items the reader does what it does.
    pub read: usize,
    pub then: Then,
}

/// What the called side does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends an item of so many bytes.
    Item(usize),
    /// Calls the other side within this call, and waits for its end.
    Call(Rc<Plan>),
    /// The same, and goes on at once.
    Spawn(Rc<Plan>),
}

/// How the called side ends the call.
#[derive(Debug, Clone, Copy)]
pub enum Ending {
    /// With so many bytes.
    Value(usize),
    Error,
    /// By dropping it.
    Drop,
}

/// What the reader does besides reading.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    ReadOn,
    /// Says that it wants no more, and reads what still comes.
    Cancel,
    /// Goes away.
    Drop,
    /// Does not read until everything else stands still.
    Stall,
}

/// Of a message that goes whole, of a long one, and now and then of one that is too long.
fn bytes() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 0..100_usize, 3 => 100..1400_usize, 1 => 1400..2000_usize]
}

fn credit() -> impl Strategy<Value = Credit> {
    prop_oneof![
        (0..6_u32, 0..600_u64).prop_map(|(items, bytes)| Credit { items, bytes }),
        Just(Credit { items: 3, bytes: 4000 }),
    ]
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![4 => bytes().prop_map(Ending::Value), 1 => Just(Ending::Error), 1 => Just(Ending::Drop)]
}

fn then() -> impl Strategy<Value = Then> {
    prop_oneof![5 => Just(Then::ReadOn), 1 => Just(Then::Cancel), 1 => Just(Then::Drop), 2 => Just(Then::Stall)]
}

fn plan_of(steps: impl Strategy<Value = Vec<Step>>) -> impl Strategy<Value = Rc<Plan>> {
    let call = (bytes(), credit(), ending(), 0..4_usize, then());
    (steps, call).prop_map(|(steps, (argument, credit, ending, read, then))| {
        Rc::new(Plan { argument, credit, steps, ending, read, then })
    })
}

/// Trees of up to four levels.
pub fn plan() -> impl Strategy<Value = Rc<Plan>> {
    let item = || bytes().prop_map(Step::Item);
    let leaf = plan_of(proptest::collection::vec(item(), 0..8));
    leaf.prop_recursive(3, 16, 4, move |inner| {
        let step = prop_oneof![
            3 => item(),
            1 => inner.clone().prop_map(Step::Call),
            1 => inner.prop_map(Step::Spawn),
        ];
        plan_of(proptest::collection::vec(step, 0..8))
    })
}
