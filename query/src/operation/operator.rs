//! The operators of conditions, and their words in the grammar.

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Eq,
    /// `<>`
    Neq,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// Pattern with `%`/`*` and `_`, case-sensitive.
    Like,
    /// Pattern with `%`/`*` and `_`, in any case.
    Ilike,
    /// One of a list.
    In,
    /// `null`, `not_null`, `true`, `false`, `unknown`.
    Is,
    /// Differs, where null is a value like others.
    IsDistinct,
    /// A regular expression finds something in it.
    Match,
    /// A regular expression finds something in it, in any case.
    Imatch,
    /// Text search with the operators of `to_tsquery`: `a & (b | !c)`.
    Fts,
    /// Text search for all words.
    Plfts,
    /// Text search for a phrase.
    Phfts,
    /// Text search as on the web: `"a phrase" or word -without`.
    Wfts,
    /// Contains all of a list, an object, a range.
    Cs,
    /// Is contained in a list, an object, a range.
    Cd,
    /// Has something in common with a list or a range.
    Ov,
    /// A range lies left of another.
    Sl,
    /// A range lies right of another.
    Sr,
    /// A range does not reach further right.
    Nxr,
    /// A range does not reach further left.
    Nxl,
    /// A range begins where another ends.
    Adj,
}

impl Operator {
    /// Every operator with its word in the grammar: the one table that parser, printer and
    /// documentation read.
    pub const WORDS: [(Self, &'static str); 25] = [
        (Self::Eq, "eq"),
        (Self::Neq, "neq"),
        (Self::Gt, "gt"),
        (Self::Gte, "gte"),
        (Self::Lt, "lt"),
        (Self::Lte, "lte"),
        (Self::Like, "like"),
        (Self::Ilike, "ilike"),
        (Self::In, "in"),
        (Self::Is, "is"),
        (Self::IsDistinct, "isdistinct"),
        (Self::Match, "match"),
        (Self::Imatch, "imatch"),
        (Self::Fts, "fts"),
        (Self::Plfts, "plfts"),
        (Self::Phfts, "phfts"),
        (Self::Wfts, "wfts"),
        (Self::Cs, "cs"),
        (Self::Cd, "cd"),
        (Self::Ov, "ov"),
        (Self::Sl, "sl"),
        (Self::Sr, "sr"),
        (Self::Nxr, "nxr"),
        (Self::Nxl, "nxl"),
        (Self::Adj, "adj"),
    ];

    /// Whether it may be asked for any or for all of a list.
    pub fn takes_quantifier(self) -> bool {
        match self {
            Self::Eq
            | Self::Gt
            | Self::Gte
            | Self::Lt
            | Self::Lte
            | Self::Like
            | Self::Ilike
            | Self::Match
            | Self::Imatch => true,
            Self::Neq
            | Self::In
            | Self::Is
            | Self::IsDistinct
            | Self::Fts
            | Self::Plfts
            | Self::Phfts
            | Self::Wfts
            | Self::Cs
            | Self::Cd
            | Self::Ov
            | Self::Sl
            | Self::Sr
            | Self::Nxr
            | Self::Nxl
            | Self::Adj => false,
        }
    }

    /// The operator's word in the grammar.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(operator, _)| *operator == self).map_or("", |(_, word)| word)
    }

    /// The operator a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(operator, _)| *operator)
    }
}
