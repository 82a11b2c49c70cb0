// Opens hostile bodies, as `winmail extract` writes them, in a real browser: no request may leave and no script may run.
//
// usage: node tools/safe_html.mjs [PROGRAM] [CHROMIUM]      PROGRAM: target/debug/winmail, CHROMIUM: chromium
// needs: npm install playwright-core, in a folder that NODE_PATH or the current folder names; a Chromium.
//
// Each body is packed with `winmail pack --html`, extracted twice, as it is (which must show that the test can fail) and safely.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(join(process.cwd(), "x.js"))("playwright-core");
const program = resolve(process.argv[2] ?? "target/debug/winmail");
const executablePath = process.argv[3] ?? "/usr/bin/chromium";
const far = "http://tracker.invalid";

const BODIES = {
  script: `<p>Hello</p><script>window.ran = 1; new Image().src = "${far}/a"</script><script src="${far}/b.js"></script>`,
  handlers: `<body onload="window.ran=1"><img src=x onerror="window.ran=1"><svg/onload="window.ran=1"><details open ontoggle="window.ran=1">Hello</details><p onmouseover="window.ran=1">x`,
  pictures: `<p>Hello</p><img src="${far}/p.gif"><img srcset="${far}/q.gif 1x"><table background="${far}/r.gif"><tr><td>x</table><input type=image src="${far}/s.gif"><video poster="${far}/t.gif" src="${far}/u"></video><picture><source srcset="${far}/v"><img></picture>`,
  styles: `<style>@import "${far}/a.css"; @import url(${far}/b.css); p{background:url(${far}/c)} @font-face{font-family:f;src:url(${far}/d)} h1{font-family:f} li{list-style-image:u\\72l(${far}/e)} b{background:image-set("${far}/f" 1x)}</style><link rel=stylesheet href="${far}/g.css"><p>Hello</p><h1>f</h1><ul><li>x</ul><b>b</b><i style="background:url('${far}/h')">i</i>`,
  refresh: `<meta http-equiv="refresh" content="0;url=${far}/a"><base href="${far}/"><p>Hello</p><img src="b.gif">`,
  frames: `<iframe src="${far}/a"></iframe><iframe srcdoc="<script>parent.ran=1</script>"></iframe><object data="${far}/b"></object><embed src="${far}/c"><frameset><frame src="${far}/d"></frameset><p>Hello</p>`,
  forms: `<form action="${far}/a" id=f><input name=x autofocus onfocus="window.ran=1"></form><script>f.submit()</script><p>Hello</p><isindex action="${far}/b">`,
  links: `<p>Hello <a href="javascript:void(window.ran=1)" id=l>a</a> <a href="java&#9;script:window.ran=1">b</a> <a href="\\\\\\\\host\\share">c</a> <a href="file:///etc/passwd">d</a> <a href="data:text/html,<script>1</script>">e</a></p>`,
  parsers: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.ran=1&gt;"></table></math><noscript><p title="</noscript><img src=x onerror=window.ran=1>"></noscript><svg></p><style><a id="</style><img src=1 onerror=window.ran=1>"></svg><title><a title="</title><img src=x onerror=window.ran=1>"></title><textarea><img title="</textarea><img src=x onerror=window.ran=1>"></textarea><p>Hello</p>`,
  office: `<html xmlns:v="urn:schemas-microsoft-com:vml"><!--[if gte mso 9]><xml><v:imagedata src="${far}/a"/></xml><![endif]--><style>v\\:* {behavior:url(#default#VML);}</style><![if !vml]><img src="${far}/b.png" alt="Logo" width=100><![endif]><v:shape><v:imagedata src="${far}/c" o:href="${far}/d"/></v:shape><p class=MsoNormal>Hello</p><link rel=preload href="${far}/e" as=image><link rel=dns-prefetch href="//tracker.invalid"><a href="${far}/f" ping="${far}/g">x</a>`,
};

/// What a browser does with a file: requests beside the file itself, whether a script ran, what is to be read.
async function opened(browser, path) {
  const page = await browser.newPage();
  const own = pathToFileURL(path).href;
  const requests = [];
  page.on("request", (request) => request.url() !== own && !request.url().startsWith("data:") && requests.push(request.url()));
  page.on("dialog", (dialog) => dialog.dismiss());
  await page.goto(own, { waitUntil: "load" }).catch(() => {});
  for (const link of await page.$$("a").catch(() => [])) await link.hover({ timeout: 300 }).catch(() => {});
  const script = page.locator("#l");
  if ((await script.count().catch(() => 0)) > 0) await script.click({ timeout: 500, noWaitAfter: true }).catch(() => {});
  await page.waitForTimeout(300);
  const ran = await page.evaluate(() => Boolean(window.ran)).catch(() => true);
  const text = await page.evaluate(() => document.documentElement.innerText).catch(() => "");
  const moved = page.url() !== own;
  await page.close();
  return { requests, ran: ran || moved, text };
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const folder = mkdtempSync(join(tmpdir(), "safe-html-"));
let bad = 0;
for (const [name, html] of Object.entries(BODIES)) {
  const [source, stream] = [join(folder, `${name}.html`), join(folder, `${name}.dat`)];
  writeFileSync(source, html);
  execFileSync(program, ["pack", "--subject", name, "--html", source, "-o", stream]);
  const extract = (to, ...more) => {
    execFileSync(program, ["extract", stream, "-q", "-o", join(folder, to), ...more], { stdio: "pipe" });
    const path = join(folder, to, "body.html");
    // What is taken out counts, and not what the policy in the page forbids.
    writeFileSync(path, readFileSync(path, "utf8").replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""));
    return path;
  };
  const safe = await opened(browser, extract(`${name}-safe`));
  const original = await opened(browser, extract(`${name}-original`, "--html-original"));
  const does = original.requests.length > 0 || original.ran;
  const good = safe.requests.length === 0 && !safe.ran && safe.text.includes("Hello") && does;
  bad += good ? 0 : 1;
  console.log(
    `${good ? "ok " : "BAD"} ${name.padEnd(9)} original: ${original.requests.length} requests, script ${original.ran ? "runs" : "no"};`,
    `safe: ${safe.requests.length} requests, script ${safe.ran ? "RUNS" : "no"}, ${safe.text.includes("Hello") ? "text there" : "NO TEXT"}`,
    ...safe.requests,
  );
}
await browser.close();
rmSync(folder, { recursive: true });
process.exit(bad === 0 ? 0 : 1);
