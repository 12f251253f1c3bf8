//! Opens a plugin's editor while audio runs through it, and writes a PNG.

#[cfg(target_os = "linux")]
mod x11 {
    use std::error::Error;
    use std::fs::File;
    use std::io::BufWriter;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use clap_host::{Block, Bundle, Editor, HostOptions, Picture, Processor, Track, Transport};

    const USAGE: &str = "screenshot BUNDLE.clap OUT.png [--scale FACTOR] [--size WxH] \
                         [--set ID=TEXT]... [--seconds S] [--input STEM.flac] \
                         [--sidechain STEM.flac] [--from S] [--track NAME#RRGGBB] \
                         [--with 'NAME#RRGGBB ID=TEXT; ID=TEXT']...";

    struct Options {
        bundle: PathBuf,
        out: PathBuf,
        scale: f64,
        size: Option<(u32, u32)>,
        settings: Vec<(String, String)>,
        seconds: f64,
        input: Option<PathBuf>,
        sidechain: Option<PathBuf>,
        from_s: f64,
        track: Option<Track>,
        company: Vec<Company>,
    }

    /// Another instance, on a track of its own.
    struct Company {
        track: Track,
        settings: Vec<(String, String)>,
    }

    fn setting(text: &str) -> Result<(String, String), &'static str> {
        let (id, value) = text.split_once('=').ok_or(USAGE)?;
        Ok((id.trim().to_owned(), value.trim().to_owned()))
    }

    /// `Lead Vocal#F08BD0`, and what follows it.
    fn track(text: &str) -> Result<(Track, &str), Box<dyn Error>> {
        let (name, rest) = text.split_once('#').ok_or(USAGE)?;
        let (hex, rest) = rest.split_at_checked(6).ok_or(USAGE)?;
        let [_, red, green, blue] = u32::from_str_radix(hex, 16)?.to_be_bytes();
        Ok((Track { name: name.to_owned(), colour_rgb: [red, green, blue] }, rest))
    }

    fn company(text: &str) -> Result<Company, Box<dyn Error>> {
        let (track, rest) = track(text)?;
        let settings = rest.split(';').filter(|part| !part.trim().is_empty()).map(setting);
        Ok(Company { track, settings: settings.collect::<Result<_, _>>()? })
    }

    fn options() -> Result<Options, Box<dyn Error>> {
        let (mut paths, mut settings) = (Vec::new(), Vec::new());
        let (mut scale, mut size, mut seconds) = (1.0, None, 2.0);
        let (mut input, mut sidechain, mut from_s) = (None, None, 0.0);
        let (mut own_track, mut others) = (None, Vec::new());
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(USAGE);
            match word.as_str() {
                "--scale" => scale = value()?.parse()?,
                "--seconds" => seconds = value()?.parse()?,
                "--input" => input = Some(PathBuf::from(value()?)),
                "--sidechain" => sidechain = Some(PathBuf::from(value()?)),
                "--from" => from_s = value()?.parse()?,
                "--size" => {
                    let text = value()?;
                    let (width, height) = text.split_once('x').ok_or(USAGE)?;
                    size = Some((width.parse()?, height.parse()?));
                }
                "--set" => settings.push(setting(&value()?)?),
                "--track" => own_track = Some(track(&value()?)?.0),
                "--with" => others.push(company(&value()?)?),
                _ => paths.push(PathBuf::from(word)),
            }
        }
        let [bundle, out] = <[PathBuf; 2]>::try_from(paths).map_err(|_| USAGE)?;
        Ok(Options {
            bundle,
            out,
            scale,
            size,
            settings,
            seconds,
            input,
            sidechain,
            from_s,
            track: own_track,
            company: others,
        })
    }

    pub fn main() -> Result<(), Box<dyn Error>> {
        let options = options()?;
        let bundle = Bundle::load(&options.bundle)?;
        let id = bundle.ids().first().ok_or("the bundle is empty")?;
        let host = |track: &Option<Track>| HostOptions {
            offline: false,
            track: track.clone(),
            ..HostOptions::default()
        };
        let mut others = Vec::new();
        for other in &options.company {
            let mut instance = bundle.instance(id, &host(&Some(other.track.clone())))?;
            for (id, text) in &other.settings {
                instance.set(id, text)?;
            }
            let processor = instance.activate()?;
            others.push((instance, processor));
        }
        let mut instance = bundle.instance(id, &host(&options.track))?;
        for (id, text) in &options.settings {
            instance.set(id, text)?;
        }
        let has_sidechain = instance.ports().inputs.len() > 1;
        let mut processor = instance.activate()?;
        let mut editor = Editor::open(&mut instance, options.scale)?;
        if let Some((width, height)) = options.size {
            editor.resize(width, height)?;
        }
        let began = Instant::now();
        let mut music = Music::new(&options, has_sidechain)?;
        while began.elapsed().as_secs_f64() < options.seconds {
            // Meters show what is played: keep up with the clock.
            while music.seconds() < began.elapsed().as_secs_f64() {
                music.play(&mut processor)?;
            }
            editor.idle()?;
            std::thread::sleep(Duration::from_millis(5));
        }
        let picture = editor.picture()?;
        drop(editor);
        instance.deactivate(processor);
        for (mut other, processor) in others {
            other.deactivate(processor);
        }
        write(&picture, &options.out)?;
        println!("{} ({} x {})", options.out.display(), picture.width, picture.height);
        Ok(())
    }

    /// What is played: stems, or bursts of a decaying chord, so that dynamics and meters have
    /// something to show.
    struct Music {
        frame: usize,
        input: Option<[Vec<f32>; 2]>,
        /// Silent without a stem; none where there is no such port.
        sidechain: Option<[Vec<f32>; 2]>,
    }

    impl Music {
        const BLOCK: usize = 256;
        const RATE_HZ: f64 = 48_000.0;

        fn new(options: &Options, has_sidechain: bool) -> Result<Self, Box<dyn Error>> {
            let stem = |path: &Option<PathBuf>| {
                path.as_ref().map(|path| read(path, options.from_s)).transpose()
            };
            let sidechain = has_sidechain.then_some(stem(&options.sidechain)?.unwrap_or_default());
            Ok(Self { frame: 0, input: stem(&options.input)?, sidechain })
        }

        fn seconds(&self) -> f64 {
            self.frame as f64 / Self::RATE_HZ
        }

        fn sample(seconds: f64, side: f64) -> f32 {
            let beat = seconds % 0.5;
            let tone = |hz: f64| (std::f64::consts::TAU * hz * seconds + side).sin();
            let sum: f64 = [55.0, 220.0, 277.2, 329.6, 1760.0, 7040.0]
                .iter()
                .zip([1.0, 0.6, 0.5, 0.5, 0.25, 0.12])
                .map(|(&hz, gain)| gain * tone(hz))
                .sum();
            (0.3 * sum * (-beat * 6.0).exp()) as f32
        }

        /// The next block of a stem, over and over.
        fn cut(&self, stem: &[Vec<f32>; 2]) -> [Vec<f32>; 2] {
            let frames = self.frame..self.frame + Self::BLOCK;
            let sample = |lane: &Vec<f32>, frame: usize| {
                lane.get(frame % lane.len().max(1)).copied().unwrap_or(0.0)
            };
            [0, 1].map(|lane| frames.clone().map(|frame| sample(&stem[lane], frame)).collect())
        }

        fn chord(&self) -> [Vec<f32>; 2] {
            let frames = self.frame..self.frame + Self::BLOCK;
            [0.0, 0.4].map(|side| {
                let time = |frame: usize| frame as f64 / Self::RATE_HZ;
                frames.clone().map(|frame| Self::sample(time(frame), side)).collect()
            })
        }

        fn play(&mut self, processor: &mut Processor) -> clap_host::Result<()> {
            let [left, right] =
                self.input.as_ref().map_or_else(|| self.chord(), |stem| self.cut(stem));
            let key = self.sidechain.as_ref().map(|stem| self.cut(stem));
            let key = key.as_ref().map(|[left, right]| [left.as_slice(), right.as_slice()]);
            let mut out = [[0.0; Self::BLOCK]; 2];
            let [out_left, out_right] = &mut out;
            processor.process(Block {
                input: &[&left, &right],
                sidechain: key.as_ref().map(<[&[f32]; 2]>::as_slice),
                output: &mut [&mut out_left[..], &mut out_right[..]],
                transport: Some(Transport {
                    tempo_bpm: 120.0,
                    playing: true,
                    position_s: self.seconds(),
                }),
                ..Block::default()
            })?;
            self.frame += Self::BLOCK;
            Ok(())
        }
    }

    /// A FLAC file from a time on, in seconds. Mono goes to both sides; the rate is taken as it is.
    fn read(path: &Path, from_s: f64) -> Result<[Vec<f32>; 2], Box<dyn Error>> {
        let mut reader = claxon::FlacReader::open(path)?;
        let info = reader.streaminfo();
        let channels = info.channels as usize;
        let scale = 1.0 / (1u64 << (info.bits_per_sample - 1)) as f32;
        let samples: Vec<i32> = reader.samples().collect::<Result<_, _>>()?;
        let skipped = (from_s * f64::from(info.sample_rate)) as usize;
        let lane = |index: usize| {
            let frames = samples.chunks_exact(channels).skip(skipped);
            frames.map(|frame| frame[index] as f32 * scale).collect()
        };
        Ok([lane(0), lane(channels - 1)])
    }

    fn write(picture: &Picture, path: &Path) -> Result<(), Box<dyn Error>> {
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, picture.width, picture.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&picture.rgb)?;
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    x11::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("screenshots need X11: they are taken on Linux");
    std::process::exit(1);
}
