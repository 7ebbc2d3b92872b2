import { expect, test } from "vitest";
import { branchIn, here, inBranch } from "./branch";

test("only a page of an organisation works in a branch", () => {
  expect(branchIn({ pathname: "/o/north/controls", search: "?q=a&branch=ABC" })).toBe("ABC");
  expect(branchIn({ pathname: "/o/north/controls", search: "?branch=" })).toBeUndefined();
  expect(branchIn({ pathname: "/sign-in", search: "?branch=ABC" })).toBeUndefined();
});

test("an address keeps its filter when it goes to a branch, and leaves it", () => {
  expect(inBranch("/o/north/controls?status=gap,met", "ABC")).toBe("/o/north/controls?status=gap,met&branch=ABC");
  expect(inBranch("/o/north/controls?branch=ABC&q=b", "DEF")).toBe("/o/north/controls?q=b&branch=DEF");
  expect(inBranch("/o/north?branch=ABC", undefined)).toBe("/o/north");
  expect(here("/o/north?q=b")).toBe("/o/north?q=b");
});
