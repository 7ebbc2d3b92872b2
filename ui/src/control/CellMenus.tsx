import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Control } from "#/api/api";
import { Menu, MenuItem, MenuLabel } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { CONTROL_STATUSES, StatusLabel } from "#/kit/Status";
import { useSession } from "#/shell/session";
import type { Cell } from "./columns";
import { assign } from "./data";
import { setStatus } from "./status";
import { t } from "./words";

export type OpenAt = { kind: Cell; row: Control; at: HTMLElement };

/** The menus of the list's cells: one of each, hanging from the cell that was clicked. */
export function CellMenus({ cell, scope, onClose }: { cell: OpenAt | null; scope?: string; onClose: () => void }) {
  const [last, setLast] = useState(cell);
  if (cell && cell !== last) setLast(cell); // its words stay while it fades out
  const people = useQuery(peopleQuery).data ?? [];
  if (!last) return null;
  return (
    <>
      <Menu anchor={cell?.kind === "status" ? cell.at : null} onClose={onClose}>
        <StatusItems c={last.row} scope={scope} />
      </Menu>
      <PeoplePicker
        anchor={cell?.kind === "owner" ? cell.at : null}
        onClose={onClose}
        people={people.filter((p) => p.active || p.id === last.row.owner)}
        nobody={t("nobody")}
        value={last.row.owner}
        onChange={(id) => void assign(last.row, id, people.find((p) => p.id === id)?.name ?? "")}
      />
    </>
  );
}

/** What can be claimed of a control, by this person. */
export function StatusItems({ c, scope }: { c: Control /** The product that is looked at. */; scope?: string }) {
  const { admin } = useSession();
  if (c.tracked && !scope) return <MenuLabel>{t("tracked_hint")}</MenuLabel>;
  return CONTROL_STATUSES.map((s) => (
    <MenuItem
      key={s}
      selected={s === c.status}
      disabled={!admin && (s === "not_applicable" || c.status === "not_applicable") && s !== c.status}
      onClick={() => s !== c.status && setStatus(c, s, scope)}
    >
      <StatusLabel s={s} />
    </MenuItem>
  ));
}
