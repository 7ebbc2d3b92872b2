import { Box, CalendarClock, CalendarSync, CircleDashed, ExternalLink, FileCheck2, Layers, ScrollText, UserRound } from "lucide-react";
import { type Policy, type PolicyDetail, type PolicyUpdateBody, policy } from "#/api/api";
import { num } from "#/kit/format";
import { register } from "#/kit/register/define";
import { fieldsOf } from "#/kit/register/fields";
import { POLICY_STATUSES, statusName } from "#/kit/Status";
import { manyOf, text } from "#/kit/search";
import { Tags } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { Cadence, Covered, InForce, Product, ReviewDay } from "./Look";
import { LIGHTS, REVIEWS } from "./search";
import { t } from "./words";

const nothing = <span className="text-fg-3">–</span>;

/** What the ground changes of a policy; controls and requirements are sent as ids. */
type Body = Pick<PolicyUpdateBody, "title" | "category" | "summary" | "location" | "owner" | "scope" | "planned_on" | "review_months">;

const fields = fieldsOf<Policy, PolicyDetail>()([
  { kind: "ref", name: "ref", label: t("ref"), column: { width: 96, priority: 0, sort: true } },
  { kind: "title", name: "title", label: t("policy"), hint: t("title_hint"), column: { width: 260, grow: true, priority: 0, sort: true } },
  {
    kind: "choice",
    name: "status",
    label: t("status"),
    icon: <CircleDashed />,
    // A policy gets most of its statuses by what happens to its words. For many at once two are left to decide.
    choices: POLICY_STATUSES.map((s) => ({
      value: s,
      label: statusName(s),
      look: s,
      ...(s === "not_started" || s === "archived" ? {} : { set: false as const }),
    })),
    fixed: true,
    column: { width: 132, priority: 0, sort: true },
    facet: true,
    bulk: true,
    card: true,
  },
  {
    kind: "own",
    name: "in_force",
    label: t("in_force"),
    icon: <FileCheck2 />,
    cell: (p) => <InForce p={p} />,
    value: (p) => <InForce p={p} />,
    column: { width: 88, priority: 4 },
  },
  {
    kind: "person",
    name: "owner",
    label: t("owner"),
    icon: <UserRound />,
    column: { width: 150, priority: 2, sort: true },
    facet: true,
    bulk: true,
    form: true,
    card: true,
  },
  {
    kind: "own",
    name: "next_review_on",
    label: t("next_review"),
    icon: <CalendarClock />,
    cell: (p) => <ReviewDay p={p} />,
    value: (p) => <ReviewDay p={p} show="full" />,
    column: { width: 116, priority: 1, sort: true, export: ["next_review_on", "light"] },
    card: true,
  },
  {
    kind: "date",
    name: "planned_on",
    label: t("planned"),
    icon: <FileCheck2 />,
    empty: t("planned_none"),
    column: { width: 104, priority: 9, hidden: true, sort: true },
    form: true,
  },
  {
    kind: "choice",
    name: "review",
    label: t("next_review"),
    icon: <CalendarClock />,
    choices: REVIEWS.map((value) => ({ value, label: t(`review_${value}`) })),
    fixed: true,
    prop: false,
    facet: true,
  },
  {
    kind: "own",
    name: "review_months",
    label: t("cadence"),
    icon: <CalendarSync />,
    cell: (p) => <span className="text-fg-2">{p.review_months > 0 ? t("months", { n: p.review_months }) : t("never_reviewed")}</span>,
    value: (p) => <Cadence p={p} />,
    column: { width: 96, priority: 8, hidden: true },
  },
  {
    kind: "own",
    name: "acknowledged",
    label: t("acknowledged"),
    cell: (p) => <Covered asked={p.asked} acknowledged={p.acknowledged} />,
    column: { width: 132, priority: 3, export: ["acknowledged", "asked"] },
  },
  {
    kind: "text",
    name: "category",
    label: t("category"),
    icon: <Layers />,
    max: 100,
    empty: t("category_none"),
    suggest: async () => ((await policy.facets()).category ?? []).map((v) => v.value).filter(Boolean),
    column: { width: 130, priority: 6, sort: true },
    facet: true,
    form: true,
  },
  {
    kind: "own",
    name: "scope",
    label: t("product"),
    icon: <Box />,
    cell: (p) => <span className="truncate text-fg-2">{p.scope === "organisation" ? t("organisation") : p.scope_name}</span>,
    value: (p) => <Product p={p} />,
    column: { width: 120, priority: 8, hidden: true, export: ["product"] },
  },
  {
    kind: "link",
    name: "location",
    label: t("location"),
    icon: <ExternalLink />,
    empty: t("location_none"),
    column: { width: 150, priority: 9, hidden: true },
  },
  {
    kind: "own",
    name: "controls",
    label: t("controls"),
    cell: (p) => (p.controls > 0 ? <span className="tnum text-fg-2">{num(p.controls)}</span> : nothing),
    column: { width: 84, priority: 5 },
  },
  {
    kind: "own",
    name: "frameworks",
    label: t("frameworks"),
    cell: (p) => (p.frameworks.length > 0 ? <Tags values={p.frameworks} /> : nothing),
    column: { width: 150, priority: 7 },
  },
  {
    kind: "own",
    name: "exceptions",
    label: t("exceptions"),
    cell: (p) => (p.exceptions > 0 ? <span className="tnum text-fg-2">{num(p.exceptions)}</span> : nothing),
    column: { width: 92, priority: 8, hidden: true },
  },
  {
    kind: "own",
    name: "published_on",
    label: t("published_on"),
    cell: (p) => <DateText value={p.published_on} />,
    column: { width: 96, priority: 8, sort: true, hidden: true },
  },
  { kind: "long", name: "summary", label: t("summary"), max: 5000, empty: t("summary_none") },
]);

/** The register of policies: its fields, and the words of its address that are none. */
export const policies = register(
  { ...policy, update: (in_: { id: string; version: number; body: Body }) => policy.update(in_) },
  {
    kind: "policy",
    path: "policies",
    icon: <ScrollText />,
    words: {
      title: t("policies"),
      lower: t("policies_lower"),
      details: t("details"),
      add: t("add"),
      add_more: t("add_more"),
      create: t("create"),
      created: (ref) => t("created", { ref }),
      count: (n) => t("count", { n }),
    },
    fields,
    more: { scope: text, light: (v) => manyOf(v, LIGHTS), control: text, framework: text },
    follows: [["link"], ["mywork"], ["notification"]],
    import: "policies",
  },
);

/** What the list can be asked for. */
export type Filter = ReturnType<typeof policies.parse>;
