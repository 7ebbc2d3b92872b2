import type { Control } from "#/api/api";
import { control } from "#/api/api";
import { ask } from "#/kit/Dialog";
import { statusName } from "#/kit/Status";
import { attach, claim, refreshAll } from "./data";
import { t } from "./words";

/** Claims a status. That a control does not apply needs a reason first, which auditors read. */
export function setStatus(c: Control, status: Control["status"], scope?: string) {
  const send = (why = "") => (scope && c.tracked ? claimIn(c, scope, status, why) : claim(c, status, why));
  if (status !== "not_applicable") {
    void send();
    return;
  }
  ask({
    title: t("justify_title", { ref: c.ref }),
    effect: t("justify_effect"),
    action: t("justify"),
    danger: false,
    reason: { label: t("justification"), required: true },
    run: (why) => send(why),
  });
}

/** Claims a status in the product that the list shows. */
async function claimIn(c: Control, scope: string, status: Control["status"], justification: string) {
  const body = { status, scope, was: c.status, justification };
  await attach(c.id, () => control.claim({ id: c.id, body }), t("set_to", { ref: c.ref, status: statusName(status) }));
  await refreshAll();
}
