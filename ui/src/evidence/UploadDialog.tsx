import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowLeft, Paperclip } from "lucide-react";
import { useState } from "react";
import { evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog } from "#/kit/Dialog";
import { useDebounced } from "#/kit/hooks";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { Expires } from "./columns";
import { detailQuery } from "./data";
import { FilePart } from "./Files";
import { usePaste } from "./paste";
import { t } from "./words";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  chosen: (id: string) => void /** Files that were pasted. */;
  files?: readonly File[];
};

/** Uploads a file from anywhere: first the request that it answers, then the file. */
export function UploadDialog({ open, onOpenChange, chosen, files = [] }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("upload_title")} description={t("choose_request")} width={560}>
      {open && <Body chosen={chosen} files={files} />}
    </Dialog>
  );
}

function Body({ chosen, files }: { chosen: (id: string) => void; files: readonly File[] }) {
  const [id, setId] = useState<string>();
  const [pasted, setPasted] = useState(files);
  usePaste((more) => setPasted((p) => [...p, ...more]), id === undefined);
  return id ? (
    <Chosen id={id} files={pasted} back={() => setId(undefined)} sent={() => chosen(id)} />
  ) : (
    <>
      {pasted.length > 0 && (
        <p role="status" className="mb-3 flex items-center gap-2 text-sm">
          <Paperclip size={14} className="shrink-0 text-fg-3" aria-hidden />
          <span className="min-w-0 truncate">{pasted.map((f) => f.name).join(", ")}</span>
        </p>
      )}
      <Choose onPick={setId} />
    </>
  );
}

/** One's own requests that are due stand first, until something is searched. */
function Choose({ onPick }: { onPick: (id: string) => void }) {
  const { person } = useSession();
  const [q, setQ] = useState("");
  const asked = useDebounced(q.trim(), 120);
  const { data, error, refetch } = useQuery({
    queryKey: ["evidence", "choose", asked],
    queryFn: async () => {
      if (asked) return (await evidence.list({ q: asked, limit: 20 })).items;
      const open = { status: ["expired", "expiring_soon", "not_collected"], sort: "status", limit: 20 } as const;
      const own = await evidence.list({ ...open, status: [...open.status], owner: person });
      return own.items.length > 0 ? own.items : (await evidence.list({ ...open, status: [...open.status] })).items;
    },
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <input
        className="input"
        type="search"
        aria-label={t("find_request")}
        placeholder={t("find_request")}
        value={q}
        onChange={(ev) => setQ(ev.target.value)}
      />
      <div className="-mx-2 mt-2 min-h-64">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-2" lines={6} />
        ) : data.length === 0 ? (
          <p className="p-4 text-center text-fg-3">{t("no_request")}</p>
        ) : (
          <ul aria-live="polite">
            {data
              .filter((e) => !e.not_applicable)
              .map((e) => (
                <li key={e.id}>
                  <button
                    type="button"
                    onClick={() => onPick(e.id)}
                    className="flex min-h-9 w-full items-center gap-2.5 rounded-md px-2 text-start hover:bg-hover pointer-coarse:min-h-11"
                  >
                    <StatusIcon s={e.status} label />
                    <span className="min-w-0 truncate">{e.name}</span>
                    <span className="ms-auto shrink-0 text-xs text-fg-3">{e.expires_on ? <Expires e={e} /> : e.category}</span>
                  </button>
                </li>
              ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Chosen({ id, files, back, sent }: { id: string; files: readonly File[]; back: () => void; sent: () => void }) {
  const { data: e, error, refetch } = useQuery(detailQuery(id));
  return (
    <div className="space-y-3">
      <div className="flex items-center gap-2">
        <Button variant="ghost" size="sm" icon aria-label={t("back")} onClick={back}>
          <ArrowLeft size={14} />
        </Button>
        {e && (
          <p className="flex min-w-0 items-center gap-2 font-medium">
            <StatusIcon s={e.status} label /> <span className="truncate">{e.name}</span>
          </p>
        )}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : e ? (
        <FilePart e={e} onSent={sent} start={files} />
      ) : (
        <Skeleton lines={5} />
      )}
    </div>
  );
}
