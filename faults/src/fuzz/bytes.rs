//! Choices read from bytes, one after another.

/// Whether this is one input in `count`. No part of an input decides, or those that are chosen would
/// soon be most.
pub fn is_one_in(count: u32, bytes: &[u8]) -> bool {
    // Fowler, Noll and Vo's hash, whose higher bits are the better ones.
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    (bytes.iter().fold(0x811c_9dc5, mix) >> 8) % count == 0
}

/// Bytes that are read as choices. After their end every choice is its first.
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes that have not been read.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    fn word(&mut self) -> u32 {
        u32::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// One of `count` choices.
    pub fn below(&mut self, count: usize) -> usize {
        let number = u16::from_le_bytes([self.byte(), self.byte()]);
        usize::from(number) % count.max(1)
    }

    /// 0 to 1.
    pub fn part(&mut self) -> f64 {
        f64::from(self.word()) / f64::from(u32::MAX)
    }

    /// A number between two, spread evenly over the octaves.
    pub fn octaves(&mut self, least: f64, greatest: f64) -> f64 {
        least * (greatest / least).powf(self.part())
    }

    /// Any number there is, and what is none.
    pub fn float(&mut self) -> f32 {
        f32::from_bits(self.word())
    }

    /// As [`Self::float`], of a host's kind.
    pub fn double(&mut self) -> f64 {
        f64::from_bits(u64::from(self.word()) << 32 | u64::from(self.word()))
    }
}
