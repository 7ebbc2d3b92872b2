import clsx from "clsx";
import { ChevronDown, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { num } from "./format";
import { Menu, MenuCheck, MenuItem } from "./Menu";
import { MultiPicker, type Option, Picker } from "./Picker";
import { t } from "./words";

/** The row of search and facets above a list. On a narrow screen it scrolls sideways. */
export function FilterBar({
  children,
  active,
  onClear,
  aside,
}: {
  children: ReactNode /** Whether anything is filtered. */;
  active: boolean;
  onClear: () => void;
  aside?: ReactNode;
}) {
  return (
    <search
      data-noprint
      className="no-bar flex min-h-11 shrink-0 items-center gap-1.5 border-b border-line px-3 py-2 max-sm:overflow-x-auto sm:flex-wrap"
    >
      {children}
      {active && (
        <Button variant="ghost" onClick={onClear}>
          {t("clear")}
        </Button>
      )}
      {aside && <span className="ms-auto flex shrink-0 items-center gap-2 ps-2">{aside}</span>}
    </search>
  );
}

type FacetProps = {
  label: string;
  icon?: ReactNode;
  value: readonly string[] | undefined;
  options: readonly Option[];
  /** undefined when nothing is chosen, so that the address stays short. */
  onChange: (value: string[] | undefined) => void;
  /** Only one value at a time. */
  single?: boolean;
};

/** One filter: a dashed chip that becomes solid and removable. With many values it has a search. */
export function Facet({ label, icon, value = [], options, onChange, single }: FacetProps) {
  const on = value.length > 0;
  const name = (v: string) => options.find((o) => o.value === v)?.label ?? v;
  const set = (v: string[]) => onChange(v.length > 0 ? v : undefined);
  const chosen = value.length > 2 ? t("selected", { n: value.length }) : value.map(name).join(", ");
  const said = t("filter_by", { name: `${label} ${chosen}`.trim() });
  const trigger = (
    <button
      type="button"
      aria-label={said}
      className={clsx(
        "inline-flex h-full items-center gap-1.5 rounded-md px-2 hover:bg-hover data-popup-open:bg-hover",
        on ? "text-fg" : "text-fg-2",
      )}
    >
      <span className="text-fg-3 empty:hidden [&>svg]:size-[13px]">{icon}</span>
      <span className={on ? "text-fg-3" : undefined}>{label}</span>{" "}
      {on ? <span className="max-w-52 truncate font-medium">{chosen}</span> : <ChevronDown size={12} className="text-fg-3" aria-hidden />}
    </button>
  );
  return (
    <span
      className={clsx(
        "inline-flex h-7 shrink-0 items-center rounded-md border text-sm whitespace-nowrap pointer-coarse:h-9",
        on ? "border-line-2 bg-surface shadow-1" : "border-dashed border-line-2",
      )}
    >
      {options.length > 9 && single ? (
        <Picker
          trigger={trigger}
          options={[...options]}
          value={value[0]}
          onChange={(v) => set([v])}
          placeholder={t("search_in", { name: label.toLocaleLowerCase() })}
        />
      ) : options.length > 9 ? (
        <MultiPicker
          label={said}
          trigger={trigger}
          options={[...options]}
          value={value}
          onChange={set}
          placeholder={t("search_in", { name: label.toLocaleLowerCase() })}
        />
      ) : (
        <Menu width={220} trigger={trigger}>
          {options.map((o) =>
            single ? (
              <MenuItem
                key={o.value}
                selected={value.includes(o.value)}
                hint={o.count === undefined ? undefined : num(o.count)}
                onClick={() => set([o.value])}
              >
                {o.icon}
                <span className="truncate">{o.label}</span>
              </MenuItem>
            ) : (
              <MenuCheck
                key={o.value}
                checked={value.includes(o.value)}
                hint={o.count === undefined ? undefined : num(o.count)}
                onChange={(c) => set(c ? [...value, o.value] : value.filter((v) => v !== o.value))}
              >
                {o.icon}
                <span className="truncate">{o.label}</span>
              </MenuCheck>
            ),
          )}
          {options.length === 0 && <p className="px-2 py-1.5 text-fg-3">{t("none_match")}</p>}
        </Menu>
      )}
      {on && (
        <button
          type="button"
          aria-label={t("filter_remove", { name: label })}
          onClick={() => onChange(undefined)}
          className="flex h-full w-6 items-center justify-center rounded-e-md border-s border-line text-fg-3 hover:bg-hover hover:text-fg"
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
