import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { backup, erasure } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { Group, GroupRow } from "#/kit/Group";
import { Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { readAgain } from "./query";
import { t } from "./words";

/** The way out: the whole organisation goes, after a time in which it can be kept. */
export function Leave() {
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: ["erasure"], queryFn: () => erasure.get() });
  return (
    <Group title={t("leave")} lead={t("leave_lead")} flush>
      {!data ? (
        <Skeleton className="p-5" lines={2} />
      ) : data.goes_at ? (
        <GroupRow
          title={t("leave_waits", { at: fullDate(data.goes_at) })}
          note={t("leave_why", { by: data.asked_by, reason: data.reason })}
        />
      ) : (
        <GroupRow title={t("leave_title")} note={t("leave_note", { n: data.days })}>
          <Button variant="danger" onClick={() => setOpen(true)}>
            {t("leave_open")}
          </Button>
        </GroupRow>
      )}
      {open && data && <Ask days={data.days} onClose={() => setOpen(false)} />}
    </Group>
  );
}

function Ask({ days, onClose }: { days: number; onClose: () => void }) {
  const { tenant } = useSession();
  const form = useForm({
    start: { slug: "", reason: "", password: "" },
    send: (body) => erasure.ask({ body }),
    refresh: [["erasure"]],
    done: (out) => {
      void readAgain();
      toast.done(t("leave_done", { name: tenant.name, at: fullDate(out.goes_at) }));
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("leave_ask", { name: tenant.name })}
      description={t("leave_ask_lead", { n: days })}
      width={520}
    >
      <Form form={form}>
        <Note
          tone="warn"
          actions={
            <LinkButton size="sm" href={backup.export({ format: "archive" })} download>
              {t("leave_export")}
            </LinkButton>
          }
        >
          {t("leave_effect")}
        </Note>
        <TextField
          label={t("leave_slug", { slug: tenant.slug })}
          required
          autoComplete="off"
          spellCheck={false}
          maxLength={40}
          {...form.field("slug")}
        />
        <TextArea label={t("leave_reason")} hint={t("leave_reason_hint")} required rows={2} maxLength={500} {...form.field("reason")} />
        <TextField label={t("leave_password")} type="password" autoComplete="current-password" required {...form.field("password")} />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="danger" disabled={form.input.slug !== tenant.slug} pending={form.pending}>
            {t("leave_do", { n: days })}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
