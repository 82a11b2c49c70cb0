//! Words of programs and of the web, that are nobody's: names of elements and attributes, of fonts and styles. What a class, a font or a
//! style is called otherwise may be somebody's name, and is replaced.

/// In lower case; words of one or two letters are known anyway.
const WORDS: &str = "\
abbr absbottom absmiddle accent accept acronym action active address after align alink all alpha alt alternate and \
annotation ansi antiqua appendonsend apple applet aptos arabic archive area aria arial article ascii aside attr \
audio aural author auto autocomplete autofocus axis background balloon baltic base basefont baseline batang bdi \
bdo before behavior bgcolor bgsound bibliography bidi big bitstream black blank blink blinkmacsystemfont block \
blockquote body bold book bookman border bordercolor bottom braille bullet button calibri cambria candara \
cantarell canvas caption cellpadding cellspacing center century char character charoff charset checked child \
circle cite cjk class classic classid clean clear closing code codebase col colgroup color colorful cols colspan columns \
com comic compact compatible condensed consolas console constantia contemporary content continue converted \
converter coords corbel courier css cursive cyr dark dashed data datafld datalist date datetime decimal declare \
decor default defer definition dejavu del description details detection device dfn dialog dingbats dir direction \
disabled disc display div divrplyfwdmsg doctype document dotted dotum double droid dtd ecx edge effects elegant \
emailstyle embed emoji emphasis empty enabled encoding enctype endif endnote envelope equiv event exact excel \
exchange explorer extended externalclass extra face family fangsong fantasy fieldset figcaption figure filtered final \
first fixedsys focus followedhyperlink font fonts footer footnote for form format frame frameborder frameset \
francisco franklin frontpage garamond gecko generator georgia gmail gothic grame grande greek grid gte gulim \
handheld handwriting head header headers heading hebrew height helvetica hgroup hidden historic hover href \
hreflang hspace html html2rtf html4 html40 html401 http hyperlink icon iframe img impact import indent index \
inherit initial input ins intense internet isindex ismap iso italic itemprop itemscope itemtype javascript \
jhenghei jscript justify kaiti kbd keyboard keyframes keygen keywords label landscape lang language last latent \
lato left leftmargin legend letter level liberation light line lines link linotype list listing longdesc loose \
lower lte ltr ltrpar lucida macro mail main malgun mangal map marginheight marginwidth mark marquee math max \
maxlength media medium meiryo menu menuitem message meta meter method microsoft middle min mincho mingliu modern \
monospace moz mozilla msftedit mshtml mso msochpdefault msohyperlink msonormal msopapdefault multiple name \
namespace narrow nav neue new nil nobr noembed noframes nohref none noresize normal noscript noshade not note noto \
nowrap nsimsun nth number numbering numbers object oblique office old olk omml onclick onerror onload only \
onmouseover open optgroup option org orientation originator outline outlook output oxygen page palatino paragraph \
param parent picture pixel placeholder plain plaintext pmingliu poly portrait powerpoint pre prefers prefix \
preformatted preload print pro professional profile progid progress projection prompt property public quote quoted \
raster ratio readonly rec rect reference regular rel resolution return rev revision riched richedit right roboto \
robots rockwell role roman root rows rowspan rtf rtfhtml rtl ruby rules salutation samp sample san sans scalable \
scale schema schemas scheme scope screen script scrolling section section1 segoe select selected selection self \
semibold serif server shading shape shortcut signature simhei simple simsun size small solid source space spacing \
span speech spelle square src srcset standalone standby start std strict strike strong style stylesheet sub \
subject subtitle subtle summary sup supports svg swiss symbol system tab tabindex table tahoma target tbody tech \
telephone template terminal text textarea texttop tfoot thai thead theme thunderbird time times title toc top \
topmargin track transitional transparent trebuchet tur type typewriter ubuntu unicode upper urls urn usemap user \
utf valign value valuetype var variable vbscript vera verdana version video vietnamese viewport visited vlink vml \
vspace w3c wbr web webdings webkit western width windows wingdings wingdings2 word wordsection www xhtml xhtml1 \
xml xmlns xmp yahei yahoo yes zapf \
";

/// Whether a word tells nothing of anybody. What programs number and begin with `mso` is theirs.
pub(super) fn is_known(word: &str) -> bool {
    let word = word.to_lowercase();
    let stem = word.trim_matches(|c: char| c.is_ascii_digit());
    let is_short = stem.chars().count() <= 2;
    is_short || stem.starts_with("mso") || WORDS.split_ascii_whitespace().any(|known| known == word || known == stem)
}

/// The words in a text: where each stands. A word is of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0usize;
    text.split(|c: char| !c.is_alphanumeric()).filter_map(move |word| {
        let start = at;
        let rest = text.get(start.saturating_add(word.len())..).unwrap_or_default();
        at = start.saturating_add(word.len()).saturating_add(rest.chars().next().map_or(0, char::len_utf8));
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_programs_are_known() {
        for word in [
            "MsoNormal",
            "WordSection1",
            "Arial",
            "h1",
            "x",
            "MsoListParagraphCxSpFirst",
            "EmailStyle17",
            "Ärä1".get(..2).unwrap_or_default(),
        ] {
            assert!(is_known(word), "{word}");
        }
        for word in ["Zebrowski", "ACME", "Smithfont", "Мария"] {
            assert!(!is_known(word), "{word}");
        }
    }

    #[test]
    fn words_stand_where_they_are_said_to() {
        let text = "a.Foo-bär, x";
        let found: Vec<(usize, &str)> = words(text).collect();
        assert_eq!(found, [(0, "a"), (2, "Foo"), (6, "bär"), (12, "x")]);
        assert!(found.iter().all(|(at, word)| text[*at..].starts_with(word)));
    }
}
