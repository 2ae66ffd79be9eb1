//! Where in a statement of SQL the cursor stands, found by walking its tokens backwards.

use crate::session::tokens::{Kind, Piece, pieces};

/// What may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first word of a statement.
    Start,
    /// A table, view or macro.
    Relation,
    /// An expression.
    Expression,
    /// A column of what is called so.
    Column(String),
    /// The name of a parameter of a macro, or its next value; so many values stand before it.
    Argument {
        /// The macro.
        of: String,
        /// Values that stand before.
        before: usize,
    },
    /// A value that is compared with a column.
    Compared(String),
    /// A value of a named parameter.
    Given {
        /// The macro.
        of: String,
        /// The parameter.
        param: String,
    },
    /// What may follow a complete operand: a keyword.
    Rest,
}

/// Something that a statement reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// Its name.
    pub(super) name: String,
    /// How the statement calls it.
    pub(super) alias: String,
}

/// The cursor in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) place: Place,
    /// What is typed of the word, without its opening quote.
    pub(super) typed: String,
    /// Where the word begins, its quote included.
    pub(super) start: usize,
    /// The quote that it begins with.
    pub(super) quote: Option<char>,
    /// What the whole statement reads from.
    pub(super) relations: Vec<Relation>,
}

/// Looks at the place between `before` and `after`.
pub(super) fn spot(before: &str, after: &str) -> Option<Spot> {
    let mut all = pieces(before);
    let mut typed = String::new();
    let mut start = before.len();
    let mut quote = None;
    match all.last() {
        Some(last) if last.kind == Kind::Open => {
            quote = last.text.chars().next().filter(|q| matches!(q, '\'' | '"'));
            // Inside a comment or a dollar quote nothing is completed.
            quote?;
            typed = last.plain();
            start = last.start;
            all.pop();
        }
        Some(last) if last.kind == Kind::Comment && !last.text.ends_with('\n') && !last.text.ends_with("*/") => {
            return None;
        }
        Some(last) if matches!(last.kind, Kind::Word | Kind::Keyword | Kind::Number) => {
            last.text.clone_into(&mut typed);
            start = last.start;
            all.pop();
        }
        _ => {}
    }
    let mut read: Vec<Piece<'_>> = pieces(before);
    read.extend(pieces(after));
    let relations = relations(&meaningful(read));
    let place = place(&meaningful(all), quote);
    Some(Spot { place, typed, start, quote, relations })
}

fn meaningful(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    pieces.into_iter().filter(|p| !matches!(p.kind, Kind::Space | Kind::Comment)).collect()
}

/// Keywords before a relation.
const BEFORE_RELATION: [&str; 9] =
    ["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "DESCRIBE", "DESC", "SUMMARIZE", "PIVOT"];
/// Symbols and keywords that compare.
const COMPARES: [&str; 7] = ["=", "==", "<>", "!=", "LIKE", "ILIKE", "IN"];

fn place(tokens: &[Piece<'_>], quote: Option<char>) -> Place {
    let back = |n: usize| tokens.len().checked_sub(n).and_then(|i| tokens.get(i));
    let Some(last) = back(1) else { return Place::Start };
    let name = |n: usize| back(n).filter(|p| is_name(p)).map(Piece::plain);
    if last.is(".") {
        return name(2).map_or(Place::Expression, Place::Column);
    }
    if let Some(call) = call(tokens) {
        if last.is(":=") || last.is("=>") {
            return name(2).map_or(Place::Expression, |param| Place::Given { of: call.of, param });
        }
        if last.is("(") || last.is(",") {
            return Place::Argument { of: call.of, before: call.before };
        }
        return Place::Rest;
    }
    if COMPARES.iter().any(|c| last.is(c))
        && let Some(column) = name(if back(2).is_some_and(|p| p.is("NOT")) { 3 } else { 2 })
    {
        return Place::Compared(column);
    }
    if let Some(column) = listed(tokens) {
        return Place::Compared(column);
    }
    if quote == Some('\'') {
        return Place::Rest;
    }
    if BEFORE_RELATION.iter().any(|w| last.is(w)) && !orders(tokens) {
        return Place::Relation;
    }
    if last.is(",") && clause(tokens).is_some_and(|c| c.is("FROM")) {
        return Place::Relation;
    }
    let operand = matches!(last.kind, Kind::Word | Kind::Name | Kind::Number | Kind::Text)
        || [")", "]", "*", "END", "NULL", "TRUE", "FALSE", "ALL", "ASC", "DESC"].iter().any(|w| last.is(w));
    // A star after an operand multiplies.
    let multiplies = last.is("*") && back(2).is_some_and(|p| matches!(p.kind, Kind::Word | Kind::Number) || p.is(")"));
    if operand && !multiplies { Place::Rest } else { Place::Expression }
}

fn is_name(piece: &Piece<'_>) -> bool {
    matches!(piece.kind, Kind::Word | Kind::Name)
}

/// Whether `DESC` at the end is of an order.
fn orders(tokens: &[Piece<'_>]) -> bool {
    tokens.last().is_some_and(|p| p.is("DESC")) && tokens.len() > 1
}

/// A macro in whose brackets the cursor stands.
struct Call {
    of: String,
    before: usize,
}

fn call(tokens: &[Piece<'_>]) -> Option<Call> {
    let (at, commas) = opening(tokens)?;
    let name = at.checked_sub(1).and_then(|i| tokens.get(i)).filter(|p| is_name(p))?;
    let before = at.checked_sub(2).and_then(|i| tokens.get(i))?;
    let reads = BEFORE_RELATION.iter().any(|w| before.is(w));
    let in_list = before.is(",") && clause(tokens.get(..at.saturating_sub(1))?).is_some_and(|c| c.is("FROM"));
    (reads || in_list).then(|| Call { of: name.plain(), before: commas })
}

/// The bracket that is open at the end, and the commas after it.
fn opening(tokens: &[Piece<'_>]) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut commas = 0;
    for (i, token) in tokens.iter().enumerate().rev() {
        if token.is(")") {
            depth += 1;
        } else if token.is("(") {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some((i, commas)),
            }
        } else if token.is(",") && depth == 0 {
            commas += 1;
        }
    }
    None
}

/// The column of `column IN (…, `.
fn listed(tokens: &[Piece<'_>]) -> Option<String> {
    let last = tokens.last()?;
    if !last.is("(") && !last.is(",") {
        return None;
    }
    let (at, _) = opening(tokens)?;
    let back = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
    if !back(1)?.is("IN") {
        return None;
    }
    let column = if back(2)?.is("NOT") { back(3)? } else { back(2)? };
    is_name(column).then(|| column.plain())
}

/// The keyword that begins the clause at the end, in the same brackets.
fn clause<'a>(tokens: &'a [Piece<'a>]) -> Option<&'a Piece<'a>> {
    const CLAUSES: [&str; 11] =
        ["FROM", "SELECT", "WHERE", "BY", "HAVING", "QUALIFY", "ON", "USING", "SET", "VALUES", "RETURNING"];
    let mut depth = 0_usize;
    for token in tokens.iter().rev() {
        if token.is(")") {
            depth += 1;
        } else if token.is("(") {
            depth = depth.checked_sub(1)?;
        } else if depth == 0 && CLAUSES.iter().any(|c| token.is(c)) {
            return Some(token);
        }
    }
    None
}

/// What the statement reads from, in every one of its brackets.
fn relations(tokens: &[Piece<'_>]) -> Vec<Relation> {
    let mut found: Vec<Relation> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let reads = ["FROM", "JOIN", "INTO", "UPDATE", "SUMMARIZE", "DESCRIBE", "PIVOT"].iter().any(|w| token.is(w));
        if !reads {
            continue;
        }
        let mut at = i + 1;
        while let Some((relation, next)) = relation(tokens, at) {
            if !found.contains(&relation) {
                found.push(relation);
            }
            if !tokens.get(next).is_some_and(|p| p.is(",")) {
                break;
            }
            at = next + 1;
        }
    }
    found
}

/// The relation that stands at a token, and the token after it.
fn relation(tokens: &[Piece<'_>], at: usize) -> Option<(Relation, usize)> {
    let mut at = at;
    let mut name = tokens.get(at).filter(|p| is_name(p))?.plain();
    at += 1;
    while tokens.get(at).is_some_and(|p| p.is("."))
        && let Some(part) = tokens.get(at + 1).filter(|p| is_name(p))
    {
        name = part.plain();
        at += 2;
    }
    if tokens.get(at).is_some_and(|p| p.is("(")) {
        let mut depth = 0_usize;
        while let Some(token) = tokens.get(at) {
            at += 1;
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
        }
    }
    if tokens.get(at).is_some_and(|p| p.is("AS")) {
        at += 1;
    }
    let alias = match tokens.get(at).filter(|p| is_name(p)) {
        Some(alias) => {
            at += 1;
            alias.plain()
        }
        None => name.clone(),
    };
    Some((Relation { name, alias }, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `|` in a text.
    fn at(text: &str) -> Place {
        let (before, after) = text.split_once('|').unwrap();
        spot(before, after).unwrap().place
    }

    #[test]
    fn places_are_found_in_half_typed_sql() {
        for text in [
            "FROM |",
            "SELECT * FROM fa|",
            "SELECT 1 FROM a, |",
            "FROM a JOIN b|",
            "SUMMARIZE |",
            "SELECT (SELECT 1 FROM |",
        ] {
            assert_eq!(at(text), Place::Relation, "{text}");
        }
        for text in [
            "SELECT |",
            "SELECT a, b|",
            "FROM fact WHERE |",
            "FROM f WHERE a = 1 AND |",
            "FROM f ORDER BY |",
            "SELECT sum(|",
            "SELECT a + |",
            "SELECT | FROM fact",
        ] {
            assert_eq!(at(text), Place::Expression, "{text}");
        }
        for text in [
            "SELECT a |",
            "FROM fact |",
            "FROM fact wh|",
            "FROM f WHERE a = 1 |",
            "SELECT * |",
            "FROM f ORDER BY a DESC |",
            "FROM growth() |",
        ] {
            assert_eq!(at(text), Place::Rest, "{text}");
        }
        assert_eq!(at("SEL|"), Place::Start);
        assert_eq!(at("SELECT f.am| FROM fact f"), Place::Column("f".to_owned()));
        assert_eq!(spot("SELECT 1 -- x", ""), None);
        assert_eq!(spot("SELECT $$x", ""), None);
    }

    #[test]
    fn arguments_of_macros_and_compared_values_are_found() {
        let argument = |before| Place::Argument { of: "growth".to_owned(), before };
        assert_eq!(at("FROM growth(|"), argument(0));
        assert_eq!(at("FROM growth('洛|"), argument(0));
        assert_eq!(at("SELECT * FROM x JOIN growth('洛龙', |"), argument(1));
        assert_eq!(at("FROM x, growth('洛龙', |"), argument(1));
        let given = Place::Given { of: "growth".to_owned(), param: "department".to_owned() };
        assert_eq!(at("FROM growth(since := 2019, department := '洛|"), given);
        let compared = |column: &str| Place::Compared(column.to_owned());
        assert_eq!(at("FROM fact WHERE region = '江|"), compared("region"));
        assert_eq!(at("FROM fact f WHERE f.region = '江|'"), compared("region"));
        assert_eq!(at("FROM fact WHERE item NOT IN ('a', '|"), compared("item"));
        assert_eq!(at("FROM fact WHERE \"item\" NOT LIKE '|"), compared("item"));
        assert_eq!(at("FROM fact WHERE fiscal_year = 20|"), compared("fiscal_year"));
        assert_eq!(at("SELECT 'x|"), Place::Rest);
    }

    #[test]
    fn relations_are_those_of_the_whole_statement() {
        let spot = spot("SELECT ", " FROM main.fact AS f, growth(since := 2019) g JOIN \"年度 表\" USING (x) WHERE y")
            .unwrap();
        let named: Vec<_> = spot.relations.iter().map(|r| (r.name.as_str(), r.alias.as_str())).collect();
        assert_eq!(named, [("fact", "f"), ("growth", "g"), ("年度 表", "年度 表")]);
    }
}
