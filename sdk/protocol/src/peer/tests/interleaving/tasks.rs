//! Futures that are run a step at a time, and only when they were woken.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

pub type Task = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
pub struct Tasks(Vec<(Task, Arc<Woken>)>);

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Tasks {
    pub fn add(&mut self, task: Task) {
        self.0.push((task, Arc::new(Woken(AtomicBool::new(true)))));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Those that can be run.
    pub fn woken(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|index| self.0[*index].1.0.load(Ordering::Relaxed)).collect()
    }

    /// Runs one until it waits, and forgets it when it is done.
    pub fn step(&mut self, index: usize) {
        let (task, woken) = &mut self.0[index];
        woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(woken.clone());
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(self.0.remove(index));
        }
    }
}
