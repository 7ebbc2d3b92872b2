import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { type Field, field } from "#/api/api";
import { act, fieldsQuery, refresh } from "#/kit/about/data";
import { FieldIcon } from "#/kit/about/Fields";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { cache } from "#/kit/cache";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupPage, GroupRow } from "#/kit/Group";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { t } from "./words";

const KINDS = ["control", "evidence", "requirement", "policy", "risk", "vendor", "asset", "process", "personnel", "application"] as const;
type Kind = (typeof KINDS)[number];
const TYPES = ["text", "number", "date", "select", "multiselect", "person", "url", "checkbox"] as const;

/** Lists show fields too. */
const again = () => Promise.all([refresh("field"), ...KINDS.map((m) => cache.invalidateQueries({ queryKey: [m] }))]);

/** The custom fields of every kind of record. */
export function FieldSettings() {
  const { data, error, refetch } = useQuery(fieldsQuery);
  const [open, setOpen] = useState<{ kind: Kind; of?: Field }>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="p-6" lines={6} />;
  return (
    <GroupPage>
      {KINDS.map((kind) => {
        const mine = data.items.filter((f) => f.kind === kind);
        return (
          <Group
            key={kind}
            title={t(`fields_${kind}`)}
            lead={
              <>
                {t(`lead_${kind}`)}
                <div className="mt-3">
                  <Button aria-label={t("new_for", { kind: t(`fields_${kind}`) })} onClick={() => setOpen({ kind })}>
                    <Plus size={14} /> {t("new")}
                  </Button>
                </div>
              </>
            }
            flush
          >
            {mine.length === 0 && <p className="px-5 py-4 text-fg-3">{t("empty")}</p>}
            {mine.map((f) => (
              <Row key={f.id} f={f} onEdit={() => setOpen({ kind, of: f })} />
            ))}
          </Group>
        );
      })}
      {open && <FieldForm {...open} onClose={() => setOpen(undefined)} />}
    </GroupPage>
  );
}

function Row({ f, onEdit }: { f: Field; onEdit: () => void }) {
  const archive = () =>
    ask({
      title: t("archive_title", { name: f.name }),
      effect: t("archive_effect"),
      action: t("archive"),
      danger: false,
      run: async () => {
        toast.saved(t("archived", { name: f.name }), await field.archive({ id: f.id }));
        await again();
      },
    });
  const back = async () => {
    await act(["field"], () => field.update({ id: f.id, version: f.version, body: { archived: false } }), t("restored", { name: f.name }));
    await again();
  };
  return (
    <GroupRow
      icon={<FieldIcon type={f.type} />}
      title={
        <>
          <span className={f.archived ? "text-fg-3" : undefined}>{f.name}</span>
          {f.required && !f.archived && <Tag tone="accent">{t("required")}</Tag>}
          {f.archived && <Tag tone="mute">{t("archived_title")}</Tag>}
        </>
      }
      note={
        <>
          {t(`type_${f.type}`)} · <span className="ref">{f.key}</span>
          {f.options.length > 0 && ` · ${f.options.join(", ")}`}
        </>
      }
    >
      <Menu
        align="end"
        trigger={
          <Button variant="ghost" icon aria-label={t("more", { name: f.name })}>
            <Ellipsis size={14} />
          </Button>
        }
      >
        {f.archived ? (
          <MenuItem onClick={() => void back()}>{t("back")}</MenuItem>
        ) : (
          <>
            <MenuItem onClick={onEdit}>{t("edit")}</MenuItem>
            <MenuSep />
            <MenuItem onClick={archive}>{t("archive")}</MenuItem>
          </>
        )}
      </Menu>
    </GroupRow>
  );
}

function FieldForm({ kind, of, onClose }: { kind: Kind; of?: Field; onClose: () => void }) {
  const form = useForm({
    start: {
      name: of?.name ?? "",
      key: of?.key ?? "",
      type: of?.type ?? ("text" as Field["type"]),
      options: of?.options.join("\n") ?? "",
      help: of?.help ?? "",
      required: of?.required ?? false,
    },
    send: ({ name, key, type, options, help, required }) => {
      const choices =
        type === "select" || type === "multiselect"
          ? options
              .split("\n")
              .map((o) => o.trim())
              .filter(Boolean)
          : [];
      return of
        ? field.update({ id: of.id, version: of.version, body: { name, help, required, options: choices } })
        : field.create({ body: { kind, name, key: key || undefined, type, help, required, options: choices } });
    },
    done: (out) => {
      toast.saved(t("saved", { name: out.name }), out);
      void again();
      onClose();
    },
  });
  const choice = form.input.type === "select" || form.input.type === "multiselect";
  return (
    <Dialog open onOpenChange={onClose} title={of ? t("edit_title", { name: of.name }) : t("new_for", { kind: t(`fields_${kind}`) })}>
      <Form form={form}>
        <TextField label={t("name")} required maxLength={60} {...form.field("name")} />
        <Select
          label={t("type")}
          disabled={Boolean(of)}
          hint={of && t("type_fixed")}
          {...form.field("type")}
          options={TYPES.map((value) => ({ value, label: t(`type_${value}`) }))}
        />
        {choice && <TextArea label={t("options")} hint={t("options_hint")} {...form.field("options")} />}
        <TextField label={t("help")} optional hint={t("help_hint")} maxLength={300} {...form.field("help")} />
        {!of && <TextField label={t("key")} optional hint={t("key_hint")} maxLength={40} {...form.field("key")} />}
        <CheckField
          label={t("required")}
          hint={t("required_hint")}
          checked={form.input.required}
          onChange={(required) => form.set({ required })}
        />
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
