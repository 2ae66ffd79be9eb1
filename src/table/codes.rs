//! Printed codes → codes of the classification. Leading zeros get lost, cells are damaged, and some units
//! number their rows themselves; the printed name decides then.

use compact_str::{CompactString, format_compact};

use crate::record::{Classification, CodeSystem};

/// A code as it is taken, with what was noticed about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeReading {
    /// 3, 5 or 7 digits.
    pub(super) code: Option<CompactString>,
    /// What was put right.
    pub(super) repaired: Option<String>,
    /// Why it is doubtful.
    pub(super) doubtful: Option<String>,
}

/// Reads the parts of a code (类, 款, 项 or the whole in one) beside the row's name. `before` is the code of
/// the row above.
pub(super) fn read_code(system: CodeSystem, parts: &[String], name: &str, before: Option<&str>) -> CodeReading {
    let list = Classification::builtin();
    let printed: CompactString = parts.iter().map(String::as_str).collect();
    if printed.is_empty() {
        return CodeReading::default();
    }
    let padded: CompactString = parts
        .iter()
        .enumerate()
        .map(|(i, part)| if i > 0 && part.len() == 1 { format_compact!("0{part}") } else { part.into() })
        .collect();
    let whole = parts.len() == 1 || parts.first().is_some_and(|class| class.len() == 3);
    let fits = |code: &str| matches!(code.len(), 3 | 5 | 7);
    let lost_zero = (padded != printed).then(|| format!("the code {printed} was read as {padded}: a zero was lost"));
    if !fits(&padded) || !whole {
        let class = before.and_then(|b| b.get(..3)).unwrap_or_default();
        let rest: String = padded.chars().skip(parts.first().map_or(0, String::len)).collect();
        let candidate = format_compact!("{class}{rest}");
        if parts.len() > 1 && fits(&candidate) && list.knows(system, &candidate, name) == Some(true) {
            let repaired = Some(format!("the damaged code {printed} was read as {candidate}, as its name says"));
            return CodeReading { code: Some(candidate), repaired, doubtful: None };
        }
        let doubtful = Some(format!("{printed} is no code of the classification"));
        return CodeReading { code: None, repaired: None, doubtful };
    }
    if name.is_empty() || list.knows(system, &padded, name) == Some(true) {
        return CodeReading { code: Some(padded), repaired: lost_zero, doubtful: None };
    }
    if let Some(code) = list.sibling_by_name(system, &padded, name) {
        let doubtful =
            Some(format!("the name {name} belongs to {code}, not to the printed {printed}; {code} was taken"));
        return CodeReading { code: Some(code.into()), repaired: lost_zero, doubtful };
    }
    let doubtful = (list.knows(system, &padded, name) == Some(false))
        .then(|| format!("the code list has another name for {padded}; the printed code was taken"));
    CodeReading { code: Some(padded), repaired: lost_zero, doubtful }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str], name: &str, before: Option<&str>) -> CodeReading {
        let system = if parts[0].starts_with('3') { CodeSystem::Economic } else { CodeSystem::Function };
        read_code(system, &parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>(), name, before)
    }

    #[test]
    fn lost_zeros_and_damaged_classes_are_restored() {
        assert_eq!(read(&["301", "2"], "津贴补贴", None).code.as_deref(), Some("30102"));
        assert!(read(&["301", "2"], "津贴补贴", None).repaired.is_some());
        assert_eq!(read(&["7", "11", "01"], "行政单位医疗", Some("21011")).code.as_deref(), Some("2101101"));
        assert_eq!(read(&["7", "11", "01"], "某某", Some("21011")).code, None);
    }

    #[test]
    fn the_name_decides_over_a_self_made_code() {
        let reading = read(&["30203"], "水费", None);
        assert_eq!(reading.code.as_deref(), Some("30205"));
        assert!(reading.doubtful.is_some());
        assert_eq!(
            read(&["30205"], "水费", None),
            CodeReading { code: Some("30205".into()), ..CodeReading::default() }
        );
        assert_eq!(read(&["2010199"], "没有见过的支出", None).code.as_deref(), Some("2010199"));
    }
}
