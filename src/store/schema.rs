//! Creates the tables, with the closed lists of the vocabulary.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use duckdb::{Connection, OptionalExt as _};

use super::StoreError;
use super::rows::{Rows, row};
use crate::record::{
    Classification, DocumentKind, Flow, Fund, Item, Nature, Period, RowRole, Scope, Stage, TableKind, TableState,
    successors,
};

/// Version of `schema.sql`; a change that old files do not have raises it.
pub(super) const VERSION: &str = "12";

/// Subjects of sentences (`data/lexicon.toml`, `data/counts.toml`) that are no item, nature or fund.
const SUBJECTS: [(&str, &str); 48] = [
    ("total_revenue", "收入总计"),
    ("general_public_revenue", "一般公共预算收入"),
    ("general_public_basic", "一般公共预算基本支出"),
    ("fiscal_appropriation", "财政拨款"),
    ("fiscal_appropriation_revenue", "财政拨款收入"),
    ("government_fund_revenue", "政府性基金预算收入"),
    ("state_capital_revenue", "国有资本经营预算收入"),
    ("carry_over", "上年结转资金"),
    ("carried_forward", "结转下年资金"),
    ("business_revenue", "事业收入"),
    ("operating_revenue", "经营收入"),
    ("superior_revenue", "上级补助收入"),
    ("subordinate_revenue", "附属单位上缴收入"),
    ("other_revenue", "其他收入"),
    ("procurement_goods", "政府采购货物"),
    ("procurement_works", "政府采购工程"),
    ("procurement_services", "政府采购服务"),
    ("purchased_services", "政府购买服务"),
    ("procurement_reserved", "面向中小企业预留采购"),
    ("procurement_reserved_micro", "面向小微企业预留采购"),
    ("procurement_awarded", "授予中小企业合同"),
    ("procurement_awarded_micro", "授予小微企业合同"),
    ("domestic_reception", "国内公务接待费"),
    ("foreign_affairs_reception", "外事接待费"),
    ("overseas_reception", "国（境）外公务接待费"),
    ("projects", "绩效目标项目"),
    ("projects_tracked", "绩效跟踪项目"),
    ("projects_evaluated", "绩效自评项目"),
    ("vehicles", "车辆"),
    ("abroad_groups", "因公出国（境）团组"),
    ("abroad_groups_joined", "参加其他单位因公出国（境）团组"),
    ("abroad_visits", "因公出国（境）人次"),
    ("vehicles_kept", "公务用车保有量"),
    ("vehicles_purchased", "公务用车购置数"),
    ("reception_batches", "公务接待批次"),
    ("reception_guests", "公务接待人次"),
    ("domestic_reception_batches", "国内公务接待批次"),
    ("domestic_reception_guests", "国内公务接待人次"),
    ("foreign_affairs_batches", "外事接待批次"),
    ("foreign_affairs_guests", "外事接待人次"),
    ("overseas_reception_batches", "国（境）外公务接待批次"),
    ("overseas_reception_guests", "国（境）外公务接待人次"),
    ("meetings", "会议次数"),
    ("meeting_participants", "参加会议人次"),
    ("trainings", "培训次数"),
    ("trainees", "参加培训人次"),
    ("establishment", "编制人数"),
    ("staff", "实有人数"),
];

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
        ("subject", SUBJECTS.to_vec()),
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
pub(super) fn create(connection: &mut Connection) -> Result<(), StoreError> {
    let lists = lists();
    let transaction = connection.transaction()?;
    transaction.execute_batch(&text(&lists))?;
    fill(&transaction, &lists)?;
    transaction.execute("INSERT INTO yusuan_meta VALUES ('schema', ?), ('lists', ?)", [VERSION, &digest(&lists)])?;
    Ok(transaction.commit()?)
}

/// Brings the words, codes and reforms of a file to what this program knows. Where it is stopped half way, the next one does
/// it again.
pub(super) fn refresh_lists(connection: &Connection) -> Result<(), StoreError> {
    let lists = lists();
    let now = digest(&lists);
    let known: Option<String> =
        connection.query_row("SELECT value FROM yusuan_meta WHERE key = 'lists'", [], |row| row.get(0)).optional()?;
    if known.as_ref() == Some(&now) {
        return Ok(());
    }
    connection.execute_batch("DELETE FROM vocabulary; DELETE FROM classification; DELETE FROM successor;")?;
    fill(connection, &lists)?;
    connection.execute("INSERT OR REPLACE INTO yusuan_meta VALUES ('lists', ?)", [now])?;
    Ok(())
}

/// What tells the contents of the lists from others.
fn digest(lists: &[List]) -> String {
    let mut hasher = DefaultHasher::new();
    let files = [include_str!("../../data/classification.csv"), include_str!("../../data/successor.csv")];
    (lists, files).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Fills the tables of what the program knows, many rows at once: a statement for each takes 0.1 s.
fn fill(connection: &Connection, lists: &[List]) -> Result<(), StoreError> {
    let mut vocabulary = Rows::new("vocabulary", "ttit");
    for (name, values) in lists {
        for (ordinal, (id, chinese)) in (1_u32..).zip(values) {
            row!(vocabulary, *name, *id, ordinal, *chinese);
        }
    }
    let mut classification = Rows::new("classification", "ttiititat");
    for entry in Classification::builtin().entries() {
        let level = u32::try_from(entry.level()).unwrap_or_default();
        let aliases = entry.aliases.split('|').filter(|alias| !alias.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        row!(
            classification,
            entry.system.id(),
            &entry.code,
            entry.valid_from,
            entry.valid_to,
            &entry.name,
            level,
            entry.parent(),
            aliases.as_slice(),
            &entry.evidence
        );
    }
    let mut successor = Rows::new("successor", "tttitttt");
    for line in successors() {
        row!(
            successor,
            &line.system,
            &line.code,
            line.successor.as_ref(),
            line.from_year,
            line.effect.id(),
            line.region.as_ref(),
            &line.why,
            &line.evidence
        );
    }
    [vocabulary, classification, successor].iter_mut().try_for_each(|rows| rows.flush(connection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_filled_in() {
        assert!(!text(&lists()).contains("({{"));
    }

    #[test]
    fn a_file_of_an_earlier_program_learns_the_words_codes_and_reforms_of_this_one() {
        let store = crate::store::Store::in_memory().unwrap();
        let count = || -> Vec<i64> {
            let of = |table| format!("SELECT count(*) FROM {table}");
            let read = |table| store.connection.query_row(&of(table), [], |row| row.get(0)).unwrap();
            ["vocabulary", "classification", "successor"].map(read).to_vec()
        };
        let all = count();
        refresh_lists(&store.connection).unwrap();
        store
            .connection
            .execute_batch("DELETE FROM vocabulary WHERE list = 'subject'; DELETE FROM successor;")
            .unwrap();
        refresh_lists(&store.connection).unwrap();
        assert_ne!(count(), all, "what is as it was is not looked at");
        store.connection.execute_batch("UPDATE yusuan_meta SET value = 'old' WHERE key = 'lists'").unwrap();
        refresh_lists(&store.connection).unwrap();
        assert_eq!(count(), all);
    }

    #[test]
    fn every_subject_of_a_sentence_has_a_chinese_name() {
        let lexicon: toml::Table = include_str!("../../data/lexicon.toml").parse().unwrap();
        let counts: toml::Table = include_str!("../../data/counts.toml").parse().unwrap();
        let lists = lists();
        for subject in [&lexicon["subject"], &counts["count"]].into_iter().flat_map(|list| list.as_array().unwrap()) {
            let name = subject["name"].as_str().unwrap();
            let named = |(list, values): &List| {
                ["subject", "item", "nature", "fund"].contains(list) && values.iter().any(|(id, _)| *id == name)
            };
            assert!(lists.iter().any(named), "{name}");
        }
    }
}
