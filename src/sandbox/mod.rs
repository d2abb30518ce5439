//! What a process of a plugin's may touch, held by the kernel.
//!
//! A [`Confinement`] says it, as data that travels to the process; [`confine`] is called there, on the process's only
//! thread, before any code of the plugin's; [`Level`] names how much of it held. [`paths`] makes rules of folders,
//! [`syscalls`] refuses what needs no file, namely [`calls`], [`limits`] bounds what may be used. A [`Listener`] hears of
//! each system call that is refused, and an [`Attempt`] puts it into words; [`border`] has their `unsafe`. [`measure`]
//! finds out how far that reaches on this machine, and a [`Watch`] keeps the bounds that the kernel counts for single
//! processes only.
//!
//! Everything that only Linux has is behind these; elsewhere the level is [`Level::None`]. It must not know plugins,
//! grants or the protocol.

#[cfg(target_os = "linux")]
mod attempt;
#[cfg(target_os = "linux")]
mod border;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod capabilities;
mod confinement;
mod level;
mod limits;
#[cfg(target_os = "linux")]
mod listener;
#[cfg(target_os = "linux")]
mod paths;
mod probe;
mod quota;
#[cfg(target_os = "linux")]
mod syscalls;
pub mod system;
#[cfg(all(test, target_os = "linux"))]
mod tests;

#[cfg(target_os = "linux")]
pub use attempt::Attempt;
pub use confinement::{Confined, Confinement, NotConfined};
#[cfg(target_os = "linux")]
pub use confinement::{Held, confine};
pub use level::Level;
pub use limits::Limits;
#[cfg(target_os = "linux")]
pub use listener::{Heard, Listener};
pub use probe::{PROBE, answer, measure};
pub use quota::{Crossed, Quota, Sample, Watch};
