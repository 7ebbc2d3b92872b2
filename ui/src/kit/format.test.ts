import { expect, test } from "vitest";
import { ago, bytes, dayOf, daysIn, daysTo, percent, shortDate, today } from "./format";

const now = new Date(2026, 10, 22, 23, 30);

test("percentages never round up to done or down to nothing", () => {
  expect(percent(5240)).toBe("52%");
  expect(percent(9999)).toBe("99%");
  expect(percent(10000)).toBe("100%");
  expect(percent(12)).toBe("1%");
  expect(percent(0)).toBe("0%");
  expect(percent(null)).toBe("–");
});

test("a date is a day wherever it is read", () => {
  expect(daysTo("2026-11-23", now)).toBe(1);
  expect(daysTo("2026-11-22", now)).toBe(0);
  expect(daysTo("2026-10-22", now)).toBe(-31);
  expect(ago("2026-11-10", now)).toBe("12 days ago");
  expect(shortDate("2026-11-30", now)).toMatch(/30/);
  expect(shortDate("2027-01-05", now)).not.toMatch(/2027/);
  expect(shortDate("2027-11-05", now)).toMatch(/2027/);
});

test("a date's today is the organisation's", () => {
  const night = new Date("2026-11-23T01:30:00Z");
  daysIn("America/New_York");
  expect(today(night)).toBe("2026-11-22");
  expect(daysTo("2026-11-23", night)).toBe(1);
  daysIn("Pacific/Kiritimati");
  expect(today(night)).toBe("2026-11-23");
  daysIn("Nowhere/Here");
  expect(today(night)).toBe(dayOf(night)); // the reader's own
  daysIn("");
});

test("sizes", () => {
  expect(bytes(999)).toBe("999 B");
  expect(bytes(3_400_000)).toBe("3.4 MB");
});
