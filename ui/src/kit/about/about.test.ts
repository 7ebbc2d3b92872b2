import { describe, expect, it } from "vitest";
import { blocks, inline, keepMentions, showMentions } from "./markdown";

describe("what people write in a comment", () => {
  it("is bold, italic, code, links and names", () => {
    expect(inline("a **b *c* d** `d*` [e](https://f.example/x) @[P1]")).toEqual([
      { is: "text", text: "a " },
      {
        is: "bold",
        of: [
          { is: "text", text: "b " },
          { is: "italic", of: [{ is: "text", text: "c" }] },
          { is: "text", text: " d" },
        ],
      },
      { is: "text", text: " " },
      { is: "code", text: "d*" },
      { is: "text", text: " " },
      { is: "link", href: "https://f.example/x", of: [{ is: "text", text: "e" }] },
      { is: "text", text: " " },
      { is: "person", id: "P1" },
    ]);
  });
  it("finds an address in a sentence without its full stop", () => {
    expect(inline("See https://a.example/b.").map((i) => ("href" in i ? i.href : i))).toEqual([
      { is: "text", text: "See " },
      "https://a.example/b",
      { is: "text", text: "." },
    ]);
  });
  it("never links to anything but http", () => {
    const all = JSON.stringify(blocks("[x](javascript:alert(1)) [y](data:text/html,z) <img src=x onerror=alert(1)>"));
    expect(all).not.toContain('"link"');
  });
  it("has paragraphs, lists and blocks of code", () => {
    expect(blocks("One\ntwo\n\n- a\n- b\n1. c\n```\n**not bold**\n```\nend").map((b) => b.is)).toEqual([
      "paragraph",
      "list",
      "list",
      "code",
      "paragraph",
    ]);
    expect(blocks("```\nnever closed").map((b) => b.is)).toEqual(["paragraph"]);
    expect(blocks("")).toEqual([]);
  });
  it("keeps who was named, the longer name first", () => {
    const named = new Map([
      ["Dana", "1"],
      ["Dana Reyes", "2"],
    ]);
    expect(keepMentions("@Dana Reyes and @Dana, mail x@Danae", named)).toBe("@[2] and @[1], mail x@[1]e");
    expect(showMentions("@[2] and @[gone]", (id) => (id === "2" ? "Dana Reyes" : undefined)).typed).toBe("@Dana Reyes and @[gone]");
  });
});
