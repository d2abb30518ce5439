//! The OpenAPI document: of the server's own resources, made from the code of their handlers, and of the routes of
//! plugins, made from what they say themselves.
//!
//! What a plugin says of its routes is a text of a stranger's. [`fragment`] takes from it what is about routes that the
//! plugin really has, under names that can't be those of others; [`check`] measures that against OpenAPI's own schema.
//! A document that does not pass is left out, and its routes are told as the manifest has them ([`plain`]).

mod bounds;
mod check;
mod components;
mod fragment;
mod merge;
mod plain;
mod preamble;
mod template;
#[cfg(test)]
mod tests;

pub use merge::merged;
pub use preamble::preamble;
