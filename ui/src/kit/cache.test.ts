import { expect, test } from "vitest";
import { newest } from "./cache";

test("an answer that was overtaken takes nothing back", () => {
  const [old, edited] = [
    { id: "a", version: 1, step: 1 },
    { id: "a", version: 2, step: 2 },
  ];
  expect(newest(old, edited)).toEqual(edited);
  expect(newest(edited, old)).toEqual(edited);
  expect(newest({ id: "b", version: 9 }, old)).toEqual(old); // another record
  expect(newest(undefined, old)).toEqual(old);
  expect(newest({ items: [edited, { id: "c", version: 1 }] }, { items: [old], total: 1 })).toEqual({ items: [edited], total: 1 });
  expect(newest({ answers: [old] }, { answers: [edited] })).toEqual({ answers: [edited] });
  expect(newest([1, 2], [3])).toEqual([3]);
});
