//! The whole database as files that other programs read: a Fiscal Data Package (description and csv), and parquet
//! partitioned by region and year.

use std::path::Path;

use serde_json::{Value, json};

use super::Session;
use crate::error::Error;
use crate::record::{Field, sql_text};

/// The columns: name, type of a table schema, meaning, SQL.
const COLUMNS: [(&str, &str, &str, &str); 26] = [
    ("region", "string", "地区", "f.region"),
    ("department", "string", "部门", "f.department"),
    ("fiscal_year", "integer", "预算年度", "f.fiscal_year"),
    ("kind", "string", "budget (预算) or final_account (决算)", "f.kind"),
    ("scope", "string", "department (部门) or unit (单位)", "f.scope"),
    ("table", "string", "表", "f.table_kind"),
    ("flow", "string", "revenue (收入) or expenditure (支出)", "f.flow"),
    ("role", "string", "total, subtotal, of_which or detail; only detail may be added up", "f.role"),
    ("stage", "string", "budget (预算数) or actual (决算数)", "f.stage"),
    ("period", "string", "资金所属年度", "f.period"),
    ("function_code", "string", "功能分类科目编码", "f.function_code"),
    ("economic_code", "string", "部门预算经济分类科目编码", "f.economic_code"),
    ("economic_gov_code", "string", "政府预算经济分类科目编码", "f.economic_gov_code"),
    ("project", "string", "项目名称", "p.name"),
    ("project_code", "string", "项目编码", "p.code"),
    ("fund", "string", "资金性质", "f.fund"),
    ("nature", "string", "支出性质", "f.nature"),
    ("item", "string", "三公经费等", "f.item"),
    ("amount", "number", "金额，元", "f.amount"),
    ("unit", "string", "金额单位", "'元'"),
    ("row_name", "string", "行名，如原文", "f.row_name"),
    ("column", "string", "列名，如原文", "f.column_path"),
    ("printed", "string", "原文数字", "f.text"),
    ("source", "string", "来源文件", "s.path"),
    ("page", "integer", "页", "f.page"),
    ("line", "integer", "行", "f.line"),
];

impl Session {
    /// Writes all amounts of current documents into a new folder: `datapackage.json`, `facts.csv`, and `parquet/`.
    /// Returns how many amounts.
    ///
    /// # Errors
    /// When the folder holds something already or cannot be written.
    pub fn export_all(&self, folder: &Path) -> Result<usize, Error> {
        let io = |action| move |cause| Error::Io { path: folder.to_owned(), action, cause };
        if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let cause = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "the folder is not empty");
            return Err(io("export there; name a new folder")(cause));
        }
        std::fs::create_dir_all(folder).map_err(io("make the folder"))?;
        let columns: Vec<String> = COLUMNS.iter().map(|(name, .., sql)| format!("{sql} AS \"{name}\"")).collect();
        let rows = format!(
            "SELECT {} FROM current_fact f JOIN source_table t ON t.table_id = f.table_id \
             JOIN source_file s ON s.file_id = t.file_id LEFT JOIN project p ON p.project_id = f.project_id",
            columns.join(", ")
        );
        let place = |name: &str| sql_text(&folder.join(name).display().to_string());
        self.sql(&format!("COPY ({rows} ORDER BY f.cell_id) TO {} (FORMAT csv, HEADER)", place("facts.csv")))?;
        self.sql(&format!(
            "COPY ({rows}) TO {} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (region, fiscal_year))",
            place("parquet")
        ))?;
        let years = self.sql("SELECT min(fiscal_year), max(fiscal_year), count(*) FROM current_fact")?.texts();
        let year = |at: usize| years.first().and_then(|row| row.get(at)).cloned().unwrap_or_default();
        let text = serde_json::to_string_pretty(&description(&year(0), &year(1))).unwrap_or_default();
        std::fs::write(folder.join("datapackage.json"), text + "\n").map_err(io("write the description"))?;
        Ok(year(2).parse().unwrap_or_default())
    }
}

/// The description of the package.
fn description(first: &str, last: &str) -> Value {
    let fields: Vec<Value> = COLUMNS
        .iter()
        .map(|(name, kind, meaning, _)| {
            let mut field = json!({"name": name, "type": kind, "title": meaning});
            if let (Some(column_type), Some(object)) =
                (Field::named(name).and_then(Field::column_type), field.as_object_mut())
            {
                object.insert("columnType".to_owned(), column_type.into());
            }
            field
        })
        .collect();
    json!({
        "profile": "fiscal-data-package",
        "name": "yusuan-export",
        "title": "部门预算、决算公开数据",
        "countryCode": "CN",
        "currencyCode": "CNY",
        "fiscalPeriod": {"start": format!("{first}-01-01"), "end": format!("{last}-12-31")},
        "resources": [{
            "name": "facts",
            "path": "facts.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": fields, "missingValues": [""]},
        }],
        "parquet": "parquet/region=*/fiscal_year=*/*.parquet",
    })
}
