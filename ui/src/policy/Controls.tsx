import { Plus, X } from "lucide-react";
import { control, type PolicyDetail, policy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { FindPicker } from "#/kit/Picker";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { step } from "./data";
import { t } from "./words";

/** The controls that a policy governs, and the requirements that it answers by itself. */
export function ControlPart({ p }: { p: PolicyDetail }) {
  const { editor } = useSession();
  const have = new Set(p.linked.map((c) => c.id));
  const put = (controls: string[]) =>
    void step(() => policy.update({ id: p.id, version: p.version, body: { controls } }), t("saved", { ref: p.ref }));
  return (
    <div className="space-y-1.5">
      {p.linked.length + p.requirements.length === 0 && <p className="text-pretty text-fg-3">{t("controls_none")}</p>}
      <ul>
        {p.linked.map((c) => (
          <li key={c.id} className="group/ctl -mx-2 flex min-h-7 items-center gap-2 rounded-md px-2 hover:bg-hover">
            <RecordLinkTo path={`controls?open=${c.id}`} className="flex min-w-0 flex-1 items-baseline gap-2 py-1">
              <span className="ref w-16 shrink-0 truncate text-xs text-fg-3">{c.ref}</span>
              <span className="truncate text-fg-2 group-hover/ctl:text-fg" title={c.title}>
                {c.title}
              </span>
            </RecordLinkTo>
            {editor && (
              <button
                type="button"
                aria-label={t("unlink", { ref: c.ref })}
                onClick={() => put(p.linked.filter((o) => o.id !== c.id).map((o) => o.id))}
                className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 opacity-0 group-hover/ctl:opacity-100 hover:bg-active hover:text-fg focus-visible:opacity-100 pointer-coarse:opacity-100"
              >
                <X size={13} />
              </button>
            )}
          </li>
        ))}
        {p.requirements.map((r) => (
          <li key={r.id} className="-mx-2 min-h-7 rounded-md px-2 hover:bg-hover">
            <RecordLinkTo path={`frameworks/${r.framework}?open=${r.id}`} className="flex min-w-0 items-baseline gap-2 py-1">
              <span className="ref w-24 shrink-0 truncate text-xs text-fg-3">{`${r.short} ${r.ref}`}</span>
              <span className="truncate text-fg-2">{r.title}</span>
            </RecordLinkTo>
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
          onPick={(o) => put([...p.linked.map((c) => c.id), o.value])}
          trigger={
            <Button size="sm" variant="ghost" className="-ms-2">
              <Plus size={13} /> {t("add_control")}
            </Button>
          }
        />
      )}
    </div>
  );
}
