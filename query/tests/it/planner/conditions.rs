//! Conditions: which operators go with which values, and how their literals are read.

use roundtrip_schema::Value;

use super::{check, read, refused};

#[test]
fn operators_go_with_types() {
    check(&[
        ("stores?select=id&name=match.^A", "stores[id] where name match ? order id"),
        ("stores?select=id&about->>a=imatch.^a", "stores[id] where about->>a imatch ? order id"),
        ("stores?select=id&name=isdistinct.A", "stores[id] where name distinct ? order id"),
        ("stores?select=id&about->a=eq.5", "stores[id] where about->a eq ? order id"),
        ("stores?select=id&about->>a=in.(5,6)", "stores[id] where about->>a in ? order id"),
        ("stores?select=id&about->a=is.null", "stores[id] where about->a is null order id"),
        ("products?select=id&tags=cs.{a,b}", "products[id] where tags contains ? order id"),
        ("products?select=id&tags=cd.{a}", "products[id] where tags containedby ? order id"),
        ("products?select=id&tags=ov.{a}", "products[id] where tags overlaps ? order id"),
        ("stores?select=id&about->a=cs.{\"b\":1}", "stores[id] where about->a contains ? order id"),
        ("stores?select=id&name=fts.cat", "stores[id] where name search operators english ? order id"),
        ("stores?select=id&name=plfts(german).a", "stores[id] where name search all german ? order id"),
        ("stores?select=id&name=phfts(simple).a", "stores[id] where name search phrase simple ? order id"),
        ("stores?select=id&about=wfts(FRENCH).a", "stores[id] where about search web french ? order id"),
    ]);
    refused(&[
        ("stores?name=match.(", "invalid regular expression: unclosed group"),
        ("stores?name=match.(a{1000}){1000}", "invalid regular expression: it is too great"),
        ("products?stock=match.1", "match and imatch compare text, stock is integer"),
        ("products?stock=fts.a", "fts searches text, stock is integer"),
        ("stores?name=fts(klingon).a", "text search configuration \"klingon\" does not exist"),
        ("stores?about->a=like.x", "like and ilike compare text, about->a is json"),
        ("stores?name=cs.{a}", "cs compares lists or JSON, name is text"),
        ("stores?opened=cs.[2026-01-01,2026-02-01)", "cs of ranges is not supported by SQLite"),
        ("stores?opened=adj.[2026-01-01,2026-02-01)", "adj of ranges is not supported by SQLite"),
        ("stores?name=sl.x", "sl of ranges is not supported by SQLite"),
        ("stores?about->>a=is.true", "is.true asks for a boolean, about->>a is text"),
        ("stores?pin->>a=eq.1", "column stores.pin does not exist"),
        ("stores?pin=cs.{}", "column stores.pin does not exist"),
        ("stores?pin=fts.a", "column stores.pin does not exist"),
    ]);
}

#[test]
fn any_and_all_compare_with_each_of_a_list() {
    check(&[
        ("products?select=id&stock=eq(any).{1,2}", "products[id] where stock in ? order id"),
        ("products?select=id&stock=eq(all).{1,2}", "products[id] where (stock eq ? and stock eq ?) order id"),
        ("products?select=id&stock=lt(any).{1,2}", "products[id] where (stock lt ? or stock lt ?) order id"),
        ("products?select=id&name=like(any).{A*}", "products[id] where name like ? order id"),
        (
            "products?select=id&name=not.imatch(all).{a,b}",
            "products[id] where not (name imatch ? and name imatch ?) order id",
        ),
        ("products?select=id&stock=gt(any).{}", "products[id] where never order id"),
        ("products?select=id&stock=eq(any).{}", "products[id] where never order id"),
        ("products?select=id&stock=gt(all).{}", "products[id] order id"),
        (
            "stores?select=id&about->a=eq(any).{1,2}",
            "stores[id] where (about->a eq ? or about->a eq ?) order id",
        ),
    ]);
    refused(&[
        ("products?stock=eq(any).{1,x}", "invalid input for stock: "),
        (
            "products?stock=eq(any).{1,2,3,4}",
            "values in a list: 4 given, at most 3 allowed (setting limits.in_list)",
        ),
        ("products?stock=gt(any).{1,2,3,4}", "values in a list: 4 given, at most 3"),
        ("products?name=match(any).{a,(}", "invalid regular expression: unclosed group"),
    ]);
}

#[test]
fn an_empty_list_is_a_shape_of_its_own() {
    check(&[
        ("products?select=id&stock=in.()", "products[id] where never order id"),
        ("products?select=id&stock=not.in.()", "products[id] where not never order id"),
        ("products?select=id&tags=in.()", "products[id] where never order id"),
    ]);
}

#[test]
fn lists_and_objects_have_no_order() {
    check(&[
        ("stores?select=id&about=gt.5", "stores[id] where about gt ? order id"),
        ("stores?select=id&about->a=lte.\"x\"", "stores[id] where about->a lte ? order id"),
        ("products?select=id&tags->>0=gte.[", "products[id] where tags->>0 gte ? order id"),
        ("products?select=id&order=tags->0", "products[id] order tags->0,id"),
    ]);
    refused(&[
        (
            "products?tags=gt.{a}",
            "lists have no order, tags is text[]: compare what a path finds in it, tags->0",
        ),
        ("products?tags=lt(any).{a}", "lists have no order, tags is text[]: "),
        ("products?order=name,tags.desc", "lists have no order, tags is text[]: "),
        ("categories?select=id,products(id)&products.order=tags", "lists have no order, tags is text[]: "),
        ("stores?about=gte.[1]", "lists and objects of JSON have no order: compare about with one value"),
        ("stores?about->a=lt(any).{1,[]}", "lists and objects of JSON have no order: "),
        ("stores?about->a=gte.%20{}", "lists and objects of JSON have no order: "),
    ]);
}

#[test]
fn json_is_no_deeper_than_the_database_reads() {
    check(&[
        ("stores?select=id&about=eq.[[[[[[]]]]]]", "stores[id] where about eq ? order id"),
        (
            "stores?select=id&about->0->0->0->0->0->0=eq.1",
            "stores[id] where about->0->0->0->0->0->0 eq ? order id",
        ),
    ]);
    let refusal = "JSON that is nested deeper than 6 levels is not supported by SQLite";
    refused(&[
        ("stores?about=eq.[[[[[[[]]]]]]]", refusal),
        ("stores?about=cs.[[[[[[{}]]]]]]", refusal),
        ("stores?about=in.([[[[[[[]]]]]]])", refusal),
        ("stores?select=about->0->0->0->0->0->0->0", refusal),
    ]);
}

#[test]
fn patterns_are_what_every_database_can_be_told() {
    for (pattern, value) in [("a\\", "a\\\\"), ("a\\\\", "a\\\\"), ("a\\\\\\", "a\\\\\\\\"), ("\\a", "\\a")] {
        let plan = read(&format!("products?name=like.{pattern}")).expect(pattern);
        assert_eq!(plan.params.fixed.first(), Some(&Value::text(value)), "{pattern}");
    }
    for operator in ["like", "ilike", "match", "imatch", "fts", "like(any)"] {
        let operand = if operator.ends_with(')') { "{a%00b}" } else { "a%00b" };
        let error = read(&format!("products?name={operator}.{operand}")).expect_err(operator);
        assert!(error.to_string().contains("must not hold the character NUL"), "{operator}: {error}");
    }
}

#[test]
fn literals_are_read_as_what_they_are_compared_with() {
    for (call, values) in [
        ("stores?about->>a=eq.5", r#"[Text("5"), Integer(50)]"#),
        ("stores?about->a=eq.5", r#"[Json("5"), Integer(50)]"#),
        ("stores?about->a=eq.{\"b\": [1, 2]}", r#"[Json("{\"b\":[1,2]}"), Integer(50)]"#),
        // As it was sent: that it says the same in another order, the database finds out.
        ("stores?about=eq.{\"b\":1.0,\"a\":2}", r#"[Json("{\"b\":1.0,\"a\":2}"), Integer(50)]"#),
        ("stores?about->>a=in.(5,x)", r#"[Json("[\"5\",\"x\"]"), Integer(50)]"#),
        ("products?tags=cs.{a,\"b c\"}", r#"[Json("[\"a\",\"b c\"]"), Integer(50)]"#),
        ("products?tags->0=eq.\"a\"", r#"[Json("\"a\""), Integer(50)]"#),
        ("stores?about=cs.{a,2}", r#"[Json("[\"a\",2]"), Integer(50)]"#),
        ("stores?about=cs.[1]", r#"[Json("[1]"), Integer(50)]"#),
        ("products?name=like(any).{A*,B}", r#"[Text("A%"), Text("B"), Integer(50)]"#),
        ("stores?opened=isdistinct.2026-01-01", r#"[Text("2026-01-01"), Integer(50)]"#),
    ] {
        let plan = read(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(format!("{:?}", plan.params.fixed), values, "{call}");
    }
    refused(&[
        ("stores?about->a=eq.baz", "invalid input for about->a: must be JSON"),
        ("stores?about=cs.{a", "invalid input for about: must be JSON"),
        ("stores?opened=isdistinct.x", "invalid input for opened: "),
        ("products?tags=cs.a", "invalid input for tags: "),
    ]);
}
