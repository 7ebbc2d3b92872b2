import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type VendorContract, type VendorDetail, vendor } from "#/api/api";
import { AttachmentLink } from "#/kit/about/Attachments";
import { act } from "#/kit/about/data";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, NumberField, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { OwnerField } from "#/kit/OwnerField";
import { Section } from "#/kit/Sidecar";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { EditButton } from "./Attestations";
import { contractTone } from "./data";
import { FileField } from "./FileField";
import { vendors } from "./fields";
import { t } from "./words";

/** "€12,000": what a contract costs a year, in the minor units of its currency. */
export const money = (minor: number, currency: string): string => {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, maximumFractionDigits: 0 });
  return format.format(minor / 100);
};

/** "Decide by 1 May" */
function standing(c: VendorContract): string {
  switch (c.state) {
    case "upcoming":
      return t("upcoming", { day: fullDate(c.starts_on) });
    case "decide":
      return t("decide", { day: fullDate(c.notice_by) });
    case "renewing":
      return t("renewing", { day: fullDate(c.ends_on) });
    case "ending":
      return t("ending", { day: fullDate(c.ends_on) });
    default:
      return t(c.state);
  }
}

/** What was agreed with the vendor, and what has to be decided on. */
export function Contracts({ v }: { v: VendorDetail }) {
  const { editor } = useSession();
  const [open, setOpen] = useState<VendorContract | "new">();
  return (
    <Section
      title={t("contracts")}
      aside={
        editor && (
          <Button size="sm" onClick={() => setOpen("new")}>
            <Plus size={13} /> {t("add_contract")}
          </Button>
        )
      }
    >
      {v.contracts.length === 0 && <p className="text-pretty text-fg-3">{t("contracts_none")}</p>}
      <ul className="space-y-1.5">
        {v.contracts.map((c) => (
          <li key={c.id} className="flex min-h-7 items-center gap-2">
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium">{c.title}</span>
                <Tag tone={contractTone[c.state]}>{standing(c)}</Tag>
              </span>
              <span className="tnum flex flex-wrap gap-x-2 text-xs text-fg-3">
                {c.number && <span>{c.number}</span>}
                {c.ends_on && <span>{t("expiry", { day: fullDate(c.ends_on) })}</span>}
                {c.renews && <span>{t("renews")}</span>}
                {c.amount > 0 && <span>{money(c.amount, c.currency)}</span>}
                {c.file && <AttachmentLink id={c.attachment} name={c.file} type={v.files.find((f) => f.id === c.attachment)?.type ?? ""} />}
              </span>
            </span>
            {editor && <EditButton name={c.title} onClick={() => setOpen(c)} />}
          </li>
        ))}
      </ul>
      <Dialog
        open={open !== undefined}
        onOpenChange={() => setOpen(undefined)}
        title={open === "new" ? t("add_contract") : t("contract_edit")}
        description={v.name}
        width={560}
      >
        {open && <Body v={v} c={open === "new" ? undefined : open} close={() => setOpen(undefined)} />}
      </Dialog>
    </Section>
  );
}

function Body({ v, c, close }: { v: VendorDetail; c: VendorContract | undefined; close: () => void }) {
  const { admin } = useSession();
  const form = useForm({
    start: {
      title: c?.title ?? "",
      number: c?.number ?? "",
      owner: c?.owner ?? "",
      starts_on: c?.starts_on ?? "",
      ends_on: c?.ends_on ?? "",
      notice_days: c && c.notice_days > 0 ? c.notice_days : (null as number | null),
      renews: c?.renews ?? false,
      amount: c && c.amount > 0 ? c.amount / 100 : (null as number | null),
      currency: c?.currency ?? "",
      attachment: c?.attachment ?? "",
      note: c?.note ?? "",
    },
    send: (input) => {
      const body = { ...input, notice_days: input.notice_days ?? 0, amount: (input.amount ?? 0) * 100 };
      return c ? vendor.update_contract({ id: c.id, version: c.version, body }) : vendor.add_contract({ id: v.id, body });
    },
    done: (out) => {
      toast.saved(t("saved"), out);
      close();
      void vendors.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("contract")} required maxLength={200} {...form.field("title")} />
      <div className="grid grid-cols-2 gap-4">
        <TextField label={t("number")} optional maxLength={60} {...form.field("number")} />
        <OwnerField label={t("owner")} nobody={t("owner_none")} {...form.field("owner")} />
        <DateField label={t("starts_on")} optional clearable {...form.field("starts_on")} />
        <DateField label={t("ends_on")} optional clearable {...form.field("ends_on")} />
      </div>
      <NumberField label={t("notice_days")} optional unit={t("notice_unit")} min={0} max={730} {...form.field("notice_days")} />
      <CheckField label={t("renews")} checked={form.input.renews} onChange={(renews) => form.set({ renews })} />
      <div className="grid grid-cols-2 gap-4">
        <NumberField label={t("amount")} hint={t("amount_hint")} optional min={0} {...form.field("amount")} />
        <TextField label={t("currency")} hint={t("currency_hint")} optional maxLength={3} {...form.field("currency")} />
      </div>
      <FileField v={v} {...form.field("attachment")} />
      <TextArea label={t("note")} optional maxLength={5000} {...form.field("note")} />
      <DialogActions>
        {c && admin && (
          <Button
            className="me-auto"
            onClick={async () => {
              close();
              await act(["vendor"], () => vendor.delete_contract({ id: c.id }), t("deleted", { name: c.title }));
            }}
          >
            <Trash2 size={13} /> {t("delete")}
          </Button>
        )}
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
