import clsx from "clsx";
import { CircleCheck, CircleDashed, CircleDot, CircleSlash, CircleX, Clock, Ellipsis, Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type CycleStep, type Evidence, type EvidenceCycle, type EvidenceDetail, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { fullDate, longDate } from "#/kit/format";
import { Menu, MenuItem } from "#/kit/Menu";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { refreshEvidence } from "./data";
import type { Cycle } from "./search";
import { t } from "./words";

/** How a round stands, with what is late in the place of its state. */
type Look = { name: string; icon: ReactNode; text: string };
const look = (icon: ReactNode, name: string, text: string): Look => ({ icon, name, text });
const looks: Record<Cycle, Look> = {
  scheduled: look(<CircleDashed />, t("cycle_scheduled"), "text-fg-3"),
  open: look(<CircleDot />, t("cycle_open"), "text-info-text"),
  submitted: look(<Send />, t("cycle_submitted"), "text-info-text"),
  overdue: look(<Clock />, t("cycle_overdue"), "text-bad-text"),
  accepted: look(<CircleCheck />, t("cycle_accepted"), "text-ok-text"),
  skipped: look(<CircleSlash />, t("cycle_skipped"), "text-fg-3"),
};
export const cycleName = (c: Cycle): string => looks[c].name;

function State({ s }: { s: Cycle }) {
  return (
    <span className={clsx("inline-flex shrink-0 items-center gap-1.5 font-medium [&>svg]:size-3.5", looks[s].text)}>
      {looks[s].icon} {looks[s].name}
    </span>
  );
}

/** The latest round in the list: its state, and the day that matters. */
export function CycleCell({ e }: { e: Evidence }) {
  const s: Cycle | "" = e.overdue ? "overdue" : e.cycle_state;
  if (s === "") return <span className="text-fg-3">–</span>;
  const day = s === "scheduled" ? e.cycle_opens : s === "accepted" || s === "skipped" ? "" : e.cycle_due;
  return (
    <span className={clsx("flex min-w-0 items-center gap-1.5 [&>svg]:size-3.5 [&>svg]:shrink-0", looks[s].text)}>
      {looks[s].icon}
      <span className="sr-only">{looks[s].name}</span>
      {day ? (
        <span className="truncate">{t.rich(s === "scheduled" ? "cycle_from" : "cycle_by", { day: <DateText value={day} /> })}</span>
      ) : (
        <span className="truncate">{looks[s].name}</span>
      )}
    </span>
  );
}

const atFirst = 2;

/** The rounds of collecting a proof, newest first, each with who did what and when. */
export function CyclePart({ e }: { e: EvidenceDetail }) {
  const [all, setAll] = useState(false);
  if (e.cycles.length === 0) return e.not_applicable ? null : <p className="text-fg-3">{t("cycle_none")}</p>;
  const shown = all ? e.cycles : e.cycles.slice(0, atFirst);
  return (
    <>
      <ol className="space-y-3">
        {shown.map((c) => (
          <Round key={c.id} e={e} c={c} />
        ))}
      </ol>
      {shown.length < e.cycles.length && (
        <Button size="sm" variant="ghost" className="-ms-2 mt-2" onClick={() => setAll(true)}>
          {t("cycles_older", { n: e.cycles.length - shown.length })}
        </Button>
      )}
    </>
  );
}

function Round({ e, c }: { e: EvidenceDetail; c: EvidenceCycle }) {
  const { editor } = useSession();
  return (
    <li data-cycle={c.number}>
      <div className="flex min-h-6 flex-wrap items-center gap-x-2 gap-y-0.5">
        <State s={c.overdue ? "overdue" : c.state} />
        {c.late && <Tag tone="warn">{t("cycle_late")}</Tag>}
        <span className="text-xs text-fg-3">
          {t("cycle_no", { n: c.number })} · {t("cycle_span", { from: fullDate(c.opens_on), to: fullDate(c.due_on) })}
        </span>
        {editor && (c.state === "open" || c.state === "scheduled") && (
          <Menu
            align="end"
            trigger={
              <Button variant="ghost" size="sm" icon aria-label={`${t("more")}: ${t("cycle_no", { n: c.number })}`} className="ms-auto">
                <Ellipsis size={14} />
              </Button>
            }
          >
            <MenuItem onClick={() => askSkip(e, c)}>
              <CircleSlash size={14} /> {t("skip")}
            </MenuItem>
          </Menu>
        )}
      </div>
      {c.steps.length > 0 && (
        <ol className="mt-1 ms-[6px] space-y-1 border-s border-line ps-3.5">
          {c.steps.map((s, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
            <li key={i} className="text-xs text-pretty text-fg-2">
              <Step s={s} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function Step({ s }: { s: CycleStep }) {
  const who = s.by_name;
  const said = () => {
    switch (s.state) {
      case "submitted":
        return t("cycle_step_submitted", { name: s.file_name || "–", who: who || "–" });
      case "accepted":
        return s.note === "" && !who ? t("cycle_step_accepted_alone") : t("cycle_step_accepted", { who: who || "–" });
      case "rejected":
        return t("cycle_step_rejected", { who: who || "–" });
      case "skipped":
        return who ? t("cycle_step_skipped", { who }) : t("cycle_step_skipped_alone");
      default:
        return t("cycle_step_open");
    }
  };
  return (
    <>
      {s.state === "rejected" && <CircleX size={11} aria-hidden className="me-1 inline text-bad" />}
      {said()}
      {s.note && s.state !== "submitted" && <span className="break-words text-fg-3">: “{s.note}”</span>}{" "}
      <time dateTime={s.at} title={longDate(s.at)} className="tnum whitespace-nowrap text-fg-3">
        {fullDate(s.at)}
      </time>
    </>
  );
}

const askSkip = (e: EvidenceDetail, c: EvidenceCycle) =>
  ask({
    title: t("skip_title", { n: c.number }),
    effect: t("skip_effect"),
    action: t("skip_action"),
    danger: false,
    reason: { label: t("skip_reason"), required: true },
    run: async (reason) => {
      const out = await evidence.skip({ id: c.id, body: { reason } });
      toast.saved(t("skipped", { n: c.number }), out);
      await refreshEvidence(e.id);
    },
  });
