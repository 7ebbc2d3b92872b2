import type { Control, ControlDetail } from "#/api/api";
import { ago, longDate, withDates } from "#/kit/format";
import { Note } from "#/kit/State";
import { StatusIcon, statusName, statusTone } from "#/kit/Status";
import { t } from "./words";

/** What somebody should do next, in a sentence. */
function next(c: Control): string {
  switch (c.effective) {
    case "implemented":
      return c.first_expiry ? t("next_until") : t("next_ok");
    case "needs_evidence":
      return t("next_collect");
    case "unproven":
      return c.requests === 0 ? t("next_link") : t("next_upload", { n: c.missing });
    case "gap":
      return t("next_gap");
    case "not_applicable":
      return t("next_na");
    case "in_progress":
      return c.status === "implemented" ? t("next_collect") : t("next_attach");
    default:
      return c.owner ? t("next_start") : t("next_owner");
  }
}

/** How the control stands when claim and proof are looked at together: why, and what to do about it. */
export function Standing({ c, full }: { c: Control; full: ControlDetail | undefined }) {
  const tone = statusTone(c.effective);
  const na = c.effective === "not_applicable";
  return (
    <Note
      tone={tone === "mute" ? "info" : tone}
      icon={<StatusIcon s={c.effective} size={16} />}
      className={tone === "mute" ? "mx-5 mb-3 !border-line !bg-surface-2 !text-fg-2" : "mx-5 mb-3"}
    >
      <span className="sr-only">{t("effective_status")}: </span>
      <b className="font-semibold">{statusName(c.effective)}.</b> {na && full?.justification ? full.justification : withDates(c.reason)}{" "}
      {next(c)}
      {na && full && (
        <span className="mt-0.5 block text-xs" title={longDate(full.status_since)}>
          {t("since", { who: full.status_by, when: ago(full.status_since) })}
        </span>
      )}
    </Note>
  );
}
