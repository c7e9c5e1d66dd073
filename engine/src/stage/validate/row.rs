//! Reads the members of one object as values of a resource's fields.

use std::collections::HashSet;

use roundtrip_journey::World;
use roundtrip_policy::Caller;
use roundtrip_query::operation::{Input, InputRow};
use roundtrip_query::planner::Written;
use roundtrip_schema::field::Refusal;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::{Field, FieldId, Kind, Resource, ServerValue, Value};

use super::{pointer, settle};
use crate::error::{EngineError, Violation};

/// So many mistakes are listed; a body of ten thousand bad rows is not answered with all of them.
const MOST_VIOLATIONS: usize = 100;

/// Reads rows of one resource and collects everything that is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) resource: &'a Resource,
    caller: Caller,
    world: &'a World,
    list: bool,
    textual: bool,
    coerce: bool,
    violations: Vec<Violation>,
    refused: HashSet<(usize, FieldId)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        resource: &'a Resource,
        caller: Caller,
        world: &'a World,
        input: &Input,
        coerce: bool,
    ) -> Self {
        let Input { list, textual, .. } = *input;
        let (violations, refused) = (Vec::new(), HashSet::new());
        Self { resource, caller, world, list, textual, coerce, violations, refused }
    }

    /// The values that a row gives, one place per field of the resource.
    pub(super) fn read(
        &mut self,
        index: usize,
        row: &InputRow,
        only: Option<&[FieldId]>,
    ) -> Vec<Option<Value>> {
        let mut values: Vec<Option<Value>> = vec![None; self.resource.fields.len()];
        let mut seen = vec![false; values.len()];
        for (member, json) in &row.members {
            let Some(id) = self.resource.field_id(member).filter(|id| self.may_name(*id)) else {
                if only.is_none() {
                    self.unknown(index, member);
                }
                continue;
            };
            if only.is_some_and(|only| !only.contains(&id)) {
                continue;
            }
            if std::mem::replace(&mut seen[id.index()], true) {
                self.violation(index, id, "duplicate", "is given twice in one object".to_owned());
                continue;
            }
            values[id.index()] = self.value(index, id, json);
        }
        values
    }

    fn value(&mut self, index: usize, id: FieldId, json: &str) -> Option<Value> {
        let field = self.resource.field(id);
        if !self.may_write(field) {
            self.violation(index, id, "read_only", "is read-only".to_owned());
            return None;
        }
        let accepted = self.accept(field, json);
        match accepted {
            Ok(value) => self.check_key(index, id, &value).then_some(value),
            // A key that the database hands out may be null in a new row: it means "give me one".
            Err(_) if json == "null" && self.resource.generated_key && self.resource.primary_key == [id] => {
                None
            }
            Err(refusals) => {
                for refusal in refusals {
                    self.violation(index, id, refusal.code, refusal.detail);
                }
                None
            }
        }
    }

    /// Notes a key after which the database would have none to hand out.
    fn check_key(&mut self, index: usize, id: FieldId, value: &Value) -> bool {
        let most = Resource::GREATEST_GIVEN_KEY;
        let fits = !self.resource.hands_out(id) || !matches!(value, Value::Integer(key) if *key > most);
        if !fits {
            let detail = format!("must be at most {most}, so that there are greater keys to hand out");
            self.violation(index, id, "max", detail);
        }
        fits
    }

    fn accept(&self, field: &Field, json: &str) -> Result<Value, Vec<Refusal>> {
        if self.textual {
            let text: Option<String> = serde_json::from_str(json).unwrap_or_default();
            return text.map_or_else(|| field.accept_json("null"), |text| field.accept_text(&text));
        }
        let accepted = field.accept_json(json);
        match accepted {
            Err(refusals) if self.coerce && refusals.iter().any(|one| one.code == "type") => {
                text_of(json).map_or(Err(refusals), |text| field.accept_text(&text))
            }
            accepted => accepted,
        }
    }

    /// A field that this caller may neither see nor write does not exist for them.
    pub(super) fn may_name(&self, id: FieldId) -> bool {
        let field = self.resource.field(id);
        self.caller == Caller::Operator || field.is_visible() || field.is_writable()
    }

    pub(super) fn may_write(&self, field: &Field) -> bool {
        match self.caller {
            // An import brings the times and the write-protected fields of its rows along.
            Caller::Operator => !field.generated,
            Caller::Anonymous => field.is_writable(),
        }
    }

    fn unknown(&mut self, index: usize, member: &str) {
        // Looking for what was meant costs more than the rest.
        if self.violations.len() >= MOST_VIOLATIONS {
            return;
        }
        let known =
            self.resource.fields.iter().filter(|field| field.is_visible()).map(|field| field.name.as_str());
        let detail = match nearest(member, known) {
            Some(near) => format!("is not a field of {}; did you mean \"{near}\"?", self.resource.name),
            None => format!("is not a field of {}", self.resource.name),
        };
        self.push(Violation { pointer: pointer(self.list, index, member), code: "unknown", detail });
    }

    /// Notes that a field of a row is wrong.
    pub(super) fn violation(&mut self, index: usize, id: FieldId, code: &'static str, detail: String) {
        self.refused.insert((index, id));
        let pointer = pointer(self.list, index, &self.resource.field(id).name);
        self.push(Violation { pointer, code, detail });
    }

    fn push(&mut self, violation: Violation) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(violation);
        }
    }

    /// Whether something was already wrong with this field of this row.
    pub(super) fn was_refused(&self, index: usize, id: FieldId) -> bool {
        self.refused.contains(&(index, id))
    }

    /// A value that only the server computes.
    pub(super) fn server_value(&self, field: &Field, value: ServerValue) -> Value {
        let now = self.world.clock.now();
        match value {
            ServerValue::UuidV7 => Value::text(self.world.entropy.uuid_v7(now).to_string()),
            ServerValue::Now => {
                let moment = now.to_string();
                let text = match field.ty.kind {
                    Kind::Date => moment.get(..10).unwrap_or(&moment),
                    Kind::Time => moment.get(11..).map_or(&*moment, |time| time.trim_end_matches('Z')),
                    _ => &moment,
                };
                // A moment of our own clock is always one that its type accepts.
                field.ty.value_from_text(text).unwrap_or(Value::Null)
            }
        }
    }

    /// The rows, if nothing was wrong.
    pub(super) fn finish(self, written: Written) -> Result<Written, EngineError> {
        settle(written, self.violations)
    }
}

/// The text form of a JSON scalar; lists and objects have none.
fn text_of(json: &str) -> Option<String> {
    match serde_json::from_str(json).ok()? {
        serde_json::Value::String(text) => Some(text),
        // Digit for digit, as it was sent.
        serde_json::Value::Number(_) => Some(json.trim().to_owned()),
        serde_json::Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
