//! What a shape compiles to, made once and shared by every connection.
//!
//! The prepared statements themselves are kept by each connection, found by the number of their text.
//!
//! Must not know: the values of a call, or which connection runs it.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use roundtrip_query::plan::{Count, Layout, Predicate, Terms};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::Schema;
use roundtrip_sql::{Nested, Postgres, Statement};
use roundtrip_store::{Frame, Shapes};

use crate::cell::RowPlan;
use crate::key::names_one_row;
use crate::placeholder::renumber;
use crate::sequence;

/// A statement's text, by a number that no other text ever has.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) id: u64,
    pub(crate) sql: Box<str>,
    /// The slot of each parameter.
    pub(crate) slots: Box<[u16]>,
}

impl Text {
    pub(crate) fn new(sql: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (sql, slots) = renumber(sql);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), sql: sql.into(), slots }
    }
}

/// The shapes that were compiled lately.
pub(crate) type Statements = Shapes<Prepared>;

/// A shape, ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// In the order in which they run.
    pub(crate) steps: Box<[Step]>,
    /// Counts all rows that match a read.
    pub(crate) count: Option<Counting>,
    /// What its answers have in common.
    pub(crate) frame: Frame,
    /// What a merge asks first.
    pub(crate) merge: Option<Merge>,
    /// What follows a write that gives keys which are otherwise handed out.
    pub(crate) follows: Option<String>,
    /// What precedes another try of a write that was handed a key which is there already.
    pub(crate) draws: Option<String>,
    /// Whether the shape alone says that what it writes may have to be undone.
    guarded: bool,
    /// Whether the shape alone says that it may change several rows that are there.
    several: bool,
}

/// How the rows of a read are counted.
#[derive(Debug)]
pub(crate) struct Counting {
    pub(crate) how: Count,
    /// Counts them.
    pub(crate) exact: Text,
    /// Asks how many the server expects; `None` where it is not asked.
    pub(crate) expected: Option<Text>,
}

/// How a merge is watched.
#[derive(Debug)]
pub(crate) struct Merge {
    /// Asks whether the row is there already.
    pub(crate) probe: Text,
    /// Whether a row that is there may be one that the caller may not change; then nothing is written.
    pub(crate) may_be_refused: bool,
}

/// One statement and what its result columns are.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) text: Text,
    pub(crate) rows: RowPlan,
    /// The column that says whether the caller may read the row.
    pub(crate) visible: Option<usize>,
    /// The columns with the row's key.
    pub(crate) key: Range<usize>,
    /// The column that says whether the caller may write the row.
    pub(crate) checked: Option<usize>,
}

impl Prepared {
    pub(crate) fn new(schema: &Schema, shape: &Shape) -> Self {
        let compiled = roundtrip_sql::compile(schema, shape, &Postgres);
        let texts = compiled.statements.iter().chain(&compiled.count).map(|one| one.text.clone());
        let sql = texts.chain(compiled.probe.clone()).collect::<Vec<_>>().join("; ");
        let answer = roundtrip_store::layout(shape);
        let step = |one| Step::new(one, answer, &compiled.nested);
        let steps: Box<[Step]> = compiled.statements.iter().map(step).collect();
        let header = || steps.first().map(|step| step.rows.header()).unwrap_or_default();
        let merge = merge(shape, compiled.probe);
        let is_write = !shape.is_read();
        Self {
            // A merge asks something first. Rows without end could make an answer that is too large,
            // which undoes the write.
            guarded: is_write
                && (merge.is_some()
                    || steps.iter().any(|step| step.checked.is_some())
                    || (answer.is_some() && !writes_one_row(schema, shape))),
            several: is_write && !writes_one_row(schema, shape),
            frame: Frame::new(shape, &sql, header),
            follows: sequence::follows(schema, shape),
            draws: sequence::draws(schema, shape),
            merge,
            steps,
            count: compiled.count.map(|one| counting(shape, &one.text)),
        }
    }

    /// Whether what a plan writes may have to be undone although its statements succeeded, so that it
    /// takes a transaction and one more way to the server and back.
    pub(crate) fn is_guarded(&self, plan: &Plan) -> bool {
        self.guarded || plan.params.rows.len() > 1 || plan.terms != Terms::default()
    }

    /// Whether it may change several rows that are there, and so be in the way of another that does.
    pub(crate) fn writes_several(&self, plan: &Plan) -> bool {
        self.several || (self.merge.is_some() && plan.params.rows.len() > 1)
    }

    /// Every text, to be forgotten by a connection.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let counts = self.count.iter().flat_map(|count| std::iter::once(&count.exact).chain(&count.expected));
        let probe = self.merge.iter().map(|merge| &merge.probe);
        self.steps.iter().map(|step| &step.text).chain(counts).chain(probe)
    }
}

impl Step {
    fn new(statement: &Statement, answer: Option<Layout>, nested: &[Option<Nested>]) -> Self {
        let shown = statement.columns.columns.len();
        let key = shown + usize::from(statement.visible);
        let plan = if answer == Some(Layout::Csv) { RowPlan::lines } else { RowPlan::new };
        Self {
            text: Text::new(&statement.text),
            rows: plan(&statement.columns, nested),
            visible: statement.visible.then_some(shown),
            key: key..key + statement.key_columns,
            checked: statement.checked.then_some(key + statement.key_columns),
        }
    }
}

fn writes_one_row(schema: &Schema, shape: &Shape) -> bool {
    match shape {
        Shape::Read(_) | Shape::Insert(_) => true,
        Shape::Update(one) => names_one_row(schema, one.resource, &one.filter),
        Shape::Replace(one) => names_one_row(schema, one.update.resource, &one.update.filter),
        Shape::Delete(one) => names_one_row(schema, one.resource, &one.filter),
    }
}

fn counting(shape: &Shape, text: &str) -> Counting {
    let how = match shape {
        Shape::Read(read) => read.count,
        _ => Count::Exact,
    };
    // The rows themselves: of a count the server rightly expects one row.
    let rows = text.strip_prefix("SELECT count(*) FROM ").filter(|_| how != Count::Exact);
    let expected = rows.map(|rows| Text::new(&format!("EXPLAIN (FORMAT JSON) SELECT 1 FROM {rows}")));
    Counting { how, exact: Text::new(text), expected }
}

fn merge(shape: &Shape, probe: Option<String>) -> Option<Merge> {
    let Shape::Insert(insert) = shape else { return None };
    let may_be_refused = insert.conflict.as_ref()?.access != Predicate::Always;
    Some(Merge { probe: Text::new(&probe?), may_be_refused })
}
