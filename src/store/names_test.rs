//! One department under several names: by rule, by region, by the user's aliases.

use super::*;
use crate::record::{Aliases, Disclosure, Part, Scope};

fn disclosure(name: &str, region: Option<&str>, year: u16) -> Disclosure {
    let mut disclosure = sample::henan(year);
    disclosure.header.department.name = name.to_owned();
    disclosure.header.department.region = region.map(str::to_owned);
    disclosure.header.department.code = None;
    disclosure.header.department.region_code = None;
    disclosure.source.sha256 = format!("{name}-{region:?}-{year}");
    disclosure
}

fn store(disclosures: &[Disclosure]) -> Store {
    let mut store = Store::in_memory().unwrap();
    store.install(&queries_test::definitions()).unwrap();
    for disclosure in disclosures {
        store.import(disclosure).unwrap();
    }
    store
}

fn aliases(store: &mut Store, text: &str) -> bool {
    store.use_aliases(&Aliases::parse(text).unwrap()).unwrap()
}

fn rows(store: &Store, columns: &str, from: &str) -> Vec<String> {
    queries_test::lines(store, columns, from)
}

fn departments(store: &Store) -> Vec<String> {
    rows(store, "name, coalesce(region, '–')", "department ORDER BY name, region")
}

#[test]
fn forms_of_one_name_are_one_department_in_any_order() {
    let mut all = [
        disclosure("中国共产党江苏省委员会办公厅", Some("江苏省"), 2017),
        disclosure("中共江苏省委办公厅", Some("江苏省"), 2018),
        disclosure("省委办公厅", None, 2019),
        disclosure("江苏省人大常委会办公厅", Some("江苏省"), 2017),
        disclosure("江苏省人大常委会", Some("江苏省"), 2018),
        disclosure("省人大办公厅", Some("江苏省"), 2019),
        disclosure("中国人民政治协商会议江苏省委员会办公厅", None, 2017),
        disclosure("江苏省政协办公厅", Some("江苏省"), 2018),
    ];
    for _ in 0..2 {
        let store = store(&all);
        assert_eq!(
            departments(&store),
            ["中共江苏省委办公厅 江苏省", "江苏省人大常委会办公厅 江苏省", "江苏省政协办公厅 江苏省"]
        );
        let reasons = rows(&store, "name, coalesce(reason, '–')", "department_alias ORDER BY name");
        assert_eq!(
            reasons,
            [
                "中共江苏省委办公厅 –",
                "中国人民政治协商会议江苏省委员会办公厅 中国人民政治协商会议…委员会 = 政协…委员会 = …政协",
                "中国共产党江苏省委员会办公厅 中国共产党…委员会 = 中共…委 = …委",
                "江苏省人大常委会 人大、政协的部门预算由其办公厅（室）公开；办公厅 = 办公室（同一机关）",
                "江苏省人大常委会办公厅 –",
                "江苏省政协办公厅 –",
                "省人大办公厅 人民代表大会常务委员会 = 人大常委会 = 人大；名称省略地区",
                "省委办公厅 中国共产党…委员会 = 中共…委 = …委；名称省略地区；未写明地区，已知同名部门只有江苏省一个",
            ]
        );
        for name in ["江苏省委办公厅", "江苏省人大办公厅", "中国共产党江苏省委员会办公厅"]
        {
            assert!(store.run(&format!("FROM growth(department := '{name}')")).unwrap().rows() >= 2, "{name}");
        }
        all.reverse();
    }
}

#[test]
fn documents_of_forms_that_turn_out_to_be_one_supersede_each_other() {
    let mut tables = disclosure("财政局", None, 2023);
    tables.part = Part::Tables;
    tables.claims.clear();
    let mut narrative = disclosure("上海市普陀区财政局", Some("上海市普陀区"), 2023);
    narrative.part = Part::Narrative;
    narrative.tables.clear();
    let other = disclosure("洛阳市洛龙区财政局", Some("洛阳市洛龙区"), 2023);
    let mut unit = disclosure("洛阳市洛龙区财政局", Some("洛阳市洛龙区"), 2023);
    unit.header.scope = Scope::Unit;
    unit.source.sha256.push_str("unit");

    let mut store = store(&[tables.clone(), narrative.clone()]);
    assert_eq!(
        rows(&store, "department, region, supersedes", "current_document JOIN document USING (document_id)"),
        ["上海市普陀区财政局 上海市普陀区"]
    );
    assert_eq!(store.run("FROM growth() WHERE stated_change > 0").unwrap().rows(), 1);

    // A second region makes 财政局 ambiguous: it is nobody's again.
    store.import(&other).unwrap();
    store.import(&unit).unwrap();
    let all = ["上海市普陀区财政局 上海市普陀区", "洛阳市洛龙区财政局 洛阳市洛龙区", "财政局 –"];
    assert_eq!(departments(&store), all);
    assert_eq!(rows(&store, "count(*), count(DISTINCT department_id)", "current_document"), ["4 3"]);
    assert_eq!(
        rows(&store, "department, scope", "total_expenditure ORDER BY ALL"),
        ["洛阳市洛龙区财政局 department", "洛阳市洛龙区财政局 unit", "财政局 department",]
    );

    // The user knows; taking the line back parts them again.
    assert!(aliases(&mut store, "name,canonical,note\n财政局,上海市普陀区财政局,表格未写地区\n"));
    assert_eq!(departments(&store), all[..2]);
    assert_eq!(rows(&store, "count(*)", "growth() WHERE department LIKE '上海%' AND stated_change > 0"), ["1"]);
    assert_eq!(
        rows(&store, "reason", "department_alias WHERE name = '财政局'"),
        ["aliases.csv: 财政局 = 上海市普陀区财政局（表格未写地区）"]
    );
    assert!(!aliases(&mut store, "name,canonical,note\n财政局,上海市普陀区财政局,表格未写地区\n"));
    assert!(aliases(&mut store, ""));
    assert_eq!(departments(&store), all);
    assert_eq!(rows(&store, "count(*)", "current_document"), ["4"]);
}

#[test]
fn aliases_hold_for_what_comes_later_and_merge_what_is_there() {
    let old = disclosure("洛阳市洛龙区国土资源局", Some("洛阳市洛龙区"), 2018);
    let new = disclosure("洛阳市洛龙区自然资源局", Some("洛阳市洛龙区"), 2018);
    let list = "name,canonical\n洛阳市洛龙区国土资源局,洛阳市洛龙区自然资源局\n";
    let mut before = store(&[]);
    aliases(&mut before, list);
    before.import(&old).unwrap();
    let imported = before.import(&new).unwrap();
    assert_eq!(imported, Imported::Superseded { earlier: 1 });

    let mut after = store(&[old, new]);
    assert_eq!(rows(&after, "count(*)", "growth()"), ["2"]);
    aliases(&mut after, list);
    for store in [&before, &after] {
        assert_eq!(departments(store), ["洛阳市洛龙区自然资源局 洛阳市洛龙区"]);
        assert_eq!(rows(store, "document_id, supersedes", "document ORDER BY ALL"), ["1", "2 1"]);
        assert_eq!(rows(store, "count(*)", "growth()"), ["1"]);
        assert_eq!(rows(store, "count(*)", "growth(department := '国土')"), ["1"]);
    }
}

#[test]
fn a_province_may_be_left_out_but_a_district_alone_is_not_enough() {
    let store = store(&[
        disclosure("河南省洛阳市洛龙区教育局", Some("河南省洛阳市洛龙区"), 2022),
        disclosure("洛阳市洛龙区教育局", Some("洛阳市洛龙区"), 2023),
        disclosure("上海市普陀区教育局", Some("上海市普陀区"), 2023),
        disclosure("普陀区教育局", Some("普陀区"), 2022),
    ]);
    assert_eq!(
        departments(&store),
        ["上海市普陀区教育局 上海市普陀区", "普陀区教育局 普陀区", "洛阳市洛龙区教育局 洛阳市洛龙区"]
    );
    assert_eq!(
        rows(&store, "name, reason", "department_alias WHERE reason IS NOT NULL"),
        ["河南省洛阳市洛龙区教育局 名称省略地区；河南省洛阳市洛龙区 = 洛阳市洛龙区"]
    );
}
