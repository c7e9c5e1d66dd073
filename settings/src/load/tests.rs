//! What wins, what is derived, and how mistakes read.
//!
//! Must not know: the inside of `load`; everything goes through its public form.

use std::time::Duration;

use super::*;
use crate::{Durability, PRESETS, PublicAccess, ReturnDefault};

/// Everything that a test may give; `file` is the text of `roundtrip.toml`.
#[derive(Default)]
struct Given<'a> {
    folder: &'a str,
    file: Option<&'a str>,
    environment: &'a [(&'a str, &'a str)],
    preset: Option<&'static Preset>,
    set: &'a [&'a str],
    flags: &'a [(&'a str, &'a str, &'a str)],
}

fn load_given(given: &Given<'_>) -> Result<Loaded, SettingsError> {
    let file =
        given.file.map(|text| SettingsFile { path: SettingsFile::NAME.to_owned(), text: text.to_owned() });
    let set: Vec<_> = given.set.iter().map(|text| (*text).to_owned()).collect();
    let flags: Vec<_> =
        given.flags.iter().map(|(name, key, value)| Flag { name, key, value: (*value).to_owned() }).collect();
    load(&Sources {
        folder: given.folder,
        file: file.as_ref(),
        environment: given.environment.iter().copied().collect(),
        preset: given.preset,
        set: &set,
        flags: &flags,
    })
}

/// Compares the value and the origin of each path.
#[track_caller]
fn check(given: &Given<'_>, expected: &[(&str, &str, &str)]) {
    let loaded = load_given(given).expect("proper settings");
    for (path, value, origin) in expected {
        let setting = loaded.listing.iter().find(|setting| setting.key.path() == *path).expect("listed");
        assert_eq!(
            (setting.shown.as_str(), setting.origin.to_string().as_str()),
            (*value, *origin),
            "{path}"
        );
    }
}

#[track_caller]
fn check_error(given: &Given<'_>, expected: &str) {
    let error = load_given(given).expect_err("a mistake");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn later_sources_win() {
    let file = Some("[server]\nport = 1");
    let environment = &[("ROUNDTRIP_SERVER_PORT", "2")];
    let set = &["server.port=3", "server.port=4"];
    let flags = &[("--port", "server.port", "5")];
    check(&Given::default(), &[("server.port", "8360", "default")]);
    check(&Given { file, ..Given::default() }, &[("server.port", "1", "roundtrip.toml:2")]);
    check(&Given { file, environment, ..Given::default() }, &[("server.port", "2", "ROUNDTRIP_SERVER_PORT")]);
    check(
        &Given { file, environment, set, ..Given::default() },
        &[("server.port", "4", "--set server.port")],
    );
    check(&Given { file, environment, set, flags, ..Given::default() }, &[("server.port", "5", "--port")]);
}

#[test]
fn a_preset_yields_to_set_and_wins_over_the_rest() {
    check(
        &Given {
            file: Some("limits.page_rows = 50\nrest.plan = false"),
            environment: &[("ROUNDTRIP_REST_RETURN_DEFAULT", "row")],
            preset: PRESETS.first(),
            set: &["rest.aggregates=false"],
            ..Given::default()
        },
        &[
            ("limits.page_rows", "0", "--compat postgrest"),
            ("rest.plan", "true", "--compat postgrest"),
            ("rest.return_default", "minimal", "--compat postgrest"),
            ("rest.aggregates", "false", "--set rest.aggregates"),
        ],
    );
}

#[test]
fn a_platforms_port_opens_the_server_to_the_outside() {
    let environment = &[("PORT", "3000")];
    check(
        &Given { environment, ..Given::default() },
        &[("server.port", "3000", "PORT"), ("server.host", "0.0.0.0", "PORT")],
    );
    // An explicit host stays, wherever it was said.
    for (file, set) in [(Some("server.host = '127.0.0.1'"), None), (None, Some("server.host=127.0.0.1"))] {
        let set: Vec<_> = set.into_iter().collect();
        let loaded = load_given(&Given { file, environment, set: &set, ..Given::default() }).expect("proper");
        assert!(loaded.settings.server.host.is_loopback());
        assert_eq!(loaded.settings.server.port, 3000);
    }
    // A port that was said otherwise means that the platform's is not in force.
    check(
        &Given { environment, flags: &[("--port", "server.port", "9")], ..Given::default() },
        &[("server.port", "9", "--port"), ("server.host", "127.0.0.1", "default")],
    );
    check(
        &Given { environment: &[("PORT", "1"), ("ROUNDTRIP_SERVER_PORT", "2")], ..Given::default() },
        &[("server.port", "2", "ROUNDTRIP_SERVER_PORT"), ("server.host", "127.0.0.1", "default")],
    );
    // Empty is not set.
    check(&Given { environment: &[("PORT", "")], ..Given::default() }, &[("server.port", "8360", "default")]);
}

#[test]
fn names_follow_from_each_other() {
    let cases = [
        ("shop", None, "shop", "sqlite:shop.db"),
        ("", None, "app", "sqlite:app.db"),
        ("..", None, "app", "sqlite:app.db"),
        ("my shop (2)", None, "my-shop--2", "sqlite:my-shop--2.db"),
        ("folder", Some("project.name = 'My Shop'"), "My Shop", "sqlite:My-Shop.db"),
        ("folder", Some("database.url = 'sqlite:x.db'"), "folder", "sqlite:x.db"),
        ("folder", Some("database.url = ''"), "folder", "sqlite:folder.db"),
    ];
    for (folder, file, name, url) in cases {
        let loaded = load_given(&Given { folder, file, ..Given::default() }).expect("proper");
        assert_eq!(loaded.settings.project.name, name);
        assert_eq!(loaded.settings.database.url.expose(), url);
    }
}

#[test]
fn a_database_url_is_honoured_and_hidden() {
    let environment = &[("DATABASE_URL", "postgres://a:s3cret@b/c")];
    check(
        &Given { environment, ..Given::default() },
        &[("database.url", "postgres://a:***@b/c", "DATABASE_URL")],
    );
    let loaded = load_given(&Given { environment, ..Given::default() }).expect("proper");
    assert_eq!(loaded.settings.database.url.expose(), "postgres://a:s3cret@b/c");
    assert!(!format!("{loaded:?}").contains("s3cret"));
    check(
        &Given {
            environment: &[("DATABASE_URL", "mysql://b/c"), ("ROUNDTRIP_DATABASE_URL", "mysql://d/e")],
            ..Given::default()
        },
        &[("database.url", "mysql://d/e", "ROUNDTRIP_DATABASE_URL")],
    );
}

#[test]
fn values_have_their_types() {
    let file = Some(
        "[server]\nrequest_timeout_ms = 1500\n[database]\ndurability = 'normal'\n[rest]\nreturn_default = 'minimal'\n\
         [public]\naccess = 'read'\n[limits]\npage_rows = 0\n[journeys]\nenabled = false",
    );
    let defaults = load_given(&Given::default()).expect("proper").settings;
    let settings = load_given(&Given { file, ..Given::default() }).expect("proper").settings;
    assert_eq!(settings.server.request_timeout, Duration::from_millis(1500));
    assert_eq!(settings.database.durability, Durability::Normal);
    assert_eq!(settings.rest.return_default, ReturnDefault::Minimal);
    assert_eq!((defaults.public.access, settings.public.access), (None, Some(PublicAccess::Read)));
    assert_eq!((defaults.limits.page_cap(), settings.limits.page_cap()), (Some(1000), None));
    assert_eq!((defaults.journeys.capacity(), settings.journeys.capacity()), (1000, 0));
}

#[test]
fn mistakes_name_the_place_what_was_given_and_what_is_allowed() {
    check_error(
        &Given { environment: &[("ROUNDTRIP_SERVER_PORT", "99999")], ..Given::default() },
        "error: ROUNDTRIP_SERVER_PORT: server.port must be a whole number from 0 to 65535, not \"99999\"",
    );
    check_error(
        &Given { environment: &[("PORT", "http")], ..Given::default() },
        "error: PORT: server.port must be a whole number from 0 to 65535, not \"http\"",
    );
    check_error(
        &Given { set: &["log.format=jsn"], ..Given::default() },
        "error: --set log.format: log.format must be one of human, json, not \"jsn\"\n  did you mean \"json\"?",
    );
    check_error(
        &Given { set: &["server.prot=1"], ..Given::default() },
        "error: --set server.prot: unknown key \"server.prot\"\n  did you mean server.port?",
    );
    check_error(
        &Given { set: &["server.port"], ..Given::default() },
        "error: --set: \"server.port\" has no value\n  write --set section.key=value",
    );
    check_error(
        &Given { flags: &[("--host", "server.host", "example.org")], ..Given::default() },
        "error: --host: server.host must be an IP address or localhost, not \"example.org\"",
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let given = Given {
        file: Some("[log]\nformat = 1"),
        environment: &[("ROUNDTRIP_HTTP_COMPRESSION", "yes")],
        set: &["a=b"],
        ..Given::default()
    };
    let Err(SettingsError::Invalid(problems)) = load_given(&given) else {
        panic!("three mistakes");
    };
    assert_eq!(problems.len(), 3);
}

#[test]
fn a_secret_is_not_in_a_mistake() {
    let error = load_given(&Given { set: &["database.url=postgres://a:s3cret@b/\u{1}"], ..Given::default() });
    assert!(!error.expect_err("a control character").to_string().contains("s3cret"));
}

#[test]
fn variables_that_mean_nothing_are_named() {
    let given = Given {
        environment: &[
            ("ROUNDTRIP_SERVER_PROT", "1"),
            ("ROUNDTRIP_ZZZZZ", "1"),
            ("ROUNDTRIP_X", ""),
            ("HOME", "/"),
        ],
        ..Given::default()
    };
    assert_eq!(
        load_given(&given).expect("proper").warnings,
        [
            "ROUNDTRIP_SERVER_PROT is set and means nothing; did you mean ROUNDTRIP_SERVER_PORT?",
            "ROUNDTRIP_ZZZZZ is set and means nothing",
        ]
    );
}
