//! Control words of RTF (Rich Text Format Specification 1.9.1, appendix B, and those of Office, Exchange and Apple in mails): names that are
//! nobody's. In a word that is not here somebody may have hidden a text.

use std::collections::HashSet;
use std::sync::LazyLock;

const WORDS: &str = "\
a ab absh abslock absnoovrlp absw acaps acf additive adeff adeflang adjustright adn aenddoc aendnotes aexpnd af afelev afs aftnbj \
aftncn aftnnar aftnnrlc aftnsep aftnsepc aftnstart aftntj ai alang align allowfieldendsel alntblind annotation ansi ansicpg aoutl \
ascaps ashad asianbrkrule aspalpha aspnum astrike atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart aul auld \
auldb aulnone aulw aup author b background bar base bgbdiag bgcross bgdcross bgdkbdiag bgdkcross bgdkdcross bgdkfdiag bgdkhoriz \
bgdkvert bgfdiag bghoriz bgvert bin bkmkend bkmkstart bliptag blipuid blipupi blue bmp bottom box brdr brdrb brdrbar brdrbtw brdrcf \
brdrdash brdrdashd brdrdashdd brdrdashdotstr brdrdashsm brdrdb brdrdot brdremboss brdrengrave brdrframe brdrhair brdrinset brdrl \
brdroutset brdrr brdrs brdrsh brdrt brdrth brdrthtnlg brdrthtnmg brdrthtnsg brdrtnthlg brdrtnthmg brdrtnthsg brdrtnthtnmg \
brdrtnthtnsg brdrtriple brdrw brdrwavy brdrwavydb brsp btw bullet buptim c cachedcolbal caps category cb cbpat cchs cd cell cellx cf \
cfpat cgrid charrsid charscalex chbrdr chcbpat chdate chftn chpgn chtime clFitText clNoWrap clbrdr clbrdrb clbrdrl clbrdrr clbrdrt \
clcbpat clcfpat clftsWidth clmgf clmrg clpadb clpadfb clpadfl clpadfr clpadft clpadl clpadr clpadt clshdng clvertalb clvertalc \
clvertalt clvmgf clvmrg clwWidth code collapsed colno colorschememapping colortbl cols colspan colsr colsx column colw comment \
company cpg cpltrrst crauth crdate creatim critical cs cufi culi curi cvmme d datafield datastore dbch def defchp deff defformat \
deflang deflangfe defpap deftab del deleted dfrmtxtx dfrmtxty dghorigin dghshow dghspace dgmargin dgvorigin dgvshow dgvspace \
dibitmap disc dn dntblnsbdb do doc doccomm doctemp doctype docvar donotembedlingdata donotembedsysfont dptxbxtext dropcapli dropcapt \
ds dxfrtext dy ebcend ebcstart edmins embo emdash emf emfblip emspace endash enddoc endnhere endnotes enspace expnd expndtw expshrtn \
f faauto facenter facingp factoidname fafixed fahang falt faroman favar fbias fbidi fbidis fchars fcharset fcs fdecor felnbrelev fet \
ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffl ffname ffstattext fi field file filetbl fittext flddirty fldedit fldinst \
fldlock fldpriv fldrslt fldtype fmodern fname fnil fontemb fontfile fonttbl footer footerf footerl footerr footery footnote \
formatConverter formfield formshade fpar fprq frmtxbtlr frmtxlrtb frmtxlrtbv frmtxtbrl frmtxtbrlv froman fromhtml fromtext fs \
fscript fswiss ftnalt ftnbj ftncn ftnlytwnine ftnnalc ftnnar ftnnauc ftnnrlc ftnnruc ftnrestart ftnrstcont ftnrstpg ftnsep ftnsepc \
ftnstart ftntj g gcw generator green grfdocevents gridtbl gutter guttersxn h head header headerf headerl headerr headery hge hich \
highlight hl hlfr hlinkbase hlloc hlsrc horzdoc hr htm htmautsp htmlrtf htmltag htmltmltag hwelev hyphauto hyphcaps hyphconsec \
hyphhotz hyphpar i ignoremixedcontent ilfomacatclnup ilvl impr index indrlsweleven info ins insrsid intbl irow irowband itap \
jcompress jexpand jpegblip justify keep keepn kerning keycode keywords krnprsnet l landscape lang langfe langfenp langnp lastrow \
latentstyles lchars ldblquote left level levelfollow levelindent leveljc leveljcn levellegal levelnfc levelnfcn levelnorestart \
levelnumbers levelspace levelstartat leveltemplateid leveltext lfolevel li lin line linebetcol linecont linemod lineppage \
linerestart linestarts linex linkval lisa lisb list listhybrid listid listlevel listname listoverride listoverridecount \
listoverridestartat listoverridetable listpicture liststylename listtable listtemplateid listtext lnbrkrule lndscpsxn lnongrid loch \
loglevel lquote ls lsdlocked lsdlockeddef lsdlockedexcept lsdpriority lsdprioritydef lsdqformat lsdqformatdef lsdsemihidden \
lsdsemihiddendef lsdstimax lsdunhideused lsdunhideuseddef ltrch ltrdoc ltrmark ltrpar ltrrow ltrsect lvltentative lytcalctblwd \
lyttblrtgr m mac macc macpict mailmerge makebackup maln manager margb margbsxn margl marglsxn margmirror margr margrsxn margt \
margtsxn mbar mbox mbrkBin mbrkBinSub mchr mcount md mdefJc mdeg mden mdiff mdispDef me mf mfunc mgrow mhtmltag min mintLim mlMargin \
mlim mm mmaddfieldname mmath mmathFont mmathPr mmc mmconnectstr mmconnectstrdata mmcs mmdatasource mmheadersource mmmailsubject \
mmodso mmodsofilter mmodsofldmpdata mmodsomappedname mmodsoname mmodsorecipdata mmodsosort mmodsosrc mmodsotable mmodsoudl \
mmodsoudldata mmodsouniquetag mmquery mmr mnary mnaryLim mnum mo mphant mpos mr mrMargin mrad mshow mshp msmallFrac msub msup \
mtransp mtype mvfmf mvfml mvtof mvtol mwrapIndent n nd nestcell nestrow nesttableprops newtblstyruls nextfile noafcnsttbl \
nobrkwrptbl nocwrap nocxsptable nofchars nofcharsws nofeaturethrottle nofpages nofwords nogrowautofit noindnmbrts noline \
nolnhtadjtbl nonesttables nonshppict nooverflow noproof noqfpromote nosectexpand nosnaplinegrid nospaceforul nosupersub \
notbrkcnstfrctbl notcvasp notvatxbx nouicompat noultrlspc nowidctlpar nowrap nowwrap noxlattoyen o objalias objattph objautlink \
objclass objcropb objcropl objcropr objcropt objdata object objemb objh objhtml objicemb objlink objname objocx objpub objscalex \
objscaley objsect objsub objtime objupdate objw oldcprops oldpprops oldsprops oldtprops oleclsid operator outl outlinelevel overlay \
p package page pagebb panose paperh paperw par pararsid pard password passwordhash pc pca pct pgbrdrfoot pgbrdrhead pghsxn pgncont \
pgndec pgnlcltr pgnlcrm pgnrestart pgnstarts pgnucltr pgnucrm pgnx pgny pgwsxn phcol phmrg phpg picbmp picbpp piccropb piccropl \
piccropr piccropt pich pichgoal picprop picscalex picscaley pict picw picwgoal plain pn pnaiu pnaiud pncard pndec pnf pngblip pnhang \
pnindent pnlcltr pnlcrm pnlvlblt pnlvlcont pnord pnqc pnseclvl pnstart pntext pntxta pntxtb pnucltr pnucrm posnegx posnegy posx \
posxc posxi posxl posxo posxr posy posyb posyc posyil posyin posyout posyt printim private propname protend protstart protusertbl \
pvmrg pvpara pvpg pxe qc qd qj ql qmspace qr r rb rd rdblquote red relyonvml revauth revauthdel revbar revdttm revdttmdel revised \
revisions revprop revtbl revtim ri right rin row rquote rsid rsidroot rsidtbl rsltbmp rslthtml rsltmerge rsltpict rsltrtf rslttxt \
rtf rtlch rtldoc rtlmark rtlpar rtlrow rtlsect rxe s sa saauto sautoupd saveinvalidxml sb sbasedon sbauto sbkcol sbkeven sbknone \
sbkodd sbkpage sbys scaps scompose sec sect sectd sectdefaultcl section sectnum sectrsid sectunlocked sftnbj sh shad shading shidden \
showplaceholdtext showxmlerrors shp shpbottom shpbxignore shpbxmargin shpbyignore shpbymargin shpfblwtxt shpfhdr shpgrp shpinst \
shpleft shplid shppict shpright shprslt shptop shptxt shpwr shpwrk shpz sl slink slmult slocked small sn snaptogridincell snext \
softline sp span spersonal spltpgpar splytwnine spriority sqformat sreply ssemihidden staticval strike striked stshfbi stshfdbch \
stshfhich stshfloch stylesheet styrsid sub subdocument subject sunhideused sup super sv svb t tab tb tbl tblind tblindtype tc tcelld \
tcn template themedata themelang themelangcs themelangfe title titlepg tldot tleq tlhyph tlmdot tlth tlul top tqc tqdec tqr tr \
trackformatting trackmoves trautofit trbrdr trbrdrb trbrdrh trbrdrl trbrdrr trbrdrt trbrdrv trcbpat trcfpat trftsWidth trftsWidthA \
trftsWidthB trgaph trhdr trkeep trleft trowd trpaddfb trpaddfl trpaddfr trpaddft trpaddl trpaddr trqc trql trqr trrh trspdb trspdfb \
trspdfl trspdfr trspdft trspdl trspdr trspdt trwWidth trwWidthA trwWidthB ts tsbrdrb tsbrdrdgl tsbrdrdgr tsbrdrh tsbrdrl tsbrdrr \
tsbrdrt tsbrdrv tscellwidthfts tsrowd tsvertalt tt tx txe u uc ud ul ulc uld uldash uldashd uldashdd uldb ulhwave ulldash ulnone \
ulth ulthd ulthdash ulthdashd ulthdashdd ulthldash ululdbwave ulw ulwave up upr useltbaln usenormstyforlist userprops utinl v \
validatexml vern version vertalb vertalc vertalj vertalt viewbksp viewkind viewnobound viewscale viewzk w wb wbitmap wbmbitspixel \
wbmplanes wbmwidthbytes webhidden wgrffmtfilter widctlpar widowctrl windowcaption wmetafile wmf wrapdefault writereservation \
writereservhash wrppunct x xc xe xform xmlattrname xmlattrvalue xmlclose xmlname xmlns xmlnstbl xmlopen yellow yr zwbo zwj zwnbo \
zwnj \
";

/// Whether a control word is known.
pub(super) fn is_known(word: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_ascii_whitespace().collect());
    KNOWN.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_words_are_known() {
        for word in ["rtf", "pard", "b", "latentstyles", "trftsWidthB", "htmltag"] {
            assert!(is_known(word), "{word}");
        }
        for word in ["zebrowski", "Pard", "", "pardon"] {
            assert!(!is_known(word), "{word}");
        }
    }
}
