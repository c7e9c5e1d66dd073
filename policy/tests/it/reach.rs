//! What a rule keeps back, no construct of a query reaches: paths, casts, aggregates, orders, spreads,
//! questions about embeds.

use roundtrip_query::operation::Operation;
use roundtrip_query::{Limits, grammar};
use roundtrip_schema::{Access, Rule};

use super::{check, open, read};

fn get(resource: &str, query: &str) -> Operation {
    let selection = grammar::parse(query, &Limits::default()).expect("it can be read").selection;
    read(resource, selection)
}

#[test]
fn a_hidden_field_is_reached_by_no_construct() {
    let rules = [("users", open()), ("orders", open())];
    for (resource, query) in [
        ("users", "select=secret->a"),
        ("users", "select=a:secret->0->>b"),
        ("users", "select=secret::text"),
        ("users", "select=secret.count()"),
        ("users", "select=secret::int.sum()"),
        ("users", "select=secret->>n::numeric.max()"),
        ("users", "select=id&order=secret->a"),
        ("users", "select=id&secret->>a=eq.5"),
        ("users", "select=id&secret->a=is.null"),
        ("users", "select=id&secret=cs.{\"a\":1}"),
        ("users", "select=id&secret=cd.[1]"),
        ("users", "select=id&secret=ov.{1}"),
        ("users", "select=id&secret=isdistinct.1"),
        ("users", "select=id&secret->>a=match.a"),
        ("users", "select=id&secret->>a=like(any).{a}"),
        ("users", "select=id&secret=eq(any).{1,2}"),
        ("users", "select=id&secret=fts.a"),
        ("users", "select=id&not.or=(id.eq.1,secret->a.eq.1)"),
        ("orders", "select=id,...users(secret)"),
        ("orders", "select=id,...users(x:secret->a)"),
        ("orders", "select=...users(secret.count())"),
        ("orders", "select=id,users()&order=users(secret)"),
        ("orders", "select=id,...users(x:secret)&order=users(x)"),
        ("orders", "select=id,users()&users.secret=eq.1"),
        ("orders", "select=id,users!inner()&users.secret->a=eq.1"),
        ("orders", "select=id,users()&users.secret=eq.1&users=not.is.null"),
        ("orders", "select=id,users()&users.secret=eq.1&or=(users.is.null,id.eq.1)"),
        ("users", "select=id,orders(id,...users(secret))"),
    ] {
        check(&rules, &get(resource, query), "users.secret read nobody");
    }
    for query in ["select=count()", "select=age.sum(),id", "select=id&order=age", "select=count"] {
        check(&rules, &get("users", query), "ok");
    }
}

#[test]
fn every_resource_that_is_spread_asked_about_or_ordered_by_is_decided_about() {
    let only_orders = [("orders", open())];
    let nobody = Access { read: Some(Rule::Nobody), ..Access::default() };
    for query in [
        "select=id,...users(age)",
        "select=...users(count())",
        "select=id,users()",
        "select=id,users!inner()",
        "select=id,users()&users=is.null",
        "select=id,users()&order=users(age)",
    ] {
        check(&only_orders, &get("orders", query), "users read unsaid");
        check(&[("orders", open()), ("users", nobody.clone())], &get("orders", query), "users read nobody");
        check(&[("orders", open()), ("users", open())], &get("orders", query), "ok");
    }
    let joined = [("orders", open()), ("tags", open())];
    for query in ["select=id,...tags(id)", "select=id,tags(count)", "select=id,tags()&tags=not.is.null"] {
        check(&joined, &get("orders", query), "order_tags read unsaid");
        let with_junction = [("orders", open()), ("tags", open()), ("order_tags", open())];
        check(&with_junction, &get("orders", query), "ok");
    }
}
