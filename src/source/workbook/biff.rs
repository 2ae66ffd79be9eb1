//! What an xls workbook (BIFF8 in a compound file) says beside the values of its cells: number formats, hidden
//! rows and columns. The library does not tell these, and it trusts sizes that a damaged file may state, so
//! that they are checked here first.

use std::collections::{BTreeMap, BTreeSet};

use super::super::shown::NumberFormat;

/// Rows and columns of a sheet in this format.
const ROWS: u32 = 65_536;
const COLUMNS: u32 = 256;
/// Cells that the used areas of all sheets may have: the library makes room for each of them.
const AREA: u64 = 4_000_000;
/// Formats that every workbook has, by number.
const BUILT_IN: &[(u16, &str)] = &[
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (37, "#,##0;-#,##0"),
    (38, "#,##0;-#,##0"),
    (39, "#,##0.00;-#,##0.00"),
    (40, "#,##0.00;-#,##0.00"),
    (41, "#,##0;-#,##0;\"-\""),
    (42, "#,##0;-#,##0;\"-\""),
    (43, "#,##0.00;-#,##0.00;\"-\"??"),
    (44, "#,##0.00;-#,##0.00;\"-\"??"),
];

/// One sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    /// Index of the cell's format.
    cells: BTreeMap<(u32, u32), u16>,
    pub(super) hidden_rows: BTreeSet<u32>,
    pub(super) hidden_columns: BTreeSet<u32>,
}

/// A workbook, sheet by sheet in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Biff {
    pub(super) sheets: Vec<Beside>,
    formats: Vec<NumberFormat>,
}

impl Biff {
    /// How a number is shown.
    pub(super) fn format(&self, sheet: usize, at: (u32, u32)) -> NumberFormat {
        let index = self.sheets.get(sheet).and_then(|s| s.cells.get(&at));
        index.and_then(|i| self.formats.get(usize::from(*i))).copied().unwrap_or_default()
    }

    /// Reads the records; the error says which size cannot be.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let stream = workbook_stream(bytes).ok_or("its stream of records cannot be followed")?;
        let mut biff = Self::default();
        let mut codes: BTreeMap<u16, String> = BUILT_IN.iter().map(|(n, code)| (*n, (*code).to_owned())).collect();
        let mut indices = Vec::new();
        let mut sheets = Vec::new();
        for (kind, data) in Records(&stream) {
            match kind {
                0x00E0 => indices.push(word(data, 2).unwrap_or(0)),
                0x041E => {
                    if let (Some(number), Some(code)) = (word(data, 0), text(data.get(2..).unwrap_or_default())) {
                        codes.insert(number, code);
                    }
                }
                0x0085 => sheets.push(double(data, 0).unwrap_or(u32::MAX)),
                0x000A => break,
                _ => {}
            }
        }
        let format = |number: &u16| codes.get(number).map(|code| NumberFormat::parse(code)).unwrap_or_default();
        biff.formats = indices.iter().map(format).collect();
        let (mut area, mut bytes) = (0, 0);
        for from in sheets {
            let records = stream.get(from as usize..).ok_or("a sheet lies beyond its end")?;
            let (sheet, length) = sheet(records)?;
            area += sheet.area();
            bytes += length;
            if area > AREA {
                return Err(
                    "a cell far below or to the right of the others needs too much room; delete such cells".to_owned()
                );
            }
            if bytes > stream.len() {
                return Err("its sheets lie over each other".to_owned());
            }
            biff.sheets.push(sheet);
        }
        Ok(biff)
    }
}

/// A sheet and the number of bytes that its records have. As the library does, it begins at any record.
fn sheet(records: &[u8]) -> Result<(Beside, usize), String> {
    let mut beside = Beside::default();
    let mut begun = false;
    // Charts in it have records of their own.
    let mut depth = 0_u32;
    let mut length = 0;
    for (kind, data) in Records(records) {
        length += 4 + data.len();
        match (kind, depth) {
            (0x0809, 0) if !begun => begun = true,
            (0x0809, _) => depth += 1,
            (0x000A, 0) => break,
            (0x000A, _) => depth -= 1,
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        match kind {
            0x0200 => {
                let (rows, columns) = match data.len() {
                    10 => (word(data, 2).map(u32::from), word(data, 6)),
                    _ => (double(data, 4), word(data, 10)),
                };
                if rows.is_some_and(|n| n > ROWS) || columns.is_some_and(|n| u32::from(n) > COLUMNS) {
                    return Err("a sheet states more rows or columns than there can be".to_owned());
                }
            }
            0x0208 => {
                if let (Some(row), Some(flags)) = (word(data, 0), data.get(12))
                    && flags & 0x20 != 0
                {
                    beside.hidden_rows.insert(u32::from(row));
                }
            }
            0x007D => {
                if let (Some(from), Some(to), Some(flags)) = (word(data, 0), word(data, 2), word(data, 8))
                    && flags & 1 != 0
                {
                    beside.hidden_columns.extend((u32::from(from)..=u32::from(to)).take_while(|c| *c < COLUMNS));
                }
            }
            // Number, RK, formula, boolean, label by index and label.
            0x0203 | 0x027E | 0x0006 | 0x0205 | 0x00FD | 0x0204 | 0x00D6 => {
                if let (Some(row), Some(column), Some(format)) = (word(data, 0), word(data, 2), word(data, 4)) {
                    beside.cell(row, column, format)?;
                }
            }
            // Several RK in one row.
            0x00BD => {
                let (row, first) = (word(data, 0).unwrap_or(0), word(data, 2).unwrap_or(0));
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (i, cell) in (0_u16..).zip(cells.chunks_exact(6)) {
                    beside.cell(row, first.saturating_add(i), word(cell, 0).unwrap_or(0))?;
                }
            }
            _ => {}
        }
    }
    Ok((beside, length))
}

impl Beside {
    /// Rows and columns from the first ones to the last ones that are used.
    fn area(&self) -> u64 {
        let rows = self.cells.keys().map(|(row, _)| u64::from(*row) + 1).max().unwrap_or(0);
        let columns = self.cells.keys().map(|(_, column)| u64::from(*column) + 1).max().unwrap_or(0);
        rows * columns
    }

    fn cell(&mut self, row: u16, column: u16, format: u16) -> Result<(), String> {
        if u32::from(column) >= COLUMNS {
            return Err("a cell lies beyond the last column".to_owned());
        }
        self.cells.insert((u32::from(row), u32::from(column)), format);
        Ok(())
    }
}

/// Records one after the other: kind, length, data.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (word(self.0, 0)?, usize::from(word(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((kind, data))
    }
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn double(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A string with its number of characters before it.
fn text(data: &[u8]) -> Option<String> {
    let count = usize::from(word(data, 0)?);
    let wide = data.get(2)? & 1 != 0;
    let chars = data.get(3..)?;
    if wide {
        let units: Vec<u16> = chars.chunks_exact(2).take(count).filter_map(|c| word(c, 0)).collect();
        Some(String::from_utf16_lossy(&units))
    } else {
        Some(chars.iter().take(count).map(|b| char::from(*b)).collect())
    }
}

/// The stream of records in a compound file (MS-CFB): its sectors are chained by a table.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let shift = word(bytes, 30).filter(|s| matches!(s, 9 | 12))?;
    let size = 1_usize << shift;
    let sector = |id: u32| {
        let from = (id as usize).checked_add(1)?.checked_mul(size)?;
        bytes.get(from..).map(|rest| rest.get(..size).unwrap_or(rest)).filter(|s| !s.is_empty())
    };
    let count = bytes.len() / size + 1;
    // The table's own sectors: 109 in the header, then a chain.
    let mut table_sectors: Vec<u32> = (0..109).filter_map(|i| double(bytes, 76 + 4 * i)).collect();
    let mut next = double(bytes, 68)?;
    let mut steps = 0;
    while let Some(data) = sector(next).filter(|_| steps < count) {
        let mut ids: Vec<u32> = (0..size / 4).filter_map(|i| double(data, 4 * i)).collect();
        next = ids.pop()?;
        table_sectors.extend(ids);
        steps += 1;
    }
    let mut table: Vec<u32> = Vec::new();
    for data in table_sectors.into_iter().filter_map(sector).take(count) {
        table.extend((0..size / 4).filter_map(|i| double(data, 4 * i)));
    }
    let chain = |mut id: u32| {
        let mut data = Vec::new();
        for _ in 0..count {
            let Some(piece) = sector(id) else { break };
            data.extend_from_slice(piece);
            id = table.get(id as usize).copied().unwrap_or(u32::MAX);
        }
        data
    };
    let directory = chain(double(bytes, 48)?);
    let entries = || directory.chunks_exact(128);
    let name = |entry: &[u8]| {
        let units: Vec<u16> = entry.get(..64).unwrap_or_default().chunks_exact(2).filter_map(|c| word(c, 0)).collect();
        String::from_utf16_lossy(units.split(|u| *u == 0).next().unwrap_or_default())
    };
    let entry = entries().find(|e| name(e).eq_ignore_ascii_case("Workbook"));
    let entry = entry.or_else(|| entries().find(|e| name(e).eq_ignore_ascii_case("Book")))?;
    let (start, length) = (double(entry, 116)?, double(entry, 120)? as usize);
    let mut stream = if length < 4096 {
        // Small streams lie in pieces of 64 bytes in the stream of the root.
        let root = chain(double(entries().next()?, 116)?);
        let pieces = chain(double(bytes, 60)?);
        let mut data = Vec::new();
        let mut id = start;
        for _ in 0..=4096 / 64 {
            let Some(piece) = (id as usize).checked_mul(64).and_then(|at| root.get(at..)) else { break };
            data.extend_from_slice(piece.get(..64).unwrap_or(piece));
            id = double(&pieces, (id as usize).checked_mul(4)?).unwrap_or(u32::MAX);
        }
        data
    } else {
        chain(start)
    };
    stream.truncate(length);
    Some(stream)
}
