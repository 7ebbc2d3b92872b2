import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { OwnerField } from "#/kit/OwnerField";
import { toast } from "#/kit/Toast";
import { libraryQuery, refreshAll } from "./data";
import { t } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void };

/** The dialog for a new risk: a title is enough. */
export function RiskForm({ open, onOpenChange, created }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("add")} description={t("add_more")}>
      {open && <Body close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

function Body({ close, created }: { close: () => void; created: (id: string) => void }) {
  const ideas = useQuery(libraryQuery).data?.items ?? [];
  const list = useId();
  const form = useForm({
    start: { title: "", category: "", owner: "" },
    send: (body) => risk.create({ body }),
    done: (out) => {
      toast.saved(t("created", { ref: out.ref }), out);
      void refreshAll();
      created(out.id);
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("title")} hint={t("title_hint")} maxLength={300} required {...form.field("title")} />
      <TextField label={t("category")} optional maxLength={60} list={list} autoComplete="off" {...form.field("category")} />
      <datalist id={list}>
        {[...new Set(ideas.map((i) => i.category))].map((c) => (
          <option key={c} value={c} />
        ))}
      </datalist>
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
