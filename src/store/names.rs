//! Which department a file is of: every printed form of a name is kept with the department it means and
//! why. The same rules hold for any order of import, and again when the user's aliases change.

use std::collections::{BTreeMap, BTreeSet};

use duckdb::{Connection, OptionalExt as _, params};

use super::parts::{derive, next_id};
use super::{Store, StoreError};
use crate::record::{Alias, Aliases, Department, Identity, join_key, same_region};

/// A printed form and the department it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) alias: i64,
    pub(super) department: i64,
}

/// A form as stored, with what its name means.
#[derive(Debug)]
struct Form {
    alias: i64,
    department: i64,
    name: String,
    identity: Identity,
    /// Name that the user's aliases give, and the lines that do.
    told: Option<(String, Vec<String>)>,
}

impl Form {
    fn new(alias: i64, department: i64, name: String, region: Option<&str>, aliases: &Aliases) -> Self {
        match aliases.resolve(&name, region) {
            Some(told) => {
                let identity = Identity::of(&told.name, told.region.as_deref());
                Self { alias, department, name, identity, told: Some((told.name, told.why)) }
            }
            None => Self { alias, department, identity: Identity::of(&name, region), name, told: None },
        }
    }

    /// The better a form serves as the department's name, the lower: its region is spelled, it names the
    /// office and not the body alone, it is short.
    fn rank(&self) -> (bool, bool, usize, &str) {
        let spelled = Identity::of(&self.name, None).region.is_some();
        let body_only = self.identity.key.ends_with("办公室") && !self.name.ends_with(['室', '厅']);
        (!spelled, body_only, self.name.chars().count(), &self.name)
    }
}

impl Store {
    /// Makes `aliases` the list that holds: departments that it makes one are merged, those that it no
    /// longer makes one are parted, and what supersedes what is derived again. Returns whether the list
    /// differs from the one that held.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing is changed.
    pub fn use_aliases(&mut self, aliases: &Aliases) -> Result<bool, StoreError> {
        let transaction = self.connection.transaction()?;
        if lines(&transaction)? == aliases.iter().cloned().collect::<Vec<_>>() {
            return Ok(false);
        }
        transaction.execute_batch("DELETE FROM alias_line WHERE true")?;
        {
            let mut insert = transaction.prepare("INSERT INTO alias_line VALUES (?, ?, ?, ?, ?)")?;
            for (ordinal, line) in (1_i64..).zip(aliases.iter()) {
                insert.execute(params![ordinal, line.name, line.canonical, line.region, line.note])?;
            }
        }
        link(&transaction, None, aliases)?;
        transaction.commit()?;
        Ok(true)
    }
}

pub(super) fn lines(transaction: &Connection) -> duckdb::Result<Vec<Alias>> {
    let mut statement = transaction.prepare("SELECT name, canonical, region, note FROM alias_line ORDER BY ordinal")?;
    let rows = statement.query_map([], |row| {
        Ok(Alias { name: row.get(0)?, canonical: row.get(1)?, region: row.get(2)?, note: row.get(3)? })
    })?;
    rows.collect()
}

/// The department of a printed name, created if it is new.
pub(super) fn find(transaction: &Connection, department: &Department) -> duckdb::Result<Found> {
    let known = |transaction: &Connection| {
        transaction
            .query_row(
                "SELECT alias_id, department_id FROM department_alias WHERE name = ? AND region IS NOT DISTINCT FROM ?",
                params![department.name, department.region],
                |row| Ok(Found { alias: row.get(0)?, department: row.get(1)? }),
            )
            .optional()
    };
    if let Some(found) = known(transaction)? {
        transaction.execute(
            "UPDATE department_alias SET code = coalesce(code, ?), region_code = coalesce(region_code, ?) WHERE alias_id = ?",
            params![department.code, department.region_code, found.alias],
        )?;
        transaction.execute(
            "UPDATE department SET code = coalesce(code, ?), region_code = coalesce(region_code, ?) WHERE department_id = ?",
            params![department.code, department.region_code, found.department],
        )?;
        return Ok(found);
    }
    let aliases = Aliases::from_lines(lines(transaction)?);
    let alias = next_id(transaction, "department_alias", "alias_id")?;
    let form = Form::new(alias, 0, department.name.clone(), department.region.as_deref(), &aliases);
    transaction.execute(
        "INSERT INTO department_alias VALUES (?, 0, ?, ?, ?, ?, ?, NULL)",
        params![alias, department.name, department.region, department.code, department.region_code, form.identity.key],
    )?;
    link(transaction, Some(&form.identity.key), &aliases)?;
    known(transaction)?.ok_or(duckdb::Error::QueryReturnedNoRows)
}

/// Settles which forms are one department: those of one key, or all.
fn link(transaction: &Connection, key: Option<&str>, aliases: &Aliases) -> duckdb::Result<()> {
    let forms = read(transaction, key, aliases)?;
    let mut taken = BTreeSet::new();
    let mut next = next_id(transaction, "department", "department_id")?;
    let mut moved = BTreeSet::new();
    for class in classes(forms) {
        // The oldest department that no class before has taken; a class without one gets a new one.
        let known = class.forms.iter().map(|form| form.department).filter(|id| *id > 0 && !taken.contains(id)).min();
        let id = known.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        taken.insert(id);
        for form in &class.forms {
            if form.department > 0 && form.department != id {
                moved.extend([form.department, id]);
            }
        }
        write(transaction, id, known.is_none(), &class)?;
    }
    if !moved.is_empty() {
        derive(transaction, &moved)?;
        transaction.execute_batch(
            "DELETE FROM department WHERE department_id NOT IN (SELECT department_id FROM department_alias)",
        )?;
    }
    Ok(())
}

fn read(transaction: &Connection, key: Option<&str>, aliases: &Aliases) -> duckdb::Result<Vec<Form>> {
    let mut statement = transaction.prepare(
        "SELECT alias_id, department_id, name, region FROM department_alias
         WHERE $1 IS NULL OR key = $1 ORDER BY alias_id",
    )?;
    let rows = statement.query_map(params![key], |row| {
        let region: Option<String> = row.get(3)?;
        Ok(Form::new(row.get(0)?, row.get(1)?, row.get(2)?, region.as_deref(), aliases))
    })?;
    rows.collect()
}

/// Forms that are one department.
#[derive(Debug, Default)]
struct Class {
    region: Option<String>,
    forms: Vec<Form>,
    /// Forms that are here because no other department of that name is known.
    alone: BTreeSet<i64>,
}

/// Equal keys in one region are one; a form without region is of the only region that has its key.
fn classes(forms: Vec<Form>) -> Vec<Class> {
    let mut by_key: BTreeMap<String, Vec<Form>> = BTreeMap::new();
    for form in forms {
        by_key.entry(form.identity.key.clone()).or_default().push(form);
    }
    let mut all = Vec::new();
    for forms in by_key.into_values() {
        let (placed, unplaced): (Vec<_>, Vec<_>) = forms.into_iter().partition(|form| form.identity.region.is_some());
        let mut classes: Vec<Class> = Vec::new();
        for form in placed {
            let region = form.identity.region.clone().unwrap_or_default();
            let home = classes.iter_mut().find(|class| class.region.as_ref().is_some_and(|r| same_region(r, &region)));
            if let Some(home) = home {
                // The shorter spelling is the one that most departments of the region use.
                home.region = home.region.take().filter(|r| r.len() <= region.len()).or(Some(region));
                home.forms.push(form);
            } else {
                classes.push(Class { region: Some(region), forms: vec![form], alone: BTreeSet::new() });
            }
        }
        let mut homeless: BTreeMap<Option<String>, Class> = BTreeMap::new();
        for form in unplaced {
            let level = form.identity.level.clone();
            let fits = |class: &Class| {
                let at = |level: &String| class.region.as_ref().is_some_and(|r| r.ends_with(level.as_str()));
                level.as_ref().is_none_or(at)
            };
            let fitting: Vec<usize> =
                classes.iter().enumerate().filter(|(_, class)| fits(class)).map(|(i, _)| i).collect();
            let home = match fitting.as_slice() {
                [only] => classes.get_mut(*only),
                _ => None,
            };
            if let Some(home) = home {
                home.alone.insert(form.alias);
                home.forms.push(form);
            } else {
                homeless.entry(level).or_default().forms.push(form);
            }
        }
        all.extend(classes);
        all.extend(homeless.into_values());
    }
    // Departments keep their keys as far as possible: the class of the oldest form chooses first.
    all.sort_by_key(|class| class.forms.iter().map(|form| form.alias).min());
    all
}

/// What a class of forms makes of its department.
struct Described {
    name: String,
    /// Other names that find it.
    names: Vec<String>,
    /// Why each form is this department, in the order of the forms.
    reasons: Vec<Option<String>>,
}

impl Class {
    /// `None` for a class without forms.
    fn describe(&self) -> Option<Described> {
        let main = self.forms.iter().min_by_key(|form| form.rank())?;
        let told = self.forms.iter().rev().find_map(|form| form.told.as_ref()).map(|(name, _)| name.as_str());
        let name = told.unwrap_or(&main.name);
        let identity = Identity::of(name, self.region.as_deref());
        let reasons = self.forms.iter().map(|form| reason(form, name, &identity, self)).collect();
        let mut names: BTreeSet<&str> =
            self.forms.iter().flat_map(|f| [f.name.as_str(), f.identity.short.as_str()]).collect();
        names.insert(&identity.short);
        names.remove(name);
        let names = names.into_iter().filter(|n| !n.is_empty()).map(str::to_owned).collect();
        Some(Described { name: name.to_owned(), names, reasons })
    }
}

/// A printed form as its rows stand when no other form is the same department.
pub(super) struct Alone {
    /// The key that the rules make.
    pub(super) key: String,
    /// Region that the name or the document says.
    pub(super) region: Option<String>,
    /// Name of the department.
    pub(super) name: String,
    /// Other names that find it.
    pub(super) names: Vec<String>,
    /// Why the form is this department.
    pub(super) reason: Option<String>,
}

/// What a printed form is, alone.
pub(super) fn alone(department: &Department, aliases: &Aliases) -> Alone {
    let form = Form::new(0, 0, department.name.clone(), department.region.as_deref(), aliases);
    let (key, region) = (form.identity.key.clone(), form.identity.region.clone());
    let class = Class { region: region.clone(), forms: vec![form], alone: BTreeSet::new() };
    let Described { name, names, mut reasons } =
        class.describe().unwrap_or(Described { name: department.name.clone(), names: Vec::new(), reasons: Vec::new() });
    Alone { key, region, name, names, reason: reasons.pop().flatten() }
}

/// Key and region of a stored form, as the rules see them.
pub(super) fn identity(name: &str, region: Option<&str>, aliases: &Aliases) -> (String, Option<String>) {
    let identity = Form::new(0, 0, name.to_owned(), region, aliases).identity;
    (identity.key, identity.region)
}

/// Writes a department and why its forms are one.
fn write(transaction: &Connection, id: i64, is_new: bool, class: &Class) -> duckdb::Result<()> {
    let Some(Described { name, names, reasons }) = class.describe() else {
        return Ok(());
    };
    for (form, reason) in class.forms.iter().zip(reasons) {
        transaction.execute(
            "UPDATE department_alias SET department_id = ?, key = ?, reason = ? WHERE alias_id = ?",
            params![id, form.identity.key, reason, form.alias],
        )?;
    }
    if is_new {
        transaction
            .execute("INSERT INTO department VALUES (?, ?, []::VARCHAR[], NULL, NULL, NULL)", params![id, name])?;
    }
    transaction.execute(
        "UPDATE department SET name = ?, aliases = list_filter(string_split(?, chr(10)), lambda a: a <> ''), region = ?,
           code = (SELECT first(code ORDER BY alias_id) FROM department_alias
                   WHERE department_id = department.department_id AND code IS NOT NULL),
           region_code = (SELECT first(region_code ORDER BY alias_id) FROM department_alias
                          WHERE department_id = department.department_id AND region_code IS NOT NULL)
         WHERE department_id = ?",
        params![name, names.join("\n"), class.region, id],
    )?;
    Ok(())
}

/// Why a form is the department called `name`; `None` where the name says so itself.
fn reason(form: &Form, name: &str, identity: &Identity, class: &Class) -> Option<String> {
    let mut why: Vec<String> = Vec::new();
    if let Some((_, lines)) = &form.told {
        why.extend(lines.iter().cloned());
    } else if form.name != name {
        if join_key(&form.name) == join_key(name) {
            why.push("全角、半角写法".to_owned());
        }
        let rules = |id: &Identity| id.rules.iter().chain(&id.folds).copied().collect::<BTreeSet<_>>();
        let differing: Vec<_> = rules(&form.identity).symmetric_difference(&rules(identity)).copied().collect();
        // Two forms of one rule (中国共产党…, 中共…) differ by nothing but that rule.
        let is_same = differing.is_empty() && form.identity.full == identity.full;
        let shown = if is_same { form.identity.rules.clone() } else { differing };
        why.extend(shown.into_iter().map(str::to_owned));
        if form.identity.full != identity.full {
            why.push("名称省略地区".to_owned());
        }
    }
    match (&form.identity.region, &class.region) {
        (Some(a), Some(b)) if a != b => why.push(format!("{a} = {b}")),
        (None, Some(region)) if class.alone.contains(&form.alias) => {
            why.push(format!("未写明地区，已知同名部门只有{region}一个"));
        }
        _ => {}
    }
    (!why.is_empty()).then(|| why.join("；"))
}
