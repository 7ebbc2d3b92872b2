import { getRouteApi, Link } from "@tanstack/react-router";
import { ListPlus, Plus, X } from "lucide-react";
import { useState } from "react";
import { control, type EvidenceDetail, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { FindPicker } from "#/kit/Picker";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { attach } from "./data";
import { LinkDialog } from "./LinkDialog";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

/** The controls that the request proves; others can be found and added. */
export function ControlPart({ e }: { e: EvidenceDetail }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const [many, setMany] = useState(false);
  const have = new Set(e.linked.map((c) => c.id));
  return (
    <div className="space-y-1.5">
      {e.linked.length === 0 && <p className="text-fg-3">{t("controls_none")}</p>}
      <ul>
        {e.linked.map((c) => (
          <li key={c.id} className="group/ctl -mx-2 flex min-h-7 items-center gap-2 rounded-md px-2 hover:bg-hover">
            <Link
              to="/o/$slug/controls"
              params={{ slug }}
              search={{ open: c.id }}
              title={c.title}
              className="flex min-w-0 flex-1 items-baseline gap-2 py-1"
            >
              <span className="ref w-16 shrink-0 truncate text-xs text-fg-3">{c.ref}</span>
              <span className="truncate text-fg-2 group-hover/ctl:text-fg">{c.title}</span>
            </Link>
            {editor && (
              <button
                type="button"
                aria-label={t("unlink", { ref: c.ref })}
                onClick={() => void attach(e.id, () => evidence.unlink({ id: e.id, control: c.id }), t("unlinked", { ref: c.ref }))}
                className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 opacity-0 group-hover/ctl:opacity-100 hover:bg-active hover:text-fg focus-visible:opacity-100 pointer-coarse:opacity-100"
              >
                <X size={13} />
              </button>
            )}
          </li>
        ))}
      </ul>
      {editor && (
        <FindPicker
          name="control"
          label={t("add_control")}
          placeholder={t("find_control")}
          width={420}
          find={async (q) => {
            const found = await control.list({ q, limit: 40 });
            return found.items
              .filter((c) => !have.has(c.id))
              .map((c) => ({ value: c.id, label: c.ref, hint: c.title, icon: <StatusIcon s={c.effective} /> }));
          }}
          onPick={(o) => void attach(e.id, () => evidence.link({ id: e.id, body: { controls: [o.value] } }), t("linked", { ref: o.label }))}
          trigger={
            <Button size="sm" variant="ghost" className="-ms-2">
              <Plus size={13} /> {t("add_control")}
            </Button>
          }
        />
      )}
      {editor && (
        <Button size="sm" variant="ghost" onClick={() => setMany(true)}>
          <ListPlus size={13} /> {t("link_many")}
        </Button>
      )}
      {editor && <LinkDialog e={e} open={many} onOpenChange={setMany} />}
    </div>
  );
}
