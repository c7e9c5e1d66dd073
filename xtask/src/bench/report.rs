//! The table at the end: medians per scenario and the ratio of the two servers. It must not measure.

use std::fmt;

use super::load::Measure;
use super::server::Rival;

/// All scenarios that were measured.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

/// All rounds of one scenario.
pub(crate) struct Row {
    scenario: &'static str,
    roundtrip: Vec<Measure>,
    baseline: Vec<Measure>,
}

impl Row {
    pub(crate) fn new(scenario: &'static str) -> Self {
        Self { scenario, roundtrip: Vec::new(), baseline: Vec::new() }
    }

    pub(crate) fn add(&mut self, rival: Rival, measure: Measure) {
        match rival {
            Rival::Roundtrip => self.roundtrip.push(measure),
            Rival::Baseline => self.baseline.push(measure),
        }
    }

    /// Not the ratio of the medians: a machine that slows down for a minute slows both servers of a round.
    fn ratio(&self) -> Option<f64> {
        let rounds = self.roundtrip.iter().zip(&self.baseline);
        median(rounds.map(|(ours, theirs)| ours.requests_per_second / theirs.requests_per_second))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<11} |{:^36}|{:^36}|", "", "roundtrip", "baseline")?;
        writeln!(out, "{:<11} |{HEADINGS}|{HEADINGS}| {:>5}", "scenario", "ratio")?;
        for row in &self.rows {
            let ratio = cell(row.ratio(), 2);
            let (ours, theirs) = (cells(&row.roundtrip), cells(&row.baseline));
            writeln!(out, "{:<11} |{ours}|{theirs}| {ratio:>5}", row.scenario)?;
        }
        Ok(())
    }
}

const HEADINGS: &str = "     req/s     p50 ms      p99 ms   ";

fn cells(measures: &[Measure]) -> String {
    let of = |part: fn(&Measure) -> f64| median(measures.iter().map(part));
    let rate = cell(of(|measure| measure.requests_per_second), 0);
    let p50 = cell(of(|measure| measure.p50_us / 1_000.0), 2);
    let p99 = cell(of(|measure| measure.p99_us / 1_000.0), 2);
    format!("{rate:>10} {p50:>10}  {p99:>10}   ")
}

/// A figure, or a dash where there is none.
pub(crate) fn cell(number: Option<f64>, decimals: usize) -> String {
    number.map_or("-".into(), |number| format!("{number:.decimals$}"))
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<_> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(requests_per_second: f64) -> Measure {
        Measure { requests_per_second, p50_us: 500.0, p99_us: 2_000.0 }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn the_ratio_compares_servers_within_a_round() {
        let mut row = Row::new("read-by-id");
        for (ours, theirs) in [(90.0, 100.0), (45.0, 50.0), (8.0, 10.0)] {
            row.add(Rival::Roundtrip, measure(ours));
            row.add(Rival::Baseline, measure(theirs));
        }
        assert_eq!(row.ratio(), Some(0.9));
    }

    #[test]
    fn a_server_that_was_not_measured_shows_a_dash() {
        let mut row = Row::new("hello");
        row.add(Rival::Baseline, measure(1_000.0));
        let text = Report { rows: vec![row] }.to_string();
        let line = text.lines().last().unwrap();
        let cells: Vec<_> = line.split(['|', ' ']).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells, ["hello", "-", "-", "-", "1000", "0.50", "2.00", "-"]);
    }
}
