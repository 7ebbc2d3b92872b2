import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { OwnerField } from "#/kit/OwnerField";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { t } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void };

/** The dialog for a new policy: a title is enough. */
export function PolicyForm({ open, onOpenChange, created }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("add")} description={t("add_more")}>
      {open && <Body close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

function Body({ close, created }: { close: () => void; created: (id: string) => void }) {
  const facets = useQuery({ queryKey: ["policy", "facets", ""], queryFn: () => policy.facets() }).data;
  const list = useId();
  const form = useForm({
    start: { title: "", category: "", owner: "" },
    send: (body) => policy.create({ body }),
    done: (out) => {
      toast.saved(t("created", { ref: out.ref }), out);
      void refreshAll();
      created(out.id);
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("policy")} hint={t("title_hint")} maxLength={300} required {...form.field("title")} />
      <TextField label={t("category")} optional maxLength={100} list={list} autoComplete="off" {...form.field("category")} />
      <datalist id={list}>{(facets?.category ?? []).map((c) => c.value && <option key={c.value} value={c.value} />)}</datalist>
      <OwnerField label={t("owner")} nobody={t("nobody")} {...form.field("owner")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
