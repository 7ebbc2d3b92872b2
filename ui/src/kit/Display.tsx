import { SlidersHorizontal } from "lucide-react";
import { useMemo } from "react";
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
};

/** Which columns of a list a person sees and how dense it is, remembered under the list's name. `columns` must be stable. */
export function useDisplay<T>(name: string, columns: readonly Column<T>[]): Display<T> {
  const [chosen, setChosen] = useStored<Record<string, boolean>>(`columns.${name}`, {});
  const [compact, setCompact] = useStored("compact", true);
  const isShown = (id: string) => chosen[id] ?? !columns.find((c) => c.id === id)?.hidden;
  return {
    columns: useMemo(() => columns.filter((c) => c.priority === 0 || (chosen[c.id] ?? !c.hidden)), [columns, chosen]),
    rowHeight: compact ? 36 : 44,
    isShown,
    show: (id, on) => setChosen((c) => ({ ...c, [id]: on })),
    compact,
    setCompact,
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
