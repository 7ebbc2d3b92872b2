import { useQuery } from "@tanstack/react-query";
import { Grid3x3 } from "lucide-react";
import { useMemo } from "react";
import { Button } from "#/kit/Button";
import { Facet } from "#/kit/Filters";
import { useStored } from "#/kit/hooks";
import { RecordPage } from "#/kit/register/RecordPage";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { figuresQuery, LEVELS } from "./data";
import { type Filter, risks } from "./fields";
import { HeatMap } from "./HeatMap";
import { LibraryButton } from "./Library";
import { LossPanel, LossToggle } from "./LossPanel";
import { riskRecord } from "./RiskRecord";
import { t } from "./words";

const untreated: Filter["status"] = ["open", "in_progress", "off_track"];
const notClosed: Filter["status"] = ["open", "in_progress", "off_track", "mitigated", "accepted"];

/** All risks: figures, map, list, and the open one beside it. */
export function RiskList() {
  const { person, editor } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const figures = useQuery(figuresQuery).data;
  const [map, setMap] = useStored("risk.map", true);
  const [costs, setCosts] = useStored("risk.money", false);
  return (
    <RegisterPage
      of={risks}
      record={riskRecord}
      views={views}
      stats={[
        ...LEVELS.map((l) => ({ id: l, label: t(l), count: figures?.levels[l], search: { level: [l], status: notClosed } })),
        { id: "off_track", label: t("off_track"), count: figures?.statuses.off_track, search: { status: ["off_track" as const] } },
        { id: "overdue", label: t("late"), count: figures?.overdue, search: { overdue: true } },
      ]}
      empty={{ title: t("empty"), more: t("empty_more"), actions: <LibraryButton /> }}
      actions={
        <>
          <Button
            variant="ghost"
            aria-pressed={map && !costs}
            onClick={() => {
              setMap(costs || !map);
              setCosts(false);
            }}
          >
            <Grid3x3 size={14} /> <span className="max-sm:sr-only">{map && !costs ? t("heat_hide") : t("heat_show")}</span>
          </Button>
          <LossToggle on={costs} onChange={setCosts} />
          {editor && <LibraryButton />}
        </>
      }
      filters={({ filter, patch }) =>
        (filter.likelihood || filter.impact) && (
          <Facet
            single
            label={t("place")}
            icon={<Grid3x3 />}
            value={["here"]}
            options={[
              {
                value: "here",
                label: t("place_of", { of: t(filter.of ?? "residual"), l: filter.likelihood ?? "–", i: filter.impact ?? "–" }),
              },
            ]}
            onChange={() => patch({ of: undefined, likelihood: undefined, impact: undefined })}
          />
        )
      }
      above={({ filter, patch }) =>
        costs ? (
          <LossPanel />
        ) : (
          map &&
          figures &&
          figures.total > 0 && (
            <HeatMap
              figures={figures}
              filter={filter}
              onPick={(at) =>
                patch({ status: at.likelihood ? notClosed : undefined, of: at.of, likelihood: at.likelihood, impact: at.impact })
              }
            />
          )
        )
      }
    />
  );
}

/** A risk on a page of its own. */
export const RiskPage = () => <RecordPage of={risks} record={riskRecord} />;

const viewsFor = (person: string): { id: string; name: string; icon?: React.ReactNode; search: Filter }[] => [
  { id: "all", name: t("all"), search: {} },
  { id: "open", name: t("open"), icon: <StatusIcon s="in_progress" size={13} />, search: { status: untreated } },
  { id: "mine", name: t("mine"), search: { owner: person } },
  { id: "accepted", name: t("accepted"), icon: <StatusIcon s="accepted" size={13} />, search: { status: ["accepted"] } },
  { id: "unscored", name: t("unscored"), search: { level: ["unscored"] } },
];
