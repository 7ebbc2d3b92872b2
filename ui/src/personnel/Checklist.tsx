import clsx from "clsx";
import { Check, Plus } from "lucide-react";
import { useState } from "react";
import { grant, type Leaving, type LeavingItem, type PersonnelDetail, personnel, task } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { Meter } from "#/kit/Meter";
import { OwnerField } from "#/kit/OwnerField";
import { Section } from "#/kit/Sidecar";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { Due } from "#/kit/When";
import { useSession } from "#/shell/session";
import { people } from "./fields";
import { t } from "./words";

type Props = { p: PersonnelDetail; leaving: Leaving };

/** What is left to do for somebody who left. Items are tasks: they have owners and days, and are reminded of. */
export function Checklist({ p, leaving }: Props) {
  const { editor } = useSession();
  const [item, setItem] = useState<LeavingItem | "new">();
  const done = leaving.items.filter((i) => i.status === "done").length;
  const late = leaving.items.filter((i) => i.late).length;
  return (
    <Section title={t("checklist")} aside={t("checklist_done", { done, n: leaving.items.length })}>
      <div className="flex">
        <Meter value={done} max={leaving.items.length} />
      </div>
      <p className="mt-2 text-xs text-fg-3">
        {t("started", { who: leaving.started_by || "–", when: fullDate(leaving.started_at), day: fullDate(leaving.ended_on) })}
        {late > 0 && (
          <Tag tone="bad" className="ms-2">
            {t("checklist_late", { n: late })}
          </Tag>
        )}
      </p>
      <ul className="-mx-2 mt-2">
        {leaving.items.map((i) => (
          <Item key={i.id} i={i} editor={editor} onDo={() => setItem(i)} />
        ))}
      </ul>
      {editor && (
        <Button size="sm" className="mt-2" onClick={() => setItem("new")}>
          <Plus size={13} /> {t("item_add")}
        </Button>
      )}
      <Dialog
        open={item !== undefined}
        onOpenChange={(on) => !on && setItem(undefined)}
        title={
          item === undefined ? "" : item === "new" ? t("item_new") : t(item.grant ? "revoke_title" : "done_title", { title: item.title })
        }
      >
        {item === "new" && <AddForm p={p} close={() => setItem(undefined)} />}
        {item && item !== "new" && <DoneForm i={item} close={() => setItem(undefined)} />}
      </Dialog>
    </Section>
  );
}

function Item({ i, editor, onDo }: { i: LeavingItem; editor: boolean; onDo: () => void }) {
  const done = i.status === "done";
  return (
    <li className="flex flex-wrap items-center gap-x-2 rounded-md px-2 py-1 hover:bg-hover">
      <span
        className={clsx(
          "flex size-4.5 shrink-0 items-center justify-center rounded-full border-[1.5px]",
          done ? "border-ok bg-ok text-surface" : "border-line-2",
        )}
      >
        {done && <Check size={11} strokeWidth={3.5} aria-hidden />}
      </span>
      <span className={clsx("min-w-40 flex-1 text-pretty", done && "text-fg-3")}>
        {i.title}
        {done && <span className="sr-only"> ({t("trained")})</span>}
      </span>
      {done ? (
        <span className="w-full ps-6.5 text-xs text-pretty text-fg-3">
          {[fullDate(i.ended_at), i.ended_by, i.outcome].filter(Boolean).join(" · ")}
        </span>
      ) : (
        <span className="ms-auto flex items-center gap-3 text-xs">
          <span className="max-sm:hidden">
            <Person name={i.owner_name} nobody={t("nobody")} />
          </span>
          <Due value={i.due_on} />
          {editor && (
            <Button
              size="sm"
              onClick={onDo}
              aria-label={i.grant ? t("revoke_title", { title: i.title }) : t("item_done", { title: i.title })}
            >
              {i.grant ? t("revoke") : t("done")}
            </Button>
          )}
        </span>
      )}
    </li>
  );
}

/** Says how an item was done: of a grant, by revoking it. */
function DoneForm({ i, close }: { i: LeavingItem; close: () => void }) {
  const form = useForm<{ outcome: string }, object>({
    start: { outcome: "" },
    send: async ({ outcome }) => {
      if (!i.grant) return task.done({ id: i.id, body: { outcome } });
      const now = await grant.get({ id: i.grant });
      return grant.update({ id: i.grant, version: now.version, body: { status: "revoked", ...(outcome && { note: outcome }) } });
    },
    done: (out) => {
      toast.saved(i.grant ? t("revoked") : t("saved"), out);
      close();
      void people.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <TextArea label={t("done_how")} maxLength={2000} optional {...form.field("outcome")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {i.grant ? t("revoke") : t("done")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function AddForm({ p, close }: { p: PersonnelDetail; close: () => void }) {
  const form = useForm({
    start: { title: "", owner: "", due_on: "" },
    send: ({ title, owner, due_on }) =>
      personnel.add_item({ id: p.id, body: { title, ...(owner && { owner }), ...(due_on && { due_on }) } }),
    done: (out) => {
      toast.saved(t("saved"), out);
      close();
      void people.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("item_title")} maxLength={300} required {...form.field("title")} />
      <OwnerField label={t("owner")} nobody={t("nobody")} {...form.field("owner")} />
      <DateField label={t("due")} optional {...form.field("due_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("item_add")}
        </Button>
      </DialogActions>
    </Form>
  );
}
