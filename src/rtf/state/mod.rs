//! The RTF reader: tokens in, events out. It keeps what every reader of RTF needs: the groups and what they save, the font
//! table, code pages, `\ucN` and what it skips, destinations. [MS-OXRTFEX] 2.1.3, Rich Text Format Specification 1.9.1.
//!
//! The stack of groups is a vector of small `Copy` values; nothing recurses. Past [`Limits::rtf_groups`](crate::Limits) open
//! groups, further ones are only counted: their text comes out, their formatting leaks into what follows.
//!
//! Tolerated: `}` too many, groups that are not closed, text before the first group and behind the last, words that are cut.

use std::borrow::Cow;
use std::collections::HashSet;

use super::token::{self, Token, TokenKind, Tokens};
use crate::base::context::Ctx;
use crate::base::input::len64;
use crate::base::symbol_font;
use crate::base::wire;
use crate::base::{Code, CodePage, Error, Result};

pub(crate) mod charset;
mod destination;
mod font;
mod run;

pub(crate) use charset::FontCharset;
pub(crate) use destination::{Destination, Purpose};
pub(crate) use font::{Font, FontTable};
use run::Run;

/// What a group saves and its end restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    /// Where its text goes.
    pub(crate) destination: Destination,
    /// `\htmlrtf` is on.
    pub(crate) suppressed: bool,
    /// `\v` or `\deleted`: there, but not to be read.
    pub(crate) hidden: bool,
    /// `\ucN`.
    uc: u16,
    /// `\fN`; none is the default font.
    font: Option<i32>,
    /// `\loch` or `\hich`: its characters have one byte each, whatever the font says.
    single_bytes: bool,
}

const OUTERMOST: Group =
    Group { destination: Destination::Body, suppressed: false, hidden: false, uc: 1, font: None, single_bytes: false };

/// Most text that is held back between the halves of a surrogate pair, in bytes.
const MAX_HELD: usize = 16;

/// What the reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// A group starts.
    Open,
    /// A group has ended; this was its state.
    Close(Group),
    /// The current group turned out to be a destination.
    Destination(Destination),
    /// Text, in the current group.
    Text(Cow<'a, str>),
    /// A character that was written as a control word or symbol.
    Char(char),
    /// A control word that the reader does not keep to itself.
    Word(&'a str, Option<i32>),
    /// `\bin`.
    Binary(&'a [u8]),
    /// `\objattph`: the place of an attachment, see PidTagRenderingPosition ([MS-OXCMSG] 2.2.2.16).
    Attachment,
}

/// Reads RTF.
pub(crate) struct Reader<'a> {
    tokens: Tokens<'a>,
    purpose: Purpose,
    /// A token that ended a run and is not yet worked on.
    peeked: Option<Token<'a>>,
    run: Run<'a>,
    stack: Vec<Group>,
    current: Group,
    /// Groups opened past the limit.
    uncounted: usize,
    /// The number of uncounted groups at which a skipped destination began.
    uncounted_skip: Option<usize>,
    /// Fallback items still to be skipped after `\uN`.
    skip: u16,
    /// `\*` was the last token.
    star: bool,
    /// Half a surrogate pair, and where it stands.
    high_surrogate: Option<(u16, u64)>,
    /// Text between it and its other half: fallback characters beyond what `\ucN` announces, which some writers add.
    held: String,
    fonts: FontTable,
    default_font: Option<i32>,
    /// From `\ansi` and its like, or the options.
    word_page: CodePage,
    /// From `\ansicpg`.
    ansicpg: Option<CodePage>,
    /// The outermost group has ended.
    ended: bool,
    /// A `\shppict` came, and the `\nonshppict` that belongs to it may follow.
    has_picture: bool,
    /// What has been reported once.
    reported_pages: HashSet<CodePage>,
    reported_trailing: bool,
    reported_limit: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(rtf: &'a [u8], purpose: Purpose, ctx: &mut Ctx<'_>) -> Result<Self> {
        if !token::start(rtf).starts_with(b"{\\rtf") {
            ctx.defect(Code::RtfMissingSignature, 0, 0, "the text does not begin with {\\rtf")?;
        }
        Ok(Reader {
            tokens: Tokens::behind_mark(rtf),
            purpose,
            peeked: None,
            run: Run::default(),
            stack: Vec::new(),
            current: OUTERMOST,
            uncounted: 0,
            uncounted_skip: None,
            skip: 0,
            star: false,
            high_surrogate: None,
            held: String::new(),
            fonts: FontTable::default(),
            default_font: None,
            word_page: ctx.options.default_code_page.unwrap_or(CodePage::WINDOWS_1252),
            ansicpg: None,
            ended: false,
            has_picture: false,
            reported_pages: HashSet::new(),
            reported_trailing: false,
            reported_limit: false,
        })
    }

    /// The state of the current group.
    pub(crate) fn group(&self) -> Group {
        self.current
    }

    /// How many groups are open.
    pub(crate) fn depth(&self) -> usize {
        self.stack.len()
    }

    /// Offset of what comes next.
    pub(crate) fn offset(&self) -> u64 {
        self.peeked.map_or(self.tokens.offset(), |token| token.offset)
    }

    /// A font of the table.
    pub(crate) fn font(&self, number: i32) -> Option<&Font> {
        self.fonts.font(number)
    }

    /// The number of the current font, where one is set or there is a default.
    pub(crate) fn current_font(&self) -> Option<i32> {
        self.current.font.or(self.default_font)
    }

    /// What comes next; `None` at the end.
    pub(crate) fn next(&mut self, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        loop {
            let Some(token) = self.peeked.take().or_else(|| self.tokens.next()) else {
                return self.at_end(ctx);
            };
            if self.ended {
                self.trailing(token, ctx)?;
                continue;
            }
            match token.kind {
                TokenKind::LineEnd => continue,
                TokenKind::Text(bytes) => {
                    self.star = false;
                    let skipped = self.skip_bytes(bytes.len());
                    self.push_text(bytes.get(skipped..).unwrap_or_default(), token.offset);
                    continue;
                }
                TokenKind::Byte(byte) | TokenKind::Symbol(byte @ (b'\\' | b'{' | b'}')) => {
                    self.star = false;
                    if self.skip_bytes(1) == 0 && self.is_shown() {
                        self.run.push_byte(byte, token.offset);
                    }
                    continue;
                }
                _ => {}
            }
            // Everything else ends a run of bytes.
            if !self.run.is_empty() {
                self.peeked = Some(token);
                if let Some(text) = self.end_run(ctx)? {
                    return Ok(Some(text));
                }
                continue;
            }
            // Half a pair that waits with text behind it waits no longer than until the next thing that is no half.
            let is_unicode = matches!(token.kind, TokenKind::Word { name: "u", .. });
            if !self.held.is_empty() && !is_unicode && self.skip == 0 {
                self.peeked = Some(token);
                if let Some(text) = self.end_surrogate(ctx)? {
                    return Ok(Some(text));
                }
                self.held.clear();
                continue;
            }
            let event = match token.kind {
                TokenKind::GroupStart => self.open(token.offset, ctx)?,
                TokenKind::GroupEnd => self.close(token.offset, ctx)?,
                _ if self.skip_bytes(1) == 1 => None,
                TokenKind::Word { name, parameter } => self.word(name, parameter, token.offset, ctx)?,
                TokenKind::Symbol(symbol) => self.symbol(symbol, token.offset, ctx)?,
                TokenKind::Binary { declared, bytes } => {
                    if bytes.len() < declared {
                        let detail = format!("\\bin declares {declared} bytes, {} follow", bytes.len());
                        ctx.defect(Code::RtfBinaryTruncated, token.offset, len64(token.raw), detail)?;
                    }
                    self.is_shown().then_some(Event::Binary(bytes))
                }
                TokenKind::Cut => {
                    ctx.defect(Code::RtfInvalidToken, token.offset, len64(token.raw), "a control symbol is cut")?;
                    None
                }
                TokenKind::LineEnd | TokenKind::Text(_) | TokenKind::Byte(_) => None,
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// Whether text in the current group goes anywhere.
    fn is_shown(&self) -> bool {
        !self.current.suppressed && !matches!(self.current.destination, Destination::Skip | Destination::AnsiHalf)
    }

    /// Takes up to `count` bytes off the fallback items still to be skipped; the number of those taken.
    fn skip_bytes(&mut self, count: usize) -> usize {
        if self.skip == 0 {
            return 0;
        }
        let skipped = usize::from(self.skip).min(count);
        self.skip = self.skip.saturating_sub(u16::try_from(skipped).unwrap_or(u16::MAX));
        skipped
    }

    fn push_text(&mut self, bytes: &'a [u8], offset: u64) {
        if !self.is_shown() {
            return;
        }
        // NULs are no text; cut and padded streams have them.
        for piece in bytes.split(|byte| *byte == 0) {
            self.run.push(piece, offset);
        }
    }

    fn open(&mut self, offset: u64, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        self.skip = 0;
        self.star = false;
        if self.stack.len() >= ctx.options.limits.rtf_groups {
            self.uncounted = self.uncounted.saturating_add(1);
            if !self.reported_limit {
                self.reported_limit = true;
                ctx.limit(Error::limit(ctx.options.limits.rtf_groups_reached(), offset))?;
            }
            return Ok(None);
        }
        self.stack.push(self.current);
        Ok(Some(Event::Open))
    }

    fn close(&mut self, offset: u64, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        self.skip = 0;
        self.star = false;
        if let Some(rest) = self.uncounted.checked_sub(1) {
            self.uncounted = rest;
            if self.uncounted_skip.is_some_and(|began| rest < began) {
                self.uncounted_skip = None;
                self.current.destination = self.stack.last().map_or(Destination::Body, |group| group.destination);
            }
            return Ok(None);
        }
        if self.stack.len() == 1 && self.current.suppressed {
            // Nothing of the HTML can follow unless this brace is one too many: Outlook has written such.
            return Ok(None);
        }
        let Some(outer) = self.stack.pop() else {
            ctx.defect(Code::RtfSurplusGroupEnd, offset, 1, "a group ends that has not begun")?;
            return Ok(None);
        };
        let closed = std::mem::replace(&mut self.current, outer);
        if closed.destination == Destination::FontTable {
            self.fonts.end_entry();
        }
        self.ended = self.stack.is_empty();
        Ok(Some(Event::Close(closed)))
    }

    fn trailing(&mut self, token: Token<'a>, ctx: &mut Ctx<'_>) -> Result<()> {
        let is_padding = match token.kind {
            TokenKind::LineEnd => true,
            TokenKind::Text(bytes) => bytes.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace()),
            _ => false,
        };
        if !is_padding && !self.reported_trailing {
            self.reported_trailing = true;
            ctx.defect(Code::RtfTrailingText, token.offset, 0, "bytes follow the end of the outermost group")?;
        }
        Ok(())
    }

    fn at_end(&mut self, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        if let Some(text) = self.end_run(ctx)? {
            return Ok(Some(text));
        }
        if let Some(replacement) = self.end_surrogate(ctx)? {
            return Ok(Some(replacement));
        }
        let open = self.stack.len().saturating_add(self.uncounted);
        if open > 0 {
            self.uncounted = 0;
            self.stack.clear();
            if !self.current.suppressed || open > 1 {
                let groups = if open == 1 { "1 group is" } else { &format!("{open} groups are") };
                ctx.defect(Code::RtfUnclosedGroup, self.offset(), 0, format!("{groups} open at the end"))?;
            }
        }
        Ok(None)
    }

    /// Decodes the run; `None` if nothing of it is text.
    fn end_run(&mut self, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        if self.run.is_empty() {
            return Ok(None);
        }
        let offset = self.run.offset();
        let bytes = self.run.take();
        let charset = match self.current.destination {
            Destination::HtmlTag => FontCharset::Document,
            Destination::FontTable => self.fonts.current_charset(),
            _ => self.current_font().and_then(|number| self.font(number)).map_or(FontCharset::Document, |font| font.charset),
        };
        // What the reader was told beats what the document and its fonts say.
        let told = ctx.options.code_page.filter(|page| page.is_fit_for_strings());
        let page = match charset {
            FontCharset::Document | FontCharset::Page(_) if told.is_some() => told.unwrap_or(self.word_page),
            FontCharset::Document => self.document_page(),
            FontCharset::Page(page) => charset::of_bytes(page),
            // A symbol font's own name is text.
            FontCharset::Symbol if self.current.destination == Destination::FontTable => self.document_page(),
            FontCharset::Symbol => {
                let text: String = bytes.iter().map(|byte| self.symbol_char(*byte)).collect();
                return self.text(Cow::Owned(text), ctx);
            }
        };
        let other = self.current.single_bytes.then(|| self.document_page());
        let decoded = run::decode(bytes, page, other);
        if decoded.unsupported && self.reported_pages.insert(page) {
            let detail = format!("code page {page} is not supported");
            ctx.defect(Code::RtfUnsupportedCodePage, offset, 0, detail)?;
        }
        // The name of a font is no text of the document.
        if decoded.malformed && self.current.destination != Destination::FontTable {
            ctx.defect(Code::RtfUndecodableText, offset, 0, format!("text is not valid in code page {page}"))?;
        }
        self.text(decoded.text, ctx)
    }

    fn text(&mut self, text: Cow<'a, str>, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        if self.current.destination == Destination::FontTable {
            self.fonts.text(&text);
            return Ok(None);
        }
        if self.high_surrogate.is_some() {
            self.held.push_str(&text);
            // The other half does not come any more.
            return if self.held.len() > MAX_HELD { self.end_surrogate(ctx) } else { Ok(None) };
        }
        Ok((!text.is_empty()).then_some(Event::Text(text)))
    }

    /// A surrogate that stayed alone.
    fn end_surrogate(&mut self, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        let Some((unit, offset)) = self.high_surrogate.take() else { return Ok(None) };
        ctx.defect(Code::RtfUndecodableText, offset, 0, format!("surrogate {unit:04X} stands alone"))?;
        Ok(Some(self.with_held(char::REPLACEMENT_CHARACTER)))
    }

    /// A character, and the text that was held back for it.
    fn with_held(&mut self, c: char) -> Event<'a> {
        if self.held.is_empty() {
            return Event::Char(c);
        }
        let mut text = String::from(c);
        text.push_str(&std::mem::take(&mut self.held));
        Event::Text(Cow::Owned(text))
    }

    /// The document's code page for bytes.
    fn document_page(&self) -> CodePage {
        charset::of_bytes(self.ansicpg.unwrap_or(self.word_page))
    }

    /// The character that a byte of the current font, a symbol font, stands for.
    fn symbol_char(&self, byte: u8) -> char {
        let readable = matches!(self.purpose, Purpose::ReadableText | Purpose::Rich);
        let font = self.current_font().and_then(|number| self.font(number)).filter(|_| readable);
        font.and_then(|font| symbol_font::to_unicode(&font.name, byte)).unwrap_or(char::from(byte))
    }

    fn symbol(&mut self, symbol: u8, offset: u64, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        self.star = false;
        match symbol {
            b'*' => self.star = true,
            b'~' => return Ok(self.character('\u{A0}')),
            b'_' if self.purpose == Purpose::Html => return Ok(self.character('\u{AD}')),
            b'_' => return Ok(self.character('\u{2011}')),
            b'-' => return Ok(self.character('\u{AD}')),
            b'\r' | b'\n' if self.is_shown() => return Ok(Some(Event::Word("par", None))),
            b'\t' if self.is_shown() => return Ok(Some(Event::Word("tab", None))),
            b'\'' => ctx.defect(Code::RtfInvalidToken, offset, 2, "two hexadecimal digits are missing")?,
            _ => {}
        }
        Ok(None)
    }

    fn character(&self, c: char) -> Option<Event<'a>> {
        (self.is_shown() && self.current.destination != Destination::FontTable).then_some(Event::Char(c))
    }

    fn word(&mut self, name: &'a str, parameter: Option<i32>, offset: u64, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        let star = std::mem::take(&mut self.star);
        if name == "u" {
            return self.unicode(parameter.unwrap_or(0), offset, ctx);
        }
        if name == "objattph" {
            let seen = !matches!(self.current.destination, Destination::Skip | Destination::AnsiHalf);
            if star {
                self.enter(Destination::Skip);
            }
            return Ok(seen.then_some(Event::Attachment));
        }
        let skipping = matches!(self.current.destination, Destination::Skip);
        // What old readers show in the place of the picture before it, or, from writers of old, the picture.
        if name == "shppict" {
            self.has_picture = true;
        } else if name == "nonshppict" && !std::mem::take(&mut self.has_picture) {
            return Ok(None);
        }
        if !skipping {
            // A starred group that is suppressed is skipped whatever it is.
            let destination = destination::of_word(name, star, self.purpose, self.current.destination);
            if let Some(destination) = destination {
                self.enter(destination);
                return Ok(self.is_shown().then_some(Event::Destination(destination)));
            }
        }
        if self.current.destination == Destination::FontTable {
            self.fonts.word(name, parameter);
            return Ok(None);
        }
        match name {
            "uc" => self.current.uc = u16::try_from(parameter.unwrap_or(1)).unwrap_or(0),
            "f" => self.current.font = Some(parameter.unwrap_or(0)),
            "loch" | "hich" => self.current.single_bytes = true,
            "dbch" => self.current.single_bytes = false,
            "plain" => {
                self.current.font = None;
                self.current.hidden = false;
                self.current.single_bytes = false;
            }
            "v" | "deleted" => self.current.hidden = parameter != Some(0),
            // Plain text has it too: Exchange writes it around fonts, RTFDE's tests expect it to count.
            "htmlrtf" if matches!(self.purpose, Purpose::Html | Purpose::Text) => self.current.suppressed = parameter != Some(0),
            "ansi" | "mac" | "pc" | "pca" => self.word_page = charset::of_word(name).unwrap_or(self.word_page),
            "ansicpg" => self.ansicpg = parameter.and_then(charset::page_number).map(CodePage),
            "deff" => self.default_font = parameter,
            _ => {}
        }
        if !self.is_shown() {
            return Ok(None);
        }
        Ok(Some(match name {
            "lquote" => Event::Char('\u{2018}'),
            "rquote" => Event::Char('\u{2019}'),
            "ldblquote" => Event::Char('\u{201C}'),
            "rdblquote" => Event::Char('\u{201D}'),
            "bullet" => Event::Char('\u{2022}'),
            "endash" => Event::Char('\u{2013}'),
            "emdash" => Event::Char('\u{2014}'),
            "enspace" => Event::Char('\u{2002}'),
            "emspace" => Event::Char('\u{2003}'),
            "qmspace" => Event::Char('\u{2005}'),
            "zwj" => Event::Char('\u{200D}'),
            "zwnj" => Event::Char('\u{200C}'),
            "ltrmark" => Event::Char('\u{200E}'),
            "rtlmark" => Event::Char('\u{200F}'),
            _ => Event::Word(name, parameter),
        }))
    }

    fn enter(&mut self, destination: Destination) {
        if self.uncounted > 0 && destination == Destination::Skip && self.uncounted_skip.is_none() {
            self.uncounted_skip = Some(self.uncounted);
        }
        self.current.destination = destination;
    }

    /// `\uN`: a UTF-16 code unit as a signed number; unsigned ones are common and mean the same.
    fn unicode(&mut self, parameter: i32, offset: u64, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        self.skip = self.current.uc;
        if !self.is_shown() {
            return Ok(None);
        }
        let unit = match i16::try_from(parameter) {
            Ok(signed) => wire::signed(signed),
            Err(_) => match u16::try_from(parameter) {
                Ok(unit) => unit,
                Err(_) => {
                    // A whole code point, which some writers put here.
                    let c = u32::try_from(parameter).ok().and_then(char::from_u32);
                    if c.is_none() {
                        ctx.defect(Code::RtfUndecodableText, offset, 0, format!("\\u{parameter} is no character"))?;
                    }
                    return self.unicode_char(c.unwrap_or(char::REPLACEMENT_CHARACTER), ctx);
                }
            },
        };
        match unit {
            0xD800..=0xDBFF => {
                let alone = self.end_surrogate(ctx)?;
                self.high_surrogate = Some((unit, offset));
                Ok(alone)
            }
            0xDC00..=0xDFFF => {
                let pair = self.high_surrogate.take().map(|(high, _)| [high, unit]);
                let c = pair.and_then(|pair| char::decode_utf16(pair).next()).and_then(std::result::Result::ok);
                if c.is_none() {
                    ctx.defect(Code::RtfUndecodableText, offset, 0, format!("surrogate {unit:04X} stands alone"))?;
                }
                self.unicode_char(c.unwrap_or(char::REPLACEMENT_CHARACTER), ctx)
            }
            _ => {
                let symbol = u8::try_from(unit).or_else(|_| u8::try_from(unit.wrapping_sub(0xF000))).ok();
                let font = self.current_font().and_then(|number| self.font(number));
                let in_symbol_font = font.is_some_and(|font| font.charset == FontCharset::Symbol);
                let readable = matches!(self.purpose, Purpose::ReadableText | Purpose::Rich);
                let c = match symbol {
                    Some(byte) if in_symbol_font && readable => self.symbol_char(byte),
                    _ => char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER),
                };
                self.unicode_char(c, ctx)
            }
        }
    }

    fn unicode_char(&mut self, c: char, ctx: &mut Ctx<'_>) -> Result<Option<Event<'a>>> {
        if self.current.destination == Destination::FontTable {
            self.fonts.text(c.encode_utf8(&mut [0; 4]));
            return Ok(None);
        }
        if self.high_surrogate.is_some() {
            // Half a pair, and then a whole character.
            self.held.push(c);
            return self.end_surrogate(ctx);
        }
        Ok(Some(self.with_held(c)))
    }
}
