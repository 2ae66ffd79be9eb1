//! Checks on the raw bytes, before a PDF is parsed: streams that expand without bound, a missing end.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// Bytes that all streams of a document may have when decoded; real disclosures stay far below.
const DECODED: u64 = 512 << 20;
/// Deflate expands no further than this.
const RATIO: u64 = 1032;

/// Whether the compressed streams of a file exceed the budget of memory.
///
/// Pictures are left out: they are never decoded. Streams of encrypted files cannot be measured.
pub(super) fn is_bomb(bytes: &[u8]) -> bool {
    let streams: Vec<(&[u8], usize)> = streams(bytes).collect();
    let raw: u64 = streams.iter().map(|(data, _)| data.len() as u64).sum();
    let nested = streams.iter().any(|(_, stages)| *stages > 1);
    if !nested && raw.saturating_mul(RATIO) <= DECODED {
        return false;
    }
    let mut left = DECODED;
    for (data, stages) in streams {
        let mut reader: Box<dyn Read> = Box::new(data);
        for _ in 0..stages {
            reader = Box::new(ZlibDecoder::new(reader));
        }
        let mut limited = reader.take(left.saturating_add(1));
        // A stream that is broken half-way counts as far as it goes.
        let mut counter = Counter(0);
        let _ = std::io::copy(&mut limited, &mut counter);
        match left.checked_sub(counter.0) {
            Some(rest) => left = rest,
            None => return true,
        }
    }
    false
}

/// Counts the bytes written to it.
struct Counter(u64);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Data of the deflated streams and how often each is deflated.
fn streams(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + position(bytes.get(from..)?, b"stream")?;
            let begin = at + b"stream".len();
            from = begin;
            let before = bytes.get(at.saturating_sub(1024)..at).unwrap_or_default();
            if before.ends_with(b"end") {
                continue;
            }
            // The dictionary reaches back to the object's head.
            let dictionary = last_position(before, b" obj").and_then(|i| before.get(i..)).unwrap_or(before);
            let stages = count(dictionary, b"/FlateDecode") + count(dictionary, b"/Fl ") + count(dictionary, b"/Fl]");
            let is_image = position(dictionary, b"/Image").is_some();
            let data = bytes.get(begin..).unwrap_or_default();
            let data = data.strip_prefix(b"\r\n").or(data.strip_prefix(b"\n")).unwrap_or(data);
            let length = position(data, b"endstream").unwrap_or(data.len());
            from += length;
            if stages > 0 && !is_image {
                return Some((data.get(..length)?, stages.min(8)));
            }
        }
    })
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut from = 0;
    while let Some(i) = bytes.get(from..)?.iter().position(|b| *b == first) {
        if bytes.get(from + i..)?.starts_with(word) {
            return Some(from + i);
        }
        from += i + 1;
    }
    None
}

fn last_position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|w| w == word)
}

fn count(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).filter(|w| *w == word).count()
}

/// Whether the file lacks the end that every complete PDF has.
pub(super) fn lacks_end(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(2048)..).unwrap_or(bytes);
    position(tail, b"%%EOF").is_none() || position(tail, b"startxref").is_none()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn file(filter: &str, data: &[u8]) -> Vec<u8> {
        let head = format!("1 0 obj <</Filter {filter} /Length {}>> stream\n", data.len());
        [head.as_bytes(), data, b"\nendstream endobj"].concat()
    }

    #[test]
    fn streams_that_expand_without_bound_are_found() {
        let zeros = deflate(&vec![0; 64 << 20]);
        assert!(!is_bomb(&file("/FlateDecode", &zeros)));
        assert!(is_bomb(&file("/FlateDecode", &zeros).repeat(9)));
        // Sixty-four million zeros deflate to much the same byte again and again.
        let twice = deflate(&zeros.repeat(10));
        assert!(!is_bomb(&file("[/FlateDecode /FlateDecode]", &twice)), "the second stage ends after one stream");
    }

    #[test]
    fn a_cut_file_lacks_its_end() {
        assert!(!lacks_end(b"...startxref\n12\n%%EOF\n"));
        assert!(lacks_end(b"...startxr"));
    }
}
