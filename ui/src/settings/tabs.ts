import {
  ArrowLeftRight,
  Bell,
  BookOpenText,
  Building2,
  Code,
  Contact,
  LogIn,
  type LucideIcon,
  Palette,
  Tag,
  TextCursorInput,
  TriangleAlert,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import { Api } from "./Api";
import { Appearance } from "./Appearance";
import { Organisation } from "./Organisation";
import { VisitList } from "./VisitList";
import { t } from "./words";

export type SettingsTab = {
  /** As it stands in the address: /settings/<value>. The first one has none. */
  value: string;
  label: string;
  icon: LucideIcon;
  Page: ComponentType;
};

/** Another module's page comes with that module's chunk. */
const Frameworks = lazy(() => import("#/framework/FrameworkSettings").then((m) => ({ default: m.FrameworkSettings })));

const Risks = lazy(() => import("#/risk/ScaleSettings").then((m) => ({ default: m.ScaleSettings })));
const Personnel = lazy(() => import("#/personnel/Rules").then((m) => ({ default: m.PersonnelSettings })));
const Tags = lazy(() => import("#/tag/TagSettings").then((m) => ({ default: m.TagSettings })));
const Fields = lazy(() => import("#/field/FieldSettings").then((m) => ({ default: m.FieldSettings })));
const Notifications = lazy(() => import("#/notification/OrgSettings").then((m) => ({ default: m.OrgSettings })));
const Transfer = lazy(() => import("#/imports/Transfer").then((m) => ({ default: m.Transfer })));

/** The parts of the settings, in their order. */
export const tabs: readonly SettingsTab[] = [
  { value: "organisation", label: t("tab_organisation"), icon: Building2, Page: Organisation },
  { value: "appearance", label: t("tab_appearance"), icon: Palette, Page: Appearance },
  { value: "frameworks", label: t("tab_frameworks"), icon: BookOpenText, Page: Frameworks },
  { value: "risks", label: t("tab_risks"), icon: TriangleAlert, Page: Risks },
  { value: "personnel", label: t("tab_personnel"), icon: Contact, Page: Personnel },
  { value: "tags", label: t("tab_tags"), icon: Tag, Page: Tags },
  { value: "fields", label: t("tab_fields"), icon: TextCursorInput, Page: Fields },
  { value: "notifications", label: t("tab_notifications"), icon: Bell, Page: Notifications },
  { value: "transfer", label: t("tab_transfer"), icon: ArrowLeftRight, Page: Transfer },
  { value: "sign-ins", label: t("tab_visits"), icon: LogIn, Page: VisitList },
  { value: "api", label: t("tab_api"), icon: Code, Page: Api },
];
