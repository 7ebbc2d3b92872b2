import type { Risk } from "#/api/api";
import { type Status, StatusIcon } from "#/kit/Status";
import { Tag, type Tone } from "#/kit/Tag";
import { t } from "./words";

export type Level = Risk["level"];
const tones: Record<Level, Tone> = { critical: "bad", high: "warn", medium: "info", low: "ok", unscored: "plain" };

/** A score with its band: "20 Critical". The word stands beside the colour. */
export const LevelTag = ({ score, level }: { score: number; level: Level }) => (
  <Tag tone={tones[level]}>
    {score > 0 && <span className="tnum me-1">{score}</span>}
    {t(level)}
  </Tag>
);

/** The look of a risk's status: that of a status with the same meaning. */
export const riskLook: Record<Risk["status"], Status> = {
  open: "not_started",
  in_progress: "in_progress",
  off_track: "attention",
  mitigated: "met",
  accepted: "accepted",
  closed: "not_applicable",
};

export const RiskStatus = ({ s }: { s: Risk["status"] }) => (
  <span className="inline-flex items-center gap-2 whitespace-nowrap">
    <StatusIcon s={riskLook[s]} />
    {t(s)}
  </span>
);

export const treatmentName = (v: Risk["treatment"]): string => (v === "" ? t("treatment_none") : v === "accept" ? t("treat_accept") : t(v));
