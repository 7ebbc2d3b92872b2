import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { control, type EvidenceDetail, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Checkbox } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { useDebounced } from "#/kit/hooks";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { attach } from "./data";
import { t } from "./words";

type Props = { e: EvidenceDetail; open: boolean; onOpenChange: (open: boolean) => void };

/** Links a request to many controls at once: one proof, several controls. */
export function LinkDialog({ e, open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("link_many_title")} description={e.name} width={600}>
      {open && <Body e={e} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ e, close }: { e: EvidenceDetail; close: () => void }) {
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [pending, setPending] = useState(false);
  const asked = useDebounced(q.trim(), 120);
  const { data, error, refetch } = useQuery({
    queryKey: ["control", "choose", asked],
    queryFn: () => control.list({ q: asked || undefined, limit: 100 }),
    placeholderData: keepPreviousData,
  });
  const have = new Set(e.linked.map((c) => c.id));
  const items = (data?.items ?? []).filter((c) => !have.has(c.id));
  const toggle = (id: string, on: boolean) =>
    setChosen((was) => {
      const now = new Set(was);
      if (on) now.add(id);
      else now.delete(id);
      return now;
    });
  const send = async () => {
    setPending(true);
    const out = await attach(
      e.id,
      () => evidence.link({ id: e.id, body: { controls: [...chosen] } }),
      t("linked_some", { n: chosen.size }),
    );
    setPending(false);
    if (out) close();
  };
  return (
    <>
      <input
        className="input"
        type="search"
        aria-label={t("find_control")}
        placeholder={t("find_control")}
        value={q}
        onChange={(ev) => setQ(ev.target.value)}
      />
      <div className="-mx-2 mt-2 h-80 overflow-y-auto">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-2" lines={6} />
        ) : items.length === 0 ? (
          <p className="p-4 text-center text-fg-3">{t("link_none")}</p>
        ) : (
          <ul>
            {items.map((c) => (
              <li key={c.id} className="flex min-h-8 items-center gap-1 rounded-md px-1 hover:bg-hover">
                <Checkbox label={`${c.ref} ${c.title}`} checked={chosen.has(c.id)} onChange={(on) => toggle(c.id, on)} />
                <button
                  type="button"
                  tabIndex={-1}
                  aria-hidden
                  onClick={() => toggle(c.id, !chosen.has(c.id))}
                  className="flex min-w-0 flex-1 items-center gap-2 py-1 text-start"
                >
                  <StatusIcon s={c.effective} />
                  <span className="ref w-16 shrink-0 truncate text-xs text-fg-3">{c.ref}</span>
                  <span className="truncate">{c.title}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button variant="primary" disabled={chosen.size === 0} pending={pending} onClick={() => void send()}>
          {t("link_some", { n: chosen.size })}
        </Button>
      </DialogActions>
    </>
  );
}
