//! SQL: relations, columns, parameters and values; keywords and functions from the database where it tells them.

use super::sql::{Place, Relation, Spot, spot};
use super::{Completion, Gathered, Value};
use crate::query::Shape;
use crate::record::{sql_name, sql_text};
use crate::session::{Session, is_keyword};
use crate::store::ObjectInfo;

/// So many values are offered where nothing of them is typed.
const FEW: usize = 200;

impl Session {
    /// A word of a statement of SQL.
    pub(super) fn statement(&self, before: &str, after: &str) -> Completion {
        let Some(spot) = spot(before, after) else {
            return Completion { start: before.len(), candidates: Vec::new() };
        };
        let mut all = Gathered::new(&spot.typed);
        match &spot.place {
            Place::Compared(column) => {
                let names: Vec<&str> = spot.relations.iter().map(|r| r.name.as_str()).collect();
                let values = self.known.of_column(&self.store, column, &names);
                offer_values(&mut all, &values, &spot, !column.contains("year"));
            }
            Place::Given { of, param } => self.given(&mut all, &spot, of, |q| q.param(param)),
            Place::Argument { of, before } => {
                if spot.quote.is_none()
                    && let Some(query) = self.library().find(of)
                {
                    for param in &query.params {
                        all.offer(&param.name, &[], &param.meaning, |n| format!("{n} := "));
                    }
                }
                if spot.quote.is_some() || !spot.typed.is_empty() {
                    self.given(&mut all, &spot, of, |q| q.params.get(*before));
                }
            }
            Place::Column(alias) => {
                let relation = spot.relations.iter().find(|r| r.alias.eq_ignore_ascii_case(alias));
                let name = relation.map_or(alias.as_str(), |r| r.name.as_str());
                self.columns(&mut all, &spot, name, None);
            }
            _ if spot.quote == Some('\'') => {}
            Place::Relation => self.relations(&mut all, &spot),
            Place::Expression => self.expression(&mut all, &spot),
            Place::Start | Place::Rest => {}
        }
        if spot.quote.is_none()
            && !spot.typed.is_empty()
            && matches!(spot.place, Place::Start | Place::Rest | Place::Expression)
        {
            self.more(&mut all, before, &spot);
        }
        all.from(spot.start)
    }

    fn given<'q>(
        &'q self,
        all: &mut Gathered<'_>,
        spot: &Spot,
        of: &str,
        param: impl FnOnce(&'q crate::query::Query) -> Option<&'q crate::query::Param>,
    ) {
        let Some(param) = self.library().find(of).and_then(param) else { return };
        let text = param.kind == crate::query::ParamType::Varchar;
        offer_values(all, &self.values_of(param), spot, text);
    }

    fn relations(&self, all: &mut Gathered<'_>, spot: &Spot) {
        let note = |object: &ObjectInfo| object.comment.clone().unwrap_or_default();
        for object in self.known.relations(&self.store).iter() {
            all.offer(&object.name, &[], &note(object), |n| format!("{} ", name(n, spot.quote)));
        }
        for query in self.library().iter() {
            let bracket = if query.shape == Shape::Macro { "(" } else { " " };
            all.offer(&query.name, &[], &query.title, |n| format!("{}{bracket}", name(n, spot.quote)));
        }
        // Macros of other origin are looked for where nothing else fits: their list is slow to get.
        if all.is_empty() {
            for object in self.known.macros(&self.store).iter() {
                all.offer(&object.name, &[], &note(object), |n| format!("{}(", name(n, spot.quote)));
            }
        }
        if self.last().is_some() {
            all.word("_", "the last result");
        }
    }

    fn columns(&self, all: &mut Gathered<'_>, spot: &Spot, relation: &str, of: Option<&str>) {
        let note = |text: &str| of.map_or_else(|| text.to_owned(), |of| format!("{of}: {text}"));
        let columns = self.known.columns(&self.store, relation);
        for column in columns.iter() {
            let text = column.comment.as_deref().unwrap_or(&column.data_type);
            all.offer(&column.name, &[], &note(text), |n| name(n, spot.quote));
        }
        if columns.is_empty() && relation == "_" {
            for field in self.last().iter().flat_map(|last| last.outcome.schema.fields().iter()) {
                all.offer(field.name(), &[], &note("the last result"), |n| name(n, spot.quote));
            }
        }
    }

    fn expression(&self, all: &mut Gathered<'_>, spot: &Spot) {
        for Relation { name: relation, alias } in &spot.relations {
            let of = (spot.relations.len() > 1).then_some(alias.as_str());
            match self.library().find(relation) {
                // The header of a canned query tells its columns without asking the database.
                Some(query) if !query.columns.is_empty() && query.name == *relation => {
                    for column in &query.columns {
                        all.offer(&column.name, &[], &column.meaning, |n| name(n, spot.quote));
                    }
                }
                _ => self.columns(all, spot, relation, of),
            }
        }
        if spot.relations.len() > 1 {
            for relation in &spot.relations {
                all.offer(&relation.alias, &[], &relation.name, |n| format!("{}.", name(n, spot.quote)));
            }
        }
        if spot.relations.is_empty() && !spot.typed.is_empty() {
            for object in self.known.relations(&self.store).iter() {
                self.columns(all, spot, &object.name, Some(&object.name));
            }
        }
    }

    /// Keywords and functions that the database knows for this place; without its help, the keywords.
    fn more(&self, all: &mut Gathered<'_>, before: &str, spot: &Spot) {
        let found = self.known.autocomplete(&self.store, before);
        for (word, start) in &found {
            if *start == spot.start {
                let bare = word.trim_end_matches('(');
                all.begins(bare, if bare.len() < word.len() { "(" } else { " " });
            }
        }
        if found.is_empty() {
            for word in crate::session::tokens::keywords() {
                all.begins(word, " ");
            }
        }
    }
}

/// Values, in quotes where they are text.
fn offer_values(all: &mut Gathered<'_>, values: &[Value], spot: &Spot, text: bool) {
    if spot.typed.is_empty() && spot.quote.is_none() && values.len() > FEW {
        return;
    }
    for value in values {
        all.offer(&value.text, &value.also, &value.note, |v| {
            if text || spot.quote.is_some() { sql_text(v) } else { v.to_owned() }
        });
    }
}

/// A name as SQL reads it.
fn name(name: &str, quote: Option<char>) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !is_keyword(name);
    if plain && quote.is_none() { name.to_owned() } else { sql_name(name) }
}
