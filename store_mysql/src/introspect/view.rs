//! What a view shows: which of its columns are columns of a table, passed on as they are.
//!
//! The server keeps a view's select with every name written out, so that its text tells. Only what is
//! certain is said: a view with anything in its `FROM` that is not a plain table, a view or a join of
//! those shows nothing that is known. It must not ask the server.

use std::collections::HashMap;

use roundtrip_schema::relation::Origins;
use roundtrip_schema::{FieldId, ResourceId, Views};

use super::catalog::{Catalog, Table};
use super::token::{Token, group, split, tokens};

/// How deep views of views are followed.
const DEEPEST: usize = 16;

/// What a column of a view is: a column of a table or view of the same database, by their positions.
type Column = Option<(usize, usize)>;

/// What every view shows.
pub(super) fn views(catalog: &Catalog) -> Views {
    let selects: HashMap<usize, Select> = catalog
        .tables
        .iter()
        .enumerate()
        .filter_map(|(place, table)| Some((place, Select::read(catalog, table)?)))
        .collect();
    let columns = |select: &Select| -> Vec<Option<(ResourceId, FieldId)>> {
        let origin = |column: &Column| {
            let (table, column) = table_column(*column, &selects, catalog)?;
            Some((ResourceId::new(table), FieldId::new(column)))
        };
        select.columns.iter().map(origin).collect()
    };
    let origins: Origins = selects.iter().map(|(place, select)| (*place, columns(select))).collect();
    let mut plain: Vec<usize> =
        selects.iter().filter(|(_, select)| select.plain).map(|(place, _)| *place).collect();
    plain.sort_unstable();
    Views { origins, plain }
}

/// The column of a table behind a column of a view of views.
fn table_column(mut column: Column, selects: &HashMap<usize, Select>, catalog: &Catalog) -> Column {
    for _ in 0..DEEPEST {
        let (table, place) = column?;
        if catalog.tables.get(table)?.view.is_none() {
            return column;
        }
        column = *selects.get(&table)?.columns.get(place)?;
    }
    None
}

/// The select of a view.
struct Select {
    columns: Vec<Column>,
    /// Whether it shows columns of one table, all of its rows, and nothing else.
    plain: bool,
}

impl Select {
    /// `None` if `table` is none that can be read so.
    fn read(catalog: &Catalog, table: &Table) -> Option<Self> {
        let view = table.view.as_ref()?;
        let all = tokens(&view.select);
        let (first, rest) = all.split_first()?;
        let compound = ["union", "except", "intersect", "procedure", "into"];
        if !first.is_word(&["select"]) || split(rest, |token| token.is_word(&compound)).len() > 1 {
            return None;
        }
        let [list, from] = split(rest, |token| token.is_word(&["from"]))[..] else { return None };
        let behind =
            ["where", "group", "having", "order", "limit", "window", "for", "lock", "offset", "fetch"];
        let parts = split(from, |token| token.is_word(&behind));
        let mut sources = Sources { catalog, tables: HashMap::new(), count: 0 };
        sources.add(parts.first()?, DEEPEST)?;
        let expressions = split(list, |token| *token == Token::Symbol(','));
        // A view must show what the server says it shows.
        if expressions.len() != table.columns.len() {
            return None;
        }
        let columns: Vec<Column> = expressions.into_iter().map(|one| sources.column(one)).collect();
        let is_table = |column: &Column| {
            column.and_then(|(place, _)| catalog.tables.get(place)).is_some_and(|table| table.view.is_none())
        };
        let plain = view.updatable
            && sources.count == 1
            && parts.len() == 1
            && columns.iter().all(is_table)
            // A word before the columns, such as DISTINCT, is part of the first.
            && !list.iter().any(|token| token.is_word(&["distinct"]));
        Some(Self { columns, plain })
    }
}

/// The tables behind `FROM`, by the names that columns are named with.
struct Sources<'a> {
    catalog: &'a Catalog,
    /// `None` for what is no table or view of this database, or has its name twice.
    tables: HashMap<String, Option<usize>>,
    count: usize,
}

impl Sources<'_> {
    /// Adds the tables of a join. `None` if there is anything else in it.
    fn add(&mut self, mut from: &[Token<'_>], depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        loop {
            from = match from {
                [] => return Some(()),
                [Token::Symbol(','), rest @ ..] => rest,
                [word, rest @ ..] if word.is_word(&["on"]) => group(rest)?.1,
                [word, rest @ ..]
                    if word.is_word(&["join", "left", "right", "inner", "cross", "straight_join"]) =>
                {
                    rest
                }
                [Token::Symbol('('), ..] => {
                    let (inside, rest) = group(from)?;
                    if inside.first()?.is_word(&["select", "with", "values"]) {
                        // What a select inside shows is not followed.
                        let [Token::Name(alias), rest @ ..] = rest else { return None };
                        self.name(alias, None);
                        rest
                    } else {
                        self.add(inside, depth)?;
                        rest
                    }
                }
                [Token::Name(database), Token::Symbol('.'), Token::Name(table), rest @ ..] => {
                    let found = (*database == self.catalog.database).then(|| self.find(table)).flatten();
                    match rest {
                        [Token::Name(alias), rest @ ..] => {
                            self.name(alias, found);
                            rest
                        }
                        rest => {
                            self.name(table, found);
                            rest
                        }
                    }
                }
                _ => return None,
            };
        }
    }

    fn find(&self, table: &str) -> Option<usize> {
        self.catalog.tables.iter().position(|one| one.name == table)
    }

    fn name(&mut self, name: &str, table: Option<usize>) {
        self.count += 1;
        self.tables.entry(name.to_owned()).and_modify(|known| *known = None).or_insert(table);
    }

    /// The column that an expression is, if it is no more than that.
    fn column(&self, expression: &[Token<'_>]) -> Column {
        let expression = match expression {
            [expression @ .., word, Token::Name(_)] if word.is_word(&["as"]) => expression,
            expression => expression,
        };
        let (source, column) = match expression {
            [
                Token::Name(database),
                Token::Symbol('.'),
                Token::Name(table),
                Token::Symbol('.'),
                Token::Name(column),
            ] if *database == self.catalog.database => (table, column),
            [Token::Name(alias), Token::Symbol('.'), Token::Name(column)] => (alias, column),
            _ => return None,
        };
        let table = (*self.tables.get(source)?)?;
        let columns = &self.catalog.tables.get(table)?.columns;
        let place = columns.iter().position(|one| one.name.eq_ignore_ascii_case(column))?;
        Some((table, place))
    }
}
