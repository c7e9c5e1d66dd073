//! Problems by status, each with the kinds that there are of it, and the schema of their bodies.

use serde_json::{Map, Value, json};

/// A status that a failure is answered with.
pub(super) struct Status {
    pub(super) code: &'static str,
    /// The name of its component.
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// Headers that come with it, by component.
    pub(super) headers: &'static [&'static str],
    /// The last word of `type`, the `code`, and what is said.
    kinds: &'static [(&'static str, &'static str, &'static str)],
}

/// Every status of a failure: the whole vocabulary of the problem types.
pub(super) const STATUSES: &[Status] = &[
    Status {
        code: "300",
        name: "MultipleChoices",
        description: "Several relations fit; `details` lists them",
        headers: &[],
        kinds: &[("ambiguous-relation", "PGRST201", "Several relations fit")],
    },
    Status {
        code: "400",
        name: "BadRequest",
        description: "The query or the body cannot be read",
        headers: &[],
        kinds: &[
            ("query-syntax", "PGRST100", "The query cannot be read"),
            ("unknown-field", "42703", "No such field"),
            ("unknown-column", "PGRST204", "No such field"),
            ("unknown-type", "42704", "No such type"),
            ("unknown-language", "42704", "No such language"),
            ("unknown-zone", "22023", "No such time zone"),
            ("unknown-relation", "PGRST200", "No such relation"),
            ("not-embedded", "PGRST108", "Not an embedded resource"),
            ("embed-operator", "PGRST120", "Not a question for an embed"),
            ("related-order", "PGRST118", "Not one related row"),
            ("aggregates-off", "PGRST123", "Aggregates are not allowed"),
            ("ungrouped", "42803", "Groups cannot be ordered by this"),
            ("bad-literal", "22P02", "A value does not fit its field"),
            ("bad-literal", "22007", "A value does not fit its field"),
            ("bad-pattern", "2201B", "Not a regular expression"),
            ("pattern", "2201B", "The regular expression cannot be read"),
            ("search", "42601", "The text search cannot be read"),
            ("bad-operator", "42883", "The operator does not fit"),
            ("bad-key", "22P02", "The key in the path does not fit"),
            ("bad-path", "PGRST125", "The path cannot be read"),
            ("bad-body", "PGRST102", "The body cannot be used"),
            ("preferences", "PGRST122", "A preference is not known"),
            ("no-unique-key", "42P10", "No key tells duplicates"),
            ("replace-key", "PGRST115", "The key is another"),
            ("replace-page", "PGRST114", "A replacement has no pages"),
            ("write-page", "PGRST114", "A write has no pages"),
            ("filterless-write", "21000", "A write without a filter"),
            ("too-many-rows", "PGRST124", "Too many rows"),
            ("type", "22P02", "A value does not fit its column"),
            ("unsupported", "0A000", "Not supported by this database"),
            ("not-implemented", "PGRST127", "Not implemented"),
            ("limit", "54000", "More than a limit allows"),
            ("answer-too-large", "54000", "The answer is too large"),
        ],
    },
    Status {
        code: "401",
        name: "Unauthenticated",
        description: "Nobody may do this without signing in",
        headers: &["WWW-Authenticate"],
        kinds: &[("refused", "42501", "Not permitted")],
    },
    Status {
        code: "404",
        name: "NotFound",
        description: "There is no such resource or row",
        headers: &[],
        kinds: &[
            ("unknown-resource", "PGRST205", "No such resource"),
            ("no-such-row", "PGRST116", "No such row"),
            ("no-such-path", "PGRST125", "Nothing is here"),
        ],
    },
    Status {
        code: "405",
        name: "MethodNotAllowed",
        description: "This cannot be done here; `Allow` says what can",
        headers: &["Allow"],
        kinds: &[
            ("method-not-allowed", "PGRST117", "Method not allowed"),
            ("refused", "42501", "Not permitted"),
            ("not-allowed", "PGRST105", "Not possible here"),
            ("replace-filter", "PGRST105", "Not one row by its key"),
            ("read-only", "25006", "The database is read-only"),
        ],
    },
    Status {
        code: "406",
        name: "NotAcceptable",
        description: "Not to be had in this form",
        headers: &[],
        kinds: &[
            ("not-acceptable", "PGRST107", "Not in this form"),
            ("plan-off", "PGRST107", "Not in this form"),
            ("unknown-schema", "PGRST106", "No such schema"),
            ("several-rows", "PGRST116", "Not exactly one row"),
        ],
    },
    Status {
        code: "408",
        name: "RequestTimeout",
        description: "The body took too long to arrive",
        headers: &[],
        kinds: &[("body-too-slow", "57014", "The request took too long")],
    },
    Status {
        code: "409",
        name: "Conflict",
        description: "A unique value is taken, or a reference does not hold",
        headers: &[],
        kinds: &[
            ("unique", "23505", "The value is taken"),
            ("reference", "23503", "The reference does not hold"),
        ],
    },
    Status {
        code: "413",
        name: "PayloadTooLarge",
        description: "The body is over its limit",
        headers: &[],
        kinds: &[("limit", "54000", "More than a limit allows")],
    },
    Status {
        code: "414",
        name: "UriTooLong",
        description: "The address is over its limit",
        headers: &[],
        kinds: &[("limit", "54000", "More than a limit allows")],
    },
    Status {
        code: "415",
        name: "UnsupportedMediaType",
        description: "The body is in a form that is not read here",
        headers: &[],
        kinds: &[("unsupported-media-type", "PGRST102", "The body is in a form that is not read here")],
    },
    Status {
        code: "416",
        name: "RangeNotSatisfiable",
        description: "The page is beyond the last row",
        headers: &["Content-Range"],
        kinds: &[("bad-range", "PGRST103", "Range not satisfiable")],
    },
    Status {
        code: "422",
        name: "Invalid",
        description: "Fields of the body are wrong; `errors` lists them",
        headers: &[],
        kinds: &[
            ("invalid-fields", "22023", "Invalid fields"),
            ("invalid-fields", "22001", "Invalid fields"),
            ("invalid-fields", "22P02", "Invalid fields"),
            ("invalid-fields", "23502", "Invalid fields"),
            ("invalid-fields", "23514", "Invalid fields"),
            ("invalid-fields", "PGRST204", "Invalid fields"),
            ("required", "23502", "A value is missing"),
            ("check", "23514", "A check of the database refused it"),
        ],
    },
    Status {
        code: "431",
        name: "HeadersTooLarge",
        description: "The headers are over their limit",
        headers: &[],
        kinds: &[("limit", "54000", "More than a limit allows")],
    },
    Status {
        code: "500",
        name: "Internal",
        description: "A mistake of the server; its log has more under the request id",
        headers: &[],
        kinds: &[("internal", "XX000", "Something went wrong here")],
    },
    Status {
        code: "503",
        name: "Unavailable",
        description: "The server or its database is busy or away; `Retry-After` says when to try again",
        headers: &["Retry-After"],
        kinds: &[
            ("busy", "55P03", "The server is busy"),
            ("no-database", "PGRST000", "The database is not available"),
            ("disk-full", "53100", "No room on the disk"),
            ("structure", "PGRST002", "The database does not fit the resources"),
        ],
    },
    Status {
        code: "504",
        name: "Timeout",
        description: "It took too long",
        headers: &["Retry-After"],
        kinds: &[
            ("request-timeout", "57014", "The call took too long"),
            ("statement-timeout", "57014", "The statement took too long"),
        ],
    },
];

impl Status {
    /// An example of every kind of problem that has this status.
    pub(super) fn examples(&self) -> Map<String, Value> {
        let status: u16 = self.code.parse().unwrap_or_default();
        let mut examples = Map::new();
        for (name, code, title) in self.kinds {
            let value = json!({
                "type": format!("urn:roundtrip:problem:{name}"),
                "title": title,
                "status": status,
                "detail": title,
                "code": code,
                "message": title,
            });
            let key =
                if examples.contains_key(*name) { format!("{name}.{code}") } else { (*name).to_owned() };
            examples.insert(key, json!({ "summary": title, "value": value }));
        }
        examples
    }
}

/// The body of every failure.
pub(super) fn schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let maybe = |description: &str| json!({ "type": ["string", "null"], "description": description });
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457), with the members that PostgREST's clients read.",
        "required": ["type", "title", "status", "detail", "code", "message"],
        "properties": {
            "type": text("A URN that names the kind of problem"),
            "title": text("The same few words whenever this problem occurs"),
            "status": { "type": "integer", "description": "The HTTP status" },
            "detail": text("What happened this time"),
            "instance": text("The path of the call"),
            "code": text("A code that programs can compare"),
            "message": text("The same, in the words that PostgREST has for it where it has some"),
            "details": { "description": "More about it" },
            "hint": maybe("What to do"),
            "errors": {
                "type": "array",
                "description": "Each field that is wrong",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": text("Where it stands in the body (RFC 6901)"),
                        "code": text("A word that programs can compare"),
                        "detail": text("A sentence for people"),
                    },
                },
            },
            "request_id": text("The id of the call, also in x-request-id"),
            "trace_id": text("The trace of the call (W3C Trace Context)"),
        },
    })
}
