//! What is wrong, in words: which field, what is wrong with it, what is allowed.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::Violation;
use crate::config::closest::closest;
use crate::config::json::pointer;
use crate::event::mask::MASKED;
use crate::event::text::clean_line;

/// As much of a value or of a stranger's text as is shown, in characters.
const SHOWN: usize = 80;
/// As many names or choices as are told.
const LISTED: usize = 20;

/// A stranger's text on one line, cleaned and cut.
pub(super) fn shown(text: &str) -> String {
    let clean = clean_line(text).replace('\n', " ");
    match clean.char_indices().nth(SHOWN * 3) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

/// A place in a schema.
pub(super) fn shown_pointer(pointer: &str) -> String {
    if pointer.is_empty() { "at its top".to_owned() } else { format!("at {}", shown(pointer)) }
}

fn value(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", clean_line(&text[..end])),
        None => clean_line(&text),
    }
}

/// What a value is, for `is ..., but`.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn type_words(name: &str) -> String {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
    .to_owned()
}

fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.take(LISTED + 1).collect();
    match names.len() > LISTED {
        true => format!("{}, …", names[..LISTED].join(", ")),
        false => names.join(", "),
    }
}

fn plural(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// What is wrong in a schema. Of several things that could stand there, the nearest says it.
pub(super) fn of_fault(error: &ValidationError<'_>) -> String {
    let words = Words { schema: &Value::Null, secrets: &[] };
    match error.kind() {
        Kind::AnyOf { .. } | Kind::Enum { .. } | Kind::Type { .. } => words.says(error),
        _ => shown(&error.to_string()),
    }
}

/// Puts into words what is wrong in a document.
pub(super) struct Words<'s> {
    pub(super) schema: &'s Value,
    /// The pointers of what is not told.
    pub(super) secrets: &'s [String],
}

impl Words<'_> {
    /// One violation for each thing that is wrong: several names may be.
    pub(super) fn violations(&self, error: &ValidationError<'_>) -> Vec<Violation> {
        let at = error.instance_path().to_string();
        let field = pointer::words(&at);
        match error.kind() {
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let missing = pointer::child(&at, name);
                let about = self.beside(error, &["properties", name]);
                let about = about.and_then(|about| about.get("description")?.as_str()).map(shown);
                let about = about.map(|about| format!(" ({about})")).unwrap_or_default();
                let message = format!("`{}` is missing; it is required{about}", pointer::words(&missing));
                vec![Violation { pointer: missing, message, is_name: false }]
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = self.beside(error, &["properties"]).and_then(Value::as_object);
                let known: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let one = |name: &String| {
                    let allowed = match closest(name, known.iter().copied()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None if known.is_empty() => "nothing may stand there".to_owned(),
                        None => format!("the fields are {}", list(known.iter().map(|name| shown(name)))),
                    };
                    let place = pointer::child(&at, name);
                    let message = format!("there is no field `{}`; {allowed}", shown(&pointer::words(&place)));
                    Violation { pointer: place, message, is_name: true }
                };
                unexpected.iter().take(LISTED).map(one).collect()
            }
            Kind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or_default().to_owned();
                let message =
                    format!("the name `{}` can't be used in `{field}`: {}", shown(&name), shown(&inner.to_string()));
                vec![Violation { pointer: pointer::child(&at, &name), message, is_name: true }]
            }
            _ => {
                let message = format!("`{}` {}", shown(&field), self.says(error));
                vec![Violation { pointer: at, message, is_name: false }]
            }
        }
    }

    /// The part of the sentence after the field's name.
    fn says(&self, error: &ValidationError<'_>) -> String {
        let instance = error.instance();
        let path = error.instance_path().to_string();
        let is_secret = |secret: &String| pointer::is_within(&path, secret) || pointer::is_within(secret, &path);
        let is = || match self.secrets.iter().any(is_secret) {
            true => format!("is {MASKED}"),
            false => format!("is {}", value(instance)),
        };
        match error.kind() {
            Kind::Type { kind: wanted } => {
                let wanted = match wanted {
                    TypeKind::Single(one) => type_words(&one.to_string()),
                    TypeKind::Multiple(many) => {
                        many.iter().map(|one| type_words(&one.to_string())).collect::<Vec<_>>().join(" or ")
                    }
                };
                format!("must be {wanted}, but this is {}", kind(instance))
            }
            Kind::Enum { options } => {
                let options = options.as_array().into_iter().flatten().map(value);
                format!("{}, which is none of the choices: {}", is(), list(options))
            }
            Kind::Constant { expected_value } => format!("{}, but must be {}", is(), value(expected_value)),
            Kind::Minimum { limit } => format!("{}, but the least is {limit}", is()),
            Kind::Maximum { limit } => format!("{}, but the most is {limit}", is()),
            Kind::ExclusiveMinimum { limit } => format!("{}, but must be more than {limit}", is()),
            Kind::ExclusiveMaximum { limit } => format!("{}, but must be less than {limit}", is()),
            Kind::MultipleOf { multiple_of } => format!("{}, but must be a multiple of {multiple_of}", is()),
            Kind::MinLength { limit } => {
                format!("is too short: it needs at least {}", plural(*limit, "character", "characters"))
            }
            Kind::MaxLength { limit } => {
                format!("is too long: at most {} may be there", plural(*limit, "character", "characters"))
            }
            Kind::Pattern { pattern } => format!("{}, which does not match the pattern {}", is(), shown(pattern)),
            Kind::Format { format } => format!("{}, which is no {}", is(), format_words(format)),
            Kind::MinItems { limit } => format!("has too few entries: it needs at least {limit}"),
            Kind::MaxItems { limit } => format!("has too many entries: at most {limit} may be there"),
            Kind::AdditionalItems { limit } => format!("has too many entries: at most {limit} may be there"),
            Kind::UnevaluatedItems { .. } => "has entries that nothing in its schema allows".to_owned(),
            Kind::UniqueItems => "has the same entry twice; each must be different".to_owned(),
            Kind::Contains => "has no entry of the kind that one must be of".to_owned(),
            Kind::MinProperties { limit } => format!("has too few fields: it needs at least {limit}"),
            Kind::MaxProperties { limit } => format!("has too many fields: at most {limit} may be there"),
            Kind::FalseSchema => "may not be there".to_owned(),
            Kind::Not { .. } => format!("{}, which its schema excludes", is()),
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                let nearest = context.iter().filter_map(|errors| Some((errors.len(), errors.first()?)));
                let nearest = nearest.min_by_key(|(wrong, first)| {
                    (
                        *wrong,
                        std::cmp::Reverse(first.instance_path().to_string().len()),
                        matches!(first.kind(), Kind::Type { .. }),
                    )
                });
                let nearest = nearest.and_then(|(_, error)| self.violations(error).into_iter().next());
                let nearest =
                    nearest.map(|violation| format!("; the nearest: {}", violation.message)).unwrap_or_default();
                format!("fits none of the {} kinds that it may be{nearest}", context.len())
            }
            Kind::OneOfMultipleValid { .. } => "fits more than one of the kinds of which it may be only one".to_owned(),
            Kind::ContentEncoding { content_encoding } => format!("is not encoded as {}", shown(content_encoding)),
            Kind::ContentMediaType { content_media_type } => {
                format!("is not of the type {}", shown(content_media_type))
            }
            Kind::FromUtf8 { .. } => "does not hold UTF-8 text".to_owned(),
            Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
                "could not be matched with its pattern".to_owned()
            }
            Kind::Custom { message, .. } => shown(message),
            Kind::Referencing(error) => format!("could not be checked: {}", shown(&error.to_string())),
            // Told with the names that they are about.
            Kind::Required { .. }
            | Kind::AdditionalProperties { .. }
            | Kind::UnevaluatedProperties { .. }
            | Kind::PropertyNames { .. } => shown(&error.to_string()),
        }
    }

    /// What stands beside the keyword that was violated.
    fn beside(&self, error: &ValidationError<'_>, path: &[&str]) -> Option<&Value> {
        let keyword = error.schema_path().to_string();
        let (beside, _) = keyword.rsplit_once('/')?;
        path.iter().try_fold(self.schema.pointer(beside)?, |value, name| value.get(name))
    }
}

fn format_words(format: &str) -> String {
    match format {
        "email" | "idn-email" => "address for mail".to_owned(),
        "uri" | "iri" => "address such as https://example.com/path".to_owned(),
        "date" => "date such as 2026-01-31".to_owned(),
        "time" => "time such as 12:30:00Z".to_owned(),
        "date-time" => "time such as 2026-01-31T12:30:00Z".to_owned(),
        "hostname" | "idn-hostname" => "name of a host".to_owned(),
        "ipv4" => "IPv4 address".to_owned(),
        "ipv6" => "IPv6 address".to_owned(),
        other => format!("valid {}", shown(other)),
    }
}
