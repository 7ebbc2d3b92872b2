import { expect, test } from "vitest";
import type { RequirementRow } from "#/api/api";
import { filterTree, withBelow } from "./outline";
import { zip } from "./zip";

const row = (id: string, parent: string, more: Partial<RequirementRow> = {}): RequirementRow => ({
  id,
  parent,
  ref: id.toUpperCase(),
  title: `Row ${id}`,
  assessable: true,
  withdrawn: false,
  applicable: true,
  state: "not_started",
  controls: 0,
  total: 1,
  met: 0,
  ...more,
});
const tree = [
  row("a", "", { assessable: false, total: 2 }),
  row("a1", "a", { state: "met", controls: 2 }),
  row("a2", "a"),
  row("b", "", { assessable: false, total: 1 }),
  row("b1", "b", { title: "Backups" }),
];

test("a filtered outline keeps what is above its hits, and counts the hits alone", () => {
  const ids = (rows: RequirementRow[]) => rows.map((r) => r.id);
  expect(ids(filterTree(tree, {}).hits)).toEqual(["a1", "a2", "b1"]);
  const met = filterTree(tree, { state: ["met"] });
  expect(ids(met.shown)).toEqual(["a", "a1"]);
  expect(ids(met.hits)).toEqual(["a1"]);
  expect(ids(filterTree(tree, { mapped: "no" }).shown)).toEqual(["a", "a2", "b", "b1"]);
  expect(ids(filterTree(tree, { q: "b1 back" }).shown)).toEqual(["b", "b1"]);
  expect(filterTree(tree, { q: "nothing like it" }).shown).toEqual([]);
});

test("a row and all below it", () => {
  expect(withBelow(tree, "a").map((r) => r.id)).toEqual(["a", "a1", "a2"]);
  expect(withBelow(tree, "b1").map((r) => r.id)).toEqual(["b1"]);
});

test("files travel together in one ZIP file", async () => {
  const packed = await zip([new File(["{}"], "a.json"), new File(["[1]"], "a.json"), new File(["é"], "ü.json")], "import.zip");
  const view = new DataView(await packed.arrayBuffer());
  const end = view.byteLength - 22;
  expect(view.getUint32(0, true)).toBe(0x04034b50);
  expect(view.getUint32(14, true)).toBe(0xa3a6bf43); // the CRC-32 of {}
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  expect(view.getUint16(end + 10, true)).toBe(3);
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < 3; i++) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const length = view.getUint16(at + 28, true);
    names.push(new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, length)));
    at += 46 + length;
  }
  expect(names).toEqual(["a.json", "2-a.json", "ü.json"]);
  expect(at).toBe(end);
});
