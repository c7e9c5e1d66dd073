//! Conditions: predicates as SQL text. Must not know statements.

use roundtrip_query::plan::{Compare, Exists, Expr, Is, Predicate, Slot};
use roundtrip_schema::Form;

use crate::dialect::{Dialect, LetterCase, Sign};
use crate::expression::Value;
use crate::row::{Row, Select, Writer};

/// A condition as text, or one that needs none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Always,
    Never,
    /// A test that can stand beside `AND` and `OR` as it is.
    Test(String),
    /// Conditions joined by `AND`.
    Both(String),
    /// Conditions joined by `OR`.
    Either(String),
}

impl Condition {
    /// All hold. In SQL's logic too, one `Never` decides and an `Always` says nothing.
    pub(crate) fn all(list: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for one in list {
            match one {
                Self::Always => {}
                Self::Never => return Self::Never,
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Always,
            1 => kept.remove(0),
            _ => Self::Both(join(&kept, " AND ", |one| matches!(one, Self::Either(_)))),
        }
    }

    /// One holds.
    fn any(list: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for one in list {
            match one {
                Self::Always => return Self::Always,
                Self::Never => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Never,
            1 => kept.remove(0),
            // AND inside OR would need no parentheses, but whoever reads the text is glad of them.
            _ => Self::Either(join(&kept, " OR ", |one| matches!(one, Self::Both(_)))),
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Test(text) | Self::Both(text) | Self::Either(text) => Self::Test(format!("NOT ({text})")),
        }
    }

    /// ` WHERE …`, or nothing.
    pub(crate) fn clause(&self, dialect: &dyn Dialect) -> String {
        match self {
            Self::Always => String::new(),
            other => format!(" WHERE {}", other.text(dialect)),
        }
    }

    pub(crate) fn text(&self, dialect: &dyn Dialect) -> String {
        match self {
            Self::Always => dialect.constant(true).to_owned(),
            Self::Never => dialect.constant(false).to_owned(),
            Self::Test(text) | Self::Both(text) | Self::Either(text) => text.clone(),
        }
    }

    /// As a boolean value that is never null: what is unknown is not permitted.
    pub(crate) fn value(&self, dialect: &dyn Dialect) -> String {
        match self {
            Self::Always | Self::Never => self.text(dialect),
            Self::Test(text) | Self::Both(text) | Self::Either(text) => {
                dialect.is(&format!("({text})"), true)
            }
        }
    }
}

/// Conditions with a word between them, some of them between parentheses.
fn join(list: &[Condition], word: &str, apart: impl Fn(&Condition) -> bool) -> String {
    let part = |one: &Condition| match one {
        Condition::Always | Condition::Never => String::new(),
        Condition::Test(text) | Condition::Both(text) | Condition::Either(text) if apart(one) => {
            format!("({text})")
        }
        Condition::Test(text) | Condition::Both(text) | Condition::Either(text) => text.clone(),
    };
    list.iter().map(part).collect::<Vec<_>>().join(word)
}

impl Writer<'_> {
    /// What a predicate demands of a row.
    pub(crate) fn condition(&mut self, predicate: &Predicate, row: &Row<'_>) -> Condition {
        match predicate {
            Predicate::Always => Condition::Always,
            Predicate::Never => Condition::Never,
            Predicate::All(list) => Condition::all(self.conditions(list, row)),
            Predicate::Any(list) => Condition::any(self.conditions(list, row)),
            Predicate::Not(one) => self.condition(one, row).not(),
            Predicate::Compare { value, operator, slot } => {
                Condition::Test(self.compare(&self.value(row, value), *operator, *slot))
            }
            Predicate::In { value, slot } => {
                let (value, list) = (self.value(row, value), self.dialect.parameter(*slot));
                Condition::Test(self.dialect.in_list(value.operand(), &list))
            }
            Predicate::Is { value, test } => Condition::Test(self.is(row, value, *test)),
            Predicate::Exists(exists) => self.exists(exists, row),
        }
    }

    fn conditions(&mut self, list: &[Predicate], row: &Row<'_>) -> Vec<Condition> {
        list.iter().map(|one| self.condition(one, row)).collect()
    }

    fn compare(&self, value: &Value, operator: Compare, slot: Slot) -> String {
        let (dialect, parameter) = (self.dialect, self.dialect.parameter(slot));
        let value = value.operand();
        let compare = |sign| dialect.compare(value, sign, &parameter);
        match operator {
            Compare::Eq => compare(Sign::Equal),
            Compare::Neq => compare(Sign::Unequal),
            Compare::Gt => compare(Sign::Greater),
            Compare::Gte => compare(Sign::GreaterOrEqual),
            Compare::Lt => compare(Sign::Less),
            Compare::Lte => compare(Sign::LessOrEqual),
            Compare::Distinct => dialect.distinct(value, &parameter),
            Compare::Like => dialect.like(value, &parameter, LetterCase::Exact),
            Compare::Ilike => dialect.like(value, &parameter, LetterCase::Any),
            Compare::Match => dialect.matches(value, &parameter, LetterCase::Exact),
            Compare::Imatch => dialect.matches(value, &parameter, LetterCase::Any),
            Compare::Contains => dialect.contains(value, &parameter),
            Compare::ContainedBy => dialect.contained(value, &parameter),
            Compare::Overlaps => dialect.overlaps(value, &parameter),
            Compare::Range(range) => dialect.range(value, range, &parameter),
            Compare::Search(search) => dialect.search(value, &parameter, search),
        }
    }

    fn is(&self, row: &Row<'_>, expr: &Expr, test: Is) -> String {
        let Value { text, form, .. } = self.value(row, expr);
        // What is found inside JSON spells its booleans.
        let spelled = expr.as_field().is_none() && form != Form::Boolean;
        let truth = |wanted: bool| {
            if !spelled {
                return self.dialect.is(&text, wanted);
            }
            let equal = format!("{text} = {}", self.dialect.literal(if wanted { "true" } else { "false" }));
            self.dialect.is(&format!("({equal})"), true)
        };
        match test {
            Is::Null | Is::Unknown => format!("{text} IS NULL"),
            Is::NotNull => format!("{text} IS NOT NULL"),
            Is::True => truth(true),
            Is::False => truth(false),
        }
    }

    fn exists(&mut self, exists: &Exists, row: &Row<'_>) -> Condition {
        let Exists { link, resource, filter, access, junction_access } = exists;
        let related = self.related(link, *resource, junction_access, row);
        let wanted = [filter, access].map(|one| self.condition(one, &related.row));
        self.any_row(related.from, Condition::all(std::iter::once(related.condition).chain(wanted)))
    }

    /// Whether there is such a row.
    pub(crate) fn any_row(&self, from: String, condition: Condition) -> Condition {
        let columns = self.dialect.constant(true);
        let select = Select::new(columns, from, condition);
        Condition::Test(format!("EXISTS ({})", select.text(self.dialect)))
    }
}
