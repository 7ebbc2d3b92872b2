import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { erasure } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { fullDate } from "#/kit/format";
import { toast } from "#/kit/Toast";
import { sessionQuery, useSession } from "./session";
import { t } from "./words";

/** Above every page of an organisation that is to be deleted: when, who asked for it, and how to keep it. */
export function Leaving() {
  const { tenant, roleToday } = useSession();
  const { data } = useQuery({ queryKey: ["erasure"], queryFn: () => erasure.get() });
  if (!tenant.goes_at) return null; // it was kept just now
  const keep = () =>
    ask({
      title: t("leaving_keep_title", { name: tenant.name }),
      effect: t("leaving_keep_effect"),
      action: t("leaving_keep"),
      run: async () => {
        await erasure.cancel();
        await Promise.all([
          cache.invalidateQueries({ queryKey: sessionQuery.queryKey }),
          cache.invalidateQueries({ queryKey: ["erasure"] }),
        ]);
        toast.done(t("leaving_kept", { name: tenant.name }));
      },
    });
  return (
    <div
      role="note"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-warn-soft px-3 py-1.5 text-warn-text max-[899px]:mx-3"
    >
      <Hourglass size={15} className="shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 basis-60 text-pretty">
        <span className="font-medium">{t("leaving", { name: tenant.name, at: fullDate(tenant.goes_at) })}</span>
        {data?.asked_by && ` ${t("leaving_by", { by: data.asked_by, at: fullDate(data.asked_at) })}`}
      </span>
      {roleToday === "admin" && (
        <Button data-noprint size="sm" onClick={keep}>
          {t("leaving_keep")}
        </Button>
      )}
    </div>
  );
}
