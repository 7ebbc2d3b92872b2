import { useNavigate } from "@tanstack/react-router";
import { MessageCircleQuestionMark } from "lucide-react";
import { useState } from "react";
import { type VendorDetail, vendor } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Select, today } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { toast } from "#/kit/Toast";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { vendors } from "./fields";
import { t } from "./words";

/** Puts the questions of the catalog to a vendor, and opens them. */
export function AskButton({ v }: { v: VendorDetail }) {
  const { editor } = useSession();
  const [open, setOpen] = useState(false);
  if (!editor) return null;
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <MessageCircleQuestionMark size={13} /> {t("ask")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("ask_title", { name: v.name })} description={t("ask_more")}>
        {open && <Body v={v} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

const depths = { critical: "1", high: "2", medium: "2", low: "3", unscored: "2" } as const;

function Body({ v, close }: { v: VendorDetail; close: () => void }) {
  const go = useNavigate();
  const { tenant } = useSession();
  const form = useForm({
    start: { depth: depths[v.tier] as "1" | "2" | "3", due_on: "" },
    send: (input) => vendor.ask({ id: v.id, body: { depth: Number(input.depth), due_on: input.due_on } }),
    done: (out) => {
      toast.saved(t("asked", { name: v.name }), out);
      close();
      void vendors.refreshAll();
      void go({ to: orgPath(tenant.slug, `vendor-questionnaires/${out.id}`) });
    },
  });
  return (
    <Form form={form}>
      <Select
        label={t("ask_depth")}
        options={[
          { value: "1", label: t("ask_all") },
          { value: "2", label: t("ask_most") },
          { value: "3", label: t("ask_short") },
        ]}
        {...form.field("depth")}
      />
      <DateField label={t("due_on")} optional clearable min={today()} {...form.field("due_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("ask")}
        </Button>
      </DialogActions>
    </Form>
  );
}
