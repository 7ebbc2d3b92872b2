import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { Network, ShieldAlert } from "lucide-react";
import { useMemo } from "react";
import { buttonClass } from "#/kit/Button";
import { Facet } from "#/kit/Filters";
import { RecordPage } from "#/kit/register/RecordPage";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { assetRecord } from "./AssetRecord";
import { figuresQuery, GAPS, gapName, IN_USE } from "./data";
import { assets, type Filter } from "./fields";
import { t } from "./words";

/** All assets: figures, list, and the open one beside it. */
export function AssetList() {
  const { person } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const f = useQuery(figuresQuery).data;
  return (
    <RegisterPage
      of={assets}
      record={assetRecord}
      views={views}
      stats={[
        { id: "total", label: t("total"), count: f?.total, search: { status: IN_USE } },
        { id: "stores", label: t("stores"), count: f?.stores, search: { store: true, status: IN_USE } },
        {
          id: "gapped",
          label: t("gapped"),
          icon: <ShieldAlert size={13} className="text-warn-text" />,
          count: f?.gapped,
          search: { gap: [...GAPS] },
        },
        ...GAPS.map((g) => ({ id: g, label: gapName(g), count: f?.gaps[g], search: { gap: [g] } })),
        { id: "late", label: t("review_late"), count: f?.overdue, search: { overdue: true } },
      ]}
      empty={{ title: t("empty"), more: t("empty_more") }}
      actions={<GraphLink />}
      filters={({ filter, patch }) => (
        <Facet
          label={t("gap")}
          icon={<ShieldAlert />}
          value={filter.gap}
          options={GAPS.map((g) => ({ value: g, label: gapName(g), count: f?.gaps[g] }))}
          onChange={(v) => patch({ gap: v && GAPS.filter((g) => v.includes(g)) })}
        />
      )}
    />
  );
}

/** An asset on a page of its own. */
export const AssetPage = () => <RecordPage of={assets} record={assetRecord} />;

/** The picture of what the list shows. */
function GraphLink() {
  const { slug = "" } = useParams({ strict: false });
  const { open: _, new: __, view: ___, ...words }: Record<string, unknown> = useSearch({ strict: false });
  return (
    <Link to={orgPath(slug, "assets/graph")} search={words} className={buttonClass({ variant: "ghost" })} title={t("graph_open")}>
      <Network size={14} /> <span className="max-sm:sr-only">{t("graph")}</span>
    </Link>
  );
}

const viewsFor = (person: string): { id: string; name: string; icon?: React.ReactNode; search: Filter }[] => [
  { id: "all", name: t("all"), search: {} },
  { id: "stores", name: t("stores"), search: { store: true, status: IN_USE } },
  { id: "gaps", name: t("gaps"), icon: <ShieldAlert size={13} />, search: { gap: [...GAPS] } },
  { id: "mine", name: t("mine"), search: { owner: person } },
  { id: "production", name: t("production"), search: { environment: ["production"] } },
];
