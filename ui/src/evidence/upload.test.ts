import { describe, expect, test } from "vitest";
import type { EvidenceFile } from "#/api/api";
import { chainsOf, refusal, wrongDates } from "./upload";

const file = (number: number, replaces = 0): EvidenceFile => ({
  id: `f${number}`,
  evidence: "e",
  number,
  replaces: replaces ? `f${replaces}` : "",
  replaced: false,
  name: "a.pdf",
  type: "application/pdf",
  kind: "report",
  size: 1,
  sha256: "",
  original: "",
  same_as: [],
  collected_on: "2026-11-01",
  period_start: "",
  period_end: "",
  note: "",
  uploaded_by: "",
  uploaded_by_name: "",
  uploaded_at: "",
  review: "pending",
  review_note: "",
  reviewed_by: "",
  reviewed_by_name: "",
  reviewed_at: "",
  text: "ok",
  text_reason: "",
  cycle: 0,
  periods: [],
  version: 1,
});

describe("versions", () => {
  const numbers = (files: EvidenceFile[]) => chainsOf(files).map((c) => [c.head, ...c.earlier].map((f) => f.number));
  test("stand under what replaced them, newest first", () => {
    expect(numbers([file(4, 2), file(3), file(2, 1), file(1)])).toEqual([[4, 2, 1], [3]]);
  });
  test("of a file that was deleted begin a row of their own", () => {
    expect(numbers([file(2, 1)])).toEqual([[2]]);
  });
});

describe("a file is refused before it is sent", () => {
  test.each([
    ["report.PDF", 10, ""],
    ["report.pdf", 25 * 2 ** 20, ""],
    ["report.pdf", 25 * 2 ** 20 + 1, "larger than 25 MB"],
    ["report.pdf", 0, "empty"],
    ["setup.exe", 10, "cannot be uploaded"],
    ["pdf", 10, "cannot be uploaded"],
  ])("%s of %d bytes", (name, size, why) => {
    const said = refusal({ name, size });
    if (why) expect(said).toContain(why);
    else expect(said).toBe("");
  });
});

describe("dates", () => {
  const dates = (collected_on: string, period_start: string, period_end: string) =>
    Object.keys(wrongDates({ collected_on, period_start, period_end }, "2026-11-22"));
  test.each([
    ["today, no period", ["2026-11-22", "", ""], []],
    ["left empty: the server's today", ["", "", ""], []],
    ["a future day", ["2026-11-23", "", ""], ["collected_on"]],
    ["a period without an end", ["2026-11-22", "2026-07-01", ""], ["period_end"]],
    ["a period without a beginning", ["2026-11-22", "", "2026-07-01"], ["period_start"]],
    ["a period of one day", ["2026-11-22", "2026-07-01", "2026-07-01"], []],
    ["a period that ends before it begins", ["2026-11-22", "2026-07-02", "2026-07-01"], ["period_end"]],
    ["a period that has not begun", ["2026-11-22", "2026-11-23", "2026-12-01"], ["period_start"]],
  ] as const)("%s", (_, [collected, start, end], wrong) => {
    expect(dates(collected, start, end)).toEqual(wrong);
  });
});
