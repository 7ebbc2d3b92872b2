import { CalendarClock, CalendarSync, CircleDashed, Gauge, Layers, Shield, TriangleAlert, UserRound } from "lucide-react";
import { type Risk, type RiskDetail, risk } from "#/api/api";
import { cache } from "#/kit/cache";
import { num } from "#/kit/format";
import { LEVELS, LevelTag, levelName, stepOf } from "#/kit/Level";
import { digitsOf, shortMoney } from "#/kit/money";
import { register } from "#/kit/register/define";
import { fieldsOf } from "#/kit/register/fields";
import { flag, oneOf, text } from "#/kit/search";
import { libraryQuery, MAPS } from "./data";
import { t } from "./words";

const ended = (r: Risk) => r.status === "mitigated" || r.status === "accepted" || r.status === "closed";
const of = (good: number, all: number) =>
  all > 0 ? <span className="tnum text-fg-2">{`${num(good)} / ${num(all)}`}</span> : <span className="text-fg-3">–</span>;

const fields = fieldsOf<Risk, RiskDetail>()([
  { kind: "ref", name: "ref", label: t("ref"), column: { width: 96, priority: 0, sort: true } },
  { kind: "title", name: "title", label: t("title"), hint: t("title_hint"), column: { width: 260, grow: true, priority: 0, sort: true } },
  {
    kind: "own",
    name: "score",
    label: t("score"),
    cell: (r) => <LevelTag score={r.score} level={r.level} />,
    column: { width: 108, priority: 0, sort: true, export: ["score", "level"] },
    card: true,
  },
  {
    kind: "choice",
    name: "status",
    label: t("status"),
    icon: <CircleDashed />,
    choices: [
      { value: "open", label: t("open"), look: "not_started" },
      { value: "in_progress", label: t("in_progress"), look: "in_progress" },
      { value: "off_track", label: t("off_track"), look: "attention" },
      { value: "mitigated", label: t("mitigated"), look: "met" },
      { value: "accepted", label: t("accepted"), look: "accepted", set: false },
      { value: "closed", label: t("closed"), look: "not_applicable" },
    ],
    fixed: (r) => (r.status === "accepted" ? t("accepted_fixed") : undefined),
    column: { width: 124, priority: 1, sort: true },
    facet: true,
    bulk: true,
  },
  {
    kind: "choice",
    name: "level",
    label: t("level"),
    icon: <Gauge />,
    choices: LEVELS.map((value) => ({ value, label: levelName(value) })),
    fixed: true,
    prop: false,
    facet: true,
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
    kind: "text",
    name: "category",
    label: t("category"),
    icon: <Layers />,
    max: 60,
    empty: t("category_none"),
    suggest: async () => [...new Set((await cache.ensureQueryData(libraryQuery)).items.map((i) => i.category))],
    column: { width: 130, priority: 3, sort: true },
    facet: true,
    bulk: true,
    form: true,
  },
  {
    kind: "choice",
    name: "treatment",
    label: t("treatment"),
    icon: <Shield />,
    empty: t("treatment_none"),
    unsaid: true,
    choices: [
      { value: "mitigate", label: t("mitigate") },
      { value: "accept", label: t("treat_accept") },
      { value: "transfer", label: t("transfer") },
      { value: "avoid", label: t("avoid") },
    ],
    column: { width: 112, priority: 4 },
    facet: true,
    bulk: true,
  },
  {
    kind: "date",
    name: "due_on",
    label: t("due_on"),
    icon: <CalendarClock />,
    soon: 30,
    done: ended,
    column: { width: 92, priority: 2, sort: true },
    bulk: true,
    card: true,
  },
  {
    kind: "date",
    name: "review_on",
    label: t("review_on"),
    icon: <CalendarSync />,
    soon: 30,
    column: { width: 92, priority: 8, sort: true, hidden: true },
  },
  {
    kind: "own",
    name: "controls",
    label: t("controls"),
    cell: (r) => of(r.effective, r.controls),
    column: { width: 96, priority: 5, export: ["effective_controls", "controls"] },
  },
  { kind: "own", name: "actions", label: t("actions"), cell: (r) => of(r.done, r.actions), column: { width: 84, priority: 6, export: [] } },
  {
    kind: "own",
    name: "expected_loss",
    label: t("expected_loss"),
    help: t("expected_loss_more"),
    column: { width: 112, priority: 6, sort: true, hidden: true, align: "right" },
    cell: (r) =>
      r.loss_currency ? (
        <span className="tnum">{shortMoney(r.expected_loss, { currency: r.loss_currency, digits: digitsOf(r.loss_currency) })}</span>
      ) : (
        <span className="text-fg-3">–</span>
      ),
  },
  {
    kind: "own",
    name: "inherent",
    label: t("inherent"),
    cell: (r) => <LevelTag score={r.inherent.likelihood * r.inherent.impact} level={r.inherent_level} />,
    column: { width: 108, priority: 7, sort: true, hidden: true, export: ["inherent_likelihood", "inherent_impact"] },
  },
  {
    kind: "own",
    name: "target",
    label: t("target"),
    cell: (r) => <LevelTag score={r.target.likelihood * r.target.impact} level={r.target_level} />,
    column: { width: 108, priority: 7, sort: true, hidden: true, export: ["target_likelihood", "target_impact"] },
  },
  { kind: "long", name: "description", label: t("description"), empty: t("description_none") },
  {
    kind: "long",
    name: "plan",
    label: t("plan"),
    empty: t("plan_none"),
    aside: (r) => (r.actions > 0 ? t("actions_done", { done: r.done, n: r.actions }) : undefined),
  },
]);

/** The risk register: its fields, and the words of its address that are none. */
export const risks = register(risk, {
  kind: "risk",
  path: "risks",
  icon: <TriangleAlert />,
  words: {
    title: t("risks"),
    lower: t("risks_lower"),
    details: t("details"),
    add: t("add"),
    add_more: t("add_more"),
    create: t("create"),
    created: (ref) => t("created", { ref }),
    count: (n) => t("count", { n }),
  },
  fields,
  more: { overdue: flag, of: (v) => oneOf(v, MAPS), likelihood: stepOf, impact: stepOf, control: text },
  follows: [["link"]],
  import: "risks",
});

/** What the list can be asked for. */
export type Filter = ReturnType<typeof risks.parse>;
