import { useQuery } from "@tanstack/react-query";
import { CalendarDays } from "lucide-react";
import { useState } from "react";
import { type CalendarMade, calendar } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { cache } from "#/kit/cache";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Select } from "#/kit/Field";
import { ago, fullDate } from "#/kit/format";
import { Group, GroupRow } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { t } from "./words";

const key = ["calendar", "get"];
const read = () => cache.invalidateQueries({ queryKey: key });
type What = "mine" | "all";

/** The address under which a calendar program reads what is due: made, seen once, revoked. */
export function Calendar() {
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => calendar.get() });
  const [what, setWhat] = useState<What>("mine");
  const [made, setMade] = useState<CalendarMade | null>(null);
  const make = async () => {
    setMade(await calendar.create({ body: { what } }));
    await read();
  };
  const choose = (
    <Select<What>
      label={t("calendar_what")}
      value={what}
      onChange={setWhat}
      options={[
        { value: "mine", label: t("calendar_mine") },
        { value: "all", label: t("calendar_all") },
      ]}
    />
  );
  return (
    <Group flush title={t("calendar")} lead={t("calendar_lead")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="p-5" lines={2} />
      ) : (
        <>
          <GroupRow
            icon={<CalendarDays />}
            title={t(data.exists ? "calendar_on" : "calendar_none")}
            note={
              data.exists && (
                <>
                  {t(data.what === "all" ? "calendar_all" : "calendar_mine")} · {t("calendar_since", { when: fullDate(data.created_at) })} ·{" "}
                  {data.used_at ? t("calendar_used", { ago: ago(data.used_at) }) : t("calendar_unused")}
                </>
              )
            }
          >
            {data.exists && (
              <Button
                onClick={() =>
                  ask({
                    title: t("calendar_revoke_title"),
                    effect: t("calendar_revoke_effect"),
                    action: t("calendar_revoke"),
                    run: async () => {
                      await calendar.revoke();
                      await read();
                      toast.done(t("calendar_revoked"));
                    },
                  })
                }
              >
                {t("calendar_revoke")}
              </Button>
            )}
          </GroupRow>
          <div className="flex flex-wrap items-end justify-between gap-3 bg-surface-2 px-4 py-3 sm:px-5">
            <div className="min-w-56">{choose}</div>
            {data.exists ? (
              <Button
                onClick={() =>
                  ask({
                    title: t("calendar_new_title"),
                    effect: t("calendar_new_effect"),
                    action: t("calendar_new"),
                    danger: false,
                    run: make,
                  })
                }
              >
                {t("calendar_new")}
              </Button>
            ) : (
              <Button variant="primary" onClick={() => void make().catch((e) => toast.failed(e))}>
                {t("calendar_make")}
              </Button>
            )}
          </div>
        </>
      )}
      {made && (
        <Dialog open onOpenChange={() => setMade(null)} title={t("calendar_made")} description={t("calendar_made_more")}>
          <div className="flex items-center gap-2 rounded-md border border-line bg-surface-2 py-2 ps-3 pe-2">
            <code className="min-w-0 flex-1 text-xs break-all" data-calendar>
              {made.url}
            </code>
            <Copy value={made.url} name={t("calendar_address")} label={t("calendar_copy")} />
          </div>
          <DialogActions>
            <LinkButton href={made.webcal}>{t("calendar_open")}</LinkButton>
            <Button variant="primary" onClick={() => setMade(null)}>
              {t("close")}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </Group>
  );
}
