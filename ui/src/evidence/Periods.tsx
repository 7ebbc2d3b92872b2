import { useQuery } from "@tanstack/react-query";
import { CalendarRange, Trash2 } from "lucide-react";
import { useState } from "react";
import { evidence, type Period } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog } from "#/kit/Dialog";
import { DateField, Select, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { dateRange } from "#/kit/format";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { periodsQuery } from "./data";
import { t } from "./words";

/** Invites an administrator to set up periods while there are none. */
export function PeriodBanner({ onOpen }: { onOpen: () => void }) {
  const { admin } = useSession();
  const periods = useQuery(periodsQuery).data;
  if (!admin || !periods || periods.items.length > 0) return null;
  return (
    <div className="px-3 pt-2">
      <Note
        icon={<CalendarRange size={15} />}
        actions={
          <Button size="sm" onClick={onOpen}>
            {t("periods_set_up")}
          </Button>
        }
      >
        {t("periods_banner")}
      </Note>
    </div>
  );
}

type Props = { open: boolean; onOpenChange: (open: boolean) => void };
/** The periods of the organisation, and how more are made. */
export function PeriodsDialog({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("periods")} description={t("periods_more")} width={560}>
      {open && <Body />}
    </Dialog>
  );
}

const kinds: Record<Period["kind"], string> = {
  quarter: t("period_quarter"),
  fiscal_year: t("period_fiscal_year"),
  custom: t("period_custom"),
};
const refresh = () => cache.invalidateQueries({ queryKey: ["evidence"] });

function Body() {
  const { admin } = useSession();
  const { data, error, refetch } = useQuery(periodsQuery);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  return (
    <div className="space-y-5">
      {data.items.length === 0 ? (
        <p className="text-fg-3">{t("periods_none")}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line">
          {data.items.map((p) => (
            <li key={p.id} className="flex min-h-9 items-center gap-2 border-b border-line px-3 last:border-b-0">
              <span className="truncate font-medium">{p.name}</span>
              <Tag tone="mute">{kinds[p.kind]}</Tag>
              <span className="ms-auto text-xs whitespace-nowrap text-fg-3">
                {dateRange(p.starts_on, p.ends_on)}
                <span className="max-sm:hidden"> · {t("period_files", { n: p.files })}</span>
              </span>
              {admin && (
                <Button variant="ghost" size="sm" icon aria-label={t("period_delete", { name: p.name })} onClick={() => void remove(p)}>
                  <Trash2 size={13} />
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {admin && <Proposal />}
      {admin && <Own />}
    </div>
  );
}

async function remove(p: Period) {
  try {
    const out = await evidence.delete_period({ id: p.id });
    toast.saved(t("period_deleted", { name: p.name }), out);
  } catch (e) {
    toast.failed(e);
  }
  await refresh();
}

const month = new Intl.DateTimeFormat(undefined, { month: "long", timeZone: "UTC" });
const months = Array.from({ length: 12 }, (_, i) => ({ value: String(i + 1), label: month.format(Date.UTC(2026, i, 1)) }));

/** The year and its quarters, by the month that the fiscal year begins in. */
function Proposal() {
  const [first, setFirst] = useState("1");
  const [pending, setPending] = useState(false);
  const { data } = useQuery({
    queryKey: ["evidence", "periods", "proposal", first],
    queryFn: () => evidence.propose_periods({ month: Number(first) }),
  });
  const items = data?.items ?? [];
  const add = async () => {
    setPending(true);
    try {
      const drafts = items.map(({ name, kind, starts_on, ends_on }) => ({ name, kind, starts_on, ends_on }));
      const out = await evidence.create_periods({ body: { items: drafts } });
      toast.saved(t("period_made", { n: drafts.length }), out);
      await refresh();
    } catch (e) {
      toast.failed(e);
    }
    setPending(false);
  };
  return (
    <div className="rounded-lg border border-line bg-surface-2 p-3">
      <div className="flex flex-wrap items-end gap-3">
        <Select label={t("period_first_month")} options={months} value={first} onChange={setFirst} />
        {items.length > 0 && (
          <Button variant="primary" className="ms-auto" pending={pending} onClick={() => void add()}>
            {t("periods_propose", { n: items.length })}
          </Button>
        )}
      </div>
      {data && (
        <p className="mt-2 text-xs text-pretty text-fg-3" aria-live="polite">
          {items.length > 0 ? t("periods_proposed", { names: items.map((p) => p.name).join(", ") }) : t("periods_there")}
        </p>
      )}
    </div>
  );
}

const empty = { name: "", starts_on: "", ends_on: "" };
function Own() {
  const form = useForm({
    start: empty,
    send: (v) => evidence.create_periods({ body: { items: [{ ...v, kind: "custom" }] } }).catch(plain),
    done: (out) => {
      toast.saved(t("period_made", { n: 1 }), out);
      form.reset(empty);
      void refresh();
    },
  });
  return (
    <Form form={form}>
      <h3 className="text-xs font-semibold">{t("period_own")}</h3>
      <div className="!mt-2 grid gap-3 sm:grid-cols-[minmax(0,1fr)_140px_140px_auto] sm:items-end">
        <TextField label={t("name")} maxLength={60} {...form.field("name")} />
        <DateField label={t("period_start")} {...form.field("starts_on")} />
        <DateField label={t("period_end")} {...form.field("ends_on")} />
        <Button type="submit" pending={form.pending}>
          {t("period_add")}
        </Button>
      </div>
    </Form>
  );
}

/** The server names fields by their place in a list; this form has one. */
function plain(e: unknown): never {
  if (e instanceof ApiError)
    throw new ApiError(
      e.status,
      e.kind,
      e.message,
      Object.fromEntries(Object.entries(e.fields).map(([name, said]) => [name.replace(/^items\[0\]\./, ""), said])),
      e.request,
    );
  throw e;
}
