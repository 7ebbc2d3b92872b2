import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Check, MessageSquareWarning, Plus, Send, X } from "lucide-react";
import { useState } from "react";
import { type PolicyApproval, type PolicyVersion, policy, type VersionDetail } from "#/api/api";
import { Avatar, Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { StatusIcon } from "#/kit/Status";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { refreshAll } from "./data";
import { t } from "./words";

/** Whose turn it is: the first who has not decided, while nobody rejected. */
export const turnOf = (v: Pick<PolicyVersion, "state" | "approvers">) =>
  v.state === "in_review" ? v.approvers.find((a) => a.decision === "") : undefined;

/** Who has to approve a version, one after the other, and what each decided. */
export function Approvers({ v }: { v: Pick<PolicyVersion, "state" | "approvers"> }) {
  const turn = turnOf(v);
  if (v.approvers.length === 0) return null;
  return (
    <ol className="space-y-2" aria-label={t("approvers")}>
      {v.approvers.map((a, i) => (
        <li key={a.person} className="flex items-start gap-2.5">
          <span className="tnum mt-0.5 w-3 shrink-0 text-end text-xs text-fg-3">{i + 1}</span>
          <Avatar name={a.name} size={20} />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2">
              <span className="truncate font-medium">{a.name || t("gone")}</span>
              <span className="ms-auto flex items-center gap-1.5 text-xs text-fg-2">
                <StatusIcon
                  s={
                    a.decision === "approved" ? "accepted" : a.decision === "rejected" ? "rejected" : a === turn ? "pending" : "not_started"
                  }
                />
                {a.decision === "approved"
                  ? t("approved")
                  : a.decision === "rejected"
                    ? t("sent_back")
                    : a === turn
                      ? t("their_turn")
                      : t("waits")}
              </span>
            </div>
            {a.at && (
              <p className="text-xs text-fg-3">
                <DateText value={a.at} show="full" />
              </p>
            )}
            {a.comment && <p className="mt-0.5 text-pretty text-fg-2">“{a.comment}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** All decisions that were ever made about a version: those of other words no longer count, and stay. */
export function Trail({ approvals }: { approvals: readonly PolicyApproval[] }) {
  const earlier = approvals.filter((a) => !a.counts);
  if (earlier.length === 0) return null;
  return (
    <details className="mt-3 text-sm">
      <summary className="text-xs text-fg-3 hover:text-fg">{t("earlier_decisions", { n: earlier.length })}</summary>
      <ul className="mt-2 space-y-2">
        {earlier.map((a) => (
          <li key={`${a.person} ${a.at}`} className="text-fg-2">
            <span className="flex items-center gap-1.5">
              <StatusIcon s={a.decision === "approved" ? "accepted" : "rejected"} size={12} />
              {t(a.decision === "approved" ? "approved_by" : "sent_back_by", { who: a.name || t("gone"), when: fullDate(a.at) })}
            </span>
            {a.comment && <span className="block ps-4.5 text-pretty">“{a.comment}”</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The rejection that a draft has to answer: the last decision, when it sent the version back. */
export const sentBack = (v: Pick<VersionDetail, "state" | "approvals">): PolicyApproval | undefined => {
  const last = v.approvals.at(-1);
  return v.state === "draft" && last?.decision === "rejected" ? last : undefined;
};

/** Approve and Reject, for the one whose turn it is. */
export function Decide({ v, done }: { v: Pick<PolicyVersion, "id" | "number" | "digest">; done?: () => void }) {
  const [open, setOpen] = useState<"approve" | "reject">();
  return (
    <>
      <Button variant="primary" onClick={() => setOpen("approve")}>
        <Check size={14} /> {t("approve")}
      </Button>
      <Button onClick={() => setOpen("reject")}>
        <MessageSquareWarning size={14} /> {t("reject")}
      </Button>
      <Dialog
        open={open !== undefined}
        onOpenChange={(on) => !on && setOpen(undefined)}
        title={open === "reject" ? t("reject_title", { v: v.number }) : t("approve_title", { v: v.number })}
        description={open === "reject" ? t("reject_effect") : t("approve_effect")}
      >
        {open && <DecideForm v={v} what={open} close={() => setOpen(undefined)} done={done} />}
      </Dialog>
    </>
  );
}

type DecideProps = { v: Pick<PolicyVersion, "id" | "digest">; what: "approve" | "reject"; close: () => void; done?: () => void };
function DecideForm({ v, what, close, done }: DecideProps) {
  const form = useForm({
    start: { comment: "" },
    send: ({ comment }) => policy[what]({ id: v.id, body: { comment, digest: v.digest } }),
    done: (out) => {
      toast.saved(what === "reject" ? t("rejected_said") : t("approved_said"), out);
      close();
      done?.();
      void refreshAll();
    },
  });
  return (
    <Form form={form}>
      <TextArea
        label={what === "reject" ? t("reject_why") : t("comment")}
        optional={what === "approve"}
        maxLength={2000}
        {...form.field("comment")}
      />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {what === "reject" ? t("reject") : t("approve")}
        </Button>
      </DialogActions>
    </Form>
  );
}

/** Names who has to approve, in their order, and hands the version over to the first. */
export function SubmitButton({ v, variant = "primary" }: { v: VersionDetail; variant?: "primary" | "outline" }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant={variant}
        disabled={v.digest === ""}
        title={v.digest === "" ? t("no_words") : undefined}
        onClick={() => setOpen(true)}
      >
        <Send size={14} /> {t("submit")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("submit_title", { v: v.number })} description={t("submit_effect")}>
        {open && <SubmitForm v={v} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function SubmitForm({ v, close }: { v: VersionDetail; close: () => void }) {
  const people = (useQuery(peopleQuery).data ?? []).filter((p) => p.active);
  const { person } = useSession();
  const form = useForm({
    start: { approvers: v.approvers.map((a) => a.person), change_summary: v.change_summary },
    send: async ({ approvers, change_summary }) => {
      if (change_summary.trim() !== v.change_summary) await policy.write({ id: v.id, version: v.version, body: { change_summary } });
      return policy.submit({ id: v.id, body: { approvers } });
    },
    done: (out) => {
      toast.saved(t("submitted_said", { v: out.number }), out);
      close();
      void refreshAll();
    },
  });
  const { approvers } = form.input;
  const put = (ids: string[]) => form.set({ approvers: ids });
  const move = (i: number, by: number) => {
    const next = [...approvers];
    const [one] = next.splice(i, 1);
    if (one) next.splice(i + by, 0, one);
    put(next);
  };
  const name = (id: string) => people.find((p) => p.id === id)?.name ?? "";
  const wrong = form.field("approvers").error;
  return (
    <Form form={form}>
      <div>
        <p className="mb-1 text-xs font-medium">{t("approvers")}</p>
        <ol className="mb-2 space-y-1">
          {approvers.map((id, i) => (
            <li key={id} className="flex min-h-8 items-center gap-2 rounded-md border border-line px-2">
              <span className="tnum w-4 text-xs text-fg-3">{i + 1}</span>
              <Person name={name(id)} nobody={t("gone")} />
              {id === v.author && <span className="text-xs text-fg-3">{t("author_mark")}</span>}
              <span className="ms-auto flex">
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  disabled={i === 0}
                  aria-label={t("earlier", { who: name(id) })}
                  onClick={() => move(i, -1)}
                >
                  <ArrowUp size={13} />
                </Button>
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  disabled={i === approvers.length - 1}
                  aria-label={t("later", { who: name(id) })}
                  onClick={() => move(i, 1)}
                >
                  <ArrowDown size={13} />
                </Button>
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  aria-label={t("leave_out", { who: name(id) })}
                  onClick={() => put(approvers.filter((a) => a !== id))}
                >
                  <X size={13} />
                </Button>
              </span>
            </li>
          ))}
        </ol>
        <PeoplePicker
          label={t("add_approver")}
          people={people.filter((p) => !approvers.includes(p.id) && (p.id !== person || v.author !== person))}
          value={undefined}
          onChange={(id) => id && put([...approvers, id])}
          trigger={
            <Button type="button" aria-label={t("add_approver")}>
              <Plus size={14} /> {t("add_approver")}
            </Button>
          }
        />
        {wrong && (
          <p role="alert" className="mt-1 text-xs text-bad-text">
            {wrong}
          </p>
        )}
        <p className="mt-1.5 text-xs text-pretty text-fg-3">{t("approvers_hint")}</p>
      </div>
      <TextArea label={t("change_summary")} hint={t("change_summary_hint")} optional maxLength={2000} {...form.field("change_summary")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" disabled={approvers.length === 0} pending={form.pending}>
          {t("submit")}
        </Button>
      </DialogActions>
    </Form>
  );
}
