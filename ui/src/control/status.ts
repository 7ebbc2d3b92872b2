import type { Control } from "#/api/api";
import { ask } from "#/kit/Dialog";
import { claim } from "./data";
import { t } from "./words";

/** Claims a status. That a control does not apply needs a reason first, which auditors read. */
export function setStatus(c: Control, status: Control["status"]) {
  if (status !== "not_applicable") {
    void claim(c, status);
    return;
  }
  ask({
    title: t("justify_title", { ref: c.ref }),
    effect: t("justify_effect"),
    action: t("justify"),
    danger: false,
    reason: { label: t("justification"), required: true },
    run: (why) => claim(c, status, why),
  });
}
