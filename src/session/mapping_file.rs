//! What the columns of long tables mean, as files say it: a mapping of the user's, the description of a data package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::record::{Field, Mapping, MappingError};
use crate::source;

/// Reads a mapping: TOML, or the description of a data package, whose tables come along.
///
/// # Errors
/// When the file cannot be read or says nothing.
pub fn read_mapping(path: &Path) -> Result<Mapping, Error> {
    if is_package(path) {
        let tables = package(path)?;
        let first = tables.into_iter().next();
        return first.map(|(_, mapping)| mapping).ok_or_else(|| Error::Mapping {
            path: path.to_owned(),
            cause: MappingError::Form("the package describes no table".to_owned()),
        });
    }
    let text = std::fs::read_to_string(path).map_err(|cause| Error::Io {
        path: path.to_owned(),
        action: "read the mapping",
        cause,
    })?;
    Mapping::parse(&text).map_err(|cause| Error::Mapping { path: path.to_owned(), cause })
}

pub(super) fn is_package(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == source::PACKAGE)
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    path: Paths,
    #[serde(default)]
    schema: Option<PackageSchema>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
}

#[derive(Default, Deserialize)]
struct PackageSchema {
    #[serde(default)]
    fields: Vec<PackageField>,
}

#[derive(Deserialize)]
struct PackageField {
    name: String,
    #[serde(rename = "columnType", default)]
    column_type: Option<String>,
    /// What every row has.
    #[serde(default)]
    constant: Option<serde_json::Value>,
}

/// The tables of a Fiscal Data Package and what their columns mean: by `columnType`, else by name.
///
/// # Errors
/// When the description is not well formed.
pub(super) fn package(path: &Path) -> Result<Vec<(PathBuf, Mapping)>, Error> {
    let text = std::fs::read_to_string(path).map_err(|cause| Error::Io {
        path: path.to_owned(),
        action: "read the package",
        cause,
    })?;
    let package: Package = serde_json::from_str(&text).map_err(|error| Error::Mapping {
        path: path.to_owned(),
        cause: MappingError::Form(format!("this is no data package: {error}")),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut tables = Vec::new();
    for resource in package.resources {
        let fields = resource.schema.unwrap_or_default().fields;
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let mut mapping = Mapping::by_names(&names);
        let mut typed = BTreeMap::new();
        for field in fields {
            let Some(means) = field.column_type.as_deref().and_then(Field::of_column_type) else { continue };
            match field.constant {
                Some(value) => {
                    mapping.columns.remove(&means);
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    mapping.values.insert(means, text);
                }
                None => {
                    typed.entry(means).or_insert(field.name);
                }
            }
        }
        mapping.columns.extend(typed);
        // Amounts of a package are in its currency.
        if !mapping.columns.contains_key(&Field::Unit) {
            mapping.values.entry(Field::Unit).or_insert_with(|| "元".to_owned());
        }
        let files = match resource.path {
            Paths::One(path) => vec![path],
            Paths::Many(paths) => paths,
        };
        tables.extend(files.into_iter().map(|file| (folder.join(file), mapping.clone())));
    }
    Ok(tables)
}
