import { useQuery } from "@tanstack/react-query";
import { Places } from "#/shell/Places";
import { figuresQuery } from "./data";
import { t } from "./words";

/** The pages of the module. */
export function PolicyPlaces() {
  const figures = useQuery(figuresQuery).data;
  return (
    <Places
      label={t("places")}
      places={[
        { path: "policies", label: t("table") },
        { path: "policies/reviews", label: t("reviews"), count: figures?.overdue },
        { path: "policies/roadmap", label: t("roadmap") },
        { path: "policies/board", label: t("board") },
        { path: "policies/acknowledgments", label: t("acknowledgments") },
        { path: "policies/exceptions", label: t("exceptions"), count: figures?.reopened },
        { path: "policies/settings", label: t("settings") },
      ]}
    />
  );
}
