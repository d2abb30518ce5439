//! The workbench's loop: input, events and answers in, frames out. The only part that touches the terminal, the
//! clock and the facade.

mod external;
mod options;
mod runner;

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::MouseButton;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use external::Edited;
pub use options::{AppError, Options};

use super::effect::Effect;
use super::frame::FrameScheduler;
use super::input::{Input, Inputs, MouseAction};
use super::keymap::Keymap;
use super::message::Message;
use super::model::{Model, Screen, Themes};
use super::terminal::{Signal, Signals, Terminal, TerminalError};
use super::theme::{Theme, ThemeSources};
use super::update::update;
use super::view::view;
use crate::event::Timestamp;
use crate::orchestrator::api::{Command, Facade, LinkView, Query};
pub(super) use runner::Runner;

/// How many lines one notch of the wheel scrolls.
const NOTCH: i16 = 3;

/// Opens the workbench and stays until somebody leaves it. The terminal is restored in any case.
pub async fn run(facade: Arc<dyn Facade>, options: Options) -> Result<(), AppError> {
    let keymap = Keymap::load(options.keymap.as_deref())?;
    let theme = load_theme(&options.theme, &options.themes, options.colour)?;
    let terminal = Terminal::new(options.output, options.mouse)?;
    let signals = Signals::listen().map_err(AppError::Input)?;
    let inputs = Inputs::open().map_err(AppError::Input)?;
    let mut screen = Screen::new(terminal.size(), Timestamp::now());
    screen.motion = options.motion;
    screen.mouse = options.mouse;
    screen.readonly = options.readonly;
    let themes = Themes { names: Theme::names(&options.themes), current: options.theme };
    let mut app = App {
        model: Model::new(screen, themes, keymap),
        theme,
        sources: options.themes,
        colour: options.colour,
        terminal,
        frames: FrameScheduler::new(),
        link: facade.link(),
        runner: Runner::new(facade),
        external: None,
    };
    app.frames.request(Instant::now().into_std());
    if let Some(link) = &app.link {
        app.model.link = Some(link.borrow().clone());
    }
    app.runner.ask(Query::Snapshot);
    if options.serve {
        app.runner.command(Command::StartServer { port: None });
    }
    app.stay(signals, inputs).await
}

fn load_theme(name: &str, sources: &ThemeSources, colour: bool) -> Result<Theme, super::theme::ThemeError> {
    let theme = Theme::load(name, sources)?;
    Ok(if colour { theme } else { theme.without_colour() })
}

/// How the connection stands, once that changed. Nothing if it can't.
async fn moved(link: &mut Option<watch::Receiver<LinkView>>) -> Option<LinkView> {
    let link = link.as_mut()?;
    link.changed().await.ok()?;
    Some(link.borrow_and_update().clone())
}

struct App {
    model: Model,
    theme: Theme,
    sources: ThemeSources,
    colour: bool,
    terminal: Terminal,
    frames: FrameScheduler,
    runner: Runner,
    /// The connection to the host, if that is elsewhere.
    link: Option<watch::Receiver<LinkView>>,
    /// A text that is for the person's own editor: its file's name, and the text.
    external: Option<(String, String)>,
}

impl App {
    async fn stay(&mut self, mut signals: Signals, mut inputs: Inputs) -> Result<(), AppError> {
        let fault = self.terminal.faulted();
        tokio::pin!(fault);
        let mut tick = Instant::now();
        loop {
            let frame = self.frames.deadline().map(Instant::from_std);
            let now = Instant::now();
            let is_moving = self.model.is_moving();
            // The order is the point: keys before frames, frames before floods.
            let goes_on = tokio::select! {
                biased;
                () = &mut fault => return Err(TerminalError::Fault.into()),
                signal = signals.next() => self.signal(signal)?,
                input = inputs.next() => match input {
                    Some(Ok(input)) => self.input(input)?,
                    Some(Err(error)) => return Err(AppError::Input(error)),
                    None => false,
                },
                () = sleep_until(frame.unwrap_or(now)), if frame.is_some() => {
                    self.draw()?;
                    true
                }
                Some(link) = moved(&mut self.link) => {
                    self.take(Message::Tick(Timestamp::now()))? && self.take(Message::Link(link))?
                }
                Some(message) = self.runner.answers.recv() => {
                    self.take(Message::Tick(Timestamp::now()))? && self.take(message)?
                }
                // One bounded batch, then keys and frames again.
                Some(message) = self.runner.events.recv() => self.take(message)?,
                () = sleep_until(tick), if is_moving => {
                    tick = now + self.pace();
                    self.take(Message::Tick(Timestamp::now()))?
                }
            };
            let goes_on = match self.external.take() {
                Some((name, text)) if goes_on => {
                    // Only one can read the keyboard.
                    drop(inputs);
                    let goes_on = self.edit(&mut signals, &name, &text).await?;
                    inputs = Inputs::open().map_err(AppError::Input)?;
                    goes_on
                }
                _ => goes_on,
            };
            if !goes_on {
                self.runner.finish().await;
                return Ok(());
            }
        }
    }

    /// How long the screen may stay as it is while something goes on: a step of the spinner, or a second.
    fn pace(&self) -> Duration {
        Duration::from_millis(if self.model.screen.motion { 100 } else { 1_000 })
    }

    /// Gives the terminal to the person's own editor until that ends. False when it is time to leave.
    async fn edit(&mut self, signals: &mut Signals, name: &str, text: &str) -> Result<bool, AppError> {
        self.terminal.release()?;
        let edited = external::edit(&self.terminal, signals, name, text).await;
        if matches!(edited, Edited::Leave) {
            return Ok(false);
        }
        self.terminal.resume()?;
        let size = self.terminal.size();
        self.take(Message::Resize { width: size.width, height: size.height })?;
        self.take(Message::Tick(Timestamp::now()))?;
        match edited {
            Edited::Text(text) => self.take(Message::Edited(Ok(text))),
            Edited::Not(problem) => self.take(Message::Edited(Err(problem))),
            Edited::Leave => Ok(false),
        }
    }

    fn draw(&mut self) -> Result<(), AppError> {
        self.frames.drawn(Instant::now().into_std());
        let (model, theme) = (&self.model, &self.theme);
        self.terminal.draw(|frame| view(model, theme, frame))?;
        Ok(())
    }

    /// False when it is time to leave.
    fn signal(&mut self, signal: Signal) -> Result<bool, AppError> {
        match signal {
            Signal::Terminate | Signal::Interrupt | Signal::Hangup => return Ok(false),
            Signal::Suspend => {
                self.terminal.suspend()?;
            }
            Signal::Continued => {
                self.terminal.resume()?;
                let size = self.terminal.size();
                self.take(Message::Resize { width: size.width, height: size.height })?;
            }
        }
        Ok(true)
    }

    fn input(&mut self, input: Input) -> Result<bool, AppError> {
        let message = match input {
            Input::Key(key) => Message::Key(key.into()),
            Input::Paste(text) => Message::Paste(text),
            Input::Resize { width, height } => Message::Resize { width, height },
            Input::Mouse { at, action: MouseAction::Press(MouseButton::Left), .. } => Message::Click(at),
            Input::Mouse { at, action: MouseAction::Scroll { rows, .. }, .. } if rows != 0 => {
                Message::Wheel { at, lines: rows.saturating_mul(NOTCH) }
            }
            Input::Mouse { .. } | Input::Focus(_) => return Ok(true),
        };
        Ok(self.take(Message::Tick(Timestamp::now()))? && self.take(message)?)
    }

    /// Hands a message to the model and does what follows. False when it is time to leave.
    fn take(&mut self, message: Message) -> Result<bool, AppError> {
        let mut goes_on = true;
        for effect in update(&mut self.model, message) {
            match effect {
                Effect::Draw => self.frames.request(Instant::now().into_std()),
                Effect::ClearScreen => {
                    self.terminal.resume()?;
                    self.frames.request(Instant::now().into_std());
                }
                Effect::Ask(query) => self.runner.ask(query),
                Effect::AskLater { query, after } => self.runner.ask_later(query, after),
                Effect::Do(command) => self.runner.command(command),
                Effect::Follow { stream, from_seq } => self.runner.follow(stream, from_seq),
                Effect::Unfollow(stream) => self.runner.unfollow(stream),
                Effect::CaptureMouse(on) => self.terminal.set_mouse(on)?,
                Effect::UseTheme(name) => self.use_theme(&name)?,
                Effect::Suspend => {
                    self.terminal.suspend()?;
                }
                Effect::EditText { name, text } => self.external = Some((name, text)),
                Effect::Quit => goes_on = false,
            }
        }
        Ok(goes_on)
    }

    fn use_theme(&mut self, name: &str) -> Result<(), AppError> {
        match load_theme(name, &self.sources, self.colour) {
            Ok(theme) => self.theme = theme,
            Err(error) => {
                let refused = Message::ThemeRefused { name: name.to_owned(), problem: error.to_string() };
                self.take(refused)?;
            }
        }
        self.frames.request(Instant::now().into_std());
        Ok(())
    }
}
