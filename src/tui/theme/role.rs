/// What a piece of the screen means. A theme gives each of these a look; nothing else in the workbench names
/// a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text, and the background of the whole screen.
    Text,
    TextMuted,
    Border,
    BorderFocused,
    /// The selected row, laid over whatever is drawn on it.
    Selection,
    Ok,
    Warn,
    Error,
    Running,
    Denied,
    DiffAdded,
    DiffRemoved,
    /// What tells agents apart, numbered from 1 in the order in which they start. There are
    /// [`Role::AGENTS`] looks; higher numbers begin again with the first.
    Agent(u8),
    Title,
    /// A key in the hints at the foot of the screen.
    Key,
    Badge,
}

impl Role {
    /// How many looks there are for agents.
    pub const AGENTS: u8 = 8;

    /// Every role that a theme can name.
    pub const ALL: [Role; 23] = [
        Role::Text,
        Role::TextMuted,
        Role::Border,
        Role::BorderFocused,
        Role::Selection,
        Role::Ok,
        Role::Warn,
        Role::Error,
        Role::Running,
        Role::Denied,
        Role::DiffAdded,
        Role::DiffRemoved,
        Role::Title,
        Role::Key,
        Role::Badge,
        Role::Agent(1),
        Role::Agent(2),
        Role::Agent(3),
        Role::Agent(4),
        Role::Agent(5),
        Role::Agent(6),
        Role::Agent(7),
        Role::Agent(8),
    ];

    /// The name in theme files.
    pub const fn name(self) -> &'static str {
        const AGENTS: [&str; Role::AGENTS as usize] =
            ["agent.1", "agent.2", "agent.3", "agent.4", "agent.5", "agent.6", "agent.7", "agent.8"];
        match self {
            Role::Text => "text",
            Role::TextMuted => "text.muted",
            Role::Border => "border",
            Role::BorderFocused => "border.focused",
            Role::Selection => "selection",
            Role::Ok => "ok",
            Role::Warn => "warn",
            Role::Error => "error",
            Role::Running => "running",
            Role::Denied => "denied",
            Role::DiffAdded => "diff.added",
            Role::DiffRemoved => "diff.removed",
            Role::Agent(number) => AGENTS[agent_look(number)],
            Role::Title => "title",
            Role::Key => "key",
            Role::Badge => "badge",
        }
    }

    /// The role with this name in theme files.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The place in [`Role::ALL`].
    pub(super) const fn index(self) -> usize {
        match self {
            Role::Text => 0,
            Role::TextMuted => 1,
            Role::Border => 2,
            Role::BorderFocused => 3,
            Role::Selection => 4,
            Role::Ok => 5,
            Role::Warn => 6,
            Role::Error => 7,
            Role::Running => 8,
            Role::Denied => 9,
            Role::DiffAdded => 10,
            Role::DiffRemoved => 11,
            Role::Title => 12,
            Role::Key => 13,
            Role::Badge => 14,
            Role::Agent(number) => 15 + agent_look(number),
        }
    }
}

/// Which of the looks an agent's number takes, from 0.
const fn agent_look(number: u8) -> usize {
    (number.wrapping_sub(1) % Role::AGENTS) as usize
}
