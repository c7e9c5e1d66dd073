//! What the program says about itself.

use roundtrip_testkit::Folder;

use crate::done;

#[test]
fn every_command_explains_itself() {
    let folder = Folder::empty();
    let commands = [
        "serve",
        "dev",
        "init",
        "check",
        "pull",
        "gen",
        "doctor",
        "seed",
        "import",
        "export",
        "copy",
        "backup",
        "restore",
        "migrate",
        "completions",
    ];
    insta::assert_snapshot!("help", done(&folder, &["--help"]));
    for command in commands {
        insta::assert_snapshot!(format!("help_{command}"), done(&folder, &[command, "--help"]));
    }
    for command in ["plan", "new", "apply", "status"] {
        let help = done(&folder, &["migrate", command, "--help"]);
        insta::assert_snapshot!(format!("help_migrate_{command}"), help);
    }
}

#[test]
fn the_version_is_told() {
    let expected = format!("roundtrip {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(done(&Folder::empty(), &["--version"]), expected);
}

#[test]
fn documents_are_printed() {
    let folder = Folder::shop();
    let openapi: serde_json::Value = serde_json::from_str(&done(&folder, &["gen", "openapi"])).unwrap();
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(!folder.join("shop.db").exists(), "a document needs no database");
    assert!(done(&folder, &["gen", "settings"]).contains("`[server]`"));
    let schema: serde_json::Value = serde_json::from_str(&done(&folder, &["gen", "schema"])).unwrap();
    assert!(schema["properties"]["fields"].is_object());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(done(&folder, &["completions", shell]).contains("roundtrip"), "{shell}");
    }
}
