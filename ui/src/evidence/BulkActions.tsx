import { useQuery } from "@tanstack/react-query";
import { CalendarClock, ChevronDown, UserRound, UserRoundCheck } from "lucide-react";
import { type Evidence, type EvidenceBulk, type EvidenceBulkBody, evidence } from "#/api/api";
import { BulkTags } from "#/kit/about/BulkTags";
import { refresh } from "#/kit/about/data";
import { Button } from "#/kit/Button";
import { patchRows } from "#/kit/edit";
import { Menu } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import type { Selection } from "#/kit/selection";
import { toast } from "#/kit/Toast";
import { FrequencyItems } from "./CellMenus";
import { refreshAll } from "./data";
import { frequencyName, validityOf } from "./names";
import type { Filter, Frequency } from "./search";
import { t } from "./words";

type Props = { selected: Selection<Evidence>; filter: Filter; done: () => void };

/** What can be done with the chosen requests: one transaction each, that one Undo takes back. */
export function BulkActions({ selected, filter, done }: Props) {
  const people = useQuery(peopleQuery).data ?? [];
  const active = people.filter((p) => p.active);
  const nameOf = (id: string) => people.find((p) => p.id === id)?.name ?? "";

  const send = async (
    set: Pick<EvidenceBulkBody, "owner" | "reviewer" | "frequency" | "add_tags" | "remove_tags">,
    shown: Partial<Evidence>,
    said: (n: number) => string,
  ) => {
    if (!selected.all) patchRows<Evidence>("evidence", (e) => selected.rows.has(e.id), shown);
    try {
      const out = await evidence.bulk({ body: { ...(await aim(selected, filter)), ...set } });
      toast.saved(out.updated > 0 ? said(out.updated) : t("bulk_effect_none"), out, { description: skippedWords(out) });
      done();
    } catch (e) {
      toast.failed(e);
    } finally {
      await refreshAll();
      if (set.add_tags || set.remove_tags) void refresh("tag");
    }
  };
  const owner = (id: string) => {
    const name = nameOf(id);
    void send({ owner: id }, { owner: id, owner_name: name }, (n) => (id ? t("bulk_owner", { n, name }) : t("bulk_owner_none", { n })));
  };
  const reviewer = (id: string) => {
    const name = nameOf(id);
    void send({ reviewer: id }, { reviewer: id, reviewer_name: name }, (n) =>
      id ? t("bulk_reviewer", { n, name }) : t("bulk_reviewer_none", { n }),
    );
  };
  const frequency = (f: Frequency) =>
    void send({ frequency: f }, { frequency: f, validity_days: validityOf[f] }, (n) => t("bulk_frequency", { n, name: frequencyName(f) }));

  return (
    <>
      <PeoplePicker
        side="top"
        label={t("owner")}
        people={active}
        nobody={t("nobody")}
        value={undefined}
        onChange={owner}
        trigger={
          <Button variant="ghost">
            <UserRound size={14} /> {t("owner")} <ChevronDown size={12} />
          </Button>
        }
      />
      <PeoplePicker
        side="top"
        label={t("reviewer")}
        people={active}
        nobody={t("reviewer_none")}
        value={undefined}
        onChange={reviewer}
        trigger={
          <Button variant="ghost">
            <UserRoundCheck size={14} /> {t("reviewer")} <ChevronDown size={12} />
          </Button>
        }
      />
      <Menu
        side="top"
        width={220}
        trigger={
          <Button variant="ghost">
            <CalendarClock size={14} /> {t("frequency")} <ChevronDown size={12} />
          </Button>
        }
      >
        <FrequencyItems onPick={frequency} />
      </Menu>
      <BulkTags kind="evidence" selected={selected} send={(set, said) => void send(set, {}, said)} />
    </>
  );
}

/**
 * Which rows a bulk change is for: those chosen, or all that the filter finds, also those never loaded. Where a few
 * of all were taken out again, the others are named one by one.
 */
async function aim(selected: Selection<Evidence>, { sort: _, ...match }: Filter): Promise<Pick<EvidenceBulkBody, "ids" | "match">> {
  if (!selected.all) return { ids: [...selected.rows.keys()] };
  if (selected.except.size === 0) return { match };
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const got = await evidence.list({ ...match, page, limit: 100 });
    ids.push(...got.items.map((e) => e.id).filter((id) => !selected.except.has(id)));
    if (got.items.length === 0 || page * got.limit >= got.total) return { ids };
  }
}

/** "3 skipped: It is like this already." */
function skippedWords(out: EvidenceBulk): string | undefined {
  const why = new Map<string, number>();
  for (const s of out.skipped) why.set(s.why, (why.get(s.why) ?? 0) + 1);
  return [...why].map(([sentence, n]) => t("bulk_skipped", { n, why: sentence })).join(" ") || undefined;
}
