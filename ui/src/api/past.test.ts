import { expect, test } from "vitest";
import { asOfIn, atTime } from "./past";

test("only a page of an organisation shows the past", () => {
  expect(asOfIn({ pathname: "/o/north/controls", search: "?q=a&as_of=2026-10-31" })).toBe("2026-10-31");
  expect(asOfIn({ pathname: "/o/north/controls", search: "?as_of=" })).toBeUndefined();
  expect(asOfIn({ pathname: "/sign-in", search: "?as_of=2026-10-31" })).toBeUndefined();
});

test("an address keeps its filter when it goes to another time", () => {
  expect(atTime("/o/north/controls?status=gap,met", "2026-10-31T08:00:00Z")).toBe(
    "/o/north/controls?status=gap,met&as_of=2026-10-31T08:00:00Z",
  );
  expect(atTime("/o/north/controls?as_of=2026-10-31&q=b", "2026-09-30")).toBe("/o/north/controls?q=b&as_of=2026-09-30");
  expect(atTime("/o/north?as_of=2026-10-31", undefined)).toBe("/o/north");
});
