import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, Library as LibraryIcon, PenLine, Plus, Upload } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Framework, LibraryFramework } from "#/api/api";
import { framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { CardPage } from "#/kit/Card";
import { num, percent } from "#/kit/format";
import { Meter, Ring } from "#/kit/Meter";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./crosswalkWords";
import { actNow, allQuery, libraryQuery } from "./data";
import { StateBar, StateLegend, ThreeFigures } from "./Figures";
import { FrameworkMenu } from "./FrameworkMenu";
import { ImportDialog } from "./ImportDialog";
import { MappingSets } from "./MappingSets";
import { OwnDialog } from "./OwnFramework";
import { TurnOn } from "./TurnOn";

const route = getRouteApi("/o/$slug/frameworks");

/** The frameworks in use with their figures, those that can be turned on, and those that were turned off. */
export function FrameworkList() {
  const { admin } = useSession();
  const { add } = route.useSearch();
  const go = route.useNavigate();
  const shelf = useRef<HTMLElement>(null);
  const setAdd = (to: typeof add) => void go({ search: { add: to }, replace: true });
  const { data, error, refetch } = useQuery(allQuery);
  const showLibrary = add === "library" && data !== undefined;
  useEffect(() => {
    if (!showLibrary) return;
    shelf.current?.scrollIntoView({ block: "start" });
    shelf.current?.focus({ preventScroll: true });
  }, [showLibrary]);

  const on = data?.items.filter((f) => !f.archived) ?? [];
  const off = data?.items.filter((f) => f.archived) ?? [];
  const toLibrary = () => {
    setAdd("library");
    shelf.current?.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  return (
    <Page>
      <Topbar title={t("frameworks")} icon={<BookOpenText />}>
        {admin && (
          <>
            <Button variant="ghost" aria-label={t("own_new")} onClick={() => setAdd("own")}>
              <PenLine size={14} /> <span className="max-sm:hidden">{t("own_new")}</span>
            </Button>
            <Button variant="ghost" aria-label={t("import")} onClick={() => setAdd("import")}>
              <Upload size={14} /> <span className="max-sm:hidden">{t("import")}</span>
            </Button>
            <Button variant="primary" onClick={toLibrary}>
              <Plus size={14} /> {t("add_library")}
            </Button>
          </>
        )}
      </Topbar>
      <CardPage>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Loading />
        ) : (
          <>
            {on.length > 0 ? (
              <section aria-label={t("in_use")} className="grid grid-cols-1 gap-4 @2xl:grid-cols-2 @5xl:grid-cols-3">
                {on.map((f) => (
                  <FrameworkCard key={f.id} f={f} />
                ))}
              </section>
            ) : (
              <div className="rounded-lg border border-line bg-surface">
                <EmptyState
                  icon={<BookOpenText />}
                  title={t("empty")}
                  actions={
                    admin && (
                      <>
                        <Button variant="primary" onClick={toLibrary}>
                          <Plus size={14} /> {t("add_library")}
                        </Button>
                        <Button onClick={() => setAdd("import")}>
                          <Upload size={14} /> {t("import")}
                        </Button>
                      </>
                    )
                  }
                >
                  {t("empty_more")}
                </EmptyState>
              </div>
            )}
            <section ref={shelf} tabIndex={-1} aria-labelledby="library" className="scroll-mt-4 outline-none">
              <SectionHead id="library" icon={<LibraryIcon size={15} />} title={t("library")}>
                {t("library_more")}
              </SectionHead>
              <Shelf />
            </section>
            <MappingSets />
            {off.length > 0 && (
              <section aria-labelledby="off">
                <SectionHead id="off" title={t("archived_group")}>
                  {t("archived_more")}
                </SectionHead>
                <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
                  {off.map((f) => (
                    <OffRow key={f.id} f={f} />
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </CardPage>
      {admin && <OwnDialog open={add === "own"} onOpenChange={(open) => setAdd(open ? "own" : undefined)} />}
      {admin && <ImportDialog open={add === "import"} onOpenChange={(open) => setAdd(open ? "import" : undefined)} />}
    </Page>
  );
}

function SectionHead({ id, icon, title, children }: { id: string; icon?: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className="mt-4 mb-2.5 flex flex-wrap items-center gap-x-2.5">
      <h2 id={id} className="flex items-center gap-2 text-sm font-semibold">
        {icon && <span className="text-fg-3">{icon}</span>} {title}
      </h2>
      <p className="text-xs text-fg-3">{children}</p>
    </div>
  );
}

const Loading = () => (
  <div className="grid grid-cols-1 gap-4 @3xl:grid-cols-2">
    {[0, 1, 2, 3].map((i) => (
      <div key={i} className="rounded-lg border border-line bg-surface p-4">
        <Skeleton lines={5} />
      </div>
    ))}
  </div>
);

/** The name of a framework with its edition and where it comes from. */
function Name({ f, link }: { f: Framework; link?: ReactNode }) {
  return (
    <div className="min-w-0 flex-1">
      <h3 className="flex items-center gap-2 text-base font-semibold">
        <span className="size-2.5 shrink-0 rounded-full" style={{ background: f.color }} aria-hidden />
        <span className="truncate">{link ?? f.short}</span>
        {f.source === "oscal" && <Tag>OSCAL</Tag>}
        {f.source === "ciso" && <Tag>{t("imported")}</Tag>}
        {f.source === "own" && <Tag>{t("own")}</Tag>}
      </h3>
      <p className="truncate text-xs text-fg-3" title={f.name}>
        {f.name}
        {f.edition && ` · ${f.edition}`}
      </p>
    </div>
  );
}

function FrameworkCard({ f }: { f: Framework }) {
  const { slug } = route.useParams();
  const r = f.readiness;
  return (
    <article className="group/card relative flex min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-4 hover:border-line-2 has-[a:focus-visible]:border-accent">
      <div className="flex items-start gap-3">
        <Name
          f={f}
          link={
            // The link covers the card; what can be used inside it lies above.
            <Link
              to="/o/$slug/frameworks/$id"
              params={{ slug, id: f.id }}
              className="outline-none after:absolute after:inset-0 after:rounded-lg"
            >
              {f.short}
            </Link>
          }
        />
        <span className="relative z-10 -mt-1 -me-1.5">
          <FrameworkMenu f={f} />
        </span>
      </div>
      <div className="flex items-center gap-5">
        <Ring value={r.progress} label={`${f.short}: ${t("progress")}`} size={76} />
        <div className="min-w-0 flex-1">
          <ThreeFigures r={r} of={f} stacked />
        </div>
      </div>
      <div>
        <div className="tnum mb-1.5 flex items-baseline text-xs text-fg-3">
          <span className="font-medium text-fg-2">{t("met_of", { met: r.met, n: r.applicable })}</span>
          <span className="ms-auto">{t("controls_count", { n: r.controls })}</span>
        </div>
        <StateBar r={r} label={f.short} />
        <div className="mt-2">
          <StateLegend r={r} of={f} />
        </div>
      </div>
    </article>
  );
}

/** What comes with the program and is not on. */
function Shelf() {
  const { admin } = useSession();
  const { data, error, refetch } = useQuery(libraryQuery);
  const [chosen, setChosen] = useState<LibraryFramework>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <ul className="grid grid-cols-1 gap-3 @2xl:grid-cols-2 @5xl:grid-cols-3">
        {data.items
          .filter((l) => !l.enabled)
          .map((l) => (
            <li key={l.key} className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4">
              <div className="flex items-start gap-2">
                <div className="min-w-0 flex-1">
                  <h3 className="flex items-center gap-2 font-semibold">
                    <span className="size-2 shrink-0 rounded-full" style={{ background: l.color }} aria-hidden />
                    {l.short}
                  </h3>
                  <p className="mt-0.5 line-clamp-2 text-xs text-fg-2">{l.name}</p>
                </div>
                {admin && (
                  <Button size="sm" onClick={() => setChosen(l)} aria-label={t("turn_on_title", { name: l.short })}>
                    {t("turn_on")}
                  </Button>
                )}
              </div>
              <p className="flex text-xs whitespace-nowrap text-fg-3" title={l.source_note}>
                <span className="truncate">{t("published", { publisher: l.publisher, edition: l.edition })}</span>
                <span className="tnum shrink-0 whitespace-pre"> · {t("count", { n: l.rows })}</span>
              </p>
              <div className="mt-auto flex items-center gap-2 text-xs">
                <span className="flex w-16 shrink-0">
                  <Meter value={l.satisfied} max={l.assessable} tone={l.color} />
                </span>
                <span className="tnum truncate text-fg-2">{t("satisfy", { n: l.satisfied, of: l.assessable })}</span>
                <Help label={t("satisfy_how", { n: l.covered })}>{t("satisfy_how", { n: l.covered })}</Help>
                <span className="tnum ms-auto text-fg-3">
                  {percent(l.assessable > 0 ? Math.floor((l.satisfied * 10000) / l.assessable) : null)}
                </span>
              </div>
            </li>
          ))}
      </ul>
      {data.items.every((l) => l.enabled) && <p className="text-fg-3">{t("library_all")}</p>}
      <TurnOn l={chosen} close={() => setChosen(undefined)} />
    </>
  );
}

function OffRow({ f }: { f: Framework }) {
  const { admin } = useSession();
  const { slug } = route.useParams();
  return (
    <li className="flex min-h-12 items-center gap-3 px-4 py-2">
      <Name
        f={f}
        link={
          <Link to="/o/$slug/frameworks/$id" params={{ slug, id: f.id }} className="hover:underline">
            {f.short}
          </Link>
        }
      />
      <span className="tnum shrink-0 text-xs text-fg-3 max-sm:hidden">{num(f.rows)}</span>
      {admin && (
        <>
          <Button size="sm" onClick={() => actNow(() => framework.restore({ id: f.id }), t("restored", { name: f.short }))}>
            {t("restore")}
          </Button>
          <FrameworkMenu f={f} />
        </>
      )}
    </li>
  );
}
