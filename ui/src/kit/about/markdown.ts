/** A small Markdown: what people write in a comment, as a tree. React draws it; nothing of it is ever HTML. */
export type Inline =
  | { is: "text"; text: string }
  | { is: "code"; text: string }
  | { is: "bold"; of: Inline[] }
  | { is: "italic"; of: Inline[] }
  | { is: "link"; href: string; of: Inline[] }
  | { is: "person"; id: string };
export type Block = { is: "paragraph"; of: Inline[] } | { is: "code"; text: string } | { is: "list"; ordered: boolean; items: Inline[][] };

const marks =
  /`([^`\n]+)`|\*\*([^*\n]+(?:\*[^*\n]+)*)\*\*|\*([^*\s][^*\n]*)\*|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|@\[([\w-]{1,26})\]|(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/g;

export function inline(text: string): Inline[] {
  const out: Inline[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) out.push({ is: "text", text: text.slice(at, to) });
  };
  for (const m of text.matchAll(marks)) {
    plain(m.index);
    at = m.index + m[0].length;
    const [, code, bold, italic, label, href, person, url] = m;
    if (code !== undefined) out.push({ is: "code", text: code });
    else if (bold !== undefined) out.push({ is: "bold", of: inline(bold) });
    else if (italic !== undefined) out.push({ is: "italic", of: inline(italic) });
    else if (label !== undefined && href !== undefined) out.push({ is: "link", href, of: [{ is: "text", text: label }] });
    else if (person !== undefined) out.push({ is: "person", id: person });
    else if (url !== undefined) out.push({ is: "link", href: url, of: [{ is: "text", text: url }] });
  }
  plain(text.length);
  return out;
}

const item = /^\s*(?:[-*]|(\d{1,3})[.)])\s+(.*)$/;

export function blocks(source: string): Block[] {
  const out: Block[] = [];
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  let words: string[] = [];
  const paragraph = () => {
    if (words.length > 0) out.push({ is: "paragraph", of: inline(words.join("\n")) });
    words = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (line.startsWith("```")) {
      const end = lines.findIndex((l, j) => j > i && l.startsWith("```"));
      if (end > 0) {
        paragraph();
        out.push({ is: "code", text: lines.slice(i + 1, end).join("\n") });
        i = end;
        continue;
      }
    }
    const m = item.exec(line);
    if (m) {
      paragraph();
      const ordered = m[1] !== undefined;
      const last = out.at(-1);
      const before = lines[i - 1];
      if (last?.is === "list" && last.ordered === ordered && before && item.test(before)) last.items.push(inline(m[2] ?? ""));
      else out.push({ is: "list", ordered, items: [inline(m[2] ?? "")] });
    } else if (line.trim() === "") paragraph();
    else words.push(line);
  }
  paragraph();
  return out;
}

/** "@Dana Reyes" as it is typed becomes @[id] as it is kept; of two names the longer one is tried first. */
export function keepMentions(typed: string, named: ReadonlyMap<string, string>): string {
  let out = typed;
  for (const [name, id] of [...named].sort(([a], [b]) => b.length - a.length)) out = out.replaceAll(`@${name}`, `@[${id}]`);
  return out;
}

/** The other way round, to put a comment into other words. */
export function showMentions(kept: string, nameOf: (id: string) => string | undefined): { typed: string; named: Map<string, string> } {
  const named = new Map<string, string>();
  const typed = kept.replace(/@\[([\w-]{1,26})\]/g, (whole, id: string) => {
    const name = nameOf(id);
    if (!name) return whole;
    named.set(name, id);
    return `@${name}`;
  });
  return { typed, named };
}
