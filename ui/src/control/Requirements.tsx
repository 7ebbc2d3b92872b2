import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus, X } from "lucide-react";
import { type ControlDetail, type ControlRequirement, framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { FindPicker } from "#/kit/Picker";
import { useSession } from "#/shell/session";
import { attach } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

/** The requirements that the control satisfies, by framework; more can be found and added. */
export function RequirementPart({ c }: { c: ControlDetail }) {
  const { editor } = useSession();
  const groups = new Map<string, ControlRequirement[]>();
  for (const q of c.requirements) groups.set(q.framework, [...(groups.get(q.framework) ?? []), q]);
  const have = new Set(c.requirements.map((q) => q.id));
  return (
    <div className="space-y-3">
      {c.requirements.length === 0 && <p className="text-fg-3">{t("requirements_none")}</p>}
      {[...groups].map(([id, list]) => (
        <section key={id} aria-label={list[0]?.short}>
          <h3 className="mb-0.5 flex items-center gap-2 text-xs font-medium text-fg-2">
            <span className="size-2 rounded-full" style={{ background: list[0]?.color }} aria-hidden />
            {list[0]?.short}
            <span className="tnum font-normal text-fg-3">{list.length}</span>
          </h3>
          <ul>
            {list.map((q) => (
              <Row key={q.id} c={c} q={q} />
            ))}
          </ul>
        </section>
      ))}
      {editor && (
        <FindPicker
          name="requirement"
          placeholder={t("find_requirement")}
          width={420}
          find={async (q) => {
            const found = await framework.requirements({ q, limit: 40 });
            return found.items.filter((r) => !have.has(r.id)).map((r) => ({ value: r.id, label: `${r.short} ${r.ref}`, hint: r.title }));
          }}
          onPick={(o) =>
            void attach(c.id, () => framework.map({ id: o.value, body: { control: c.id } }), t("mapped", { ref: c.ref, to: o.label }))
          }
          trigger={
            <Button size="sm" variant="ghost" className="-ms-2" aria-label={t("add_requirement")}>
              <Plus size={13} /> {t("add_requirement")}
            </Button>
          }
        />
      )}
    </div>
  );
}

function Row({ c, q }: { c: ControlDetail; q: ControlRequirement }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  return (
    <li className="group/req -mx-2 flex min-h-7 items-center gap-2 rounded-md px-2 hover:bg-hover">
      <Link
        to="/o/$slug/frameworks/$id"
        params={{ slug, id: q.framework }}
        search={{ open: q.id }}
        className="flex min-w-0 flex-1 items-baseline gap-2 py-1"
        title={q.title}
      >
        <span className="ref shrink-0 text-xs text-fg-3">{q.ref}</span>
        <span className="truncate text-fg-2 group-hover/req:text-fg">{q.title}</span>
      </Link>
      {!q.applicable && <span className="shrink-0 text-xs text-fg-3">{t("requirement_na")}</span>}
      {editor && (
        <button
          type="button"
          aria-label={t("requirement_remove", { ref: `${q.short} ${q.ref}` })}
          onClick={() =>
            void attach(
              c.id,
              () => framework.unmap({ id: q.id, control: c.id }),
              t("requirement_gone", { ref: c.ref, to: `${q.short} ${q.ref}` }),
            )
          }
          className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 opacity-0 group-hover/req:opacity-100 hover:bg-active hover:text-fg focus-visible:opacity-100 pointer-coarse:opacity-100"
        >
          <X size={13} />
        </button>
      )}
    </li>
  );
}
