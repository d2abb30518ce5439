//! The words: what details, help and signs say, as text with meanings. Where they stand is `view`'s business.

mod approval;
mod audit;
mod config;
mod difference;
mod gauge;
mod handler;
mod help;
mod permission;
mod plugin;
mod reader;
mod route;
mod run;
mod sign;
mod touch;
mod trace;
mod units;
mod welcome;

pub use approval::{
    answers as approval_answers, extent as approval_extent, text as approval_text, title as approval_title,
};
pub use audit::{about as audit_about, audit_sign, entry as audit_entry};
pub use config::{
    config_changes, field as config_field, json_roles, review, review_extent, version_difference, versions_extent,
};
pub use handler::{fired, handler as handler_detail, on_failure, switch_sign};
pub use help::hints;
pub use permission::{LEGEND, long_name, permission as permission_detail, policy_badge, short_name, standing};
pub use plugin::summary as plugin_summary;
pub use reader::{reader, reader_extent};
pub use route::{route as route_detail, route_sign};
pub use run::{history as run_history, phases, reason, status as run_status};
pub use sign::{agent_sign, decision_sign, outcome_sign, plugin_sign, run_sign};
pub use trace::entry as trace_entry;
pub use units::{date, moment, rate};
pub use welcome::welcome;
