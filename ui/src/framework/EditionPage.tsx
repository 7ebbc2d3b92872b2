import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, Check, CircleCheck, PencilLine, Trash2, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { type EditionDetail, type EditionDone, type EditionRow, framework, type RowWords } from "#/api/api";
import { Button } from "#/kit/Button";
import { Checkbox } from "#/kit/Checkbox";
import { ask } from "#/kit/Dialog";
import { type Change, DiffList } from "#/kit/DiffList";
import { num } from "#/kit/format";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./crosswalkWords";
import { act, actNow, editionQuery } from "./data";

const route = getRouteApi("/o/$slug/frameworks/$id/editions/$edition");

/** Another edition of a framework, row by row: nothing is taken over before somebody accepts it. */
export function EditionPage() {
  const { slug, id, edition } = route.useParams();
  const { admin } = useSession();
  const go = route.useNavigate();
  const { data: e, error, refetch } = useQuery(editionQuery(edition));
  return (
    <Page>
      <Topbar
        title={e ? t("edition_title", { name: e.name || e.file }) : t("edition")}
        icon={<BookOpenText />}
        parent={
          <Link to="/o/$slug/frameworks/$id" params={{ slug, id }}>
            {e?.short ?? t("framework")}
          </Link>
        }
      >
        {admin && e?.status === "open" && (
          <Button
            variant="ghost"
            onClick={() =>
              ask({
                title: t("edition_discard_title", { name: e.name }),
                effect: t("edition_discard_effect", { n: e.open }),
                action: t("edition_discard"),
                run: async () => {
                  const out = await framework.discard_edition({ id: edition });
                  await go({ to: "/o/$slug/frameworks/$id", params: { slug, id } });
                  await act(async () => out, t("edition_discarded", { name: e.name }));
                },
              })
            }
          >
            <Trash2 size={14} /> <span className="max-sm:hidden">{t("edition_discard")}</span>
          </Button>
        )}
      </Topbar>
      {error && !e ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : e ? (
        <Body e={e} />
      ) : (
        <Skeleton className="p-5" lines={12} />
      )}
    </Page>
  );
}

const kinds = ["added", "changed", "moved", "withdrawn"] as const;
const tones = { added: "ok", changed: "info", moved: "plain", withdrawn: "warn" } as const;

function Body({ e }: { e: EditionDetail }) {
  const { admin } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const open = new Set(e.rows.filter(canAccept).map((r) => r.id));
    setChosen((was) => new Set([...was].filter((id) => open.has(id))));
  }, [e]);
  const acceptable = e.rows.filter(canAccept);
  const all = acceptable.length > 0 && chosen.size === acceptable.length;
  const send = (rows: string[]) =>
    actNow<EditionDone>(
      () => framework.accept_rows({ id: e.id, body: { rows } }),
      (out) => t("edition_accepted", { n: out.done }),
    );
  const decline = (rows: string[]) =>
    actNow<EditionDone>(
      () => framework.decline_rows({ id: e.id, body: { rows } }),
      (out) => t("edition_declined", { n: out.done }),
    );
  const ids = [...chosen];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="shrink-0 space-y-2 border-b border-line px-5 py-3">
        <p className="text-pretty text-fg-2">
          {e.status === "done" ? t("edition_done", { name: e.name }) : t("edition_lead", { from: e.from || "–", name: e.name || e.file })}
        </p>
        <p className="flex flex-wrap gap-1.5">
          {kinds.map((k) => {
            const n = e.rows.filter((r) => r.kind === k).length;
            return (
              n > 0 && (
                <Tag key={k} tone={tones[k]}>
                  {t(`edition_${k}`)} <span className="tnum">{num(n)}</span>
                </Tag>
              )
            );
          })}
          <Tag>{t("edition_open", { n: e.open })}</Tag>
          {e.accepted > 0 && <Tag>{t("edition_taken", { n: e.accepted })}</Tag>}
          {e.declined > 0 && <Tag>{t("edition_left", { n: e.declined })}</Tag>}
        </p>
        {e.warnings.length > 0 && (
          <Note tone="warn" icon={<TriangleAlert size={15} />}>
            {e.warnings.join(" ")}
          </Note>
        )}
      </div>
      {admin && acceptable.length > 0 && (
        <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 py-1.5">
          <Checkbox
            label={t("choose_all")}
            checked={all}
            indeterminate={chosen.size > 0 && !all}
            onChange={(on) => setChosen(on ? new Set(acceptable.map((r) => r.id)) : new Set())}
          />
          <span className="tnum text-fg-2">{chosen.size > 0 ? t("chosen", { n: chosen.size }) : t("choose_all")}</span>
          <span className="ms-auto flex gap-2">
            <Button size="sm" disabled={ids.length === 0} onClick={() => decline(ids)}>
              {t("edition_decline")}
            </Button>
            <Button size="sm" variant="primary" disabled={ids.length === 0} onClick={() => send(ids)}>
              <Check size={13} /> {t("edition_accept")}
            </Button>
          </span>
        </div>
      )}
      {e.rows.length === 0 ? (
        <EmptyState icon={<CircleCheck />} title={t("edition_same")}>
          {t("edition_same_more")}
        </EmptyState>
      ) : (
        <ul className="min-h-0 flex-1 overflow-y-auto">
          {e.rows.map((r) => (
            <Row
              key={r.id}
              r={r}
              checked={chosen.has(r.id)}
              onCheck={(on) => {
                const next = new Set(chosen);
                on ? next.add(r.id) : next.delete(r.id);
                setChosen(next);
              }}
              accept={() => send([r.id])}
              decline={() => decline([r.id])}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Words that were changed here stay: such a row can only be left as it is. */
const canAccept = (r: EditionRow) => r.status === "open" && !(r.edited && r.kind === "changed");

type RowProps = { r: EditionRow; checked: boolean; onCheck: (on: boolean) => void; accept: () => void; decline: () => void };

function Row({ r, checked, onCheck, accept, decline }: RowProps) {
  const { admin } = useSession();
  return (
    <li className="flex items-start gap-3 border-b border-line px-5 py-3 [contain-intrinsic-size:auto_96px] [content-visibility:auto]">
      {admin && (
        <span className="flex h-6 w-4 items-center">
          {canAccept(r) && <Checkbox checked={checked} onChange={onCheck} label={t("choose_row", { ref: r.ref })} />}
        </span>
      )}
      <div className="min-w-0 flex-1 space-y-1.5">
        <div className="flex flex-wrap items-center gap-2">
          <Tag tone={tones[r.kind]}>{t(`edition_${r.kind}`)}</Tag>
          <span className="ref text-xs font-medium">{r.ref}</span>
          <span className="min-w-0 truncate">{r.title}</span>
          {r.edited && (
            <Tag tone="accent">
              <PencilLine size={11} /> {t("edited")}
            </Tag>
          )}
          {r.controls > 0 && <span className="text-xs text-fg-3">{t("controls_count", { n: r.controls })}</span>}
        </div>
        {r.status === "open" &&
          r.kind !== "withdrawn" &&
          (r.was ? <DiffList changes={changes(r.was, r.now)} /> : <p className="text-fg-2">{r.now?.body}</p>)}
        {r.kind === "withdrawn" && <p className="text-fg-3">{t("edition_withdrawn_more")}</p>}
        {r.edited && r.kind === "changed" && r.status === "open" && <p className="text-xs text-fg-3">{t("edition_edited_more")}</p>}
      </div>
      <span className="flex shrink-0 items-center gap-1">
        {r.status !== "open" ? (
          <>
            <Tag tone={r.status === "accepted" ? "ok" : "mute"}>
              {t(r.status === "accepted" ? "edition_was_accepted" : "edition_was_declined")}
            </Tag>
            {admin && r.status === "declined" && !(r.edited && r.kind === "changed") && (
              <Button size="sm" variant="ghost" onClick={accept}>
                {t("edition_accept_still")}
              </Button>
            )}
          </>
        ) : (
          admin && (
            <>
              <Button
                size="sm"
                variant="ghost"
                aria-label={t(r.edited && r.kind === "changed" ? "edition_keep_one" : "edition_decline_one", { ref: r.ref })}
                onClick={decline}
              >
                {t(r.edited && r.kind === "changed" ? "edition_keep" : "edition_decline")}
              </Button>
              {canAccept(r) && (
                <Button size="sm" aria-label={t("edition_accept_one", { ref: r.ref })} onClick={accept}>
                  {t("edition_accept")}
                </Button>
              )}
            </>
          )
        )}
      </span>
    </li>
  );
}

const fields = ["ref", "parent", "title", "body", "guidance"] as const satisfies readonly (keyof RowWords)[];
function changes(was: RowWords, now: RowWords | undefined): Change[] {
  if (!now) return [];
  return fields.filter((f) => was[f] !== now[f]).map((f) => ({ field: f, label: t(`row_${f}`), old: was[f], new: now[f] }));
}
