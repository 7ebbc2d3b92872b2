import { Places } from "#/shell/Places";
import { t } from "./words";

/** The pages about what people use and who may. */
export const ApplicationPlaces = () => (
  <Places
    label={t("applications")}
    places={[
      { path: "applications", label: t("applications") },
      { path: "grants", label: t("grants") },
      { path: "access-matrix", label: t("matrix") },
    ]}
  />
);
