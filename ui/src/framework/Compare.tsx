import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeftRight, BookOpenText, ChevronDown, Grid3x3, X } from "lucide-react";
import { type CompareFamily, type CompareFigures, type CompareRow, type Comparison, type FrameworkDetail, framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { StackBar } from "#/kit/charts";
import { ExportMenu } from "#/kit/ExportMenu";
import { num, percent } from "#/kit/format";
import { Picker } from "#/kit/Picker";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./crosswalkWords";
import { compareQuery, detailQuery, listQuery } from "./data";
import { FrameworkNav } from "./FrameworkNav";
import { kindSign } from "./Suggested";

const route = getRouteApi("/o/$slug/frameworks/$id/compare");

/** How far another framework answers this one, family by family. */
export function ComparePage() {
  const { slug, id } = route.useParams();
  const { with: other } = route.useSearch();
  const go = route.useNavigate();
  const { data: f } = useQuery(detailQuery(id));
  const { data: all, error, refetch } = useQuery(listQuery);
  const others = all?.items.filter((o) => o.id !== id) ?? [];
  const chosen = others.find((o) => o.id === other) ?? others[0];
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
        {chosen && <ExportMenu href={(format) => framework.compare_export({ id, other: chosen.id, format })} />}
      </Topbar>
      <FrameworkNav id={id} f={f} />
      {error && !all ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !all ? (
        <Skeleton className="p-5" lines={12} />
      ) : !chosen ? (
        <EmptyState icon={<Grid3x3 />} title={t("compare_empty")}>
          {t("compare_empty_more")}
        </EmptyState>
      ) : (
        <>
          <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 py-2">
            <span className="text-fg-2">{t("compare_by")}</span>
            <Picker
              label={t("compare_with")}
              options={others.map((o) => ({ value: o.id, label: o.short, hint: o.edition, icon: <Dot color={o.color} /> }))}
              value={chosen.id}
              onChange={(v) => void go({ search: { with: v }, replace: true })}
              trigger={
                <Button>
                  <Dot color={chosen.color} /> {chosen.short} <ChevronDown size={13} />
                </Button>
              }
            />
            <Link
              to="/o/$slug/frameworks/$id/compare"
              params={{ slug, id: chosen.id }}
              search={{ with: id }}
              className="flex h-7 items-center gap-1.5 rounded-md px-2 text-fg-2 hover:bg-hover hover:text-fg"
            >
              <ArrowLeftRight size={13} /> {t("compare_swap")}
            </Link>
          </div>
          <Body key={chosen.id} id={id} other={chosen.id} f={f} short={chosen.short} />
        </>
      )}
    </Page>
  );
}

const Dot = ({ color }: { color: string }) => <span className="size-2.5 shrink-0 rounded-full" style={{ background: color }} aria-hidden />;

const parts = (f: CompareFigures) => [
  { name: t("answer_whole"), value: f.whole, color: "var(--ok)" },
  { name: t("answer_partly"), value: f.partly, color: "var(--warn)" },
  { name: t("answer_none"), value: f.none, color: "var(--mute)" },
];

function Body({ id, other, f, short }: { id: string; other: string; f: FrameworkDetail | undefined; short: string }) {
  const { data: c, error, refetch } = useQuery(compareQuery(id, other));
  const { family, to } = route.useSearch();
  const go = route.useNavigate();
  if (error && !c) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!c) return <Skeleton className="p-5" lines={12} />;
  const look = (family?: string, to?: string) => void go({ search: (s) => ({ ...s, family, to }), replace: true });
  const rows = c.items.filter((r) => (family === undefined || r.family === family) && (to === undefined || r.families.includes(to)));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="border-b border-line px-5 py-3">
        <div className="mb-2 flex flex-wrap items-center gap-x-2">
          <span className="tnum text-lg font-semibold tracking-[-0.011em]">{percent(c.figures.share)}</span>
          <span className="text-fg-2">
            {t("compare_share", { name: f?.short ?? "", other: short, n: c.figures.whole + c.figures.partly, of: c.figures.total })}
          </span>
          <Help label={t("compare_how")}>{t("compare_how")}</Help>
        </div>
        <StackBar label={t("compare")} parts={parts(c.figures)} />
        <ul className="mt-2 flex flex-wrap gap-x-4 text-xs text-fg-3">
          {parts(c.figures).map((p) => (
            <li key={p.name} className="flex h-6 items-center gap-1.5">
              <Dot color={p.color} /> {p.name} <span className="tnum font-medium text-fg-2">{num(p.value)}</span>
            </li>
          ))}
        </ul>
      </div>
      <Matrix c={c} short={short} family={family} to={to} look={look} />
      <div className="flex min-h-9 items-center gap-2 border-y border-line bg-surface-2 px-5 text-xs">
        <h2 className="font-semibold">
          {family === undefined ? t("requirements") : t("compare_rows", { family: family || t("no_family") })}
        </h2>
        {to !== undefined && <span className="text-fg-2">{t("compare_to", { other: short, family: to || t("no_family") })}</span>}
        <span className="tnum text-fg-3">{num(rows.length)}</span>
        {(family !== undefined || to !== undefined) && (
          <Button size="sm" variant="ghost" onClick={() => look()}>
            <X size={12} /> {t("all_states")}
          </Button>
        )}
      </div>
      <ul>
        {rows.map((r) => (
          <Row key={r.id} r={r} other={other} short={short} />
        ))}
      </ul>
    </div>
  );
}

type MatrixProps = { c: Comparison; short: string; family?: string; to?: string; look: (family?: string, to?: string) => void };

/** Families of this framework downwards, of the other across; the darker a cell, the more of the family leads there. */
function Matrix({ c, short, family, to, look }: MatrixProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keys
    <section className="overflow-x-auto" tabIndex={0} aria-label={t("compare_matrix")}>
      <table className="w-full border-collapse text-xs">
        <caption className="sr-only">{t("compare_matrix_more", { other: short })}</caption>
        <thead>
          <tr className="text-fg-3">
            <th scope="col" className="sticky start-0 z-10 min-w-44 bg-surface px-5 py-2 max-sm:min-w-0 text-start font-medium">
              {t("domain")}
            </th>
            <th scope="col" className="px-2 py-2 text-end font-medium whitespace-nowrap">
              {t("compare_answered")}
            </th>
            {c.columns.map((col) => (
              <th key={col.ref} scope="col" title={col.title} className="min-w-11 px-0.5 py-2 text-center font-medium whitespace-nowrap">
                <span className="ref">{col.ref || "–"}</span>
              </th>
            ))}
            <th className="w-full" />
          </tr>
        </thead>
        <tbody>
          {c.families.map((fam) => (
            <tr key={fam.ref} className="border-t border-line">
              <th scope="row" className="sticky start-0 z-10 max-w-64 bg-surface px-5 py-1 text-start font-normal">
                <span className="flex items-baseline gap-2" title={fam.title}>
                  <span className="ref shrink-0 font-medium">{fam.ref || "–"}</span>
                  <span className="truncate text-fg-2 max-sm:hidden">{fam.title || t("no_family")}</span>
                </span>
              </th>
              <td className="tnum px-2 text-end whitespace-nowrap text-fg-2" title={t("compare_row_how", said(fam))}>
                {fam.figures.whole + fam.figures.partly}/{fam.figures.total}
              </td>
              {fam.cells.map((n, i) => {
                const col = c.columns[i];
                if (!col) return null;
                const on = family === fam.ref && to === col.ref;
                return (
                  <td key={col.ref} className="p-0.5 text-center">
                    {n > 0 ? (
                      <button
                        type="button"
                        aria-pressed={on}
                        aria-label={t("compare_cell", { family: fam.ref || t("no_family"), n, other: `${short} ${col.ref}` })}
                        title={t("compare_cell", { family: fam.ref || t("no_family"), n, other: `${short} ${col.ref}` })}
                        onClick={() => (on ? look() : look(fam.ref, col.ref))}
                        className="tnum h-7 w-full rounded-md text-fg outline-offset-[-2px] hover:ring-1 hover:ring-accent aria-pressed:ring-2 aria-pressed:ring-accent"
                        style={{
                          background: `color-mix(in oklab, var(--accent) ${Math.round(8 + (n / fam.figures.total) * 34)}%, var(--surface))`,
                        }}
                      >
                        {n}
                      </button>
                    ) : (
                      <span className="text-fg-3" aria-hidden>
                        ·
                      </span>
                    )}
                  </td>
                );
              })}
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const said = (f: CompareFamily) => ({ whole: f.figures.whole, partly: f.figures.partly, none: f.figures.none });
const tones = { whole: "ok", partly: "warn", none: "mute" } as const;

function Row({ r, other, short }: { r: CompareRow; other: string; short: string }) {
  const { slug, id } = route.useParams();
  return (
    <li className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5 border-b border-line px-5 py-1.5 [contain-intrinsic-size:auto_36px] [content-visibility:auto]">
      <Link
        to="/o/$slug/frameworks/$id"
        params={{ slug, id }}
        search={{ open: r.id }}
        className="flex min-w-0 flex-1 basis-64 items-baseline gap-2 hover:underline"
        title={r.title}
      >
        <span className="ref shrink-0 text-xs text-fg-3">{r.ref}</span>
        <span className="truncate">{r.title}</span>
      </Link>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-fg-2">
        {r.related.slice(0, 4).map((l) => (
          <Link
            key={l.id}
            to="/o/$slug/frameworks/$id"
            params={{ slug, id: other }}
            search={{ open: l.id }}
            className="whitespace-nowrap hover:underline"
          >
            {kindSign(l.kind)} <span className="ref">{l.ref}</span>
          </Link>
        ))}
        {r.related.length > 4 && <span className="tnum text-fg-3">+{r.related.length - 4}</span>}
        {r.shared.length > 0 && (
          <span className="text-fg-3" title={r.shared.join(", ")}>
            {t("compare_shared", { n: r.shared.length, other: short })}
          </span>
        )}
      </span>
      <Tag tone={tones[r.answer]}>{t(`answer_${r.answer}`)}</Tag>
    </li>
  );
}
