import { expect, test } from "vitest";
import { flag } from "../search";
import { parserOf, placeOf, sortsOf } from "./address";
import { columnsOf, exportColumns } from "./columns";
import { choosable, fieldsOf, type Row, settable, whyFixed } from "./fields";
import { valueText } from "./values";

type Lamp = Row & {
  ref: string;
  title: string;
  state: "" | "on" | "off" | "broken";
  colors: ("red" | "blue")[];
  owner: string;
  owner_name: string;
  bought_on: string;
  watts: number | null;
  spare: boolean;
  room: string;
};

const fields = fieldsOf<Lamp>()([
  { kind: "ref", name: "ref", label: "Number", column: { width: 90, priority: 0, sort: true } },
  { kind: "title", name: "title", label: "Lamp", column: { width: 200, priority: 0, sort: true } },
  {
    kind: "choice",
    name: "state",
    label: "State",
    choices: [
      { value: "on", label: "Lit" },
      { value: "off", label: "Dark", admin: true },
      { value: "broken", label: "Broken", set: false },
    ],
    fixed: (r) => (r.state === "broken" ? "Have it repaired first." : undefined),
    column: { width: 90, priority: 1, sort: "state_rank", export: ["state", "since"] },
    facet: true,
  },
  { kind: "many", name: "colors", label: "Colours", choices: [{ value: "red", label: "Red" }], facet: true },
  { kind: "person", name: "owner", label: "Owner", column: { width: 90, priority: 1 }, facet: true },
  { kind: "date", name: "bought_on", label: "Bought on", column: { width: 90, priority: 2, sort: true } },
  { kind: "number", name: "watts", label: "Power", unit: "W" },
  { kind: "flag", name: "spare", label: "Spare", facet: true },
  { kind: "text", name: "room", label: "Room", max: 60, facet: true },
  { kind: "own", name: "glow", label: "Glow", column: { width: 40, priority: 3, export: [] } },
]);
const lamp: Lamp = {
  id: "1",
  version: 1,
  updated_at: "",
  ref: "LMP-1",
  title: "Desk",
  state: "on",
  colors: ["red"],
  owner: "p",
  owner_name: "Dana",
  bought_on: "",
  watts: 40,
  spare: false,
  room: "",
};
const who = { editor: true, admin: false, person: "p" };

test("an address is read by the declaration, and what it says wrongly is ignored", () => {
  const parse = parserOf<Lamp, Record<string, unknown>>(fields, { late: flag });
  const said = (query: Record<string, unknown>) => JSON.parse(JSON.stringify(parse(query)));
  expect(said({ state: "off,on,gone", colors: "red,green", owner: "me", spare: "true", room: "none", late: "1", watts: "3" })).toEqual({
    state: ["on", "off"],
    colors: ["red"],
    owner: "me",
    spare: true,
    room: "none",
    late: true,
  });
  expect(said({ state: ["broken"], sort: "-state_rank", tag: "a,b", field: ["k:v"], q: "" })).toEqual({
    state: ["broken"],
    sort: "-state_rank",
    tag: ["a", "b"],
    field: ["k:v"],
  });
  expect(said({ sort: "owner" })).toEqual({});
  expect(placeOf({ open: "1", new: "1", view: "", x: "y" })).toEqual({ open: "1", new: true, view: undefined });
  expect(sortsOf(fields)).toEqual(["ref", "title", "state_rank", "bought_on", "updated_at"].flatMap((s) => [s, `-${s}`]));
});

test("an export has the names of the columns on screen, in their order", () => {
  const columns = columnsOf(fields, [], who, () => {}).map((c) => c.id);
  expect(columns).toEqual(["ref", "title", "state", "owner", "bought_on", "glow", "tags", "updated_at"]);
  expect(exportColumns(fields, [...columns, "custom.floor", "unknown"])).toEqual([
    "ref",
    "title",
    "state",
    "since",
    "owner",
    "bought_on",
    "tags",
    "updated_at",
    "custom.floor",
  ]);
});

test("who may change what, and why not", () => {
  const state = fields.find((f) => f.name === "state");
  if (state?.kind !== "choice") throw new Error("no state");
  expect(whyFixed(state, lamp, who)).toBeUndefined();
  expect(whyFixed(state, { ...lamp, state: "broken" }, who)).toBe("Have it repaired first.");
  expect(whyFixed(state, lamp, { ...who, editor: false })).toBe("");
  expect(settable(state.choices, who).map((c) => c.value)).toEqual(["on"]);
  expect(settable(state.choices, { ...who, admin: true }).map((c) => c.value)).toEqual(["on", "off"]);
});

test("that nobody has said is an answer: it is chosen again, and filtered by", () => {
  const unsaid = fieldsOf<Lamp>()([
    {
      kind: "choice",
      name: "state",
      label: "State",
      empty: "Unknown",
      unsaid: true,
      facet: true,
      choices: [{ value: "on", label: "Lit" }],
    },
  ]);
  const [state] = unsaid;
  if (state?.kind !== "choice") throw new Error("no state");
  expect(choosable(state, who)).toEqual([
    { value: "on", label: "Lit" },
    { value: "", label: "Unknown" },
  ]);
  const parse = parserOf<Lamp, Record<string, unknown>>(unsaid);
  expect(parse({ state: "none,gone" }).state).toEqual(["none"]);
  expect(parserOf<Lamp, Record<string, unknown>>(fields)({ state: "none" }).state).toBeUndefined();
});

test("a value in words", () => {
  const said = (name: string, row = lamp) => fields.filter((f) => f.name === name).map((f) => valueText(f, row))[0];
  expect(said("state")).toBe("Lit");
  expect(said("owner")).toBe("Dana");
  expect(said("watts")).toBe("40 W");
  expect(said("watts", { ...lamp, watts: null })).toBe("");
  expect(said("spare")).toBe("No");
});

test("a name that the row does not have, or of another kind, does not compile", () => {
  fieldsOf<Lamp>()([
    // @ts-expect-error no such name
    { kind: "text", name: "colour", label: "", max: 1 },
    // @ts-expect-error a number is no text
    { kind: "text", name: "watts", label: "", max: 1 },
    // @ts-expect-error nobody's name stands beside it
    { kind: "person", name: "room", label: "" },
    // @ts-expect-error no such value
    { kind: "choice", name: "state", label: "", choices: [{ value: "dim", label: "" }] },
  ]);
});
