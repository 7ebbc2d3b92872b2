import { useState } from "react";
import { account, type MadeToken } from "#/api/api";
import { Button } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Select, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate, today } from "#/kit/format";
import { RadioCards } from "#/kit/Radio";
import { roleMay, roleName, upTo } from "#/kit/role";
import { useSession } from "#/shell/session";
import { t } from "./words";

/** The UTC day so many days from now: the server counts token days in UTC. */
const after = (days: number) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10);
const spans = ["30", "90", "365", "day"] as const;

/** Makes an access token, and shows it once. */
export function NewToken({ onClose, onMade }: { onClose: () => void; onMade: () => unknown }) {
  const [made, setMade] = useState<MadeToken>();
  return (
    <Dialog
      open
      keep={made !== undefined}
      onOpenChange={onClose}
      title={made ? t("token_made") : t("token_new")}
      description={made ? t("token_made_lead", { date: fullDate(made.expires_on) }) : t("token_new_lead")}
      width={520}
    >
      {made ? (
        <Made token={made.token} onClose={onClose} />
      ) : (
        <Make
          onClose={onClose}
          done={(out) => {
            setMade(out);
            onMade();
          }}
        />
      )}
    </Dialog>
  );
}

function Make({ onClose, done }: { onClose: () => void; done: (made: MadeToken) => void }) {
  const { role } = useSession();
  const roles = upTo(role);
  const [span, setSpan] = useState<(typeof spans)[number]>("90");
  const form = useForm({
    start: { name: "", role: roles.find((r) => r === "auditor") ?? role, expires_on: after(90) },
    send: (body) => account.create_token({ body }),
    done,
  });
  return (
    <Form form={form}>
      <TextField label={t("token_name")} hint={t("token_name_hint")} maxLength={100} required {...form.field("name")} />
      <RadioCards
        label={t("token_role")}
        options={roles.map((r) => ({ value: r, label: roleName(r), hint: roleMay(r) }))}
        {...form.field("role")}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t("token_expires")}
          value={span}
          error={span === "day" ? undefined : form.errors.fields.expires_on}
          options={spans.map((s) => ({
            value: s,
            label: s === "day" ? t("token_other_day") : s === "365" ? t("token_year") : t("token_days", { n: Number(s) }),
          }))}
          onChange={(s) => {
            setSpan(s);
            if (s !== "day") form.set({ expires_on: after(Number(s)) });
          }}
        />
        {span === "day" && <DateField label={t("token_day")} min={today()} max={after(365)} {...form.field("expires_on")} />}
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("token_make")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function Made({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <>
      <div className="flex items-center gap-2 rounded-lg border border-line bg-surface-2 py-2 ps-3 pe-2">
        <code className="min-w-0 flex-1 font-mono text-xs break-all select-all">{token}</code>
        <Copy value={token} name={t("token_value")} label={t("token_copy")} size="md" />
      </div>
      <p className="mt-4 text-fg-3">{t("token_use")}</p>
      <code className="mt-1 block font-mono text-xs text-fg-2">Authorization: Bearer assay_…</code>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {t("token_done")}
        </Button>
      </DialogActions>
    </>
  );
}
