//! Items of the functional classification that the narrative names and the code lists do not know: the document's own
//! tables print their codes.

use std::collections::BTreeMap;

use crate::record::{Claim, Classification, CodeSystem, TableRecord, join_key};

/// Names that the tables print for the codes of the functional classification; those of several codes under one parent
/// say nothing.
type Printed<'a> = BTreeMap<(&'a str, String), Option<&'a str>>;

/// Gives the statements about such an item its code: 住房保障支出/超长期特别国债安排的支出/其他住房保障支出 becomes
/// `function:2219899`.
pub(super) fn settle(claims: &mut [Claim], tables: &[TableRecord]) {
    if !claims.iter().any(|c| c.subject.contains('/')) {
        return;
    }
    let printed = printed(tables);
    for claim in claims {
        if let Some(code) = code(&claim.subject, &printed) {
            claim.subject = format!("function:{code}");
        }
    }
}

fn printed(tables: &[TableRecord]) -> Printed<'_> {
    let mut printed = Printed::new();
    for cell in tables.iter().flat_map(|t| &t.cells) {
        let Some(code) = cell.fact.as_ref().and_then(|f| f.function_code.as_deref()) else { continue };
        // The row of a project has its item's code and a name of its own.
        if cell.fact.as_ref().is_some_and(|f| f.project.is_some()) || join_key(&cell.row_code) != code {
            continue;
        }
        let Some(parent) = code.len().checked_sub(2).filter(|n| *n >= 3).and_then(|n| code.get(..n)) else { continue };
        let known = printed.entry((parent, key(&cell.row_name))).or_insert(Some(code));
        if known.is_some_and(|other| other != code) {
            *known = None;
        }
    }
    printed
}

/// 司法支出 and 司法 are one name.
fn key(name: &str) -> String {
    let name = join_key(name);
    let name = name.rsplit('/').next().unwrap_or(&name);
    name.strip_suffix("支出").unwrap_or(name).to_owned()
}

/// The code of a path of names, or of one that begins with a section whose class is not told.
fn code(subject: &str, printed: &Printed<'_>) -> Option<String> {
    let list = Classification::builtin();
    let mut names = subject.split('/');
    let (first, second) = (names.next()?, names.next()?);
    let child = |parent: &str, name: &str| {
        let own = printed.get(&(parent, key(name))).copied().flatten();
        own.or_else(|| list.child_by_name(CodeSystem::Function, parent, name)).map(str::to_owned)
    };
    let mut code = if let Some(class) = list.function_class(first) {
        let Some(section) = child(class, second) else { return only_item(class, names.next()?, printed) };
        section
    } else {
        let section = printed.iter().filter(|((parent, name), _)| parent.len() == 3 && *name == key(first));
        let mut sections: Vec<&str> = section.filter_map(|(_, code)| *code).collect();
        sections.dedup();
        let [section] = sections.as_slice() else { return None };
        child(section, second)?
    };
    for name in names {
        code = child(&code, name)?;
    }
    Some(code)
}

/// The one item of that name in a class: the text may have an older name of its section.
fn only_item(class: &str, name: &str, printed: &Printed<'_>) -> Option<String> {
    // 行政运行 is an item of every section.
    let entries = Classification::builtin().entries().iter();
    let mut items =
        entries.filter(|e| e.system == CodeSystem::Function && e.code.len() == 7 && key(&e.name) == key(name));
    if items.nth(1).is_some() {
        return None;
    }
    let mut named =
        printed.iter().filter(|((parent, own), _)| parent.len() == 5 && parent.starts_with(class) && *own == key(name));
    let (_, code) = named.next()?;
    code.filter(|_| named.next().is_none()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{CellRecord, Fact, TableKind, TableState};

    #[test]
    fn items_that_no_list_knows_have_the_code_that_the_table_prints() {
        let cell = |code: &str, name: &str| CellRecord {
            row_code: code.into(),
            row_name: name.into(),
            fact: Some(Fact { function_code: Some(code.into()), ..Fact::default() }),
            ..CellRecord::default()
        };
        let table = TableRecord {
            kind: TableKind::GovernmentFundExpenditure,
            title: String::new(),
            place: crate::record::Place::default(),
            unit: None,
            state: TableState::Data,
            remark: String::new(),
            cells: vec![
                cell("22197", "某项国债安排的支出"),
                cell("2219799", "某项其他支出"),
                cell("2219798", "某某支出"),
                cell("2219796", "某某"),
            ],
        };
        let claim = |subject: &str| Claim { subject: subject.to_owned(), ..Claim::default() };
        let mut claims = [
            "住房保障支出/某项国债安排的支出/某项其他支出",
            "某项国债安排的支出/某项其他",
            "住房保障支出/某项国债安排的支出/某某",
            "某支出/某款/某项",
            "住房保障支出/旧名/某项其他",
        ]
        .map(claim);
        settle(&mut claims, &[table]);
        let subjects = claims.each_ref().map(|c| c.subject.as_str());
        assert_eq!(subjects[..2], ["function:2219799"; 2]);
        assert_eq!(subjects[2], "住房保障支出/某项国债安排的支出/某某", "two codes have that name");
        assert_eq!(subjects[3], "某支出/某款/某项");
        assert_eq!(subjects[4], "function:2219799", "the only item of that name in its class");
    }
}
