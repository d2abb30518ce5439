//! The threads on which hook handlers run.
//!
//! A handler runs for as long as it likes, and can't be stopped. So a chain of them is lent a thread; when the chain
//! takes too long the thread is written off, and the next chain gets another. The number of threads is bounded; a
//! plugin that never comes back uses them up, and then the answer is an error in words, not a wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};

/// The most threads at once, those written off and still running included.
pub const MOST_THREADS: usize = 128;

/// What is run: a whole chain, which reports its progress through a channel of its own.
pub type Job = Box<dyn FnOnce() + Send>;

/// Lends threads; a clone lends the same ones. They end when the last clone is dropped.
#[derive(Clone)]
pub struct HookThreads {
    pool: Arc<Pool>,
}

struct Pool {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<mpsc::Sender<Work>>,
    /// Threads that exist.
    alive: usize,
    /// Of these, the ones that were written off and have not come back.
    lost: usize,
}

struct Work {
    job: Job,
    standing: Arc<AtomicU8>,
}

const RUNNING: u8 = 0;
/// Whoever gave it knows that it ends by itself.
const RELEASED: u8 = 1;
const DONE: u8 = 2;
const WRITTEN_OFF: u8 = 3;

/// No thread can be lent.
#[derive(Debug, thiserror::Error)]
pub enum NoThread {
    #[error(
        "all {most} hook threads are in use, {lost} of them by handlers that never returned; restart the host, without \
         the plugin whose hooks hang"
    )]
    AllInUse { most: usize, lost: usize },
    #[error("no thread could be started for hooks: {0}; the limit of threads or memory may be reached")]
    Start(std::io::Error),
}

impl Default for HookThreads {
    fn default() -> Self {
        HookThreads::new(MOST_THREADS)
    }
}

impl HookThreads {
    /// Lends at most `most` threads at once.
    pub fn new(most: usize) -> Self {
        HookThreads { pool: Arc::new(Pool { most, state: Mutex::default() }) }
    }

    /// Runs `job` on an idle thread, or on a new one. Does not wait. A job that panics loses nothing but itself.
    pub fn run(&self, job: Job) -> Result<Ticket, NoThread> {
        let standing = Arc::new(AtomicU8::new(RUNNING));
        let mut work = Work { job, standing: standing.clone() };
        // Only for a job that is given to a thread: one that is dropped writes a thread off.
        let ticket = || Ticket { standing: standing.clone(), pool: self.pool.clone() };
        let mut state = self.pool.state();
        while let Some(thread) = state.idle.pop() {
            match thread.send(work) {
                Ok(()) => return Ok(ticket()),
                Err(mpsc::SendError(refused)) => work = refused,
            }
        }
        if state.alive >= self.pool.most {
            return Err(NoThread::AllInUse { most: self.pool.most, lost: state.lost });
        }
        let pool = Arc::downgrade(&self.pool);
        let thread = std::thread::Builder::new().name("hooks".into());
        thread.spawn(move || work_on(&pool, work)).map_err(NoThread::Start)?;
        state.alive += 1;
        Ok(ticket())
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that was given to a thread. Dropping it abandons the job.
pub struct Ticket {
    standing: Arc<AtomicU8>,
    pool: Arc<Pool>,
}

impl Ticket {
    /// Writes the thread off: it is counted, never lent again, and ends if it ever comes back. Does nothing if the
    /// job is done.
    pub fn abandon(self) -> Abandoned {
        let standing = self.standing.clone();
        drop(self);
        Abandoned { standing }
    }

    /// The job is about to end by itself.
    pub fn release(self) {
        // If it has ended already, that is as well.
        let _ = self.standing.compare_exchange(RUNNING, RELEASED, Ordering::AcqRel, Ordering::Acquire);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        let running = self.standing.compare_exchange(RUNNING, WRITTEN_OFF, Ordering::AcqRel, Ordering::Acquire);
        if running.is_ok() {
            state.lost += 1;
        }
    }
}

/// A job that nobody waits for any more.
pub struct Abandoned {
    standing: Arc<AtomicU8>,
}

impl Abandoned {
    /// Whether it has not come back.
    pub fn still_runs(&self) -> bool {
        self.standing.load(Ordering::Acquire) == WRITTEN_OFF
    }
}

/// A thread's life: its first job, and then whatever comes, until it is written off or the pool is gone.
fn work_on(pool: &Weak<Pool>, first: Work) {
    let mut work = first;
    loop {
        let Work { job, standing } = work;
        // What a job reports goes through its own channel, which a panic closes.
        let _ = catch_unwind(AssertUnwindSafe(job));
        let (sender, next) = mpsc::channel();
        {
            let Some(pool) = pool.upgrade() else { return };
            let mut state = pool.state();
            if standing.swap(DONE, Ordering::AcqRel) == WRITTEN_OFF {
                state.lost -= 1;
                state.alive -= 1;
                return;
            }
            state.idle.push(sender);
        }
        match next.recv() {
            Ok(given) => work = given,
            Err(mpsc::RecvError) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::{ThreadId, current};

    /// Runs a job that tells its thread, and waits for it.
    fn ask(threads: &HookThreads) -> ThreadId {
        let (tell, told) = mpsc::channel();
        threads.run(Box::new(move || tell.send(current().id()).unwrap())).unwrap().release();
        told.recv().unwrap()
    }

    /// A job that runs until the returned sender is dropped; it has begun.
    fn hang(threads: &HookThreads) -> (Ticket, mpsc::Sender<()>) {
        let (release, released) = mpsc::channel::<()>();
        let (tell, begun) = mpsc::channel();
        let job = move || {
            tell.send(()).unwrap();
            let _ = released.recv();
        };
        let ticket = threads.run(Box::new(job)).unwrap();
        begun.recv().unwrap();
        (ticket, release)
    }

    fn wait_until(threads: &HookThreads, reached: impl Fn(&State) -> bool) {
        while !reached(&threads.pool.state()) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn an_idle_thread_is_lent_again() {
        let threads = HookThreads::new(4);
        let first = ask(&threads);
        wait_until(&threads, |state| state.idle.len() == 1);
        assert_eq!(ask(&threads), first);
    }

    #[test]
    fn a_job_that_panics_costs_no_thread() {
        let threads = HookThreads::new(1);
        threads.run(Box::new(|| std::panic::resume_unwind(Box::new("the hook broke")))).unwrap().release();
        wait_until(&threads, |state| state.idle.len() == 1);
        ask(&threads);
    }

    #[test]
    fn a_thread_that_was_written_off_is_replaced_and_never_lent_again() {
        let threads = HookThreads::new(2);
        let (ticket, release) = hang(&threads);
        ticket.abandon();
        assert_eq!(threads.pool.state().lost, 1);
        ask(&threads);
        wait_until(&threads, |state| state.idle.len() == 1);
        drop(release);
        wait_until(&threads, |state| state.alive == 1 && state.lost == 0);
    }

    #[test]
    fn a_ticket_that_is_dropped_writes_its_thread_off_and_tells_when_it_comes_back() {
        let threads = HookThreads::new(1);
        let (ticket, release) = hang(&threads);
        drop(ticket);
        assert_eq!(threads.pool.state().lost, 1);
        drop(release);
        wait_until(&threads, |state| state.alive == 0);

        let (ticket, release) = hang(&threads);
        let abandoned = ticket.abandon();
        assert!(abandoned.still_runs());
        drop(release);
        wait_until(&threads, |state| state.alive == 0);
        assert!(!abandoned.still_runs());
    }

    #[test]
    fn when_all_hang_the_answer_is_an_error_in_words() {
        let threads = HookThreads::new(1);
        let (ticket, _release) = hang(&threads);
        ticket.abandon();
        let error = threads.run(Box::new(|| {})).err().unwrap();
        assert!(error.to_string().contains("1 of them by handlers that never returned"), "{error}");
    }
}
