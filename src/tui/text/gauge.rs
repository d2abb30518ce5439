//! What a plugin's process uses of what it may: a bar and the numbers, one without the other never.

use crate::tui::model::{Gauge, Measure, Rich, RichLine};
use crate::tui::theme::Role;

/// What stands beside a bar: its name before it, and after it at most ` 1023/1024 MB !`.
const BESIDE: usize = 8 + 15;
/// From this width on, two stand beside each other.
const WIDE: usize = 60;

/// `child 4121  0.3 % cpu`.
pub(super) fn process(gauge: &Gauge) -> RichLine {
    let cpu = gauge.permille.map(|permille| format!("  {}.{} % cpu", permille / 10, permille % 10));
    RichLine(vec![(Role::TextMuted, format!("child {}{}", gauge.process, cpu.unwrap_or_default()))])
}

/// All bars, in a column or, where there is room, two.
pub(super) fn bars(rich: &mut Rich, gauge: &Gauge, width: usize) {
    let columns = if width >= WIDE { 2 } else { 1 };
    let room = width / columns;
    let length = room.saturating_sub(BESIDE).clamp(4, 20);
    let lines = [
        bar("memory", gauge.memory, " MB", length),
        bar("cpu", gauge.computed, if gauge.in_call { " s" } else { " s idle" }, length),
        bar("threads", gauge.threads, "", length),
        match gauge.disk {
            Some(disk) => bar("disk", disk, " MB", length),
            None => RichLine(vec![(Role::TextMuted, format!("{:<8}not looked at yet", "disk"))]),
        },
    ];
    for row in lines.chunks(columns) {
        let mut pieces = Vec::new();
        for line in row {
            let gap = (room * (pieces.len().min(1))).saturating_sub(RichLine::width(&RichLine(pieces.clone())));
            pieces.push((Role::Text, " ".repeat(gap)));
            pieces.extend(line.0.iter().cloned());
        }
        rich.line(pieces);
    }
}

/// `memory  ━━────── 41/512 MB`; with a mark where little is left.
fn bar(name: &str, measure: Measure, unit: &str, length: usize) -> RichLine {
    let filled = measure.filled(length);
    let (role, mark) = if measure.is_near() { (Role::Warn, " !") } else { (Role::Running, "") };
    let limit = measure.limit.map_or_else(String::new, |limit| format!("/{limit}"));
    RichLine(vec![
        (Role::TextMuted, format!("{name:<8}")),
        (role, "━".repeat(filled)),
        (Role::Border, "─".repeat(length - filled)),
        (Role::Text, format!(" {}{limit}{unit}", measure.used)),
        (role, mark.to_owned()),
    ])
}
