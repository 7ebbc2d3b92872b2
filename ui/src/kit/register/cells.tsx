import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "../Button";
import { Menu, MenuItem, useAnchor } from "../Menu";
import { PeoplePicker } from "../Picker";
import { peopleQuery } from "../people";
import { type Choice, type Field, type FieldOf, type Row, readText, settable, type Who } from "./fields";
import { ChoiceLabel, said } from "./values";
import { t } from "./words";

/** Opens the editor of one cell: all cells share one of each kind, so that ten thousand rows stay light. */
export type OpenCell<T> = (field: InCell<T>, row: T, at: HTMLElement) => void;
type InCell<T> = FieldOf<T, "choice" | "person" | "date">;
export type OpenAt<T> = { f: InCell<T>; row: T; at: HTMLElement };

/** The kinds that are edited in their cell, without opening the record. */
export const opensInCell = <T,>(f: Field<T>): f is InCell<T> =>
  f.fixed !== true && (f.kind === "choice" || f.kind === "person" || f.kind === "date");

type CellProps<T> = { f: InCell<T>; row: T; open: OpenCell<T>; children: ReactNode };
export function CellButton<T extends Row>({ f, row, open, children }: CellProps<T>) {
  return (
    <button
      type="button"
      // Not in the order of Tab: the same can be done in the record, which Enter opens.
      tabIndex={-1}
      aria-haspopup={f.kind === "choice" ? "menu" : "dialog"}
      aria-label={said(f, row)}
      onClick={(e) => open(f, row, e.currentTarget)}
      className="-ms-1.5 flex h-7 max-w-full min-w-9 items-center rounded-md px-1.5 text-start hover:bg-active group-hover/row:shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {children}
    </button>
  );
}

type Set<T> = (row: T, name: string, value: unknown, shown?: Record<string, unknown>) => unknown;
type MenusProps<T> = { cell: OpenAt<T> | null; who: Who; set: Set<T>; onClose: () => void };

/** The editors of the list's cells: one of each kind, hanging from the cell that was clicked. */
export function CellMenus<T extends Row>({ cell, who, set, onClose }: MenusProps<T>) {
  const [last, setLast] = useState(cell);
  if (cell && cell !== last) setLast(cell); // its words stay while it fades out
  const people = useQuery(peopleQuery).data ?? [];
  if (!last) return null;
  const { f, row } = last;
  const now = readText(row, f.name);
  const at = (kind: InCell<T>["kind"]) => (cell?.f.kind === kind ? cell.at : null);
  return (
    <>
      <Menu anchor={at("choice")} onClose={onClose}>
        {f.kind === "choice" && (
          <ChoiceItems choices={settable(f.choices, who)} value={now} onPick={(v) => v !== now && void set(row, f.name, v)} />
        )}
      </Menu>
      <PeoplePicker
        anchor={at("person")}
        onClose={onClose}
        people={people.filter((p) => p.active || p.id === now)}
        nobody={f.empty ?? t("nobody")}
        value={now}
        onChange={(id) => void set(row, f.name, id, { [`${f.name}_name`]: people.find((p) => p.id === id)?.name ?? "" })}
      />
      <DayMenu
        key={`${row.id} ${f.name} ${now}`}
        label={f.label}
        anchor={at("date")}
        value={now}
        onClose={onClose}
        onSave={(day) => {
          onClose();
          if (day !== now) void set(row, f.name, day);
        }}
      />
    </>
  );
}

type ItemsProps = { choices: readonly Choice[]; value: string; onPick: (value: string) => void };
/** What can be chosen, inside a Menu. */
export const ChoiceItems = ({ choices, value, onPick }: ItemsProps) =>
  choices.map((c) => (
    <MenuItem key={c.value} selected={c.value === value} onClick={() => onPick(c.value)}>
      <ChoiceLabel choice={c} />
    </MenuItem>
  ));

type DayProps = { label: string; anchor: HTMLElement | null; value: string; onClose: () => void; onSave: (day: string) => void };
function DayMenu({ label, anchor, value, onClose, onSave }: DayProps) {
  const at = useAnchor(anchor);
  const [day, setDay] = useState(value);
  return (
    <Popover.Root open={anchor !== null} onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={at ?? undefined} sideOffset={4} align="start" className="z-50">
          <Popover.Popup aria-label={label} finalFocus={at ? () => at : undefined} className="pop pop-anim p-2 outline-none">
            <form
              className="flex items-center gap-2"
              onSubmit={(e) => {
                e.preventDefault();
                onSave(day);
              }}
            >
              <input type="date" aria-label={label} className="input tnum w-36" value={day} onChange={(e) => setDay(e.target.value)} />
              <Button type="submit" variant="primary">
                {t("put")}
              </Button>
              {value && <Button onClick={() => onSave("")}>{t("no_day")}</Button>}
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
