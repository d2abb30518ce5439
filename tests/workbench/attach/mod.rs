//! A workbench that is attached to a host elsewhere, over connections that break.

mod proxy;
mod refused;
mod screens;
mod served;
mod streams;
