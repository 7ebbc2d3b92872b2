import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowRight, Trash2, TriangleAlert, Waypoints } from "lucide-react";
import { framework, type RelationSet, type SetEnd } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Help, Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { t } from "./crosswalkWords";
import { act, setsQuery } from "./data";

const route = getRouteApi("/o/$slug");

/** The mapping sets that were imported. One may wait for a framework that is not here. */
export function MappingSets() {
  const { data } = useQuery(setsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="mapping-sets">
      <div className="mt-4 mb-2.5 flex flex-wrap items-center gap-x-2.5">
        <h2 id="mapping-sets" className="flex items-center gap-2 text-sm font-semibold">
          <Waypoints size={15} className="text-fg-3" /> {t("sets")}
        </h2>
        <p className="text-xs text-fg-3">{t("sets_more")}</p>
      </div>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {data.items.map((s) => (
          <Row key={s.id} s={s} />
        ))}
      </ul>
    </section>
  );
}

function Row({ s }: { s: RelationSet }) {
  const { admin } = useSession();
  const waits = !s.from.framework || !s.to.framework;
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium" title={s.name}>
          {s.name}
        </p>
        <p className="flex items-center gap-1.5 text-xs text-fg-3">
          <End e={s.from} /> <ArrowRight size={11} aria-hidden /> <End e={s.to} />
        </p>
      </div>
      {s.warnings.length > 0 && (
        <Tip label={s.warnings.join(" ")}>
          <button
            type="button"
            aria-label={t("report_warnings", { n: s.warnings.length })}
            className="flex size-6 items-center justify-center"
          >
            <TriangleAlert size={14} className="text-warn" />
          </button>
        </Tip>
      )}
      <span className="tnum flex items-center gap-1.5 text-xs text-fg-2">
        {waits ? t("set_waits") : t("set_bound", { n: s.bound, of: s.total })}
        <Help label={t("set_how")}>{t("set_how")}</Help>
      </span>
      {admin && (
        <Button
          variant="ghost"
          icon
          aria-label={t("set_delete", { name: s.name })}
          onClick={() =>
            ask({
              title: t("set_delete_title", { name: s.name }),
              effect: t("set_delete_effect", { n: s.bound }),
              action: t("delete"),
              run: () => act(() => framework.delete_relation_set({ id: s.id }), t("deleted", { name: s.name })),
            })
          }
        >
          <Trash2 size={14} />
        </Button>
      )}
    </li>
  );
}

function End({ e }: { e: SetEnd }) {
  const { slug } = route.useParams();
  if (!e.framework) return <span>{t("set_not_here", { name: e.key })}</span>;
  return (
    <Link to="/o/$slug/frameworks/$id" params={{ slug, id: e.framework }} className="flex items-center gap-1.5 text-fg-2 hover:underline">
      <span className="size-2 shrink-0 rounded-full" style={{ background: e.color }} aria-hidden /> {e.short}
    </Link>
  );
}
