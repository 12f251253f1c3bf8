//! Opens a plugin's editor while music runs through it, and writes a PNG for each scale.

#[cfg(target_os = "linux")]
mod x11 {
    use std::error::Error;
    use std::fs::File;
    use std::io::BufWriter;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use clap_host::{Bundle, Editor, Picture, Scene, Staged};

    const USAGE: &str = "screenshot BUNDLE.clap OUT.png [--scale FACTOR]... [--size WxH] \
                         [--seconds S]";
    /// How long a busy machine may take to draw the first frame.
    const PATIENCE: Duration = Duration::from_secs(30);

    struct Options {
        bundle: PathBuf,
        out: PathBuf,
        scales: Vec<f64>,
        size: Option<(u32, u32)>,
        seconds: f64,
        scene: Scene,
    }

    fn options() -> Result<Options, Box<dyn Error>> {
        let usage = || format!("{USAGE} {}", Scene::USAGE);
        let (scene, words) = Scene::parse(std::env::args().skip(1))?;
        let (mut paths, mut scales, mut size, mut seconds) = (Vec::new(), Vec::new(), None, 2.0);
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(usage);
            match word.as_str() {
                "--scale" => scales.push(value()?.parse()?),
                "--seconds" => seconds = value()?.parse()?,
                "--size" => {
                    let text = value()?;
                    let (width, height) = text.split_once('x').ok_or_else(usage)?;
                    size = Some((width.parse()?, height.parse()?));
                }
                _ => paths.push(PathBuf::from(word)),
            }
        }
        let [bundle, out] = <[PathBuf; 2]>::try_from(paths).map_err(|_| usage())?;
        Ok(Options { bundle, out, scales, size, seconds, scene })
    }

    pub fn main() -> Result<(), Box<dyn Error>> {
        let options = options()?;
        let bundle = Bundle::load(&options.bundle)?;
        // Each picture begins with the same music and an editor that has the size it was made for.
        for scale in &options.scales {
            let mut staged = options.scene.stage(&bundle)?;
            let picture = take(&mut staged, *scale, &options)?;
            staged.strike();
            let out = named(&options.out, *scale);
            write(&picture, &out)?;
            println!("{} ({} x {})", out.display(), picture.width, picture.height);
        }
        Ok(())
    }

    /// `strip.png` at a scale of 1, `strip@2x.png` at 2.
    fn named(path: &Path, scale: f64) -> PathBuf {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let suffix = if scale == 1.0 { String::new() } else { format!("@{scale}x") };
        path.with_file_name(format!("{stem}{suffix}.png"))
    }

    /// Plays for as long as was asked, and then until two pictures in a row are whole.
    fn take(staged: &mut Staged, scale: f64, options: &Options) -> Result<Picture, Box<dyn Error>> {
        let Staged { instance, processor, music, .. } = staged;
        let mut editor = Editor::open(instance, scale)?;
        editor.put_pointer_away()?;
        if let Some((width, height)) = options.size {
            editor.resize(width, height)?;
        }
        let began = Instant::now();
        let mut whole = 0;
        loop {
            // Meters show what is played: keep up with the clock.
            while music.seconds() < began.elapsed().as_secs_f64() {
                music.play(processor)?;
            }
            editor.idle()?;
            std::thread::sleep(Duration::from_millis(5));
            if began.elapsed().as_secs_f64() < options.seconds {
                continue;
            }
            let picture = editor.picture()?;
            whole = if picture.is_painted() { whole + 1 } else { 0 };
            if whole == 2 {
                return Ok(picture);
            }
            if began.elapsed() > PATIENCE {
                return Err("the editor stays black: is there OpenGL (libgl1-mesa-dri)?".into());
            }
        }
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
