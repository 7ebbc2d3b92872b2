import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Evidence } from "#/api/api";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import type { Cell } from "./columns";
import { change, setOwner, setReviewer } from "./data";
import { frequencyChoices, frequencyName, validityName, validityOf } from "./names";
import type { Frequency } from "./search";
import { t } from "./words";

export type OpenAt = { kind: Cell; row: Evidence; at: HTMLElement };

/** The menus of the list's cells: one of each, hanging from the cell that was clicked. */
export function CellMenus({ cell, onClose }: { cell: OpenAt | null; onClose: () => void }) {
  const [last, setLast] = useState(cell);
  if (cell && cell !== last) setLast(cell); // its words stay while it fades out
  const people = useQuery(peopleQuery).data ?? [];
  if (!last) return null;
  const name = (id: string) => people.find((p) => p.id === id)?.name ?? "";
  const e = last.row;
  return (
    <>
      <PeoplePicker
        anchor={cell?.kind === "owner" ? cell.at : null}
        onClose={onClose}
        people={people.filter((p) => p.active || p.id === e.owner)}
        nobody={t("nobody")}
        value={e.owner}
        onChange={(id) => void setOwner(e, id, name(id))}
      />
      <PeoplePicker
        anchor={cell?.kind === "reviewer" ? cell.at : null}
        onClose={onClose}
        people={people.filter((p) => p.active || p.id === e.reviewer)}
        nobody={t("reviewer_none")}
        value={e.reviewer}
        onChange={(id) => void setReviewer(e, id, name(id))}
      />
      <Menu anchor={cell?.kind === "frequency" ? cell.at : null} onClose={onClose} width={220}>
        <FrequencyItems value={e.frequency} onPick={(f) => setFrequency(e, f)} />
      </Menu>
    </>
  );
}

export function setFrequency(e: Evidence, frequency: Frequency) {
  if (frequency !== e.frequency)
    void change(e, { frequency }, t("frequency_set", { name: frequencyName(frequency) }), { validity_days: validityOf[frequency] });
}

/** How often something is collected, and how long a proof counts then. */
export function FrequencyItems({ value, onPick }: { value?: Frequency; onPick: (f: Frequency) => void }) {
  return frequencyChoices.map((f) => (
    <MenuItem
      key={f.value}
      selected={value === undefined ? undefined : f.value === value}
      hint={validityName(validityOf[f.value])}
      onClick={() => onPick(f.value)}
    >
      {f.label}
    </MenuItem>
  ));
}
