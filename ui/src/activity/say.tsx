import { type ReactNode, useState } from "react";
import { type Activity, activity } from "#/api/api";
import { ask } from "#/kit/Dialog";
import { statusName } from "#/kit/Status";
import { CompleteDialog } from "./CompleteDialog";
import { act } from "./data";
import { t } from "./words";

export type Said = "not_started" | "in_progress" | "completed" | "not_applicable";
/** The occurrence that something is said of, and the activity it is of. */
export type Turn = { occurrence: string; activity: string; name: string };

/** Says how far an occurrence is: at once, with a reason where one is needed, with a file where it is completed. */
export function useSayTurn(): { sayTurn: (turn: Turn, to: Said) => void; dialog: ReactNode } {
  const [completing, setCompleting] = useState<Turn | null>(null);
  const sayTurn = (turn: Turn, to: Said) => {
    const send = (note?: string) =>
      act(
        () => activity.say({ id: turn.occurrence, body: { status: to, note } }),
        t("status_set", { name: turn.name, status: statusName(to) }),
      );
    if (to === "completed") setCompleting(turn);
    else if (to === "not_applicable")
      ask({
        title: t("not_applicable_title", { name: turn.name }),
        effect: t("not_applicable_effect"),
        action: t("not_applicable_action"),
        danger: false,
        reason: { label: t("not_applicable_reason"), required: true },
        run: send,
      });
    else void send();
  };
  return { sayTurn, dialog: <CompleteDialog turn={completing} onClose={() => setCompleting(null)} /> };
}

/** The same for the current occurrence of an activity. */
export function useSay(): { say: (a: Activity, to: Said) => void; dialog: ReactNode } {
  const { sayTurn, dialog } = useSayTurn();
  return { say: (a, to) => a.current && sayTurn({ occurrence: a.current, activity: a.id, name: a.name }, to), dialog };
}
