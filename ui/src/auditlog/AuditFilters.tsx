import { useQuery } from "@tanstack/react-query";
import { Activity, Cog, EyeOff, Layers, UserRound } from "lucide-react";
import { Avatar } from "#/kit/Avatar";
import { Switch } from "#/kit/Checkbox";
import { Facet, FilterBar } from "#/kit/Filters";
import { SearchBox } from "#/kit/SearchBox";
import { DateRange } from "./DateRange";
import { facetsQuery } from "./data";
import { actionName, moduleName } from "./names";
import type { AuditSearch } from "./search";
import { t } from "./words";

type Props = { search: AuditSearch; patch: (p: Partial<AuditSearch>) => void; onClear: () => void; total: number | undefined };
/** In the menu of actions, what stands for a whole module. */
const whole = "module:";

/** Everything the log can be asked for. */
export function AuditFilters({ search, patch, onClear, total }: Props) {
  const { data } = useQuery(facetsQuery);
  const { system, open: _, tab: __, ...conditions } = search;
  const people = (data?.actors ?? [])
    .map((a) => {
      const job = a.kind === "system";
      return {
        value: a.id,
        label: job ? `${a.name}: ${actionName(a.id)}` : a.name,
        count: a.count,
        icon: job ? <Cog size={14} className="shrink-0" aria-hidden /> : <Avatar name={a.name} size={16} />,
        job,
      };
    })
    .sort((a, b) => Number(a.job) - Number(b.job) || a.label.localeCompare(b.label));
  const modules = [...new Set((data?.actions ?? []).map((a) => a.value.split(".")[0] ?? ""))].map((m) => ({
    value: whole + m,
    label: t("all_of", { module: moduleName(m) }),
    count: (data?.actions ?? []).reduce((n, a) => n + (a.value.startsWith(`${m}.`) ? a.count : 0), 0),
  }));
  const actions = (data?.actions ?? [])
    .map((a) => ({ value: a.value, label: actionName(a.value), count: a.count }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const action = search.module ? whole + search.module : search.action;
  return (
    <div className="@container shrink-0">
      <FilterBar
        active={Object.values(conditions).some((v) => v !== undefined)}
        onClear={onClear}
        aside={
          <>
            <span aria-live="polite" className="tnum text-xs whitespace-nowrap text-fg-3 @max-5xl:sr-only">
              {total === undefined ? "" : t("count", { n: total })}
            </span>
            <span title={t("hide_system_tip")} className="flex items-center gap-1.5">
              <EyeOff size={13} aria-hidden className="text-fg-3 @4xl:hidden" />
              <Switch
                label={<span className="text-xs font-normal whitespace-nowrap text-fg-2 @max-4xl:sr-only">{t("hide_system")}</span>}
                className="items-center"
                checked={system !== true && search.actor === undefined}
                disabled={search.actor !== undefined}
                onChange={(on) => patch({ system: on ? undefined : true })}
              />
            </span>
          </>
        }
      >
        <SearchBox name={t("audit_lower")} value={search.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
        <Facet
          label={t("actor")}
          icon={<UserRound />}
          single
          value={search.actor ? [search.actor] : undefined}
          options={people}
          onChange={(v) => patch({ actor: v?.[0] })}
        />
        <Facet
          label={t("action")}
          icon={<Activity />}
          single
          value={action ? [action] : undefined}
          options={[...modules, ...actions]}
          onChange={(v) => {
            const one = v?.[0];
            const module = one?.startsWith(whole) ? one.slice(whole.length) : undefined;
            patch({ module, action: module ? undefined : one });
          }}
        />
        <Facet
          label={t("kind")}
          icon={<Layers />}
          single
          value={search.kind ? [search.kind] : undefined}
          options={[
            { value: "change", label: t("kind_change") },
            { value: "event", label: `${t("kind_event")} (${t("kind_more").toLocaleLowerCase()})` },
          ]}
          onChange={(v) => patch({ kind: v?.[0] === "change" || v?.[0] === "event" ? v[0] : undefined })}
        />
        <DateRange from={search.from} to={search.to} onChange={(from, to) => patch({ from, to })} />
      </FilterBar>
    </div>
  );
}
