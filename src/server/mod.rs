//! The third face: the facade over HTTP, and the plugins' own routes beside it.
//!
//! [`Served`] is the facade of a host that can have a server: it starts and stops one, and says how it stands.
//! [`listen`] has the sockets, [`connection`] takes connections and speaks HTTP on each, [`wire`] knows its other side.
//! [`guard`] lets a request in or refuses it, [`limits`] bounds what it costs, [`router`] says who answers it, and
//! [`shutdown`] ends it all. The resources are in [`control`], streams in [`events`]; [`openapi`] and [`docs`] tell of
//! them. All other paths are the plugins' ([`plugin_routes`]), but for those that are [`reserved`]. What a handler may use is in
//! [`shared::Shared`], what it takes of a request in [`extract`]; whatever is refused is a [`problem::Problem`].
//!
//! It imports the facade, the events and the settings, and must not know the other faces, nor anything of the host that
//! the facade does not tell.

mod access;
mod connection;
mod control;
mod docs;
mod events;
mod extract;
mod guard;
mod instance;
mod limits;
mod listen;
mod open;
mod openapi;
mod options;
mod plugin_routes;
pub mod problem;
mod reserved;
mod router;
mod served;
pub mod shared;
mod shutdown;
mod status;
mod turned_away;
mod wire;
mod within;

pub use guard::token::{Token, TokenError};
pub use openapi::document as openapi_document;
pub use options::Options;
pub use served::Served;
