import { address, type Mark, type Node } from "../RichText";
import { type Element, parse } from "./html";

/*
 * What was copied elsewhere, as nodes that the editor knows: headings, lists, tables, links and plain marks stay, fonts,
 * colours, sizes and pictures go. Word's lists, which are paragraphs with a sign before them, become lists.
 */

const blocks = new Set([
  ..."address article aside blockquote body center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul".split(
    " ",
  ),
]);
const isBlock = (c: Element | string): c is Element => typeof c !== "string" && (blocks.has(c.tag) || c.children.some(isBlock));

const style = (e: Element, name: string): string => {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]*)`, "i").exec(e.attrs.style ?? "");
  return (found?.[1] ?? "").trim().toLowerCase();
};

/** The marks of an element, on top of those around it. What its style says counts more than its tag. */
function marksOf(e: Element, around: readonly Mark[]): Mark[] {
  const on = new Map(around.map((m) => [m.type, m]));
  const set = (type: string, is: boolean | undefined, attrs?: Record<string, unknown>) => {
    if (is === true) on.set(type, attrs ? { type, attrs } : { type });
    if (is === false) on.delete(type);
  };
  const weight = style(e, "font-weight");
  const line = `${style(e, "text-decoration")} ${style(e, "text-decoration-line")}`;
  const tag = e.tag;
  set(
    "bold",
    weight
      ? /^(bold|bolder|[6-9]00)$/.test(weight)
      : /^(normal|lighter|[1-5]00)$/.test(weight)
        ? false
        : /^(b|strong)$/.test(tag) || undefined,
  );
  const slant = style(e, "font-style");
  set("italic", slant ? slant !== "normal" : /^(i|em|cite|dfn|var)$/.test(tag) || undefined);
  set("underline", /^(u|ins)$/.test(tag) || line.includes("underline") || undefined);
  set("strike", /^(s|strike|del)$/.test(tag) || line.includes("line-through") || undefined);
  set("code", /^(code|kbd|samp|tt)$/.test(tag) || undefined);
  const href = tag === "a" ? address(e.attrs.href) : undefined;
  if (href) {
    set("link", true, { href });
    set("underline", false);
  }
  // A mark of code stands alone but for a link.
  return on.has("code") ? [...on.values()].filter((m) => m.type === "code" || m.type === "link") : [...on.values()];
}

const same = (a: readonly Mark[] = [], b: readonly Mark[] = []) => JSON.stringify(a) === JSON.stringify(b);

function inline(children: readonly (Element | string)[], marks: readonly Mark[], out: Node[]): Node[] {
  for (const c of children) {
    if (typeof c === "string") {
      const text = c.replace(/[ \t\r\n\f\u00a0]+/g, " ");
      const last = out.at(-1);
      if (last?.type === "text" && same(last.marks, marks)) last.text = `${last.text ?? ""}${text}`;
      else out.push(marks.length > 0 ? { type: "text", text, marks: [...marks] } : { type: "text", text });
    } else if (c.tag === "br") out.push({ type: "hardBreak" });
    else if (!/mso-list\s*:\s*ignore/i.test(c.attrs.style ?? "")) inline(c.children, marksOf(c, marks), out);
  }
  return out;
}

/** Inline nodes without the blanks around them, which only stood in the source. */
function tidy(nodes: Node[]): Node[] {
  const out: Node[] = [];
  for (const n of nodes) {
    const before = out.at(-1);
    const text = n.text && (!before || before.type === "hardBreak" || /\s$/.test(before.text ?? "")) ? n.text.replace(/^\s+/, "") : n.text;
    if (n.type !== "text") {
      if (before?.text) before.text = before.text.replace(/\s+$/, "");
      out.push(n);
    } else if (text) out.push({ ...n, text });
  }
  while (out.length > 0) {
    const last = out.at(-1);
    if (last?.type === "text") {
      last.text = (last.text ?? "").replace(/\s+$/, "");
      if (last.text) break;
    }
    out.pop();
  }
  return out;
}

const textBlock = (
  type: string,
  children: readonly (Element | string)[],
  marks: readonly Mark[],
  attrs?: Record<string, unknown>,
): Node[] => {
  const content = tidy(inline(children, marks, []));
  return content.length > 0 ? [{ type, ...(attrs ? { attrs } : {}), content }] : [];
};

/** A row of children as blocks: what stands between blocks becomes paragraphs. */
function flow(children: readonly (Element | string)[], marks: readonly Mark[]): Node[] {
  const out: Node[] = [];
  let run: (Element | string)[] = [];
  const end = () => {
    out.push(...textBlock("paragraph", run, marks));
    run = [];
  };
  for (let i = 0; i < children.length; i++) {
    const c = children[i];
    if (c === undefined) continue;
    if (!isBlock(c)) {
      run.push(c);
      continue;
    }
    end();
    const list = wordList(children, i);
    if (list) {
      out.push(...list.nodes);
      i = list.last;
    } else out.push(...block(c, marksOf(c, marks)));
  }
  end();
  return out;
}

const plainText = (c: Element | string): string => (typeof c === "string" ? c : c.tag === "br" ? "\n" : c.children.map(plainText).join(""));

function block(e: Element, marks: readonly Mark[]): Node[] {
  const heading = /^h([1-6])$/.exec(e.tag);
  if (heading) return textBlock("heading", e.children, [], { level: Math.min(4, Number(heading[1])) });
  switch (e.tag) {
    case "hr":
      return [{ type: "horizontalRule" }];
    case "pre": {
      const text = plainText(e).replace(/^\n|\n+$/g, "");
      return text ? [{ type: "codeBlock", content: [{ type: "text", text }] }] : [];
    }
    case "ul":
    case "ol":
      return listOf(e, marks);
    case "blockquote": {
      const content = flow(e.children, marks);
      return content.length > 0 ? [{ type: "blockquote", content }] : [];
    }
    case "table":
      return tableOf(e);
    default:
      return flow(e.children, marks);
  }
}

function listOf(e: Element, marks: readonly Mark[]): Node[] {
  const items: Node[] = [];
  for (const c of e.children) {
    if (typeof c === "string") continue;
    const content = c.tag === "li" ? flow(c.children, marksOf(c, marks)) : block(c, marks);
    const last = items.at(-1);
    if (c.tag !== "li" && last) {
      last.content?.push(...content); // a list beside its item, as some programs write it
      continue;
    }
    if (content.length > 0)
      items.push({ type: "listItem", content: content[0]?.type === "paragraph" ? content : [{ type: "paragraph" }, ...content] });
  }
  return items.length > 0 ? [{ type: e.tag === "ol" ? "orderedList" : "bulletList", content: items }] : [];
}

const span = (v: string | undefined, most: number) => Math.max(1, Math.min(most, Math.trunc(Number(v)) || 1));

function tableOf(e: Element): Node[] {
  const rows: Node[] = [];
  const look = (at: Element) => {
    for (const c of at.children) {
      if (typeof c === "string") continue;
      if (c.tag !== "tr") {
        if (c.tag !== "table") look(c);
        continue;
      }
      const cells = c.children.flatMap((d): Node[] => {
        if (typeof d === "string" || (d.tag !== "td" && d.tag !== "th")) return [];
        const content = flow(d.children, []);
        return [
          {
            type: d.tag === "th" ? "tableHeader" : "tableCell",
            attrs: { colspan: span(d.attrs.colspan, 50), rowspan: span(d.attrs.rowspan, 500) },
            content: content.length > 0 ? content : [{ type: "paragraph" }],
          },
        ];
      });
      if (cells.length > 0) rows.push({ type: "tableRow", content: cells });
    }
  };
  look(e);
  return rows.length > 0 ? [{ type: "table", content: rows }] : [];
}

/** Word writes an item of a list as a paragraph that says so in its style, with its sign in a part of its own. */
function wordItem(c: Element | string | undefined): { level: number; ordered: boolean; of: Element } | undefined {
  if (c === undefined || typeof c === "string" || !/^(p|h[1-6]|div)$/.test(c.tag)) return undefined;
  const level = /mso-list\s*:[^;]*\blevel(\d)/i.exec(c.attrs.style ?? "");
  if (!level) return undefined;
  const sign = signOf(c);
  return { level: Number(level[1]), ordered: /^[\s\u00a0(]*[0-9a-zA-Z]+[.)]/.test(sign), of: c };
}
const signOf = (e: Element): string =>
  /mso-list\s*:\s*ignore/i.test(e.attrs.style ?? "")
    ? plainText(e)
    : e.children.map((c) => (typeof c === "string" ? "" : signOf(c))).join("");

function wordList(children: readonly (Element | string)[], from: number): { nodes: Node[]; last: number } | undefined {
  const items: NonNullable<ReturnType<typeof wordItem>>[] = [];
  let last = from;
  for (let i = from; i < children.length; i++) {
    const c = children[i];
    if (typeof c === "string" && c.trim() === "") continue;
    const item = wordItem(c);
    if (!item) break;
    items.push(item);
    last = i;
  }
  if (items.length === 0) return undefined;
  const nest = (at: number, level: number): { list: Node; next: number } => {
    const content: Node[] = [];
    const list: Node = { type: items[at]?.ordered ? "orderedList" : "bulletList", content };
    let i = at;
    while (i < items.length) {
      const item = items[i];
      if (!item || item.level < level) break;
      const above = content.at(-1);
      if (item.level > level && above) {
        const inner = nest(i, item.level);
        above.content?.push(inner.list);
        i = inner.next;
        continue;
      }
      const text = textBlock("paragraph", item.of.children, []);
      content.push({ type: "listItem", content: text.length > 0 ? text : [{ type: "paragraph" }] });
      i++;
    }
    return { list, next: i };
  };
  const nodes: Node[] = [];
  for (let at = 0; at < items.length; ) {
    const made = nest(at, items[at]?.level ?? 1);
    nodes.push(made.list);
    at = Math.max(made.next, at + 1);
  }
  return { nodes, last };
}

/** The blocks of HTML from the clipboard. */
export const fromHTML = (html: string): Node[] => flow(parse(html).children, []);
