import { expect, test } from "vitest";
import { accent, dictionary } from "./t";

const t = dictionary({ hello: "Hello {name}", controls: { one: "{n} control", other: "{n} controls" }, plain: "Plain" });

test("values, plurals, numbers", () => {
  expect(t("hello", { name: "Dana" })).toBe("Hello Dana");
  expect(t("controls", { n: 1 })).toBe("1 control");
  expect(t("controls", { n: 1204 })).toBe("1,204 controls");
  expect(t("plain")).toBe("Plain");
});

test("a text that does not exist, or a value left out, does not compile", () => {
  // @ts-expect-error no such text
  t("helo");
  // @ts-expect-error the name is missing
  t("hello");
  // @ts-expect-error n counts
  t("controls", { n: "1" });
});

test("the pseudo-locale changes every letter but no value", () => {
  expect(accent("Save {name} now")).toMatch(/^\[Šåvé \{name\} ñöw·+\]$/);
});
