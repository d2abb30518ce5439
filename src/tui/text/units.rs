//! Times and amounts as people read them.

use crate::event::Timestamp;
use crate::event::view::AgentView;

/// `2026-02-03 12:01`.
pub fn date(time: Timestamp) -> String {
    time.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// `2026-02-03 12:01:07`.
pub fn moment(time: Timestamp) -> String {
    let day: String = time.to_string().chars().take(10).collect();
    format!("{day} {}", time.clock())
}

/// How much an agent wrote per second, from its start to its last piece.
pub fn rate(agent: &AgentView) -> Option<String> {
    let took = agent.last_output?.as_micros().checked_sub(agent.started.as_micros())?;
    let took = u64::try_from(took).ok().filter(|took| *took >= 100_000)?;
    let per_second = u128::from(agent.bytes) * 1_000_000 / u128::from(took);
    Some(match per_second {
        0..1_000 => format!("{per_second} B/s"),
        1_000..1_000_000 => format!("{}.{} kB/s", per_second / 1_000, per_second % 1_000 / 100),
        _ => format!("{}.{} MB/s", per_second / 1_000_000, per_second % 1_000_000 / 100_000),
    })
}
