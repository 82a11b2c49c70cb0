// Opens the pages of `--html` in a browser at two widths, light, dark and printed: no request, nothing wider than the window, and no
// violation that axe finds. Writes the pictures to look at.
//
// usage: node tools/ticket_pages.mjs FOLDER [PROGRAM] [CHROMIUM]     PROGRAM: target/debug/winmail, CHROMIUM: chromium
// needs: npm install playwright-core axe-core, in a folder that NODE_PATH or the current folder names; a Chromium.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = resolve(process.argv[2]);
const program = resolve(process.argv[3] ?? "target/debug/winmail");
const executablePath = process.argv[4] ?? "/usr/bin/chromium";
const example = new URL("../testdata/recall/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const policy = join(folder, "settings.toml");
writeFileSync(
  policy,
  `edition = "ExchangeOnline"
accepted_domains = ["fabrikam.com"]
[[remote_domain]]
Name = "Default"
DomainName = "*"
TNEFEnabled = true
AutoForwardEnabled = true
[[remote_domain]]
Name = "Partner <b>with</b> a long name that goes on"
DomainName = "*.contoso.com"
TNEFEnabled = false
ContentType = "MimeHtmlText"
CharacterSet = "iso-8859-1"
AllowedOOFType = "InternalLegacy"
TrustedMailOutboundEnabled = true
[[remote_domain]]
Name = "Agency"
DomainName = "agency.example"
NDREnabled = false
LineWrapSize = 77
`,
);
const settings = ["--policy", "policy.toml", "--cloud-recall", "true", "--recall-read", "true"];
const files = ["--recall", "recall.dat", "--original", "sent.dat"];
const PAGES = {
  policy: [folder, ["policy", "explain", "--policy", policy, "--from", "jane@fabrikam.com", "--to", "bob@contoso.com", "eve@agency.example", "x@gmail.com", "y@example.org", "in@fabrikam.com"]],
  "policy-defaults": [folder, ["policy", "explain", "--from", "jane@fabrikam.com", "--to", "bob@contoso.com"]],
  "recall-fails": [example, ["recall", "explain", ...files, "--delivered", "delivered.eml", ...settings]],
  "recall-unknown": [example, ["recall", "explain", "--recall", "recall.dat", "--delivered", "at-the-service.eml", "sent.dat"]],
  "recall-trace": [example, ["recall", "trace", "sent.dat", "at-the-service.eml", "delivered.eml"]],
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let faults = 0;
const fault = (name, what) => {
  faults += 1;
  console.log(`${name}: ${what}`);
};
for (const [name, [cwd, words]] of Object.entries(PAGES)) {
  let html;
  try {
    html = execFileSync(program, [...words, "--html", "-"], { cwd, stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    // The exit code says the outcome; without a page something failed.
    html = error.stdout;
  }
  const path = join(folder, `${name}.html`);
  writeFileSync(path, html);
  for (const [width, colorScheme] of [[1200, "light"], [1200, "dark"], [390, "light"], [390, "dark"]]) {
    // axe is put into the page from outside, which the page itself would not allow.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const requests = [];
    page.on("request", (request) => request.url() !== pathToFileURL(path).href && requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    const at = `${name} at ${width}, ${colorScheme}`;
    if (requests.length > 0) fault(at, `requests ${requests}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) fault(at, `${wide} pixels wider than the window`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations) fault(at, `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 150)}`);
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    if (width === 1200 && colorScheme === "light") await page.pdf({ path: join(folder, `${name}.pdf`), format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } });
    await page.close();
  }
}
await browser.close();
console.log(faults === 0 ? `${Object.keys(PAGES).length} pages: nothing to remark` : `${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
