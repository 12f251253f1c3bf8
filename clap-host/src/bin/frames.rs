//! Measures what a plugin's open editor costs while music runs through it.

#[cfg(target_os = "linux")]
mod x11 {
    use std::error::Error;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use clap_host::{Bundle, Editor, Music, Processor, Scene, Staged};

    const USAGE: &str = "frames BUNDLE.clap [--scale FACTOR]... [--seconds S]";
    /// The file that the editor writes its frames to.
    const LOG: &str = "PROSCENIUM_FRAMES";
    /// How long processing is measured at a time, in seconds.
    const STRETCH_S: f64 = 1.5;
    /// Time between two looks at the window.
    const PAUSE: Duration = Duration::from_millis(3);

    type Fallible<T> = Result<T, Box<dyn Error>>;

    /// What a frame took of the window's thread, in milliseconds, and when the next one began.
    struct Frame {
        parts_ms: [f64; 3],
        at_ms: f64,
    }

    /// What the editor has told of its frames.
    struct Log(PathBuf);

    impl Log {
        fn read(&self) -> Fallible<Vec<Frame>> {
            let text = std::fs::read_to_string(&self.0).unwrap_or_default();
            let frame = |line: &str| -> Fallible<Frame> {
                let numbers: Vec<f64> =
                    line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
                let [built, shaped, rest, at_ms] = numbers[..] else {
                    return Err(format!("{LOG} has a line of another kind: {line}").into());
                };
                Ok(Frame { parts_ms: [built, shaped, rest].map(|ns| ns / 1e6), at_ms })
            };
            // The last line may still be written.
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            whole.lines().map(frame).collect()
        }
    }

    /// Median, 95 % and worst of some figures.
    fn spread(mut figures: Vec<f64>) -> [f64; 3] {
        figures.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let last = figures.len().saturating_sub(1);
            figures.get((part * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
        };
        [at(0.5), at(0.95), at(1.0)]
    }

    pub fn main() -> Fallible<()> {
        let usage = || format!("{LOG}=FILE {USAGE} {}", Scene::USAGE);
        let (scene, words) = Scene::parse(std::env::args().skip(1))?;
        let (mut bundle, mut scales, mut seconds) = (None, Vec::new(), 4.0);
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(usage);
            match word.as_str() {
                "--scale" => scales.push(value()?.parse::<f64>()?),
                "--seconds" => seconds = value()?.parse()?,
                _ => bundle = Some(PathBuf::from(word)),
            }
        }
        let log = Log(std::env::var_os(LOG).ok_or_else(usage)?.into());
        let path = bundle.ok_or_else(usage)?;
        let bundle = Bundle::load(&path)?;
        for scale in scales {
            // The log is the editor's to append to.
            std::fs::write(&log.0, "")?;
            measure(&path, &scene, &bundle, (scale, seconds), &log)?;
        }
        audio(&scene, &bundle)
    }

    fn measure(
        path: &Path,
        scene: &Scene,
        bundle: &Bundle,
        (scale, seconds): (f64, f64),
        log: &Log,
    ) -> Fallible<()> {
        let mut staged = scene.stage(bundle)?;
        let Staged { instance, processor, music, .. } = &mut staged;
        let mut editor = Editor::open(instance, scale)?;
        let (width, height) = editor.size();
        run(&mut editor, 1.5, |now_s| follow(now_s, music, processor))?;
        let settled = log.read()?.len();
        let begun_s = music.seconds();
        run(&mut editor, seconds, |now_s| follow(begun_s + now_s, music, processor))?;
        let played = log.read()?.split_off(settled);
        // Silence goes on through the plugin, as in a host that stands.
        let mut rested = 0;
        run(&mut editor, 4.0, |now_s| {
            while (rested * Music::BLOCK) as f64 / Music::RATE_HZ < now_s {
                music.rest(processor)?;
                rested += 1;
            }
            Ok(())
        })?;
        // And no processing at all.
        let before = log.read()?.len();
        run(&mut editor, 1.0, |_| Ok(()))?;
        let paused = log.read()?.len() - before;
        drop(editor);
        staged.strike();

        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let (Some(first), Some(last)) = (played.first(), played.last()) else {
            return Err("the editor drew nothing".into());
        };
        let rate = (played.len() - 1) as f64 / (last.at_ms - first.at_ms).max(1.0) * 1000.0;
        println!("{name}, {width} x {height} at {scale}x: {rate:.1} frames a second");
        let whole = played.iter().map(|frame| frame.parts_ms.iter().sum()).collect();
        show("a frame", whole);
        for (part, words) in ["interface", "tessellation", "painting, swap"].iter().enumerate() {
            show(words, played.iter().map(|frame| frame.parts_ms[part]).collect());
        }
        let all = log.read()?;
        let after = |from_ms: f64| all.iter().filter(|f| f.at_ms > last.at_ms + from_ms).count();
        println!(
            "  frames in the seconds after the music: {}, {}, {}, {}; with processing stopped: {paused}",
            after(0.0) - after(1000.0),
            after(1000.0) - after(2000.0),
            after(2000.0) - after(3000.0),
            after(3000.0) - after(4000.0),
        );
        Ok(())
    }

    fn show(what: &str, figures: Vec<f64>) {
        let [median, most, worst] = spread(figures);
        println!("  {what:<15} median {median:6.2}  95 % {most:6.2}  worst {worst:6.2} ms of CPU");
    }

    /// Plays as much as the clock asks for.
    fn follow(now_s: f64, music: &mut Music, processor: &mut Processor) -> Fallible<()> {
        while music.seconds() < now_s {
            music.play(processor)?;
        }
        Ok(())
    }

    fn run(
        editor: &mut Editor<'_>,
        seconds: f64,
        mut work: impl FnMut(f64) -> Fallible<()>,
    ) -> Fallible<()> {
        let began = Instant::now();
        while began.elapsed().as_secs_f64() < seconds {
            work(began.elapsed().as_secs_f64())?;
            editor.idle()?;
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// What processing takes with the editor closed and open, in turns, at the pace of the music: an
    /// editor that gets more than it can show drops some of it.
    fn audio(scene: &Scene, bundle: &Bundle) -> Fallible<()> {
        let mut staged = scene.stage(bundle)?;
        let Staged { instance, processor, music, .. } = &mut staged;
        let mut closed_ns = Vec::new();
        let mut open_ns = Vec::new();
        let mut timed = |now_s: f64, into: &mut Vec<f64>| -> Fallible<()> {
            while music.seconds() < now_s {
                let began = Instant::now();
                music.play(processor)?;
                into.push(began.elapsed().as_nanos() as f64 / Music::BLOCK as f64);
            }
            Ok(())
        };
        let mut played_s = 0.0;
        for _ in 0..3 {
            let begun = Instant::now();
            while begun.elapsed().as_secs_f64() < STRETCH_S {
                timed(played_s + begun.elapsed().as_secs_f64(), &mut closed_ns)?;
                std::thread::sleep(PAUSE);
            }
            played_s += STRETCH_S;
            let mut editor = Editor::open(instance, 1.0)?;
            run(&mut editor, STRETCH_S, |now_s| timed(played_s + now_s, &mut open_ns))?;
            played_s += STRETCH_S;
        }
        let [[closed, ..], [open, ..]] = [closed_ns, open_ns].map(spread);
        println!("  processing, ns a frame of audio: {closed:.1} closed, {open:.1} open");
        staged.strike();
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    x11::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("editors are measured under X11, on Linux");
    std::process::exit(1);
}
