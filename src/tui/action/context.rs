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
    /// The matrix of plugins and permissions.
    Permissions,
    /// The list of hook handlers.
    Handlers,
    Audit,
    /// The list of plugins' routes.
    Api,
    /// Text to read: help, details, differences.
    Reader,
    /// A list that narrows as one types.
    Picker,
    Launch,
    /// The form in which a route is tried.
    Call,
    Confirm,
    /// A request that waits for an answer.
    Approval,
    /// The line in which a filter or a search is typed.
    Filter,
    /// The form of a plugin's config.
    Config,
    /// A field of it that is typed into.
    ConfigField,
    /// Its text.
    ConfigRaw,
    /// The difference before it is saved.
    ConfigReview,
    /// Its earlier versions.
    ConfigVersions,
    /// The values that one of its fields may have.
    ConfigChoice,
}

impl Context {
    const ALL: [Context; 22] = [
        Context::Global,
        Context::Plugins,
        Context::Run,
        Context::Trace,
        Context::Runs,
        Context::Permissions,
        Context::Handlers,
        Context::Audit,
        Context::Api,
        Context::Reader,
        Context::Picker,
        Context::Launch,
        Context::Call,
        Context::Confirm,
        Context::Approval,
        Context::Filter,
        Context::Config,
        Context::ConfigField,
        Context::ConfigRaw,
        Context::ConfigReview,
        Context::ConfigVersions,
        Context::ConfigChoice,
    ];

    /// Its section in the keymap.
    pub fn name(self) -> &'static str {
        match self {
            Context::Global => "global",
            Context::Plugins => "plugins",
            Context::Run => "run",
            Context::Trace => "trace",
            Context::Runs => "runs",
            Context::Permissions => "permissions",
            Context::Handlers => "handlers",
            Context::Audit => "audit",
            Context::Api => "api",
            Context::Reader => "reader",
            Context::Picker => "picker",
            Context::Launch => "launch",
            Context::Call => "call",
            Context::Confirm => "confirm",
            Context::Approval => "approval",
            Context::Filter => "filter",
            Context::Config => "config",
            Context::ConfigField => "config_field",
            Context::ConfigRaw => "config_text",
            Context::ConfigReview => "config_review",
            Context::ConfigVersions => "config_versions",
            Context::ConfigChoice => "config_choice",
        }
    }

    /// The context with this section.
    pub fn from_name(name: &str) -> Option<Context> {
        Context::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Whether characters are typed into something, so that no action can have them.
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Context::Picker
                | Context::Launch
                | Context::Call
                | Context::Filter
                | Context::ConfigField
                | Context::ConfigRaw
                | Context::ConfigChoice
        )
    }

    /// Whether keys that mean nothing here mean what they do everywhere. Dialogs keep keys to themselves.
    pub fn falls_back_on_global(self) -> bool {
        match self {
            Context::Plugins
            | Context::Run
            | Context::Trace
            | Context::Runs
            | Context::Permissions
            | Context::Handlers
            | Context::Audit
            | Context::Api => true,
            Context::Global
            | Context::Reader
            | Context::Picker
            | Context::Launch
            | Context::Call
            | Context::Confirm
            | Context::Approval
            | Context::Filter
            | Context::Config
            | Context::ConfigField
            | Context::ConfigRaw
            | Context::ConfigReview
            | Context::ConfigVersions
            | Context::ConfigChoice => false,
        }
    }
}
