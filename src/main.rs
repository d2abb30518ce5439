//! The program: reads the command line, opens the project, and hands over to a face.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use orchestrator::attach::{BadTarget, Remote, Target, token};
use orchestrator::cli;
use orchestrator::cli::args::{Arguments, AttachArgs, Command, Here, Program, ScreenshotArgs, ServeArgs, ServeCommand};
use orchestrator::cli::console::Console;
use orchestrator::cli::execute;
use orchestrator::cli::exit::{Exit, Failure};
use orchestrator::cli::screenshot::deliver;
use orchestrator::config::Places;
use orchestrator::config::settings::Settings;
use orchestrator::orchestrator::api::{self, Facade};
use orchestrator::orchestrator::control::{Keeps, Neighbours, Together};
use orchestrator::orchestrator::{HostOptions, LocalHost, ReadOnly};
use orchestrator::runtime::descriptors::{self, Printed};
use orchestrator::runtime::{child, supervise};
use orchestrator::sandbox;
use orchestrator::server::{self, Served, Token};
use orchestrator::tui::app;
use orchestrator::tui::screenshot::{self, Scene, ScreenshotError};
use orchestrator::tui::theme::ThemeSources;
use ratatui::layout::Size;
use tokio::sync::mpsc;

/// What work on other threads gets to end when the program does; a thread that a plugin blocks never would.
const THREADS_LIMIT: Duration = Duration::from_millis(500);

/// What the workbench's server gets to end when the workbench is left.
const SERVER_LIMIT: Duration = Duration::from_secs(2);

/// A picture has no terminal whose colours it could take.
const PICTURE_THEME: &str = "dark";

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        Some(first) if first == supervise::SUPERVISE => return supervise::supervisor::main(),
        Some(first) if first == child::LAUNCH => return child::launcher::main(),
        Some(first) if first == sandbox::PROBE => return sandbox::answer(),
        Some(_) | None => {}
    }
    let arguments = Arguments::parse();
    // From here on, descriptors 1 and 2 are the plugins': everything of ours goes through the private handles.
    let Ok((output, captured, printed)) = descriptors::capture() else { return Exit::Failed.into() };
    let mut console = Console::new(output.stdout, output.stderr);
    let ended = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(run(arguments, &mut console, printed));
            runtime.shutdown_timeout(THREADS_LIMIT);
            ended
        }
        Err(error) => Err(Failure::Other(format!("no threads could be started: {error}"))),
    };
    drop(captured);
    ended.unwrap_or_else(|failure| console.report(&failure)).into()
}

async fn run(arguments: Arguments, console: &mut Console, printed: mpsc::Receiver<Printed>) -> Result<Exit, Failure> {
    let opens_workbench = matches!(arguments.command, None | Some(Program::Attach(_)));
    if opens_workbench && !(std::io::stdin().is_terminal() && console.is_terminal()) {
        return Err(Failure::Usage(
            "the workbench needs a terminal; `orchestrator --help` lists what works without".into(),
        ));
    }
    let Arguments { project, readonly, theme, no_motion, command } = arguments;
    let command = match command {
        Some(Program::Attach(args)) => {
            return attach(console, project.as_deref(), readonly, Look { theme, no_motion }, args).await;
        }
        Some(Program::Here(command)) => Some(command),
        None => None,
    };
    let options = HostOptions { project, printed: Some(printed), executable: None, look_only: readonly };
    let host = LocalHost::open(options).await.map_err(|error| Failure::Open(Box::new(error)))?;
    let open = Arc::new(Opened { host, readonly });
    let ended = match command {
        Some(Here::Headless(command)) => headless(&open, console, command).await,
        Some(Here::Screenshot(args)) => picture(&open, console, theme, args).await,
        Some(Here::Serve(args)) => serve(&open, console, args).await,
        None => workbench(&open, console, Look { theme, no_motion }).await,
    };
    open.host.close().await;
    ended
}

/// The project, and how it was opened.
struct Opened {
    host: Arc<LocalHost>,
    readonly: bool,
}

impl Opened {
    /// What a face gets of the host.
    fn facade(&self, keeps: Keeps) -> Arc<dyn Facade> {
        if self.readonly {
            return Arc::new(ReadOnly::new(self.host.clone()));
        }
        let others = Neighbours::of(self.host.places().state_dir());
        Arc::new(Together::new(self.host.clone(), others, keeps))
    }

    /// Lets other processes reach the host. One that is only looked at keeps nothing that they could change.
    async fn listen(&self, face: &str) {
        if !self.readonly {
            self.host.listen(face).await;
        }
    }

    /// A plugin's code can change things as soon as it is loaded.
    async fn load_plugins(&self) {
        if self.readonly { self.host.look_at_plugins().await } else { self.host.load_plugins().await }
    }
}

async fn headless(open: &Opened, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    if let Some(face) = command.face() {
        open.listen(face).await;
    }
    if command.needs_plugins() {
        open.load_plugins().await;
    }
    execute(&*open.facade(Keeps::Elsewhere), console, command).await
}

/// It listens before the plugins are loaded: who asks then, sees them come.
async fn serve(open: &Opened, console: &mut Console, args: ServeArgs) -> Result<Exit, Failure> {
    let state_dir = open.host.places().state_dir();
    match &args.command {
        Some(ServeCommand::Token(args)) => {
            let token = if args.new { Token::renew(state_dir) } else { Token::of_project(state_dir) };
            let token = token.map_err(|error| Failure::Other(error.to_string()))?;
            return cli::serve::token(console, args, token.reveal(), &Token::file(state_dir));
        }
        Some(ServeCommand::Openapi) => {
            open.load_plugins().await;
            console.json(&server::openapi_document(&*open.facade(Keeps::Elsewhere)).await?)?;
            return Ok(Exit::Completed);
        }
        None => {}
    }
    open.listen("`orchestrator serve`").await;
    open.load_plugins().await;
    let mut settings = open.host.settings().server.clone();
    if !args.listen.is_empty() {
        settings.listen = args.listen.clone();
    }
    let state_dir = state_dir.to_owned();
    let options = server::Options { settings, state_dir, exposed: args.expose, ends_runs: true };
    let facade = Served::new(open.facade(Keeps::Here), options);
    cli::serve::serve(&facade, console, &args).await
}

/// A picture shows the plugins as they are once they have been loaded.
async fn picture(
    open: &Opened,
    console: &mut Console,
    theme: Option<String>,
    args: ScreenshotArgs,
) -> Result<Exit, Failure> {
    open.load_plugins().await;
    let config = open.host.places().config_dir();
    let scene = Scene {
        run: args.id,
        size: Size::new(args.size.0, args.size.1),
        theme: args.theme.or(theme).unwrap_or_else(|| PICTURE_THEME.to_owned()),
        themes: ThemeSources::with_folder(config.join("themes")),
        keymap: Some(config.join("keymap.toml")),
        keys: args.keys.split_whitespace().map(str::to_owned).collect(),
    };
    let svg = screenshot::take(&*open.facade(Keeps::Elsewhere), scene).await.map_err(|error| match error {
        ScreenshotError::Host(error) => Failure::Host(error),
        ScreenshotError::UnexpectedAnswer => Failure::unexpected_answer(),
        wrong => Failure::Usage(wrong.to_string()),
    })?;
    deliver(console, &args.out, &svg)
}

/// Its first frame does not wait for the plugins: they load beside it, and it shows how they come.
async fn workbench(open: &Arc<Opened>, console: &mut Console, look: Look) -> Result<Exit, Failure> {
    open.listen("the workbench").await;
    let loading = tokio::spawn({
        let open = open.clone();
        async move { open.load_plugins().await }
    });
    let settings = open.host.settings();
    let serve = settings.server.start;
    let options = look.options(settings, open.host.places(), open.readonly, serve, console)?;
    let served = Arc::new(Served::new(
        open.facade(Keeps::Here),
        server::Options {
            settings: settings.server.clone(),
            state_dir: open.host.places().state_dir().to_owned(),
            exposed: false,
            ends_runs: false,
        },
    ));
    let ended = app::run(served.clone(), options).await;
    // Its clients are told that it ends; who leaves does not wait for them.
    let _ = tokio::time::timeout(SERVER_LIMIT, served.command(api::Command::StopServer)).await;
    loading.abort();
    ended.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(Exit::Completed)
}

/// The workbench over a host that is elsewhere. Of this side, only how it looks counts.
async fn attach(
    console: &mut Console,
    project: Option<&Path>,
    readonly: bool,
    look: Look,
    args: AttachArgs,
) -> Result<Exit, Failure> {
    let target: Target = args.url.parse().map_err(|error: BadTarget| Failure::Usage(error.to_string()))?;
    let token = token::find(args.token_file.as_deref()).map_err(|error| Failure::Usage(error.to_string()))?;
    let places = Places::find(project).map_err(|error| Failure::Usage(error.to_string()))?;
    let (settings, _) = Settings::load(&places).map_err(|error| Failure::Usage(error.to_string()))?;
    if !target.is_loopback() {
        console.remark(
            "warning: what is sent to another machine, the token too, is not encrypted: an SSH tunnel would encrypt it",
        )?;
    }
    let remote = Remote::attach(target, &token).await.map_err(|error| Failure::Other(error.to_string()))?;
    let remote: Arc<dyn Facade> = Arc::new(remote);
    let facade = if readonly { Arc::new(ReadOnly::new(remote)) } else { remote };
    let options = look.options(&settings, &places, readonly, false, console)?;
    app::run(facade, options).await.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(Exit::Completed)
}

/// How the workbench is to look, as the command line says.
struct Look {
    theme: Option<String>,
    no_motion: bool,
}

impl Look {
    fn options(
        self,
        settings: &Settings,
        places: &Places,
        readonly: bool,
        serve: bool,
        console: &Console,
    ) -> Result<app::Options, Failure> {
        let config = places.config_dir();
        Ok(app::Options {
            theme: self.theme.unwrap_or_else(|| settings.theme.clone()),
            themes: ThemeSources::with_folder(config.join("themes")),
            keymap: Some(config.join("keymap.toml")),
            colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            motion: settings.motion && !self.no_motion,
            mouse: true,
            readonly,
            serve,
            output: console.output()?,
        })
    }
}
