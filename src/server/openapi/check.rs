//! OpenAPI's own schema as the measure.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

/// As the OpenAPI Initiative publishes it; it says nothing of what is in schemas.
const OPENAPI: &str = include_str!("schema/openapi-3.1.json");
/// Where a value is data and no part of the document.
const DATA: [&str; 6] = ["example", "examples", "default", "const", "enum", "value"];

/// The schema is part of the program, and a test builds it.
static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(OPENAPI).ok()?;
    jsonschema::options().offline().build(&schema).ok()
});

/// What is wrong with a whole document, in words: the first thing, and where.
pub fn check(document: &Value) -> Result<(), String> {
    let validator = VALIDATOR.as_ref().ok_or("OpenAPI's schema can't be used")?;
    if let Err(error) = validator.validate(document) {
        return Err(format!("{} at {}", error, error.instance_path()));
    }
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flat_map(|schemas| schemas.values()).try_for_each(schema)?;
    inner(document)
}

/// The schemas that stand where something has one: a parameter, a header, a kind of body.
fn inner(value: &Value) -> Result<(), String> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| match key.as_str() {
            key if DATA.contains(&key) => Ok(()),
            // Looked at by its own schema, and whole.
            "schemas" => Ok(()),
            "schema" => schema(value),
            _ => inner(value),
        }),
        Value::Array(items) => items.iter().try_for_each(inner),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn schema(schema: &Value) -> Result<(), String> {
    jsonschema::draft202012::meta::validate(schema)
        .map_err(|error| format!("a schema is none: {error} at {}", error.instance_path()))
}
