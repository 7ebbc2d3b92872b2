import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Sparkles } from "lucide-react";
import { type FrameworkDetail, framework } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { t } from "./crosswalkWords";
import { refreshAll } from "./data";

const route = getRouteApi("/o/$slug");
const tab =
  "flex h-full items-center border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] hover:text-fg aria-[current=page]:border-accent aria-[current=page]:text-fg";

/** The views of a framework, and what waits for a decision in it. */
export function FrameworkNav({ id, f }: { id: string; f: FrameworkDetail | undefined }) {
  const { slug } = route.useParams();
  return (
    <>
      <nav aria-label={t("views")} data-noprint className="no-bar flex h-10 shrink-0 gap-4 overflow-x-auto border-b border-line px-4">
        <Link to="/o/$slug/frameworks/$id" params={{ slug, id }} activeOptions={{ exact: true, includeSearch: false }} className={tab}>
          {t("requirements")}
        </Link>
        <Link to="/o/$slug/frameworks/$id/crosswalk" params={{ slug, id }} activeOptions={{ includeSearch: false }} className={tab}>
          {t("crosswalk")}
        </Link>
        <Link to="/o/$slug/frameworks/$id/compare" params={{ slug, id }} activeOptions={{ includeSearch: false }} className={tab}>
          {t("compare")}
        </Link>
      </nav>
      {f && <Waiting f={f} />}
    </>
  );
}

/** Another edition is here: it changes nothing until somebody has looked at it. */
function Waiting({ f }: { f: FrameworkDetail }) {
  const { slug } = route.useParams();
  const { admin } = useSession();
  const go = route.useNavigate();
  const lay = useMutation({
    mutationFn: () => framework.newer({ id: f.id }),
    onSuccess: (e) => {
      void refreshAll();
      void go({ to: "/o/$slug/frameworks/$id/editions/$edition", params: { slug, id: f.id, edition: e.id } });
    },
    onError: (e) => toast.failed(e),
  });
  if (!f.waits && !(f.newer && admin)) return null;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-info-soft px-5 py-2 text-info-text">
      <Sparkles size={14} className="shrink-0" aria-hidden />
      <span className="min-w-0 flex-1">
        {f.waits
          ? t("edition_waits", { name: f.waits.name || f.waits.file, n: f.waits.open })
          : t("edition_newer", { name: f.newer, was: f.edition })}
      </span>
      {f.waits ? (
        <Link
          to="/o/$slug/frameworks/$id/editions/$edition"
          params={{ slug, id: f.id, edition: f.waits.id }}
          className={buttonClass({ size: "sm" })}
        >
          {t("edition_review")}
        </Link>
      ) : (
        <Button size="sm" pending={lay.isPending} onClick={() => lay.mutate()}>
          {t("edition_look")}
        </Button>
      )}
    </div>
  );
}
