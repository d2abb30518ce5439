//! Where a key is pressed.

/// What has the focus; each has its own section in the keymap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Whatever has the focus, unless a dialog is open.
    Global,
    Plugins,
    Run,
    Trace,
    Runs,
    /// Text to read: help, details, differences.
    Reader,
    /// A list that narrows as one types.
    Picker,
    Launch,
    Confirm,
    /// The line in which a filter or a search is typed.
    Filter,
}

impl Context {
    const ALL: [Context; 10] = [
        Context::Global,
        Context::Plugins,
        Context::Run,
        Context::Trace,
        Context::Runs,
        Context::Reader,
        Context::Picker,
        Context::Launch,
        Context::Confirm,
        Context::Filter,
    ];

    /// Its section in the keymap.
    pub fn name(self) -> &'static str {
        match self {
            Context::Global => "global",
            Context::Plugins => "plugins",
            Context::Run => "run",
            Context::Trace => "trace",
            Context::Runs => "runs",
            Context::Reader => "reader",
            Context::Picker => "picker",
            Context::Launch => "launch",
            Context::Confirm => "confirm",
            Context::Filter => "filter",
        }
    }

    /// The context with this section.
    pub fn from_name(name: &str) -> Option<Context> {
        Context::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Whether characters are typed into something, so that no action can have them.
    pub fn takes_text(self) -> bool {
        matches!(self, Context::Picker | Context::Launch | Context::Filter)
    }

    /// Whether keys that mean nothing here mean what they do everywhere. Dialogs keep keys to themselves.
    pub fn falls_back_on_global(self) -> bool {
        matches!(self, Context::Plugins | Context::Run | Context::Trace | Context::Runs)
    }
}
