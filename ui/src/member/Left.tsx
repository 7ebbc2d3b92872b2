import { useQuery } from "@tanstack/react-query";
import { Eraser, UserRoundX } from "lucide-react";
import { useState } from "react";
import { member, type Person } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog } from "#/kit/Dialog";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Erase } from "./Erase";
import { t } from "./words";

/** Who left and is still named by records: to be erased, or to be given what is kept of them. */
export function Left({ onClose }: { onClose: () => void }) {
  const [q, setQ] = useState("");
  const [erasing, setErasing] = useState<Person>();
  const { data, error, refetch } = useQuery({
    queryKey: ["member", "left", q],
    queryFn: () => member.people({ active: "no", q: q || undefined, limit: 100 }),
    placeholderData: (before) => before,
  });
  if (erasing)
    return (
      <Erase
        person={erasing.id}
        name={erasing.name}
        onClose={() => setErasing(undefined)}
        onErased={() => {
          setErasing(undefined);
          void refetch();
        }}
      />
    );
  return (
    <Dialog open onOpenChange={onClose} title={t("left")} description={t("left_lead")} width={520}>
      <SearchBox name={t("left").toLocaleLowerCase()} value={q} onChange={setQ} />
      <div className="mt-3 max-h-[50vh] overflow-y-auto">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton lines={4} />
        ) : data.items.length === 0 ? (
          <EmptyState icon={<UserRoundX />} title={t("left_none")} />
        ) : (
          <ul className="divide-y divide-line">
            {data.items.map((p) => (
              <li key={p.id} className="flex items-center gap-3 py-2">
                <Avatar name={p.name} size={26} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{p.name}</span>
                  <span className="block truncate text-xs text-fg-3">{p.email || t("left_erased")}</span>
                </span>
                {p.email && (
                  <Button size="sm" onClick={() => setErasing(p)} aria-label={t("erase_open", { name: p.name })}>
                    <Eraser size={13} /> {t("erase")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
