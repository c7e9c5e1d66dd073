//! The columns that a view's text selects, as far as it tells more of them than SQLite does.
//!
//! SQLite declares no type for an expression, so that what an author wrote as true or false would be
//! answered as 1 and 0. It must not know the schema, and leaves alone what it is not sure of.

use super::token::{Token, group, split, tokens};

/// For each column of a `CREATE VIEW`, whether it is an expression that can only be true or false;
/// empty if the text is too clever for this.
pub(super) fn booleans(sql: &str) -> Vec<bool> {
    let all = tokens(sql);
    let Some(begin) = all.windows(2).position(|two| two[0].is_word("AS") && two[1].is_word("SELECT")) else {
        return Vec::new();
    };
    let body = all.get(begin + 2..).unwrap_or_default();
    let Some(list) = split(body, |token| token.is_word("FROM")).into_iter().next() else { return Vec::new() };
    split(list, |token| *token == Token::Symbol(',')).into_iter().map(is_boolean).collect()
}

fn is_boolean(column: &[Token<'_>]) -> bool {
    let expression = match column {
        [expression @ .., word, name] if word.is_word("AS") && name.name().is_some() => expression,
        expression => expression,
    };
    says_truth(expression)
}

fn says_truth(expression: &[Token<'_>]) -> bool {
    let is_truth = |token: &Token<'_>| token.is_word("TRUE") || token.is_word("FALSE");
    match expression {
        [one] => is_truth(one),
        [word, rest @ ..] if word.is_word("EXISTS") => matches!(group(rest), Some((_, []))),
        [word, rest @ ..] if word.is_word("COALESCE") => match group(rest) {
            Some((arguments, [])) => {
                let last = split(arguments, |token| *token == Token::Symbol(',')).pop();
                last.is_some_and(|last| matches!(last, [one] if is_truth(one)))
            }
            _ => false,
        },
        [word, rest @ .., end] if word.is_word("CASE") && end.is_word("END") => {
            let results: Vec<bool> = rest
                .iter()
                .enumerate()
                .filter(|(_, word)| word.is_word("THEN") || word.is_word("ELSE"))
                .map(|(at, _)| match rest.get(at + 1..).unwrap_or_default() {
                    [result] => is_truth(result),
                    // It stands alone, or it is part of something else.
                    [result, next, ..] => is_truth(result) && (next.is_word("WHEN") || next.is_word("ELSE")),
                    [] => false,
                })
                .collect();
            !results.is_empty() && results.into_iter().all(|truth| truth)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_true_or_false_is_known() {
        for (columns, expected) in [
            ("id, name", &[false, false][..]),
            ("CASE WHEN x.id IN (SELECT a FROM b) THEN TRUE ELSE FALSE END AS has", &[true]),
            ("CASE WHEN a THEN 1 ELSE 0 END AS n, TRUE", &[false, true]),
            (
                "COALESCE((SELECT TRUE FROM b WHERE c = 1 LIMIT 1), FALSE) AS has, COALESCE(a, 0)",
                &[true, false],
            ),
            ("EXISTS (SELECT 1 FROM t WHERE x, y) found, EXISTS (SELECT 1) AS e", &[false, true]),
            ("CASE WHEN a THEN TRUE + 1 ELSE FALSE END", &[false]),
        ] {
            assert_eq!(booleans(&format!("CREATE VIEW v AS SELECT {columns} FROM t")), expected, "{columns}");
        }
        assert!(booleans("CREATE VIEW v AS WITH a AS (VALUES (1)) SELECT * FROM a").len() < 2);
        assert_eq!(booleans("nonsense"), Vec::<bool>::new());
    }
}
