import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { type Tag, tag } from "#/api/api";
import { refresh, tagsQuery } from "#/kit/about/data";
import { Dot, TagChip } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupPage, GroupRow } from "#/kit/Group";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { t } from "./words";

const COLORS = ["grey", "violet", "green", "blue", "amber", "red"] as const;

/** Lists show tags too. */
const again = () => Promise.all([refresh("tag"), ...["control", "evidence"].map((m) => cache.invalidateQueries({ queryKey: [m] }))]);

/** The organisation's tags: renamed, merged and deleted. */
export function TagSettings() {
  const { data, error, refetch } = useQuery(tagsQuery);
  const [open, setOpen] = useState<Tag | "new">();
  const [merging, setMerging] = useState<Tag>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="p-6" lines={6} />;
  const remove = (o: Tag) =>
    ask({
      title: t("delete_title", { name: o.name }),
      effect: t("delete_effect", { n: o.used }),
      action: t("delete"),
      run: async () => {
        const out = await tag.delete({ id: o.id });
        toast.saved(t("deleted", { name: o.name }), out);
        await again();
      },
    });
  return (
    <GroupPage>
      <Group
        title={t("tags")}
        lead={
          <>
            {t("lead")}
            <div className="mt-3">
              <Button variant="primary" onClick={() => setOpen("new")}>
                <Plus size={14} /> {t("new")}
              </Button>
            </div>
          </>
        }
        flush
      >
        {data.items.length === 0 && <p className="px-5 py-4 text-fg-3">{t("empty")}</p>}
        {data.items.map((o) => (
          <GroupRow key={o.id} title={<TagChip tag={o} />}>
            <span className="tnum text-xs text-fg-3">{o.used > 0 ? t("used", { n: o.used }) : t("unused")}</span>
            <Menu
              align="end"
              trigger={
                <Button variant="ghost" icon aria-label={t("more", { name: o.name })}>
                  <Ellipsis size={14} />
                </Button>
              }
            >
              <MenuItem onClick={() => setOpen(o)}>{t("edit")}</MenuItem>
              {data.items.length > 1 && <MenuItem onClick={() => setMerging(o)}>{t("merge")}</MenuItem>}
              <MenuSep />
              <MenuItem danger onClick={() => remove(o)}>
                {t("delete")}
              </MenuItem>
            </Menu>
          </GroupRow>
        ))}
      </Group>
      {open && <TagForm of={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />}
      {merging && <Merge of={merging} into={data.items.filter((o) => o.id !== merging.id)} onClose={() => setMerging(undefined)} />}
    </GroupPage>
  );
}

function TagForm({ of, onClose }: { of: Tag | undefined; onClose: () => void }) {
  const form = useForm({
    start: { name: of?.name ?? "", color: of?.color ?? ("grey" as Tag["color"]) },
    send: (body) => (of ? tag.update({ id: of.id, version: of.version, body }) : tag.create({ body })),
    done: (out) => {
      toast.saved(t("saved", { name: out.name }), out);
      void again();
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={of ? t("edit_title", { name: of.name }) : t("new")} width={400}>
      <Form form={form}>
        <TextField label={t("name")} required maxLength={40} {...form.field("name")} />
        <fieldset>
          <legend className="mb-1.5 text-xs font-medium">{t("color")}</legend>
          <div className="flex flex-wrap gap-2">
            {COLORS.map((c) => (
              <label
                key={c}
                className="flex h-8 items-center gap-2 rounded-md border border-line px-2.5 text-sm has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-ring"
              >
                <input
                  type="radio"
                  name="color"
                  className="sr-only"
                  checked={form.input.color === c}
                  onChange={() => form.set({ color: c })}
                />
                <Dot color={c} /> {t(`color_${c}`)}
              </label>
            ))}
          </div>
        </fieldset>
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {of ? t("save") : t("create")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function Merge({ of, into, onClose }: { of: Tag; into: Tag[]; onClose: () => void }) {
  const form = useForm({
    start: { into: into[0]?.id ?? "" },
    send: (body) => tag.merge({ id: of.id, body }),
    done: (out) => {
      toast.saved(t("merged", { name: of.name, into: out.name }), out);
      void again();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("merge_title", { name: of.name })}
      description={t("merge_effect", { name: of.name })}
      width={400}
    >
      <Form form={form}>
        <Select label={t("merge_into")} {...form.field("into")} options={into.map((o) => ({ value: o.id, label: o.name }))} />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {t("merge")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
