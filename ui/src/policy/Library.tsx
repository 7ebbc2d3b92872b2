import { useQuery } from "@tanstack/react-query";
import { LibraryBig } from "lucide-react";
import { useState } from "react";
import { policy, type Template } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { OwnerField } from "#/kit/OwnerField";
import { SearchBox } from "#/kit/SearchBox";
import { ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { refreshAll, templatesQuery } from "./data";
import { t } from "./words";

/** The button to policies that the program has words for, and the dialog to pick some of them. */
export function LibraryButton() {
  const { editor } = useSession();
  const [open, setOpen] = useState(false);
  if (!editor) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <LibraryBig size={14} /> <span className="max-sm:sr-only">{t("library")}</span>
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("library_title")} description={t("library_more")} width={720}>
        {open && <Templates close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

/** Those that a framework in use asks for come first, then by name; those that are here already come last. */
const inOrder = (a: Template, b: Template) =>
  Number(a.policy !== "") - Number(b.policy !== "") || Number(b.wanted) - Number(a.wanted) || a.title.localeCompare(b.title);

function Templates({ close }: { close: () => void }) {
  const { data, error, refetch } = useQuery(templatesQuery);
  const { person } = useSession();
  const [q, setQ] = useState("");
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [owner, setOwner] = useState(person);
  const [pending, setPending] = useState<"draft" | "suggest">();
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const words = q.trim().toLocaleLowerCase();
  const shown = data.items
    .filter((i) => `${i.title} ${i.purpose} ${i.frameworks.join(" ")}`.toLocaleLowerCase().includes(words))
    .sort(inOrder);
  const wanted = data.items.filter((i) => i.wanted && !i.policy);
  const adopt = async (suggest: boolean) => {
    setPending(suggest ? "suggest" : "draft");
    try {
      const out = await policy.adopt({ body: { keys: [...keys], owner, suggest } });
      toast.saved(t("library_added", { n: out.made.length }), out);
      close();
      await refreshAll();
    } catch (e) {
      toast.failed(e);
    } finally {
      setPending(undefined);
    }
  };
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox name={t("library_lower")} value={q} onChange={setQ} />
        {wanted.length > 0 && (
          <Button variant="ghost" size="sm" onClick={() => setKeys(wanted.map((i) => i.key))}>
            {t("library_all", { n: wanted.length })}
          </Button>
        )}
      </div>
      <ul className="max-h-[46vh] divide-y divide-line overflow-y-auto">
        {shown.map((i) => (
          <li key={i.key} className="flex items-start gap-3 py-2.5">
            <div className="min-w-0 flex-1">
              {i.policy ? (
                <p className="text-fg-3">{`${i.title} · ${t("library_here")}`}</p>
              ) : (
                <CheckField
                  label={i.title}
                  checked={keys.includes(i.key)}
                  onChange={(on) => setKeys(on ? [...keys, i.key] : keys.filter((k) => k !== i.key))}
                />
              )}
              <p className="mt-0.5 ps-6 text-xs text-pretty text-fg-3">{i.purpose}</p>
              <p className="mt-0.5 ps-6 text-xs text-fg-3">
                {t("library_about", { sections: i.sections.length, controls: i.controls.length })}
              </p>
            </div>
            {i.wanted && !i.policy && <Tag tone="info">{t("library_wanted")}</Tag>}
          </li>
        ))}
        {shown.length === 0 && <li className="py-6 text-center text-fg-3">{t("library_none")}</li>}
      </ul>
      <div className="mt-3 max-w-80">
        <OwnerField label={t("owner")} nobody={t("nobody")} value={owner} onChange={setOwner} error={undefined} />
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button disabled={keys.length === 0} pending={pending === "suggest"} onClick={() => void adopt(true)}>
          {t("library_suggest")}
        </Button>
        <Button variant="primary" disabled={keys.length === 0} pending={pending === "draft"} onClick={() => void adopt(false)}>
          {keys.length > 0 ? t("library_add", { n: keys.length }) : t("library_add_none")}
        </Button>
      </DialogActions>
    </>
  );
}
