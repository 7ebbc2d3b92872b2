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

/** The families that there are. */
export function useFamilies(): string[] {
  const values = useQuery(facetsQuery(undefined)).data?.domain ?? [];
  return values
    .map((v) => v.value)
    .filter((v) => v !== "")
    .sort((a, b) => a.localeCompare(b));
}

type PickerProps = {
  trigger: ReactElement;
  value: string | undefined;
  onChange: (family: string) => void;
  onNew: () => void;
  side?: "top" | "bottom";
};

const fresh = "\u0000new";
/** Chooses a family, or begins a new one. */
export function FamilyPicker({ trigger, value, onChange, onNew, side }: PickerProps) {
  const options: Option[] = [
    { value: "", label: t("domain_none") },
    ...useFamilies().map((name) => ({ value: name, label: name })),
    { value: fresh, label: t("domain_new"), icon: <FolderPlus size={14} /> },
  ];
  return <Picker side={side} trigger={trigger} options={options} value={value} onChange={(v) => (v === fresh ? onNew() : onChange(v))} />;
}

/** Asks for the name of a new family. */
export function FamilyDialog({
  open,
  onOpenChange,
  send,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  send: (name: string) => Promise<unknown>;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("domain_new").replace("…", "")} description={t("domain_new_more")}>
      {open && <Body close={() => onOpenChange(false)} send={send} />}
    </Dialog>
  );
}

function Body({ close, send }: { close: () => void; send: (name: string) => Promise<unknown> }) {
  const form = useForm({ start: { domain: "" }, send: (v) => send(v.domain.trim()), done: close });
  return (
    <Form form={form}>
      <TextField label={t("domain_title")} maxLength={100} required {...form.field("domain")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.input.domain.trim()}>
          {t("domain_set")}
        </Button>
      </DialogActions>
    </Form>
  );
}
