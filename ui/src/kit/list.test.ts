import { expect, test } from "vitest";
import { layOut, type OutlineNode } from "./Outline";
import { manyOf, parseSearch, stringifySearch } from "./search";
import { countSelected, everything, isSelected, nothing, select, selectionBody } from "./selection";
import { fitColumns } from "./TableRow";
import { fitViews, sameSearch } from "./Views";

test("all means all that match, also those never loaded", () => {
  const but = select(everything, [["a", 1]], false);
  expect(countSelected(but, 10_000)).toBe(9_999);
  expect(isSelected(but, "a")).toBe(false);
  expect(isSelected(but, "never loaded")).toBe(true);
  expect(selectionBody(but)).toEqual({ all: true, except: ["a"] });
  expect(countSelected(select(but, [["a", 1]], true), 10_000)).toBe(10_000);
});

test("some means those rows", () => {
  const two = select<number>(nothing, [["a", 1], ["b", 2]], true); // biome-ignore format: one line reads better
  expect(selectionBody(select(two, [["a", 1]], false))).toEqual({ ids: ["b"] });
  expect(countSelected(two, 50)).toBe(2);
});

test("columns go by priority and keep their order", () => {
  const cols = [
    { id: "ref", header: "", width: 80, priority: 0, cell: () => null },
    { id: "risk", header: "", width: 100, priority: 2, cell: () => null },
    { id: "owner", header: "", width: 150, priority: 1, cell: () => null },
  ];
  expect(fitColumns(cols, 400).map((c) => c.id)).toEqual(["ref", "risk", "owner"]);
  expect(fitColumns(cols, 250).map((c) => c.id)).toEqual(["ref", "owner"]);
  expect(fitColumns(cols, 10).map((c) => c.id)).toEqual(["ref"]);
});

test("no view is ever cut off, and the one in use always shows", () => {
  const widths = [100, 120, 90, 110];
  expect(fitViews(widths, 500, 0)).toEqual([0, 1, 2, 3]);
  expect(fitViews(widths, 300, 0)).toEqual([0, 1]);
  expect(fitViews(widths, 300, 3)).toEqual([0, 3]);
  expect(fitViews(widths, 60, -1)).toEqual([0]);
});

test("the address carries plain words", () => {
  expect(stringifySearch({ status: ["gap", "in_progress"], q: "a b", open: undefined, on: true })).toBe(
    "?status=gap,in_progress&q=a+b&on=true",
  );
  expect(manyOf(parseSearch("?status=gap,nonsense").status, ["gap", "implemented"])).toEqual(["gap"]);
  expect(manyOf(undefined, ["gap"])).toBeUndefined();
});

test("a view is in use whatever record is open", () => {
  expect(sameSearch({ status: ["gap"], open: "x", q: undefined }, { status: ["gap"] })).toBe(true);
  expect(sameSearch({ status: ["gap"] }, {})).toBe(false);
});

test("an outline shows what is open, with its place", () => {
  const nodes: OutlineNode[] = [
    { id: "1", parent: null, title: "" },
    { id: "1.1", parent: "1", title: "" },
    { id: "1.1.1", parent: "1.1", title: "" },
    { id: "2", parent: null, title: "" },
  ];
  expect(layOut(nodes, new Set()).map((l) => l.node.id)).toEqual(["1", "2"]);
  const open = layOut(nodes, new Set(["1", "1.1"]));
  expect(open.map((l) => [l.node.id, l.depth, l.place, l.siblings])).toEqual([
    ["1", 0, 1, 2],
    ["1.1", 1, 1, 1],
    ["1.1.1", 2, 1, 1],
    ["2", 0, 2, 2],
  ]);
  // A branch inside a closed one stays closed with it, though it is marked open.
  expect(layOut(nodes, new Set(["1.1"])).map((l) => l.node.id)).toEqual(["1", "2"]);
});
