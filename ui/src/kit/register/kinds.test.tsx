import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { Suspense } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Session, sessionQuery } from "#/shell/session";
import { fieldsQuery, tagsQuery } from "../about/data";
import { cache } from "../cache";
import { peopleQuery } from "../people";
import { type Field, fieldsOf, type Row } from "./fields";
import { FieldFilters } from "./filters";
import { FieldProps, FieldTexts } from "./props";

/** A record with a field of every kind. */
type Lamp = Row & {
  title: string;
  state: "" | "on" | "off";
  colors: ("red" | "blue")[];
  owner: string;
  owner_name: string;
  vendor: string;
  vendor_name: string;
  bought_on: string;
  watts: number | null;
  spare: boolean;
  room: string;
  site: string;
  story: string;
};
const fields = fieldsOf<Lamp>()([
  { kind: "title", name: "title", label: "Lamp" },
  { kind: "choice", name: "state", label: "State", empty: "Unknown", facet: true, choices: [{ value: "on", label: "Lit", look: "met" }] },
  {
    kind: "many",
    name: "colors",
    label: "Colours",
    facet: true,
    choices: [
      { value: "red", label: "Red" },
      { value: "blue", label: "Blue" },
    ],
  },
  { kind: "person", name: "owner", label: "Owner", facet: true },
  { kind: "record", name: "vendor", label: "Vendor", facet: true, find: async () => [], to: (id) => `vendors?open=${id}` },
  { kind: "date", name: "bought_on", label: "Bought on" },
  { kind: "number", name: "watts", label: "Power", unit: "W" },
  { kind: "flag", name: "spare", label: "Spare", facet: true },
  { kind: "text", name: "room", label: "Room", max: 60, facet: true },
  { kind: "link", name: "site", label: "Site" },
  { kind: "long", name: "story", label: "Story", empty: "Nothing yet" },
  { kind: "own", name: "glow", label: "Glow", value: (r) => `${r.title} glows` },
]);
const lamp: Lamp = {
  id: "1",
  version: 1,
  updated_at: "",
  title: "Desk",
  state: "",
  colors: ["blue"],
  owner: "",
  owner_name: "",
  vendor: "",
  vendor_name: "",
  bought_on: "2026-03-04",
  watts: 40,
  spare: true,
  room: "Attic",
  site: "javascript:alert(1)",
  story: "Once",
};

let sent: unknown[] = [];
const show = (
  role: string,
  what: (of: { kind: "risk"; fields: readonly Field<Lamp>[]; set: (row: Lamp, ...how: unknown[]) => void }) => React.ReactNode,
) => {
  cache.setQueryData<Partial<Session>>(
    sessionQuery.queryKey as readonly unknown[],
    { role, person: "p", tenant: { slug: "x" } } as Partial<Session>,
  );
  return render(
    <QueryClientProvider client={cache}>
      <Suspense>{what({ kind: "risk", fields, set: (_, ...how) => sent.push(how.slice(0, 2)) })}</Suspense>
    </QueryClientProvider>,
  );
};

beforeEach(() => {
  sent = [];
  cache.setQueryData(fieldsQuery.queryKey, { items: [] });
  cache.setQueryData(tagsQuery.queryKey, { items: [] });
  cache.setQueryData(peopleQuery.queryKey, []);
});
afterEach(cleanup);

test("who edits has an editor of each kind, which sends the one field", async () => {
  show("user", (of) => <FieldProps of={of} row={lamp} />);
  for (const name of ["State: Unknown", "Colours: Blue", "Owner: Nobody", "Vendor: empty"]) screen.getByLabelText(name);
  screen.getByText("Desk glows");
  expect(screen.queryByRole("link")).toBeNull(); // what is no address of a page is no link
  fireEvent.click(screen.getByRole("checkbox", { name: "Spare" }));
  const type = (name: string, value: string) => {
    const box = screen.getByLabelText(name);
    fireEvent.change(box, { target: { value } });
    fireEvent.blur(box);
  };
  type("Power", "60");
  type("Power", "");
  type("Room", " Cellar ");
  type("Bought on", "2026-05-06");
  expect(sent).toEqual([
    ["spare", false],
    ["watts", 60],
    ["watts", 0],
    ["room", "Cellar"],
    ["bought_on", "2026-05-06"],
  ]);
});

test("who only reads sees the same in words", () => {
  show("auditor", (of) => (
    <>
      <FieldProps of={of} row={lamp} />
      <FieldTexts of={of} row={lamp} />
    </>
  ));
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("textbox")).toBeNull();
  for (const words of ["Unknown", "Blue", "Nobody", "40 W", "Yes", "Attic", "Once"]) screen.getByText(words);
});

test("a filter of each kind says what is chosen and takes it away", async () => {
  const patched: unknown[] = [];
  const counts = {
    of: () => 1,
    values: () => [
      { value: "", count: 2 },
      { value: "Attic", count: 1 },
    ],
  };
  show("user", (of) => (
    <FieldFilters
      kind="risk"
      fields={of.fields}
      filter={{ colors: ["red"], room: "none", spare: true }}
      patch={(c) => patched.push(c)}
      counts={counts}
    />
  ));
  await waitFor(() => screen.getByRole("button", { name: "Filter by Colours Red" }));
  screen.getByRole("button", { name: "Filter by Room None" });
  screen.getByRole("button", { name: "Filter by Spare Yes" });
  for (const name of ["State", "Owner", "Vendor"]) screen.getByRole("button", { name: `Filter by ${name}` });
  fireEvent.click(screen.getByRole("button", { name: "Remove the filter Spare" }));
  expect(patched).toEqual([{ spare: undefined }]);
});
