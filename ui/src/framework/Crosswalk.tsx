import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { BookOpenText, Check, ChevronRight, Route as RouteIcon, Waypoints } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { type CrosswalkFigures, type CrosswalkRow, framework, type Suggestion } from "#/api/api";
import { Button } from "#/kit/Button";
import { StackBar } from "#/kit/charts";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { num, percent } from "#/kit/format";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./crosswalkWords";
import { crosswalkQuery, detailQuery } from "./data";
import { FrameworkNav } from "./FrameworkNav";
import { STANDINGS, type Standing } from "./routes";
import { acceptAll, pairOf, SuggestionRow } from "./Suggested";

const route = getRouteApi("/o/$slug/frameworks/$id/crosswalk");

const colors: Record<Standing, string> = {
  met: "var(--ok)",
  served: "var(--info)",
  covered: "var(--accent)",
  partly: "var(--warn)",
  unknown: "var(--mute)",
};
export const standingName = (s: Standing): string => t(`standing_${s}`);

/** What a framework asks for, beside what is done already: met, covered by a suggestion, partly, nothing known. */
export function CrosswalkPage() {
  const { slug, id } = route.useParams();
  const { data: f } = useQuery(detailQuery(id));
  const { data, error, refetch } = useQuery(crosswalkQuery(id));
  return (
    <Page>
      <Topbar
        title={f?.short ?? t("framework")}
        icon={<BookOpenText />}
        parent={
          <Link to="/o/$slug/frameworks" params={{ slug }}>
            {t("frameworks")}
          </Link>
        }
      >
        <ExportMenu href={(format) => framework.crosswalk_export({ id, format })} />
      </Topbar>
      <FrameworkNav id={id} f={f} />
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        data.figures.total === 0 ? (
          <EmptyState icon={<Waypoints />} title={t("crosswalk_empty")}>
            {t("crosswalk_empty_more")}
          </EmptyState>
        ) : (
          <Body items={data.items} figures={data.figures} families={data.families} />
        )
      ) : (
        <Skeleton className="p-5" lines={14} />
      )}
    </Page>
  );
}

type BodyProps = {
  items: CrosswalkRow[];
  figures: CrosswalkFigures;
  families: { ref: string; title: string; figures: CrosswalkFigures }[];
};

function Body({ items, figures, families }: BodyProps) {
  const { q, standing } = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const patch = (p: { q?: string; standing?: Standing[] }) => void go({ search: (s) => ({ ...s, ...p }), replace: true });
  const words = (q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const hits = items.filter(
    (r) => (!standing || standing.includes(r.standing)) && words.every((w) => `${r.ref} ${r.title}`.toLocaleLowerCase().includes(w)),
  );
  const [chosen, setChosen] = useState<ReadonlyMap<string, Suggestion>>(new Map());
  // What was accepted or dismissed is no suggestion any more.
  useEffect(() => {
    const open = new Set(items.flatMap((r) => r.suggestions.map(key)));
    setChosen((was) => new Map([...was].filter(([k]) => open.has(k))));
  }, [items]);
  const choose = (s: Suggestion, on: boolean) =>
    setChosen((was) => {
      const next = new Map(was);
      on ? next.set(key(s), s) : next.delete(key(s));
      return next;
    });
  // One for each requirement: whoever wants more of them chooses them.
  const whole = hits.flatMap((r) => r.suggestions.find((s) => s.whole) ?? []);
  const chosenHere = [...chosen.values()];
  return (
    <>
      <div className="shrink-0 border-b border-line px-5 py-3">
        <Figures
          f={figures}
          chosen={standing}
          onStanding={(s) => patch({ standing: standing?.length === 1 && standing[0] === s ? undefined : [s] })}
        />
      </div>
      <FilterBar
        active={q !== undefined || standing !== undefined}
        onClear={() => void go({ search: {}, replace: true })}
        aside={
          <>
            <span aria-live="polite" className="tnum text-xs whitespace-nowrap text-fg-3 max-sm:sr-only">
              {t("of_count", { n: hits.length })}
            </span>
            {editor &&
              (chosenHere.length > 0 ? (
                <>
                  <Button size="sm" variant="ghost" onClick={() => setChosen(new Map())}>
                    {t("choose_none")}
                  </Button>
                  <Button size="sm" variant="primary" onClick={() => acceptAll(chosenHere.map(pairOf))}>
                    <Check size={13} /> {t("accept_chosen", { n: chosenHere.length })}
                  </Button>
                </>
              ) : (
                whole.length > 0 && (
                  <Button size="sm" onClick={() => setChosen(new Map(whole.map((s) => [key(s), s])))}>
                    {t("choose_whole", { n: whole.length })}
                  </Button>
                )
              ))}
          </>
        }
      >
        <SearchBox name={t("requirements_lower")} value={q ?? ""} onChange={(v) => patch({ q: v || undefined })} />
        <Facet
          label={t("standing")}
          icon={<RouteIcon />}
          value={standing}
          options={STANDINGS.map((s) => ({ value: s, label: standingName(s), icon: <Dot s={s} />, count: figures[s] }))}
          onChange={(v) => patch({ standing: v && STANDINGS.filter((s) => v.includes(s)) })}
        />
      </FilterBar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {hits.length === 0 ? (
          <EmptyState icon={<Waypoints />} title={t("empty_filter")} />
        ) : (
          families.map((fam) => (
            <Family key={fam.ref} fam={fam} rows={hits.filter((r) => r.family === fam.ref)} chosen={chosen} choose={choose} />
          ))
        )}
      </div>
    </>
  );
}

const key = (s: Suggestion) => `${s.requirement} ${s.control.id}`;
const Dot = ({ s }: { s: Standing }) => (
  <span className="inline-block size-2.5 shrink-0 rounded-full" style={{ background: colors[s] }} aria-hidden />
);

/** The five figures of a crosswalk as one bar; each says how it is made, and filters. */
function Figures({ f, chosen, onStanding }: { f: CrosswalkFigures; chosen?: readonly Standing[]; onStanding: (s: Standing) => void }) {
  return (
    <div className="@container">
      <div className="mb-2 flex flex-wrap items-center gap-x-2">
        <span className="tnum text-lg font-semibold tracking-[-0.011em]">{percent(f.known)}</span>
        <span className="text-fg-2">{t("known", { n: f.met + f.served + f.covered, of: f.total })}</span>
        <Help label={t("known_how")}>{t("known_how")}</Help>
      </div>
      <StackBar label={t("crosswalk")} parts={STANDINGS.map((s) => ({ name: standingName(s), value: f[s], color: colors[s] }))} />
      <ul className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-fg-3">
        {STANDINGS.map((s) => (
          <li key={s} className="flex items-center gap-1">
            <button
              type="button"
              aria-pressed={chosen?.includes(s) ?? false}
              onClick={() => onStanding(s)}
              className="-ms-1.5 flex h-6 items-center gap-1.5 rounded-md px-1.5 whitespace-nowrap hover:bg-hover hover:text-fg-2 aria-pressed:bg-active aria-pressed:text-fg pointer-coarse:h-9"
            >
              <Dot s={s} /> {standingName(s)} <span className="tnum font-medium text-fg-2">{num(f[s])}</span>
            </button>
            <Help label={`${standingName(s)}: ${how(s, f)}`}>{how(s, f)}</Help>
          </li>
        ))}
      </ul>
    </div>
  );
}

const how = (s: Standing, f: CrosswalkFigures): string =>
  s === "covered" ? t("standing_covered_how", { n: f.ready }) : t(`standing_${s}_how`);

type FamilyProps = {
  fam: { ref: string; title: string; figures: CrosswalkFigures };
  rows: CrosswalkRow[];
  chosen: ReadonlyMap<string, Suggestion>;
  choose: (s: Suggestion, on: boolean) => void;
};

function Family({ fam, rows, chosen, choose }: FamilyProps) {
  if (rows.length === 0) return null;
  const f = fam.figures;
  return (
    <section aria-label={fam.ref || t("no_family")}>
      <h2 className="sticky top-0 z-10 flex min-h-9 items-center gap-2 border-b border-line bg-surface-2 px-5 text-xs font-semibold">
        {fam.ref && <span className="ref text-fg-3">{fam.ref}</span>}
        <span className="truncate">{fam.title || t("no_family")}</span>
        <span className="ms-auto flex w-32 shrink-0 items-center gap-2 max-sm:w-16">
          <StackBar
            label={fam.ref || t("no_family")}
            height={5}
            parts={STANDINGS.map((s) => ({ name: standingName(s), value: f[s], color: colors[s] }))}
          />
        </span>
        <span className="tnum shrink-0 font-normal text-fg-3">{percent(f.known)}</span>
      </h2>
      <ul>
        {rows.map((r) => (
          <Row key={r.id} r={r} chosen={chosen} choose={choose} />
        ))}
      </ul>
    </section>
  );
}

function Row({
  r,
  chosen,
  choose,
}: {
  r: CrosswalkRow;
  chosen: ReadonlyMap<string, Suggestion>;
  choose: (s: Suggestion, on: boolean) => void;
}) {
  const { slug, id } = route.useParams();
  const [open, setOpen] = useState(false);
  const shown = useMemo(() => (open ? r.suggestions : r.suggestions.slice(0, 1)), [open, r.suggestions]);
  const more = r.suggestions.length + r.more - shown.length;
  return (
    <li className="border-b border-line [contain-intrinsic-size:auto_44px] [content-visibility:auto]">
      <div className="flex min-h-10 items-center gap-2.5 px-5 py-1.5">
        <span title={standingName(r.standing)} className="flex">
          <Dot s={r.standing} />
          <span className="sr-only">{standingName(r.standing)}</span>
        </span>
        <Link
          to="/o/$slug/frameworks/$id"
          params={{ slug, id }}
          search={{ open: r.id }}
          className="flex min-w-0 flex-1 items-baseline gap-2 hover:underline"
          title={r.title}
        >
          <span className="ref shrink-0 text-xs text-fg-3">{r.ref}</span>
          <span className="truncate">{r.title}</span>
        </Link>
        {r.controls.length > 0 && (
          <span className="flex min-w-0 shrink-0 items-center gap-2 max-sm:hidden">
            {r.controls.slice(0, 4).map((c) => (
              <span key={c.id} className="flex items-center gap-1 text-xs text-fg-2">
                <StatusIcon s={c.effective} size={12} label />
                <span className="ref">{c.ref}</span>
              </span>
            ))}
            {r.controls.length > 4 && <span className="tnum text-xs text-fg-3">+{r.controls.length - 4}</span>}
          </span>
        )}
        <span className="shrink-0 text-xs text-fg-3 sm:w-36 sm:text-end">{standingName(r.standing)}</span>
      </div>
      {shown.length > 0 && (
        <div className="px-5 pb-2.5 sm:ps-10">
          <ul className="overflow-hidden rounded-lg border border-dashed border-line-2 [&>li:last-child]:border-b-0">
            {shown.map((s) => (
              <SuggestionRow key={s.control.id} s={s} checked={chosen.has(key(s))} onCheck={(on) => choose(s, on)} />
            ))}
          </ul>
          {(more > 0 || open) && r.suggestions.length > 1 && (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="mt-1 flex h-6 items-center gap-1 rounded-md px-1.5 text-xs text-fg-2 hover:bg-hover hover:text-fg"
            >
              <ChevronRight size={12} className={clsx(open && "rotate-90")} aria-hidden />
              {open ? t("show_fewer") : t("more_suggestions", { n: more })}
            </button>
          )}
          {open && r.more > 0 && (
            <Link
              to="/o/$slug/frameworks/$id"
              params={{ slug, id }}
              search={{ open: r.id }}
              className="ms-1.5 inline-flex h-6 items-center text-xs text-fg-2 hover:text-fg hover:underline"
            >
              {t("more_there", { n: r.more })}
            </Link>
          )}
        </div>
      )}
    </li>
  );
}
