//! The program: reads the command line, opens the project, and hands over to a face.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use orchestrator::cli::args::{Arguments, Command, Program, ScreenshotArgs};
use orchestrator::cli::console::Console;
use orchestrator::cli::execute;
use orchestrator::cli::exit::{Exit, Failure};
use orchestrator::cli::screenshot::deliver;
use orchestrator::orchestrator::{HostOptions, LocalHost};
use orchestrator::runtime::descriptors::{self, Printed};
use orchestrator::runtime::{child, supervise};
use orchestrator::sandbox;
use orchestrator::tui::app;
use orchestrator::tui::screenshot::{self, Scene, ScreenshotError};
use orchestrator::tui::theme::ThemeSources;
use ratatui::layout::Size;
use tokio::sync::mpsc;

/// What work on other threads gets to end when the program does; a thread that a plugin blocks never would.
const THREADS_LIMIT: Duration = Duration::from_millis(500);

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
    if arguments.command.is_none() && !(std::io::stdin().is_terminal() && console.is_terminal()) {
        return Err(Failure::Usage(
            "the workbench needs a terminal; `orchestrator --help` lists what works without".into(),
        ));
    }
    let options = HostOptions { project: arguments.project, printed: Some(printed), executable: None };
    let host = LocalHost::open(options).await.map_err(|error| Failure::Open(Box::new(error)))?;
    let ended = match arguments.command {
        Some(Program::Headless(command)) => headless(&host, console, command).await,
        Some(Program::Screenshot(args)) => picture(&host, console, arguments.theme, args).await,
        None => workbench(&host, console, arguments.theme, arguments.no_motion).await,
    };
    host.close().await;
    ended
}

async fn headless(host: &Arc<LocalHost>, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    if command.needs_plugins() {
        host.load_plugins().await;
    }
    execute(&**host, console, command).await
}

/// A picture shows the plugins as they are once they have been loaded.
async fn picture(
    host: &Arc<LocalHost>,
    console: &mut Console,
    theme: Option<String>,
    args: ScreenshotArgs,
) -> Result<Exit, Failure> {
    host.load_plugins().await;
    let config = host.places().config_dir();
    let scene = Scene {
        run: args.id,
        size: Size::new(args.size.0, args.size.1),
        theme: args.theme.or(theme).unwrap_or_else(|| PICTURE_THEME.to_owned()),
        themes: ThemeSources::with_folder(config.join("themes")),
        keymap: Some(config.join("keymap.toml")),
        keys: args.keys.split_whitespace().map(str::to_owned).collect(),
    };
    let svg = screenshot::take(&**host, scene).await.map_err(|error| match error {
        ScreenshotError::Host(error) => Failure::Host(error),
        ScreenshotError::UnexpectedAnswer => Failure::unexpected_answer(),
        wrong => Failure::Usage(wrong.to_string()),
    })?;
    deliver(console, &args.out, &svg)
}

/// Its first frame does not wait for the plugins: they load beside it, and it shows how they come.
async fn workbench(
    host: &Arc<LocalHost>,
    console: &mut Console,
    theme: Option<String>,
    no_motion: bool,
) -> Result<Exit, Failure> {
    let loading = tokio::spawn({
        let host = host.clone();
        async move { host.load_plugins().await }
    });
    let (settings, config) = (host.settings(), host.places().config_dir());
    let options = app::Options {
        theme: theme.unwrap_or_else(|| settings.theme.clone()),
        themes: ThemeSources::with_folder(config.join("themes")),
        keymap: Some(config.join("keymap.toml")),
        colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        motion: settings.motion && !no_motion,
        mouse: true,
        output: console.output()?,
    };
    let ended = app::run(host.clone(), options).await;
    loading.abort();
    ended.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(Exit::Completed)
}
