//! The launch dialog: which workflow, what for, with which config.

use super::{ConfigForm, Remembered, Typed};
use crate::orchestrator::api::{StartRun, WorkflowSummary};
use crate::tui::model::{Catalog, Input, Picker, PickerItem};

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Workflow,
    Requirements,
    /// A property's place, or 0 for `key=value` lines.
    Config(usize),
    Start,
}

#[derive(Debug)]
pub struct Launch {
    pub workflows: Picker<String>,
    pub requirements: Input,
    pub config: ConfigForm,
    pub field: Field,
    /// Why it did not start.
    pub problem: Option<String>,
    /// The start was asked for and is not answered.
    pub starting: bool,
    /// The workflow that the fields belong to.
    shown: Option<String>,
}

impl Launch {
    /// Opens with `workflow`, or with the last one.
    pub fn new(catalog: &Catalog, remembered: &Remembered, workflow: Option<&str>) -> Self {
        let mut workflows = Picker::new(items(catalog));
        let wanted = workflow.or(remembered.workflow.as_deref());
        if let Some(wanted) = wanted {
            workflows.select(|name| name == wanted);
        }
        let mut launch = Launch {
            workflows,
            requirements: Input::lines(""),
            config: ConfigForm::Lines(Input::lines("")),
            field: if workflow.is_some() { Field::Requirements } else { Field::Workflow },
            problem: None,
            starting: false,
            shown: None,
        };
        launch.show_chosen(catalog, remembered);
        launch
    }

    /// Takes in that there are other workflows now: plugins come and go while the dialog is open.
    pub fn refresh(&mut self, catalog: &Catalog, remembered: &Remembered) {
        self.workflows.replace(items(catalog));
        self.show_chosen(catalog, remembered);
    }

    pub fn workflow<'a>(&self, catalog: &'a Catalog) -> Option<&'a WorkflowSummary> {
        catalog.workflow(self.workflows.chosen()?)
    }

    /// Makes the fields fit the chosen workflow. Requirements that were typed stay.
    pub fn show_chosen(&mut self, catalog: &Catalog, remembered: &Remembered) {
        let chosen = self.workflows.chosen().cloned();
        if chosen.is_none() || chosen == self.shown {
            return;
        }
        let nothing = Typed::default();
        let typed = chosen.as_ref().and_then(|name| remembered.typed.get(name)).unwrap_or(&nothing);
        if self.requirements.is_empty() {
            self.requirements = Input::lines(&typed.requirements);
        }
        let schema = chosen.as_ref().and_then(|name| catalog.workflow(name)).and_then(|w| w.config_schema.as_ref());
        self.config = ConfigForm::new(schema, &typed.config);
        self.shown = chosen;
    }

    /// Keeps what was typed for the next time.
    pub fn remember(&self, remembered: &mut Remembered) {
        if let Some(name) = &self.shown {
            let typed = Typed { requirements: self.requirements.text(), config: self.config.typed() };
            remembered.typed.insert(name.clone(), typed);
            remembered.workflow = Some(name.clone());
        }
    }

    /// The focused editor. What was wrong is taken back as soon as somebody types.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.problem = None;
        match self.field {
            Field::Workflow => Some(&mut self.workflows.query),
            Field::Requirements => Some(&mut self.requirements),
            Field::Config(field) => self.config.input(field),
            Field::Start => None,
        }
    }

    /// Whether the focused editor takes more than one line.
    pub fn has_many_lines(&self) -> bool {
        match self.field {
            Field::Requirements => true,
            Field::Config(_) => matches!(self.config, ConfigForm::Lines(_)),
            Field::Workflow | Field::Start => false,
        }
    }

    /// The field after this one, or before; after the last comes the first.
    pub fn step(&mut self, by: isize) {
        let last = 2 + self.config.fields();
        let place = match self.field {
            Field::Workflow => 0,
            Field::Requirements => 1,
            Field::Config(field) => 2 + field,
            Field::Start => last,
        };
        self.field = match (place as isize + by).rem_euclid(last as isize + 1) as usize {
            0 => Field::Workflow,
            1 => Field::Requirements,
            place if place == last => Field::Start,
            place => Field::Config(place - 2),
        };
    }

    /// What is to be started. If something is wrong, its field gets the focus and the dialog says why.
    pub fn read(&mut self) -> Option<StartRun> {
        let Some(workflow_type) = self.workflows.chosen().cloned() else {
            return self.refuse(Field::Workflow, "choose a workflow".to_owned());
        };
        let requirements = self.requirements.text();
        if requirements.trim().is_empty() {
            return self.refuse(Field::Requirements, "say what the workflow is to do".to_owned());
        }
        match self.config.read() {
            Ok(config) => Some(StartRun { workflow_type, requirements, config, ..StartRun::default() }),
            Err((field, problem)) => self.refuse(Field::Config(field), problem),
        }
    }

    fn refuse(&mut self, field: Field, problem: String) -> Option<StartRun> {
        self.field = field;
        self.problem = Some(problem);
        None
    }
}

fn items(catalog: &Catalog) -> Vec<PickerItem<String>> {
    let item = |workflow: &WorkflowSummary| PickerItem {
        label: workflow.name.clone(),
        note: workflow.description.clone(),
        value: workflow.name.clone(),
    };
    catalog.workflows.iter().map(item).collect()
}
