//! One operation: its id, its words, what it takes and what it answers.

use serde_json::{Map, Value, json};

/// An operation on its way into the document.
pub(super) struct Operation<'a> {
    /// Distinct in the whole document; functions are named after it in generated code.
    pub(super) id: String,
    pub(super) tag: &'a str,
    pub(super) summary: &'a str,
    pub(super) description: &'a str,
    pub(super) parameters: Vec<Value>,
    /// What its JSON body looks like.
    pub(super) body: Option<Value>,
    pub(super) responses: Value,
}

impl Operation<'_> {
    pub(super) fn json(self) -> Value {
        let Self { id, tag, summary, description, parameters, body, responses } = self;
        let mut operation = Map::new();
        let mut put = |member: &str, value: Value| drop(operation.insert(member.to_owned(), value));
        put("operationId", id.into());
        put("summary", summary.into());
        put("description", description.into());
        put("tags", json!([tag]));
        if !parameters.is_empty() {
            put("parameters", parameters.into());
        }
        if let Some(schema) = body {
            let content = json!({ "application/json": { "schema": schema } });
            put("requestBody", json!({ "required": true, "content": content }));
        }
        put("responses", responses);
        operation.into()
    }
}
