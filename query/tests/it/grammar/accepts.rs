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
fn all_operators_are_read() {
    check_all(&[
        ("a=match.^x.*y$&b=imatch.x|y", "where a match ^x.*y$ & b imatch x|y"),
        ("a=isdistinct.x,y&b=not.isdistinct.", "where a isdistinct x,y & not(b isdistinct )"),
        ("a=cs.{x,y}&b=cd.[1,2]&c=ov.(1,2)", "where a cs {x,y} & b cd [1,2] & c ov (1,2)"),
        ("a=sl.1&a=sr.2&a=nxr.3", "where a sl 1 & a sr 2 & a nxr 3"),
        ("a=nxl.[1,2)&a=adj.5", "where a nxl [1,2) & a adj 5"),
        ("a=fts.x+%26+y&b=plfts.x+y", "where a fts x & y & b plfts x y"),
        ("a=phfts.x&b=wfts.%22x%22+or+-y", "where a phfts x & b wfts \"x\" or -y"),
        ("a=fts(english).x&b=not.wfts(+German+).y", "where a fts in english x & not(b wfts in German y)"),
        ("or=(a.fts(simple).x,a.plfts.y)", "where or(a fts in simple x & a plfts y)"),
    ]);
}

#[test]
fn quantifiers_take_array_literals() {
    check_all(&[
        ("a=eq(any).{1,2}&b=lt(all).{3}", "where a eq any <1|2> & b lt all <3>"),
        ("a=not.gte(any).{}&b=lte(all).{+}", "where not(a gte any <>) & b lte all <>"),
        ("a=like(any).{O*,P%25}&b=ilike(all).{*x}", "where a like any <O%|P%> & b ilike all <%x>"),
        ("a=match(any).{^a,b$}&b=imatch(all).{x*}", "where a match any <^a|b$> & b imatch all <x*>"),
        ("a=gt(any).{+x+y+,%22+z+%22+}", "where a gt any <x y| z >"),
        ("a=eq(any).{\"c,d\",\"\",\"q\\\"\\\\\"}", "where a eq any <c,d||q\"\\>"),
        ("a=eq(any).{a\\,b,c\\+,\\{}", "where a eq any <a,b|c |{>"),
        ("a=eq(any).{\"null\",(x)}", "where a eq any <null|(x)>"),
        ("or=(a.eq(any).{1,2},b.like(all).{*})", "where or(a eq any <1|2> & b like all <%>)"),
        ("or=(a.eq(any).\"{1,2}\",a.eq(any).+{\")\"}+)", "where or(a eq any <1|2> & a eq any <)>)"),
    ]);
}

#[test]
fn json_paths_are_read_wherever_a_field_is() {
    check_all(&[
        ("data->>a=eq.1&data->a->>b=eq.2", "where data//a eq 1 & data/a//b eq 2"),
        ("data->0->-1->>-0=eq.1", "where data/#0/#-1//#0 eq 1"),
        ("data->a-b->c=eq.1&data->2nd=eq.2", "where data/a-b/c eq 1 & data/2nd eq 2"),
        ("data->\"0\"->\"a.b->c\"=eq.1&data->\"\"=eq.2", "where data/0/a.b->c eq 1 & data/ eq 2"),
        ("data+->+a+b+->>+\"+c\"=eq.1", "where data/a b// c eq 1"),
        ("data->!@#$%^%26*_d=eq.1", "where data/!@#$%^&*_d eq 1"),
        ("select=rel(*)&rel.data->>x=eq.1", "[rel {[*]; where data//x eq 1}]"),
        ("data->>limit=eq.1&data->order=eq.2", "where data//limit eq 1 & data/order eq 2"),
        ("or=(data->>a.eq.1,data->0.not.is.null)", "where or(data//a eq 1 & not(data/#0 is null))"),
        ("order=data->>a.desc,data->0+.nullslast", "order data//a desc; order data/#0 nulls last"),
        ("order=rel(data->b->>c).desc", "order rel . data/b//c desc"),
        ("select=data->a->>b,x:data->-1,data->\"b,c\"", "[data/a//b x=data/#-1 data/b,c]"),
        ("select=data->a::int,data->0.sum()", "[data/a as int data/#0 sum]"),
        ("select=data->-9223372036854775807", "[data/#-9223372036854775807]"),
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
        (
            "or=(a.cs.{\"k\":{\"x,y\":\"}\"},\"l\":1},b.eq.1)",
            "where or(a cs {\"k\":{\"x,y\":\"}\"},\"l\":1} & b eq 1)",
        ),
        ("or=(a.cs.{1,{2,3}},b.ov.+{x\"y}+)", "where or(a cs {1,{2,3}} & b ov {x\"y})"),
        ("or=(a.eq.{1}x,b.eq.{\"x)", "where or(a eq {1}x & b eq {\"x)"),
        ("or=(a.eq.{},b.eq.{{})", "where or(a eq {} & b eq {{})"),
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
        ("select=count:a,\"count\"(*)", "[count=a count {[*]}]"),
    ]);
}

#[test]
fn select_casts_and_aggregates() {
    check_all(&[
        ("select=a::text,x:b::double+precision", "[a as text x=b as double precision]"),
        ("select=a.sum(),b.avg(),c.count(),d.max(),e.min()", "[a sum b avg c count d max e min]"),
        ("select=x:a::int.sum()::text", "[x=a as int sum as text]"),
        ("select=count(),n:count(),count()::text", "[# n=# # as text]"),
        ("select=+n+:+count+(+)+::+text+,+a+::+int+.+sum+(+)+::+text+", "[n=# as text a as int sum as text]"),
        ("select=rel(count()),...r(a.sum())", "[rel {[#]} r spread {[a sum]}]"),
        ("select=count.max(),sum", "[count max sum]"),
    ]);
}

#[test]
fn spreads_and_empty_embeds_are_told_apart() {
    check_all(&[
        ("select=...rel(a,b)", "[rel spread {[a b]}]"),
        ("select=+...+rel!hint!inner(*),c", "[rel by hint inner spread {[*]} c]"),
        ("select=...a(...b(c),d(*))", "[a spread {[b spread {[c]} d {[*]}]}]"),
        ("select=...a(b)&a.c=eq.1&a.order=b", "[a spread {[b]; where c eq 1; order b}]"),
        ("select=a()&a.b=eq.1&a=is.null", "[a nothing {where b eq 1}]; where a is null"),
        ("select=x:a!inner(+),...b()", "[x=a inner nothing {} b nothing {}]"),
        ("select=a(b(c())),d(e(),f)", "[a nothing {[b nothing {[c nothing {}]}]} d {[e nothing {} f]}]"),
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
        ("order=client(name).desc.nullslast,b", "order client . name desc nulls last; order b"),
        ("order=+\"a.b\"+(+x+)+.asc+", "order a.b . x"),
        ("select=a(*)&a.order=b(c).nullsfirst", "[a {[*]; order b . c nulls first}]"),
        ("limit=10&offset=20", "limit 10; offset 20"),
        ("limit=0&offset=0", "limit 0; offset 0"),
        ("limit=-0&offset=-4", "limit 0"),
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
        ("select=+n:count(+),a+::+int.sum()", "select=n:count(),a::int.sum()"),
        ("select=...r!left(x),e(+),\"count\"()", "select=...r(x),e(),%22count%22()"),
        ("select=a->\"b\"->>-1,a->\"1\",a->\"-x\"", "select=a-%3Eb-%3E%3E-1,a-%3E%221%22,a-%3E%22-x%22"),
        ("a=like(any).{+x,\"y\",\"a,b\"}", "a=like(any).%7Bx,y,%22a,b%22%7D"),
        ("order=r(+a+).asc.nullslast", "order=r(a).nullslast"),
        ("a=fts(+german).x", "a=fts(german).x"),
    ] {
        assert_eq!(print(&parse(query, &Limits::default()).unwrap()), expected, "{query}");
    }
}
