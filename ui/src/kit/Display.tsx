import { SlidersHorizontal } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "./Button";
import { useStored } from "./hooks";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuSep } from "./Menu";
import type { Column } from "./TableRow";
import { t } from "./words";

export type Display<T> = {
  /** The columns that a person wants to see. */
  columns: Column<T>[];
  rowHeight: number;
  isShown: (id: string) => boolean;
  show: (id: string, on: boolean) => void;
  compact: boolean;
  setCompact: (on: boolean) => void;
  /** A saved view is shown otherwise than it was saved. */
  changed: boolean;
  /** Shows a saved view as it was saved. */
  reset: () => void;
};

/** How a saved view shows its list: its columns (none means as everybody sees it) and its density. */
export type Shown = { id: string; columns: readonly string[]; compact: boolean };

/**
 * Which columns of a list a person sees and how dense it is, remembered under the list's name. `columns` must be stable.
 * In a saved `view` it is the view's columns and density; what is changed there stays until the view is saved or left.
 */
export function useDisplay<T>(name: string, columns: readonly Column<T>[], view?: Shown): Display<T> {
  const [ownChosen, setOwnChosen] = useStored<Record<string, boolean>>(`columns.${name}`, {});
  const [ownCompact, setOwnCompact] = useStored("compact", true);
  const [over, setOver] = useState<{ id: string; chosen: Record<string, boolean>; compact: boolean }>();
  const saved = useMemo(
    () =>
      view && {
        id: view.id,
        chosen: view.columns.length > 0 ? Object.fromEntries(columns.map((c) => [c.id, view.columns.includes(c.id)])) : {},
        compact: view.compact,
      },
    [view, columns],
  );
  const now = saved && (over?.id === saved.id ? over : saved);
  const chosen = now?.chosen ?? ownChosen;
  const compact = now?.compact ?? ownCompact;
  const setChosen = (f: (c: Record<string, boolean>) => Record<string, boolean>) =>
    now ? setOver({ ...now, chosen: f(now.chosen) }) : setOwnChosen(f);
  const setCompact = (on: boolean) => (now ? setOver({ ...now, compact: on }) : setOwnCompact(on));
  const isShown = (id: string) => chosen[id] ?? !columns.find((c) => c.id === id)?.hidden;
  return {
    columns: useMemo(() => columns.filter((c) => c.priority === 0 || (chosen[c.id] ?? !c.hidden)), [columns, chosen]),
    rowHeight: compact ? 36 : 44,
    isShown,
    show: (id, on) => setChosen((c) => ({ ...c, [id]: on })),
    compact,
    setCompact,
    changed: Boolean(
      saved &&
        now !== saved &&
        (now?.compact !== saved.compact ||
          columns.some((c) => now?.chosen[c.id] !== saved.chosen[c.id] && isShown(c.id) !== (saved.chosen[c.id] ?? !c.hidden))),
    ),
    reset: () => setOver(undefined),
  };
}

/** The menu of density and columns. Columns of priority 0 cannot be hidden. */
export function DisplayMenu<T>({ display, columns }: { display: Display<T>; columns: readonly Column<T>[] }) {
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" aria-label={t("display_options")}>
          <SlidersHorizontal size={13} /> <span className="max-sm:hidden">{t("display")}</span>
        </Button>
      }
    >
      <MenuLabel>{t("density")}</MenuLabel>
      <MenuItem selected={display.compact} closeOnClick={false} onClick={() => display.setCompact(true)}>
        {t("compact")}
      </MenuItem>
      <MenuItem selected={!display.compact} closeOnClick={false} onClick={() => display.setCompact(false)}>
        {t("comfortable")}
      </MenuItem>
      <MenuSep />
      <MenuLabel>{t("columns")}</MenuLabel>
      {columns
        .filter((c) => c.priority > 0)
        .map((c) => (
          <MenuCheck key={c.id} checked={display.isShown(c.id)} onChange={(on) => display.show(c.id, on)}>
            {c.header}
          </MenuCheck>
        ))}
    </Menu>
  );
}
