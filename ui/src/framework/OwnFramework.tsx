import { getRouteApi } from "@tanstack/react-router";
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Ellipsis, Pencil, Plus, RotateCcw, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { type FrameworkDetail, framework, type RequirementDetail, type RequirementRow } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { t } from "./crosswalkWords";
import { actNow, changeRequirement, refreshAll } from "./data";

const route = getRouteApi("/o/$slug");

/** Begins a framework of the organisation's own. */
export function OwnDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("own_new")} description={t("own_more")} width={520}>
      {open && <OwnForm close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function OwnForm({ close }: { close: () => void }) {
  const { slug } = route.useParams();
  const go = route.useNavigate();
  const form = useForm({
    start: { name: "", short: "", edition: "", publisher: "", color: "#3b6ea5" },
    send: (body) => framework.create({ body }),
    done: (out) => {
      toast.saved(t("own_created", { name: out.short }), out);
      void refreshAll();
      close();
      void go({ to: "/o/$slug/frameworks/$id", params: { slug, id: out.id } });
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("name")} maxLength={300} required {...form.field("name")} />
      <div className="grid gap-4 sm:grid-cols-[1fr_120px]">
        <TextField label={t("short")} hint={t("import_short_hint")} optional maxLength={40} {...form.field("short")} />
        <TextField label={t("color")} type="color" {...form.field("color")} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("edition_label")} optional maxLength={100} {...form.field("edition")} />
        <TextField label={t("own_publisher")} optional maxLength={200} {...form.field("publisher")} />
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("own_create")}
        </Button>
      </DialogActions>
    </Form>
  );
}

type AddProps = { f: FrameworkDetail; rows: readonly RequirementRow[]; parent?: string; onAdded: (id: string) => void; empty?: boolean };

/** Adds a row to an own framework, below the heading that is open. */
export function AddRow({ f, rows, parent, onAdded, empty }: AddProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant={empty ? "primary" : "ghost"} aria-label={t("row_add")} onClick={() => setOpen(true)}>
        <Plus size={14} /> <span className={empty ? undefined : "max-sm:hidden"}>{t("row_add")}</span>
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("row_add")} width={560}>
        {open && <AddForm f={f} rows={rows} parent={parent} onAdded={onAdded} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function AddForm({ f, rows, parent = "", onAdded, close }: AddProps & { close: () => void }) {
  const form = useForm({
    start: { parent, ref: "", title: "", body: "", assessable: true },
    send: (body) => framework.add({ id: f.id, body }),
    done: (out) => {
      toast.saved(t("row_added", { ref: out.ref }), out);
      close();
      void refreshAll().then(() => onAdded(out.id)); // it can be shown once it is in the outline
    },
  });
  const counts = form.field("assessable");
  return (
    <Form form={form}>
      <div className="grid gap-4 sm:grid-cols-[140px_1fr]">
        <TextField label={t("ref")} maxLength={100} required {...form.field("ref")} />
        <TextField label={t("title")} maxLength={500} required {...form.field("title")} />
      </div>
      <Select
        label={t("row_under")}
        placeholder={t("row_top")}
        options={rows.map((r) => ({ value: r.id, label: `${r.ref} ${r.title}`.slice(0, 90) }))}
        {...form.field("parent")}
      />
      <TextArea label={t("body")} optional maxLength={20000} rows={4} {...form.field("body")} />
      <CheckField label={t("row_counts")} hint={t("row_counts_more")} checked={counts.value} onChange={counts.onChange} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("row_add")}
        </Button>
      </DialogActions>
    </Form>
  );
}

const steps = [
  ["up", ArrowUp],
  ["down", ArrowDown],
  ["out", ArrowLeft],
  ["in", ArrowRight],
] as const;

/** What can be done with a row of an own framework: moved, changed, withdrawn, deleted. */
export function RowTools({ r, onGone }: { r: RequirementDetail; onGone: () => void }) {
  const { admin } = useSession();
  const [editing, setEditing] = useState(false);
  const remove = async (confirm?: true) => {
    const out = await framework.delete_requirement({ id: r.id, confirm });
    onGone();
    toast.saved(t("row_deleted", { ref: r.ref }), out);
    await refreshAll(r.id);
  };
  const question = { title: t("row_delete_title", { ref: r.ref }) };
  const askRemove = () =>
    ask({
      ...question,
      effect: t("row_delete_effect"),
      action: t("delete"),
      run: async () => {
        try {
          await remove();
        } catch (e) {
          if (!(e instanceof ApiError) || e.status !== 409) throw e;
          // Controls are mapped: once more, with the server's own words.
          setTimeout(() => ask({ ...question, effect: e.message, action: t("row_delete_still"), run: () => remove(true) }));
        }
      },
    });
  return (
    <>
      <Menu
        align="end"
        width={200}
        trigger={
          <Button variant="ghost" icon aria-label={t("more_of", { name: r.ref })}>
            <Ellipsis size={15} />
          </Button>
        }
      >
        {steps.map(([step, Icon]) => (
          <MenuItem key={step} onClick={() => actNow(() => framework.move({ id: r.id, body: { step } }), t("row_moved", { ref: r.ref }))}>
            <Icon size={14} /> {t(`row_${step}`)}
          </MenuItem>
        ))}
        <MenuSep />
        <MenuItem onClick={() => setEditing(true)}>
          <Pencil size={14} /> {t("row_edit")}
        </MenuItem>
        <MenuItem
          onClick={() =>
            void changeRequirement(r, { withdrawn: !r.withdrawn }, t(r.withdrawn ? "row_back" : "row_withdrawn", { ref: r.ref })).then(() =>
              refreshAll(),
            )
          }
        >
          {r.withdrawn ? <RotateCcw size={14} /> : <Undo2 size={14} />} {t(r.withdrawn ? "row_unwithdraw" : "row_withdraw")}
        </MenuItem>
        {admin && (
          <>
            <MenuSep />
            <MenuItem danger onClick={askRemove}>
              <Trash2 size={14} /> {t("delete")}
            </MenuItem>
          </>
        )}
      </Menu>
      <Dialog open={editing} onOpenChange={setEditing} title={t("row_edit").replace("…", "")}>
        {editing && <EditRow r={r} close={() => setEditing(false)} />}
      </Dialog>
    </>
  );
}

function EditRow({ r, close }: { r: RequirementDetail; close: () => void }) {
  const form = useForm({
    start: { ref: r.ref, assessable: r.assessable || r.withdrawn },
    send: ({ ref, assessable }) =>
      framework.update_requirement({ id: r.id, version: r.version, body: r.withdrawn ? { ref } : { ref, assessable } }),
    done: (out) => {
      toast.saved(t("saved", { ref: out.ref }), out);
      void refreshAll();
      close();
    },
  });
  const counts = form.field("assessable");
  return (
    <Form form={form}>
      <TextField label={t("ref")} maxLength={100} required {...form.field("ref")} />
      {!r.withdrawn && (
        <>
          <CheckField label={t("row_counts")} hint={t("row_counts_more")} checked={counts.value} onChange={counts.onChange} />
          {counts.error && <p className="text-bad-text">{counts.error}</p>}
        </>
      )}
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
