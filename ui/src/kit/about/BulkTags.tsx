import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Tag as TagIcon } from "lucide-react";
import type { RecordTag } from "#/api/api";
import { Button } from "../Button";
import { Menu, MenuItem, MenuLabel } from "../Menu";
import type { Selection } from "../selection";
import { tagsQuery } from "./data";
import { TagChip, TagPicker } from "./Tags";
import { t } from "./words";

type Props = {
  kind: string;
  selected: Selection<{ tags: RecordTag[] }>;
  /** Sends the change for all chosen records. */
  send: (set: { add_tags?: string[]; remove_tags?: string[] }, said: (n: number) => string) => void;
};

/** Adds a tag to all chosen records, or removes one from them. */
export function BulkTags({ kind, selected, send }: Props) {
  const all = useQuery(tagsQuery).data?.items ?? [];
  // Of rows that were never loaded nobody knows the tags: then every tag of the kind may be removed.
  const there = selected.all
    ? all.filter((o) => (o.kinds[kind] ?? 0) > 0)
    : all.filter((o) => [...selected.rows.values()].some((r) => r.tags.some((x) => x.id === o.id)));
  return (
    <>
      <TagPicker
        side="top"
        chosen={[]}
        onAdd={(name) => send({ add_tags: [name] }, (n) => t("tagged", { n, name }))}
        trigger={
          <Button variant="ghost" aria-label={t("add_tag")}>
            <TagIcon size={14} /> {t("add_tag")} <ChevronDown size={12} />
          </Button>
        }
      />
      {there.length > 0 && (
        <Menu
          side="top"
          trigger={
            <Button variant="ghost">
              {t("remove_tags")} <ChevronDown size={12} />
            </Button>
          }
        >
          <MenuLabel>{t("remove_tags")}</MenuLabel>
          {there.map((o) => (
            <MenuItem key={o.id} onClick={() => send({ remove_tags: [o.id] }, (n) => t("untagged", { n, name: o.name }))}>
              <TagChip tag={o} />
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}
