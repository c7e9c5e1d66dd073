//! `cargo xtask bench`: Roundtrip's release binary and a hand-written server (`bench/`), under the same load, on the
//! same rows, in turns. Figures of one machine mean little; the ratio of two servers on it, taken in turns, means a lot.
//! It must not know how either server works inside.

mod footprint;
mod load;
mod report;
mod scenario;
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::{tool, tree};
use footprint::Footprint;
use load::Load;
use report::{Report, Row};
use scenario::{SCENARIOS, Scenario};
use server::{Rival, Server};

/// Answers that nobody counts, so that caches are filled and threads are up.
const WARM_UP_SECONDS: u32 = 1;

/// Flags of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
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
}

/// Builds both servers, measures every chosen scenario, prints the table.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    tool::provide(tool::FOR_BENCH)?;
    let rivals: &[Rival] =
        if options.baseline_only { &[Rival::Baseline] } else { &[Rival::Roundtrip, Rival::Baseline] };
    build(rivals)?;
    let bench = Bench::prepare(options)?;
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    if wanted(footprint::NAME) {
        println!("\n{}: medians of {} starts", footprint::NAME, options.rounds);
        for rival in rivals {
            println!("  {}", bench.footprint(*rival)?);
        }
    }
    let mut report = Report::default();
    for scenario in SCENARIOS.iter().filter(|scenario| wanted(scenario.name)) {
        report.rows.push(bench.measure(scenario, rivals)?);
    }
    if report.rows.is_empty() {
        return Ok(());
    }
    println!("\n{report}");
    println!("medians of {} rounds of {} s, in turns, over loopback", options.rounds, options.seconds);
    println!("ratio: median over the rounds of roundtrip's rate / the baseline's rate in the same round");
    Ok(())
}

fn build(rivals: &[Rival]) -> anyhow::Result<()> {
    let mut arguments = vec!["build", "--release"];
    for rival in rivals {
        arguments.extend(["-p", rival.package()]);
    }
    // The baseline's binary makes the rows, whoever is measured.
    println!("$ cargo {}", arguments.join(" "));
    let status = Command::new("cargo").args(&arguments).current_dir(tree::root()).status()?;
    if !status.success() {
        bail!("the release build failed, see above");
    }
    Ok(())
}

/// What all measurements share.
struct Bench<'options> {
    options: &'options Options,
    /// Not the system's folder for temporary files: that may be memory, where waiting for the disk costs nothing.
    folder: PathBuf,
    fixture: PathBuf,
}

impl<'options> Bench<'options> {
    fn prepare(options: &'options Options) -> anyhow::Result<Self> {
        let folder = tree::target()?.join("bench");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let fixture = folder.join("fixture.db");
        let status = Command::new(Rival::Baseline.binary()?).arg("fixture").arg(&fixture).status()?;
        if !status.success() {
            bail!("the rows could not be made, see above");
        }
        Ok(Self { options, folder, fixture })
    }

    /// All rounds of one scenario; each scenario starts from fresh copies of the same file.
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
        let request = scenario::first_request(rival);
        footprint::measure(rival, request, self.options.rounds, || self.start(rival))
    }

    fn start(&self, rival: Rival) -> anyhow::Result<Server> {
        let database = self.folder.join(format!("{}.db", rival.name()));
        for suffix in ["", "-wal", "-shm"] {
            let mut old = database.clone().into_os_string();
            old.push(suffix);
            if Path::new(&old).exists() {
                fs::remove_file(&old)?;
            }
        }
        fs::copy(&self.fixture, &database)?;
        Server::start(rival, &database, &self.folder)
    }
}
