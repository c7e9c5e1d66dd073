//! What a shape compiles to, made once and shared by every connection.
//!
//! The prepared statements themselves are kept by each connection, found by their text.
//!
//! Must not know: the values of a call, or which thread runs it.

use std::ops::Range;
use std::sync::Arc;

use roundtrip_query::plan::{Layout, Predicate, Terms};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::Schema;
use roundtrip_sql::{Sqlite, Statement};
use roundtrip_store::render::RowWriter;
use roundtrip_store::{Frame, Shapes};

use crate::lane::Lane;

/// The shapes that were compiled lately.
pub(crate) type Statements = Shapes<Prepared>;

/// A shape, ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// In the order in which they run.
    pub(crate) steps: Box<[Step]>,
    /// Counts all rows that match a read.
    pub(crate) count: Option<Box<str>>,
    /// Where a read runs.
    pub(crate) lane: Lane,
    /// What its answers have in common.
    pub(crate) frame: Frame,
    /// What a merge asks first.
    pub(crate) merge: Option<Merge>,
    /// Whether the shape alone says that what it writes may have to be undone.
    guarded: bool,
}

/// How a merge is watched.
#[derive(Debug)]
pub(crate) struct Merge {
    /// Asks whether the row is there already.
    pub(crate) probe: Box<str>,
    /// Whether a row that is there may be one that the caller may not change; then nothing is written.
    pub(crate) may_be_refused: bool,
}

/// One statement and what its result columns are.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) text: Box<str>,
    /// Gives the result columns of the row that `text` has written.
    pub(crate) read_back: Option<Box<str>>,
    pub(crate) writer: RowWriter,
    /// The columns that our own functions rendered, by position.
    pub(crate) rendered: Arc<[bool]>,
    /// The column that says whether the caller may read the row.
    pub(crate) visible: Option<usize>,
    /// The columns with the row's key.
    pub(crate) key: Range<usize>,
    /// The column that says whether the caller may write the row.
    pub(crate) checked: Option<usize>,
}

impl Prepared {
    pub(crate) fn new(schema: &Schema, shape: &Shape) -> Self {
        let compiled = roundtrip_sql::compile(schema, shape, &Sqlite);
        let both = |one: &'_ Statement| [Some(one.text.clone()), one.read_back.clone()];
        let texts = compiled.statements.iter().chain(&compiled.count).flat_map(both).flatten();
        let sql = texts.chain(compiled.probe.clone()).collect::<Vec<_>>().join("; ");
        let answer = roundtrip_store::layout(shape);
        let rendered: Arc<[bool]> = compiled.nested.iter().map(Option::is_some).collect();
        let step = |one| Step::new(one, answer, &rendered);
        let steps: Box<[Step]> = compiled.statements.into_iter().map(step).collect();
        let header = || steps.first().map(|step| step.writer.header()).unwrap_or_default();
        let one_row_at_most = matches!(shape, Shape::Insert(_));
        let several = answer == Some(Layout::Object) && !one_row_at_most;
        Self {
            guarded: several || steps.iter().any(|step| step.checked.is_some()),
            frame: Frame::new(shape, &sql, header),
            merge: merge(shape, compiled.probe),
            steps,
            count: compiled.count.map(|one| one.text.into()),
            lane: Lane::of(schema, shape),
        }
    }

    /// Whether what a plan writes may have to be undone although its statements succeeded.
    pub(crate) fn is_guarded(&self, plan: &Plan) -> bool {
        self.guarded || plan.params.rows.len() > 1 || plan.terms != Terms::default()
    }
}

impl Step {
    fn new(statement: Statement, answer: Option<Layout>, rendered: &Arc<[bool]>) -> Self {
        let Statement { role: _, text, lock: _, read_back, columns, visible, key_columns, checked } =
            statement;
        let shown = columns.columns.len();
        let key = shown + usize::from(visible);
        let writer = if answer == Some(Layout::Csv) { RowWriter::lines } else { RowWriter::new };
        Self {
            text: text.into(),
            read_back: read_back.map(Into::into),
            writer: writer(&columns),
            rendered: Arc::clone(rendered),
            visible: visible.then_some(shown),
            key: key..key + key_columns,
            checked: checked.then_some(key + key_columns),
        }
    }
}

fn merge(shape: &Shape, probe: Option<String>) -> Option<Merge> {
    let Shape::Insert(insert) = shape else { return None };
    let may_be_refused = insert.conflict.as_ref()?.access != Predicate::Always;
    Some(Merge { probe: probe?.into(), may_be_refused })
}
