import {
  BadgeCheck,
  Building2,
  CalendarCheck,
  CalendarClock,
  CircleDashed,
  Database,
  FileClock,
  Gauge,
  Globe,
  Layers,
  Lock,
  Mail,
  MapPin,
  Scale,
  Share2,
  Target,
  UserRound,
  Wrench,
} from "lucide-react";
import { type Vendor, type VendorDetail, vendor } from "#/api/api";
import { fullDate } from "#/kit/format";
import { LEVELS, LevelTag, levelName, stepOf } from "#/kit/Level";
import { register } from "#/kit/register/define";
import { fieldsOf } from "#/kit/register/fields";
import { flag } from "#/kit/search";
import { Tag } from "#/kit/Tag";
import { ATTESTED, attestedTone, CLASSES, REVIEWS, reviewTone } from "./data";
import { t } from "./words";

const gone = (v: Vendor) => v.status === "rejected" || v.status === "offboarded";
const TYPES = ["software", "infrastructure", "professional_services", "contractor", "payments", "hardware", "facilities", "other"] as const;
const DATA = ["pii", "phi", "financial", "credentials", "source_code", "customer_content", "employee", "none"] as const;

const fields = fieldsOf<Vendor, VendorDetail>()([
  { kind: "ref", name: "ref", label: t("ref"), column: { width: 88, priority: 0, sort: true } },
  {
    kind: "title",
    name: "name",
    label: t("title"),
    max: 200,
    hint: t("title_hint"),
    column: { width: 190, grow: true, priority: 0, sort: true },
  },
  {
    kind: "own",
    name: "tier",
    label: t("tier"),
    cell: (v) => <LevelTag score={v.score} level={v.tier} />,
    column: { width: 108, priority: 0, sort: true, export: ["score", "tier"] },
    card: true,
  },
  {
    kind: "choice",
    name: "status",
    label: t("status"),
    icon: <CircleDashed />,
    choices: [
      { value: "requested", label: t("requested"), look: "not_started" },
      { value: "in_review", label: t("in_review"), look: "in_progress" },
      { value: "approved", label: t("approved"), look: "met", set: false },
      { value: "rejected", label: t("rejected"), look: "rejected", set: false },
      { value: "offboarding", label: t("offboarding"), look: "attention" },
      { value: "offboarded", label: t("offboarded"), look: "not_applicable" },
    ],
    column: { width: 128, priority: 1, sort: true },
    facet: true,
    bulk: true,
  },
  {
    kind: "choice",
    name: "tier",
    label: t("tier"),
    icon: <Gauge />,
    choices: LEVELS.map((value) => ({ value, label: levelName(value) })),
    fixed: true,
    prop: false,
    facet: true,
  },
  {
    kind: "choice",
    name: "review",
    label: t("review"),
    icon: <CalendarClock />,
    choices: REVIEWS.map((value) => ({ value, label: t(value), tone: reviewTone[value] })),
    fixed: true,
    prop: false,
    facet: true,
  },
  {
    kind: "own",
    name: "next_review_on",
    label: t("next_review_on"),
    cell: (v) => (
      <Tag tone={reviewTone[v.review]}>{v.next_review_on && v.review !== "closed" ? fullDate(v.next_review_on) : t(v.review)}</Tag>
    ),
    column: { width: 124, priority: 1, sort: true, export: ["review", "next_review_on"] },
    card: true,
  },
  {
    kind: "person",
    name: "owner",
    label: t("owner"),
    icon: <UserRound />,
    column: { width: 140, priority: 3, sort: true },
    facet: true,
    bulk: true,
    form: true,
  },
  {
    kind: "text",
    name: "service",
    label: t("service"),
    icon: <Wrench />,
    max: 300,
    column: { width: 170, priority: 4, sort: true },
    form: true,
  },
  {
    kind: "choice",
    name: "attested",
    label: t("attested"),
    icon: <BadgeCheck />,
    choices: ATTESTED.map((value) => ({ value, label: t(value), tone: attestedTone[value] })),
    fixed: true,
    prop: false,
    column: { width: 112, priority: 2, export: ["attestations"] },
    facet: true,
  },
  {
    kind: "choice",
    name: "classification",
    label: t("classification"),
    icon: <Lock />,
    empty: t("class_unknown"),
    choices: CLASSES.map((value) => ({ value, label: t(value) })),
    column: { width: 116, priority: 5, sort: true },
    facet: true,
    bulk: true,
  },
  {
    kind: "many",
    name: "data",
    label: t("data"),
    icon: <Database />,
    empty: t("data_none"),
    choices: DATA.map((value) => ({ value, label: t(value) })),
    column: { width: 170, priority: 7, hidden: true },
    facet: true,
  },
  {
    kind: "choice",
    name: "type",
    label: t("type"),
    icon: <Building2 />,
    empty: t("type_none"),
    choices: TYPES.map((value) => ({ value, label: t(value) })),
    column: { width: 130, priority: 6, sort: true, hidden: true },
    facet: true,
    bulk: true,
    form: true,
  },
  {
    kind: "text",
    name: "category",
    label: t("category"),
    icon: <Layers />,
    max: 60,
    empty: t("category_none"),
    column: { width: 130, priority: 7, sort: true, hidden: true },
    facet: true,
  },
  { kind: "flag", name: "subservice", label: t("subservice"), icon: <Share2 />, help: t("subservice_more"), facet: true, bulk: true },
  { kind: "text", name: "location", label: t("location"), icon: <MapPin />, max: 120 },
  { kind: "text", name: "purpose", label: t("purpose"), icon: <Target />, max: 500 },
  {
    kind: "choice",
    name: "legal_review",
    label: t("legal_review"),
    icon: <Scale />,
    choices: [
      { value: "not_needed", label: t("legal_not_needed") },
      { value: "needed", label: t("legal_needed"), tone: "warn" },
      { value: "done", label: t("legal_done"), tone: "ok" },
    ],
    facet: true,
    bulk: true,
  },
  { kind: "link", name: "website", label: t("website"), icon: <Globe />, max: 300 },
  { kind: "text", name: "contact_name", label: t("contact_name"), icon: <UserRound />, max: 120 },
  { kind: "text", name: "contact_email", label: t("contact_email"), icon: <Mail />, max: 254 },
  { kind: "date", name: "assessed_on", label: t("assessed_on"), icon: <CalendarCheck />, fixed: true, done: () => true },
  {
    kind: "date",
    name: "contract_end",
    label: t("contract_end"),
    icon: <FileClock />,
    fixed: true,
    soon: 30,
    done: gone,
    column: { width: 96, priority: 8, sort: true, hidden: true },
  },
  { kind: "long", name: "description", label: t("description"), empty: t("description_none") },
]);

/** The register of vendors: its fields, and the words of its address that are none. */
export const vendors = register(vendor, {
  kind: "vendor",
  path: "vendors",
  icon: <Building2 />,
  words: {
    title: t("vendors"),
    lower: t("vendors_lower"),
    details: t("details"),
    add: t("add"),
    add_more: t("add_more"),
    create: t("create"),
    created: (ref) => t("created", { ref }),
    count: (n) => t("count", { n }),
  },
  fields,
  more: { contract_due: flag, impact: stepOf },
  follows: [["link"], ["attachment"]],
  import: "vendors",
});

/** What the list can be asked for. */
export type Filter = ReturnType<typeof vendors.parse>;
