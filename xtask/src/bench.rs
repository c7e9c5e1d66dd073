//! `cargo xtask bench`: Roundtrip's release binary and a hand-written server (`bench/`), under the same load, on the
//! same rows in the same kind of database, in turns. Figures of one machine mean little; the ratio of two servers on
//! it, taken in turns, means a lot. It must not know how either server works inside.

mod database;
mod footprint;
mod load;
mod report;
mod scenario;
mod server;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::{tool, tree};
use database::{Kind, Source};
use footprint::Footprint;
use load::Load;
use report::{Report, Row};
use scenario::{SCENARIOS, Scenario};
use server::{Profile, Rival, Server};

/// Answers that nobody counts, so that caches are filled and threads are up.
const WARM_UP_SECONDS: u32 = 1;

/// Flags of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// The database that both servers stand on; a server is found as the test command finds it
    #[arg(long, value_enum, default_value_t)]
    database: Kind,
    /// How long one measurement lasts
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// How many times the servers take turns; the table shows medians
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Measure this scenario only; may be given several times
    #[arg(long, value_name = "SCENARIO", value_parser = scenario::names())]
    only: Vec<String>,
    /// Measure the hand-written server alone, to know the machine
    #[arg(long)]
    baseline_only: bool,
    /// Measure debug builds, to try this command: the figures mean nothing
    #[arg(long)]
    debug: bool,
}

impl Options {
    fn profile(&self) -> Profile {
        if self.debug { Profile::Debug } else { Profile::Release }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// Whether the servers are looked at before anybody calls them.
    fn wants_footprint(&self) -> anyhow::Result<bool> {
        // What stands on a server of its own is not in the figures of the one in front of it.
        if self.database == Kind::Sqlite {
            return Ok(self.wants(footprint::NAME));
        }
        if self.only.iter().any(|only| only == footprint::NAME) {
            bail!("{} is measured with sqlite only: leave out --database", footprint::NAME);
        }
        Ok(false)
    }
}

/// Builds both servers, measures every chosen scenario, prints the table.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let wants_footprint = options.wants_footprint()?;
    tool::provide(tool::FOR_BENCH)?;
    let rivals: &[Rival] =
        if options.baseline_only { &[Rival::Baseline] } else { &[Rival::Roundtrip, Rival::Baseline] };
    build(rivals, options.profile())?;
    let bench = Bench::prepare(options)?;
    println!("  on {}", bench.source.version);
    if wants_footprint {
        println!("\n{}: medians of {} starts", footprint::NAME, options.rounds);
        for rival in rivals {
            println!("  {}", bench.footprint(*rival)?);
        }
        println!("  the baseline's program holds the drivers of all three databases");
    }
    let mut report = Report::default();
    for scenario in SCENARIOS.iter().filter(|scenario| options.wants(scenario.name)) {
        report.rows.push(bench.measure(scenario, rivals)?);
    }
    if report.rows.is_empty() {
        return Ok(());
    }
    println!("\n{report}");
    println!("database: {}", bench.source.version);
    println!("baseline: axum and {}", options.database.driver());
    println!("medians of {} rounds of {} s, in turns, over loopback", options.rounds, options.seconds);
    println!("ratio: median over the rounds of roundtrip's rate / the baseline's rate in the same round");
    if options.profile() == Profile::Debug {
        println!("these were debug builds: the figures mean nothing");
    }
    Ok(())
}

fn build(rivals: &[Rival], profile: Profile) -> anyhow::Result<()> {
    let mut arguments = vec!["build"];
    arguments.extend(profile.flags());
    // The baseline's program makes the rows, whoever is measured.
    for rival in rivals {
        arguments.extend(["-p", rival.package()]);
    }
    println!("$ cargo {}", arguments.join(" "));
    let status = Command::new("cargo").args(&arguments).current_dir(tree::root()).status()?;
    if !status.success() {
        bail!("the build failed, see above");
    }
    Ok(())
}

/// What all measurements share.
struct Bench<'options> {
    options: &'options Options,
    /// Not the system's folder for temporary files: that may be memory, where waiting for the disk costs nothing.
    folder: PathBuf,
    source: Source,
}

impl<'options> Bench<'options> {
    fn prepare(options: &'options Options) -> anyhow::Result<Self> {
        let folder = tree::target()?.join("bench");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let maker = Rival::Baseline.binary(options.profile())?;
        let source = Source::prepare(options.database, maker, &folder)?;
        Ok(Self { options, folder, source })
    }

    /// All rounds of one scenario; each scenario starts from fresh databases with the same rows.
    fn measure(&self, scenario: &Scenario, rivals: &[Rival]) -> anyhow::Result<Row> {
        println!("\n{}: {}", scenario.name, scenario.what);
        let mut contestants = Vec::new();
        for rival in rivals {
            if let Some(request) = scenario.request(*rival) {
                let server = self.start(*rival)?;
                server
                    .probe(request, scenario.products)
                    .with_context(|| format!("{} does not answer as it should", rival.name()))?;
                let script = self.folder.join(format!("{}.lua", rival.name()));
                fs::write(&script, request.script())?;
                let load = Load { address: server.address, connections: scenario.connections, script };
                load.run(WARM_UP_SECONDS)?;
                contestants.push((*rival, server, load));
            }
        }
        let mut row = Row::new(scenario.name);
        for round in 1..=self.options.rounds {
            for (rival, _server, load) in &contestants {
                let measure = load.run(self.options.seconds)?;
                println!("  round {round}  {:<10}{measure}", rival.name());
                row.add(*rival, measure);
            }
            // The other one begins the next round: whatever a first place is worth, both have it.
            contestants.reverse();
        }
        Ok(row)
    }

    fn footprint(&self, rival: Rival) -> anyhow::Result<Footprint> {
        let binary = rival.binary(self.options.profile())?;
        let request = scenario::first_request(rival);
        footprint::measure(rival, &binary, request, self.options.rounds, || self.start(rival))
    }

    fn start(&self, rival: Rival) -> anyhow::Result<Server> {
        let database = self.source.fresh(rival)?;
        Server::start(rival, self.options.profile(), database, &self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(database: Kind, only: &[&str]) -> Options {
        let only = only.iter().map(|only| (*only).to_owned()).collect();
        Options { database, seconds: 1, rounds: 1, only, baseline_only: false, debug: false }
    }

    #[test]
    fn the_footprint_is_measured_with_sqlite_and_refused_by_name_elsewhere() {
        assert!(options(Kind::Sqlite, &[]).wants_footprint().unwrap());
        assert!(options(Kind::Sqlite, &["footprint"]).wants_footprint().unwrap());
        assert!(!options(Kind::Sqlite, &["list-30"]).wants_footprint().unwrap());
        assert!(!options(Kind::Postgres, &[]).wants_footprint().unwrap());
        assert!(options(Kind::Mysql, &["hello", "footprint"]).wants_footprint().is_err());
    }
}
