//! What a whole job writes.

use proscenium_mix::audio::{self, Stereo};
use proscenium_mix::job::{Job, News};
use proscenium_mix::output::Output;

use crate::support::{Fakes, Folder, RATE, names};

const SESSION: &str = "title = \"R&B <1>\"\n\
    [[track]]\nname = \"A\"\nstem = \"a.wav\"\noutput = \"Drums/all\"\n\
    [[track]]\nname = \"B\"\nstem = \"b.wav\"\n\
    [[track.plugin]]\nuse = \"distance\"\nfeed = \"Room\"\n\
    [[group]]\nname = \"Drums/all\"\n[[group.plugin]]\nuse = \"strip\"\nset = { gain = -6 }\n\
    [[bus]]\nname = \"Room\"\nfader = \"-10 dB\"\n";

fn job(folder: &Folder, text: &str) -> Job {
    Job { session: folder.session(text), stems: None, out: folder.path("out"), threads: 2 }
}

#[test]
fn every_file_is_there_and_other_files_stay() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("out")).unwrap();
    std::fs::write(folder.path("out/mine.txt"), "keep").unwrap();
    let outcome = job(&folder, SESSION).run(&Fakes, &mut |_| {}).unwrap();
    let out = folder.path("out");
    assert_eq!(names(&out), ["before.wav", "groups", "mine.txt", "mix.wav", "report.html"]);
    assert_eq!(names(&out.join("groups")), ["Drums_all.wav", "Room.wav"]);
    assert_eq!(outcome.instances, 2);
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("R&amp;B &lt;1&gt;") && !page.contains("<1>"));
    for text in ["mix.wav", "before.wav", "groups/Drums_all.wav", "LUFS", "<svg"] {
        assert!(page.contains(text), "{text} is not in the report");
    }
    assert!(!page.contains("http"), "the report must need nothing from elsewhere");
}

#[test]
fn before_is_the_flat_sum_at_the_mixs_loudness() {
    let folder = Folder::new();
    let outcome = job(&folder, SESSION).run(&Fakes, &mut |_| {}).unwrap();
    let before = audio::read(&folder.path("out/before.wav"), RATE).unwrap().audio;
    let loudness = shared_dsp::loudness::measure(&before.left, &before.right, RATE).unwrap();
    let difference = loudness.integrated_lufs - outcome.mix.loudness.integrated_lufs;
    assert!(difference.abs() < 0.05, "{difference} LU apart");
    let [a, b] =
        ["a.wav", "b.wav"].map(|name| audio::read(&folder.path(name), RATE).unwrap().audio);
    let gain = before.left[1000] / (a.left[1000] + b.left[1000]);
    for frame in 0..before.frames() {
        let expected = gain * (a.left[frame] + b.left[frame]);
        assert!((before.left[frame] - expected).abs() < 1e-5, "frame {frame}");
    }
}

#[test]
fn a_stem_at_another_rate_is_resampled_and_said_so() {
    let folder = Folder::new();
    // One second of 1 kHz at 44.1 kHz.
    let tone = |rate: f64| -> Vec<f32> {
        let sample = |i: usize| (std::f64::consts::TAU * 1000.0 * i as f64 / rate).sin() as f32;
        (0..rate as usize).map(|i| 0.5 * sample(i)).collect()
    };
    let stem = Stereo { left: tone(44_100.0), right: tone(44_100.0) };
    folder.stem("slow.wav", &stem, 44_100);
    let mut notes = Vec::new();
    let text = "[[track]]\nname = \"A\"\nstem = \"slow.wav\"\n";
    job(&folder, text)
        .run(&Fakes, &mut |news| {
            if let News::Note(note) = news {
                notes.push(note.to_owned());
            }
        })
        .unwrap();
    assert_eq!(notes, ["slow.wav is at 44100 Hz: resampled to 48000 Hz"]);
    let mix = audio::read(&folder.path("out/mix.wav"), RATE).unwrap().audio;
    assert!(mix.frames().abs_diff(48_000) <= 1, "{} frames", mix.frames());
    let expected = tone(48_000.0);
    let middle = 4800..43_200;
    let worst = middle.map(|i| (mix.left[i] - expected[i]).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-3, "{worst} off the tone: it is late, early or bent");
}

#[test]
fn a_mono_stem_sounds_in_both_channels() {
    let folder = Folder::new();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(folder.path("mono.wav"), spec).unwrap();
    (0..48_000).for_each(|i| writer.write_sample((i % 100 * 100) as i16).unwrap());
    writer.finalize().unwrap();
    let text = "[[track]]\nname = \"A\"\nstem = \"mono.wav\"\n[[track.plugin]]\nuse = \"strip\"\n";
    job(&folder, text).run(&Fakes, &mut |_| {}).unwrap();
    let mix = audio::read(&folder.path("out/mix.wav"), RATE).unwrap().audio;
    assert_eq!(mix.left, mix.right);
    assert!((mix.left[99] - 9900.0 / 32_768.0).abs() < 1e-6);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = Folder::new();
    std::fs::write(folder.path("out"), "a file").unwrap();
    let error = job(&folder, SESSION).run(&Fakes, &mut |_| {}).err().unwrap();
    assert!(error.to_string().contains("not a folder"), "{error}");
}

/// A job that fails because of its output folder says so before it renders.
fn refused_at_once(folder: &Folder) -> String {
    let mut steps = 0;
    let run = job(folder, SESSION).run(&Fakes, &mut |_| steps += 1);
    assert_eq!(steps, 0, "the render was begun");
    let shown = run.err().unwrap().to_string();
    assert!(shown.starts_with(&folder.path("out").display().to_string()), "{shown}");
    shown
}

#[test]
fn what_is_in_a_files_way_is_an_error_before_the_render_and_stays() {
    for (in_the_way, says) in [("mix.wav/mine", "folder"), ("groups/Room.wav/mine", "folder")] {
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path("out").join(in_the_way)).unwrap();
        let shown = refused_at_once(&folder);
        assert!(shown.contains(says), "{shown}");
        assert_eq!(names(&folder.path("out")).len(), 1);
    }
    let folder = Folder::new();
    std::fs::create_dir(folder.path("out")).unwrap();
    std::fs::write(folder.path("out/groups"), "a file").unwrap();
    assert!(refused_at_once(&folder).contains("\"groups\" in it is not a folder"));
    assert_eq!(names(&folder.path("out")), ["groups"]);
}

#[test]
fn a_file_that_cannot_be_moved_leaves_the_folder_as_it_was() {
    let folder = Folder::new();
    let out = folder.path("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("mix.wav"), "old").unwrap();
    let mut output = Output::new(&out, ["mix.wav", "before.wav", "groups/G.wav"]).unwrap();
    for name in ["mix.wav", "before.wav"] {
        std::fs::write(output.file(name).unwrap(), "new").unwrap();
    }
    // This one is never written, so it cannot be moved.
    output.file("groups/G.wav").unwrap();
    output.finish().unwrap_err();
    assert_eq!(names(&out), ["mix.wav"]);
    assert_eq!(std::fs::read_to_string(out.join("mix.wav")).unwrap(), "old");
}

#[test]
fn a_killed_run_leaves_nothing_for_the_next() {
    let folder = Folder::new();
    let out = folder.path("out");
    for name in [".partial-4294967295/groups", ".partial-mine"] {
        std::fs::create_dir_all(out.join(name)).unwrap();
    }
    let output = Output::new(&out, ["mix.wav"]).unwrap();
    let partial = format!(".partial-{}", std::process::id());
    let mut expected = [partial, ".partial-mine".to_owned()];
    expected.sort();
    assert_eq!(names(&out), expected);
    drop(output);
    assert_eq!(names(&out), [".partial-mine"]);
}

#[test]
fn a_feed_or_a_key_that_the_plugin_is_not_told_to_use_is_noted() {
    let folder = Folder::new();
    let text = format!(
        "{SESSION}[[track]]\nname = \"C\"\nstem = \"b.wav\"\n\
         [[track.plugin]]\nuse = \"strip\"\nkey = \"A\"\n"
    );
    let mut notes = Vec::new();
    let mut news = |news: News| {
        if let News::Note(note) = news {
            notes.push(note.to_owned());
        }
    };
    job(&folder, &text).run(&Fakes, &mut news).unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("\"B\", distance: feed has no effect"), "{notes:?}");
    assert!(notes[1].contains("\"C\", strip: key has no effect"), "{notes:?}");
}
