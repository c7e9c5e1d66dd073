//! Values of rows: JSON paths, their keys, their types, casts.

use super::{check, refused};

#[test]
fn paths_lead_into_json_and_are_called_after_their_last_name() {
    check(&[
        ("stores?select=about->a->>b", "stores[b=about->a->>b] order id"),
        ("stores?select=about->0", "stores[about=about->0] order id"),
        ("stores?select=about->1->k->>2", "stores[k=about->1->k->>2] order id"),
        ("stores?select=about->-1", "stores[about=about->-1] order id"),
        ("stores?select=town:about->>town", "stores[town=about->>town] order id"),
        ("products?select=tags->0", "products[tags=tags->0] order id"),
        ("stores?select=about->a,about->a", "stores[a=about->a] order id"),
    ]);
    refused(&[
        ("stores?select=name->a", "-> and ->> lead into JSON, name is text"),
        ("stores?select=about->>a->b", "->> gives text, into which nothing leads"),
        ("stores?select=pin->a", "column stores.pin does not exist"),
        ("stores?select=abut->a", "column stores.abut does not exist"),
        ("stores?select=about->a,b:about->c,about->b", "'b' is selected twice"),
    ]);
}

#[test]
fn casts_come_from_a_list() {
    check(&[
        ("products?select=price::text", "products[price=price::text] order id"),
        ("products?select=p:price::INT4", "products[p=price::integer] order id"),
        ("stores?select=about->>n::numeric", "stores[n=about->>n::decimal] order id"),
        ("products?select=name::jsonb", "products[name=name::json] order id"),
    ]);
    refused(&[
        ("products?select=price::money", "type \"money\" does not exist"),
        ("products?select=price.sum()::money", "type \"money\" does not exist"),
        ("products?select=count()::money", "type \"money\" does not exist"),
        ("stores?select=pin::text", "column stores.pin does not exist"),
    ]);
}
