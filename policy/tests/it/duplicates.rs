//! New rows that are there already: what the caller must be allowed.

use roundtrip_policy::{Caller, authorise};
use roundtrip_query::operation::{Answer, Create, Duplicates, Input, Operation, Resolution, Returning};
use roundtrip_query::plan::{Predicate, Shape};
use roundtrip_schema::{Access, Rule};

use super::{check, open, plan, schema, target};

fn create(resolution: Resolution, fields: Option<&str>) -> Operation {
    let fields = fields.map(|name| vec![name.to_owned()]);
    Operation::Create(Create {
        target: target("users"),
        input: Input { list: true, ..Input::default() },
        duplicates: Some(Duplicates { resolution, fields }),
        answer: Answer::new(Returning::Minimal),
    })
}

fn may(actions: &str) -> Access {
    let rule = |letter| actions.contains(letter).then_some(Rule::Anyone);
    Access { create: rule('c'), read: rule('r'), update: rule('u'), delete: rule('d') }
}

#[test]
fn a_row_that_is_there_is_found_by_reading_and_merged_by_updating() {
    for (resolution, actions, expected) in [
        (Resolution::Ignore, "", "users create unsaid"),
        (Resolution::Ignore, "c", "users read unsaid"),
        (Resolution::Ignore, "cr", "ok"),
        (Resolution::Merge, "c", "users read unsaid"),
        (Resolution::Merge, "cr", "users update unsaid"),
        (Resolution::Merge, "cu", "users read unsaid"),
        (Resolution::Merge, "ru", "users create unsaid"),
        (Resolution::Merge, "cru", "ok"),
    ] {
        check(&[("users", may(actions))], &create(resolution, None), expected);
        check(&[("users", may(actions))], &create(resolution, Some("age")), expected);
    }
}

#[test]
fn a_hidden_field_tells_no_row() {
    for resolution in [Resolution::Ignore, Resolution::Merge] {
        check(&[("users", open())], &create(resolution, Some("secret")), "users.secret read nobody");
    }
}

#[test]
fn an_unauthorised_merge_changes_nothing() {
    let schema = schema(&[("users", open())]);
    let access = |plan: &roundtrip_query::Plan| {
        let Shape::Insert(insert) = &*plan.shape else { unreachable!("it is an insert") };
        insert.conflict.as_ref().expect("it has duplicates").access.clone()
    };
    let plan = plan(&schema, &create(Resolution::Merge, None));
    assert_eq!(access(&plan), Predicate::Never);
    let authorised = authorise(plan, Caller::Anonymous).expect("anyone may");
    assert_eq!(access(authorised.get()), Predicate::Always);
}
