//! What was noticed while reading and could not be settled.

use serde::Serialize;

use super::{Place, TableKind};

/// Kinds of diagnostics; the identifier stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum DiagnosticKind {
    /// A cell where an amount belongs holds something else.
    NotANumber,
    /// An amount that cannot be expressed in 元 with two decimals.
    OutOfRange,
    /// A column or row whose meaning is not known: its numbers are kept as cells only.
    Unplaced,
    /// The unit of money is nowhere stated.
    UnitMissing,
    /// A printed header was repaired; the text tells both readings.
    HeaderRepaired,
    /// A cell cut by a page break was joined.
    CellJoined,
    /// A blank code was filled down, or an unlabelled total was named.
    LabelSupplied,
    /// Printed parts do not add up to the printed total.
    SumDiffers,
    /// A table that the contents announce was not found.
    TableMissing,
    /// A table whose title is not known.
    TableUnknown,
    /// A code and its name do not go together.
    CodeDoubtful,
    /// A fact about the document was taken from a weaker place (the file name) or is contradicted.
    HeaderDoubtful,
    /// A title names another year than the document's, or a form's blank (XX) where a name belongs.
    TitleDoubtful,
    /// The document seems to end early.
    Truncated,
    /// Bytes that are no text were replaced.
    Encoding,
    /// A part of the file could not be read.
    Damaged,
    /// A page is a picture.
    Scanned,
    /// A number was cut in two, by a ruling line or between cells, and put together again.
    NumberCut,
    /// A table without ruling lines: its columns were told from where its words stand.
    Unruled,
    /// A row stood outside the grid of its table, and the sums prove that it belongs to it.
    RowRecovered,
    /// A sheet, row or column is not shown; it was read.
    Hidden,
    /// A stored number has more places than are shown; the text tells both.
    NumberRounded,
    /// A formula without its result, or with a result from another workbook.
    NotCalculated,
    /// A table of a unit that is printed beside the department's own: its numbers are kept as cells only.
    OtherUnit,
    /// A table that was printed before with the same numbers: they count once.
    Repeated,
    /// Something that belongs to the document and was not read: attachments of a page.
    NotRead,
}

impl DiagnosticKind {
    /// The identifier used in the database.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::OutOfRange => "out_of_range",
            Self::Unplaced => "unplaced",
            Self::UnitMissing => "unit_missing",
            Self::HeaderRepaired => "header_repaired",
            Self::CellJoined => "cell_joined",
            Self::LabelSupplied => "label_supplied",
            Self::SumDiffers => "sum_differs",
            Self::TableMissing => "table_missing",
            Self::TableUnknown => "table_unknown",
            Self::CodeDoubtful => "code_doubtful",
            Self::HeaderDoubtful => "header_doubtful",
            Self::TitleDoubtful => "title_doubtful",
            Self::Truncated => "truncated",
            Self::Encoding => "encoding",
            Self::Damaged => "damaged",
            Self::Scanned => "scanned",
            Self::NumberCut => "number_cut",
            Self::Unruled => "unruled",
            Self::RowRecovered => "row_recovered",
            Self::Hidden => "hidden",
            Self::NumberRounded => "number_rounded",
            Self::NotCalculated => "not_calculated",
            Self::OtherUnit => "other_unit",
            Self::Repeated => "repeated",
            Self::NotRead => "not_read",
        }
    }

    /// Whether a reader must look at it: repairs that the identities confirm are only recorded.
    #[must_use]
    pub fn is_warning(self) -> bool {
        !matches!(
            self,
            Self::HeaderRepaired
                | Self::CellJoined
                | Self::LabelSupplied
                | Self::NumberCut
                | Self::Unruled
                | Self::RowRecovered
                | Self::NumberRounded
                | Self::Repeated
        )
    }
}

/// One diagnostic of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of trouble.
    pub kind: DiagnosticKind,
    /// The table it concerns, if any.
    pub table: Option<TableKind>,
    /// Where.
    pub place: Place,
    /// The text concerned, as printed.
    pub text: String,
    /// What was noticed, what was done, what helps.
    pub message: String,
}
