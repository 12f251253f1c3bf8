//! What an instance tells the others, and how that becomes words of shared memory and back.
//!
//! Nothing that is read is believed: [`Record::decode`] checks the sum, every number, every index
//! and the text, and refuses the whole record if one of them is off.

use shared_dsp::room::RoomSettings;

/// Words of one record in shared memory.
pub const WORDS: usize = 26;

/// The longest name, in bytes of UTF-8.
pub const NAME_BYTES: usize = 64;

const NAME_AT: usize = 17;
const SUM_AT: usize = WORDS - 1;

/// Which plugin an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A track with a place in the room.
    Distance,
    /// The room on an effects bus.
    Space,
}

/// The identity of an instance while it lives: random, never 0.
pub type Token = u64;

/// When a group's room was set, by a Lamport clock: the later of two counts; of two set at once, the
/// one of the greater token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// One more than every clock that the setter had seen. 0: not set since its state was loaded.
    pub clock: u64,
    /// Who set it.
    pub by: Token,
}

/// The greatest clock that is believed: garbage must not push the clock to its end.
const CLOCK_MAX: u64 = 1 << 48;

/// Where a track stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Distance in m, 0.25..64.
    pub distance_m: f32,
    /// Direction in degrees, -90..90, negative is left.
    pub azimuth_deg: f32,
    /// How far away the microphone was, in m, 0.1..10.
    pub recorded_at_m: f32,
    /// Width of the source in m, 0..10.
    pub source_width_m: f32,
    /// Direct-to-reverberant ratio in dB as it is heard, -200..200.
    pub direct_to_reverberant_db: f32,
}

/// An instance's hand on another: where it wants the other to stand for as long as it holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hold {
    /// Who is held; 0 for nobody.
    pub target: Token,
    /// Counts the holds of one instance.
    pub serial: u64,
    /// Where to, in m, 0.25..64.
    pub distance_m: f32,
    /// Where to, in degrees, -90..90.
    pub azimuth_deg: f32,
}

/// The last hold that an instance has followed to its end, so that the holder may let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Who held.
    pub to: Token,
    /// Which of its holds.
    pub serial: u64,
}

/// What an instance tells of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Which plugin.
    pub kind: Kind,
    /// The track's name as the host tells it; may be empty.
    pub name: String,
    /// The track's colour as red, green, blue, if the host tells one.
    pub color: Option<[u8; 3]>,
    /// The room group, 0..4, or none.
    pub group: Option<u8>,
    /// Whether it is bypassed.
    pub bypassed: bool,
    /// Whether its reverb is made by another instance (Distance with `reverb` at Room Feed).
    pub room_feed: bool,
    /// Whether its host renders offline.
    pub offline: bool,
    /// Whether its editor shows the stage: then all publish quickly.
    pub watching: bool,
    /// The room that it hears.
    pub room: RoomSettings,
    /// The room of the group as it knows it, which its own parameters may only be able to approach.
    pub shared: RoomSettings,
    /// When that was set.
    pub stamp: Stamp,
    /// Where it stands, if it is a Distance.
    pub place: Option<Place>,
    /// Whom its editor holds.
    pub hold: Hold,
    /// Which hold it has followed.
    pub answer: Answer,
}

impl Record {
    /// A record of this kind with nothing told yet.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            name: String::new(),
            color: None,
            group: None,
            bypassed: false,
            room_feed: false,
            offline: false,
            watching: false,
            room: RoomSettings::default(),
            shared: RoomSettings::default(),
            stamp: Stamp::default(),
            place: None,
            hold: Hold::default(),
            answer: Answer::default(),
        }
    }

    /// As words of shared memory, signed by the owner.
    pub fn encode(&self, owner: Token) -> [u64; WORDS] {
        let mut words = [0; WORDS];
        let name = truncated(&self.name, NAME_BYTES).as_bytes();
        let [red, green, blue] = self.color.unwrap_or_default();
        let place = self.place.unwrap_or_default();
        words[0] = owner;
        words[1] = u64::from_le_bytes([
            self.kind as u8,
            self.group.map_or(0, |group| group + 1),
            flags([
                self.bypassed,
                self.room_feed,
                self.offline,
                self.watching,
                self.color.is_some(),
                self.place.is_some(),
            ]),
            name.len() as u8,
            red,
            green,
            blue,
            0,
        ]);
        (words[2], words[3]) = (self.stamp.clock, self.stamp.by);
        [words[4], words[5]] = room_words(&self.room);
        [words[6], words[7]] = room_words(&self.shared);
        words[8] = pair(place.distance_m, place.azimuth_deg);
        words[9] = pair(place.recorded_at_m, place.source_width_m);
        words[10] = pair(place.direct_to_reverberant_db, 0.0);
        (words[11], words[12]) = (self.hold.target, self.hold.serial);
        words[13] = pair(self.hold.distance_m, self.hold.azimuth_deg);
        (words[14], words[15]) = (self.answer.to, self.answer.serial);
        for (word, bytes) in words[NAME_AT..SUM_AT].iter_mut().zip(name.chunks(8)) {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_le_bytes(eight);
        }
        words[SUM_AT] = sum(&words[..SUM_AT]);
        words
    }

    /// What the words say, if they are whole, signed by `owner`, and sane.
    pub fn decode(words: &[u64; WORDS], owner: Token) -> Option<Self> {
        if owner == 0 || words[0] != owner || words[SUM_AT] != sum(&words[..SUM_AT]) {
            return None;
        }
        let [kind, group, flags, length, red, green, blue, _] = words[1].to_le_bytes();
        let flag = |at: u8| flags & (1 << at) != 0;
        let kind = [Kind::Distance, Kind::Space].get(usize::from(kind)).copied()?;
        let stamp = Stamp { clock: words[2], by: words[3] };
        let place = Place {
            distance_m: first(words[8]),
            azimuth_deg: second(words[8]),
            recorded_at_m: first(words[9]),
            source_width_m: second(words[9]),
            direct_to_reverberant_db: first(words[10]),
        };
        let hold = Hold {
            target: words[11],
            serial: words[12],
            distance_m: first(words[13]),
            azimuth_deg: second(words[13]),
        };
        let (room, shared) = (room_of(words[4], words[5])?, room_of(words[6], words[7])?);
        let sane = group <= 4
            && flags >> 6 == 0
            && stamp.clock <= CLOCK_MAX
            && (!flag(5) || is_place(&place))
            && (hold.target == 0 || is_spot(hold.distance_m, hold.azimuth_deg));
        sane.then_some(())?;
        Some(Self {
            kind,
            name: name_of(&words[NAME_AT..SUM_AT], usize::from(length))?,
            color: flag(4).then_some([red, green, blue]),
            group: group.checked_sub(1),
            bypassed: flag(0),
            room_feed: flag(1),
            offline: flag(2),
            watching: flag(3),
            room,
            shared,
            stamp,
            place: flag(5).then_some(place),
            hold,
            answer: Answer { to: words[14], serial: words[15] },
        })
    }
}

/// The beginning of a text that fits into so many bytes, cut between characters.
fn truncated(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

fn name_of(words: &[u64], length: usize) -> Option<String> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    // A name is shown in one line.
    (!text.contains(char::is_control)).then(|| text.to_owned())
}

fn flags<const N: usize>(flags: [bool; N]) -> u8 {
    flags.into_iter().enumerate().fold(0, |all, (at, flag)| all | u8::from(flag) << at)
}

fn pair(first: f32, second: f32) -> u64 {
    u64::from(first.to_bits()) | u64::from(second.to_bits()) << 32
}

fn first(word: u64) -> f32 {
    f32::from_bits(word as u32)
}

fn second(word: u64) -> f32 {
    f32::from_bits((word >> 32) as u32)
}

fn room_words(room: &RoomSettings) -> [u64; 2] {
    [pair(room.volume_m3, room.rt60_s), pair(room.low, room.high)]
}

/// A room, if [`RoomSettings::sane`] finds nothing to mend.
fn room_of(a: u64, b: u64) -> Option<RoomSettings> {
    let room =
        RoomSettings { volume_m3: first(a), rt60_s: second(a), low: first(b), high: second(b) };
    (room.sane() == room).then_some(room)
}

fn is_spot(distance_m: f32, azimuth_deg: f32) -> bool {
    (0.2..=65.0).contains(&distance_m) && (-90.0..=90.0).contains(&azimuth_deg)
}

fn is_place(place: &Place) -> bool {
    is_spot(place.distance_m, place.azimuth_deg)
        && (0.05..=11.0).contains(&place.recorded_at_m)
        && (0.0..=11.0).contains(&place.source_width_m)
        && (-200.0..=200.0).contains(&place.direct_to_reverberant_db)
}

/// FNV-1a (Fowler, Noll and Vo) over words: finds records that two writers or none have finished.
fn sum(words: &[u64]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, word| {
        let mixed = (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // FNV takes bytes; whole words need their upper half brought down.
        mixed ^ (mixed >> 29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Record {
        Record {
            name: "Kick äöü".into(),
            color: Some([1, 2, 255]),
            group: Some(3),
            bypassed: true,
            watching: true,
            stamp: Stamp { clock: 7, by: 99 },
            place: Some(Place {
                distance_m: 8.0,
                azimuth_deg: -30.0,
                recorded_at_m: 0.1,
                source_width_m: 0.0,
                direct_to_reverberant_db: -6.5,
            }),
            hold: Hold { target: 5, serial: 2, distance_m: 64.0, azimuth_deg: 90.0 },
            answer: Answer { to: 4, serial: 3 },
            ..Record::new(Kind::Distance)
        }
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        for record in [full(), Record::new(Kind::Space)] {
            assert_eq!(Record::decode(&record.encode(42), 42), Some(record));
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let record = Record { name: "ä".repeat(50), ..full() };
        let read = Record::decode(&record.encode(42), 42).unwrap();
        assert_eq!(read.name, "ä".repeat(32));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let words = full().encode(42);
        for bit in 0..WORDS * 64 {
            let mut damaged = words;
            damaged[bit / 64] ^= 1 << (bit % 64);
            assert_eq!(Record::decode(&damaged, 42), None, "bit {bit}");
        }
        assert_eq!(Record::decode(&words, 43), None, "another's record");
    }

    #[test]
    fn a_well_signed_record_with_impossible_values_is_refused() {
        let damage: [fn(&mut [u64; WORDS]); 9] = [
            |words| words[1] |= 0x07,
            |words| words[1] |= 0xff00,
            |words| words[1] |= 0xff << 24,
            |words| words[2] = u64::MAX,
            |words| words[4] = pair(f32::NAN, 1.0),
            |words| words[6] = pair(f32::INFINITY, 1.0),
            |words| words[8] = pair(-1.0, 0.0),
            |words| words[13] = pair(1.0, f32::NAN),
            |words| words[NAME_AT] = u64::MAX,
        ];
        for (index, damage) in damage.into_iter().enumerate() {
            let mut words = full().encode(42);
            damage(&mut words);
            words[SUM_AT] = sum(&words[..SUM_AT]);
            assert_eq!(Record::decode(&words, 42), None, "damage {index}");
        }
    }
}
