import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type InformationType, type StatementUpdateSystemBody, type SystemFacts, statement } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { systemQuery } from "./data";
import { t } from "./words";

/** What plans say of the system as a whole, of one for all frameworks. */
export function SystemDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("system_title")} description={t("system_more")} width={640}>
      {open && <Loaded close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Loaded({ close }: { close: () => void }) {
  const { data, error, refetch } = useQuery(systemQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return data ? <Facts key={data.version} s={data} close={close} /> : <Skeleton lines={8} />;
}

const levels = ["low", "moderate", "high"] as const;
const states = ["operational", "under-development", "under-major-modification", "disposition", "other"] as const;
const impacts = ["confidentiality", "integrity", "availability"] as const;

/** An imported plan may use a word that is not among ours: it stays a choice. */
function choices(prefix: string, now: string) {
  const all = levels.map((l) => ({ value: prefix + l, label: t(`system_${l}`) }));
  return !now || all.some((o) => o.value === now) ? all : [...all, { value: now, label: now }];
}

function Facts({ s, close }: { s: SystemFacts; close: () => void }) {
  const form = useForm({
    start: {
      name: s.name,
      description: s.description,
      boundary: s.boundary,
      status: s.status,
      status_note: s.status_note,
      sensitivity: s.sensitivity,
      confidentiality: s.confidentiality,
      integrity: s.integrity,
      availability: s.availability,
      information: s.information,
    },
    // Only what was changed is sent: words of an imported plan that are not ours stay as they are.
    send: (input) => {
      const changed = Object.entries(input).filter(([name, value]) => value !== s[name as keyof typeof input]);
      return statement.update_system({ version: s.version, body: Object.fromEntries(changed) as StatementUpdateSystemBody });
    },
    done: (out) => {
      toast.saved(t("system_saved"), out);
      void cache.invalidateQueries({ queryKey: systemQuery.queryKey });
      close();
    },
  });
  const { information } = form.input;
  const put = (i: number, change: Partial<InformationType>) =>
    form.set({ information: information.map((o, n) => (n === i ? { ...o, ...change } : o)) });
  return (
    <Form form={form}>
      {s.version > 0 && s.missing.length > 0 && <Note tone="warn">{t("system_missing", { what: s.missing.join(", ") })}</Note>}
      <div className="grid gap-4 sm:grid-cols-[1fr_200px]">
        <TextField label={t("system_name")} maxLength={200} {...form.field("name")} />
        <Select
          label={t("system_status")}
          placeholder={t("system_choose")}
          options={states.map((v) => ({ value: v, label: t(`system_${v.replaceAll("-", "_") as "operational"}`) }))}
          {...form.field("status")}
        />
      </div>
      <TextArea label={t("system_description")} maxLength={10000} {...form.field("description")} />
      <TextArea label={t("system_boundary")} hint={t("system_boundary_hint")} maxLength={10000} {...form.field("boundary")} />
      <TextField label={t("system_status_note")} optional maxLength={2000} {...form.field("status_note")} />
      <div className="grid gap-4 sm:grid-cols-4">
        <Select
          label={t("system_sensitivity")}
          placeholder={t("system_choose")}
          options={choices("", s.sensitivity)}
          {...form.field("sensitivity")}
        />
        {impacts.map((name) => (
          <Select
            key={name}
            label={t(name)}
            placeholder={t("system_choose")}
            options={choices("fips-199-", s[name])}
            {...form.field(name)}
          />
        ))}
      </div>
      <fieldset>
        <legend className="mb-2 text-xs font-semibold">{t("system_information")}</legend>
        <ul className="space-y-2">
          {information.map((o, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row that was just added has nothing else to be known by
            <li key={i} className="grid gap-2 rounded-lg border border-line p-3 sm:grid-cols-[1fr_28px]">
              <TextField
                label={t("system_information_title")}
                name={`information.${i}`}
                maxLength={200}
                required
                value={o.title}
                onChange={(title) => put(i, { title })}
              />
              <Button
                variant="ghost"
                icon
                className="sm:mt-5"
                aria-label={t("system_information_remove", { name: o.title })}
                onClick={() => form.set({ information: information.filter((_, n) => n !== i) })}
              >
                <X size={14} />
              </Button>
              <div className="grid gap-2 sm:grid-cols-3">
                {impacts.map((name) => (
                  <Select
                    key={name}
                    label={t(name)}
                    name={`information.${i}.${name}`}
                    placeholder={t("system_choose")}
                    options={choices("fips-199-", o[name] ?? "")}
                    value={o[name] ?? ""}
                    onChange={(v) => put(i, { [name]: v })}
                  />
                ))}
              </div>
            </li>
          ))}
        </ul>
        <Button size="sm" variant="ghost" className="mt-2 -ms-2" onClick={() => form.set({ information: [...information, { title: "" }] })}>
          <Plus size={13} /> {t("system_information_add")}
        </Button>
      </fieldset>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
