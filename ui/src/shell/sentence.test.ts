import { expect, test } from "vitest";
import { read } from "./sentence";

const verbs = ["Assign", "Set status of"];
test("a sentence is a verb, a record, and perhaps an answer", () => {
  expect(read("assign AC-02 to Ada", verbs)).toEqual({ verb: "Assign", record: "AC-02", choice: "Ada" });
  expect(read("Assign access to systems to Ada Lovelace", verbs)).toEqual({
    verb: "Assign",
    record: "access to systems",
    choice: "Ada Lovelace",
  });
  expect(read("set status of BCD-05 to gap", verbs)).toEqual({ verb: "Set status of", record: "BCD-05", choice: "gap" });
  expect(read("assign AC-02 to", verbs)).toEqual({ verb: "Assign", record: "AC-02", choice: "" });
  expect(read("assign AC-02", verbs)).toEqual({ verb: "Assign", record: "AC-02" });
});
test("other words are no sentence", () => {
  for (const q of ["", "assign", "assign ", "assigned to Ada", "reassign x to y", "set status"]) expect(read(q, verbs)).toBeUndefined();
});
