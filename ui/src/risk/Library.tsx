import { useQuery } from "@tanstack/react-query";
import { LibraryBig } from "lucide-react";
import { useState } from "react";
import { risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { libraryQuery } from "./data";
import { risks } from "./fields";
import { LevelTag } from "./Level";
import { t } from "./words";

/** The button to risks that many companies have, and the dialog to pick some of them. */
export function LibraryButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <LibraryBig size={14} /> <span className="max-sm:sr-only">{t("library")}</span>
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("library_title")} description={t("library_more")} width={640}>
        {open && <Ideas close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Ideas({ close }: { close: () => void }) {
  const { data, error, refetch } = useQuery(libraryQuery);
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [pending, setPending] = useState(false);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const pick = async () => {
    setPending(true);
    try {
      const out = await risk.pick({ body: { keys: [...keys] } });
      toast.saved(t("library_added", { n: out.ids.length }), out);
      close();
      await risks.refreshAll();
    } catch (e) {
      toast.failed(e);
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <ul className="max-h-[50vh] divide-y divide-line overflow-y-auto">
        {data.items.map((i) => (
          <li key={i.key} className="flex items-start gap-3 py-2">
            <div className="min-w-0 flex-1">
              {i.picked ? (
                <p className="text-fg-3">{`${i.title} · ${t("library_here")}`}</p>
              ) : (
                <CheckField
                  label={i.title}
                  checked={keys.includes(i.key)}
                  onChange={(on) => setKeys(on ? [...keys, i.key] : keys.filter((k) => k !== i.key))}
                />
              )}
              <p className="ps-6 text-xs text-pretty text-fg-3">{`${i.category} · ${i.plan}`}</p>
            </div>
            <LevelTag score={i.score} level={i.level} />
          </li>
        ))}
      </ul>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button variant="primary" disabled={keys.length === 0} pending={pending} onClick={() => void pick()}>
          {t("library_add", { n: keys.length })}
        </Button>
      </DialogActions>
    </>
  );
}
