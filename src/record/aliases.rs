//! The user's list of names that mean one department where no rule can know it (`aliases.csv`).

use serde::Deserialize;

use super::department::{Identity, same_region};
use super::text::{squash, tidy};

/// One line of the list: documents that print `name` are of `canonical`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Alias {
    /// Name as a document prints it.
    pub name: String,
    /// Name of the department it means.
    pub canonical: String,
    /// Region: the line holds for documents of this region and of none, which get it.
    #[serde(default)]
    pub region: Option<String>,
    /// Why; shown by `departments`.
    #[serde(default)]
    pub note: Option<String>,
}

/// Why a list of aliases cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct AliasError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong and what helps.
    pub cause: String,
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aliases {
    lines: Vec<(Alias, Identity)>,
}

/// What a name means by the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Name of the department.
    pub name: String,
    /// Its region, if the list or the name tells it.
    pub region: Option<String>,
    /// The lines used, in words.
    pub why: Vec<String>,
}

impl Aliases {
    /// Reads a list: CSV with the columns name, canonical and, if wanted, region and note.
    ///
    /// # Errors
    /// When a line lacks a name, or lines go round in a circle.
    pub fn parse(text: &str) -> Result<Self, AliasError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let fail = |line, cause: String| AliasError { line, cause };
        let unread = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            fail(line, format!("{error}; the columns are name,canonical[,region][,note]"))
        };
        let headers = reader.headers().map_err(|e| unread(&e))?.clone();
        if !text.trim().is_empty() && !["name", "canonical"].iter().all(|column| headers.iter().any(|h| h == *column)) {
            return Err(fail(1, "no column `name` or `canonical`; begin with name,canonical,region,note".to_owned()));
        }
        let mut lines = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|e| unread(&e))?;
            let line = row.position().map_or(1, csv::Position::line);
            let alias: Alias = row.deserialize(Some(&headers)).map_err(|e| unread(&e))?;
            if squash(&alias.name).is_empty() || squash(&alias.canonical).is_empty() {
                return Err(fail(line, "name or canonical is blank; fill it in or remove the line".to_owned()));
            }
            lines.push((line, alias));
        }
        let list = Self::from_lines(lines.iter().map(|(_, alias)| alias.clone()));
        for (line, alias) in &lines {
            if list.resolve(&alias.name, alias.region.as_deref()).is_some_and(|r| r.why.len() > list.lines.len()) {
                return Err(fail(*line, format!("{} leads back to itself; remove one of the lines", alias.name)));
            }
        }
        Ok(list)
    }

    /// The list of these lines, which were parsed before.
    #[must_use]
    pub fn from_lines(lines: impl IntoIterator<Item = Alias>) -> Self {
        let full = |text: Option<String>| text.map(|t| squash(&t).into_owned()).filter(|t| !t.is_empty());
        let clean = |alias: Alias| Alias {
            name: squash(&alias.name).into_owned(),
            canonical: squash(&alias.canonical).into_owned(),
            region: full(alias.region),
            note: alias.note.map(|n| tidy(&n)).filter(|n| !n.is_empty()),
        };
        let with_identity = |alias: Alias| {
            let identity = Identity::of(&alias.name, None);
            (alias, identity)
        };
        Self { lines: lines.into_iter().map(clean).map(with_identity).collect() }
    }

    /// The lines in order.
    pub fn iter(&self) -> impl Iterator<Item = &Alias> {
        self.lines.iter().map(|(alias, _)| alias)
    }

    /// What the list says of a name that stands in a document of `region`; lines may lead to lines.
    #[must_use]
    pub fn resolve(&self, name: &str, region: Option<&str>) -> Option<Resolved> {
        let region = region.map(|r| squash(r).into_owned());
        let mut now = Resolved { name: squash(name).into_owned(), region, why: Vec::new() };
        // One step more than there are lines is a circle, which `parse` refuses.
        while now.why.len() <= self.lines.len() {
            let Some(alias) = self.line_for(&now) else { break };
            now = Resolved {
                region: alias.region.clone().or_else(|| super::region_in(&alias.canonical)).or(now.region),
                name: alias.canonical.clone(),
                why: now.why.into_iter().chain([sentence(alias)]).collect(),
            };
        }
        (!now.why.is_empty()).then_some(now)
    }

    /// The first line for a name; a line with a region holds there and for documents that tell none.
    fn line_for(&self, now: &Resolved) -> Option<&Alias> {
        let full = Identity::of(&now.name, None).full;
        let fits = |alias: &Alias, id: &Identity| {
            // A name that spells its region needs no other; else the canonical name tells where it holds.
            let region = alias
                .region
                .clone()
                .or_else(|| if id.region.is_some() { None } else { super::region_in(&alias.canonical) });
            region.zip(now.region.as_ref()).is_none_or(|(a, b)| same_region(&a, b))
        };
        let changes = |alias: &Alias| alias.canonical != now.name || alias.region.is_some() && now.region.is_none();
        let mut all = self.lines.iter().filter(|(alias, id)| id.full == full && fits(alias, id) && changes(alias));
        all.next().map(|(alias, _)| alias)
    }
}

fn sentence(alias: &Alias) -> String {
    let note = alias.note.as_ref().map_or_else(String::new, |note| format!("（{note}）"));
    format!("aliases.csv: {} = {}{note}", alias.name, alias.canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lead_to_names_and_regions() {
        let list = Aliases::parse(
            "name,canonical,region,note\n# institutions of 2018\n洛龙区国土局,洛龙区自然资源局,,2019年机构改革\n\
             洛龙区自然资源局,洛阳市洛龙区自然资源局\n财政局,上海市普陀区财政局\n 财政局 ,财政局,洛阳市\n",
        )
        .unwrap();
        let found = list.resolve("洛龙区 国土局", None).unwrap();
        assert_eq!((found.name.as_str(), found.region.as_deref()), ("洛阳市洛龙区自然资源局", Some("洛阳市洛龙区")));
        assert_eq!(found.why[0], "aliases.csv: 洛龙区国土局 = 洛龙区自然资源局（2019年机构改革）");
        assert_eq!(list.resolve("财政局", Some("洛阳市")), None);
        assert_eq!(list.resolve("教育局", None), None);
        assert_eq!(Aliases::parse("").unwrap(), Aliases::default());
    }

    #[test]
    fn full_and_short_names_are_the_same_line() {
        let list = Aliases::parse("name,canonical\n江苏省政府办公厅,江苏省府办\n").unwrap();
        assert_eq!(list.resolve("江苏省人民政府办公厅", Some("江苏省")).unwrap().name, "江苏省府办");
    }

    #[test]
    fn wrong_lists_name_their_line() {
        for (text, line, word) in [
            ("部门,统一名称\na,b\n", 1, "begin with name,canonical"),
            ("name,canonical\na,b\nb,\n", 3, "blank"),
            ("name,canonical\na,b\nb,a\n", 2, "leads back"),
        ] {
            let error = Aliases::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
