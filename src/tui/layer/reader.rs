//! Text to read, longer than the screen may be.

use crate::event::{PluginName, RunId};
use crate::tui::action::Context;

/// What the text is about; the text itself is made from the model when it is drawn, and so is always true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The keys of a context.
    Help(Context),
    Plugin(PluginName),
    /// What a plugin asks for and may do.
    Permissions(PluginName),
    /// What a trace entry's handler changed: the run, and the entry's event.
    Difference(RunId, u64),
    /// What the route that was tried last answered.
    RouteAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub subject: Subject,
    /// The first line in sight.
    pub top: usize,
}

impl Reader {
    pub fn new(subject: Subject) -> Self {
        Reader { subject, top: 0 }
    }
}
