//! Decisions, as a table: who, what, which rule, and what becomes of the plan.

mod duplicates;
mod reach;

use std::sync::Arc;

use roundtrip_policy::{Caller, Reason, authorise};
use roundtrip_query::operation::{
    Answer, Comparison, Condition, Create, Delete, EmbedItem, FieldItem, FieldPath, Input, Item, Join,
    Operand, Operation, Operator, OrderTerm, Read, Returning, Selection, Shows, Target,
};
use roundtrip_query::plan::{Output, Predicate, Shape};
use roundtrip_query::planner::{self, Context, HiddenFields, Written};
use roundtrip_query::{Capabilities, Limits, Plan};
use roundtrip_schema::{
    Access, Field, FieldId, FieldType, Kind, OnDelete, Reference, Resource, ResourceId, ResourceKind, Rule,
    Schema, Unique,
};

/// `orders` refers to `users`; `tags` are joined to `orders` by `order_tags`. `users.secret` is hidden.
fn schema(rules: &[(&str, Access)]) -> Arc<Schema> {
    let access =
        |name: &str| rules.iter().find(|(known, _)| *known == name).map(|(_, access)| access.clone());
    let resource = |name: &str, fields: &[&str], references: Vec<Reference>, key: &[usize]| Resource {
        name: name.to_owned(),
        table: name.to_owned(),
        kind: ResourceKind::Table,
        description: None,
        file: Some(format!("resources/{name}.toml")),
        fields: fields.iter().map(|name| Field::new(*name, FieldType::one(Kind::Integer))).collect(),
        primary_key: key.iter().map(|index| FieldId::new(*index)).collect(),
        generated_key: true,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references,
        part_of: None,
        renamed_from: None,
        auth: false,
        access: access(name).unwrap_or_default(),
    };
    let unique =
        |name: &str, field: usize| Unique { name: name.to_owned(), fields: vec![FieldId::new(field)] };
    let refers = |name: &str, field: usize, target: usize| Reference {
        constraint: name.to_owned(),
        fields: vec![FieldId::new(field)],
        target: ResourceId::new(target),
        target_fields: vec![FieldId::new(0)],
        on_delete: OnDelete::Restrict,
    };
    let mut users = resource("users", &["id", "age", "secret"], vec![], &[0]);
    users.fields[2].ty = FieldType::one(Kind::Json);
    users.fields[2].read = Some(Rule::Nobody);
    users.uniques = vec![unique("users_age", 1), unique("users_secret", 2)];
    let orders = resource("orders", &["id", "user_id"], vec![refers("orders_user", 1, 0)], &[0]);
    let tags = resource("tags", &["id"], vec![], &[0]);
    let joined = vec![refers("ot_order", 0, 1), refers("ot_tag", 1, 2)];
    let order_tags = resource("order_tags", &["order_id", "tag_id"], joined, &[0, 1]);
    Arc::new(Schema::new(vec![users, orders, tags, order_tags]))
}

fn open() -> Access {
    let anyone = Some(Rule::Anyone);
    Access { read: anyone.clone(), create: anyone.clone(), update: anyone.clone(), delete: anyone }
}

fn target(resource: &str) -> Target {
    Target::of(resource)
}

fn read(resource: &str, selection: Selection) -> Operation {
    Operation::Read(Read::new(target(resource), selection))
}

fn embedding(name: &str) -> Selection {
    let item = EmbedItem {
        name: name.to_owned(),
        alias: None,
        hint: None,
        join: Join::Left,
        shows: Shows::Nested,
        selection: Selection::default(),
    };
    Selection { items: vec![Item::Embed(item)], ..Selection::default() }
}

fn plan(schema: &Arc<Schema>, operation: &Operation) -> Plan {
    let capabilities = Capabilities {
        database: "test",
        parameters: 100,
        decimal_digits: 15,
        json_depth: None,
        writable: true,
        regular_expressions: true,
        text_search: true,
        ranges: false,
        estimates: false,
        explains: true,
        grouped_embeds: true,
    };
    let limits = Limits { filterless_writes: true, ..Limits::default() };
    let context =
        Context { schema, capabilities: &capabilities, limits: &limits, hidden: HiddenFields::Present };
    let written = Written { rows: vec![vec![]], ..Written::default() };
    planner::plan(context, operation, written).expect("the plan is possible")
}

/// What becomes of an anonymous caller's operation: `ok`, or the refusal as `resource action reason`.
fn check(rules: &[(&str, Access)], operation: &Operation, expected: &str) {
    let plan = plan(&schema(rules), operation);
    let found = match authorise(plan.clone(), Caller::Anonymous) {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => {
            let field = refusal.field.as_deref().map(|field| format!(".{field}")).unwrap_or_default();
            let reason = match refusal.reason {
                Reason::NothingSaid => "unsaid",
                Reason::Nobody => "nobody",
            };
            format!("{}{field} {} {reason}", refusal.resource, refusal.action.name())
        }
    };
    assert_eq!(found, expected, "{operation:?}");
    assert!(authorise(plan, Caller::Operator).is_ok(), "the operator may: {operation:?}");
}

#[test]
fn nothing_said_is_nobody() {
    check(&[], &read("users", Selection::default()), "users read unsaid");
    let said = Access { read: Some(Rule::Nobody), ..Access::default() };
    let fields = Selection { items: vec![field("age")], ..Selection::default() };
    check(&[("users", said)], &read("users", fields.clone()), "users read nobody");
    check(&[("users", open())], &read("users", fields), "ok");
}

fn field(name: &str) -> Item {
    Item::Field(FieldItem::named(name))
}

#[test]
fn every_resource_of_a_read_is_asked_about() {
    let orders = ("orders", open());
    check(std::slice::from_ref(&orders), &read("orders", embedding("users")), "users read unsaid");
    check(&[orders.clone(), ("tags", open())], &read("orders", embedding("tags")), "order_tags read unsaid");
    let junction = ("order_tags", open());
    check(&[orders.clone(), junction.clone()], &read("orders", embedding("tags")), "tags read unsaid");
    check(&[orders, junction, ("tags", open())], &read("orders", embedding("tags")), "ok");
}

#[test]
fn a_hidden_field_is_neither_shown_nor_asked_about() {
    let users = [("users", open())];
    let comparison = |operator, operand: &str| {
        Condition::Compare(Comparison::new("secret", operator, Operand::One(operand.to_owned())))
    };
    let order = OrderTerm {
        relation: None,
        field: FieldPath::field("secret"),
        direction: roundtrip_query::operation::Direction::Ascending,
        nulls: None,
    };
    let age = || vec![field("age")];
    for selection in [
        Selection { items: vec![field("secret")], ..Selection::default() },
        Selection { items: age(), filter: vec![comparison(Operator::Gt, "5")], ..Selection::default() },
        Selection { items: age(), filter: vec![comparison(Operator::Is, "null")], ..Selection::default() },
        Selection {
            items: age(),
            filter: vec![Condition::Not(Box::new(comparison(Operator::Eq, "5")))],
            ..Selection::default()
        },
        Selection { items: age(), order: vec![order], ..Selection::default() },
    ] {
        check(&users, &read("users", selection), "users.secret read nobody");
    }
}

#[test]
fn a_write_needs_its_own_rule_and_what_it_answers_needs_read() {
    let answer = |returning| Answer {
        selection: Selection { items: vec![field("id")], ..Selection::default() },
        ..Answer::new(returning)
    };
    let create = |returning| {
        let input = Input { list: true, ..Input::default() };
        Operation::Create(Create {
            target: target("orders"),
            input,
            duplicates: None,
            answer: answer(returning),
        })
    };
    let delete = |returning| {
        Operation::Delete(Delete { target: target("orders"), filter: vec![], answer: answer(returning) })
    };
    let only_create = Access { create: Some(Rule::Anyone), ..Access::default() };
    let only_delete = Access { delete: Some(Rule::Anyone), ..Access::default() };
    check(&[], &create(Returning::Minimal), "orders create unsaid");
    check(&[("orders", only_create.clone())], &create(Returning::Minimal), "ok");
    check(&[("orders", only_create)], &create(Returning::Representation), "orders read unsaid");
    check(&[("orders", only_delete.clone())], &delete(Returning::Minimal), "ok");
    check(&[("orders", only_delete)], &delete(Returning::Representation), "orders read unsaid");
}

#[test]
fn an_unauthorised_plan_selects_nothing() {
    let plan = plan(&schema(&[]), &read("orders", embedding("tags")));
    let Shape::Read(read) = &*plan.shape else { unreachable!("it is a read") };
    assert_eq!(read.scope.access, Predicate::Never);
    let embeds = read.scope.outputs.iter().filter_map(|output| match output {
        Output::Embed(embed) => Some((&embed.scope.access, &embed.junction_access)),
        Output::Field { .. } | Output::Aggregate { .. } => None,
    });
    assert_eq!(embeds.collect::<Vec<_>>(), [(&Predicate::Never, &Predicate::Never)]);
}

#[test]
fn finding_rows_by_what_they_hold_needs_read() {
    let find = |name: &str| {
        let comparison = Comparison::new(name, Operator::Gt, Operand::One("5".to_owned()));
        let answer = Answer::new(Returning::Minimal);
        let filter = vec![Condition::Not(Box::new(Condition::Compare(comparison)))];
        Operation::Delete(Delete { target: target("users"), filter, answer })
    };
    let only_delete = Access { delete: Some(Rule::Anyone), ..Access::default() };
    check(&[("users", only_delete.clone())], &find("id"), "ok");
    check(&[("users", only_delete)], &find("age"), "users read unsaid");
    check(&[("users", open())], &find("age"), "ok");
}
