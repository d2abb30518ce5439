//! Plugins as they lie on the disk and as they live: what a manifest says ([`manifest`]), which plugins there are
//! ([`discovery`], [`bundled`]), what their content is
//! ([`content`]) and which files it has ([`inventory`]), which parts of it their
//! processes may read ([`readable`]), making a library of native source
//! ([`building`]), installing what one in Python requires ([`installing`]), and loading, unloading and how each stands
//! ([`manager`]).
//!
//! It must not know agents, hooks and workflows as they run, nor who asks.

pub mod building;
pub mod bundled;
pub mod content;
#[cfg(test)]
mod content_tests;
pub mod discovery;
pub mod installing;
pub mod inventory;
pub mod manager;
pub mod manifest;
pub mod readable;
