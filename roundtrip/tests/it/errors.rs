//! What a person is told when something is wrong, and the exit code that goes with it.

use std::net::TcpListener;

use roundtrip_testkit::Folder;

use crate::{done, fails};

/// The folder's own path and other things that differ from run to run are no part of a text.
fn check(folder: &Folder, arguments: &[&str], code: i32, expected: &str) {
    let said = fails(folder, arguments, code);
    assert_eq!(said.trim_end(), expected, "{arguments:?}");
}

#[test]
fn a_broken_resource_file_is_shown_with_its_line() {
    let folder = Folder::with(&[
        (
            "resources/products.toml",
            "[fields]\nname = \"text\"\nabout = { type = \"string\" }\nprice = \"decimal\"\n",
        ),
        ("resources/orders.toml", "[fields]\nproduct_id = { to = \"product\" }\n"),
    ]);
    for command in ["check", "serve", "dev"] {
        let said = fails(&folder, &[command, "."], 1);
        for part in [
            "error: unknown type \"string\"",
            "resources/products.toml:3:",
            "3 | about = { type = \"string\" }",
            "did you mean \"text\"?",
            "resources/products.toml:4:",
            "resources/orders.toml:2:",
            "did you mean \"products\"?",
            "3 mistakes",
        ] {
            assert!(said.contains(part), "{command} does not say {part:?}:\n{said}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = Folder::with(&[("music.db", ""), ("notes.txt", "")]);
    check(&folder, &["serve", "musik.db"], 1, "error: there is no file musik.db\n  Did you mean music.db?");
    let expected = "error: there is no file x/y.db\n  There is no folder x either";
    check(&folder, &["serve", "x/y.db"], 1, expected);
    check(
        &folder,
        &["serve", "sqlite:other.sqlite"],
        1,
        "error: there is no file other.sqlite\n  Databases in that folder: music.db",
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = Folder::with(&[("dump.db", "CREATE TABLE a (b);\n")]);
    let said = fails(&folder, &["serve", "dump.db"], 1);
    assert!(said.starts_with("error: dump.db is not a SQLite database"), "{said}");
    assert_eq!(folder.read("dump.db"), "CREATE TABLE a (b);\n");
}

#[test]
fn a_server_without_a_database_says_what_is_missing() {
    let folder = Folder::empty();
    let said = fails(&folder, &["serve", "postgres://anna:s3cret@db"], 1);
    assert!(said.starts_with("error: the URL names no database"), "{said}");
    assert!(!said.contains("s3cret"));
}

#[test]
fn a_folder_that_is_no_project_says_how_to_make_one() {
    let folder = Folder::with(&[("empty/readme.md", "")]);
    let expected = "error: empty is not a project: it has neither roundtrip.toml nor a folder resources\n  \
                    Make one with  roundtrip init empty";
    check(&folder, &["serve", "empty"], 1, expected);
    check(&folder, &["check", "empty"], 1, expected);
}

#[test]
fn a_port_in_use_names_its_holder() {
    let folder = Folder::shop();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = fails(&folder, &["serve", ".", "--port", &port.to_string()], 1);
    let pid = std::process::id();
    let holder = if cfg!(target_os = "linux") { format!(" (pid {pid})") } else { String::new() };
    assert_eq!(
        said.trim_end(),
        format!("error: port {port} is held by another program{holder}. Try --port 0.")
    );
    assert!(!folder.join("shop.db").exists(), "no database is made for a server that does not start");
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    let folder = Folder::shop();
    let said = fails(&folder, &["serve", "--set", "server.prot=1"], 2);
    assert!(
        said.contains("unknown key \"server.prot\"") && said.contains("did you mean server.port?"),
        "{said}"
    );
    let said = fails(&folder, &["serve", "--compat", "postgres"], 2);
    assert!(said.contains("did you mean \"postgrest\"?"), "{said}");
    folder.write("roundtrip.toml", "[server]\nprot = 1\n");
    let said = fails(&folder, &["check"], 1);
    assert!(said.contains("roundtrip.toml:2:1") && said.contains("did you mean \"port\"?"), "{said}");
}

#[test]
fn writing_for_everybody_needs_a_yes() {
    let folder = Folder::with(&[("music.db", "")]);
    let said = fails(&folder, &["serve", "music.db", "--public", "write", "--host", "0.0.0.0"], 2);
    assert!(said.contains("--yes-public-write") && said.contains("0.0.0.0"), "{said}");
    let said = fails(&Folder::shop(), &["serve", "--public", "write"], 2);
    assert!(said.contains("[access]"), "{said}");
}

#[test]
fn slips_on_the_command_line_are_usage() {
    let folder = Folder::empty();
    assert!(fails(&folder, &["serv"], 2).contains("serve"));
    assert!(fails(&folder, &["serve", "--prot", "1"], 2).contains("--port"));
    assert!(fails(&folder, &["init", "--template", "shp"], 2).contains("Did you mean shop?"));
}

#[test]
fn files_that_are_not_text_are_named() {
    let folder = Folder::empty();
    folder.write("resources/a.toml", "");
    std::fs::write(folder.join("resources/a.toml"), b"[fields]\nname = \"\xff\"\n").unwrap();
    let said = fails(&folder, &["check"], 1);
    assert!(said.contains("resources/a.toml is not UTF-8: byte 17"), "{said}");
}

#[test]
fn a_variable_that_nobody_reads_is_warned_of() {
    let folder = Folder::shop();
    let output = std::process::Command::new(crate::program())
        .args(["check"])
        .current_dir(folder.path())
        .env_clear()
        .env("ROUNDTRIP_SERVER_PROT", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("warning: ROUNDTRIP_SERVER_PROT") && said.contains("ROUNDTRIP_SERVER_PORT"),
        "{said}"
    );
    assert!(done(&folder, &["check"]).starts_with("ok: roundtrip.toml, 6 resource files with 8 resources"));
}
