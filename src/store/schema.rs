//! Creates the tables, with the closed lists of the vocabulary.

use duckdb::{Connection, params};

use crate::record::{
    Classification, DocumentKind, Flow, Fund, Item, Nature, Period, RowRole, Scope, Stage, TableKind, TableState,
    successors,
};

/// Version of `schema.sql`; a change that old files do not have raises it.
pub(super) const VERSION: &str = "8";

/// A list of the vocabulary: identifiers and Chinese terms in order.
type List = (&'static str, Vec<(&'static str, &'static str)>);

fn lists() -> Vec<List> {
    macro_rules! list {
        ($name:literal, $kind:ty) => {
            ($name, <$kind>::ALL.iter().map(|value| (value.id(), value.chinese())).collect())
        };
    }
    vec![
        list!("document_kind", DocumentKind),
        list!("scope", Scope),
        list!("table_kind", TableKind),
        list!("table_state", TableState),
        list!("flow", Flow),
        list!("role", RowRole),
        list!("stage", Stage),
        list!("period", Period),
        list!("fund", Fund),
        list!("nature", Nature),
        list!("item", Item),
    ]
}

/// `schema.sql` with the lists filled in.
fn text(lists: &[List]) -> String {
    let mut sql = include_str!("schema.sql").to_owned();
    for (name, values) in lists {
        let ids: Vec<String> = values.iter().map(|(id, _)| format!("'{id}'")).collect();
        sql = sql.replace(&format!("{{{{{name}}}}}"), &ids.join(", "));
    }
    sql
}

/// Creates the schema in an empty database, whole or not at all.
pub(super) fn create(connection: &mut Connection) -> duckdb::Result<()> {
    let lists = lists();
    let transaction = connection.transaction()?;
    transaction.execute_batch(&text(&lists))?;
    {
        let mut insert = transaction.prepare("INSERT INTO vocabulary VALUES (?, ?, ?, ?)")?;
        for (name, values) in &lists {
            for (ordinal, (id, chinese)) in (1_i32..).zip(values) {
                insert.execute(params![name, id, ordinal, chinese])?;
            }
        }
        let mut insert = transaction.prepare(
            "INSERT INTO classification VALUES (?, ?, ?, ?, ?, ?, ?, list_filter(string_split(?, '|'), lambda a: a <> ''), ?)",
        )?;
        for entry in Classification::builtin().entries() {
            insert.execute(params![
                entry.system.id(),
                entry.code,
                entry.valid_from,
                entry.valid_to,
                entry.name,
                u32::try_from(entry.level()).unwrap_or_default(),
                entry.parent(),
                entry.aliases,
                entry.evidence,
            ])?;
        }
    }
    {
        let mut insert = transaction.prepare("INSERT INTO successor VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
        for line in successors() {
            insert.execute(params![
                line.system,
                line.code,
                line.successor,
                line.from_year,
                line.effect.id(),
                line.region,
                line.why,
                line.evidence,
            ])?;
        }
    }
    transaction.execute("INSERT INTO yusuan_meta VALUES ('schema', ?)", [VERSION])?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_filled_in() {
        assert!(!text(&lists()).contains("({{"));
    }
}
