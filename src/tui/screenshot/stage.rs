//! The model, brought to where the picture is taken: the same messages as in the workbench, one after the other, and
//! the time of the run's last event instead of a clock.

use std::collections::VecDeque;
use std::sync::Arc;

use ratatui::layout::Size;

use super::ScreenshotError;
use crate::event::{RunId, StreamId, Timestamp};
use crate::orchestrator::api::{Answer, Facade, Query};
use crate::tui::action::open_run;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Chord, Keymap};
use crate::tui::message::Message;
use crate::tui::model::{Model, Screen, Themes};
use crate::tui::theme::{Theme, ThemeSources};
use crate::tui::update::update;

/// The time from one key to the next, in microseconds.
const BETWEEN_KEYS: i64 = 1_000_000;
/// How many stored events are read at once.
const PAGE: u32 = 1_000;

pub(super) struct Stage<'a> {
    facade: &'a dyn Facade,
    model: Model,
    theme: Theme,
    sources: ThemeSources,
}

/// What is still to be done.
enum Task {
    Ask(Query),
    /// Read the run's events from there on.
    Read(RunId, u64),
}

impl<'a> Stage<'a> {
    pub fn new(facade: &'a dyn Facade, size: Size, theme: Theme, sources: ThemeSources, keymap: Keymap) -> Self {
        let mut screen = Screen::new(size, Timestamp::from_micros(0));
        screen.motion = false;
        screen.reveals = false;
        let themes = Themes { names: Theme::names(&sources), current: theme.name().to_owned() };
        Stage { facade, model: Model::new(screen, themes, keymap), theme, sources }
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Opens the project, and the run as if it had been chosen from the history.
    pub async fn open(&mut self, run: RunId) -> Result<(), ScreenshotError> {
        // A run that is not there is refused in the host's own words.
        let Answer::Run(_) = self.facade.query(Query::Run { run }).await? else {
            return Err(ScreenshotError::UnexpectedAnswer);
        };
        self.work(VecDeque::from([Task::Ask(Query::Snapshot)])).await?;
        let effects = open_run(&mut self.model, run);
        let tasks = self.tasks(effects)?;
        self.work(tasks).await
    }

    pub async fn press(&mut self, key: Chord) -> Result<(), ScreenshotError> {
        let tasks = self.tell(Message::Key(key.into()))?;
        self.work(tasks).await?;
        // Somebody looks before they press the next one: what asks a question takes no key at once.
        let later = Timestamp::from_micros(self.model.screen.now.as_micros().saturating_add(BETWEEN_KEYS));
        let tasks = self.tell(Message::Tick(later))?;
        self.work(tasks).await
    }

    async fn work(&mut self, mut tasks: VecDeque<Task>) -> Result<(), ScreenshotError> {
        while let Some(task) = tasks.pop_front() {
            match task {
                Task::Ask(query) => {
                    let answer = self.facade.query(query.clone()).await;
                    tasks.extend(self.tell(Message::Answered { query, answer })?);
                }
                Task::Read(run, from_seq) => {
                    let stream = StreamId::Run(run);
                    let query = Query::Events { stream, from_seq, limit: PAGE };
                    let Answer::Events(events) = self.facade.query(query).await? else {
                        return Err(ScreenshotError::UnexpectedAnswer);
                    };
                    let Some(last) = events.last() else { continue };
                    let next = Task::Read(run, last.seq + 1);
                    tasks.extend(self.tell(Message::Tick(last.time))?);
                    let events = events.into_iter().map(Arc::new).collect();
                    tasks.extend(self.tell(Message::Events { stream, events })?);
                    tasks.push_back(next);
                }
            }
        }
        Ok(())
    }

    fn tell(&mut self, message: Message) -> Result<VecDeque<Task>, ScreenshotError> {
        let effects = update(&mut self.model, message);
        self.tasks(effects)
    }

    /// What is to be done for `effects`; what only a terminal has is nothing here.
    fn tasks(&mut self, effects: Vec<Effect>) -> Result<VecDeque<Task>, ScreenshotError> {
        let mut tasks = VecDeque::new();
        for effect in effects {
            match effect {
                Effect::Ask(query) => tasks.push_back(Task::Ask(query)),
                Effect::Follow { stream: StreamId::Run(run), from_seq } => tasks.push_back(Task::Read(run, from_seq)),
                Effect::UseTheme(name) => self.theme = Theme::load(&name, &self.sources)?,
                Effect::Do(_) => return Err(ScreenshotError::Command),
                Effect::Quit => return Err(ScreenshotError::Left),
                // What the host does while the picture is taken is no part of it, nor what its processes use meanwhile.
                Effect::Follow { stream: StreamId::Host, .. } | Effect::Unfollow(_) | Effect::AskLater { .. } => {}
                Effect::Draw
                | Effect::ClearScreen
                | Effect::CaptureMouse(_)
                | Effect::Suspend
                | Effect::EditText { .. } => {}
            }
        }
        Ok(tasks)
    }
}
