import { Places } from "#/shell/Places";
import { t } from "./words";

/** The pages about who works here. */
export const PersonnelPlaces = () => (
  <Places
    label={t("personnel")}
    places={[
      { path: "personnel", label: t("people") },
      { path: "departments", label: t("departments") },
      { path: "job-roles", label: t("roles") },
      { path: "org-chart", label: t("chart") },
    ]}
  />
);
