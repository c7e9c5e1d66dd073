//! Tests run always, never wait for a while, and nothing is left for later inside a function.
//! Time in a test comes from a clock that the test moves.

use super::Problem;
use super::code::Source;

const WAIT_REMEDY: &str =
    "wait for the event itself (a channel, an answer, a file), or move a clock of the test's own";

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, line) in source.code.lines().enumerate() {
        let packed: String = line.split_whitespace().collect();
        let mut report = |wrong: &str, remedy: &str| problems.push(Problem::new(index + 1, wrong, remedy));
        if packed.contains("#[ignore") || packed.contains(",ignore]") {
            report("an ignored test", "make it pass or delete it: nobody reads a test that does not run");
        }
        if packed.contains("todo!(") || packed.contains("unimplemented!(") {
            report("a hole in a function", "write it, or refuse the case with an error that says so");
        }
    }
    let first = first_test_line(source);
    for (index, line) in source.code.lines().enumerate().skip(first) {
        if calls_sleep(line) {
            problems.push(Problem::new(index + 1, "a test that sleeps", WAIT_REMEDY));
        }
    }
    problems
}

/// How many lines come before the tests: none in a `tests` folder, otherwise all up to `#[cfg(test)] mod`.
fn first_test_line(source: &Source) -> usize {
    if source.path.split('/').any(|part| part == "tests" || part == "tests.rs") {
        return 0;
    }
    let lines: Vec<_> = source.code.lines().collect();
    let opens = |index: usize| {
        let follows = lines.get(index + 1).is_some_and(|next| next.trim_start().starts_with("mod "));
        lines[index].trim_start().starts_with("#[cfg(test)]") && (follows || lines[index].contains(" mod "))
    };
    (0..lines.len()).find(|index| opens(*index)).unwrap_or(lines.len())
}

/// `sleep(` as a function; a method of that name belongs to somebody's own clock.
fn calls_sleep(line: &str) -> bool {
    line.match_indices("sleep(").any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_tests_and_holes_are_found_everywhere() {
        for (text, problems) in [
            ("#[test]\nfn f() {}", 0),
            ("// todo!(later)\nlet a = \"#[ignore]\";", 0),
            ("#[test]\n#[ignore]\nfn f() {}", 1),
            ("#[test]\n#[ignore = \"slow\"]\nfn f() {}", 1),
            ("fn f() { todo!() }", 1),
            ("fn f() { unimplemented!(\"later\") }", 1),
        ] {
            assert_eq!(check(&Source::new("schema/src/a.rs", text)).len(), problems, "{text}");
        }
    }

    #[test]
    fn a_sleep_is_found_in_tests_only() {
        let sleeping = "async fn f() { tokio::time::sleep(second).await }";
        let in_module =
            format!("{sleeping}\n#[cfg(test)]\nmod tests {{\n    use std::thread::sleep;\n{sleeping}\n}}");
        for (path, text, lines) in [
            ("engine/src/retry.rs", sleeping, vec![]),
            ("engine/src/retry.rs", in_module.as_str(), vec![5]),
            ("engine/tests/it/retry.rs", sleeping, vec![1]),
            ("engine/tests/it/retry.rs", "std::thread::sleep(second)", vec![1]),
            ("engine/src/retry/tests.rs", "sleep(second)", vec![1]),
            ("engine/tests/it/retry.rs", "clock.sleep(second); fall_asleep(); deep_sleep()", vec![]),
        ] {
            let found: Vec<_> = check(&Source::new(path, text)).iter().map(|problem| problem.line).collect();
            assert_eq!(found, lines, "{path}: {text}");
        }
    }
}
