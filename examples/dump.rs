use yusuan::{source, table};
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let what = std::env::args().nth(2).unwrap_or_default();
    let d = source::read(std::path::Path::new(&p)).unwrap();
    let x = table::recognise(&d, &table::Overrides::default()).unwrap();
    if what == "cells" {
        println!("source,table,row_code,row_name,column,amount_as_printed");
        let q = |s: &str| format!("\"{}\"", s.replace('"', "\"\""));
        for t in &x.tables {
            for c in &t.cells {
                if c.fact.is_some() || c.indicator.is_some() {
                    println!(
                        "{},{},{},{},{},{}",
                        q(&p),
                        t.kind.id(),
                        q(&c.row_code),
                        q(&c.row_name),
                        q(&c.column_path),
                        q(&c.text)
                    );
                }
            }
        }
    } else if what == "ind" {
        for t in &x.tables {
            for c in &t.cells {
                if let Some(i) = &c.indicator {
                    println!(
                        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                        t.kind.id(),
                        c.place.line.unwrap(),
                        c.row_code,
                        i.level1,
                        i.level2,
                        i.level3,
                        c.text,
                        i.note
                    );
                }
            }
        }
    } else {
        println!("{:#?}", x.header);
        for t in &x.tables {
            println!("{} {:?} {} {} cells {:?}", t.kind, t.state, t.title, t.cells.len(), t.unit);
        }
        for c in &x.claims {
            println!(
                "{} a={:?} c={:?} g={:?} s={:?} of={:?} n={:?} base={:?}{:?} l={:?} {}",
                c.subject,
                c.amount,
                c.change,
                c.growth_pct,
                c.share_pct,
                c.share_of,
                c.count,
                c.base_year,
                c.base_kind,
                c.place.line,
                c.sentence
            );
        }
        for d in &x.diagnostics {
            println!("{} {:?} {} [{}] {}", d.kind.id(), d.table.map(|t| t.id()), d.place, d.text, d.message);
        }
    }
}
