// Keeps the first page small. Reads dist as a browser would: what index.html and its scripts load at once is the
// first route, every other script is a lazy chunk. Sizes are brotli, in kB of 1,000 bytes.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const budget = { first: 220, lazy: 150, css: 15, fonts: 60 };
/** The module that most people see first: its chunk counts to the first route. */
const landing = ["overview.js"];

const read = (name) => readFileSync(join(dist, name));
const compressed = (name) => brotliCompressSync(read(name)).length / 1000;
const scripts = readdirSync(join(dist, "assets")).filter((f) => f.endsWith(".js"));

/** What a script imports statically, and so has to wait for. */
function imports(name) {
  const code = read(name).toString();
  return [...code.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]*?\s*from\s*)?["'](\.[^"']+)["']/g)].map((m) =>
    normalize(join(dirname(name), m[1])),
  );
}
const page = read("index.html").toString();
const entry = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((m) => m[1]);
const first = new Set();
const walk = (name) => {
  if (first.has(name)) return;
  first.add(name);
  for (const i of imports(name)) walk(i);
};
for (const name of [...entry, ...landing.map((f) => `assets/${f}`).filter((f) => scripts.includes(f.slice(7)))]) walk(name);

const sum = (names) => names.reduce((all, name) => all + compressed(name), 0);
const lines = [];
let over = false;
function check(what, size, limit) {
  const bad = size > limit;
  over ||= bad;
  lines.push(`${what.padEnd(34)} ${size.toFixed(1).padStart(7)} kB of ${limit}${bad ? "   TOO LARGE" : ""}`);
}
check("first route, scripts", sum([...first]), budget.first);
for (const name of [...first].sort()) lines.push(`  ${name.padEnd(32)} ${compressed(name).toFixed(1).padStart(7)}`);
for (const f of scripts) if (!first.has(`assets/${f}`)) check(`lazy ${f}`, compressed(`assets/${f}`), budget.lazy);
check(
  "style sheets",
  sum(
    readdirSync(join(dist, "assets"))
      .filter((f) => f.endsWith(".css"))
      .map((f) => `assets/${f}`),
  ),
  budget.css,
);
check("fonts on the first page", read("assets/inter-latin-wght-normal.woff2").length / 1000, budget.fonts);
process.stdout.write(`${lines.join("\n")}\n`);
process.exit(over ? 1 : 0);
