//! Orders: by what is found in JSON, by the one related row, total by the key.

use super::{check, refused};

#[test]
fn orders_reach_into_json_and_related_rows() {
    check(&[
        ("stores?select=id&order=about->>a.desc", "stores[id] order about->>a.desc,id.desc.nulls"),
        ("stores?select=id&order=about->a.nullsfirst", "stores[id] order about->a.nulls,id"),
        (
            "products?select=id,category(name)&order=category(name).desc,name",
            "products[id,category:categories[name]] order categories(name).desc,name,id",
        ),
        (
            "products?select=id,c:category(name)&order=c(parent_id)",
            "products[id,c:categories[name]] order categories(parent_id),id",
        ),
        ("stores?select=id,users()&order=users(name)", "stores[id,~users:users[]] order users(name),id"),
        (
            "products?select=id,...category(kind:name)&order=category(kind)",
            "products[id,...category:categories[kind=name]] order categories(name),id",
        ),
        (
            "categories?select=id,products(id,category(id))&products.order=category(name)",
            "categories[id,products:products[id,category:categories[id]] order categories(name),id] order id",
        ),
    ]);
    refused(&[
        (
            "categories?select=id,products(id)&order=products(id)",
            "A related order on 'products' is not possible",
        ),
        ("categories?select=id,p:products(id)&order=p(id)", "A related order on 'p' is not possible"),
        ("products?select=id&order=category(name)", "'category' is not an embedded resource in this request"),
        ("products?select=id,category(name)&order=category(nam)", "column categories.nam does not exist"),
        ("stores?select=id,users(id)&order=users(email)", "column users.email does not exist"),
        ("stores?order=name->a", "-> and ->> lead into JSON, name is text"),
        ("products?select=category(name)&category.order=nam", "column categories.nam does not exist"),
        ("products/1?order=nam", "column products.nam does not exist"),
        ("stores?order=pin->a", "column stores.pin does not exist"),
    ]);
}
