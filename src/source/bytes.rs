//! The bytes of a file on their way to its text: digested, out of a compression, out of another encoding.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use sha2::{Digest as _, Sha256};

use super::{SourceError, archive};

/// A file, or a member of an archive.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, SourceError> {
    match std::fs::metadata(path) {
        Ok(file) if !file.is_file() => Err(SourceError::NoFile),
        Ok(_) => Ok(Box::new(File::open(path)?)),
        Err(cause) => Ok(Box::new(Cursor::new(archive::load(path).unwrap_or(Err(cause))?))),
    }
}

/// The digest of what was read so far.
#[derive(Default)]
pub(super) struct Hash(pub(super) RefCell<Sha256>);

/// Bytes as they stand in the file.
pub(super) struct Hashed {
    pub(super) file: Box<dyn Read>,
    pub(super) hash: Rc<Hash>,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.hash.0.borrow_mut().update(into.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// One frame of a file in zstd.
type Frame = StreamingDecoder<BufReader<Hashed>, FrameDecoder>;

/// The frames of a file in zstd: programs that work with several threads write many.
pub(super) struct Frames {
    frame: Option<Frame>,
}

impl Frames {
    /// Begins with the first frame.
    pub(super) fn new(bytes: BufReader<Hashed>) -> io::Result<Self> {
        Ok(Self { frame: Some(frame(bytes)?) })
    }
}

impl Read for Frames {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(open) = &mut self.frame {
            let n = open.read(into)?;
            if n > 0 || into.is_empty() {
                return Ok(n);
            }
            let Some(mut rest) = self.frame.take().map(StreamingDecoder::into_inner) else { break };
            skip(&mut rest)?;
            if !rest.fill_buf()?.is_empty() {
                self.frame = Some(frame(rest)?);
            }
        }
        Ok(0)
    }
}

fn frame(mut bytes: BufReader<Hashed>) -> io::Result<Frame> {
    skip(&mut bytes)?;
    StreamingDecoder::new(bytes).map_err(|error| io::Error::other(error.to_string()))
}

/// Skips frames that hold no text.
fn skip(bytes: &mut BufReader<Hashed>) -> io::Result<()> {
    while let [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] = *bytes.fill_buf()? {
        bytes.consume(8);
        io::copy(&mut bytes.take(u64::from(u32::from_le_bytes([a, b, c, d]))), &mut io::sink())?;
    }
    Ok(())
}

/// Bytes of another encoding as UTF-8.
pub(super) struct Decoded {
    bytes: BufReader<Box<dyn Read>>,
    decoder: Decoder,
    is_done: bool,
}

impl Decoded {
    pub(super) fn new(bytes: BufReader<Box<dyn Read>>, encoding: &'static Encoding) -> Self {
        Self { bytes, decoder: encoding.new_decoder_without_bom_handling(), is_done: false }
    }
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.is_done && !into.is_empty() {
            let from = self.bytes.fill_buf()?;
            let is_last = from.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(from, into, is_last);
            self.bytes.consume(read);
            self.is_done = is_last && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
