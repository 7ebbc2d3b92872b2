import { Combobox } from "@base-ui/react/combobox";
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Plus, Search, Tag as TagIcon, X } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";
import type { RecordTag } from "#/api/api";
import { useSession } from "#/shell/session";
import { Facet } from "../Filters";
import { itemClass, Tick } from "../Menu";
import { Tag, type Tone } from "../Tag";
import { type About, putTags, tagsOfQuery, tagsQuery } from "./data";
import { t } from "./words";

/** The colors of tags are tones of the product: each is as legible in the dark as in the light. */
export const tones: Record<RecordTag["color"], Tone> = {
  grey: "mute",
  violet: "accent",
  green: "ok",
  blue: "info",
  amber: "warn",
  red: "bad",
};

export const TagChip = ({ tag }: { tag: Pick<RecordTag, "name" | "color"> }) => (
  <Tag tone={tones[tag.color]}>
    <span className="truncate">{tag.name}</span>
  </Tag>
);

/** A record's tags in a row of a table: the first few, and how many more. */
export function TagCell({ tags, max = 2 }: { tags: readonly RecordTag[]; max?: number }) {
  if (tags.length === 0) return <span className="text-fg-3">–</span>;
  return (
    <span className="flex min-w-0 gap-1" title={tags.map((o) => o.name).join(", ")}>
      {tags.slice(0, max).map((o) => (
        <TagChip key={o.id} tag={o} />
      ))}
      {tags.length > max && <Tag>+{tags.length - max}</Tag>}
    </span>
  );
}

/** The tags of a record, added and removed where they stand. `tags` says them when the caller knows them already. */
export function TagsField({ kind, id, tags }: About & { tags?: readonly RecordTag[] }) {
  const { editor } = useSession();
  const asked = useQuery({ ...tagsOfQuery({ kind, id }), enabled: tags === undefined }).data?.tags;
  const shown = tags ?? asked ?? [];
  return (
    <span className="flex min-h-7 flex-wrap items-center gap-1 py-1">
      {shown.map((o) => (
        <Tag key={o.id} tone={tones[o.color]}>
          {o.name}
          {editor && (
            <button
              type="button"
              aria-label={t("remove_tag", { name: o.name })}
              onClick={() => void putTags({ kind, id }, [], [o.id])}
              className="-me-1 flex size-4 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:size-6"
            >
              <X size={10} />
            </button>
          )}
        </Tag>
      ))}
      {editor ? (
        <TagPicker
          chosen={shown}
          onAdd={(name) => void putTags({ kind, id }, [name], [])}
          onRemove={(tag) => void putTags({ kind, id }, [], [tag])}
          trigger={
            <button
              type="button"
              aria-label={t("add_tag")}
              className={clsx(
                "inline-flex h-6 items-center gap-1 rounded-md text-fg-3 hover:bg-hover hover:text-fg data-popup-open:bg-hover pointer-coarse:h-9",
                shown.length > 0 ? "px-1" : "-ms-1 px-1",
              )}
            >
              <Plus size={12} /> {shown.length === 0 && t("add_tag")}
            </button>
          }
        />
      ) : (
        shown.length === 0 && <span className="text-fg-3">–</span>
      )}
    </span>
  );
}

type Item = { value: string; name: string; color: RecordTag["color"]; fresh?: boolean };

type PickerProps = {
  trigger: ReactElement;
  chosen: readonly RecordTag[];
  onAdd: (name: string) => void;
  onRemove?: (id: string) => void;
  side?: "top" | "bottom";
};

/** Finds a tag, or makes one of what is typed. */
export function TagPicker({ trigger, chosen, onAdd, onRemove, side = "bottom" }: PickerProps) {
  const all = useQuery(tagsQuery).data?.items ?? [];
  const [q, setQ] = useState("");
  const typed = q.trim().replace(/\s+/g, " ");
  const items = useMemo<Item[]>(() => {
    const word = typed.toLocaleLowerCase();
    const found: Item[] = all
      .filter((o) => o.name.toLocaleLowerCase().includes(word))
      .map((o) => ({ value: o.id, name: o.name, color: o.color }));
    const there = all.some((o) => o.name.toLocaleLowerCase() === word);
    return typed && !there && !typed.includes(",") ? [...found, { value: "new", name: typed, color: "grey", fresh: true }] : found;
  }, [all, typed]);
  const value = items.filter((i) => chosen.some((c) => c.id === i.value));
  return (
    <Combobox.Root
      multiple
      items={items}
      filter={null}
      value={value}
      inputValue={q}
      onInputValueChange={(v, d) => setQ(d.reason === "item-press" ? "" : v)}
      onOpenChange={() => setQ("")}
      onValueChange={(next: Item[]) => {
        const added = next.find((i) => !value.some((v) => v.value === i.value));
        const gone = value.find((v) => !next.some((i) => i.value === v.value));
        if (added) onAdd(added.name);
        else if (gone) onRemove?.(gone.value);
        setQ("");
      }}
      isItemEqualToValue={(a, b) => a.value === b.value}
      autoHighlight
    >
      <Combobox.Trigger render={trigger} />
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} side={side} align="start" className="z-50">
          <Combobox.Popup
            className="pop pop-anim flex max-h-[min(360px,var(--available-height))] flex-col overflow-hidden outline-none"
            style={{ width: 240 }}
          >
            <div className="flex items-center gap-2 border-b border-line px-3">
              <Search size={13} className="shrink-0 text-fg-3" aria-hidden />
              <Combobox.Input
                placeholder={t("tag_find")}
                aria-label={t("tag_find")}
                maxLength={40}
                className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none pointer-coarse:text-lg"
              />
            </div>
            <Combobox.Empty className="px-3 py-4 text-center text-fg-3 empty:hidden">{t("tag_find")}</Combobox.Empty>
            <Combobox.List aria-label={t("tag_find")} className="min-h-0 flex-1 overflow-y-auto p-1 empty:hidden">
              {(o: Item) => (
                <Combobox.Item key={o.value} value={o} className={itemClass}>
                  {o.fresh ? (
                    <>
                      <Plus size={14} /> <span className="truncate">{t("create_tag", { name: o.name })}</span>
                    </>
                  ) : (
                    <>
                      <span className="hidden in-data-selected:contents">
                        <Tick on />
                      </span>
                      <span className="contents in-data-selected:hidden">
                        <Tick on={false} />
                      </span>
                      <TagChip tag={o} />
                    </>
                  )}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

/** Filters a list by tags: any of those chosen, or none at all. */
export function TagFacet({
  kind,
  value,
  onChange,
}: {
  kind: string;
  value: readonly string[] | undefined;
  onChange: (v: string[] | undefined) => void;
}) {
  const all = useQuery(tagsQuery).data?.items ?? [];
  const used = all.filter((o) => (o.kinds[kind] ?? 0) > 0 || value?.includes(o.id));
  if (used.length === 0) return null;
  return (
    <Facet
      label={t("tags")}
      icon={<TagIcon />}
      value={value}
      options={[
        ...used.map((o) => ({ value: o.id, label: o.name, icon: <Dot color={o.color} />, count: o.kinds[kind] ?? 0 })),
        { value: "none", label: t("no_tags"), icon: <Dot color="grey" /> },
      ]}
      // "No tag" and a tag exclude each other: the one chosen last counts.
      onChange={(v) => onChange(v?.at(-1) === "none" ? ["none"] : v?.filter((o) => o !== "none"))}
    />
  );
}

const fills = { grey: "bg-mute", violet: "bg-accent", green: "bg-ok", blue: "bg-info", amber: "bg-warn", red: "bg-bad" };
export const Dot = ({ color }: { color: RecordTag["color"] }) => (
  <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", fills[color])} />
);
