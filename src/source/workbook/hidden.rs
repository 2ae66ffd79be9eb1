//! Which rows and columns of an xlsx workbook are not shown: the library does not tell.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::SourceError;
use super::super::package::Package;
use super::super::xml;

/// Rows and columns of one sheet, from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden {
    pub(super) rows: BTreeSet<u32>,
    pub(super) columns: BTreeSet<u32>,
}

/// By the names of the sheets. What cannot be read is told by the library that reads the cells.
pub(super) fn read(package: &mut Package<'_>) -> Result<BTreeMap<String, Hidden>, SourceError> {
    let mut all = BTreeMap::new();
    let (Some(book), Some(relations)) = (package.text("xl/workbook.xml")?, package.text("xl/_rels/workbook.xml.rels")?)
    else {
        return Ok(all);
    };
    let (Ok(book), Ok(relations)) = (xml::parse(&book), xml::parse(&relations)) else { return Ok(all) };
    let sheets = book.child("sheets").into_iter().flat_map(xml::Element::elements);
    for sheet in sheets.take(super::MAX_SHEETS) {
        let (Some(name), Some(id)) = (sheet.attribute("name"), sheet.attribute("id")) else { continue };
        let target = relations.elements().find(|r| r.attribute("Id") == Some(id)).and_then(|r| r.attribute("Target"));
        let Some(target) = target else { continue };
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        if let Some(text) = package.text(&path)? {
            all.insert(name.to_owned(), hidden(&text));
        }
    }
    Ok(all)
}

fn hidden(sheet: &str) -> Hidden {
    let mut found = Hidden::default();
    let mut reader = Reader::from_str(sheet);
    let mut row = 0;
    while let Ok(event) = reader.read_event() {
        let (Event::Start(start) | Event::Empty(start)) = event else {
            if matches!(event, Event::Eof) {
                break;
            }
            continue;
        };
        match start.local_name().as_ref() {
            "row" => {
                row = attribute(&start, "r").unwrap_or(row + 1);
                if is_hidden(&start) && row > 0 {
                    found.rows.insert(row - 1);
                }
            }
            "col" if is_hidden(&start) => {
                if let (Some(from), Some(to)) = (attribute(&start, "min"), attribute(&start, "max")) {
                    found.columns.extend((from..=to.min(16_384)).map(|c| c.saturating_sub(1)));
                }
            }
            _ => {}
        }
    }
    found
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<u32> {
    start.try_get_attribute(name).ok()??.value.parse().ok()
}

fn is_hidden(start: &BytesStart<'_>) -> bool {
    let value = start.try_get_attribute("hidden").ok().flatten();
    value.is_some_and(|v| matches!(v.value.as_ref(), "1" | "true"))
}
