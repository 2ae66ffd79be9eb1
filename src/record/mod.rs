//! The vocabulary: what a budget disclosure consists of, as plain data.
//!
//! Nothing here reads files or talks to a database. Names are the field's standard terms; each term's
//! Chinese name stands in its documentation.

mod aliases;
mod amount;
mod classification;
mod department;
mod diagnostic;
mod dimensions;
mod disclosure;
mod long;
mod lookup;
mod mapping;
mod place;
mod sql;
mod successor;
mod text;

pub use aliases::{Alias, AliasError, Aliases, Resolved};
pub use amount::{MoneyUnit, NumberError, parse_number};
pub use classification::{Classification, ClassificationEntry, CodeSystem};
pub use department::{Identity, region_in, same_region};
pub use diagnostic::{Diagnostic, DiagnosticKind};
pub use dimensions::{
    Dimensions, DocumentKind, Flow, Fund, Item, Nature, Period, RowRole, Scope, Stage, TableKind, TableState,
};
pub use disclosure::{
    BaseKind, CellRecord, Claim, Department, Disclosure, Fact, Header, Indicator, Part, ProjectRef, SourceInfo,
    TableRecord, UnitRow,
};
pub use long::{LongDocument, LongRow, LongSubject};
pub use lookup::Lookup;
pub use mapping::{Field, Mapping, MappingError};
pub use place::Place;
pub use sql::{sql_name, sql_text};
pub use successor::{Effect, Successor, successors};
pub use text::{fold_width, join_key, squash, strip_tags, tidy};
pub(crate) use text::{pattern, trim};
