import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleDot, History, ListFilter, LogIn } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { type Settings, settings, type Visited } from "#/api/api";
import { Button } from "#/kit/Button";
import { type Column, DataTable } from "#/kit/DataTable";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { ExportMenu } from "#/kit/ExportMenu";
import { NumberField } from "#/kit/Field";
import { Facet, FilterBar } from "#/kit/Filters";
import { Form, useForm } from "#/kit/form";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useWindow } from "#/kit/useWindow";
import { agentName, eventName, reasonName } from "#/kit/visit";
import { DateText } from "#/kit/When";
import { change, settingsQuery } from "./query";
import type { VisitSearch } from "./search";
import { t } from "./words";

const What = ({ v }: { v: Visited }) => {
  const reason = reasonName(v.detail);
  return (
    <span className="flex min-w-0 items-center gap-2">
      {v.outcome === "ok" ? (
        <CircleCheck size={14} className="shrink-0 text-ok" aria-hidden />
      ) : (
        <CircleAlert size={14} className="shrink-0 text-bad" aria-hidden />
      )}
      <span className="truncate">
        <span className="font-medium">{eventName(v.event, v.outcome)}</span>
        {reason && <span className="text-fg-3"> · {reason}</span>}
      </span>
    </span>
  );
};

const columns: readonly Column<Visited>[] = [
  {
    id: "at",
    header: t("at"),
    width: 176,
    priority: 0,
    sort: "at",
    cell: (v) => (
      <span className="text-fg-3">
        <DateText value={v.at} show="full" />
      </span>
    ),
  },
  { id: "event", header: t("event"), width: 240, grow: true, priority: 0, cell: (v) => <What v={v} /> },
  { id: "email", header: t("email"), width: 220, grow: true, priority: 1, cell: (v) => <span className="text-fg-2">{v.email}</span> },
  { id: "ip", header: t("ip"), width: 136, priority: 2, cell: (v) => <span className="ref text-fg-2">{v.ip}</span> },
  {
    id: "agent",
    header: t("agent"),
    width: 168,
    priority: 3,
    cell: (v) => (
      <span className="text-fg-2" title={v.agent}>
        {agentName(v.agent)}
      </span>
    ),
  },
];

const card = (v: Visited) => (
  <>
    <What v={v} />
    <div className="mt-0.5 flex gap-2 text-xs text-fg-3">
      <span className="truncate">{v.email}</span>
      <span className="ms-auto shrink-0">
        <DateText value={v.at} show="full" />
      </span>
    </div>
  </>
);

const at = "/o/$slug/settings/{-$tab}";

/** What happened at the door with members of the organisation. */
export function VisitList() {
  const search: VisitSearch = useSearch({ from: at });
  const go = useNavigate({ from: at });
  const words = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of the filter are what counts
  const key = useMemo(() => ["visit", "list", search], [words]);
  const list = useWindow<Visited>(key, (page, limit, signal) => {
    signal.throwIfAborted();
    return settings.auth_log({ ...search, page, limit });
  });
  const { data: facets } = useQuery({
    queryKey: ["visit", "facets", search.q ?? ""],
    queryFn: () => settings.auth_log_facets({ q: search.q }),
    placeholderData: (before) => before,
  });
  const { data: now } = useQuery(settingsQuery);
  const [active, setActive] = useState(0);
  const [keeping, setKeeping] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another result begins at its top
  useEffect(() => setActive(0), [key]);
  const patch = useCallback((p: Partial<VisitSearch>) => void go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const clear = () => void go({ search: { sort: search.sort }, replace: true });
  const filtered = Boolean(search.q || search.event || search.outcome || search.from || search.to);
  const outcomes = ["ok", "refused"] as const;
  return (
    <>
      <FilterBar
        active={filtered}
        onClear={clear}
        aside={
          <>
            <span aria-live="polite" className="tnum text-xs whitespace-nowrap text-fg-3 max-lg:sr-only">
              {list.pending ? "" : t("visits_count", { n: list.total })}
            </span>
            {now && (
              <Button variant="ghost" onClick={() => setKeeping(true)}>
                <History size={14} /> {t("keep", { n: now.auth_log_days })}
              </Button>
            )}
            <ExportMenu href={(format) => settings.auth_log_export({ ...search, format })} />
          </>
        }
      >
        <SearchBox name={t("visits_search")} value={search.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
        <Facet
          label={t("event")}
          icon={<LogIn />}
          value={search.event}
          options={(facets?.event ?? []).map((f) => ({ value: f.value, label: eventName(f.value), count: f.count }))}
          onChange={(event) => patch({ event })}
        />
        <Facet
          single
          label={t("outcome")}
          icon={<CircleDot />}
          value={search.outcome ? [search.outcome] : undefined}
          options={outcomes.map((o) => ({ value: o, label: t(o), count: facets?.outcome?.find((f) => f.value === o)?.count ?? 0 }))}
          onChange={(v) => patch({ outcome: outcomes.find((o) => o === v?.[0]) })}
        />
        <Day label={t("from")} value={search.from} max={search.to} onChange={(from) => patch({ from })} />
        <Day label={t("to")} value={search.to} min={search.from} onChange={(to) => patch({ to })} />
      </FilterBar>
      <div className="relative flex min-h-0 flex-1 flex-col">
        <DataTable
          label={t("visits")}
          columns={columns}
          list={list}
          rowLabel={(v) => v.email}
          sort={search.sort ?? "-at"}
          onSort={(sort) => patch({ sort: sort === "at" ? "at" : undefined })}
          active={active}
          onActive={setActive}
          card={card}
          empty={
            filtered ? (
              <EmptyState icon={<ListFilter />} title={t("visits_no_match")} actions={<Button onClick={clear}>{t("clear")}</Button>}>
                {t("visits_no_match_more")}
              </EmptyState>
            ) : (
              <EmptyState icon={<LogIn />} title={t("visits_none")}>
                {t("visits_none_more")}
              </EmptyState>
            )
          }
        />
      </div>
      {keeping && now && <Keep settings={now} onClose={() => setKeeping(false)} />}
    </>
  );
}

type DayProps = { label: string; value: string | undefined; min?: string; max?: string; onChange: (v: string | undefined) => void };
const Day = ({ label, value, min, max, onChange }: DayProps) => (
  <label className="flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-dashed border-line-2 ps-2 text-fg-2 focus-within:border-solid pointer-coarse:h-9">
    {label}
    <input
      type="date"
      value={value ?? ""}
      min={min}
      max={max}
      onChange={(e) => onChange(e.target.value || undefined)}
      className="h-full rounded-md bg-transparent pe-1.5 text-fg"
    />
  </label>
);

function Keep({ settings: s, onClose }: { settings: Settings; onClose: () => void }) {
  const form = useForm<{ auth_log_days: number | null }, Settings>({
    start: { auth_log_days: s.auth_log_days },
    send: ({ auth_log_days }) => change(s, { auth_log_days: auth_log_days ?? 0 }),
    done: () => {
      onClose();
      toast.done(t("keep_saved"));
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("keep_title")} description={t("keep_lead")} width={420}>
      <Form form={form}>
        <NumberField label={t("keep_field")} hint={t("keep_hint")} min={30} max={3650} required {...form.field("auth_log_days")} />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!form.dirty} pending={form.pending}>
            {t("save")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
