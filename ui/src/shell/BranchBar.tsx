import { useQuery } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import { branch as api } from "#/api/api";
import { goToBranch } from "#/api/branch";
import { Button } from "#/kit/Button";
import { orgPath } from "./nav";
import { useSession } from "./session";
import { t } from "./words";

/** Which branch this is, that nothing here changes the organisation, and the ways out. On paper, too. */
export function BranchBar({ id }: { id: string }) {
  const { tenant, reader } = useSession();
  const { data } = useQuery({ queryKey: ["branch", "list"], queryFn: () => api.list(), enabled: reader });
  const is = data?.items.find((b) => b.id === id && b.state === "open" && !b.gone);
  const gone = data !== undefined && !is;
  return (
    <div
      role="note"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-info-soft px-3 py-1.5 text-info-text max-[899px]:mx-3"
    >
      <GitBranch size={15} className="shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 basis-56 text-pretty font-medium">
        {gone ? t("branch_bar_gone") : t("branch_bar", { name: is ? `“${is.name}”` : "…", org: tenant.name })}
      </span>
      {is && (
        <Button data-noprint size="sm" onClick={() => goToBranch(orgPath(tenant.slug, `branches/${id}`))}>
          {t("branch_compare")}
        </Button>
      )}
      <Button
        data-noprint
        size="sm"
        onClick={() => goToBranch(gone ? orgPath(tenant.slug, "branches") : location.pathname + location.search)}
      >
        {t("branch_leave")}
      </Button>
    </div>
  );
}
