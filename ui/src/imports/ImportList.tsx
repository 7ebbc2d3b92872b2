import { getRouteApi, Link } from "@tanstack/react-router";
import { FileInput, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { imports, type TableImport } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { buttonClass } from "#/kit/Button";
import { type Column, DataTable } from "#/kit/DataTable";
import { num } from "#/kit/format";
import { EmptyState } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { useWindow } from "#/kit/useWindow";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { stateName, stateTone, targetName } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug/imports");

const columns: readonly Column<TableImport>[] = [
  {
    id: "name",
    header: t("file"),
    priority: 0,
    width: 220,
    grow: true,
    cell: (i) => <span className="truncate font-medium">{i.name}</span>,
  },
  {
    id: "target",
    header: t("target"),
    priority: 2,
    width: 200,
    cell: (i) => <span className="truncate">{i.under_name || targetName(i.target)}</span>,
  },
  { id: "state", header: t("state"), priority: 1, width: 110, cell: (i) => <Tag tone={stateTone(i.state)}>{stateName[i.state]}</Tag> },
  {
    id: "created",
    header: t("was_created"),
    priority: 3,
    width: 76,
    align: "right",
    cell: (i) => <span className="tnum">{num(i.created)}</span>,
  },
  {
    id: "changed",
    header: t("was_changed"),
    priority: 4,
    width: 76,
    align: "right",
    cell: (i) => <span className="tnum">{num(i.changed)}</span>,
  },
  {
    id: "refused",
    header: t("refused"),
    priority: 5,
    width: 76,
    align: "right",
    cell: (i) => <span className={i.refused > 0 ? "tnum text-bad-text" : "tnum"}>{num(i.refused)}</span>,
  },
  {
    id: "person",
    header: t("person"),
    priority: 7,
    width: 160,
    cell: (i) => (
      <span className="flex min-w-0 items-center gap-2">
        <Avatar name={i.person_name} /> <span className="truncate">{i.person_name}</span>
      </span>
    ),
  },
  { id: "date", header: t("date"), priority: 6, width: 110, cell: (i) => <DateText value={i.ended_at || i.created_at} /> },
];

/** The history of imports. */
export function ImportList() {
  const { slug } = route.useParams();
  const go = route.useNavigate();
  const { editor } = useSession();
  const key = useMemo(() => ["imports", "list"] as const, []);
  const win = useWindow<TableImport>(key, (page, limit) => imports.list({ page, limit }));
  const [active, setActive] = useState(0);
  const fresh = (
    <Link to="/o/$slug/imports/new" params={{ slug }} className={buttonClass({ variant: "primary" })}>
      <Plus size={14} /> {t("new")}
    </Link>
  );
  return (
    <Page>
      <Topbar title={t("history")} icon={<FileInput />}>
        {editor && fresh}
      </Topbar>
      <DataTable
        label={t("list_label")}
        columns={columns}
        list={win}
        rowLabel={(i) => i.name}
        active={active}
        onActive={setActive}
        onOpen={(i) => void go({ to: "/o/$slug/imports/$id", params: { slug, id: i.id } })}
        empty={
          <EmptyState icon={<FileInput />} title={t("empty")} actions={editor && fresh}>
            {t("empty_more")}
          </EmptyState>
        }
        card={(i) => (
          <div className="min-w-0 flex-1">
            <div className="flex items-center gap-2">
              <span className="truncate font-medium">{i.name}</span>
              <span className="ms-auto shrink-0">
                <Tag tone={stateTone(i.state)}>{stateName[i.state]}</Tag>
              </span>
            </div>
            <div className="truncate text-xs text-fg-3">
              {i.under_name || targetName(i.target)} · <DateText value={i.ended_at || i.created_at} />
            </div>
          </div>
        )}
      />
    </Page>
  );
}
