import { Combobox } from "@base-ui/react/combobox";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Check, Search } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { Avatar } from "./Avatar";
import { num } from "./format";
import { useDebounced } from "./hooks";
import { type Hanging, itemClass, Tick, useAnchor } from "./Menu";
import { sentence } from "./State";
import { t } from "./words";

export type Option = {
  value: string;
  label: string;
  /** A second word beside the name: an address, a team. It is searched too. */
  hint?: string;
  icon?: ReactNode;
  count?: number;
};

/** So many are shown at once; typing finds the others. Five hundred people stay quick. */
const shown = 60;

function matches(o: Option, query: string): boolean {
  const text = `${o.label} ${o.hint ?? ""}`.toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
const same = (a: Option, b: Option) => a.value === b.value;

type PopupProps = {
  placeholder: string;
  total: number;
  width: number;
  side?: "top" | "bottom";
  align?: "start" | "end";
  multiple: boolean;
  anchor?: HTMLElement | null;
  /** What an empty list says; that nothing matches unless given. */
  empty?: string;
};
function Popup({ placeholder, total, width, side = "bottom", align = "start", multiple, anchor, empty = t("none_match") }: PopupProps) {
  return (
    <Combobox.Portal>
      <Combobox.Positioner anchor={anchor ?? undefined} sideOffset={4} side={side} align={align} className="z-50">
        <Combobox.Popup
          finalFocus={anchor ? () => anchor : undefined}
          className="pop pop-anim flex max-h-[min(400px,var(--available-height))] max-w-[calc(100vw-16px)] flex-col overflow-hidden outline-none"
          style={{ width }}
        >
          <div className="flex items-center gap-2 border-b border-line px-3">
            <Search size={13} className="shrink-0 text-fg-3" aria-hidden />
            <Combobox.Input
              placeholder={placeholder}
              aria-label={placeholder}
              className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none pointer-coarse:text-lg"
            />
          </div>
          <Combobox.Empty className="px-3 py-4 text-center text-fg-3 empty:hidden">{empty}</Combobox.Empty>
          <Combobox.List aria-label={placeholder} className="min-h-0 flex-1 overflow-y-auto p-1 empty:hidden">
            {(o: Option) => (
              <Combobox.Item key={o.value} value={o} className={itemClass}>
                {multiple && (
                  <>
                    <Combobox.ItemIndicator keepMounted={false} className="hidden" />
                    <span className="hidden in-data-selected:contents">
                      <Tick on />
                    </span>
                    <span className="contents in-data-selected:hidden">
                      <Tick on={false} />
                    </span>
                  </>
                )}
                {o.icon}
                <span className={clsx("min-w-0 truncate", o.hint && "max-w-[70%] shrink-0")}>{o.label}</span>
                {o.hint && <span className="min-w-0 truncate text-xs text-fg-3">{o.hint}</span>}
                <span className="tnum ms-auto flex items-center gap-2 ps-2 text-xs text-fg-3">
                  {o.count !== undefined && num(o.count)}
                  {!multiple && (
                    <Combobox.ItemIndicator>
                      <Check size={14} className="text-accent-text" aria-hidden />
                    </Combobox.ItemIndicator>
                  )}
                </span>
              </Combobox.Item>
            )}
          </Combobox.List>
          {total > shown && <p className="border-t border-line px-3 py-1.5 text-2xs text-fg-3">{t("narrow")}</p>}
        </Combobox.Popup>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}

type Choosing = {
  /** What is chosen: "Owner". It names the trigger, before the value; a trigger with an aria-label of its own needs none. */
  label?: string;
  options: Option[];
  value: string | undefined;
  onChange: (value: string) => void;
  placeholder?: string;
  width?: number;
  side?: "top" | "bottom";
  align?: "start" | "end";
};

/** Chooses one out of many, with search. For a handful use a Menu, in a form a Select. */
export function Picker({
  label,
  trigger,
  anchor,
  onClose,
  options,
  value,
  onChange,
  placeholder,
  width = 260,
  side,
  align,
}: Choosing & Hanging) {
  const at = useAnchor(anchor);
  const chosen = options.find((o) => o.value === value);
  return (
    <Combobox.Root
      items={options}
      value={chosen ?? null}
      onValueChange={(o) => o && onChange(o.value)}
      isItemEqualToValue={same}
      filter={matches}
      limit={shown}
      autoHighlight
      {...(trigger ? {} : { open: Boolean(anchor), onOpenChange: (open: boolean) => !open && onClose() })}
    >
      {trigger && <Combobox.Trigger render={trigger} aria-label={label && `${label} ${chosen?.label ?? ""}`.trim()} />}
      <Popup
        placeholder={placeholder ?? label ?? t("find")}
        total={options.length}
        width={width}
        side={side}
        align={align}
        multiple={false}
        anchor={at}
      />
    </Combobox.Root>
  );
}

type ManyProps = Omit<Choosing, "value" | "onChange"> & {
  trigger: ReactElement;
  value: readonly string[];
  onChange: (value: string[]) => void;
};

/** Chooses any number out of many; the list stays open. */
export function MultiPicker({ label, trigger, options, value, onChange, placeholder = t("find"), width = 260, side, align }: ManyProps) {
  return (
    <Combobox.Root
      multiple
      items={options}
      value={options.filter((o) => value.includes(o.value))}
      onValueChange={(all: Option[]) => onChange(all.map((o) => o.value))}
      isItemEqualToValue={same}
      filter={matches}
      limit={shown}
      autoHighlight
    >
      <Combobox.Trigger render={trigger} aria-label={label} />
      <Popup placeholder={placeholder} total={options.length} width={width} side={side} align={align} multiple />
    </Combobox.Root>
  );
}

export type Someone = { id: string; name: string; email?: string };

type PeopleProps = Hanging &
  Omit<Choosing, "options"> & {
    people: readonly Someone[];
    /** What "nobody" is called; leave it out when somebody must be chosen. */
    nobody?: string;
  };

/** Chooses a person. The empty string is nobody. */
export function PeoplePicker({ people, nobody, ...p }: PeopleProps) {
  const options: Option[] = people.map((o) => ({ value: o.id, label: o.name, hint: o.email, icon: <Avatar name={o.name} /> }));
  if (nobody !== undefined) options.unshift({ value: "", label: nobody, icon: <Avatar name="" /> });
  return <Picker options={options} width={320} {...p} />;
}

type FindProps = Omit<Choosing, "options" | "value" | "onChange"> & {
  trigger: ReactElement;
  /** What is found, under which answers are cached: "requirement". */
  name: string;
  find: (q: string, signal: AbortSignal) => Promise<Option[]>;
  onPick: (picked: Option) => void;
};

/** Chooses one out of so many that only the server can search them. */
export function FindPicker({ label, trigger, name, find, onPick, placeholder = t("find"), width = 360, side, align }: FindProps) {
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState("");
  const asked = useDebounced(q.trim(), 120);
  const { data, error, isPending } = useQuery({
    queryKey: ["find", name, asked],
    queryFn: ({ signal }) => find(asked, signal),
    enabled: open,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  return (
    <Combobox.Root
      items={data ?? []}
      filter={null}
      value={null as Option | null}
      onValueChange={(o) => o && onPick(o)}
      inputValue={q}
      onInputValueChange={(v, d) => setQ(d.reason === "item-press" ? "" : v)}
      open={open}
      onOpenChange={(o) => {
        setOpen(o);
        if (!o) setQ("");
      }}
      isItemEqualToValue={same}
      autoHighlight
    >
      <Combobox.Trigger render={trigger} aria-label={label} />
      <Popup
        placeholder={placeholder}
        total={data?.length ?? 0}
        width={width}
        side={side}
        align={align}
        multiple={false}
        empty={error ? sentence(error) : isPending ? t("loading") : undefined}
      />
    </Combobox.Root>
  );
}
