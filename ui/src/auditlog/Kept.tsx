import { useMutation, useQuery } from "@tanstack/react-query";
import { Lock, Mail } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { type CheckpointsKept, checkpoint } from "#/api/api";
import { Button } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { cache } from "#/kit/cache";
import { TextField } from "#/kit/Field";
import { ErrorState, Skeleton, sentence } from "#/kit/State";
import { DateText } from "#/kit/When";
import { t } from "./words";

const queryKey = ["checkpoint", "kept"];

/** Where checkpoints went that nobody here can take back, and who gets them by mail. */
export function Kept() {
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => checkpoint.get() });
  return (
    <Card title={t("kept")}>
      <p className="text-pretty text-fg-2">{t("kept_why")}</p>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />}
      {!data && !error && <Skeleton className="mt-4" lines={4} />}
      {data && (
        <>
          <Place data={data} />
          <Mailed key={data.version} data={data} />
        </>
      )}
    </Card>
  );
}

const done = (data: CheckpointsKept) => {
  cache.setQueryData(queryKey, data);
  void cache.invalidateQueries({ queryKey: ["audit", "checkpoints"] });
};

function Place({ data }: { data: CheckpointsKept }) {
  const keep = useMutation({ mutationFn: () => checkpoint.keep(), onSuccess: done });
  const { last } = data;
  return (
    <Way icon={<Lock size={14} aria-hidden className="text-fg-3" />} title={t("kept_place")}>
      {!data.place && <p className="text-fg-3">{t("kept_place_none")}</p>}
      {data.place && (
        <>
          <p>
            {last?.name
              ? t.rich("kept_last", { n: last.size, place: data.place, when: <DateText value={last.at} show="full" /> })
              : t("kept_never", { place: data.place })}
          </p>
          {last?.name && (
            <p className="text-xs text-fg-3">
              {last.until ? t.rich("kept_until", { when: <DateText value={last.until} show="full" /> }) : t("kept_unlocked")}
            </p>
          )}
          {last?.trouble && <p className="text-bad-text">{last.trouble}</p>}
          {keep.error && <p className="text-bad-text">{sentence(keep.error)}</p>}
          <Button size="sm" className="mt-2" pending={keep.isPending} onClick={() => keep.mutate()}>
            {t("kept_now")}
          </Button>
        </>
      )}
    </Way>
  );
}

function Mailed({ data }: { data: CheckpointsKept }) {
  const [address, setAddress] = useState(data.address);
  const save = useMutation({
    mutationFn: () => checkpoint.update({ version: data.version, body: { address } }),
    onSuccess: done,
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    save.mutate();
  };
  return (
    <Way icon={<Mail size={14} aria-hidden className="text-fg-3" />} title={t("kept_mail")}>
      <form onSubmit={submit} className="flex items-end gap-2">
        <TextField
          label={t("kept_address")}
          type="email"
          autoComplete="off"
          value={address}
          onChange={setAddress}
          error={save.error ? sentence(save.error) : undefined}
          className="min-w-0 flex-1"
        />
        <Button type="submit" pending={save.isPending} disabled={address.trim() === data.address}>
          {t("kept_save")}
        </Button>
      </form>
      <p className="mt-1 text-xs text-fg-3">
        {data.mailed
          ? t.rich("kept_mailed", {
              n: data.mailed.size,
              address: data.mailed.name,
              when: <DateText value={data.mailed.at} show="full" />,
            })
          : t("kept_mail_why")}
      </p>
    </Way>
  );
}

const Way = ({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) => (
  <section className="mt-4 border-t border-line pt-3">
    <h3 className="mb-1.5 flex items-center gap-2 font-medium">
      {icon} {title}
    </h3>
    {children}
  </section>
);
