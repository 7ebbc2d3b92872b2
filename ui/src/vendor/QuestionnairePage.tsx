import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { Building2, Check, Flag } from "lucide-react";
import { useState } from "react";
import { type VendorAnswer, type VendorAsked, vendor } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { TextArea } from "#/kit/Field";
import { longDate, percent, shortDate } from "#/kit/format";
import { inTurn } from "#/kit/known";
import { Meter } from "#/kit/Meter";
import { ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { questionnaireQuery } from "./data";
import { vendors } from "./fields";
import { t } from "./words";

/** The questions that were put to a vendor: answered here as the answers come in, and judged. */
export function QuestionnairePage() {
  const { slug = "", id = "" } = useParams({ strict: false });
  const { data: q, error, refetch } = useQuery(questionnaireQuery(id));
  const owner = useQuery({ ...vendors.detailQuery(q?.vendor ?? ""), enabled: q !== undefined }).data;
  return (
    <Page>
      <Topbar
        title={q ? `${t("questionnaire")} · ${shortDate(q.opened_at)}` : t("questionnaire")}
        icon={<Building2 />}
        parent={<Link to={orgPath(slug, q ? `vendors/${q.vendor}` : "vendors")}>{owner?.name ?? t("vendors")}</Link>}
      />
      {q ? <Body q={q} /> : error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton className="p-6" lines={8} />}
    </Page>
  );
}

const SHOWN = ["all", "unanswered", "flagged"] as const;

function Body({ q }: { q: VendorAsked }) {
  const [show, setShow] = useState<(typeof SHOWN)[number]>("all");
  const some = q.answers.filter((a) => show === "all" || (show === "flagged" ? a.flagged : a.answer.length === 0));
  const sections = [...new Set(some.map((a) => a.section))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
    <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
      <div className="mx-auto max-w-[860px] px-5 py-5">
        <div className="mb-5 flex flex-wrap items-center gap-x-6 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3">
          <div className="min-w-40 flex-1">
            <p className="mb-1.5 text-xs text-fg-2">{t("answered_of", { done: q.answered, n: q.questions })}</p>
            <span className="flex">
              <Meter value={q.answered} max={q.questions} />
            </span>
          </div>
          <p>
            <span className="flex items-center gap-1.5 text-xs text-fg-2">
              {t("score")} <Help>{q.defined}</Help>
            </span>
            <span className="tnum text-lg font-semibold">{percent(q.score)}</span>
          </p>
          <fieldset className="flex gap-1">
            <legend className="sr-only">{t("questionnaire")}</legend>
            {SHOWN.map((s) => (
              <Button key={s} size="sm" variant={show === s ? "outline" : "ghost"} aria-pressed={show === s} onClick={() => setShow(s)}>
                {s === "flagged" ? t("flagged", { n: q.flagged }) : t(s)}
              </Button>
            ))}
          </fieldset>
        </div>
        {sections.map((s) => (
          <section key={s} aria-label={s} className="mb-6">
            <h2 className="mb-2 text-sm font-semibold">{s}</h2>
            <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
              {some
                .filter((a) => a.section === s)
                .map((a) => (
                  <Question key={a.id} a={a} of={q.id} />
                ))}
            </ol>
          </section>
        ))}
      </div>
    </div>
  );
}

/** Saves what is said of an answer, one call after the other. */
async function save(of: string, a: VendorAnswer, body: Parameters<typeof vendor.answer>[0]["body"]) {
  const { queryKey } = questionnaireQuery(of);
  try {
    await inTurn(a.id, async () => {
      const now = cache.getQueryData(queryKey)?.answers.find((x) => x.id === a.id) ?? a;
      const out = await vendor.answer({ id: a.id, version: now.version, body });
      cache.setQueryData(queryKey, (q) => q && { ...q, answers: q.answers.map((x) => (x.id === out.id ? out : x)) });
    });
  } catch (e) {
    toast.failed(e);
  }
  await cache.invalidateQueries({ queryKey: ["vendor"] });
}

function Question({ a, of }: { a: VendorAnswer; of: string }) {
  const { editor } = useSession();
  const put = (body: Parameters<typeof vendor.answer>[0]["body"]) => void save(of, a, body);
  const toggle = (o: string) =>
    put({ answer: a.answer.includes(o) ? a.answer.filter((x) => x !== o) : a.type === "multiple" ? [...a.answer, o] : [o] });
  return (
    <li className={clsx("px-4 py-3.5", a.flagged && "bg-warn-soft/40")}>
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p id={`q-${a.id}`} className="text-pretty">
            {a.question}
          </p>
          <p className="mt-0.5 text-xs text-pretty text-fg-3">
            {[a.key, a.proof && t("proof", { what: a.proof }), a.hint && t("hint", { hint: a.hint })].filter(Boolean).join(" · ")}
          </p>
        </div>
        {a.flagged && <Flag size={14} className="mt-0.5 shrink-0 text-warn-text" aria-label={t("follow_up")} />}
      </div>
      {a.options.length > 0 ? (
        <fieldset aria-labelledby={`q-${a.id}`} className="mt-2.5 flex flex-wrap gap-1.5">
          {a.options.map((o) => (
            <button
              key={o}
              type="button"
              aria-pressed={a.answer.includes(o)}
              disabled={!editor}
              onClick={() => toggle(o)}
              className={clsx(
                "min-h-7 rounded-md border px-2.5 text-sm pointer-coarse:min-h-9",
                a.answer.includes(o) ? "border-accent bg-accent-soft font-medium text-accent-text" : "border-line enabled:hover:bg-hover",
              )}
            >
              {o}
            </button>
          ))}
        </fieldset>
      ) : (
        <Lines label={t("answer_text")} value={a.answer[0] ?? ""} onSave={(v) => put({ answer: v ? [v] : [] })} />
      )}
      {a.type === "single_with_text" && <Lines label={t("detail")} value={a.detail} onSave={(detail) => put({ detail })} />}
      {a.answer.length > 0 && (
        <div className="mt-2.5 flex flex-wrap items-center gap-1.5">
          {editor && (
            <>
              <Button
                size="sm"
                variant={a.mark === "accepted" ? "outline" : "ghost"}
                aria-pressed={a.mark === "accepted"}
                onClick={() => put({ mark: a.mark === "accepted" ? "" : "accepted" })}
              >
                <Check size={13} /> {t("accepted")}
              </Button>
              <Button
                size="sm"
                variant={a.mark === "follow_up" ? "outline" : "ghost"}
                aria-pressed={a.mark === "follow_up"}
                onClick={() => put({ mark: a.mark === "follow_up" ? "" : "follow_up" })}
              >
                <Flag size={13} /> {t("follow_up")}
              </Button>
            </>
          )}
          {!editor && a.mark && <Tag tone={a.mark === "accepted" ? "ok" : "warn"}>{t(a.mark)}</Tag>}
          <span className="ms-auto text-xs text-fg-3" title={longDate(a.answered_at)}>
            {t("answered_by", { who: a.answered_by, when: shortDate(a.answered_at) })}
          </span>
        </div>
      )}
      {(a.flagged || a.note) && <Lines label={t("note")} value={a.note} onSave={(note) => put({ note })} />}
    </li>
  );
}

/** Text that is saved when the focus leaves it. */
function Lines({ label, value, onSave }: { label: string; value: string; onSave: (v: string) => void }) {
  const { editor } = useSession();
  const [text, setText] = useState<string>();
  if (!editor) return value ? <p className="mt-2 whitespace-pre-wrap break-words text-fg-2">{value}</p> : null;
  return (
    <TextArea
      className="mt-2.5"
      label={label}
      rows={1}
      maxLength={5000}
      value={text ?? value}
      onChange={setText}
      onBlur={() => {
        if (text !== undefined && text.trim() !== value) onSave(text.trim());
        setText(undefined);
      }}
    />
  );
}
