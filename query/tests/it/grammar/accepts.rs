//! What the grammar takes, and what it makes of it.

use roundtrip_query::Limits;
use roundtrip_query::grammar::{parse, print};

use super::show::show;

/// The query means `expected`, and still does after it was printed.
fn check(query: &str, expected: &str) {
    let read = parse(query, &Limits::default());
    assert_eq!(read.as_ref().map(show), Ok(expected.to_owned()), "{query}");
    let printed = read.as_ref().map(print).unwrap_or_default();
    assert_eq!(parse(&printed, &Limits::default()), read, "{query} printed as {printed}");
}

fn check_all(table: &[(&str, &str)]) {
    for (query, expected) in table {
        check(query, expected);
    }
}

#[test]
fn parameters_are_split_and_decoded() {
    check_all(&[
        ("", ""),
        ("&&", ""),
        ("flag&price=eq.1&flag", "where price eq 1"),
        ("name=eq.a+b%20c%2Bd", "where name eq a b c+d"),
        ("name=eq.Gr%C3%BC%C3%9Fe", "where name eq Grüße"),
        ("name=like.50%", "where name like 50%"),
        ("name=eq.a=b", "where name eq a=b"),
        ("n%61me=eq.1", "where name eq 1"),
        ("select=&name=eq.", "where name eq "),
        ("price=gt.1&price=lt.9", "where price gt 1 & price lt 9"),
    ]);
}

#[test]
fn names_are_plain_or_quoted() {
    check_all(&[
        ("größe=eq.1", "where größe eq 1"),
        ("unit-price=eq.1", "where unit-price eq 1"),
        ("$id=eq.1", "where $id eq 1"),
        ("first+name=eq.1", "where first name eq 1"),
        ("2nd=eq.1", "where 2nd eq 1"),
        ("\"information.cpe\"=eq.1", "where information.cpe eq 1"),
        ("\"a\\\"b\\\\c\"=eq.1", "where a\"b\\c eq 1"),
        ("\"limit\"=eq.1&\"select\"=eq.2&\"and\"=eq.3", "where limit eq 1 & select eq 2 & and eq 3"),
        ("xlimit=eq.1&selected=eq.2", "where xlimit eq 1 & selected eq 2"),
        ("columns=\"a\",\"b c\",d&on_conflict=a,b", "columns a|b c|d; on_conflict a|b"),
    ]);
}

#[test]
fn operators_read_their_operands() {
    check_all(&[
        ("a=eq.1&b=neq.2&c=gt.3", "where a eq 1 & b neq 2 & c gt 3"),
        ("a=gte.1&b=lt.2&c=lte.3", "where a gte 1 & b lt 2 & c lte 3"),
        ("a=like.*x_y*&b=ilike.A%25", "where a like %x_y% & b ilike A%"),
        ("a=not.eq.5", "where not(a eq 5)"),
        ("a=eq.not.eq.5", "where a eq not.eq.5"),
        ("a=eq...&b=eq.sum()&c=eq.::", "where a eq .. & b eq sum() & c eq ::"),
        ("a=eq.x,y.(z)\"", "where a eq x,y.(z)\""),
        ("a=is.NULL&b=is.Not_Null&c=not.is.true", "where a is null & b is not_null & not(c is true)"),
        ("a=is.false&b=is.unknown", "where a is false & b is unknown"),
        ("a=in.(1,2,3)", "where a in <1|2|3>"),
        ("a=in.()", "where a in <>"),
        ("a=in.(\"\")", "where a in <>"),
        ("a=in.(,)", "where a in <|>"),
        ("a=in.(x,\"b,c\",\"d)\")", "where a in <x|b,c|d)>"),
        ("a=in.(\"q\\\"q\",\"b\\\\b\")", "where a in <q\"q|b\\b>"),
        ("a=in.(x, \"y\" , z)", "where a in <x|y| z>"),
        ("a=in.(\"x\"y,\"z)", "where a in <\"x\"y|\"z>"),
        ("a=not.in.(1)", "where not(a in <1>)"),
        ("a=in.(a(b,c)", "where a in <a(b|c>"),
    ]);
}

#[test]
fn empty_list_and_list_of_an_empty_text_differ() {
    let read = |query| parse(query, &Limits::default()).unwrap();
    assert_ne!(read("a=in.()"), read("a=in.(\"\")"));
}

#[test]
fn conditions_nest() {
    check_all(&[
        ("or=(a.lt.18,a.gt.21)", "where or(a lt 18 & a gt 21)"),
        ("and=(a.eq.1,b.not.eq.2)", "where and(a eq 1 & not(b eq 2))"),
        ("not.or=(a.eq.1)&not.and=(b.eq.2)", "where not(or(a eq 1)) & not(and(b eq 2))"),
        (
            "or=(and(a.eq.1,b.eq.2),not.or(c.eq.3,not.and(d.eq.4)))",
            "where or(and(a eq 1 & b eq 2) & not(or(c eq 3 & not(and(d eq 4)))))",
        ),
        (
            "and=( id.eq.1 , not.or (id.eq.2, id.eq.3), id.in.(1,4), or( id.eq.1 ) )",
            "where and(id eq 1 & not(or(id eq 2 & id eq 3)) & id in <1|4> & or(id eq 1))",
        ),
        ("or=(a.eq.\"x,y)\",b.like.*z)", "where or(a eq x,y) & b like %z)"),
        ("or=(a.eq.\" x \",b.eq. y )", "where or(a eq  x  & b eq y)"),
        ("or=(a.eq.{1,2},b.eq.{)", "where or(a eq {1,2} & b eq {)"),
        ("or=(a.eq.\"x\"y,b.eq.)", "where or(a eq \"x\"y & b eq )"),
        ("or=(and.eq.1,android.eq.2,not.eq.3)", "where or(and eq 1 & android eq 2 & not eq 3)"),
        ("or=(\"a.b\".is.null,c.not.is.NULL)", "where or(a.b is null & not(c is null))"),
        ("or=(a.in.(\"x,y\",z),b.in.())", "where or(a in <x,y|z> & b in <>)"),
    ]);
}

#[test]
fn select_names_fields_and_relations() {
    check_all(&[
        ("select=*", "[*]"),
        ("select=", ""),
        ("select=+", ""),
        ("select=a,b", "[a b]"),
        ("select=+a+,%0A%09b+", "[a b]"),
        ("select=full:first_name,\"x y\":\"a.b\"", "[full=first_name x y=a.b]"),
        ("select=*,Artist(*)", "[* Artist {[*]}]"),
        ("select=d:directors!fk!inner(a,b(c))", "[d=directors by fk inner {[a b {[c]}]}]"),
        ("select=x!inner!fk(*),y!left(*)", "[x by fk inner {[*]} y {[*]}]"),
        ("select=x+!+inner+(+*+)", "[x inner {[*]}]"),
        ("select=x!\"inner\"(*)", "[x by inner {[*]}]"),
        ("select=select,order,count", "[select order count]"),
    ]);
}

#[test]
fn order_and_page_are_read() {
    check_all(&[
        ("order=a", "order a"),
        ("order=a.desc.nullslast,b", "order a desc nulls last; order b"),
        ("order=a.asc.nullsfirst,b.nullslast", "order a nulls first; order b nulls last"),
        ("order=+a.desc+,+b", "order a desc; order b"),
        ("order=\"a.b\".desc", "order a.b desc"),
        ("order=a&order=b.desc", "order a; order b desc"),
        ("limit=10&offset=20", "limit 10; offset 20"),
        ("limit=0&offset=0", "limit 0; offset 0"),
        ("limit=-0&offset=-4", "limit 0"),
        ("limit=abc&offset=", ""),
        ("limit=1.5&limit=2", "limit 2"),
        ("limit=99999999999999999999", "limit 9223372036854775807"),
    ]);
}

#[test]
fn parameters_hang_on_embeds() {
    check_all(&[
        ("Artist.Name=eq.AC/DC&select=Artist(Name)", "[Artist {[Name]; where Name eq AC/DC}]"),
        ("select=a(b(*))&a.b.c=gt.1&a.d=is.null", "[a {[b {[*]; where c gt 1}]; where d is null}]"),
        (
            "select=rel(*)&rel.order=x.desc&rel.limit=3&rel.offset=6&limit=9",
            "[rel {[*]; order x desc; limit 3; offset 6}]; limit 9",
        ),
        ("select=rel(*)&rel.or=(a.eq.1,b.eq.2)", "[rel {[*]; where or(a eq 1 & b eq 2)}]"),
        ("select=rel(*)&rel.not.and=(a.eq.1)", "[rel {[*]; where not(and(a eq 1))}]"),
        ("select=x:rel(*)&x.a=eq.1&rel.b=eq.2", "[x=rel {[*]; where a eq 1 & b eq 2}]"),
        ("select=a:x(*),x:y(*)&x.id=eq.1", "[a=x {[*]} x=y {[*]; where id eq 1}]"),
        ("select=\"a.b\"(*)&\"a.b\".c=eq.1&\"a.b\".limit=1", "[a.b {[*]; where c eq 1; limit 1}]"),
        ("select=rel(*)&rel=is.null", "[rel {[*]}]; where rel is null"),
        ("select=rel(*)&rel.\"order\"=eq.1&rel.select=eq.2", "[rel {[*]; where order eq 1 & select eq 2}]"),
        ("select=not(*)&not.limit=1", "[not {[*]; limit 1}]"),
    ]);
}

#[test]
fn printing_is_canonical() {
    for (query, expected) in [
        ("limit=5&name=eq.a+b&select=id", "select=id&name=eq.a%20b&limit=5"),
        ("order=a.asc&select=x:r!left(*)&r.id=eq.1", "select=x:r(*)&order=a&x.id=eq.1"),
        ("or=( a.eq.1 , b.in.(\"x\",\"y,z\") )", "or=(a.eq.1,b.in.(x,%22y,z%22))"),
        ("name=like.*50%25*", "name=like.%2550%25%25"),
        ("a=eq.%26%3D%23%2B", "a=eq.%26%3D%23%2B"),
        ("columns=\"a\",\"b c\"&on_conflict=\"x,y\"", "columns=a,b%20c&on_conflict=%22x,y%22"),
        ("\"limit\"=not.is.TRUE", "%22limit%22=not.is.true"),
    ] {
        assert_eq!(print(&parse(query, &Limits::default()).unwrap()), expected, "{query}");
    }
}
