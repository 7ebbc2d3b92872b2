/*
 * Reads HTML of the clipboard without giving it to the browser: our pages forbid that any text becomes elements
 * (Trusted Types), and what a program puts on the clipboard is nobody's promise. It knows what a clipboard needs: tags, their
 * attributes, text, entities. It drops what is no text.
 */

export type Element = { tag: string; attrs: Readonly<Record<string, string>>; children: (Element | string)[] };

/** Elements whose content is no text for people. */
const dropped = new Set([
  "script",
  "style",
  "title",
  "template",
  "noscript",
  "iframe",
  "object",
  "svg",
  "math",
  "xml",
  "textarea",
  "select",
]);
const empty = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]);
/** What ends an open element of the same kind when nobody closed it. */
const closes: Readonly<Record<string, readonly string[]>> = {
  li: ["li"],
  p: ["p"],
  tr: ["td", "th", "tr"],
  td: ["td", "th"],
  th: ["td", "th"],
  dt: ["dt", "dd"],
  dd: ["dt", "dd"],
};
/** Elements that keep what is inside them to themselves. */
const walls = new Set(["ul", "ol", "table", "blockquote", "div"]);
/** So deep may elements lie in each other: deeper ones are read as part of that one. */
const deepest = 60;

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bull: "•",
  middot: "·",
  copy: "©",
  reg: "®",
  trade: "™",
  sect: "§",
  euro: "€",
  pound: "£",
  shy: "",
  zwnj: "",
  zwj: "",
};

/** Entities as the signs they stand for. One that is not known stays as it was written. */
export function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const point = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    return point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : " ";
  });
}

function attributes(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const m of text.matchAll(/([^\s"'=<>/]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g)) {
    const name = (m[1] ?? "").toLowerCase();
    if (!(name in out)) out[name] = decode(m[2] ?? m[3] ?? m[4] ?? "");
  }
  return out;
}

/** The end of a tag that begins at `from`: a > that stands in no quotes. */
function endOf(html: string, from: number): number {
  let quote = "";
  for (let i = from; i < html.length; i++) {
    const c = html[i];
    if (quote) quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === ">") return i;
  }
  return -1;
}

/** HTML as a tree. It never fails: what is written wrongly is read as far as it goes. */
export function parse(html: string): Element {
  const root: Element = { tag: "body", attrs: {}, children: [] };
  const open: Element[] = [root];
  const top = () => open.at(-1) ?? root;
  const say = (text: string) => text && top().children.push(decode(text));
  const close = (tags: readonly string[]) => {
    for (let i = open.length - 1; i > 0; i--) {
      const tag = open[i]?.tag ?? "";
      if (tags.includes(tag)) {
        open.length = i;
        return;
      }
      if (walls.has(tag)) return;
    }
  };
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf("<", at);
    if (next < 0) {
      say(html.slice(at));
      break;
    }
    say(html.slice(at, next));
    if (html.startsWith("<!--", next)) {
      const end = html.indexOf("-->", next + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const tag = /^<(\/?)([a-z][a-z0-9:-]*)/i.exec(html.slice(next, next + 64));
    if (!tag) {
      // <!doctype>, <![if]>, <?xml>, or a sign that stands for itself
      const other = /^<[!?]/.test(html.slice(next, next + 2)) ? html.indexOf(">", next) : -1;
      if (other < 0) say("<");
      at = other < 0 ? next + 1 : other + 1;
      continue;
    }
    const name = (tag[2] ?? "").toLowerCase();
    const end = endOf(html, next + tag[0].length);
    if (end < 0) break; // cut off
    at = end + 1;
    if (tag[1]) {
      const i = open.findLastIndex((e) => e.tag === name);
      if (i > 0) open.length = i;
      continue;
    }
    if (dropped.has(name)) {
      const stop = new RegExp(`</${name}\\b[^>]*>`, "gi");
      stop.lastIndex = at;
      at = stop.exec(html) ? stop.lastIndex : html.length;
      continue;
    }
    close(closes[name] ?? []);
    const element: Element = { tag: name, attrs: attributes(html.slice(next + tag[0].length, end)), children: [] };
    top().children.push(element);
    if (!empty.has(name) && html[end - 1] !== "/" && open.length < deepest) open.push(element);
  }
  return root;
}
