import { useQuery } from "@tanstack/react-query";
import { UserRoundCheck } from "lucide-react";
import { useId } from "react";
import { evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { OwnerField } from "#/kit/OwnerField";
import { ORGANISATION, productsQuery } from "#/kit/products";
import { toast } from "#/kit/Toast";
import { useCategories } from "./Category";
import { refreshAll } from "./data";
import { frequencyChoices, kindChoices } from "./names";
import type { Frequency, Kind } from "./search";
import { t } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void };

/** The dialog for a new request: what must be known at once; the rest is written in the record that opens. */
export function EvidenceForm({ open, onOpenChange, created }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("new_title")} description={t("new_more")} width={520}>
      {open && <Body close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

type Input = {
  name: string;
  description: string;
  category: string;
  kind: Kind;
  frequency: Frequency;
  owner: string;
  reviewer: string;
  scope: string;
};
const empty: Input = {
  name: "",
  description: "",
  category: "",
  kind: "report",
  frequency: "quarterly",
  owner: "",
  reviewer: "",
  scope: ORGANISATION,
};

function Body({ close, created }: { close: () => void; created: (id: string) => void }) {
  const categories = useCategories();
  const list = useId();
  const products = useQuery(productsQuery).data ?? [];
  const form = useForm({
    start: empty,
    send: (body) => evidence.create({ body }),
    done: (out) => {
      toast.saved(t("created", { name: out.name }), out);
      void refreshAll();
      created(out.id);
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("name")} hint={t("name_hint")} maxLength={200} required {...form.field("name")} />
      <TextArea label={t("description")} optional maxLength={4000} placeholder={t("description_none")} {...form.field("description")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t("how_often")} options={frequencyChoices} {...form.field("frequency")} />
        <Select label={t("kind")} options={kindChoices} {...form.field("kind")} />
        <OwnerField label={t("owner")} nobody={t("nobody")} {...form.field("owner")} />
        <OwnerField
          label={t("reviewer")}
          nobody={t("reviewer_none")}
          icon={<UserRoundCheck size={14} className="text-fg-3" aria-hidden />}
          {...form.field("reviewer")}
        />
      </div>
      {products.length > 0 && (
        <Select
          label={t("belongs_to")}
          hint={t("belongs_to_hint")}
          options={[{ value: ORGANISATION, label: t("scope_whole") }, ...products.map((p) => ({ value: p.id, label: p.name }))]}
          {...form.field("scope")}
        />
      )}
      <div>
        <TextField label={t("category")} optional maxLength={100} list={list} autoComplete="off" {...form.field("category")} />
        <datalist id={list}>
          {categories.map((c) => (
            <option key={c} value={c} />
          ))}
        </datalist>
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
