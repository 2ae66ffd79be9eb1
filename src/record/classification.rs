//! Code lists (科目): functional and economic classifications with the years in which a code had a name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::text::join_key;

/// The lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeSystem {
    /// 功能分类
    Function,
    /// 部门预算经济分类
    Economic,
    /// 政府预算经济分类
    EconomicGov,
}

impl CodeSystem {
    /// The identifier used in the database.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Economic => "economic",
            Self::EconomicGov => "economic_gov",
        }
    }
}

/// One code with one name over a span of years.
#[derive(Clone, Debug, Deserialize)]
pub struct ClassificationEntry {
    /// Which list.
    pub system: CodeSystem,
    /// 3 digits class (类), 5 section (款), 7 item (项).
    pub code: String,
    /// First year of validity as far as known.
    pub valid_from: u16,
    /// Last year of validity as far as known.
    pub valid_to: u16,
    /// Official name.
    pub name: String,
    /// Other printed names, separated by `|`.
    #[serde(default)]
    pub aliases: String,
    /// `document`: seen in a published document; `unverified`: from memory.
    pub evidence: String,
}

impl ClassificationEntry {
    /// Level from 1 (class) to 3 (item).
    #[must_use]
    pub fn level(&self) -> usize {
        self.code.len().saturating_sub(1) / 2
    }

    /// The code one level up.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        self.code.len().checked_sub(2).filter(|n| *n >= 3).and_then(|n| self.code.get(..n))
    }

    /// Names other than the official one.
    pub fn alias_list(&self) -> impl Iterator<Item = &str> {
        self.aliases.split('|').filter(|a| !a.is_empty())
    }
}

/// All code lists the program ships with (`data/classification.csv`).
#[derive(Debug)]
pub struct Classification {
    entries: Vec<ClassificationEntry>,
    classes: BTreeMap<String, String>,
}

impl Classification {
    /// The built-in lists, parsed once.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Classification> =
            LazyLock::new(|| Classification::parse(include_str!("../../data/classification.csv")));
        &BUILTIN
    }

    #[allow(clippy::expect_used)] // the list is part of the program; a test reads it
    fn parse(text: &str) -> Self {
        let entries: Vec<ClassificationEntry> = csv::Reader::from_reader(text.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("data/classification.csv is well formed");
        let mut classes = BTreeMap::new();
        for entry in &entries {
            if entry.system == CodeSystem::Function && entry.code.len() == 3 {
                for name in std::iter::once(entry.name.as_str()).chain(entry.alias_list()) {
                    classes.insert(class_key(name), entry.code.clone());
                }
            }
        }
        Self { entries, classes }
    }

    /// All entries in order.
    #[must_use]
    pub fn entries(&self) -> &[ClassificationEntry] {
        &self.entries
    }

    /// The functional class (3 digits) of a printed class name; ordinals must be stripped before.
    ///
    /// Names decide, never ordinals: those follow the codes in some regions only (domain handbook §1.1).
    #[must_use]
    pub fn function_class(&self, name: &str) -> Option<&str> {
        self.classes.get(&class_key(name)).map(String::as_str)
    }

    /// Whether `code` is known under `name` in any year; `None` when the code is not in the list.
    #[must_use]
    pub fn knows(&self, system: CodeSystem, code: &str, name: &str) -> Option<bool> {
        let key = join_key(name);
        let mut entries = self.entries.iter().filter(|e| e.system == system && e.code == code).peekable();
        entries.peek()?;
        Some(entries.any(|e| join_key(&e.name) == key || e.alias_list().any(|alias| join_key(alias) == key)))
    }
}

impl Classification {
    /// The one section (款) that has this name in any class.
    #[must_use]
    pub fn section_by_name(&self, system: CodeSystem, name: &str) -> Option<&str> {
        let key = join_key(name);
        let named = |e: &&ClassificationEntry| {
            e.system == system
                && e.code.len() == 5
                && (join_key(&e.name) == key || e.alias_list().any(|alias| join_key(alias) == key))
        };
        let mut codes: Vec<&str> = self.entries.iter().filter(named).map(|e| e.code.as_str()).collect();
        codes.dedup();
        <[&str; 1]>::try_from(codes).ok().map(|[one]| one)
    }

    /// The one code directly under `parent` that has this name.
    #[must_use]
    pub fn child_by_name(&self, system: CodeSystem, parent: &str, name: &str) -> Option<&str> {
        let first = format!("{parent}00");
        self.sibling_by_name(system, &first, name).or_else(|| {
            let short = name.strip_suffix("支出")?;
            self.sibling_by_name(system, &first, short)
        })
    }

    /// The one code beside `code` (same parent, same level) that has this name; `None` where there is none
    /// or more than one.
    #[must_use]
    pub fn sibling_by_name(&self, system: CodeSystem, code: &str, name: &str) -> Option<&str> {
        let key = join_key(name);
        let parent = code.get(..code.len().checked_sub(2).filter(|n| *n >= 3)?)?;
        let named = |e: &&ClassificationEntry| {
            e.system == system
                && e.code.len() == code.len()
                && e.code.starts_with(parent)
                && (join_key(&e.name) == key || e.alias_list().any(|alias| join_key(alias) == key))
        };
        let mut codes: Vec<&str> = self.entries.iter().filter(named).map(|e| e.code.as_str()).collect();
        codes.dedup();
        match codes.as_slice() {
            [one] if *one != code => Some(one),
            _ => None,
        }
    }
}

/// Class names vary in their last words (`节能环保`, `节能环保支出`) and in the order of 文化旅游体育.
fn class_key(name: &str) -> String {
    let key = join_key(name);
    let key = key.strip_suffix("支出").unwrap_or(&key);
    let key = key.strip_suffix("事务").unwrap_or(key);
    let key = key.strip_suffix('等').unwrap_or(key);
    key.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_class_names_find_their_code() {
        let list = Classification::builtin();
        for (name, code) in [
            ("一般公共服务", "201"),
            ("一般公共服务支出", "201"),
            ("文化体育旅游与传媒支出", "207"),
            ("医疗卫生与计划生育支出", "210"),
            ("农林水事务", "213"),
            ("资源勘探信息等", "215"),
            ("灾害防治及应急管理", "224"),
        ] {
            assert_eq!(list.function_class(name), Some(code), "{name}");
        }
        assert_eq!(list.function_class("本年支出合计"), None);
    }

    #[test]
    fn levels_and_parents_follow_the_digits() {
        for entry in Classification::builtin().entries() {
            assert!(matches!(entry.code.len(), 3 | 5 | 7), "{entry:?}");
            assert!((1..=3).contains(&entry.level()));
            assert!(entry.valid_from <= entry.valid_to);
        }
    }
}
