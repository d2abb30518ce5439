//! Bodies on their way to the journal, so that whoever sees the event that names one can have it at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::ContentHash;

/// Bounded by what the recorder holds: a body leaves when it was committed, or given up.
#[derive(Default)]
pub(super) struct Bodies {
    waiting: Mutex<HashMap<ContentHash, Waiting>>,
}

struct Waiting {
    bytes: Arc<[u8]>,
    /// How often the same body is on its way.
    times: usize,
}

impl Bodies {
    pub fn add(&self, hash: &ContentHash, bytes: &Arc<[u8]>) {
        let new = || Waiting { bytes: bytes.clone(), times: 0 };
        self.lock().entry(hash.clone()).or_insert_with(new).times += 1;
    }

    pub fn get(&self, hash: &ContentHash) -> Option<Arc<[u8]>> {
        self.lock().get(hash).map(|waiting| waiting.bytes.clone())
    }

    pub fn remove(&self, hash: &ContentHash) {
        let mut waiting = self.lock();
        if let Some(body) = waiting.get_mut(hash) {
            body.times -= 1;
            if body.times == 0 {
                waiting.remove(hash);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ContentHash, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
