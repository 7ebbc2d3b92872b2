import { useQuery } from "@tanstack/react-query";
import { CalendarSync } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { type Policy, policy } from "#/api/api";
import { aimOf, BulkChoice, now, useBulk } from "#/kit/register/bulk";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { StatusIcon, statusName } from "#/kit/Status";
import type { Selection } from "#/kit/selection";
import { useSession } from "#/shell/session";
import { figuresQuery } from "./data";
import { type Filter, policies } from "./fields";
import { LibraryButton } from "./Library";
import { PolicyPlaces } from "./Places";
import { policyRecord } from "./PolicyRecord";
import { t } from "./words";

const CARDS = ["published", "ratified", "in_review", "draft", "not_started", "needs_update", "suggested"] as const;

/** All policies: figures, views, the list, and the open one beside it. */
export function PolicyList() {
  const { person } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const figures = useQuery(figuresQuery).data;
  return (
    <RegisterPage
      of={policies}
      record={policyRecord}
      views={views}
      sections={<PolicyPlaces />}
      stats={[
        { id: "total", label: t("total"), count: figures?.total, search: {} },
        ...CARDS.map((s) => ({
          id: s,
          label: statusName(s),
          icon: <StatusIcon s={s} size={13} />,
          count: figures?.status[s],
          search: { status: [s] },
        })),
        {
          id: "overdue",
          label: t("overdue_reviews"),
          icon: <StatusIcon s="overdue" size={13} />,
          count: figures?.overdue,
          search: { review: ["overdue" as const] },
        },
      ]}
      empty={{ title: t("empty"), more: t("empty_more"), actions: <LibraryButton /> }}
      actions={<LibraryButton />}
      bulk={(p) => <BulkCadence {...p} />}
    />
  );
}

const viewsFor = (person: string): { id: string; name: string; icon?: ReactNode; search: Filter }[] => [
  { id: "all", name: t("all"), search: {} },
  { id: "mine", name: t("mine"), search: { owner: person } },
  {
    id: "work",
    name: t("being_written"),
    icon: <StatusIcon s="draft" size={13} />,
    search: { status: ["draft", "in_review", "ratified"] },
  },
  {
    id: "force",
    name: t("in_force_view"),
    icon: <StatusIcon s="published" size={13} />,
    search: { status: ["published", "needs_update"] },
  },
  { id: "due", name: t("review_due"), icon: <StatusIcon s="expiring_soon" size={13} />, search: { light: ["red", "amber"] } },
  { id: "archived", name: statusName("archived"), search: { status: ["archived"] } },
];

const cadences = ["3", "6", "12", "24", "36", "0"] as const;

/** How often the chosen policies are reviewed. */
function BulkCadence({ selected, filter, done }: { selected: Selection<Policy>; filter: Filter; done: () => void }) {
  const run = useBulk<Policy>({ list: "policy", selected, done, refresh: policies.refreshAll });
  return (
    <BulkChoice
      label={t("cadence")}
      icon={<CalendarSync size={14} />}
      choices={cadences.map((n) => ({ value: n, label: n === "0" ? t("never_reviewed") : t("months", { n: Number(n) }) }))}
      onPick={(n) => {
        const set = { review_months: Number(n) };
        now(run(() => policy.bulk({ body: { ...aimOf(selected, filter), set } }), set));
      }}
    />
  );
}
