import { useMutation } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { audit, type Rested } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { type Column, DataTable } from "#/kit/DataTable";
import { daysTo } from "#/kit/format";
import { KindIcon } from "#/kit/found";
import { EmptyState } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useWindow } from "#/kit/useWindow";
import { DateText } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./words";

type Row = Rested & { id: string };
const key = ["audit", "trash"] as const;
/** How long a deletion can be taken back, in days: the engine's rule. */
const rest = 30;

const nameOf = (r: Rested) => `${r.ref} ${r.title}`.trim();

async function restore(r: Row) {
  const out = await audit.restore({ seq: r.seq });
  toast.saved(t("gone", { name: nameOf(r) }), out, { description: out.left > 0 ? t("gone_left", { n: out.left }) : undefined });
  await cache.invalidateQueries(); // it may show anywhere
}

function Restore({ r }: { r: Row }) {
  const { mutate, isPending } = useMutation({ mutationFn: () => restore(r), onError: (e) => toast.failed(e) });
  return (
    <Button size="sm" pending={isPending} onClick={() => mutate()} aria-label={`${t("restore")}: ${nameOf(r)}`}>
      <RotateCcw size={13} /> {t("restore")}
    </Button>
  );
}

const What = ({ r }: { r: Row }) => (
  <span className="flex min-w-0 items-center gap-2">
    <span className="text-fg-3">
      <KindIcon kind={r.table} />
    </span>
    {r.ref && <span className="shrink-0 text-fg-2">{r.ref}</span>}
    <span className="truncate font-medium" title={nameOf(r)}>
      {r.title}
    </span>
    {r.with > 0 && <span className="shrink-0 text-xs text-fg-3">{t("with", { n: r.with })}</span>}
  </span>
);

function Left({ r }: { r: Row }) {
  const days = daysTo(r.until);
  return <span className={days <= 3 ? "text-warn-text" : "text-fg-3"}>{days < 1 ? t("last_day") : t("days_left", { n: days })}</span>;
}

const columns: readonly Column<Row>[] = [
  { id: "what", header: t("what"), priority: 0, width: 260, grow: true, cell: (r) => <What r={r} /> },
  {
    id: "why",
    header: t("why"),
    priority: 5,
    width: 220,
    cell: (r) => (
      <span className="text-fg-2" title={r.note}>
        {r.note || "–"}
      </span>
    ),
  },
  {
    id: "by",
    header: t("deleted_by"),
    priority: 3,
    width: 170,
    cell: (r) => (
      <span className="flex min-w-0 items-center gap-2">
        <Avatar name={r.actor.name} /> <span className="truncate">{r.actor.name}</span>
      </span>
    ),
  },
  { id: "at", header: t("deleted"), priority: 2, width: 100, cell: (r) => <DateText value={r.at} /> },
  { id: "until", header: "", priority: 4, width: 110, cell: (r) => <Left r={r} /> },
  { id: "restore", header: "", priority: 0, width: 130, align: "right", cell: (r) => <Restore r={r} /> },
];

/** What was deleted and can be brought back, the newest first. */
export function TrashPage() {
  const win = useWindow<Row>(key, async (page, limit) => {
    const got = await audit.trash({ page, limit });
    return { ...got, items: got.items.map((r) => ({ ...r, id: String(r.seq) })) };
  });
  const [active, setActive] = useState(0);
  return (
    <Page>
      <Topbar title={t("trash")} icon={<Trash2 />} />
      {win.total > 0 && <p className="border-b border-line px-4 py-2.5 text-fg-3">{t("lead", { n: rest })}</p>}
      <DataTable
        label={t("trash")}
        columns={columns}
        list={win}
        rowLabel={nameOf}
        active={active}
        onActive={setActive}
        empty={
          <EmptyState icon={<Trash2 />} title={t("empty")}>
            {t("empty_more", { n: rest })}
          </EmptyState>
        }
        card={(r) => (
          <div className="flex items-center gap-3">
            <div className="min-w-0 flex-1">
              <What r={r} />
              <div className="truncate text-xs text-fg-3">
                {r.actor.name} · <DateText value={r.at} /> · <Left r={r} />
              </div>
            </div>
            <Restore r={r} />
          </div>
        )}
      />
    </Page>
  );
}
