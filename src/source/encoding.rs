//! Bytes → characters: UTF-8, UTF-16 with a mark, GB18030 (which contains GBK and GB2312).

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::SourceError;

/// Decoded text and how many characters had to be replaced.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) replaced: usize,
}

/// Decodes by byte order mark, else as UTF-8 where the bytes are valid, else as GB18030.
///
/// Files cut in the middle of a character stay what they are: up to three trailing bytes may be missing.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, SourceError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(mark..).unwrap_or_default());
    }
    reject_binary(bytes)?;
    decoded(of_valid(bytes), bytes)
}

/// The encoding of a text that begins so, and how many bytes its mark takes.
pub(super) fn of_text(head: &[u8]) -> Result<(&'static Encoding, usize), SourceError> {
    if let Some(marked) = Encoding::for_bom(head) {
        return Ok(marked);
    }
    reject_binary(head)?;
    // A first line in UTF-8 with more than ASCII is no accident, whatever bytes are damaged behind it.
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let is_utf8 = !first.is_ascii() && std::str::from_utf8(first).is_ok();
    Ok((if is_utf8 { UTF_8 } else { of_valid(head) }, 0))
}

fn of_valid(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(e) if e.error_len().is_none() => UTF_8,
        Err(_) => fewer_errors(bytes),
    }
}

/// A damaged UTF-8 file must not be read as GB18030: whichever decodes with fewer losses is right.
fn fewer_errors(bytes: &[u8]) -> &'static Encoding {
    let losses = |encoding: &'static Encoding| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        text.chars().filter(|c| *c == '\u{FFFD}' || ('\u{E000}'..='\u{F8FF}').contains(c)).count()
    };
    if losses(UTF_8) <= losses(GB18030) { UTF_8 } else { GB18030 }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, SourceError> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let replaced = text.matches('\u{FFFD}').count();
    if text.contains('\0') {
        reject_binary(text.as_bytes())?;
    }
    // A text that is mostly unreadable is no text, whatever its bytes.
    if replaced > 3 && replaced * 10 > text.chars().count() {
        let offset = bytes.iter().position(|b| *b >= 0x80).unwrap_or(0);
        return Err(SourceError::Binary { offset, byte: bytes.get(offset).copied().unwrap_or(0) });
    }
    Ok(Decoded { text: text.into_owned(), replaced })
}

fn reject_binary(bytes: &[u8]) -> Result<(), SourceError> {
    let control = |b: &u8| *b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r' | 0x0C | 0x0B | 0x1A);
    match bytes.iter().position(control) {
        Some(offset) => Err(SourceError::Binary { offset, byte: bytes.get(offset).copied().unwrap_or(0) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).unwrap().text
    }

    #[test]
    fn encodings_give_the_same_text() {
        let sample = "一、一般公共预算\t1446.69\n";
        let (gb, _, _) = GB18030.encode(sample);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(sample.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF", sample.as_bytes()].concat();
        for bytes in [sample.as_bytes(), &gb, &utf16, &marked] {
            assert_eq!(text(bytes), sample);
        }
    }

    #[test]
    fn a_text_cut_inside_a_character_stays_utf8() {
        let sample = "部门预算";
        let cut = &sample.as_bytes()[..sample.len() - 1];
        assert_eq!(text(cut), "部门预\u{FFFD}");
    }

    #[test]
    fn one_damaged_byte_does_not_turn_utf8_into_gb18030() {
        let mut bytes = "洛阳市洛龙区人民政府办公室二〇二三年度部门预算".repeat(3).into_bytes();
        bytes[7] = 0xFF;
        assert!(text(&bytes).contains("人民政府办公室"));
    }
}
