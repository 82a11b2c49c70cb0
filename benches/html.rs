//! Text of HTML, and HTML and text of rich text. A newsletter is made: tables in tables, styles, links, as such mails have them.

// The macros of criterion make public functions without documentation.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use winmail::mapi::{PropValue, tags};
use winmail::rtf::{encapsulate, to_html, to_text};
use winmail::{Message, ReadOptions};

/// HTML of about `size` bytes.
fn newsletter(size: usize) -> String {
    let row = "<tr><td style=\"padding:0 10px;font-family:Arial,sans-serif\"><table border=\"0\" width=\"100%\"><tr><td><a href=\"https://example.org/\
        offers?id=42&amp;from=mail\"><img src=\"https://example.org/p.png\" alt=\"Offer\"></a></td><td><p>Only this week: caf&eacute; &amp; \
        <b>cake</b> for less, in all our houses.</p></td></tr></table></td></tr>\r\n";
    let mut html = String::from("<html><head><style>td{color:#333}</style></head><body><table>");
    while html.len() < size {
        html.push_str(row);
    }
    html.push_str("</table></body></html>");
    html
}

fn rich_text(size: usize) -> Vec<u8> {
    let mut rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}".to_vec();
    while rtf.len() < size {
        rtf.extend_from_slice(br"\pard\fs20 Only {\b this week}: caf\'e9 & cake for less, \u8364 ?5.\par ");
    }
    rtf.push(b'}');
    rtf
}

fn texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("text of HTML");
    for size in [10_000usize, 100_000, 1_000_000] {
        let html = newsletter(size);
        group.throughput(Throughput::Bytes(u64::try_from(html.len()).unwrap()));
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::HTML, PropValue::Binary(html.clone().into_bytes().into()));
        group.bench_function(BenchmarkId::new("text", size), |b| b.iter(|| black_box(&message).text().unwrap().unwrap()));
        group.bench_function(BenchmarkId::new("encapsulate", size), |b| b.iter(|| encapsulate::from_html(black_box(&html))));
    }
    group.finish();
    let mut group = c.benchmark_group("rich text");
    let rtf = rich_text(100_000);
    group.throughput(Throughput::Bytes(u64::try_from(rtf.len()).unwrap()));
    let options = ReadOptions::lenient();
    group.bench_function("to_html", |b| b.iter(|| to_html(black_box(&rtf), &options).unwrap()));
    group.bench_function("to_text", |b| b.iter(|| to_text(black_box(&rtf), &options).unwrap()));
    group.finish();
}

criterion_group!(benches, texts);
criterion_main!(benches);
