import { describe, expect, it } from "vitest";
import { concerns } from "./live";

const keys = [["session"], ["dashboard"], ["control", "list", {}], ["audit", "list", {}], ["framework", "get", "x"]];
const about = (tables: string[], missed = false) => keys.filter((k) => concerns([{ seq: 1, tables }], missed)(k)).map((k) => k[0]);

describe("what others changed", () => {
  it("is read again everywhere, but for the session", () =>
    expect(about(["control"])).toEqual(["dashboard", "control", "audit", "framework"]));
  it("is read where few queries show it", () => expect(about(["readiness_day"])).toEqual(["dashboard", "audit"]));
  it("is everything when the news do not say", () => expect(about([])).toEqual(["dashboard", "control", "audit", "framework"]));
  it("names people and the organisation in the session, too", () => expect(about(["organisation"])).toHaveLength(keys.length));
  it("is everything after the connection was away", () => expect(about(["readiness_day"], true)).toHaveLength(keys.length));
});
