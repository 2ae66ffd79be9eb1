//! A synthetic corpus: documents of fictitious departments in the publishers' layouts, with the truth beside them.
//!
//! The same arguments give the same bytes on every machine. Figures satisfy every identity by how they are made
//! (`figures`); layouts turn them into sheets (`henan`, `shanghai`, `jiangsu`), formats write sheets (`text`, `pdf`), and
//! `flaws` damages some of them the way converters and printers do. `long` writes the same figures as one table.

mod figures;
mod flaws;
mod goals;
mod henan;
mod jiangsu;
mod long;
mod names;
mod narrative;
mod pdf;
mod random;
mod shanghai;
mod sheet;
mod text;
mod words;

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

pub use flaws::Flaw;
pub use long::COLUMNS;

use figures::Year;
use names::Publisher;
use random::Random;
use sheet::Sheet;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text in the layout of Henan.
    Text,
    /// Ruled PDF in the layouts of Henan, Jiangsu and Shanghai.
    Pdf,
    /// One long table, `facts.csv`.
    Csv,
}

/// Which corpus is written.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Number of departments.
    pub departments: usize,
    /// First and last fiscal year.
    pub years: (u16, u16),
    /// Another seed, another corpus.
    pub seed: u64,
    /// The format.
    pub form: Form,
    /// The share of documents that are damaged, from 0 to 1.
    pub flaws: f64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Documents; rows of a long table.
    pub documents: usize,
    /// Damaged ones among them.
    pub flawed: usize,
    /// Numeric cells.
    pub cells: usize,
    /// Bytes.
    pub bytes: u64,
}

/// Why a corpus was not written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// The operating system refused.
    #[error("{}: cannot write: {cause}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// There is something already.
    #[error("{}: the folder is not empty; name a new one with -o", .0.display())]
    NotEmpty(PathBuf),
}

/// Which layout a department publishes in.
#[derive(Clone, Copy, Debug)]
enum Layout {
    Henan,
    Jiangsu,
    Shanghai,
}

/// A document ready to be written.
struct Made {
    /// Its name without the ending.
    name: String,
    department: String,
    year: u16,
    sheet: Sheet,
    flaws: Vec<Flaw>,
    bytes: Vec<u8>,
}

/// Writes a corpus into a folder: `documents/` or `facts.csv`; beside them `truth/` in the form of the scorer,
/// `flaws.csv` and `aliases.csv` (which names are one department).
///
/// # Errors
/// When the folder holds something already or cannot be written.
pub fn write(plan: &Plan, folder: &Path) -> Result<Written, SynthError> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(SynthError::NotEmpty(folder.to_owned()));
    }
    match plan.form {
        Form::Csv => long::write(plan, folder),
        Form::Text | Form::Pdf => write_documents(plan, folder),
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SynthError {
    let path = path.to_owned();
    |cause| SynthError::Io { path, cause }
}

fn create(path: &Path) -> Result<BufWriter<fs::File>, SynthError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io(folder))?;
    }
    Ok(BufWriter::with_capacity(1 << 20, fs::File::create(path).map_err(io(path))?))
}

fn write_documents(plan: &Plan, folder: &Path) -> Result<Written, SynthError> {
    let mut written = Written::default();
    let list_path = folder.join("truth/documents.csv");
    let mut list = create(&list_path)?;
    let put = |out: &mut BufWriter<fs::File>, path: &Path, line: &str| out.write_all(line.as_bytes()).map_err(io(path));
    put(&mut list, &list_path, "document,path,fiscal_year,department,document_kind,cells\n")?;
    let flaws_path = folder.join("flaws.csv");
    let mut flaws = create(&flaws_path)?;
    put(&mut flaws, &flaws_path, "path,flaws\n")?;
    let aliases_path = folder.join("aliases.csv");
    let mut aliases = create(&aliases_path)?;
    put(&mut aliases, &aliases_path, "name,canonical,region,note\n")?;
    let ending = if plan.form == Form::Pdf { "pdf" } else { "txt" };
    for number in 0..plan.departments {
        let (publisher, years) = department(plan, number);
        if let Some(from) = publisher.renamed_in.filter(|from| (plan.years.0 + 1..=plan.years.1).contains(from)) {
            let (old, new) = (publisher.name(from - 1), publisher.name(from));
            put(&mut aliases, &aliases_path, &format!("{old},{new},{},{from}年更名\n", publisher.region))?;
        }
        for made in documents(plan, number, &publisher, &years) {
            let path = format!("documents/{:04}/{}.{ending}", number / 100, made.name);
            let file = folder.join(&path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent).map_err(io(parent))?;
            }
            fs::write(&file, &made.bytes).map_err(io(&file))?;
            let cells = write_truth(&made, number, folder)?;
            let id = truth_name(number, made.year);
            put(&mut list, &list_path, &format!("{id},{path},{},{},budget,{cells}\n", made.year, made.department))?;
            if !made.flaws.is_empty() {
                let names: Vec<&str> = made.flaws.iter().map(|f| f.name()).collect();
                put(&mut flaws, &flaws_path, &format!("{path},{}\n", names.join(" ")))?;
                written.flawed += 1;
            }
            written.documents += 1;
            written.cells += cells;
            written.bytes += made.bytes.len() as u64;
        }
    }
    for (mut out, path) in [(list, list_path), (flaws, flaws_path), (aliases, aliases_path)] {
        out.flush().map_err(io(&path))?;
    }
    Ok(written)
}

fn truth_name(number: usize, year: u16) -> String {
    format!("synth_{number:06}_{year}")
}

/// A department and its years.
fn department(plan: &Plan, number: usize) -> (Publisher, Vec<Year>) {
    let mut random = Random::new(plan.seed, 1, number as u64);
    let publisher = Publisher::new(number, &mut random);
    let years = figures::years(&publisher, plan.years.0, plan.years.1, &mut random);
    (publisher, years)
}

/// Documents of the years that were published.
fn documents<'a>(
    plan: &'a Plan,
    number: usize,
    publisher: &'a Publisher,
    years: &'a [Year],
) -> impl Iterator<Item = Made> + 'a {
    let mut random = Random::new(plan.seed, 2, number as u64);
    let zeros = random.happens(0.2);
    let layout = match plan.form {
        Form::Pdf => match random.below(4) {
            0 => Layout::Jiangsu,
            1 => Layout::Shanghai,
            _ => Layout::Henan,
        },
        _ => Layout::Henan,
    };
    let header_again = random.happens(0.5);
    let before = std::iter::once(None).chain(years.iter().map(Some));
    years.iter().zip(before).filter(|(now, _)| now.published).map(move |(now, before)| {
        let mut random = Random::new(plan.seed, 3, (number as u64) << 16 | u64::from(now.year));
        let name = publisher.name(now.year);
        let case = henan::Case { publisher, now, before, name: name.clone(), zeros };
        let mut sheet = match layout {
            Layout::Henan => henan::sheet(&case),
            Layout::Jiangsu => jiangsu::sheet(&case),
            Layout::Shanghai => shanghai::sheet(&case),
        };
        let pdf = plan.form == Form::Pdf;
        let flaws = if random.happens(plan.flaws) { flaws::draw(pdf, &mut random) } else { Vec::new() };
        for flaw in &flaws {
            flaws::on_sheet(&mut sheet, *flaw, &mut random);
        }
        let bytes = if pdf {
            pdf::write(&sheet, pdf::Style { header_again, double_rules: flaws.contains(&Flaw::DoubleRules) })
        } else {
            text::write(&sheet, &flaws, &mut random).into_bytes()
        };
        Made {
            name: format!("{name}{}年度部门预算", now.year), department: name, year: now.year, sheet, flaws, bytes
        }
    })
}

/// Writes what is true of a document's cells; returns how many there are.
fn write_truth(made: &Made, number: usize, folder: &Path) -> Result<usize, SynthError> {
    let id = truth_name(number, made.year);
    let path = folder.join("truth").join(format!("{id}.csv"));
    let mut text = String::from(
        "document,fiscal_year,department,document_kind,table,row_code,row_name,column,amount_as_printed,unit\n",
    );
    let truth = made.sheet.truth();
    for cell in &truth {
        let fields = [
            id.as_str(),
            &made.year.to_string(),
            &made.department,
            "budget",
            cell.table.id(),
            &cell.row_code,
            &cell.row_name,
            &cell.column,
            &cell.amount,
            cell.unit,
        ];
        text.push_str(&fields.map(quoted).join(","));
        text.push('\n');
    }
    fs::write(&path, text).map_err(io(&path))?;
    Ok(truth.len())
}

/// A field of a CSV line.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(form: Form, flaws: f64) -> Plan {
        Plan { departments: 3, years: (2021, 2023), seed: 11, form, flaws }
    }

    fn all(plan: &Plan) -> Vec<(String, Vec<u8>)> {
        let made = (0..plan.departments).flat_map(|number| {
            let (publisher, years) = department(plan, number);
            documents(plan, number, &publisher, &years).map(|made| (made.name, made.bytes)).collect::<Vec<_>>()
        });
        made.collect()
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes() {
        for form in [Form::Text, Form::Pdf] {
            assert_eq!(all(&plan(form, 0.5)), all(&plan(form, 0.5)));
            assert_ne!(all(&plan(form, 0.0)), all(&Plan { seed: 12, ..plan(form, 0.0) }));
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.txt"), "x").unwrap();
        let error = write(&plan(Form::Text, 0.0), folder.path()).unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
    }

    #[test]
    fn truth_and_list_are_written_beside_the_documents() {
        let folder = tempfile::tempdir().unwrap();
        let written = write(&plan(Form::Text, 1.0), folder.path()).unwrap();
        assert!(written.documents > 5 && written.flawed == written.documents, "{written:?}");
        let list = fs::read_to_string(folder.path().join("truth/documents.csv")).unwrap();
        assert_eq!(list.lines().count(), written.documents + 1);
        for line in list.lines().skip(1) {
            let path = line.split(',').nth(1).unwrap();
            assert!(folder.path().join(path).exists(), "{path}");
        }
    }
}
