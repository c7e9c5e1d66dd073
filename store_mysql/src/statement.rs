//! What a shape compiles to, made once and shared by every connection.
//!
//! The prepared statements themselves are kept by each connection, found by their text.
//!
//! Must not know: the values of a call, connections.

use std::ops::Range;
use std::sync::Arc;

use roundtrip_query::plan::{Layout, Predicate, Resolution, Terms};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{FieldId, Form, Schema};
use roundtrip_sql::{Compiled, MySql, Nested, Role, Statement};
use roundtrip_store::render::RowWriter;
use roundtrip_store::{Frame, Shapes};

use crate::cell::nested::Tree;
use crate::text::Text;

/// The shapes that were compiled lately.
pub(crate) type Statements = Shapes<Prepared>;

/// A shape, ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// In the order in which they run.
    pub(crate) steps: Box<[Step]>,
    /// Counts all rows that match a read.
    pub(crate) count: Option<Text>,
    /// What its answers have in common.
    pub(crate) frame: Frame,
    /// What is asked first where a row may be there already.
    pub(crate) merge: Option<Merge>,
    /// How the values of a row of parameters are kept.
    pub(crate) written: Box<[Storage]>,
    /// Whether the shape alone says that a write takes more than its one statement.
    guarded: bool,
}

/// How a row that may be there already is looked after.
#[derive(Debug)]
pub(crate) struct Merge {
    /// Asks whether the row is there, and keeps others from it until the transaction ends.
    pub(crate) probe: Text,
    /// Whether a row that is there may be one that the caller may not change; then nothing is written.
    pub(crate) may_be_refused: bool,
}

/// One statement and what its result columns are.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) role: Role,
    pub(crate) text: Text,
    /// Runs first, and keeps others from the rows: it gives the keys of those that an update will
    /// change, or the answer of a deletion.
    pub(crate) lock: Option<Text>,
    /// Gives the result columns of a row that was written.
    pub(crate) read_back: Option<Text>,
    pub(crate) writer: RowWriter,
    /// What is in the columns of the answer.
    pub(crate) columns: Arc<[Column]>,
    /// The column that says whether the caller may read the row.
    pub(crate) visible: Option<usize>,
    /// The columns with the row's key.
    pub(crate) key: Range<usize>,
    /// The column that says whether the caller may write the row.
    pub(crate) checked: Option<usize>,
}

/// A column of an answer.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) form: Form,
    /// The rows inside it.
    pub(crate) tree: Option<Tree>,
}

impl Prepared {
    pub(crate) fn new(schema: &Schema, shape: &Shape) -> Self {
        let Compiled { statements, count, probe, nested } = roundtrip_sql::compile(schema, shape, &MySql);
        let texts = |one: &Statement| [one.lock.clone(), Some(one.text.clone()), one.read_back.clone()];
        let sql = probe.clone().into_iter().chain(statements.iter().chain(&count).flat_map(texts).flatten());
        let sql = sql.collect::<Vec<_>>().join("; ");
        let answer = roundtrip_store::layout(shape);
        let columns = statements.first().map(|first| columns(first, &nested)).unwrap_or_default();
        let tells_key = tells_key(schema, shape);
        let step = |one: Statement| {
            // The server tells such a key without being asked.
            let read_back = one.read_back.filter(|_| !tells_key);
            Step::new(Statement { read_back, ..one }, answer, &columns)
        };
        let steps: Box<[Step]> = statements.into_iter().map(step).collect();
        let header = || steps.first().map(|step| step.writer.header()).unwrap_or_default();
        let one_row_at_most = matches!(shape, Shape::Insert(_));
        let several = answer == Some(Layout::Object) && !one_row_at_most;
        let is_more = |step: &Step| step.lock.is_some() || step.read_back.is_some() || step.checked.is_some();
        Self {
            guarded: several || steps.len() > 1 || probe.is_some() || steps.iter().any(is_more),
            frame: Frame::new(shape, &sql, header),
            merge: merge(shape, probe),
            written: written(schema, shape),
            steps,
            count: count.map(|one| Text::new(&one.text)),
        }
    }

    /// Whether a plan takes a transaction, since it runs several statements or may have to be undone
    /// although they succeeded.
    pub(crate) fn is_guarded(&self, plan: &Plan) -> bool {
        self.guarded || plan.params.rows.len() > 1 || plan.terms != Terms::default()
    }

    /// Whether a row that somebody else adds meanwhile turns the write into another one.
    pub(crate) fn finds_or_adds(&self) -> bool {
        self.merge.is_some() || self.steps.len() > 1
    }
}

/// How a text calls the key that was handed out for a row. The server's answer to the insert is asked in
/// its place: the function keeps the key of an earlier row where a trigger sets the one of this.
const LAST_INSERTED: &str = "LAST_INSERT_ID()";

impl Step {
    fn new(statement: Statement, answer: Option<Layout>, shared: &Arc<[Column]>) -> Self {
        let Statement { role, text, lock, read_back, columns, visible, key_columns, checked } = statement;
        let shown = columns.columns.len();
        let key = shown + usize::from(visible);
        let writer = if answer == Some(Layout::Csv) { RowWriter::lines } else { RowWriter::new };
        let text_of = |text: String| Text::new(&text);
        Self {
            role,
            text: text_of(text),
            lock: lock.map(text_of),
            read_back: read_back.map(|text| text_of(text.replace(LAST_INSERTED, "?k0"))),
            writer: writer(&columns),
            columns: Arc::clone(shared),
            visible: visible.then_some(shown),
            key: key..key + key_columns,
            checked: checked.then_some(key + key_columns),
        }
    }

    /// Whether a column of the answer holds rows.
    pub(crate) fn embeds(&self) -> bool {
        self.columns.iter().any(|column| column.tree.is_some())
    }
}

/// What is in the columns of an answer; all statements answer the same.
fn columns(statement: &Statement, nested: &[Option<Nested>]) -> Arc<[Column]> {
    let trees = nested.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let column = |((_, form), nested): (&(Box<str>, Form), Option<&Nested>)| Column {
        form: *form,
        tree: nested.map(Tree::new),
    };
    statement.columns.columns.iter().zip(trees).map(column).collect()
}

fn merge(shape: &Shape, probe: Option<String>) -> Option<Merge> {
    let Shape::Insert(insert) = shape else { return None };
    let conflict = insert.conflict.as_ref()?;
    let changes = conflict.resolution == Resolution::Merge;
    let may_be_refused = changes && conflict.access != Predicate::Always;
    Some(Merge { probe: Text::new(&probe?), may_be_refused })
}

/// Whether an insert asks nothing of its row but its key, and the server hands that out.
fn tells_key(schema: &Schema, shape: &Shape) -> bool {
    let Shape::Insert(insert) = shape else { return false };
    let resource = schema.resource(insert.resource);
    let [key] = resource.primary_key[..] else { return false };
    let asked = insert.returning.is_some() || insert.conflict.is_some() || insert.check != Predicate::Always;
    let given = insert.columns.contains(&key);
    !asked && !given && resource.generated_key && resource.field(key).ty.storage() == Storage::Integer
}

/// How the values of a row of parameters are kept, in the order of their slots.
fn written(schema: &Schema, shape: &Shape) -> Box<[Storage]> {
    let columns: &[FieldId] = match shape {
        Shape::Read(_) | Shape::Delete(_) => &[],
        Shape::Insert(one) => &one.columns,
        Shape::Update(one) => &one.columns,
        Shape::Replace(one) => one.insert.as_ref().map_or(&one.update.columns, |insert| &insert.columns),
    };
    let resource = schema.resource(shape.resource());
    columns.iter().map(|id| resource.field(*id).ty.storage()).collect()
}
