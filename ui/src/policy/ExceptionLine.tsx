import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { type Exception, policy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { StatusIcon } from "#/kit/Status";
import { Due } from "#/kit/When";
import { useSession } from "#/shell/session";
import { step } from "./data";
import { ExceptionForm } from "./ExceptionForm";
import { t } from "./words";

export const exceptionLook = {
  requested: "pending",
  approved: "accepted",
  reopened: "overdue",
  declined: "rejected",
  closed: "not_applicable",
} as const;

/** One exception: who does not follow what, why, what is done instead, until when, and who allowed it. */
export function ExceptionLine({ x, of }: { x: Exception /** Names the policy: in the list of all. */; of?: boolean }) {
  const { editor, admin, person } = useSession();
  const [changing, setChanging] = useState(false);
  const mine = x.requested_by === person;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{x.subject}</span>
            {of && (
              <RecordLinkTo path={`policies/${x.policy}?tab=exceptions`} className="text-xs text-fg-3 hover:text-fg hover:underline">
                {`${x.ref} ${x.title}`}
              </RecordLinkTo>
            )}
          </p>
          <p className="text-fg-2">{x.what}</p>
        </div>
        <span className="flex items-center gap-1.5 text-xs font-medium">
          <StatusIcon s={exceptionLook[x.state]} size={13} />
          {t(`exception_${x.state}`)}
        </span>
        <span className="w-28 text-end text-xs text-fg-3">
          {t.rich("until_day", { day: <Due value={x.expires_on} soon={30} done={x.state === "closed" || x.state === "declined"} /> })}
        </span>
        {editor && (
          <Menu
            align="end"
            trigger={
              <Button variant="ghost" size="sm" icon aria-label={t("more_of", { name: x.subject })}>
                <Ellipsis size={14} />
              </Button>
            }
          >
            {x.state !== "closed" && <MenuItem onClick={() => setChanging(true)}>{t("change")}</MenuItem>}
            {x.state !== "closed" && (
              <MenuItem onClick={() => void step(() => policy.end_exception({ id: x.id }), t("exception_ended"))}>
                {t("exception_end")}
              </MenuItem>
            )}
            {admin && (
              <>
                <MenuSep />
                <MenuItem
                  danger
                  onClick={() =>
                    ask({
                      title: t("exception_delete_title", { name: x.subject }),
                      effect: t("exception_delete_effect"),
                      action: t("delete"),
                      run: () => step(() => policy.delete_exception({ id: x.id }), t("exception_deleted")),
                    })
                  }
                >
                  {t("delete")}
                </MenuItem>
              </>
            )}
          </Menu>
        )}
      </div>
      <dl className="mt-2 grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[112px_minmax(0,1fr)]">
        <dt className="text-fg-3">{t("reason")}</dt>
        <dd className="text-pretty whitespace-pre-wrap text-fg-2">{x.reason}</dd>
        {x.compensation && (
          <>
            <dt className="text-fg-3">{t("compensation")}</dt>
            <dd className="text-pretty whitespace-pre-wrap text-fg-2">{x.compensation}</dd>
          </>
        )}
        <dt className="text-fg-3">{t("asked_for")}</dt>
        <dd className="text-fg-2">{x.requester_name || t("gone")}</dd>
        {x.decided_at && (
          <>
            <dt className="text-fg-3">{x.state === "declined" ? t("declined_by") : t("allowed_by")}</dt>
            <dd className="text-pretty text-fg-2">
              {x.decider_name || t("gone")}
              {x.decision_note && `: “${x.decision_note}”`}
            </dd>
          </>
        )}
      </dl>
      {editor && x.state === "requested" && (
        <div className="mt-2 flex flex-wrap items-center gap-2">
          {mine ? (
            <p className="text-xs text-fg-3">{t("exception_own")}</p>
          ) : (
            <Button
              size="sm"
              variant="primary"
              onClick={() => void step(() => policy.allow({ id: x.id, body: {} }), t("exception_allowed"))}
            >
              {t("approve")}
            </Button>
          )}
          <Button
            size="sm"
            onClick={() =>
              ask({
                title: t("exception_decline_title", { name: x.subject }),
                effect: t("exception_decline_effect"),
                action: t("decline"),
                reason: { label: t("why"), required: true },
                run: (note) => step(() => policy.decline({ id: x.id, body: { note } }), t("exception_was_declined")),
              })
            }
          >
            {t("decline")}
          </Button>
        </div>
      )}
      {changing && <ExceptionForm open onOpenChange={setChanging} change={x} />}
    </li>
  );
}
