import { useMemo, useState } from "react";
import { type Settings, settings } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupPage, GroupRow } from "#/kit/Group";
import { Note } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { PickField, ZoneField } from "#/kit/ZoneField";
import { currencies } from "./currency";
import { Leave } from "./Leave";
import { change } from "./query";
import { WithSettings } from "./With";
import { t } from "./words";

/** What the organisation says of itself. */
export function Organisation() {
  return <WithSettings>{(s) => <Profile key={s.version} settings={s} />}</WithSettings>;
}

function Profile({ settings: s }: { settings: Settings }) {
  const money = useMemo(currencies, []);
  const form = useForm({
    start: {
      name: s.name,
      industry: s.industry,
      website: s.website,
      address: s.address,
      contact_email: s.contact_email,
      zone: s.zone,
      currency: s.currency,
    },
    send: (body) => change(s, body),
    done: () => toast.done(t("saved")),
  });
  return (
    <GroupPage>
      <Form form={form} className="space-y-8">
        <Group title={t("profile")} lead={t("profile_lead")}>
          <div className="space-y-4">
            <TextField label={t("name")} maxLength={100} required autoComplete="organization" {...form.field("name")} />
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField label={t("industry")} maxLength={100} optional {...form.field("industry")} />
              <TextField
                label={t("website")}
                type="url"
                inputMode="url"
                maxLength={200}
                optional
                placeholder="https://"
                {...form.field("website")}
              />
            </div>
            <TextArea label={t("address")} maxLength={500} optional rows={3} {...form.field("address")} />
            <TextField
              label={t("contact_email")}
              hint={t("contact_email_hint")}
              type="email"
              maxLength={254}
              optional
              {...form.field("contact_email")}
            />
          </div>
        </Group>
        <Group title={t("region")} lead={t("region_lead")}>
          <div className="grid gap-4 sm:grid-cols-2">
            <ZoneField hint={t("zone_hint")} {...form.field("zone")} />
            <PickField label={t("currency")} hint={t("currency_hint")} options={money} {...form.field("currency")} />
          </div>
        </Group>
        {form.dirty && (
          <div className="pop sticky bottom-4 z-10 ms-auto flex w-fit items-center gap-2 p-2">
            <Button variant="ghost" onClick={() => form.reset()}>
              {t("discard")}
            </Button>
            <Button type="submit" variant="primary" pending={form.pending}>
              {t("save")}
            </Button>
          </div>
        )}
      </Form>
      <Address settings={s} />
      <Leave />
    </GroupPage>
  );
}

function Address({ settings: s }: { settings: Settings }) {
  const [open, setOpen] = useState(false);
  return (
    <Group title={t("slug")} lead={t("slug_lead")} flush>
      <GroupRow title={<span className="ref break-all">{`${location.origin}/o/${s.slug}`}</span>}>
        <Button onClick={() => setOpen(true)}>{t("slug_change")}</Button>
      </GroupRow>
      {open && <Rename slug={s.slug} onClose={() => setOpen(false)} />}
    </Group>
  );
}

function Rename({ slug, onClose }: { slug: string; onClose: () => void }) {
  const form = useForm({
    start: { slug },
    send: (body) => settings.rename({ body }),
    done: (out) => location.assign(`/o/${encodeURIComponent(out.slug)}/settings`), // every address on the page is the old one
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("slug_title")}>
      <Form form={form}>
        <Note tone="warn">{t("slug_effect")}</Note>
        <TextField label={t("slug_field")} hint={t("slug_hint")} maxLength={40} required spellCheck={false} {...form.field("slug")} />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!form.dirty} pending={form.pending}>
            {t("slug_do")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
