import { useQuery } from "@tanstack/react-query";
import { type Exception, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Field, TextArea, TextField, today } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { FindPicker } from "#/kit/Picker";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { t } from "./words";

type About = { id: string; name: string };
type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void /** The policy it is from, where that is known. */;
  about?: About;
  change?: Exception;
};

/** Asks for an exception from a policy, or changes one. */
export function ExceptionForm({ open, onOpenChange, about, change }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={change ? t("exception_change") : t("exception_add")}
      description={change && change.state !== "requested" ? t("exception_change_effect") : t("exception_effect")}
    >
      {open && <Body close={() => onOpenChange(false)} about={about} change={change} />}
    </Dialog>
  );
}

function Body({ close, about, change }: { close: () => void; about: About | undefined; change: Exception | undefined }) {
  const form = useForm({
    start: {
      of: about ?? { id: change?.policy ?? "", name: change ? `${change.ref} ${change.title}` : "" },
      subject: change?.subject ?? "",
      what: change?.what ?? "",
      reason: change?.reason ?? "",
      compensation: change?.compensation ?? "",
      expires_on: change?.expires_on ?? "",
    },
    send: ({ of, ...body }) =>
      change ? policy.update_exception({ id: change.id, version: change.version, body }) : policy.except({ id: of.id, body }),
    done: (out) => {
      toast.saved(t(change ? "exception_saved" : "exception_asked"), out);
      close();
      void refreshAll();
    },
  });
  const { of } = form.input;
  // Asked once, so that the first search shows something.
  const first = useQuery({
    queryKey: ["policy", "names"],
    queryFn: () => policy.list({ limit: 40, sort: "title" }),
    enabled: !about && !change,
  }).data;
  return (
    <Form form={form}>
      {!about && !change && (
        <Field label={t("policy")} required>
          {(b) => (
            <FindPicker
              name="policy"
              placeholder={t("find_policy")}
              find={async (q) => {
                const items = q || !first ? (await policy.list({ q, limit: 40 })).items : first.items;
                return items.map((p) => ({ value: p.id, label: p.ref, hint: p.title }));
              }}
              onPick={(o) => form.set({ of: { id: o.value, name: `${o.label} ${o.hint ?? ""}` } })}
              trigger={
                <button type="button" id={b.id} aria-label={`${t("policy")}: ${of.name || t("none_chosen")}`} className="input text-start">
                  <span className={of.name ? "truncate" : "truncate text-fg-3"}>{of.name || t("none_chosen")}</span>
                </button>
              }
            />
          )}
        </Field>
      )}
      <TextField label={t("subject")} hint={t("subject_hint")} maxLength={300} required {...form.field("subject")} />
      <TextField label={t("what")} hint={t("what_hint")} maxLength={500} required {...form.field("what")} />
      <TextArea label={t("reason")} maxLength={5000} required {...form.field("reason")} />
      <TextArea label={t("compensation")} hint={t("compensation_hint")} optional maxLength={5000} {...form.field("compensation")} />
      <DateField label={t("until")} min={today()} required {...form.field("expires_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!of.id}>
          {change ? t("save") : t("exception_ask")}
        </Button>
      </DialogActions>
    </Form>
  );
}
