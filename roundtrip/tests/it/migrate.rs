//! Migrations as a person meets them: planned, written, applied, refused; and a server that applies them.

use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Folder, Program, TestDatabase, run as run_program, server};

use crate::{done, fails, program, run};

const NOTES: &str = "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n";
const PRICED: &str = "index = [\"price\"]\n[fields]\ntext = \"text\"\nprice = { type = \"integer\", default = 0 }\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n";
const BARE: &str = "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\n";

fn project(notes: &str) -> Folder {
    Folder::with(&[
        ("resources/notes.toml", notes),
        ("roundtrip.toml", "[database]\nurl = \"sqlite:data.db\"\n"),
    ])
}

/// Output without what differs from run to run.
fn plain(text: &str) -> String {
    let moment = |word: &str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    text.lines()
        .map(|line| {
            line.split(' ')
                .map(|word| if moment(word) { "MOMENT" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn from_an_empty_database_to_the_second_file() {
    let folder = project(NOTES);
    let planned = run(&folder, &["migrate", "plan"]);
    assert_eq!(planned.code, Some(1));
    assert!(
        planned.stdout.starts_with("-- 1, safe: create table notes\nCREATE TABLE \"notes\""),
        "{}",
        planned.stdout
    );
    assert!(!folder.join("data.db").exists(), "planning makes nothing");
    insta::assert_snapshot!(done(&folder, &["migrate", "new", "initial"]), @r"
    wrote ./migrations/0001_initial.sql (safe)

      Read it, then  roundtrip migrate apply
    ");
    assert!(fails(&folder, &["migrate", "new", "more"], 1).contains("0001_initial.sql is not applied yet"));
    assert_eq!(done(&folder, &["migrate", "apply"]), "applied 0001_initial.sql\n");
    assert_eq!(done(&folder, &["migrate", "apply"]), "nothing to do: every migration is applied\n");
    assert_eq!(
        done(&folder, &["migrate", "plan"]),
        "-- nothing to do: the database is as the resource files say\n"
    );
    assert_eq!(
        done(&folder, &["migrate", "new", "more"]),
        "nothing to do: the database is as the resource files say\n"
    );

    folder.write("resources/notes.toml", PRICED);
    done(&folder, &["migrate", "new", "prices"]);
    insta::assert_snapshot!(folder.read("migrations/0002_prices.sql"), @r#"
    -- Migration 0002, prices
    -- Step 1 of 2, safe: add column notes.price
    -- Step 2 of 2, slow: add index notes_price_idx on notes (price)

    -- 1
    ALTER TABLE "notes" ADD COLUMN "price" INTEGER NOT NULL DEFAULT 0;

    -- 2
    CREATE INDEX "notes_price_idx" ON "notes" ("price");
    "#);
    let pending = run(&folder, &["migrate", "status"]);
    assert_eq!(pending.code, Some(1));
    insta::assert_snapshot!(plain(&pending.stdout), @r"
    0001_initial.sql  applied MOMENT
    0002_prices.sql   pending, slow

    Run what is pending with  roundtrip migrate apply
    ");
    assert!(run(&folder, &["migrate", "plan"]).stderr.contains("not applied yet: 0002_prices.sql"));
    done(&folder, &["migrate", "apply"]);
    insta::assert_snapshot!(plain(&done(&folder, &["migrate", "status"])), @r"
    0001_initial.sql  applied MOMENT
    0002_prices.sql   applied MOMENT

    The database is as the resource files say.
    ");
}

#[test]
fn what_loses_something_has_to_be_allowed() {
    let folder = project(PRICED);
    done(&folder, &["migrate", "new", "initial"]);
    done(&folder, &["migrate", "apply"]);
    folder.write("resources/notes.toml", BARE);
    assert!(done(&folder, &["migrate", "new", "drop_prices"]).contains("migrate apply --allow-destructive"));
    let error = fails(&folder, &["migrate", "apply"], 1);
    assert!(error.contains("0002_drop_prices.sql is destructive"), "{error}");
    done(&folder, &["migrate", "apply", "--allow-destructive"]);
    done(&folder, &["migrate", "status"]);
    // A table that no file describes stays unless asked for.
    folder.write("resources/things.toml", BARE);
    std::fs::remove_file(folder.join("resources/notes.toml")).unwrap();
    let plan = run(&folder, &["migrate", "plan"]);
    assert!(
        !plan.stdout.contains("DROP")
            && plan.stderr.contains("left alone, because no resource file describes it: notes")
    );
    assert!(run(&folder, &["migrate", "plan", "--drop-tables"]).stdout.contains("DROP TABLE \"notes\""));
}

#[test]
fn files_that_are_not_as_they_were_are_named() {
    let folder = project(NOTES);
    done(&folder, &["migrate", "new", "initial"]);
    done(&folder, &["migrate", "apply"]);
    let text = folder.read("migrations/0001_initial.sql");
    folder.write("migrations/0001_initial.sql", &text.replace('\n', "\r\n"));
    done(&folder, &["migrate", "status"]);
    folder.write("migrations/0001_initial.sql", "SELECT 1");
    let status = run(&folder, &["migrate", "status"]);
    assert!(
        status.code == Some(1) && status.stdout.contains("0001_initial.sql was changed after it was applied")
    );
    assert!(fails(&folder, &["migrate", "apply"], 1).contains("0001_initial.sql was changed"));
    std::fs::remove_file(folder.join("migrations/0001_initial.sql")).unwrap();
    assert!(run(&folder, &["migrate", "status"]).stdout.contains("0001_initial.sql  missing here, applied"));
    folder.write("migrations/first.sql", "SELECT 1");
    assert!(
        fails(&folder, &["migrate", "status"], 1)
            .contains("migrations/first.sql: a migration is called NUMBER_NAME.sql")
    );
}

#[test]
fn mistakes_are_answered_in_words() {
    let folder = project(NOTES);
    let error = fails(&folder, &["migrate", "new", "two words"], 2);
    assert!(error.contains("a migration's name is letters, digits and underscores"), "{error}");
    done(&folder, &["migrate", "new", "broken", "--empty"]);
    folder.write("migrations/0001_broken.sql", "CREATE TABLE a (b);\nnonsense;");
    let error = fails(&folder, &["migrate", "apply"], 1);
    assert!(error.contains("0001_broken.sql is destructive"), "{error}");
    let error = fails(&folder, &["migrate", "apply", "--allow-destructive"], 1);
    assert!(error.contains("0001_broken.sql, statement 2: near \"nonsense\": syntax error"), "{error}");
}

#[test]
fn a_database_from_before_adopts_its_first_file() {
    let folder = project(NOTES);
    // As `serve` made it, without migrations.
    let server = Program::serve(program(), folder.path(), &["serve"]);
    drop(server);
    assert!(done(&folder, &["migrate", "new", "initial", "--whole"]).contains("migrate apply --adopt"));
    assert!(fails(&folder, &["migrate", "apply"], 1).contains("already exists"));
    assert_eq!(done(&folder, &["migrate", "apply", "--adopt"]), "adopted 0001_initial.sql\n");
    done(&folder, &["migrate", "status"]);
    // The same files make the same database from nothing.
    std::fs::remove_file(folder.join("data.db")).unwrap();
    done(&folder, &["migrate", "apply"]);
    done(&folder, &["migrate", "status"]);
}

#[tokio::test]
async fn a_server_applies_what_is_pending_and_waits_for_the_rest() {
    let folder = project(NOTES);
    done(&folder, &["migrate", "new", "initial"]);
    let client = server::client();
    let mut first = Program::serve(program(), folder.path(), &["serve"]);
    assert_eq!(server::get(&client, &format!("{}/rest/v1/notes", first.url)).await.0, 200);
    first.kill();
    // The files say more than the migrations do.
    folder.write("resources/notes.toml", PRICED);
    let mut second = Program::serve(program(), folder.path(), &["serve"]);
    let notes = format!("{}/rest/v1/notes", second.url);
    let ready = format!("{}/health/ready", second.url);
    second.said("notes.price: this column does not exist");
    second.said("roundtrip migrate plan");
    assert_eq!(server::get(&client, &notes).await.0, 503);
    assert_eq!(server::get(&client, &ready).await.0, 503);
    // Another window writes the missing file; the server finds it by itself.
    done(&folder, &["migrate", "new", "prices"]);
    second.said("the database is open now");
    assert_eq!(server::get(&client, &notes).await.0, 200);
    done(&folder, &["migrate", "status"]);
}

#[tokio::test]
async fn a_server_does_not_lose_anything_by_itself() {
    let folder = project(PRICED);
    done(&folder, &["migrate", "new", "initial"]);
    done(&folder, &["migrate", "apply"]);
    folder.write("resources/notes.toml", BARE);
    done(&folder, &["migrate", "new", "drop_prices"]);
    let mut program = Program::serve(program(), folder.path(), &["serve"]);
    program.said("0002_drop_prices.sql is destructive, so it is not applied by itself");
    let client = server::client();
    assert_eq!(server::get(&client, &format!("{}/rest/v1/notes", program.url)).await.0, 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_apply_once() {
    ten_at_once("sqlite:data.db", None).await;
    for kind in [Kind::Postgres, Kind::Mysql] {
        let database = TestDatabase::empty(kind).await;
        ten_at_once(&database.url, Some(&database)).await;
    }
}

/// Ten processes begin at once on an empty database; each file is applied by one of them.
async fn ten_at_once(url: &str, database: Option<&TestDatabase>) {
    let folder = project(NOTES);
    folder.write("roundtrip.toml", &format!("[database]\nurl = \"{url}\"\n"));
    done(&folder, &["migrate", "new", "first"]);
    folder.write("migrations/0002_second.sql", "INSERT INTO notes (text) VALUES ('once');");
    let apply = || run_program(program(), folder.path(), &["migrate", "apply"]);
    let outputs: Vec<String> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..10).map(|_| scope.spawn(apply)).collect();
        let ended = started.into_iter().map(|one| one.join().unwrap());
        ended
            .map(|finished| {
                assert_eq!(finished.code, Some(0), "{url}: {}", finished.stderr);
                finished.stdout
            })
            .collect()
    });
    let count = |text: &str| outputs.iter().filter(|output| output.contains(text)).count();
    let applied = (count("applied 0001_first.sql"), count("applied 0002_second.sql"));
    assert_eq!(applied, (1, 1), "{url}: {outputs:?}");
    match database {
        Some(database) => assert_eq!(database.number("SELECT count(*) FROM notes").await, 1, "{url}"),
        None => assert_eq!(done(&folder, &["export", "notes"]).matches("once").count(), 1),
    }
    done(&folder, &["migrate", "status"]);
}

#[tokio::test]
async fn dev_waits_for_the_file_that_a_change_needs() {
    let folder = project(NOTES);
    done(&folder, &["migrate", "new", "initial"]);
    let mut dev = Program::serve(program(), folder.path(), &["dev"]);
    let notes = format!("{}/rest/v1/notes", dev.url);
    let client = server::client();
    assert_eq!(server::get(&client, &notes).await.0, 200);
    folder.write("resources/notes.toml", PRICED);
    dev.said("see what it takes with  roundtrip migrate plan");
    assert_eq!(server::get(&client, &notes).await.0, 200, "it goes on with the files as they were");
    done(&folder, &["migrate", "new", "prices"]);
    dev.said("changed   0002_prices.sql");
}
