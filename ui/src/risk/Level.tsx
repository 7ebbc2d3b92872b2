import type { Risk } from "#/api/api";
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
