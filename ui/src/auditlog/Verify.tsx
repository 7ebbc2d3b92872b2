import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { CircleCheck, CircleDashed, LoaderCircle, ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { AuditVerdict } from "#/api/api";
import { Button } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { CheckField } from "#/kit/Checkbox";
import { cache } from "#/kit/cache";
import { Field, TextArea } from "#/kit/Field";
import { bytes } from "#/kit/format";
import { Note, sentence } from "#/kit/State";
import { exactly, verdictQuery } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug/audit");

/** Recomputes the log and says what was found. It goes on when somebody leaves the page, and the result waits for them. */
export function Verify() {
  const [objects, setObjects] = useState(false);
  const [old, setOld] = useState("");
  const { data, error, isFetching, refetch } = useQuery(verdictQuery(objects, old));
  const run = async () => {
    await refetch();
    void cache.invalidateQueries({ queryKey: ["audit", "checkpoints"] });
    void cache.invalidateQueries({ queryKey: ["audit", "list"] });
  };
  return (
    <Card>
      <div aria-live="polite">
        {isFetching ? <Running objects={objects} /> : data ? <Verdict v={data} /> : <Before />}
        {error && !isFetching && (
          <Note tone="bad" icon={<ShieldAlert size={15} />} className="mt-4">
            {sentence(error)}
          </Note>
        )}
      </div>
      <Old value={old} disabled={isFetching} onChange={setOld} />
      <div className="mt-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line pt-4">
        <CheckField
          label={t("verify_files")}
          hint={t("verify_files_more")}
          checked={objects}
          disabled={isFetching}
          onChange={setObjects}
          className="min-w-52 flex-1"
        />
        <Button variant={data ? "outline" : "primary"} pending={isFetching} onClick={() => void run()}>
          {data ? t("verify_again") : t("verify_now")}
        </Button>
      </div>
    </Card>
  );
}

/** A checkpoint that somebody kept: the log of today must begin with what it signed. */
function Old({ value, disabled, onChange }: { value: string; disabled: boolean; onChange: (text: string) => void }) {
  return (
    <details className="mt-4">
      <summary className="w-fit rounded font-medium">{t("compare")}</summary>
      <p className="mt-1.5 text-pretty text-fg-2">{t("compare_why")}</p>
      <TextArea
        label={t("compare_text")}
        rows={6}
        spellCheck={false}
        disabled={disabled}
        value={value}
        onChange={onChange}
        className="mt-2"
      />
      <Field label={t("compare_file")} className="mt-2">
        {(bind) => (
          <input
            {...bind}
            type="file"
            disabled={disabled}
            onChange={(e) => void e.target.files?.[0]?.text().then((text) => onChange(text.slice(0, 200_000)))}
          />
        )}
      </Field>
    </details>
  );
}

const looks = {
  ask: "bg-accent-soft text-accent-text",
  ok: "bg-ok-soft text-ok-text",
  bad: "bg-bad-soft text-bad-text",
};

/** A sign and a sentence that can be read from afar. */
function Head({ look, icon, title, children }: { look: keyof typeof looks; icon: ReactNode; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex items-start gap-4 pt-1">
      <span aria-hidden className={clsx("flex size-12 shrink-0 items-center justify-center rounded-2xl", looks[look])}>
        {icon}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="text-lg leading-6 font-semibold tracking-[-0.011em] text-balance">{title}</h2>
        {children}
      </div>
    </div>
  );
}

const Before = () => (
  <Head look="ask" icon={<ShieldQuestion size={24} />} title={t("verify_title")}>
    <p className="mt-1 text-pretty text-fg-2">{t("verify_how")}</p>
  </Head>
);

function Running({ objects }: { objects: boolean }) {
  const [since] = useState(Date.now);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - since) / 1000)), 500);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <Head look="ask" icon={<LoaderCircle size={24} className="spin" />} title={t("reading")}>
      <p className="mt-1 text-pretty text-fg-2">{t(objects ? "reading_files" : "reading_log")}</p>
      <span aria-hidden className="skeleton mt-4 block h-1.5 rounded-full" />
      <span aria-hidden className="tnum mt-1.5 block text-xs text-fg-3">
        {seconds > 1 ? t("seconds", { n: seconds }) : "\u00a0"}
      </span>
    </Head>
  );
}

function Verdict({ v }: { v: AuditVerdict }) {
  const problems = direct(v.tenant.problems).length + direct(v.installation.problems).length + v.objects.problems.length;
  const when = <p className="mt-3 text-xs text-fg-3">{t.rich("verdict_at", { when: <time dateTime={v.at}>{exactly(v.at)}</time> })}</p>;
  const checkpoints = <span className="whitespace-nowrap">{t("verdict_ok_checkpoints", { n: v.tenant.checkpoints })}</span>;
  if (!v.ok)
    return (
      <Head look="bad" icon={<ShieldAlert size={24} />} title={t("verdict_bad", { n: problems })}>
        <p className="mt-1 text-pretty text-fg-2">{t("verdict_bad_more")}</p>
        <Problems log="tenant" all={v.tenant.problems} />
        <Problems log="installation" all={v.installation.problems} />
        <Problems all={v.objects.problems} />
        {when}
      </Head>
    );
  return (
    <Head
      look="ok"
      icon={<ShieldCheck size={24} />}
      title={
        <>
          {t("verdict_ok", { n: v.tenant.records })}; {checkpoints}
        </>
      }
    >
      <ul className="mt-2.5 space-y-1.5 text-fg-2">
        <Line ok>{t("verdict_installation", { n: v.installation.records })}</Line>
        {v.objects.checked > 0 ? (
          <Line ok>{t("verdict_files", { n: v.objects.checked, size: bytes(v.objects.bytes) })}</Line>
        ) : (
          <Line>{t("verdict_no_files")}</Line>
        )}
        {v.kept > 0 && <Line ok>{t("verdict_kept", { n: v.kept })}</Line>}
        {v.checkpoint && <Line ok>{t("verdict_signed")}</Line>}
      </ul>
      {when}
    </Head>
  );
}

function Line({ ok, children }: { ok?: boolean; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2">
      {ok ? (
        <CircleCheck size={15} aria-hidden className="mt-0.5 shrink-0 text-ok" />
      ) : (
        <CircleDashed size={15} aria-hidden className="mt-0.5 shrink-0 text-fg-3" />
      )}
      {children}
    </li>
  );
}

/** What is said of the tree above a changed record follows from the change: it is no fault of its own. */
const follows = (text: string) => text.startsWith("The tree above");
const direct = (all: readonly string[]) => (all.every(follows) ? all : all.filter((text) => !follows(text)));

/** What does not hold, each with the way to the record it names. */
function Problems({ log, all }: { log?: "tenant" | "installation"; all: readonly string[] }) {
  if (all.length === 0) return null;
  const first = direct(all);
  const rest = all.filter((text) => !first.includes(text));
  return (
    <div className="mt-3 overflow-hidden rounded-lg border border-bad/30">
      <ul className="divide-y divide-bad/20">
        {first.map((text) => (
          <Problem key={text} log={log} text={text} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details className="border-t border-bad/20 px-3 py-2 text-xs text-fg-2">
          <summary className="w-fit rounded">{t("verdict_follows", { n: rest.length })}</summary>
          <ul className="mt-1.5 list-disc space-y-0.5 ps-5">
            {rest.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Problem({ log, text }: { log?: "tenant" | "installation"; text: string }) {
  const { slug } = route.useParams();
  const seq = /record (\d+)/i.exec(text)?.[1];
  return (
    <li className="flex min-h-9 items-center gap-3 px-3 py-1.5">
      <span className="min-w-0 flex-1 text-pretty break-words">{text}</span>
      {log && seq && !/is missing|cannot be read|up to record/i.test(text) && (
        <Link
          to="/o/$slug/audit"
          params={{ slug }}
          search={{ tab: "proof", open: `${log}-${seq}` }}
          className="shrink-0 rounded text-xs font-medium text-accent-text hover:underline"
        >
          {t("in_log", { seq })}
        </Link>
      )}
    </li>
  );
}
