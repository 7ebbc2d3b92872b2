import { useQuery } from "@tanstack/react-query";
import { ChevronDown, UsersRound } from "lucide-react";
import { useState } from "react";
import { type PolicyAskBody, type PolicyDetail, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Field, NumberField, Select, TextArea, today } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { MultiPicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { ROLES, roleName } from "#/kit/role";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { t } from "./words";

type Audience = PolicyAskBody["audience"];
const AUDIENCES = ["all", "departments", "roles", "people"] as const satisfies readonly Audience[];

/** A day so many days from today. */
function inDays(n: number): string {
  const [y = 0, m = 1, d = 1] = today().split("-").map(Number);
  return new Date(Date.UTC(y, m - 1, d + n)).toISOString().slice(0, 10);
}

/** Asks people to read the version in force and to say that they have. */
export function AskButton({ p, variant }: { p: PolicyDetail; variant?: "primary" | "outline" }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant={variant} onClick={() => setOpen(true)}>
        <UsersRound size={14} /> {t("ask")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("ask_title", { ref: p.ref })} description={t("ask_effect", { v: p.in_force })}>
        {open && <Body p={p} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Body({ p, close }: { p: PolicyDetail; close: () => void }) {
  const people = (useQuery(peopleQuery).data ?? []).filter((o) => o.active);
  const form = useForm<{ audience: Audience; chosen: string[]; due_on: string; remind_days: number | null; message: string }, unknown>({
    start: { audience: "all", chosen: [], due_on: inDays(14), remind_days: 7, message: "" },
    send: ({ remind_days, ...body }) =>
      policy.ask({ id: p.id, body: { ...body, chosen: body.audience === "all" ? [] : body.chosen, remind_days: remind_days ?? 0 } }),
    done: (out) => {
      toast.saved(t("asked_said"), out);
      close();
      void refreshAll();
    },
  });
  const { audience, chosen } = form.input;
  const departments = [...new Set(people.map((o) => o.department).filter(Boolean))].sort();
  const options =
    audience === "roles"
      ? ROLES.map((r) => ({ value: r, label: roleName(r) }))
      : audience === "departments"
        ? departments.map((d) => ({ value: d, label: d, count: people.filter((o) => o.department === d).length }))
        : people.map((o) => ({ value: o.id, label: o.name, hint: o.email }));
  const names = options.filter((o) => chosen.includes(o.value)).map((o) => o.label);
  return (
    <Form form={form}>
      <Select
        label={t("audience")}
        options={AUDIENCES.map((a) => ({ value: a, label: t(`audience_${a}`) }))}
        {...form.field("audience")}
        onChange={(a) => form.set({ audience: a, chosen: [] })}
      />
      {audience !== "all" && (
        <Field label={t(`choose_${audience}`)} error={form.field("chosen").error}>
          {(b) => (
            <MultiPicker
              options={options}
              value={chosen}
              width={320}
              onChange={(v) => form.set({ chosen: v })}
              trigger={
                <button
                  type="button"
                  id={b.id}
                  aria-invalid={b["aria-invalid"]}
                  aria-label={`${t(`choose_${audience}`)}: ${names.join(", ") || t("none_chosen")}`}
                  className="input flex items-center gap-2 text-start"
                >
                  <span className={names.length > 0 ? "truncate" : "truncate text-fg-3"}>{names.join(", ") || t("none_chosen")}</span>
                  <ChevronDown size={13} className="ms-auto shrink-0 text-fg-3" />
                </button>
              }
            />
          )}
        </Field>
      )}
      <DateField label={t("by_day")} min={today()} required {...form.field("due_on")} />
      <NumberField label={t("remind_every")} hint={t("remind_hint")} unit={t("days")} min={0} max={90} {...form.field("remind_days")} />
      <TextArea label={t("message")} optional maxLength={2000} {...form.field("message")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={audience !== "all" && chosen.length === 0}>
          {t("ask")}
        </Button>
      </DialogActions>
    </Form>
  );
}
