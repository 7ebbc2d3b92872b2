import { useQuery } from "@tanstack/react-query";
import { CalendarCheck, FilePen, Flag, Rocket, Undo2 } from "lucide-react";
import { useState } from "react";
import { type PolicyDetail, policy, type VersionDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Select, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { fullDate } from "#/kit/format";
import { Note } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Approvers, Decide, SubmitButton, sentBack, Trail, turnOf } from "./Approval";
import { refreshAll, step, versionQuery } from "./data";
import { ReviewDay } from "./Look";
import { t } from "./words";

type Props = { p: PolicyDetail /** Opens the editor of a version. */; onWrite: (id: string) => void };

/** Where a policy stands, and the step that comes next. */
export function NextStep({ p, onWrite }: Props) {
  const working = useQuery(versionQuery(p.working)).data;
  if (p.status === "archived") return <Archived p={p} />;
  if (p.working) return working ? <Working p={p} v={working} onWrite={onWrite} /> : null;
  if (p.current) return <InForce p={p} onWrite={onWrite} />;
  return <Beginning p={p} onWrite={onWrite} />;
}

function Archived({ p }: { p: PolicyDetail }) {
  const { editor } = useSession();
  return (
    <div className="space-y-3">
      <p className="text-pretty text-fg-2">{t("archived_more")}</p>
      {editor && (
        <Button onClick={() => void step(() => policy.unarchive({ id: p.id }), t("unarchived_said", { ref: p.ref }))}>
          <Undo2 size={14} /> {t("unarchive")}
        </Button>
      )}
    </div>
  );
}

/** Begins the first version: from the template's words where there is one. */
export const beginFirst = async (p: Pick<PolicyDetail, "id" | "ref">): Promise<VersionDetail | undefined> =>
  step(() => policy.begin({ id: p.id, body: {} }), t("begun_said", { v: "1.0" }));

function Beginning({ p, onWrite }: Props) {
  const { editor } = useSession();
  return (
    <div className="space-y-3">
      <p className="text-pretty text-fg-2">{p.status === "suggested" ? t("suggested_more") : t("not_started_more")}</p>
      {editor && (
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            onClick={() =>
              void beginFirst(p).then((v) => {
                if (v) onWrite(v.id);
              })
            }
          >
            <FilePen size={14} /> {p.template ? t("begin_template") : t("begin")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Working({ p, v, onWrite }: Props & { v: VersionDetail }) {
  const { editor, person } = useSession();
  const back = sentBack(v);
  const turn = turnOf(v);
  return (
    <div className="space-y-3">
      {back && (
        <Note tone="warn" icon={<StatusIcon s="rejected" />}>
          <b className="font-semibold">{t("sent_back_by", { who: back.name || t("gone"), when: fullDate(back.at) })}</b>
          <span className="block">{back.comment}</span>
        </Note>
      )}
      <p className="text-pretty text-fg-2">
        {v.state === "draft"
          ? t("draft_more", { v: v.number })
          : v.state === "in_review"
            ? t("in_review_more", { v: v.number, who: turn?.name || t("gone") })
            : t("ratified_more", { v: v.number })}
      </p>
      {v.state !== "draft" && <Approvers v={v} />}
      <Trail approvals={v.approvals} />
      <div className="flex flex-wrap gap-2">
        {turn?.person === person && <Decide v={v} />}
        {editor && v.state === "draft" && (
          <>
            <SubmitButton v={v} />
            <Button onClick={() => onWrite(v.id)}>
              <FilePen size={14} /> {t("write")}
            </Button>
          </>
        )}
        {editor && v.state === "ratified" && <Publish p={p} v={v} />}
        {editor && v.state !== "draft" && (
          <Button
            variant="ghost"
            onClick={() =>
              ask({
                title: t("withdraw_title", { v: v.number }),
                effect: t("withdraw_effect"),
                action: t("withdraw"),
                danger: false,
                run: () => step(() => policy.withdraw({ id: v.id }), t("withdrawn_said")),
              })
            }
          >
            <Undo2 size={14} /> {t("withdraw")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Publishing reaches others and is for good: it says what follows. */
function Publish({ p, v }: { p: PolicyDetail; v: VersionDetail }) {
  const [open, setOpen] = useState(false);
  const asks = p.requests.some((r) => !r.closed_at);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <Rocket size={14} /> {t("publish")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("publish_title", { ref: p.ref, v: v.number })}
        description={asks && v.number.endsWith(".0") && p.current ? t("publish_effect_ask") : t("publish_effect")}
      >
        {open && <PublishForm p={p} v={v} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function PublishForm({ p, v, close }: { p: PolicyDetail; v: VersionDetail; close: () => void }) {
  const form = useForm({
    start: { size: v.number.endsWith(".0") ? ("major" as const) : ("minor" as const), change_summary: v.change_summary },
    send: async ({ size, change_summary }: { size: "major" | "minor"; change_summary: string }) => {
      const major = size === "major";
      if (p.current ? major !== v.number.endsWith(".0") || change_summary !== v.change_summary : change_summary !== v.change_summary)
        await policy.write({ id: v.id, version: v.version, body: { change_summary, ...(p.current ? { major } : {}) } });
      return policy.publish({ id: v.id });
    },
    done: (out) => {
      toast.saved(t("published_said", { v: out.number }), out);
      close();
      void refreshAll();
    },
  });
  return (
    <Form form={form}>
      {p.current && (
        <Select
          label={t("kind_of_change")}
          hint={t("kind_of_change_hint")}
          options={[
            { value: "major", label: t("major") },
            { value: "minor", label: t("minor") },
          ]}
          {...form.field("size")}
        />
      )}
      <TextArea label={t("change_summary")} hint={t("change_summary_hint")} optional maxLength={2000} {...form.field("change_summary")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("publish")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function InForce({ p, onWrite }: Props) {
  const { editor } = useSession();
  const next = (
    <Button
      variant={p.status === "needs_update" ? "primary" : "outline"}
      onClick={() =>
        void step(() => policy.begin({ id: p.id, body: {} }), t("next_begun_said")).then((v) => {
          if (v) onWrite(v.id);
        })
      }
    >
      <FilePen size={14} /> {t("begin_next")}
    </Button>
  );
  return (
    <div className="space-y-3">
      {p.status === "needs_update" ? (
        <Note tone="warn" icon={<StatusIcon s="needs_update" />}>
          {p.outdated}
        </Note>
      ) : (
        <p className="text-pretty text-fg-2">{t("in_force_more", { v: p.in_force, when: fullDate(p.published_on) })}</p>
      )}
      {p.next_review_on && (
        <p className="flex items-center gap-2 text-fg-2">
          {t("next_review")}: <ReviewDay p={p} show="full" />
        </p>
      )}
      {editor && (
        <div className="flex flex-wrap gap-2">
          {next}
          {p.status === "published" && (
            <Button onClick={() => void step(() => policy.review({ id: p.id }), t("reviewed_said", { ref: p.ref }))}>
              <CalendarCheck size={14} /> {t("reviewed")}
            </Button>
          )}
          {p.status === "needs_update" ? (
            <Button
              variant="ghost"
              onClick={() => void step(() => policy.flag({ id: p.id, body: { reason: "" } }), t("unflagged_said", { ref: p.ref }))}
            >
              {t("unflag")}
            </Button>
          ) : (
            <Button
              variant="ghost"
              onClick={() =>
                ask({
                  title: t("flag_title", { ref: p.ref }),
                  effect: t("flag_effect"),
                  action: t("flag"),
                  danger: false,
                  reason: { label: t("flag_why"), required: true },
                  run: (reason) => step(() => policy.flag({ id: p.id, body: { reason } }), t("flagged_said", { ref: p.ref })),
                })
              }
            >
              <Flag size={14} /> {t("flag")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
