import type { Risk, RiskScale } from "#/api/api";
import { Tag, type Tone } from "./Tag";
import { dictionary } from "./t";

const t = dictionary({
  critical: "Critical",
  high: "High",
  impact_1: "Negligible",
  impact_2: "Minor",
  impact_3: "Moderate",
  impact_4: "Major",
  impact_5: "Severe",
  likelihood_1: "Rare",
  likelihood_2: "Unlikely",
  likelihood_3: "Possible",
  likelihood_4: "Likely",
  likelihood_5: "Almost certain",
  low: "Low",
  medium: "Medium",
  unscored: "Unscored",
});

/** The band of a score: of a risk, and of what is weighed on the same scale. */
export type Level = Risk["level"];
export const LEVELS = ["critical", "high", "medium", "low", "unscored"] as const satisfies readonly Level[];
export const levelName = (l: Level): string => t(l);
const tones: Record<Level, Tone> = { critical: "bad", high: "warn", medium: "info", low: "ok", unscored: "plain" };
export const levelColors: Record<Level, string> = {
  critical: "var(--bad)",
  high: "var(--warn)",
  medium: "var(--info)",
  low: "var(--ok)",
  unscored: "var(--active)",
};

export type Scale = Pick<RiskScale, "critical" | "high" | "medium">;
/** The band that a score falls in; 0 is no score. */
export function levelOf(score: number, s: Scale): Level {
  if (score === 0) return "unscored";
  return score >= s.critical ? "critical" : score >= s.high ? "high" : score >= s.medium ? "medium" : "low";
}

/** The steps of likelihood and impact. */
export const steps = [1, 2, 3, 4, 5] as const;
export type Step = (typeof steps)[number];
/** The step that an address asks for. */
export const stepOf = (v: unknown): Step | undefined => steps.find((n) => String(n) === String(v));
/** "Likely", "Severe" */
export const stepWord = (part: "likelihood" | "impact", n: Step): string =>
  part === "likelihood" ? t(`likelihood_${n}`) : t(`impact_${n}`);

/** A score with its band: "20 Critical". The word stands beside the colour. */
export const LevelTag = ({ score, level }: { score: number; level: Level }) => (
  <Tag tone={tones[level]}>
    {score > 0 && <span className="tnum me-1">{score}</span>}
    {t(level)}
  </Tag>
);
