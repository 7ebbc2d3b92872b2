import { useState } from "react";
import type { RiskFigures } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { useWidth } from "#/kit/hooks";
import { Tabs } from "#/kit/Tabs";
import { Help } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { MAPS, type MapOf } from "./data";
import type { Filter } from "./fields";
import { MapGrid } from "./MapGrid";
import { Trend } from "./Trend";
import { t } from "./words";

type Props = { figures: RiskFigures; filter: Filter; onPick: (place: Pick<Filter, "of" | "likelihood" | "impact">) => void };

/** The map of likelihood and impact, and how many risks of each level there were, week by week. A cell shows the risks in it; pressed again it shows all. */
export function HeatMap({ figures, filter, onPick }: Props) {
  const { admin } = useSession();
  const [box, width] = useWidth<HTMLElement>(1000, 8);
  const [trend, setTrend] = useState(false);
  const beside = width >= 860;
  const of: MapOf = filter.of ?? "residual";
  const tab = !beside && trend ? "trend" : of;
  const count = (m: MapOf) => figures.maps[m].reduce((n, c) => n + c.count, 0);
  return (
    <section ref={box} aria-label={t("heat_map")} className="flex shrink-0 gap-8 border-b border-line px-3 pb-3">
      <div className="flex min-w-0 flex-1 flex-col">
        <Tabs<MapOf | "trend">
          label={t("heat_map")}
          tabs={[
            ...MAPS.map((m) => ({ value: m, label: t(m), count: count(m) })),
            ...(beside ? [] : [{ value: "trend" as const, label: t("trend_tab") }]),
          ]}
          value={tab}
          onChange={(m) => {
            setTrend(m === "trend");
            if (m !== "trend") onPick({ of: m, likelihood: filter.likelihood, impact: filter.impact });
          }}
        >
          {tab === "trend" ? (
            <Trend figures={figures} />
          ) : (
            <>
              <div className="flex flex-wrap items-center gap-x-3 px-1 pt-2 text-xs text-fg-3">
                <span>
                  {t(`${of}_more`)}. {t("heat_help")}
                </span>
                <Help label={t("level_defined")}>{figures.defined}</Help>
                {admin && (
                  <RecordLinkTo path="settings/risks" className="text-accent-text hover:underline">
                    {t("scale_link")}
                  </RecordLinkTo>
                )}
              </div>
              <MapGrid
                key={of}
                scale={figures.scale}
                cells={figures.maps[of]}
                chosen={{ likelihood: filter.likelihood, impact: filter.impact }}
                onPick={(p) => onPick(p.likelihood === filter.likelihood && p.impact === filter.impact ? {} : { of, ...p })}
              />
            </>
          )}
        </Tabs>
      </div>
      {beside && (
        <div className="w-[36%] max-w-md shrink-0 pe-1">
          <h2 className="flex h-10 items-center text-sm font-medium">{t("trend_tab")}</h2>
          <Trend figures={figures} />
        </div>
      )}
    </section>
  );
}
