//! Which department a printed name means: the same body under its full name, its short name, with or
//! without its region.
//!
//! Names are compared by a key that general rules make (`data/departments.toml`), within a region. What
//! no rule can know — that one body became another, or which region a name without one means — is told
//! by the user's [`Aliases`](super::Aliases).

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::text::{join_key, pattern, squash};

#[derive(Debug, Deserialize)]
struct RuleText {
    find: String,
    put: String,
    short: bool,
    why: String,
}

#[derive(Debug, Deserialize)]
struct RuleFile {
    rule: Vec<RuleText>,
}

#[derive(Debug)]
struct Rule {
    find: Regex,
    text: RuleText,
}

#[allow(clippy::expect_used)] // the rules are part of the program; a test reads them
fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let file: RuleFile =
            toml::from_str(include_str!("../../data/departments.toml")).expect("data/departments.toml is well formed");
        file.rule.into_iter().map(|text| Rule { find: pattern(&text.find), text }).collect()
    });
    &RULES
}

/// What a name means, as far as the name tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// What is left of the name when full and short forms are made one and the region is taken away:
    /// equal keys in one region are one department.
    pub key: String,
    /// Level that the name begins with in place of a region: 省 in 省人大办公厅.
    pub level: Option<String>,
    /// Region by name.
    pub region: Option<String>,
    /// The name in its common short form (江苏省委办公厅).
    pub short: String,
    /// The name in the form in which names are compared, with its region.
    pub full: String,
    /// The rules that made the short form, in words.
    pub rules: Vec<&'static str>,
    /// The rules that serve to compare only.
    pub folds: Vec<&'static str>,
}

impl Identity {
    /// The identity of a printed name; `region` is what is known of its region otherwise.
    #[must_use]
    pub fn of(name: &str, region: Option<&str>) -> Self {
        let mut text = join_key(name).into_owned();
        let mut short = text.clone();
        let mut identity = Self::default();
        for rule in rules() {
            let changed = rule.find.replace(&text, rule.text.put.as_str());
            if changed != text {
                text = changed.into_owned();
                if rule.text.short {
                    identity.rules.push(&rule.text.why);
                    short.clone_from(&text);
                } else {
                    identity.folds.push(&rule.text.why);
                }
            }
        }
        let region = region.map(|r| squash(r).into_owned()).filter(|r| !r.is_empty()).or_else(|| region_in(&text));
        let (key, level) = local(&text, region.as_deref());
        Self { key, level, region, short, full: text, ..identity }
    }
}

/// The name without its region, and the level that stands in place of one.
fn local(text: &str, region: Option<&str>) -> (String, Option<String>) {
    // 市场 is no 市, 市政管理 no 市政 of a city.
    const NO_LEVEL: [&str; 11] =
        ["市场", "市容", "市区", "区域", "县域", "市政工", "市政管", "市政公", "市政设", "市政园", "市政养"];
    if let Some(region) = region {
        // A name may leave out the province, or the city: 洛龙区教育局 in 洛阳市洛龙区.
        let mut tail = region;
        loop {
            if let Some(rest) = text.strip_prefix(tail).filter(|rest| !rest.is_empty()) {
                return (rest.to_owned(), None);
            }
            match next_level(tail) {
                Some(rest) if !rest.is_empty() => tail = rest,
                _ => break,
            }
        }
    }
    let level = text.get(..'省'.len_utf8()).filter(|first| "省市区县州盟旗".contains(first));
    let rest = level.and_then(|first| text.strip_prefix(first)).filter(|rest| !rest.is_empty());
    match (level, rest) {
        (Some(level), Some(rest)) if !NO_LEVEL.iter().any(|word| text.starts_with(word)) => match region {
            Some(region) if region.ends_with(level) => (rest.to_owned(), None),
            Some(_) => (text.to_owned(), None),
            None => (rest.to_owned(), Some(level.to_owned())),
        },
        _ => (text.to_owned(), None),
    }
}

/// A region without its first level.
fn next_level(region: &str) -> Option<&str> {
    let at = region.char_indices().skip(1).find(|(_, c)| "省市区县州盟旗".contains(*c))?;
    region.get(at.0 + at.1.len_utf8()..)
}

/// Whether two names of regions mean one: 洛阳市洛龙区 and 河南省洛阳市洛龙区. A district alone (普陀区) may
/// be of several cities and is nobody's.
#[must_use]
pub fn same_region(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if long == short {
        return true;
    }
    let is_unique = short.contains(['省', '市', '州', '盟']);
    is_unique && long.strip_suffix(short).is_some_and(|rest| rest.ends_with(['省', '市', '区', '州', '盟']))
}

/// Region by name: province, prefecture and county as far as the department's name gives them.
#[must_use]
pub fn region_in(department: &str) -> Option<String> {
    static LEVELS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
        // A level's stem is short and has none of the words of an office, so that 人民政府区域… gives none.
        let stem = r"[^省市州盟区县旗局厅委办院会党政府人民处队所站中]";
        [
            pattern(&format!(r"^(?:{stem}{{2,3}}省|.{{2,4}}自治区|(?:北京|上海|天津|重庆)市)")),
            pattern(&format!(r"^{stem}{{1,6}}(?:市|自治州|州|盟|地区)")),
            pattern(&format!(r"^{stem}{{1,6}}(?:区|县|旗|市)")),
        ]
    });
    // What ends in a level's word without being one.
    const NO_LEVEL: [&str; 12] =
        ["城市", "社区", "园区", "辖区", "地区", "街区", "小区", "库区", "林区", "牧区", "景区", "学区"];
    let name = squash(department);
    let start = name.strip_prefix("中国共产党").or_else(|| name.strip_prefix("中共")).unwrap_or(&name);
    let mut rest = start;
    for level in LEVELS.iter() {
        if let Some(found) = level.find(rest).filter(|m| !NO_LEVEL.iter().any(|w| m.as_str().ends_with(w))) {
            rest = rest.get(found.end()..).unwrap_or_default();
        }
    }
    let length = start.len() - rest.len();
    start.get(..length).filter(|r| !r.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> (Option<String>, String) {
        let identity = Identity::of(name, None);
        (identity.region, identity.key)
    }

    #[test]
    fn full_and_short_names_are_one() {
        for group in [
            &[
                "中国共产党江苏省委员会办公厅",
                "中共江苏省委办公厅",
                "江苏省委办公厅",
                "中国共产党 江苏省委员会\n办公厅",
                "江苏省委办公室",
            ][..],
            &[
                "江苏省人大常委会办公厅",
                "江苏省人大办公厅",
                "江苏省人民代表大会常务委员会办公厅",
                "江苏省人大常委会",
                "江苏省人大常委会机关",
            ],
            &["中国人民政治协商会议江苏省委员会办公厅", "政协江苏省委员会办公厅", "江苏省政协办公厅", "江苏省政协"],
            &["洛阳市洛龙区人民政府办公室", "洛阳市洛龙区政府办公室"],
            &["上海市普陀区人民政府万里街道办事处", "上海市普陀区万里街道办事处", "上海市普陀区万里街道办"],
            &["中共洛阳市洛龙区纪律检查委员会", "中国共产党洛阳市洛龙区纪律检查委员会", "洛阳市洛龙区纪委"],
            &["中国共产党江苏省委员会组织部", "中共江苏省委组织部", "江苏省委组织部"],
            &["中国共产主义青年团江苏省委员会", "共青团江苏省委员会", "共青团江苏省委"],
            &["江苏省发展和改革委员会", "江苏省发展和改革委"],
            &["江苏省高级人民法院", "江苏省高级法院"],
            &["洛阳市财政局（本级）", "洛阳市财政局(本级)"],
        ] {
            for name in group {
                assert_eq!(id(name), id(group[0]), "{name}");
            }
            assert!(id(group[0]).0.is_some(), "{}", group[0]);
        }
    }

    #[test]
    fn different_bodies_stay_different() {
        let names = [
            "江苏省委办公厅",
            "江苏省政府办公厅",
            "江苏省人大办公厅",
            "江苏省政协办公厅",
            "江苏省委组织部",
            "江苏省纪委",
            "江苏省委政法委",
            "江苏省财政厅",
            "江苏省教育厅",
            "南京市委办公厅",
            "南京市财政局",
            "南京市财政局（本级）",
            "共青团江苏省委",
            "民革江苏省委员会",
            "洛阳市市场监督管理局",
            "洛阳市市政管理局",
            "洛阳市民政局",
        ];
        let mut ids: Vec<_> = names.map(id).to_vec();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), names.len(), "{ids:?}");
    }

    #[test]
    fn a_region_may_be_left_out_or_known_otherwise() {
        let of = |name, region| Identity::of(name, region);
        assert_eq!(of("省人大办公厅", Some("江苏省")).key, id("江苏省人大常委会办公厅").1);
        assert_eq!(of("洛龙区教育局", Some("洛阳市洛龙区")).key, "教育局");
        assert_eq!(of("教育局", Some("洛阳市洛龙区")).key, "教育局");
        assert_eq!(of("河南省洛阳市教育局", None).region.as_deref(), Some("河南省洛阳市"));
        let alone = of("省人大办公厅", None);
        assert_eq!((alone.level.as_deref(), alone.region), (Some("省"), None));
        assert_eq!(of("市场监督管理局", None).level, None);
        assert_eq!(of("市民政局", None).key, "民政局");
        assert_eq!(of("中国共产党江苏省委员会办公厅", None).short, "江苏省委办公厅");
    }

    #[test]
    fn regions_are_one_when_the_shorter_is_unique() {
        assert!(same_region("洛阳市洛龙区", "河南省洛阳市洛龙区"));
        assert!(same_region("河南省洛阳市", "洛阳市"));
        assert!(!same_region("上海市普陀区", "普陀区"));
        assert!(!same_region("上海市普陀区", "舟山市普陀区"));
        assert!(!same_region("上海市", "海市"));
    }

    #[test]
    fn no_name_panics() {
        for name in ["", "省", "市", "中共", "委员会", "（）", "江苏省", "a市"] {
            let _ = Identity::of(name, None);
            let _ = Identity::of(name, Some(name));
        }
    }
}
