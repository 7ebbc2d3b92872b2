import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestionMark, UserRound } from "lucide-react";
import { useState } from "react";
import { type EvidenceAsk, type EvidenceDetail, evidence } from "#/api/api";
import { Avatar, Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Field, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ago, fullDate, longDate, today } from "#/kit/format";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { attach, daysAfter, refreshEvidence } from "./data";
import { t } from "./words";

const tones = { open: "info", late: "bad", answered: "ok", answered_late: "warn", withdrawn: "mute" } as const;
const names = {
  open: t("ask_state_open"),
  late: t("ask_state_late"),
  answered: t("ask_state_answered"),
  answered_late: t("ask_state_answered_late"),
  withdrawn: t("ask_state_withdrawn"),
} as const;

/** Who was asked for the proof, and a way to ask. */
export function AskPart({ e }: { e: EvidenceDetail }) {
  const { editor } = useSession();
  const [asking, setAsking] = useState(false);
  if (e.asks.length === 0 && (!editor || e.not_applicable)) return null;
  return (
    <div className={e.cycles.length > 0 ? "mt-3 border-t border-line pt-3" : "mt-2"}>
      {e.asks.length > 0 && (
        <ul className="mb-1 space-y-2.5">
          {e.asks.slice(0, 5).map((a) => (
            <Asked key={a.id} e={e} a={a} />
          ))}
        </ul>
      )}
      {editor && !e.not_applicable && (
        <Button size="sm" variant="ghost" className="-ms-2" onClick={() => setAsking(true)}>
          <MessageCircleQuestionMark size={13} /> {t("ask_colleague")}
        </Button>
      )}
      <Dialog open={asking} onOpenChange={setAsking} title={t("ask_title")} description={e.name}>
        {asking && <AskForm e={e} close={() => setAsking(false)} />}
      </Dialog>
    </div>
  );
}

function Asked({ e, a }: { e: EvidenceDetail; a: EvidenceAsk }) {
  const { editor, admin, person } = useSession();
  const open = a.state === "open" || a.state === "late";
  return (
    <li data-ask={a.state} className="flex items-start gap-2">
      <Avatar name={a.asked_name} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="truncate font-medium">{a.asked_name}</span>
          <Tag tone={tones[a.state]}>{names[a.state]}</Tag>
          <span className="text-xs text-fg-3">{t("asked_by_when", { day: fullDate(a.due_on) })}</span>
        </div>
        <p className="text-xs text-fg-3">
          <span title={longDate(a.asked_at)}>{t("asked_by", { who: a.asked_by_name, when: ago(a.asked_at) })}</span>
          {a.answered_at && <span title={longDate(a.answered_at)}>, {t("asked_answered", { when: ago(a.answered_at) })}</span>}
          {a.withdrawn_at && <span title={longDate(a.withdrawn_at)}>, {t("asked_withdrawn", { when: ago(a.withdrawn_at) })}</span>}
        </p>
        {a.message && <p className="mt-0.5 text-xs break-words whitespace-pre-wrap text-fg-2">“{a.message}”</p>}
      </div>
      {editor && open && (admin || a.asked_by === person) && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => void attach(e.id, () => evidence.withdraw({ id: a.id }), t("withdrawn", { name: a.asked_name }))}
        >
          {t("withdraw")}
        </Button>
      )}
    </li>
  );
}

function AskForm({ e, close }: { e: EvidenceDetail; close: () => void }) {
  const { person } = useSession();
  const people = (useQuery(peopleQuery).data ?? []).filter((p) => p.active && p.id !== person);
  const [now] = useState(today);
  const form = useForm({
    start: { person: e.owner !== person ? e.owner : "", message: "", due_on: daysAfter(now, 7) },
    send: (body) => evidence.ask({ id: e.id, body }),
    done: (out, input) => {
      toast.saved(t("asked", { name: people.find((p) => p.id === input.person)?.name ?? "" }), out);
      void refreshEvidence(e.id);
      close();
    },
  });
  const chosen = form.field("person");
  const name = people.find((p) => p.id === chosen.value)?.name ?? "";
  return (
    <Form form={form}>
      <Field label={t("a_colleague")} error={chosen.error}>
        {(b) => (
          <PeoplePicker
            people={people}
            value={chosen.value}
            onChange={chosen.onChange}
            trigger={
              <button
                type="button"
                id={b.id}
                aria-label={`${t("a_colleague")}: ${name || t("asked_nobody")}`}
                aria-describedby={b["aria-describedby"]}
                className="input flex items-center gap-2 text-start"
              >
                {name ? (
                  <Person name={name} nobody="" />
                ) : (
                  <>
                    <UserRound size={14} className="text-fg-3" aria-hidden /> <span className="text-fg-3">{t("asked_nobody")}</span>
                  </>
                )}
              </button>
            }
          />
        )}
      </Field>
      <TextArea label={t("ask_message")} optional maxLength={2000} placeholder={t("ask_message_hint")} {...form.field("message")} />
      <DateField label={t("ask_due")} min={now} required {...form.field("due_on")} />
      <p className="text-xs text-pretty text-fg-3">{t("ask_effect")}</p>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("ask")}
        </Button>
      </DialogActions>
    </Form>
  );
}
