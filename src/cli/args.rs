//! The command line's grammar.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use serde_json::{Map, Value};

use super::config::args::ConfigCommand;
use super::parse;
use super::permission::args::PermissionCommand;
use crate::event::{PluginName, RunId, StreamId};
use crate::orchestrator::api::{GrantForRun, HandlerRef};

/// A terminal workbench for multi-agent plugins. Without a command it opens the workbench.
#[derive(Debug, Parser)]
#[command(name = "orchestrator", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// The project's folder, with `plugins/` and `config/` in it [default: the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Look, and change nothing: every change is refused, and no plugin's code is run
    #[arg(long, global = true)]
    pub readonly: bool,
    /// The workbench's theme
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// No spinners in the workbench
    #[arg(long)]
    pub no_motion: bool,
    #[command(subcommand)]
    pub command: Option<Program>,
}

/// What is to be done instead of opening the workbench over the project.
#[derive(Debug, Subcommand)]
pub enum Program {
    #[command(flatten)]
    Here(Here),
    /// Open the workbench over a host that `orchestrator serve` serves
    Attach(AttachArgs),
}

/// What is done with the project's own host.
#[derive(Debug, Subcommand)]
pub enum Here {
    #[command(flatten)]
    Headless(Command),
    /// Draw a stored run as the workbench shows it, as SVG
    Screenshot(ScreenshotArgs),
    /// Answer over HTTP: the control API and the plugins' routes
    Serve(ServeArgs),
}

/// What needs nothing but the facade.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a workflow to its end
    Run(RunArgs),
    /// Agents: list them, or run one alone
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Plugins: list, show, approve, trust, install
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Workflows
    #[command(subcommand)]
    Workflow(ListOnly),
    /// Plugins' API routes: list them, or call one without a server
    #[command(subcommand)]
    Api(ApiCommand),
    /// Hook handlers: list them, switch one, or see what became of each in a run
    #[command(subcommand)]
    Hook(HookCommand),
    /// The history of runs
    #[command(subcommand)]
    Runs(RunsCommand),
    /// What plugins may do: list, grant, revoke, deny, audit
    #[command(subcommand)]
    Permission(PermissionCommand),
    /// What plugins are set to, and the application itself
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print where everything lives and what is wrong
    Doctor(Json),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The workflow's name; `orchestrator workflow list` names them
    pub workflow: String,
    /// What is wanted, in words
    pub requirements: String,
    /// A JSON or YAML file, or one KEY=VALUE (the value is read as JSON if it is JSON); may be repeated, later ones win
    #[arg(long, value_name = "FILE|KEY=VALUE", value_parser = parse::config)]
    pub config: Vec<Map<String, Value>>,
    /// Leave a hook handler out of this run; may be repeated
    #[arg(long = "without-handler", value_name = "PLUGIN:HOOK:HANDLER")]
    pub without_handlers: Vec<HandlerRef>,
    #[command(flatten)]
    pub limits: RunLimits,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct RunLimits {
    /// Grant a permission for this run alone; may be repeated
    #[arg(long = "grant", value_name = "PLUGIN:PERMISSION[=SCOPE]", value_parser = parse::grant)]
    pub grants: Vec<GrantForRun>,
    /// The longest that the run may take: 30s, 10m, 2h
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    pub timeout: Option<Duration>,
}

#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Run one agent alone
    Run {
        name: String,
        task: String,
        /// What the agent is given beside the task, as JSON
        #[arg(long, value_name = "JSON", value_parser = parse::json)]
        context: Option<Value>,
        #[command(flatten)]
        limits: RunLimits,
        #[command(flatten)]
        json: Json,
    },
    /// List the agents
    List(Json),
}

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// List the discovered plugins with their states
    List(Json),
    /// Everything about one plugin
    Show {
        name: PluginName,
        #[command(flatten)]
        json: Json,
    },
    /// Let a plugin's present content run, in a process of its own, and grant what it asks for
    Approve { name: PluginName },
    /// Let a native plugin's present content run in this process; approves it too
    Trust { name: PluginName },
    /// Have a trusted plugin run in a process of its own again; it stays approved
    Distrust { name: PluginName },
    /// Install the packages that an approved Python plugin needs
    Install {
        name: PluginName,
        /// Also take packages that have to be built, which runs their code
        #[arg(long)]
        source_distributions: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ApiCommand {
    /// List the routes of the plugins that run
    List(Json),
    /// Call a route, through its plugin's permission and the hooks
    Call(ApiCallArgs),
}

#[derive(Debug, Args)]
pub struct ApiCallArgs {
    /// GET, POST, PUT, PATCH, DELETE
    pub method: String,
    /// The path, with what follows a `?`
    pub path: String,
    /// May be repeated
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = parse::header)]
    pub headers: Vec<(String, String)>,
    /// The body; `@` and a path reads a file, `-` the standard input
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    pub body: Option<String>,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Subcommand)]
pub enum HookCommand {
    /// Registered handlers, in the order in which they are called
    List(Json),
    /// Every delivery in a run, or outside of all, with what it changed
    Trace {
        /// The run's number, which `orchestrator runs list` tells; or `host`, for what no run was about
        #[arg(value_name = "RUN|host")]
        of: StreamId,
        #[command(flatten)]
        json: Json,
    },
    /// Have a handler called again, in this project
    Enable {
        #[arg(value_name = "PLUGIN:HOOK:HANDLER")]
        handler: HandlerRef,
    },
    /// Keep a handler from being called, in this project
    Disable {
        #[arg(value_name = "PLUGIN:HOOK:HANDLER")]
        handler: HandlerRef,
    },
}

#[derive(Debug, Subcommand)]
pub enum ListOnly {
    List(Json),
}

#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// The newest runs, newest first
    List {
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        json: Json,
    },
    /// One run's events as they were shown; with --json, one event a line
    Show {
        id: RunId,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub struct ScreenshotArgs {
    /// The run's number; `orchestrator runs list` names them
    #[arg(value_name = "RUN")]
    pub id: RunId,
    /// Columns and rows
    #[arg(long, default_value = "120x36", value_name = "COLUMNSxROWS", value_parser = parse::size)]
    pub size: (u16, u16),
    /// The theme [default: dark]
    #[arg(id = "picture_theme", long = "theme", value_name = "NAME")]
    pub theme: Option<String>,
    /// Keys to press first, with blanks between them, as the keymap writes them: `t Home Enter`
    #[arg(long, default_value = "", hide_default_value = true, value_name = "KEYS")]
    pub keys: String,
    /// Where to write it; `-` is the standard output
    #[arg(long, default_value = "-", value_name = "FILE.svg")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ServeArgs {
    #[command(subcommand)]
    pub command: Option<ServeCommand>,
    /// The address to listen on; may be repeated [default: 127.0.0.1 and ::1]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Vec<IpAddr>,
    /// The port; 0 is any that is free [default: 8787]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Let other machines reach it, if it listens on an address that they can reach
    #[arg(long)]
    pub expose: bool,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct AttachArgs {
    /// Where it listens, such as http://127.0.0.1:8787
    pub url: String,
    /// The file with the server's token [default: the token in ORCHESTRATOR_TOKEN]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum ServeCommand {
    /// Print the token that every request needs; makes one if there is none
    Token(TokenArgs),
    /// Print the OpenAPI document that the server answers with, without starting it
    Openapi,
}

#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Print where it is instead
    #[arg(long)]
    pub path: bool,
    /// Make another one; servers that run go on with theirs until they end
    #[arg(long)]
    pub new: bool,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Json {
    /// Print JSON for programs
    #[arg(long)]
    pub json: bool,
}
