//! What a shape compiles to, made once and shared by every connection.
//!
//! The prepared statements themselves are kept by each connection, found by the number of their text.
//!
//! Must not know: the values of a call, or which connection runs it.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use roundtrip_query::plan::{Count, Layout, Predicate, Scope, Terms};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::Schema;
use roundtrip_sql::{Dialect, Nested, Role, Statement};
use rustc_hash::FxHashMap;

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

/// A shape, ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// In the order in which they run.
    pub(crate) steps: Box<[Step]>,
    /// Counts all rows that match a read.
    pub(crate) count: Option<Counting>,
    /// All of the SQL, for the journey.
    pub(crate) sql: Arc<str>,
    /// How the rows are laid out; `None` where none are answered.
    pub(crate) answer: Option<Layout>,
    /// What stands above the rows; empty but for lines of values.
    pub(crate) header: Box<[u8]>,
    /// What a merge asks first.
    pub(crate) merge: Option<Merge>,
    /// What follows a write that gives keys which are otherwise handed out.
    pub(crate) follows: Option<String>,
    /// Whether the shape alone says that what it writes may have to be undone.
    guarded: bool,
    /// The bytes of a recent answer: the room that the next one gets at first.
    size: AtomicUsize,
    /// The cache finds the schema by its address, which is nobody else's as long as it is held here.
    schema: Arc<Schema>,
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
    pub(crate) role: Role,
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
    pub(crate) fn new(schema: &Arc<Schema>, shape: &Shape, dialect: &dyn Dialect) -> Self {
        let compiled = roundtrip_sql::compile(schema, shape, dialect);
        let texts = compiled.statements.iter().chain(&compiled.count).map(|one| one.text.clone());
        let sql = texts.chain(compiled.probe.clone()).collect::<Vec<_>>().join("; ").into();
        let answer = returned(shape).map(|_| layout(shape));
        let step = |one| Step::new(one, answer, &compiled.nested);
        let steps: Box<[Step]> = compiled.statements.iter().map(step).collect();
        let merge = merge(shape, compiled.probe);
        let is_write = !shape.is_read();
        Self {
            // A merge asks something first. Rows without end could make an answer that is too large,
            // which undoes the write.
            guarded: is_write
                && (merge.is_some()
                    || steps.iter().any(|step| step.checked.is_some())
                    || (answer.is_some() && !writes_one_row(schema, shape))),
            header: header(answer, &steps),
            follows: sequence::follows(schema, shape),
            merge,
            steps,
            count: compiled.count.map(|one| counting(shape, &one.text)),
            sql,
            answer,
            size: AtomicUsize::new(64),
            schema: Arc::clone(schema),
        }
    }

    /// Whether what a plan writes may have to be undone although its statements succeeded, so that it
    /// takes a transaction and one more way to the server and back.
    pub(crate) fn is_guarded(&self, plan: &Plan) -> bool {
        self.guarded || plan.params.rows.len() > 1 || plan.terms != Terms::default()
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        self.steps.first().is_some_and(|step| step.role == Role::Read)
    }

    /// Every text, to be forgotten by a connection.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let counts = self.count.iter().flat_map(|count| std::iter::once(&count.exact).chain(&count.expected));
        let probe = self.merge.iter().map(|merge| &merge.probe);
        self.steps.iter().map(|step| &step.text).chain(counts).chain(probe)
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
    fn new(statement: &Statement, answer: Option<Layout>, nested: &[Option<Nested>]) -> Self {
        let shown = statement.columns.columns.len();
        let key = shown + usize::from(statement.visible);
        let plan = if answer == Some(Layout::Csv) { RowPlan::lines } else { RowPlan::new };
        Self {
            role: statement.role,
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

fn header(answer: Option<Layout>, steps: &[Step]) -> Box<[u8]> {
    let lines = steps.first().filter(|_| answer == Some(Layout::Csv));
    lines.map(|step| step.rows.header()).unwrap_or_default().into()
}

fn merge(shape: &Shape, probe: Option<String>) -> Option<Merge> {
    let Shape::Insert(insert) = shape else { return None };
    let may_be_refused = insert.conflict.as_ref()?.access != Predicate::Always;
    Some(Merge { probe: Text::new(&probe?), may_be_refused })
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
    /// a plan whose maker keeps its shape is found without a look at the shape. The schema is that of
    /// the shape's maker, too.
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
    pub(crate) fn of(&self, plan: &Plan, dialect: &dyn Dialect) -> Arc<Prepared> {
        let address = Arc::as_ptr(&plan.schema).addr();
        let find = |shapes: &Shapes| shapes.get(&address)?.get(&plan.shape).cloned();
        // Entries are only added or dropped as a whole, so the maps are sound whoever panicked.
        let known = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, prepared)) = known.held.get(&Arc::as_ptr(&plan.shape).addr())
            && Arc::as_ptr(&prepared.schema).addr() == address
        {
            return Arc::clone(prepared);
        }
        if let Some(prepared) = find(&known.young) {
            return prepared;
        }
        let aged = find(&known.old);
        drop(known);
        let prepared = aged.unwrap_or_else(|| Arc::new(Prepared::new(&plan.schema, &plan.shape, dialect)));
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
        let shapes = generations.young.entry(address).or_default();
        if shapes.insert(Arc::clone(shape), Arc::clone(prepared)).is_none() {
            generations.young_size += 1;
        }
        generations.held.insert(Arc::as_ptr(shape).addr(), (Arc::clone(shape), Arc::clone(prepared)));
    }
}
