import { useQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import type { ReactElement } from "react";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { type Option, Picker } from "#/kit/Picker";
import { facetsQuery } from "./data";
import { t } from "./words";

/** The categories that there are. */
export function useCategories(): string[] {
  const values = useQuery(facetsQuery(undefined)).data?.category ?? [];
  return values
    .map((v) => v.value)
    .filter((v) => v !== "")
    .sort((a, b) => a.localeCompare(b));
}

const fresh = "\u0000new";
type PickerProps = { trigger: ReactElement; value: string; onChange: (category: string) => void; onNew: () => void };
/** Chooses a category, or begins a new one. */
export function CategoryPicker({ trigger, value, onChange, onNew }: PickerProps) {
  const options: Option[] = [
    { value: "", label: t("category_none") },
    ...useCategories().map((name) => ({ value: name, label: name })),
    { value: fresh, label: t("category_new"), icon: <FolderPlus size={14} /> },
  ];
  return <Picker trigger={trigger} options={options} value={value} onChange={(v) => (v === fresh ? onNew() : onChange(v))} />;
}

type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void; send: (name: string) => Promise<unknown> };
/** Asks for the name of a new category. */
export function CategoryDialog({ open, onOpenChange, send }: DialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("category_new_title")} description={t("category_new_more")}>
      {open && <Body close={() => onOpenChange(false)} send={send} />}
    </Dialog>
  );
}

function Body({ close, send }: { close: () => void; send: (name: string) => Promise<unknown> }) {
  const form = useForm({ start: { category: "" }, send: (v) => send(v.category.trim()), done: close });
  return (
    <Form form={form}>
      <TextField label={t("category_title")} maxLength={100} required {...form.field("category")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.input.category.trim()}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
