import { useQuery } from "@tanstack/react-query";
import { Flag as FlagIcon } from "lucide-react";
import { useMemo } from "react";
import { Facet } from "#/kit/Filters";
import { RecordPage } from "#/kit/register/RecordPage";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { StatusIcon } from "#/kit/Status";
import { figuresQuery } from "./data";
import { type Filter, people } from "./fields";
import { personRecord } from "./PersonRecord";
import { PersonnelPlaces } from "./Places";
import { t } from "./words";

const working: Filter["status"] = ["active", "on_leave", "inactive"];

/** Everybody who works here: figures, list, and the open record beside it. */
export function PersonnelList() {
  const figures = useQuery(figuresQuery).data;
  const views = useMemo(viewsFor, []);
  return (
    <RegisterPage
      of={people}
      record={personRecord}
      views={views}
      sections={<PersonnelPlaces />}
      stats={[
        { id: "active", label: t("active"), count: figures?.statuses.active, search: { status: ["active" as const] } },
        { id: "on_leave", label: t("on_leave"), count: figures?.statuses.on_leave, search: { status: ["on_leave" as const] } },
        { id: "leaving", label: t("leavers"), count: figures?.leavers, search: { leaving: true } },
        ...(figures?.flags ?? []).map((f) => ({
          id: f.flag,
          label: t(f.flag),
          count: f.raised,
          how: f.defined,
          search: { flags: [f.flag] },
        })),
      ]}
      empty={{ title: t("empty"), more: t("empty_more") }}
      filters={({ filter, patch }) => (
        <Facet
          single
          label={t("leaving")}
          icon={<FlagIcon />}
          value={filter.leaving ? ["true"] : undefined}
          options={[{ value: "true", label: t("leaving"), count: figures?.leavers }]}
          onChange={(v) => patch({ leaving: v ? true : undefined })}
        />
      )}
    />
  );
}

/** Somebody on a page of their own. */
export const PersonPage = () => <RecordPage of={people} record={personRecord} />;

const viewsFor = (): { id: string; name: string; icon?: React.ReactNode; search: Filter }[] => [
  { id: "directory", name: t("directory"), search: { status: working } },
  { id: "all", name: t("all"), search: {} },
  { id: "leaving", name: t("leaving"), icon: <StatusIcon s="attention" size={13} />, search: { leaving: true } },
  { id: "left", name: t("terminated"), icon: <StatusIcon s="gap" size={13} />, search: { status: ["terminated"] } },
  { id: "manager", name: t("no_manager"), search: { flags: ["no_manager"] } },
];
