import { expect, test } from "vitest";
import { daysOf, monthAfter } from "./month";

test("a month is shown in whole weeks from Monday", () => {
  expect(daysOf("2026-11")).toHaveLength(42); // begins on a Sunday, ends on a Monday
  expect(daysOf("2026-11")[0]).toBe("2026-10-26");
  expect(daysOf("2026-11").at(-1)).toBe("2026-12-06");
  expect(daysOf("2027-02")).toHaveLength(28); // four whole weeks
  expect(daysOf("2028-02")).toContain("2028-02-29");
});

test("months go over the end of a year", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
});
