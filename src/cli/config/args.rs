//! The grammar of `orchestrator config`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::args::Json;
use crate::event::PluginName;

/// Keys are JSON pointers (`/retry/attempts`) or names with dots between them (`retry.attempts`).
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Every value of a plugin's config and where it comes from; with --app, the application's own settings
    Show {
        #[arg(required_unless_present = "app")]
        plugin: Option<PluginName>,
        #[arg(long, conflicts_with = "plugin")]
        app: bool,
        #[command(flatten)]
        json: Json,
    },
    /// One value
    Get {
        plugin: PluginName,
        key: String,
        #[command(flatten)]
        json: Json,
    },
    /// Set one value, read by the type that the plugin's schema gives it
    Set {
        plugin: PluginName,
        key: String,
        /// `-`, or nothing, reads it from the standard input, as secrets must be
        value: Option<String>,
        /// Keep it as a secret, also where neither the schema nor the name says so
        #[arg(long)]
        secret: bool,
    },
    /// Remove one value; its default counts again
    Unset { plugin: PluginName, key: String },
    /// Open the config in $VISUAL or $EDITOR, check it, and save it
    Edit { plugin: PluginName },
    /// Say what is wrong with the config, or with another file as the config
    Validate {
        plugin: PluginName,
        /// `-` is the standard input
        file: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
    /// What has changed since a version; without one, since the last that differs
    Diff { plugin: PluginName, version: Option<String> },
    /// The kept versions, newest first
    History {
        plugin: PluginName,
        #[command(flatten)]
        json: Json,
    },
    /// Save a kept version again
    Restore { plugin: PluginName, version: String },
    /// Where the config file is, whether it exists or not
    Path {
        plugin: PluginName,
        #[command(flatten)]
        json: Json,
    },
}
