import type { Process } from "#/api/api";
import { Tag, type Tone } from "#/kit/Tag";
import { t } from "./words";

const tones: Record<Process["tier"], Tone> = { critical: "bad", high: "warn", medium: "info", low: "ok", incomplete: "mute" };

/** The score of a process with the band that it falls into. */
export const TierTag = ({ score, tier }: Pick<Process, "score" | "tier">) => (
  <Tag tone={tones[tier]}>
    {score > 0 && <span className="tnum font-semibold">{score}</span>}
    {t(tier)}
  </Tag>
);
