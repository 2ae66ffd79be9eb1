//! How far the narrative is with a list, the parts of a whole, or a reason.

/// What the shares of a list are of that goes on in the next paragraph.
pub(super) struct Divided {
    pub(super) of: String,
    /// Whether the next paragraph is its next part, whatever it begins with.
    pub(super) goes_on: bool,
}

/// What the parts in a sentence, up to its 。, are of.
#[derive(Default)]
pub(super) struct Parts {
    /// What the shares that are told up to the 。 are of: “三公”经费支出决算中，….
    pub(super) shared: Option<String>,
    /// Whether the last amount is of something unknown: 初中教育支出9万元.
    pub(super) unknown: bool,
    /// Whether its parts are being told.
    pub(super) of_unknown: bool,
    /// The subject that is divided.
    pub(super) divided: Option<String>,
}

/// How far a sentence is with a reason (主要原因：追加项目支出30万元): what it names are no figures of the department.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    None,
    /// Figures may still be those that the reason is of.
    Told,
    /// They are not.
    OfAnother,
}
