//! A step of a plan: what is done, in words and in SQL, and what it may cost.
//!
//! It must not know how a step came to be.

use std::fmt;

/// What a step may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// It takes moments however many rows there are, and loses nothing.
    Safe,
    /// It loses nothing, but reads or rewrites a whole table, or holds a lock while it does: on a large
    /// table others wait, or the disk is busy for long.
    Slow,
    /// Values or rows that are there now may be gone or changed afterwards.
    Destructive,
}

impl Risk {
    /// The word in plans and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Slow => "slow",
            Self::Destructive => "destructive",
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What kind of change a step makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Something new that no existing row has to be changed or asked for.
    Adds,
    /// A declared rename.
    Renames,
    /// Something that exists becomes different, or rows that exist are asked for something.
    Changes,
    /// Something goes.
    Removes,
}

/// Whether a step can share a transaction with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transaction {
    /// It can.
    Inside,
    /// It runs by itself: the database refuses it in a transaction, or would hold a lock for too long.
    Outside,
}

/// When a step runs, among those of all tables: what others build on comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    RenameTables,
    DropReferences,
    CreateTables,
    RenameColumns,
    Alter,
    AddReferences,
    /// What runs outside a transaction: indexes, and rows that are read.
    Build,
    /// References to keys that were built.
    AddLateReferences,
    BuildLate,
    /// What needs rows that were read.
    Settle,
    DropColumns,
    DropTables,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does: `add column products.price`.
    pub sentence: String,
    /// What is otherwise now, a line for each difference that the step ends.
    pub differences: Vec<String>,
    /// What to know before it is run.
    pub note: Option<String>,
    /// The SQL, in order, without semicolons at the end.
    pub statements: Vec<String>,
    /// What it may cost.
    pub risk: Risk,
    /// What kind of change it is.
    pub class: Class,
    /// Whether it can share a transaction.
    pub transaction: Transaction,
    pub(crate) phase: Phase,
}

impl Step {
    pub(crate) fn new(phase: Phase, class: Class, sentence: impl Into<String>, statement: String) -> Self {
        Self {
            sentence: sentence.into(),
            differences: Vec::new(),
            note: None,
            statements: vec![statement],
            risk: Risk::Safe,
            class,
            transaction: Transaction::Inside,
            phase,
        }
    }

    pub(crate) fn risk(mut self, risk: Risk) -> Self {
        self.risk = risk;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    pub(crate) fn outside(mut self) -> Self {
        self.transaction = Transaction::Outside;
        self
    }

    pub(crate) fn then(mut self, statement: impl Into<String>) -> Self {
        self.statements.push(statement.into());
        self
    }

    pub(crate) fn because(mut self, differences: &[String]) -> Self {
        self.differences = differences.to_vec();
        self
    }
}

/// What it takes to get from one structure to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// In the order in which they have to run.
    pub steps: Vec<Step>,
    /// Differences that no step can end; a person has to.
    pub obstacles: Vec<String>,
    /// Tables and views that no file describes and that are left alone.
    pub kept: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.obstacles.is_empty()
    }

    /// The greatest risk of its steps.
    pub fn risk(&self) -> Risk {
        self.steps.iter().map(|step| step.risk).max().unwrap_or(Risk::Safe)
    }

    /// Every statement, in order.
    pub fn statements(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| step.statements.iter().map(String::as_str))
    }

    /// What is otherwise, a line each; what no step can end comes last.
    pub fn differences(&self) -> Vec<String> {
        let known = self.steps.iter().flat_map(|step| step.differences.iter());
        let mut lines: Vec<String> = Vec::new();
        for line in known.chain(&self.obstacles) {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
        lines
    }

    /// What stands in the way of bringing a database there by additions and renames alone.
    pub fn beyond_additions(&self) -> Vec<String> {
        let changing =
            self.steps.iter().filter(|step| !matches!(step.class, Class::Adds | Class::Renames)).cloned();
        Self { steps: changing.collect(), obstacles: self.obstacles.clone(), kept: Vec::new() }.differences()
    }
}
