import { useQuery } from "@tanstack/react-query";
import { ChartPie, Share2 } from "lucide-react";
import { useMemo } from "react";
import { Button } from "#/kit/Button";
import { useStored } from "#/kit/hooks";
import { LEVELS, levelName } from "#/kit/Level";
import { RecordPage } from "#/kit/register/RecordPage";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { Charts } from "./Charts";
import { figuresQuery, running } from "./data";
import { type Filter, vendors } from "./fields";
import { vendorRecord } from "./VendorRecord";
import { t } from "./words";

const status: Filter["status"] = [...running];

/** All vendors: figures, charts, list, and the open one beside it. */
export function VendorList() {
  const { person } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const f = useQuery(figuresQuery).data;
  const [charts, setCharts] = useStored("vendor.charts", true);
  return (
    <RegisterPage
      of={vendors}
      record={vendorRecord}
      views={views}
      stats={[
        ...LEVELS.map((l) => ({ id: l, label: levelName(l), count: f?.tiers[l], how: f?.defined, search: { tier: [l], status } })),
        { id: "due_soon", label: t("due_soon"), count: f?.reviews.due_soon, search: { review: ["due_soon" as const], status } },
        { id: "overdue", label: t("late"), count: f?.reviews.overdue, search: { review: ["overdue" as const], status } },
        { id: "never", label: t("never"), count: f?.reviews.never, search: { review: ["never" as const], status } },
        {
          id: "attested",
          label: t("attested"),
          count: f && (f.attested.expiring ?? 0) + (f.attested.expired ?? 0) + (f.attested.missing ?? 0),
          search: { attested: ["expiring" as const, "missing" as const, "expired" as const], status },
        },
        { id: "contracts", label: t("contracts_due"), count: f?.contracts_due, search: { contract_due: true, status } },
      ]}
      empty={{ title: t("empty"), more: t("empty_more") }}
      actions={
        <Button variant="ghost" aria-pressed={charts} onClick={() => setCharts(!charts)}>
          <ChartPie size={14} /> <span className="max-sm:sr-only">{charts ? t("charts_hide") : t("charts_show")}</span>
        </Button>
      }
      above={({ filter, patch }) => charts && f && f.total > 0 && <Charts figures={f} filter={filter} patch={patch} />}
    />
  );
}

/** A vendor on a page of its own. */
export const VendorPage = () => <RecordPage of={vendors} record={vendorRecord} />;

const viewsFor = (person: string): { id: string; name: string; icon?: React.ReactNode; search: Filter }[] => [
  { id: "all", name: t("all"), search: {} },
  { id: "in_review", name: t("in_review"), icon: <StatusIcon s="in_progress" size={13} />, search: { status: ["requested", "in_review"] } },
  { id: "approved", name: t("approved"), icon: <StatusIcon s="met" size={13} />, search: { status: ["approved"] } },
  { id: "subprocessors", name: t("subprocessors"), icon: <Share2 size={13} />, search: { status: ["approved"], subservice: true } },
  { id: "mine", name: t("mine"), search: { owner: person } },
];
