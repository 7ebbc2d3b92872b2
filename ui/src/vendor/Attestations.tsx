import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type VendorAttestation, type VendorDetail, vendor } from "#/api/api";
import { AttachmentLink } from "#/kit/about/Attachments";
import { act } from "#/kit/about/data";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { Section } from "#/kit/Sidecar";
import { Tag } from "#/kit/Tag";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { attestationName, attestedTone } from "./data";
import { FileField } from "./FileField";
import { vendors } from "./fields";
import { t } from "./words";

const TYPES = [
  "soc2_type2",
  "soc2_type1",
  "soc3",
  "iso27001",
  "iso42001",
  "hitrust",
  "pci_dss",
  "penetration_test",
  "baa",
  "dpa",
  "insurance",
  "other",
] as const satisfies readonly VendorAttestation["type"][];

/** What the vendor has to show for itself, and whether it still counts. */
export function Attestations({ v }: { v: VendorDetail }) {
  const { editor } = useSession();
  const [open, setOpen] = useState<VendorAttestation | "new">();
  return (
    <Section
      title={t("attestations")}
      aside={
        editor && (
          <Button size="sm" onClick={() => setOpen("new")}>
            <Plus size={13} /> {t("add_attestation")}
          </Button>
        )
      }
    >
      {v.attestations.length === 0 && <p className="text-pretty text-fg-3">{t("attestations_none")}</p>}
      <ul className="space-y-1.5">
        {v.attestations.map((a) => (
          <li key={a.id} className="group/row flex min-h-7 items-center gap-2">
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium">{attestationName(a)}</span>
                <Tag tone={attestedTone[a.state]}>{t(a.state)}</Tag>
                {a.expires_on && (
                  <span className="tnum text-xs text-fg-3">{t("expiry", { day: fullDate(later(a.expires_on, a.bridge_until)) })}</span>
                )}
                {a.exceptions && (
                  <Tip label={a.exceptions}>
                    <span>
                      <Tag tone="warn">{t("exceptions_said")}</Tag>
                    </span>
                  </Tip>
                )}
              </span>
              {a.file && (
                <span className="flex text-xs text-fg-2">
                  <AttachmentLink id={a.attachment} name={a.file} type={a.file_type} />
                </span>
              )}
            </span>
            {editor && <EditButton name={attestationName(a)} onClick={() => setOpen(a)} />}
          </li>
        ))}
      </ul>
      <Dialog
        open={open !== undefined}
        onOpenChange={() => setOpen(undefined)}
        title={open === "new" ? t("add_attestation") : t("attestation_edit")}
        description={v.name}
        width={560}
      >
        {open && <Body v={v} a={open === "new" ? undefined : open} close={() => setOpen(undefined)} />}
      </Dialog>
    </Section>
  );
}

const later = (a: string, b: string) => (b > a ? b : a);

export const EditButton = ({ name, onClick }: { name: string; onClick: () => void }) => (
  <Tip label={t("edit")}>
    <button
      type="button"
      aria-label={`${t("edit")} ${name}`}
      onClick={onClick}
      className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg pointer-coarse:size-9"
    >
      <Pencil size={13} />
    </button>
  </Tip>
);

function Body({ v, a, close }: { v: VendorDetail; a: VendorAttestation | undefined; close: () => void }) {
  const { admin } = useSession();
  const form = useForm({
    start: {
      type: a?.type ?? TYPES[0],
      title: a?.title ?? "",
      attachment: a?.attachment ?? "",
      issued_on: a?.issued_on ?? "",
      period_start: a?.period_start ?? "",
      period_end: a?.period_end ?? "",
      expires_on: a?.expires_on ?? "",
      bridge_until: a?.bridge_until ?? "",
      exceptions: a?.exceptions ?? "",
    },
    send: (body) => (a ? vendor.update_attestation({ id: a.id, version: a.version, body }) : vendor.add_attestation({ id: v.id, body })),
    done: (out) => {
      toast.saved(t("saved"), out);
      close();
      void vendors.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t("attestation")} options={TYPES.map((value) => ({ value, label: t(value) }))} {...form.field("type")} />
        <TextField label={t("note")} optional maxLength={200} {...form.field("title")} />
      </div>
      <FileField v={v} {...form.field("attachment")} />
      <div className="grid grid-cols-2 gap-4">
        <DateField label={t("period_start")} optional clearable {...form.field("period_start")} />
        <DateField label={t("period_end")} optional clearable {...form.field("period_end")} />
        <DateField label={t("issued_on")} optional clearable {...form.field("issued_on")} />
        <DateField label={t("expires_on")} optional clearable {...form.field("expires_on")} />
      </div>
      <p className="text-xs text-pretty text-fg-3">{t("expires_hint")}</p>
      <DateField label={t("bridge_until")} hint={t("bridge_hint")} optional clearable {...form.field("bridge_until")} />
      <TextArea label={t("exceptions")} hint={t("exceptions_hint")} optional maxLength={5000} {...form.field("exceptions")} />
      <DialogActions>
        {a && admin && (
          <Button
            className="me-auto"
            onClick={async () => {
              close();
              await act(["vendor"], () => vendor.delete_attestation({ id: a.id }), t("deleted", { name: attestationName(a) }));
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
