import { type EvidenceDetail, type EvidenceFile, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Select, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { today } from "#/kit/format";
import { toast } from "#/kit/Toast";
import { refreshEvidence } from "./data";
import { kindChoices } from "./names";
import { t } from "./words";

type Props = { e: EvidenceDetail; f: EvidenceFile; open: boolean; onOpenChange: (open: boolean) => void };

/** Corrects what is said of a file. */
export function FileForm({ e, f, open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("edit_file_title", { name: f.name })} description={t("edit_file_more")}>
      {open && <Body e={e} f={f} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ e, f, close }: { e: EvidenceDetail; f: EvidenceFile; close: () => void }) {
  const { collected_on, period_start, period_end, kind, note } = f;
  const form = useForm({
    start: { collected_on, period_start, period_end, kind, note },
    send: (body) => evidence.update_file({ id: f.id, version: f.version, body }),
    done: (out) => {
      toast.saved(t("saved"), out);
      void refreshEvidence(e.id);
      close();
    },
  });
  return (
    <Form form={form}>
      <div className="grid gap-4 sm:grid-cols-2">
        <DateField label={t("collected_on")} max={today()} required {...form.field("collected_on")} />
        <Select label={t("kind")} options={kindChoices} {...form.field("kind")} />
        <DateField label={`${t("period_label")}: ${t("period_start")}`} clearable max={today()} {...form.field("period_start")} />
        <DateField label={t("period_end")} clearable {...form.field("period_end")} />
      </div>
      <TextArea label={t("note")} optional maxLength={2000} {...form.field("note")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
