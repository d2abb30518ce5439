//! The one table of what can be done, where: the key hints, the help, the palette and the keymap come from it.

use super::{Action, Context, Motion, Reply, Same};

/// One action in one context.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub context: Context,
    pub action: Action,
    /// Its name in the keymap.
    pub name: &'static str,
    /// A word or two beside its key at the foot of the screen; empty: only the help has it.
    pub hint: &'static str,
    /// A sentence for the help and the palette.
    pub help: &'static str,
}

impl Entry {
    /// What `action` is in `context`.
    pub fn of(context: Context, action: Action) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.context == context && entry.action == action)
    }

    /// Everything that there is to do in `context`, in the order of the table.
    pub fn within(context: Context) -> impl Iterator<Item = &'static Entry> {
        TABLE.iter().filter(move |entry| entry.context == context)
    }
}

const fn row(context: Context, action: Action, name: &'static str, hint: &'static str, help: &'static str) -> Entry {
    Entry { context, action, name, hint, help }
}

use Action as A;
use Context as C;
use Motion as M;
use Reply as R;
use Same as S;

/// In the order in which the hints show them: what one does most comes first.
#[rustfmt::skip]
pub const TABLE: &[Entry] = &[
    row(C::Plugins, A::Open, "open", "details", "Show everything about the plugin"),
    row(C::Plugins, A::Approve, "approve", "approve", "Approve the plugin's present content: it may run, and gets what it asks for"),
    row(C::Plugins, A::Install, "install", "install", "Install the packages that the plugin needs"),
    row(C::Plugins, A::Reload, "reload", "reload", "Load the plugin again, with its newest files"),
    row(C::Plugins, A::Load, "load", "load", "Load the plugin"),
    row(C::Plugins, A::Unload, "unload", "unload", "Stop the plugin"),
    row(C::Plugins, A::Trust, "trust", "", "Trust the plugin: run it in this process, after a question"),
    row(C::Plugins, A::Distrust, "distrust", "", "Run a trusted plugin in a process of its own again"),
    row(C::Plugins, A::Filter, "filter", "find", "Show only plugins whose name, state or description contains a text"),
    row(C::Plugins, A::Clear, "clear", "", "Show all plugins again"),
    row(C::Plugins, A::Move(M::Up), "up", "", "Select the plugin above"),
    row(C::Plugins, A::Move(M::Down), "down", "", "Select the plugin below"),
    row(C::Plugins, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Plugins, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Plugins, A::Move(M::Top), "top", "", "Select the first plugin"),
    row(C::Plugins, A::Move(M::Bottom), "bottom", "", "Select the last plugin"),

    row(C::Run, A::Cancel, "cancel", "cancel", "Cancel the run, after a question"),
    row(C::Run, A::Zoom, "zoom", "zoom", "Give the pane the whole space, or give it back"),
    row(C::Run, A::Move(M::Bottom), "bottom", "follow", "Go to the newest line and follow it"),
    row(C::Run, A::Filter, "filter", "search", "Search the pane"),
    row(C::Run, A::NextMatch, "next_match", "next", "Go to the next match"),
    row(C::Run, A::PreviousMatch, "previous_match", "", "Go to the match before"),
    row(C::Run, A::Wrap, "wrap", "", "Wrap long lines, or cut them"),
    row(C::Run, A::Close, "close", "", "Close this run's tab; the run itself goes on, and the history keeps it"),
    row(C::Run, A::Clear, "clear", "", "Leave the zoom or the search"),
    row(C::Run, A::Move(M::Up), "up", "", "Focus the pane above; scroll when zoomed"),
    row(C::Run, A::Move(M::Down), "down", "", "Focus the pane below; scroll when zoomed"),
    row(C::Run, A::Move(M::Left), "left", "", "Focus the pane before; zoomed without wrapping, scroll to the left"),
    row(C::Run, A::Move(M::Right), "right", "", "Focus the pane after; zoomed without wrapping, scroll to the right"),
    row(C::Run, A::ScrollUp, "scroll_up", "", "Scroll up by a line; stops following"),
    row(C::Run, A::ScrollDown, "scroll_down", "", "Scroll down by a line"),
    row(C::Run, A::Move(M::PageUp), "page_up", "", "Scroll up by half a page; stops following"),
    row(C::Run, A::Move(M::PageDown), "page_down", "", "Scroll down by half a page"),
    row(C::Run, A::Move(M::Top), "top", "", "Go to the oldest line that is kept"),

    row(C::Trace, A::Open, "open", "difference", "Show exactly what the handler changed, or the payload that it left alone"),
    row(C::Trace, A::Filter, "filter", "find", "Show only entries that contain these words; hook:, plugin: and outcome: before a word say where"),
    row(C::Trace, A::SwitchHandler, "switch", "handler on/off", "Disable the handler for this session, or enable it again"),
    row(C::Trace, A::SwitchHandlerForGood, "switch_for_good", "", "Disable the handler for good, or enable it again"),
    row(C::Trace, A::RunWithout, "run_without", "run without", "Run the same again without this handler, after a question"),
    row(C::Trace, A::Cancel, "cancel", "cancel", "Cancel the run, after a question"),
    row(C::Trace, A::Only(S::Hook), "only_hook", "", "Show only this hook, or all hooks again"),
    row(C::Trace, A::Only(S::Plugin), "only_plugin", "", "Show only this plugin, or all plugins again"),
    row(C::Trace, A::Only(S::Outcome), "only_outcome", "", "Show only this outcome, or all outcomes again"),
    row(C::Trace, A::Clear, "clear", "", "Show all entries again"),
    row(C::Trace, A::Move(M::Bottom), "bottom", "follow", "Go to the newest entry and follow it"),
    row(C::Trace, A::Move(M::Up), "up", "", "Select the entry above; stops following"),
    row(C::Trace, A::Move(M::Down), "down", "", "Select the entry below"),
    row(C::Trace, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Trace, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Trace, A::Move(M::Top), "top", "", "Select the oldest entry"),

    row(C::Runs, A::Open, "open", "open", "Open the run, live or from the history"),
    row(C::Runs, A::Cancel, "cancel", "cancel", "Cancel the run, after a question"),
    row(C::Runs, A::Filter, "filter", "find", "Show only runs whose workflow, status or requirements contain a text"),
    row(C::Runs, A::Clear, "clear", "", "Show all runs again"),
    row(C::Runs, A::Move(M::Up), "up", "", "Select the run above"),
    row(C::Runs, A::Move(M::Down), "down", "", "Select the run below"),
    row(C::Runs, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Runs, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Runs, A::Move(M::Top), "top", "", "Select the newest run"),
    row(C::Runs, A::Move(M::Bottom), "bottom", "", "Select the oldest run"),

    row(C::Permissions, A::Reply(R::Always), "always", "grant", "Grant the permission for good, to the plugin's present content"),
    row(C::Permissions, A::Reply(R::Session), "session", "session", "Grant it until the workbench closes"),
    row(C::Permissions, A::Reply(R::Once), "once", "once", "Grant it to the next run that uses it"),
    row(C::Permissions, A::Revoke, "revoke", "revoke", "Take it away, at once"),
    row(C::Permissions, A::Reply(R::Deny), "deny", "deny", "Deny it until the workbench closes"),
    row(C::Permissions, A::Reply(R::DenyAlways), "deny_always", "", "Deny it for good"),
    row(C::Permissions, A::Open, "open", "all of it", "Show everything about what the plugin may do, and what changed in it"),
    row(C::Permissions, A::Forget, "forget", "", "Forget the answer: it is a request again"),
    row(C::Permissions, A::Policy, "policy", "policy", "Say what becomes of the plugin's approval when its files change"),
    row(C::Permissions, A::Filter, "filter", "", "Show only plugins whose name, state or description contains a text"),
    row(C::Permissions, A::Clear, "clear", "", "Show all plugins again"),
    row(C::Permissions, A::Move(M::Up), "up", "", "Select the plugin above"),
    row(C::Permissions, A::Move(M::Down), "down", "", "Select the plugin below"),
    row(C::Permissions, A::Move(M::Left), "left", "", "Select the permission before"),
    row(C::Permissions, A::Move(M::Right), "right", "", "Select the permission after"),
    row(C::Permissions, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Permissions, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Permissions, A::Move(M::Top), "top", "", "Select the first plugin"),
    row(C::Permissions, A::Move(M::Bottom), "bottom", "", "Select the last plugin"),

    row(C::Handlers, A::SwitchHandler, "switch", "on/off", "Disable the handler for this session, or enable it again"),
    row(C::Handlers, A::SwitchHandlerForGood, "switch_for_good", "on/off for good", "Disable the handler for good, or enable it again"),
    row(C::Handlers, A::Filter, "filter", "find", "Show only handlers that contain these words; hook: and plugin: before a word say where"),
    row(C::Handlers, A::Clear, "clear", "", "Show all handlers again"),
    row(C::Handlers, A::Move(M::Up), "up", "", "Select the handler above"),
    row(C::Handlers, A::Move(M::Down), "down", "", "Select the handler below"),
    row(C::Handlers, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Handlers, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Handlers, A::Move(M::Top), "top", "", "Select the first handler"),
    row(C::Handlers, A::Move(M::Bottom), "bottom", "", "Select the last handler"),

    row(C::Audit, A::Filter, "filter", "find", "Show only entries that contain these words; plugin:, permission: and who: before a word say where"),
    row(C::Audit, A::Clear, "clear", "", "Show all entries again"),
    row(C::Audit, A::Move(M::Up), "up", "", "Select the entry above"),
    row(C::Audit, A::Move(M::Down), "down", "", "Select the entry below"),
    row(C::Audit, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Audit, A::Move(M::PageDown), "page_down", "", "Go down by a page"),
    row(C::Audit, A::Move(M::Top), "top", "", "Select the newest entry"),
    row(C::Audit, A::Move(M::Bottom), "bottom", "", "Select the oldest entry that is shown"),

    row(C::Global, A::Approvals, "approvals", "answer", "Answer what waits: plugins that are held, permissions that are asked for"),
    row(C::Global, A::Launch, "launch", "launch", "Launch a workflow"),
    row(C::Global, A::Palette, "palette", "commands", "Find any action, workflow, plugin, run or theme by name"),
    row(C::Global, A::Help, "help", "help", "Show the keys that work here"),
    row(C::Global, A::Runs, "runs", "runs", "Show the history of runs"),
    row(C::Global, A::Permissions, "permissions", "permissions", "Show what every plugin may do"),
    row(C::Global, A::Handlers, "handlers", "hooks", "Show all hook handlers, in the order in which they are called"),
    row(C::Global, A::Audit, "audit", "audit", "Show the audit log: who decided what, and when"),
    row(C::Global, A::Workbench, "workbench", "workbench", "Show plugins, run and trace"),
    row(C::Global, A::NextColumn, "next_column", "next column", "Focus the next column"),
    row(C::Global, A::PreviousColumn, "previous_column", "", "Focus the column before"),
    row(C::Global, A::Trace, "trace", "trace", "Focus the hook trace"),
    row(C::Global, A::NextRun, "next_run", "next run", "Show the next open run"),
    row(C::Global, A::PreviousRun, "previous_run", "", "Show the open run before"),
    row(C::Global, A::Themes, "themes", "", "Choose a theme, with a preview"),
    row(C::Global, A::Mouse, "mouse", "", "Take the mouse, or leave it to the terminal's own selection"),
    row(C::Global, A::Redraw, "redraw", "", "Draw the whole screen again"),
    row(C::Global, A::Suspend, "suspend", "", "Go back to the shell; `fg` comes back here"),
    row(C::Global, A::Quit, "quit", "quit", "Leave the workbench"),

    row(C::Reader, A::Close, "close", "close", "Close this"),
    row(C::Reader, A::Move(M::Up), "up", "up", "Scroll up by a line"),
    row(C::Reader, A::Move(M::Down), "down", "down", "Scroll down by a line"),
    row(C::Reader, A::Move(M::PageUp), "page_up", "", "Scroll up by a page"),
    row(C::Reader, A::Move(M::PageDown), "page_down", "page", "Scroll down by a page"),
    row(C::Reader, A::Move(M::Top), "top", "", "Go to the beginning"),
    row(C::Reader, A::Move(M::Bottom), "bottom", "", "Go to the end"),

    row(C::Picker, A::Open, "open", "choose", "Choose what is selected"),
    row(C::Picker, A::Close, "close", "close", "Close without choosing"),
    row(C::Picker, A::Move(M::Up), "up", "up", "Select the line above"),
    row(C::Picker, A::Move(M::Down), "down", "down", "Select the line below"),
    row(C::Picker, A::Move(M::PageUp), "page_up", "", "Go up by a page"),
    row(C::Picker, A::Move(M::PageDown), "page_down", "", "Go down by a page"),

    row(C::Launch, A::Start, "start", "start", "Start the workflow"),
    row(C::Launch, A::NextField, "next_field", "next field", "Go to the next field"),
    row(C::Launch, A::PreviousField, "previous_field", "", "Go to the field before"),
    row(C::Launch, A::Close, "close", "close", "Close; what was typed is kept for the next time"),
    row(C::Launch, A::Open, "open", "", "Choose, or a new line in an editor"),
    row(C::Launch, A::Move(M::Up), "up", "", "Select the workflow above, or move the cursor"),
    row(C::Launch, A::Move(M::Down), "down", "", "Select the workflow below, or move the cursor"),

    row(C::Confirm, A::Yes, "yes", "yes", "Do it"),
    row(C::Confirm, A::No, "no", "no", "Don't"),
    row(C::Confirm, A::Open, "open", "take the marked answer", "Take the marked answer"),
    row(C::Confirm, A::Move(M::Left), "left", "", "Mark the other answer"),

    row(C::Approval, A::Approve, "approve", "approve", "Approve the plugin's present content: it may run, and gets what it asks for"),
    row(C::Approval, A::Reply(R::Once), "once", "once", "Grant it to the next run that uses it"),
    row(C::Approval, A::Reply(R::Session), "session", "session", "Grant it until the workbench closes"),
    row(C::Approval, A::Reply(R::Always), "always", "always", "Grant it for good, to the plugin's present content"),
    row(C::Approval, A::Reply(R::Deny), "deny", "deny", "Deny it until the workbench closes; a plugin stays held"),
    row(C::Approval, A::Reply(R::DenyAlways), "deny_always", "deny always", "Deny it for good"),
    row(C::Approval, A::Close, "close", "later", "Leave it unanswered"),
    row(C::Approval, A::NextRequest, "next", "next", "Go to the next thing that waits"),
    row(C::Approval, A::PreviousRequest, "previous", "", "Go to the one before"),
    row(C::Approval, A::Move(M::Up), "up", "", "Scroll up by a line"),
    row(C::Approval, A::Move(M::Down), "down", "", "Scroll down by a line"),
    row(C::Approval, A::Move(M::PageUp), "page_up", "", "Scroll up by a page"),
    row(C::Approval, A::Move(M::PageDown), "page_down", "", "Scroll down by a page"),

    row(C::Filter, A::Open, "open", "keep", "Keep the text and go back"),
    row(C::Filter, A::Close, "close", "clear", "Clear the text and go back"),
];
