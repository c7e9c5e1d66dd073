//! How deep JSON may lie in itself: what a database would not read is refused before it sees it.
//!
//! It must not know what the JSON is for.

use roundtrip_schema::Value;

use super::Context;
use crate::error::QueryError;

impl Context<'_> {
    /// Refuses JSON that is nested deeper than the database can read.
    pub(super) fn within_depth(&self, value: &Value) -> Result<(), QueryError> {
        match (self.capabilities.json_depth, value) {
            // Most is too short to be deep.
            (Some(most), Value::Json(json)) if json.len() > most && depth(json) > most => {
                Err(self.too_deep(most))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a path with more steps than any document of the database is deep.
    pub(super) fn within_reach(&self, steps: usize) -> Result<(), QueryError> {
        match self.capabilities.json_depth {
            Some(most) if steps > most => Err(self.too_deep(most)),
            _ => Ok(()),
        }
    }

    fn too_deep(&self, most: usize) -> QueryError {
        self.unsupported(format!("JSON that is nested deeper than {most} levels"))
    }
}

/// How many lists and objects lie in one another, at the deepest place of sound JSON.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut quoted = false;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => {
                bytes.next();
            }
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_that_of_the_deepest_place() {
        for (json, expected) in
            [("5", 0), ("[]", 1), (r#"{"a":[1],"b":[[2]]}"#, 3), (r#"["[[\"[[", {}]"#, 2), (r#""\\[""#, 0)]
        {
            assert_eq!(depth(json), expected, "{json}");
        }
    }
}
