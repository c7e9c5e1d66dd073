//! Embeds: spread, empty, and asked whether there is one.

use super::{check, refused};

#[test]
fn spreads_and_empty_embeds() {
    check(&[
        (
            "products?select=name,...category(kind:name)",
            "products[name,...category:categories[kind=name]] order id",
        ),
        // Lists side by side need one order.
        ("categories?select=...products(name)", "categories[...products:products[name] order id] order id"),
        (
            "categories?select=...products(name)&products.order=price",
            "categories[...products:products[name] order price,id] order id",
        ),
        ("products?select=name,category()", "products[name,~category:categories[]] order id"),
        ("products?select=name,...category()", "products[name,~category:categories[]] order id"),
        (
            "products?select=name,category!inner(products!inner(labels()))&category.products.stock=eq.1",
            "products[name,~category!inner:categories[~products!inner:products[~labels:labels[]] \
             where stock eq ?]] order id",
        ),
        (
            "products?select=name,category(name,products())",
            "products[name,category:categories[name,~products:products[]]] order id",
        ),
    ]);
}

#[test]
fn of_two_members_with_one_name_the_later_one_stays() {
    check(&[
        ("products?select=id,name,...category(name)", "products[id,...category:categories[name]] order id"),
        (
            "products?select=id,...category(name,about:name),labels(id)",
            "products[id,...category:categories[name,about=name],labels:labels[id]] order id",
        ),
        (
            "products?select=stock,...category(name,...parent(name))",
            "products[stock,...category:categories[...parent:categories[name]]] order id",
        ),
        // What is repeated is not shown, and may still decide which rows there are.
        (
            "categories?select=x:products!inner(id),...parent(x:products(id))",
            "categories[~x!inner:products[id],...parent:categories[x:products[id]]] order id",
        ),
        // Here the first is a part of what makes the groups.
        (
            "products?select=name,count(),...category(name)",
            "products[name,count=count(),...category:categories[name]]",
        ),
        // A spread and an empty embed have no member of their own name.
        ("stores?select=id,users()&order=id", "stores[id,~users:users[]] order id"),
        (
            "products?select=category_id,category_id()",
            "products[category_id,~category_id:categories[]] order id",
        ),
    ]);
    refused(&[("products?select=category(name),category:labels(id)", "'category' is selected twice")]);
}

#[test]
fn whether_there_is_a_related_row_can_be_asked() {
    let none = "not exists categories always";
    check(&[
        (
            "products?select=id,category()&category=is.null",
            &format!("products[id,~category:categories[]] where {none} order id"),
        ),
        (
            "products?select=id,c:category_id(name)&category_id=not.is.null",
            "products[id,c:categories[name]] where not not exists categories always order id",
        ),
        (
            "products?select=id,c:category(name)&c.name=eq.x&c=is.not_null",
            "products[id,c:categories[name] where name eq ?] where exists categories name eq ? order id",
        ),
        (
            "products?select=id,category(),labels()&or=(category.is.null,labels.not.is.null,stock.eq.1)",
            "products[id,~category:categories[],~labels:labels[]] where (not exists categories always or \
             not not exists labels always or stock eq ?) order id",
        ),
        // What the embed demands of its own embeds is part of the question.
        (
            "categories?select=id,products(labels!inner())&products=is.null&products.labels.name=eq.x",
            "categories[id,~products:products[~labels!inner:labels[] where name eq ?]] \
             where not exists products exists labels name eq ? order id",
        ),
        // The name of a field that is also an embed's: anything else is asked of the field.
        (
            "products?select=id,category_id(name)&category_id=gt.3",
            "products[id,category_id:categories[name]] where category_id gt ? order id",
        ),
    ]);
    refused(&[
        ("products?select=id,category()&categories=is.null", "column products.categories does not exist"),
        (
            "products?select=id,category(name)&category=eq.4",
            "Bad operator on the 'category' embedded resource",
        ),
        ("products?select=id,category(name)&category=is.true", "Bad operator on the 'category'"),
        ("products?select=id,category(name)&category=in.(1)", "Bad operator on the 'category'"),
        ("products?select=id,...category(name)&category=eq.4", "Bad operator on the 'category'"),
    ]);
}
