//! Compressed RTF in bytes of uncompressed RTF per second, beside the crate `compressed-rtf` in the same run.
//!
//! `rtf/...` is generated text as mail programs write it, in three sizes. `adversarial/...` is text made to be slow, each
//! shape in two sizes: equal throughput in both means that time is linear. With `WINMAIL_BENCH_DIR` set, the inputs are
//! written there, so that other programs can be measured on them.

// The macros of criterion make public functions without documentation.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use winmail::ReadOptions;
use winmail::rtf::lzfu::{Mode, compress, decompress};

const SIZES: [(&str, usize); 3] = [("3KB", 3 << 10), ("300KB", 300 << 10), ("8MB", 8 << 20)];

const MODES: [(&str, Mode); 3] = [("reference", Mode::Reference), ("outlook", Mode::Outlook), ("dense", Mode::Dense)];

/// A xorshift generator: the same text on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// Small numbers often, large ones rarely, as words are in a language.
    fn skewed(&mut self, bound: usize) -> usize {
        let first = self.below(bound) + 1;
        self.below(first)
    }
}

/// RTF with an HTML body inside: a head with fonts and colours, then paragraphs of made-up words with formatting.
fn rtf(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0x5EED);
    let vocabulary: Vec<String> = (0..4_000)
        .map(|_| {
            let syllables = 1 + numbers.skewed(4);
            (0..syllables)
                .map(|_| {
                    let consonant = char::from(b"bcdfghklmnprstvw"[numbers.skewed(16)]);
                    let vowel = ["a", "e", "i", "o", "u", "en", "er", "in", "\\'e9"][numbers.skewed(9)];
                    format!("{consonant}{vowel}")
                })
                .collect()
        })
        .collect();
    let mut text = String::from(
        "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\fbidis \\deff0{\\fonttbl\r\n{\\f0\\fswiss\\fcharset0 Arial;}\r\n\
         {\\f1\\fmodern Courier New;}\r\n{\\f2\\fnil\\fcharset2 Symbol;}\r\n{\\f3\\fmodern\\fcharset0 Courier New;}}\r\n\
         {\\colortbl\\red0\\green0\\blue0;\\red0\\green0\\blue255;}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs24\r\n",
    );
    while text.len() < size {
        match numbers.below(9) {
            0..5 => {
                text.push_str("{\\*\\htmltag64 <p class=MsoNormal>}\\htmlrtf {\\htmlrtf0 \r\n");
                for _ in 0..8 + numbers.below(90) {
                    text.push_str(&vocabulary[numbers.skewed(4_000)]);
                    text.push_str([" ", " ", " ", " ", " ", ", ", ". ", "\r\n"][numbers.below(8)]);
                }
                text.push_str("\r\n{\\*\\htmltag244 <o:p>}\r\n{\\*\\htmltag252 </o:p>}\\htmlrtf \\par\r\n\\htmlrtf0 ");
            }
            5 | 6 => {
                let word = &vocabulary[numbers.skewed(4_000)];
                text.push_str(&format!("{{\\*\\htmltag84 <b>}}\\htmlrtf {{\\b \\htmlrtf0 {word}\\htmlrtf }}\\htmlrtf0 "));
            }
            7 => {
                let (width, colour) = (numbers.below(900), numbers.below(1 << 24));
                text.push_str(&format!("\r\n{{\\*\\htmltag148 <span style='width:{width}px;color:#{colour:06X}'>}}"));
            }
            _ => {
                let (number, word) = (numbers.below(1 << 30), &vocabulary[numbers.below(4_000)]);
                text.push_str(&format!("{{\\*\\htmltag84 <a href=\"https://{word}.example/{number:x}\">}}"));
            }
        }
    }
    text.truncate(size);
    text.into_bytes()
}

type Shape = (&'static str, fn(usize) -> Vec<u8>);

const SHAPES: [Shape; 6] = [
    ("all-equal", |size| vec![b'a'; size]),
    // Hardly a match.
    ("random", |size| {
        let mut numbers = Numbers(7);
        (0..size).map(|_| u8::try_from(numbers.below(256)).unwrap()).collect()
    }),
    ("alternating", |size| b"ab".iter().copied().cycle().take(size).collect()),
    // Two letters at random: every match is about 12 long, and each short piece stands everywhere.
    ("two-letters", |size| {
        let mut numbers = Numbers(9);
        (0..size).map(|_| b"ab"[numbers.below(2)]).collect()
    }),
    // Runs of one letter that never end the same way: thousands of candidates, and no match of the longest kind.
    ("broken-runs", |size| {
        let runs = (0u32..).flat_map(|n| {
            let [b, c, ..] = n.wrapping_mul(0x9E37_79B1).to_be_bytes();
            [b'a'; 14].into_iter().chain([b | 0x80, c | 0x80])
        });
        runs.take(size).collect()
    }),
    // Ever greater numbers: a binary search tree becomes a list.
    ("ascending", |size| (0u16..1 << 15).cycle().flat_map(u16::to_be_bytes).take(size).collect()),
];

fn ours(packed: &[u8]) -> Vec<u8> {
    decompress(packed, &ReadOptions::strict()).unwrap().bytes
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn settings<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group
}

fn throughput(bytes: &[u8]) -> Throughput {
    Throughput::Bytes(u64::try_from(bytes.len()).unwrap())
}

fn decompressing(c: &mut Criterion) {
    let mut group = settings(c, "rtf/decompress");
    for (name, size) in SIZES {
        let raw = rtf(size);
        let packed = compress(&raw, Mode::Outlook).unwrap();
        assert_eq!(ours(&packed), raw);
        if let Some(folder) = std::env::var_os("WINMAIL_BENCH_DIR") {
            let folder = std::path::PathBuf::from(folder);
            std::fs::write(folder.join(format!("{name}.rtf")), &raw).unwrap();
            std::fs::write(folder.join(format!("{name}.lzfu")), &packed).unwrap();
        }
        group.throughput(throughput(&raw));
        group.bench_function(BenchmarkId::new("winmail", name), |b| b.iter(|| ours(black_box(&packed))));
        group.bench_function(BenchmarkId::new("compressed-rtf", name), |b| {
            b.iter(|| compressed_rtf::decompress_rtf(black_box(&packed)).unwrap());
        });
    }
    // One message again and again teaches the processor its branches, which no mail server's next message does.
    let text = rtf(2 << 20);
    let (head, body) = text.split_at(400);
    let messages: Vec<Vec<u8>> = body
        .chunks_exact((3 << 10) - head.len())
        .step_by(3)
        .take(200)
        .map(|part| compress(&[head, part].concat(), Mode::Outlook).unwrap())
        .collect();
    assert_eq!(messages.len(), 200);
    group.throughput(Throughput::Bytes(200 * (3 << 10)));
    group.bench_function(BenchmarkId::new("winmail", "200x3KB"), |b| {
        b.iter(|| messages.iter().map(|packed| ours(black_box(packed)).len()).sum::<usize>());
    });
    group.bench_function(BenchmarkId::new("compressed-rtf", "200x3KB"), |b| {
        b.iter(|| messages.iter().map(|packed| compressed_rtf::decompress_rtf(black_box(packed)).unwrap().len()).sum::<usize>());
    });
}

fn compressing(c: &mut Criterion) {
    let mut group = settings(c, "rtf/compress");
    for (name, size) in SIZES {
        let raw = rtf(size);
        group.throughput(throughput(&raw));
        for (mode_name, mode) in MODES {
            println!("{name} {mode_name}: {} bytes", compress(&raw, mode).unwrap().len());
            group.bench_function(BenchmarkId::new(mode_name, name), |b| b.iter(|| compress(black_box(&raw), mode).unwrap()));
        }
        // 8 MB would take it minutes.
        if size < 1 << 20 {
            let text = text(&raw);
            let theirs = compressed_rtf::compress_rtf(&text).unwrap();
            println!("{name} compressed-rtf: {} bytes", theirs.len());
            assert_eq!(ours(&theirs), raw);
            group.bench_function(BenchmarkId::new("compressed-rtf", name), |b| {
                b.iter(|| compressed_rtf::compress_rtf(black_box(&text)).unwrap());
            });
        }
    }
}

fn adversarial(c: &mut Criterion) {
    for (shape, make) in SHAPES {
        let mut group = settings(c, &format!("adversarial/{shape}"));
        for (name, size) in [("32KB", 32 << 10), ("256KB", 256 << 10)] {
            let raw = make(size);
            group.throughput(throughput(&raw));
            for (mode_name, mode) in MODES {
                let packed = compress(&raw, mode).unwrap();
                assert_eq!(ours(&packed), raw);
                group.bench_function(BenchmarkId::new(mode_name, name), |b| b.iter(|| compress(black_box(&raw), mode).unwrap()));
            }
            let packed = compress(&raw, Mode::Reference).unwrap();
            group.bench_function(BenchmarkId::new("decompress", name), |b| b.iter(|| ours(black_box(&packed))));
        }
    }
}

criterion_group!(benches, decompressing, compressing, adversarial);
criterion_main!(benches);
