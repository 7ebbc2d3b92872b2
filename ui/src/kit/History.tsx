import { useInfiniteQuery } from "@tanstack/react-query";
import { Cog } from "lucide-react";
import { audit } from "#/api/api";
import { Avatar } from "./Avatar";
import { Button } from "./Button";
import { DiffList } from "./DiffList";
import { withDates } from "./format";
import { ErrorState, Skeleton } from "./State";
import { dictionary } from "./t";
import { UndoButton } from "./Undo";
import { DateText } from "./When";
import { t } from "./words";

type Table = Parameters<typeof audit.history>[0]["table"];
type Step = Awaited<ReturnType<typeof audit.history>>["items"][number];
const size = 20;

/** What happened to one record and its parts, field by field, newest first. Cached under ["history", table, id]. */
export function History({ table, id }: { table: Table; id: string }) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["history", table, id],
    queryFn: ({ pageParam }) => audit.history({ table, id, page: pageParam, limit: size }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
    staleTime: 0,
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />;
  if (!data) return <Skeleton lines={4} />;
  return (
    <>
      <ol className="space-y-4">
        {data.pages
          .flatMap((p) => p.items)
          .map((s) => (
            <Entry key={s.seq} table={table} step={s} />
          ))}
      </ol>
      {hasNextPage && (
        <Button size="sm" className="mt-3" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("history_older")}
        </Button>
      )}
    </>
  );
}

/** Parts that every record of their kind has: that they came with it is no news. */
const own = new Set(["control_status", "control_effective"]);

function Entry({ table, step: s }: { table: Table; step: Step }) {
  const person = s.actor.kind === "person" || s.actor.kind === "token";
  const shown = s.changes.flatMap((c) =>
    c.fields
      // What begins has no past: its first values stand in the record itself. The system's first word is news, though.
      .filter((f) => (c.op === "update" || f.column === "effective") && !(s.because && f.column === "reason"))
      .map((f) => ({ field: `${c.table}/${c.pk}/${f.column}`, label: f.name, old: withDates(f.old), new: withDates(f.new) })),
  );
  const others = s.changes.filter((c) => c.op !== "update" && c.name && !own.has(c.table));
  return (
    <li className="flex gap-2.5">
      {person ? (
        <Avatar name={s.actor.name} size={20} />
      ) : (
        <span className="flex size-5 shrink-0 items-center justify-center rounded-full bg-mute-soft text-fg-3">
          <Cog size={12} aria-hidden />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-1.5 text-fg-2">
          <span className="font-medium text-fg">{person ? s.actor.name : t("history_system")}</span>
          <span>{actionWords(table, s.action)}</span>
          <span className="ms-auto text-xs text-fg-3">
            <DateText value={s.at} show="ago" />
          </span>
        </p>
        {others.length > 0 && (
          <ul className="mt-0.5 text-xs text-fg-3">
            {others.slice(0, 4).map((c) => (
              <li key={`${c.table}/${c.pk}`} className="truncate">
                {t(c.op === "insert" ? "history_added" : "history_removed", { name: c.name })}
              </li>
            ))}
            {others.length > 4 && <li>{t("more", { n: others.length - 4 })}</li>}
          </ul>
        )}
        {shown.length > 0 && (
          <div className="mt-1 text-xs">
            <DiffList changes={shown} />
          </div>
        )}
        {s.undo && (
          <div className="mt-0.5 -ms-2">
            <UndoButton seq={s.seq} what={actionWords(table, s.action)} quiet />
          </div>
        )}
        {s.because && <p className="mt-1 text-xs text-pretty text-fg-3">{t("history_because", { why: withDates(s.because) })}</p>}
      </div>
    </li>
  );
}

const verbs = {
  accept: "accepted a file",
  add_attestation: "added an attestation",
  add_contract: "added a contract",
  answer: "wrote down an answer",
  ask: "put questions to it",
  assess: "began an assessment",
  attachment_delete: "deleted a file",
  attachment_upload: "uploaded a file",
  conclude: "concluded an assessment",
  decide: "decided on it",
  delete_attestation: "deleted an attestation",
  delete_contract: "deleted a contract",
  delete_questionnaire: "deleted a questionnaire",
  discard_assessment: "discarded an assessment",
  save_assessment: "went on with an assessment",
  update_attestation: "changed an attestation",
  update_contract: "changed a contract",
  add: "added an occurrence",
  add_control: "made a control for it",
  applicability: "decided whether it applies",
  archive: "turned it off",
  audit_undo: "took a change back",
  bulk: "changed it together with others",
  claim: "set the status",
  comment_create: "commented",
  create: "created it",
  delete: "deleted it",
  delete_file: "deleted a file",
  enable: "turned a framework on",
  evidence_create: "asked for evidence",
  evidence_delete: "deleted an evidence request",
  evidence_link: "linked evidence",
  evidence_recalculate: "weighed it again",
  evidence_unlink: "unlinked evidence",
  field_set: "filled in a field",
  framework_add_control: "made it for a requirement",
  framework_delete: "deleted a framework",
  framework_enable: "turned a framework on",
  framework_import: "imported a framework",
  framework_map: "mapped a requirement",
  framework_unmap: "took a mapping away",
  import: "imported it",
  link: "linked a control",
  link_create: "linked it with another record",
  link_delete: "removed a link",
  link_update: "changed the note of a link",
  map: "mapped a control",
  recalculate: "weighed it again",
  reject: "rejected a file",
  restore: "turned it on again",
  prove: "uploaded its proof",
  reschedule: "moved a due date",
  say: "said how far it is",
  settle: "weighed it again",
  tag_delete: "deleted a tag",
  tag_merge: "merged two tags",
  tag_put: "changed its tags",
  undo: "took a change back",
  turn: "made the next occurrence",
  unlink: "unlinked a control",
  unmap: "took a mapping away",
  update: "edited it",
  update_file: "corrected a file",
  update_requirement: "edited it",
  upload: "uploaded a file",
  assign: "gave it to somebody",
  start: "began it",
  done: "marked it as done",
  cancel: "cancelled it",
  review: "reviewed it",
  reopen: "opened it again",
};
const said = dictionary(verbs);
const isSaid = (verb: string): verb is keyof typeof verbs => verb in verbs;

/** Whose operations change a table by their own names; another module's are spoken with what they are about. */
const home: Record<Table, string> = {
  access_grant: "grant",
  activity: "activity",
  asset: "asset",
  application: "application",
  control: "control",
  department: "department",
  evidence: "evidence",
  framework: "framework",
  job_role: "job_role",
  organisation: "settings",
  person: "member",
  process: "bia",
  personnel: "personnel",
  requirement: "framework",
  policy: "policy",
  risk: "risk",
  vendor: "vendor",
  task: "task",
};

/** "control.claim" is spoken as what was done: the record it was done to is on screen. */
function actionWords(table: Table, action: string): string {
  const [module = "", verb = action] = action.split(".");
  const word = module === home[table] ? verb : `${module}_${verb}`;
  return isSaid(word) ? said(word) : verb.replaceAll("_", " ");
}
