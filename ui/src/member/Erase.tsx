import { useQuery } from "@tanstack/react-query";
import { type Erasing, erasure } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { t } from "./words";

type EraseProps = { person: string; name: string; onClose: () => void; onErased: () => void };

/** Erases a person's data for good: what that is, where texts still name them, and the words that say it is meant. */
export function Erase({ person, name, onClose, onErased }: EraseProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["member", "erasure", person],
    queryFn: () => erasure.look_at_person({ id: person }),
    gcTime: 0,
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("erase_title", { name })} description={t("erase_lead")} width={560}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <Asked data={data} onClose={onClose} onErased={onErased} />
      )}
    </Dialog>
  );
}

function Asked({ data: d, onClose, onErased }: { data: Erasing; onClose: () => void; onErased: () => void }) {
  const form = useForm({
    start: { confirm: "", reason: "", password: "" },
    send: (body) => erasure.erase_person({ id: d.id, body }),
    refresh: [["member"]],
    done: (out) => {
      toast.done(t("erased", { pseudonym: out.pseudonym }));
      onErased();
    },
  });
  return (
    <Form form={form}>
      <ul className="list-disc space-y-1 ps-4 text-pretty text-fg-2 marker:text-fg-3">
        <li>{t("erase_pseudonym", { pseudonym: d.pseudonym })}</li>
        {d.member && <li>{t("erase_member")}</li>}
        <li>{t(d.elsewhere ? "erase_elsewhere" : "erase_account")}</li>
        <li>{t("erase_past")}</li>
        <li>{t("erase_files")}</li>
      </ul>
      {d.mentions.length > 0 && (
        <Note tone="warn">
          <p>{t(d.more ? "erase_mentions_more" : "erase_mentions", { n: d.mentions.length })}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls does so by keyboard too */}
          <ul tabIndex={0} aria-label={t("erase_where")} className="mt-1 max-h-32 overflow-y-auto text-xs">
            {d.mentions.map((m) => (
              <li key={`${m.kind} ${m.id} ${m.column}`} className="truncate">
                <span className="ref">{m.kind}</span> {m.ref} {m.title || m.id} · {m.column}
              </li>
            ))}
          </ul>
        </Note>
      )}
      <TextField
        label={t("erase_confirm", { email: d.email || d.name })}
        required
        autoComplete="off"
        spellCheck={false}
        {...form.field("confirm")}
      />
      <TextArea label={t("erase_reason")} hint={t("erase_reason_hint")} required rows={2} maxLength={500} {...form.field("reason")} />
      <TextField label={t("erase_password")} type="password" autoComplete="current-password" required {...form.field("password")} />
      <DialogActions>
        <LinkButton href={erasure.person_data({ id: d.id })} download className="me-auto">
          {t("data_download")}
        </LinkButton>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="danger" disabled={!form.input.confirm} pending={form.pending}>
          {t("erase_do")}
        </Button>
      </DialogActions>
    </Form>
  );
}
