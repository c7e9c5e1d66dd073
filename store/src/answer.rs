//! What a plan answers, from its first row to its end; the same for every database.
//!
//! Must not know: where rows come from, how a statement is run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use roundtrip_query::Shape;
use roundtrip_query::plan::{Layout, Scope};

use crate::breach::Breach;
use crate::render::Body;
use crate::rows::Rows;

/// What all answers of a shape have in common.
#[derive(Debug)]
pub struct Frame {
    sql: Arc<str>,
    layout: Option<Layout>,
    header: Box<[u8]>,
    is_read: bool,
    /// The bytes of a recent answer: the room that the next one gets at first.
    size: AtomicUsize,
}

impl Frame {
    /// The frame of a shape that runs as this SQL. `header` gives the names above lines of values.
    pub fn new(shape: &Shape, sql: &str, header: impl FnOnce() -> Vec<u8>) -> Self {
        let layout = layout(shape);
        let header = if layout == Some(Layout::Csv) { header() } else { Vec::new() };
        let (sql, is_read) = (sql.into(), shape.is_read());
        Self { sql, layout, header: header.into(), is_read, size: AtomicUsize::new(64) }
    }

    /// Whether the shape changes nothing.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Remembers how large an answer was: a little more than the last, so that most never grow.
    fn learn_size(&self, size: usize) {
        let room = (size + size / 8 + 16).min(1 << 20);
        if self.size.load(Ordering::Relaxed) != room {
            self.size.store(room, Ordering::Relaxed);
        }
    }
}

/// How the rows of a shape's answers are laid out; `None` where none are answered.
pub fn layout(shape: &Shape) -> Option<Layout> {
    let one = |returning: &Option<Scope>, layout| returning.as_ref().map(|_| layout);
    match shape {
        // How the database would read has an answer of its own, whatever the rows would be.
        Shape::Read(read) => Some(if read.explain { Layout::Array } else { read.layout }),
        Shape::Insert(insert) => one(&insert.returning, insert.layout),
        Shape::Update(update) => one(&update.returning, update.layout),
        Shape::Replace(replace) => one(&replace.update.returning, replace.update.layout),
        Shape::Delete(delete) => one(&delete.returning, delete.layout),
    }
}

/// What the statements of a plan have answered so far.
#[derive(Debug)]
pub struct Answer {
    /// How many rows were found or written.
    pub rows: u64,
    /// The key of the one row that was created.
    pub location: Option<Vec<String>>,
    body: Option<Body>,
    /// Rows beyond the one that was asked for.
    surplus: u64,
    limit_bytes: usize,
}

impl Answer {
    /// Nothing yet, and at most so many bytes.
    pub fn new(frame: &Frame, limit_bytes: usize) -> Self {
        let mut body = frame.layout.map(|layout| Body::new(layout, frame.size.load(Ordering::Relaxed)));
        if let Some(body) = body.as_mut().filter(|_| !frame.header.is_empty()) {
            body.header(&frame.header);
        }
        Self { rows: 0, location: None, body, surplus: 0, limit_bytes }
    }

    /// Takes a row that `write` appends, where rows are answered at all.
    ///
    /// # Errors
    /// Those of `write`, and [`Breach::TooLarge`].
    #[inline]
    pub fn row<E: From<Breach>>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(body) = &mut self.body else { return Ok(()) };
        let Ok(out) = body.row() else {
            // Not an error yet: the caller is told how many there are.
            self.surplus += 1;
            return Ok(());
        };
        write(out)?;
        if body.size() > self.limit_bytes {
            return Err(Breach::TooLarge(self.limit_bytes).into());
        }
        Ok(())
    }

    /// All of it.
    ///
    /// # Errors
    /// [`Breach::NotOne`] where one row was to be answered and there were several.
    pub fn finish(self, frame: &Frame, created: bool) -> Result<Rows, Breach> {
        if self.surplus > 0 {
            return Err(Breach::NotOne(self.surplus + 1));
        }
        let count = self.body.as_ref().map_or(self.rows, Body::rows);
        let body = self.body.map_or_else(Vec::new, Body::finish);
        if !body.is_empty() {
            frame.learn_size(body.len());
        }
        Ok(Rows {
            body,
            count,
            written: if frame.is_read { 0 } else { self.rows },
            created,
            location: self.location,
            sql: Some(Arc::clone(&frame.sql)),
            ..Rows::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use roundtrip_query::plan::{Predicate, ReadShape, UpdateShape};
    use roundtrip_schema::ResourceId;

    use super::*;

    fn read(layout: Layout, explain: bool) -> Shape {
        Shape::Read(ReadShape { layout, explain, ..ReadShape::rows(Scope::of(ResourceId::new(0))) })
    }

    fn update(returning: Option<Scope>, layout: Layout) -> Shape {
        let (filter, access, check) = (Predicate::Always, Predicate::Always, Predicate::Always);
        let (resource, columns) = (ResourceId::new(0), Vec::new());
        Shape::Update(UpdateShape { resource, columns, filter, access, check, returning, layout })
    }

    /// The answer of a shape to so many rows, in at most 12 bytes.
    fn answer(shape: &Shape, rows: u64) -> Result<(String, u64, u64), Breach> {
        let frame = Frame::new(shape, "SELECT 1", || b"id".to_vec());
        let mut answer = Answer::new(&frame, 12);
        for _ in 0..rows {
            answer.rows += 1;
            answer.row(|out| {
                out.extend_from_slice(b"{}");
                Ok::<_, Breach>(())
            })?;
        }
        let rows = answer.finish(&frame, false)?;
        assert_eq!(rows.sql.as_deref(), Some("SELECT 1"));
        Ok((String::from_utf8(rows.body).unwrap(), rows.count, rows.written))
    }

    #[test]
    fn rows_are_answered_as_the_shape_says() {
        let returned = Some(Scope::of(ResourceId::new(0)));
        for (shape, rows, body, counted) in [
            (read(Layout::Array, false), 2, "[{},{}]", (2, 0)),
            (read(Layout::Object, false), 1, "{}", (1, 0)),
            (read(Layout::Csv, false), 1, "id\n{}", (1, 0)),
            (read(Layout::Csv, true), 1, "[{}]", (1, 0)),
            (update(None, Layout::Array), 3, "", (3, 3)),
            (update(returned.clone(), Layout::Array), 3, "[{},{},{}]", (3, 3)),
            (update(returned, Layout::Object), 0, "", (0, 0)),
        ] {
            assert_eq!(answer(&shape, rows), Ok((body.to_owned(), counted.0, counted.1)), "{shape:?}");
        }
    }

    #[test]
    fn several_rows_and_large_answers_are_refused() {
        assert_eq!(answer(&read(Layout::Object, false), 3), Err(Breach::NotOne(3)));
        assert_eq!(answer(&read(Layout::Array, false), 5), Err(Breach::TooLarge(12)));
    }

    #[test]
    fn answers_get_the_room_of_those_before() {
        let frame = Frame::new(&read(Layout::Array, false), "", Vec::new);
        frame.learn_size(800);
        assert_eq!(frame.size.load(Ordering::Relaxed), 916);
        frame.learn_size(usize::MAX / 2);
        assert_eq!(frame.size.load(Ordering::Relaxed), 1 << 20);
    }
}
