import { expect, test } from "vitest";
import { fromHTML } from "./paste";

const p = (...texts: string[]) => ({ type: "paragraph", content: texts.map((text) => ({ type: "text", text })) });
const li = (...content: object[]) => ({ type: "listItem", content });

test("text and its marks stay, fonts and colours go", () => {
  expect(fromHTML('<p style="color:red">Keep <b>bold</b> and <span style="font-style:italic">slanted</span>.</p>')).toEqual([
    {
      type: "paragraph",
      content: [
        { type: "text", text: "Keep " },
        { type: "text", text: "bold", marks: [{ type: "bold" }] },
        { type: "text", text: " and " },
        { type: "text", text: "slanted", marks: [{ type: "italic" }] },
        { type: "text", text: "." },
      ],
    },
  ]);
  // Google Docs wraps everything in a bold that is not bold.
  expect(fromHTML('<meta charset="utf-8"><b style="font-weight:normal;"><p><span>Plain</span></p></b>')).toEqual([p("Plain")]);
});

test("lists, headings, tables", () => {
  expect(fromHTML("<h2>Scope</h2><ul><li>One<ul><li>Two</li></ul></li></ul>")).toEqual([
    { type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "Scope" }] },
    { type: "bulletList", content: [li(p("One"), { type: "bulletList", content: [li(p("Two"))] })] },
  ]);
  expect(fromHTML("<table><tr><th>Role<td colspan=2>Duty</table>")).toEqual([
    {
      type: "table",
      content: [
        {
          type: "tableRow",
          content: [
            { type: "tableHeader", attrs: { colspan: 1, rowspan: 1 }, content: [p("Role")] },
            { type: "tableCell", attrs: { colspan: 2, rowspan: 1 }, content: [p("Duty")] },
          ],
        },
      ],
    },
  ]);
});

test("Word's paragraphs that stand for items become lists", () => {
  const item = (level: number, sign: string, text: string) =>
    `<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level${level} lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>${sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>${text}<o:p></o:p></p>`;
  const html = `<html><head><style>p{margin:0}</style></head><body><!--StartFragment--><p class=MsoNormal>Before:<o:p></o:p></p>
    ${item(1, "·", "First")} ${item(2, "o", "Below")} ${item(1, "·", "Second")}<p>After</p><!--EndFragment--></body></html>`;
  expect(fromHTML(html)).toEqual([
    p("Before:"),
    { type: "bulletList", content: [li(p("First"), { type: "bulletList", content: [li(p("Below"))] }), li(p("Second"))] },
    p("After"),
  ]);
  expect(fromHTML(item(1, "1.", "Numbered"))[0]?.type).toBe("orderedList");
});

test("nothing that could run comes in", () => {
  const nasty = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)><p>x</svg>",
    '<a href="javascript:alert(1)">Click</a>',
    '<a href=" java&#115;cript:alert(1)">Click</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<p onclick="alert(1)">Text</p>',
    "<style>@import 'x'</style>",
    '<p title=">"><img src=x onerror=alert(1)>',
  ];
  const said = JSON.stringify(nasty.flatMap(fromHTML));
  expect(said).not.toMatch(/javascript|onerror|onclick|onload|srcdoc|link|import/);
  expect(said).toContain("Click");
  // A text that looks like elements is text.
  expect(fromHTML("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")).toEqual([p("<script>alert(1)</script>")]);
});

test("what is cut off, or endless, is read as far as it goes", () => {
  expect(fromHTML("<p>Half a <b>sent")).toHaveLength(1);
  expect(fromHTML("<")).toEqual([p("<")]);
  expect(fromHTML(`${"<div>".repeat(20_000)}deep`)).toHaveLength(1);
});
