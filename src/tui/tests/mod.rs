//! The workbench as a whole: messages in, screens out.

mod api;
mod approving;
mod auditing;
mod config;
mod config_fields;
mod config_saving;
mod facade;
mod fixture;
mod gauge;
mod granted;
mod keys;
mod launching;
mod picture;
mod random;
mod running;
mod screens;
mod streams;
mod waiting;
