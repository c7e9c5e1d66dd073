//! Aggregates: what is grouped, and what cannot be.

use roundtrip_query::Limits;

use super::{check, read_within, refused};

#[test]
fn everything_else_that_is_shown_makes_the_groups() {
    check(&[
        ("products?select=count()", "products[count=count()]"),
        ("products?select=n:count()::text", "products[n=count()::text]"),
        ("products?select=price.sum(),active", "products[sum=sum(price),active]"),
        ("products?select=active,price.avg()::int", "products[active,avg=avg(price)::integer]"),
        ("products?select=most:stock::numeric.max()", "products[most=max(stock::decimal)]"),
        ("stores?select=about->>n::int.sum()", "stores[sum=sum(about->>n::integer)]"),
        ("stores?select=open_for.sum()", "stores[sum=sum(open_for)]"),
        ("stores?select=opened.min(),about.count()", "stores[min=min(opened),count=count(about)]"),
        ("products/1?select=count()", "products[count=count()] where id eq ?"),
        (
            "categories?select=name,products(count(),price.sum())",
            "categories[name,products:products[count=count(),sum=sum(price)]] order id",
        ),
    ]);
    refused(&[
        ("products?select=name.sum()", "sum() takes numbers, name is text: a cast may help, name::numeric"),
        ("products?select=tags.max()", "max() takes values that can be ordered, tags is text[]"),
        ("stores?select=about->n.avg()", "avg() takes numbers, about->n is json"),
        ("products?select=active.max()", "max() takes values that can be ordered, active is boolean"),
        ("stores?select=pin.count()", "column stores.pin does not exist"),
        ("users?select=email.max()", "column users.email does not exist"),
        ("products?select=price.sum(),stock.sum()", "'sum' is selected twice"),
    ]);
}

#[test]
fn count_without_parentheses_counts_rows() {
    check(&[
        ("products?select=count", "products[count=count()]"),
        ("products?select=n:count,active", "products[n=count(),active]"),
        (
            "categories?select=name,products(count)",
            "categories[name,products:products[count=count()]] order id",
        ),
    ]);
    refused(&[("products?select=count->a", "column products.count does not exist")]);
}

#[test]
fn a_spread_hands_its_aggregates_to_the_level_around_it() {
    check(&[
        ("products?select=...category(n:count())", "products[...category:categories[n=count()]]"),
        (
            "products?select=active,...category(...parent(n:id.max()))&order=active",
            "products[active,...category:categories[...parent:categories[n=max(id)]]] order active",
        ),
    ]);
    let detail = "Aggregates are not implemented for one-to-many or many-to-many spreads.";
    for call in [
        "categories?select=name,...products(price.sum())",
        "categories?select=...products(...category(count()))",
        "products?select=...labels(count)",
    ] {
        let error = super::read(call).map(|plan| super::outline::outline(&plan)).expect_err(call);
        let expected = roundtrip_query::QueryError::NotImplemented { detail: detail.to_owned() };
        assert_eq!(error, expected, "{call}");
    }
}

#[test]
fn groups_are_ordered_by_what_is_shown() {
    check(&[
        (
            "products?select=active,count()&order=active.desc",
            "products[active,count=count()] order active.desc",
        ),
        (
            "stores?select=about->>a,count()&order=about->>a",
            "stores[a=about->>a,count=count()] order about->>a",
        ),
        (
            "products?select=...category(kind:name),count()&order=category(kind)",
            "products[count=count(),...category:categories[kind=name]] order categories(name)",
        ),
    ]);
    refused(&[
        ("products?select=count()&order=price", "column products.price must be selected"),
        ("stores?select=about,count()&order=about->>a", "column stores.about must be selected"),
        (
            "products?select=category(name),count()&order=category(name)",
            "column categories.name must be selected",
        ),
    ]);
}

#[test]
fn a_setting_forbids_them() {
    let limits = Limits { aggregates: false, ..Limits::default() };
    for call in [
        "products?select=count()",
        "products?select=count",
        "products?select=price.sum()",
        "categories?select=products(count)",
        "products?select=...category(id.max())",
    ] {
        let error = read_within(call, &limits).map(|plan| super::outline::outline(&plan)).expect_err(call);
        assert_eq!(error, roundtrip_query::QueryError::AggregatesOff, "{call}");
    }
    assert!(read_within("products?select=name", &limits).is_ok());
}
