//! Arguments with placeholders.
//!
//! A placeholder stands for one argument's part and is never split or read by a shell, so that a task can't become
//! an option's neighbour or a second command.

/// A text with placeholders, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Task,
    Input,
    Project,
}

/// What placeholders stand for in one run.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub task: &'a str,
    /// The step before's output; empty in the first.
    pub input: &'a str,
    /// The project's folder.
    pub project: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("`{{{0}}}` is no placeholder; there are {{task}}, {{input}} and {{project}}, and {{{{ for a brace")]
    Unknown(String),
    #[error("a brace is not closed; write {{{{ for a brace that is meant")]
    Open,
    #[error("a brace closes nothing; write }}}} for a brace that is meant")]
    Stray,
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let from_brace = &rest[at..];
            if let Some(after) = from_brace.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from_brace.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if let Some(after) = from_brace.strip_prefix('{') {
                let (name, after) = after.split_once('}').ok_or(TemplateError::Open)?;
                let part = match name {
                    "task" => Part::Task,
                    "input" => Part::Input,
                    "project" => Part::Project,
                    other => return Err(TemplateError::Unknown(other.to_owned())),
                };
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(part);
                rest = after;
            } else {
                return Err(TemplateError::Stray);
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Template(parts))
    }

    pub fn fill(&self, values: Values<'_>) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Task => values.task.to_owned(),
            Part::Input => values.input.to_owned(),
            Part::Project => values.project.to_owned(),
        };
        self.0.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> = Values { task: "fix {input}; rm", input: "in", project: "/p" };

    #[test]
    fn placeholders_are_filled_once_and_braces_can_be_written() {
        let filled = |text| Template::parse(text).unwrap().fill(VALUES);
        assert_eq!(filled("--task={task}"), "--task=fix {input}; rm");
        assert_eq!(filled("{project}/{input}"), "/p/in");
        assert_eq!(filled("{{task}} }}{{"), "{task} }{");
        assert_eq!(filled(""), "");
    }

    #[test]
    fn what_is_no_placeholder_is_told() {
        assert_eq!(Template::parse("{tsak}"), Err(TemplateError::Unknown("tsak".into())));
        assert_eq!(Template::parse("{task"), Err(TemplateError::Open));
        assert_eq!(Template::parse("a}b"), Err(TemplateError::Stray));
        let words = TemplateError::Unknown("x".into()).to_string();
        assert_eq!(words, "`{x}` is no placeholder; there are {task}, {input} and {project}, and {{ for a brace");
    }
}
