//! What a shape compiles to, made once and shared by every connection.
//!
//! The prepared statements themselves are kept by each connection, found by their text.
//!
//! Must not know: the values of a call, or which thread runs it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use roundtrip_query::plan::{Layout, Predicate, Scope, Terms};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::Schema;
use roundtrip_sql::{Role, Sqlite, Statement};
use roundtrip_store::render::RowWriter;
use rustc_hash::FxHashMap;

use crate::lane::Lane;

/// A shape, ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// In the order in which they run.
    pub(crate) steps: Box<[Step]>,
    /// Counts all rows that match a read.
    pub(crate) count: Option<Box<str>>,
    /// All of the SQL, for the journey.
    pub(crate) sql: Arc<str>,
    /// Where a read runs.
    pub(crate) lane: Lane,
    /// How the rows are laid out; `None` where none are answered.
    pub(crate) answer: Option<Layout>,
    /// What stands above the rows; empty but for lines of values.
    pub(crate) header: Box<[u8]>,
    /// What a merge asks first.
    pub(crate) merge: Option<Merge>,
    /// Whether the shape alone says that what it writes may have to be undone.
    guarded: bool,
    /// The bytes of a recent answer: the room that the next one gets at first.
    size: AtomicUsize,
    /// The cache finds the schema by its address, which is nobody else's as long as it is held here.
    schema: Arc<Schema>,
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
    pub(crate) role: Role,
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
    pub(crate) fn new(schema: &Arc<Schema>, shape: &Shape) -> Self {
        let compiled = roundtrip_sql::compile(schema, shape, &Sqlite);
        let both = |one: &'_ Statement| [Some(one.text.clone()), one.read_back.clone()];
        let texts = compiled.statements.iter().chain(&compiled.count).flat_map(both).flatten();
        let sql = texts.chain(compiled.probe.clone()).collect::<Vec<_>>().join("; ").into();
        let answer = returned(shape).map(|_| layout(shape));
        let rendered: Arc<[bool]> = compiled.nested.iter().map(Option::is_some).collect();
        let step = |one| Step::new(one, answer, &rendered);
        let steps: Box<[Step]> = compiled.statements.into_iter().map(step).collect();
        let one_row_at_most = matches!(shape, Shape::Insert(_));
        let several = answer == Some(Layout::Object) && !one_row_at_most;
        Self {
            guarded: several || steps.iter().any(|step| step.checked.is_some()),
            header: header(answer, &steps),
            merge: merge(shape, compiled.probe),
            steps,
            count: compiled.count.map(|one| one.text.into()),
            sql,
            lane: Lane::of(schema, shape),
            answer,
            size: AtomicUsize::new(64),
            schema: Arc::clone(schema),
        }
    }

    /// Whether what a plan writes may have to be undone although its statements succeeded.
    pub(crate) fn is_guarded(&self, plan: &Plan) -> bool {
        self.guarded || plan.params.rows.len() > 1 || plan.terms != Terms::default()
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        self.steps.first().is_some_and(|step| step.role == Role::Read)
    }

    /// How much room an answer gets at first.
    pub(crate) fn expected_size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// Remembers how large an answer was: a little more than the last, so that most never grow.
    pub(crate) fn learn_size(&self, size: usize) {
        let room = (size + size / 8 + 16).min(1 << 20);
        if self.size.load(Ordering::Relaxed) != room {
            self.size.store(room, Ordering::Relaxed);
        }
    }
}

impl Step {
    fn new(statement: Statement, answer: Option<Layout>, rendered: &Arc<[bool]>) -> Self {
        let Statement { role, text, lock: _, read_back, columns, visible, key_columns, checked } = statement;
        let shown = columns.columns.len();
        let key = shown + usize::from(visible);
        let writer = if answer == Some(Layout::Csv) { RowWriter::lines } else { RowWriter::new };
        Self {
            role,
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

fn header(answer: Option<Layout>, steps: &[Step]) -> Box<[u8]> {
    let lines = steps.first().filter(|_| answer == Some(Layout::Csv));
    lines.map(|step| step.writer.header()).unwrap_or_default().into()
}

fn merge(shape: &Shape, probe: Option<String>) -> Option<Merge> {
    let Shape::Insert(insert) = shape else { return None };
    let may_be_refused = insert.conflict.as_ref()?.access != Predicate::Always;
    Some(Merge { probe: probe?.into(), may_be_refused })
}

/// The scope of the rows that are answered.
fn returned(shape: &Shape) -> Option<&Scope> {
    match shape {
        Shape::Read(one) => Some(&one.scope),
        Shape::Insert(one) => one.returning.as_ref(),
        Shape::Update(one) => one.returning.as_ref(),
        Shape::Replace(one) => one.update.returning.as_ref(),
        Shape::Delete(one) => one.returning.as_ref(),
    }
}

fn layout(shape: &Shape) -> Layout {
    match shape {
        // How the database would read has an answer of its own, whatever the rows would be.
        Shape::Read(one) if one.explain => Layout::Array,
        Shape::Read(one) => one.layout,
        Shape::Insert(one) => one.layout,
        Shape::Update(one) => one.layout,
        Shape::Replace(one) => one.update.layout,
        Shape::Delete(one) => one.layout,
    }
}

/// The shapes that were compiled lately.
///
/// Two generations: a full young one becomes the old one, and what is asked for again moves back.
/// Not a list in order of use: then every read would have to write to it.
pub(crate) struct Statements {
    generations: RwLock<Generations>,
    capacity: usize,
}

#[derive(Default)]
struct Generations {
    young: Shapes,
    young_size: usize,
    old: Shapes,
    /// The young ones by the address of the shape, which is nobody else's as long as it is held here:
    /// a plan whose maker keeps its shape is found without a look at the shape.
    held: FxHashMap<usize, (Arc<Shape>, Arc<Prepared>)>,
}

/// By the schema's address, then by shape: looking up copies nothing.
type Shapes = FxHashMap<usize, FxHashMap<Arc<Shape>, Arc<Prepared>>>;

impl Statements {
    /// A cache of about so many shapes.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { generations: RwLock::default(), capacity: (capacity / 2).max(1) }
    }

    /// The plan's shape, compiled if it is new.
    pub(crate) fn of(&self, plan: &Plan) -> Arc<Prepared> {
        let address = Arc::as_ptr(&plan.schema).addr();
        let find = |shapes: &Shapes| shapes.get(&address)?.get(&plan.shape).cloned();
        // Entries are only added or dropped as a whole, so the maps are sound whoever panicked.
        let known = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, prepared)) = known.held.get(&Arc::as_ptr(&plan.shape).addr()) {
            return Arc::clone(prepared);
        }
        if let Some(prepared) = find(&known.young) {
            return prepared;
        }
        let aged = find(&known.old);
        drop(known);
        let prepared = aged.unwrap_or_else(|| Arc::new(Prepared::new(&plan.schema, &plan.shape)));
        self.keep(address, &plan.shape, &prepared);
        prepared
    }

    fn keep(&self, address: usize, shape: &Arc<Shape>, prepared: &Arc<Prepared>) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        if generations.young_size >= self.capacity {
            generations.old = std::mem::take(&mut generations.young);
            generations.young_size = 0;
            generations.held.clear();
        }
        debug_assert_eq!(Arc::as_ptr(&prepared.schema).addr(), address);
        let shapes = generations.young.entry(address).or_default();
        if shapes.insert(Arc::clone(shape), Arc::clone(prepared)).is_none() {
            generations.young_size += 1;
        }
        generations.held.insert(Arc::as_ptr(shape).addr(), (Arc::clone(shape), Arc::clone(prepared)));
    }
}
