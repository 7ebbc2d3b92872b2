import { expect, test } from "vitest";
import { contrastWithWhite, leastContrast } from "./contrast";
import { currencies } from "./currency";

test("contrast is counted as WCAG does", () => {
  expect(contrastWithWhite("#ffffff")).toBeCloseTo(1, 5);
  expect(contrastWithWhite("#000000")).toBeCloseTo(21, 5);
  expect(contrastWithWhite("#767676")).toBeCloseTo(4.54, 2);
  expect(contrastWithWhite("#ffcc00")).toBeLessThan(leastContrast);
});

test("currencies have names to search by", () => {
  const all = currencies();
  expect(all.find((c) => c.value === "EUR")?.label).toBe("Euro");
  expect(new Set(all.map((c) => c.value)).size).toBe(all.length);
});
