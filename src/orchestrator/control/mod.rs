//! The control socket: how processes of one user that have the same project open reach each other.
//!
//! A host that stays ([`Server`]) listens on a socket in the project's state folder; [`Neighbours`] finds those that
//! live and speaks to them. One request is a [`Command`] or a [`Query`] on a line of JSON, and so is its answer
//! ([`message`]). [`Together`] is a facade that has the others hear of what it changes.
//!
//! It must not know what stands behind the facade, nor what a command means beyond whom it concerns. Who may speak is
//! the kernel's to say ([`peer`]).
//!
//! [`Command`]: super::api::Command
//! [`Query`]: super::api::Query

mod client;
mod folder;
mod line;
mod message;
mod peer;
mod server;
mod spread;
#[cfg(test)]
mod tests;
mod together;

pub use client::{Link, LinkError, Neighbour, Neighbours};
pub use server::Server;
pub use together::{Keeps, Together};
