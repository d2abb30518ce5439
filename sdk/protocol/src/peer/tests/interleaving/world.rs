//! Two ends, what is under way between them, and the tasks on both sides.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Notify;

use super::plan::{Ending, Plan, Step, Then};
use super::tasks::{Task, Tasks};
use super::*;

/// What either side calls on the other: the plan with this number.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ask {
    plan: usize,
    padding: String,
}

type End = Peer<Ask, Ask>;

pub struct World {
    ends: [End; 2],
    /// By the side that they lead to.
    wires: [Line; 2],
    /// The plans of all calls, and how many items were sent for each.
    plans: RefCell<Vec<(Rc<Plan>, usize)>>,
    spawned: RefCell<Vec<Task>>,
    stalled: Cell<usize>,
    go_on: Notify,
}

#[derive(Clone, Default)]
struct Line(Arc<Mutex<Messages>>);

#[derive(Default)]
struct Messages {
    queue: VecDeque<Vec<u8>>,
    /// Whether the side that it leads to has hung up.
    cut: bool,
}

impl Outbox for Line {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        let mut messages = self.0.lock().unwrap();
        if messages.cut {
            return Err(Closed);
        }
        messages.queue.push_back(message);
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Action {
    /// The next message to this side.
    Deliver(usize),
    Step(usize),
    /// This side notices that the other has hung up.
    Notice(usize),
}

/// The calls that were seen on the wire, to be answered once each.
#[derive(Default)]
struct Seen {
    pieces: [HashMap<u64, String>; 2],
    /// By the side that opened it.
    called: HashSet<(usize, u64)>,
    answered: HashSet<(usize, u64)>,
}

impl World {
    pub fn new(limits: Limits) -> Rc<Self> {
        let wires = [Line::default(), Line::default()];
        let end = |side: usize| Peer::with_sizes(wires[1 - side].clone(), limits, SIZES);
        Rc::new(World {
            ends: [end(0), end(1)],
            wires,
            plans: RefCell::default(),
            spawned: RefCell::default(),
            stalled: Cell::new(0),
            go_on: Notify::new(),
        })
    }

    /// Lets `side` call the other.
    pub fn start(self: &Rc<Self>, side: usize, plan: Rc<Plan>) {
        self.spawned.borrow_mut().push(Box::pin(call(self.clone(), side, None, plan)));
    }

    /// Does what the choices say, then the rest in turn, until nothing is left to do.
    pub fn run(self: Rc<Self>, choices: &[u8], hangup: Option<(usize, usize)>) -> Result<(), TestCaseError> {
        let (mut tasks, mut seen) = (Tasks::default(), Seen::default());
        let mut hung_up = None;
        for step in 0.. {
            self.spawned.take().into_iter().for_each(|task| tasks.add(task));
            if let Some((side, _)) = hangup.filter(|(_, after)| *after == step) {
                self.hang_up(side);
                hung_up = Some(side);
            }
            let actions = self.possible(&tasks, hung_up);
            if actions.is_empty() {
                if self.stalled.get() == 0 {
                    break;
                }
                self.go_on.notify_waiters();
                continue;
            }
            let choice = choices.get(step).map_or(step, |choice| usize::from(*choice));
            match actions[choice % actions.len()] {
                Action::Deliver(side) => self.deliver(side, &mut seen)?,
                Action::Step(index) => tasks.step(index),
                Action::Notice(side) => {
                    self.hang_up(side);
                    hung_up = None;
                }
            }
        }
        prop_assert!(tasks.is_empty(), "{} tasks wait for ever", tasks.len());
        let over = self.wires.iter().any(|wire| wire.0.lock().unwrap().cut);
        prop_assert!(over || seen.called == seen.answered, "{:?}, {:?}", seen.called, seen.answered);
        for end in &self.ends {
            let tables = end.shared.tables();
            prop_assert_eq!((tables.outgoing.len(), tables.incoming.len()), (0, 0));
            prop_assert!(end.shared.nothing_unfinished());
        }
        Ok(())
    }

    fn possible(&self, tasks: &Tasks, hung_up: Option<usize>) -> Vec<Action> {
        let under_way = |side: &usize| !self.wires[*side].0.lock().unwrap().queue.is_empty();
        let mut actions: Vec<Action> = [0, 1].into_iter().filter(under_way).map(Action::Deliver).collect();
        actions.extend(tasks.woken().into_iter().map(Action::Step));
        // What was sent before the end still arrives.
        actions.extend(hung_up.map(|side| 1 - side).filter(|side| !under_way(side)).map(Action::Notice));
        actions
    }

    fn hang_up(&self, side: usize) {
        {
            let mut messages = self.wires[side].0.lock().unwrap();
            messages.cut = true;
            messages.queue.clear();
        }
        self.ends[side].close("the session is over");
    }

    fn deliver(self: &Rc<Self>, side: usize, seen: &mut Seen) -> Result<(), TestCaseError> {
        let Some(message) = self.wires[side].0.lock().unwrap().queue.pop_front() else { return Ok(()) };
        seen.message(side, serde_json::from_slice(&message).unwrap())?;
        match self.ends[side].receive(&message) {
            Received::Handled => {}
            Received::Call(incoming) => {
                self.spawned.borrow_mut().push(Box::pin(serve(self.clone(), side, incoming)));
            }
            unexpected @ (Received::Session(_) | Received::Rejected(_) | Received::Violation(_)) => {
                return Err(TestCaseError::fail(format!("{unexpected:?}")));
            }
        }
        Ok(())
    }

    /// Waits until nothing else moves.
    async fn stall(&self) {
        self.stalled.set(self.stalled.get() + 1);
        self.go_on.notified().await;
        self.stalled.set(self.stalled.get() - 1);
    }
}

impl Seen {
    fn message(&mut self, receiver: usize, message: Value) -> Result<(), TestCaseError> {
        let id = message["id"].as_u64().unwrap_or_default();
        match message["type"].as_str().unwrap() {
            "call" => prop_assert!(self.called.insert((1 - receiver, id)), "{} is used twice", id),
            "end" | "error" => prop_assert!(self.answered.insert((receiver, id)), "{} is answered twice", id),
            "item" => prop_assert!(!self.answered.contains(&(receiver, id)), "an item after the end of {}", id),
            "chunk" => {
                let number = message["message"].as_u64().unwrap();
                let joined = self.pieces[receiver].entry(number).or_default();
                joined.push_str(message["text"].as_str().unwrap());
                if message["last"] == true {
                    let whole = self.pieces[receiver].remove(&number).unwrap();
                    return self.message(receiver, serde_json::from_str(&whole).unwrap());
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Opens a call and reads it as its plan says.
async fn call(world: Rc<World>, side: usize, parent: Option<CallId>, plan: Rc<Plan>) {
    let number = {
        let mut plans = world.plans.borrow_mut();
        plans.push((plan.clone(), 0));
        plans.len() - 1
    };
    let ask = Ask { plan: number, padding: "x".repeat(plan.argument) };
    let Ok(mut call) = world.ends[side].open_with(ask, parent, None, plan.credit) else { return };
    let mut items = 0;
    let mut then = plan.then;
    loop {
        if items == plan.read {
            match std::mem::replace(&mut then, Then::ReadOn) {
                Then::ReadOn => {}
                Then::Cancel => call.cancel("enough"),
                Then::Drop => return,
                Then::Stall => world.stall().await,
            }
        }
        match call.next().await {
            CallEvent::Item(item) => {
                assert_eq!(item[0], items, "items are out of order");
                items += 1;
            }
            CallEvent::End(_) => {
                assert_eq!(items, world.plans.borrow()[number].1, "items are missing");
                break;
            }
            CallEvent::Error(error) => {
                assert_ne!(error.kind, ErrorKind::Protocol, "{error}");
                break;
            }
        }
    }
    assert!(matches!(call.next().await, CallEvent::Error(_)), "it ended twice");
}

/// Does what the plan of a call says.
async fn serve(world: Rc<World>, side: usize, incoming: Incoming<Ask>) {
    let number = incoming.target.plan;
    let plan = world.plans.borrow()[number].0.clone();
    let responder = incoming.responder;
    for step in &plan.steps {
        match step {
            Step::Item(bytes) => {
                let sent = world.plans.borrow()[number].1;
                match responder.item(&json!([sent, "x".repeat(*bytes)])).await {
                    Ok(()) => world.plans.borrow_mut()[number].1 += 1,
                    // Too long.
                    Err(error) if error.kind == ErrorKind::InvalidRequest => {}
                    Err(error) => return responder.error(error),
                }
            }
            Step::Call(inner) => call(world.clone(), side, Some(responder.id()), inner.clone()).await,
            Step::Spawn(inner) => {
                let task = call(world.clone(), side, Some(responder.id()), inner.clone());
                world.spawned.borrow_mut().push(Box::pin(task));
            }
        }
    }
    match plan.ending {
        Ending::Value(bytes) => responder.end("x".repeat(bytes).into()),
        Ending::Error => responder.error(CallError::failed("as planned")),
        Ending::Drop => drop(responder),
    }
}
