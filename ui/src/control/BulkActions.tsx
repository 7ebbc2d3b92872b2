import { useQuery } from "@tanstack/react-query";
import { Box, ChevronDown, CircleDashed, Layers, UserRound } from "lucide-react";
import { useState } from "react";
import { type BulkSet, type Control, type ControlBulk, type ControlBulkBody, control } from "#/api/api";
import { BulkTags } from "#/kit/about/BulkTags";
import { refresh } from "#/kit/about/data";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { patchRows } from "#/kit/edit";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { CONTROL_STATUSES, StatusLabel, statusName } from "#/kit/Status";
import { countSelected, type Selection } from "#/kit/selection";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { refreshAll } from "./data";
import { FamilyDialog, FamilyPicker } from "./Family";
import { useProducts } from "./Products";
import type { Filter } from "./search";
import { t } from "./words";

type Props = { selected: Selection<Control>; total: number; filter: Filter; done: () => void };

/** From so many controls on, a change of status asks for a reason. */
const many = 20;

/** What can be done with the chosen controls: one transaction each, that one Undo takes back. */
export function BulkActions({ selected, total, filter, done }: Props) {
  const { admin } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const products = useProducts();
  const [naming, setNaming] = useState(false);
  const n = countSelected(selected, total);

  const send = async (
    set: BulkSet,
    shown: Partial<Control>,
    said: (n: number) => string,
    more: Pick<ControlBulkBody, "reason" | "justification"> = {},
  ) => {
    const aim = selected.all ? { match: match(filter), except: [...selected.except] } : { ids: [...selected.rows.keys()] };
    if (!selected.all) patchRows<Control>("control", (c) => selected.rows.has(c.id), shown);
    try {
      const scope = set.status ? filter.scope : undefined; // the status of the product that the list shows
      const out = await control.bulk({ body: { ...aim, scope, set, ...more } });
      toast.saved(out.updated > 0 ? said(out.updated) : t("bulk_none"), out, { description: skippedWords(out) });
      done();
    } finally {
      await refreshAll();
      if (set.add_tags || set.remove_tags) void refresh("tag");
    }
  };
  const now = (work: Promise<void>) => void work.catch((e) => toast.failed(e));

  const setStatus = (status: Control["status"]) => {
    const name = statusName(status);
    const run = (more: Pick<ControlBulkBody, "reason" | "justification"> = {}) =>
      send({ status }, { status }, (k) => t("bulk_status", { n: k, status: name }), more);
    const na = status === "not_applicable";
    if (!na && n < many) return now(run());
    ask({
      title: t("bulk_title", { n, status: name }),
      effect: na ? t("justify_effect") : t("bulk_effect", { n }),
      action: t("set_status", { status: name }),
      danger: false,
      reason: na ? { label: t("justification"), required: true } : { label: t("reason") },
      run: (why) => run(na ? { justification: why } : { reason: why }),
    });
  };
  const setOwner = (owner: string) => {
    const name = people.find((p) => p.id === owner)?.name ?? "";
    now(send({ owner }, { owner, owner_name: name }, (k) => (owner ? t("bulk_owner", { n: k, name }) : t("bulk_owner_none", { n: k }))));
  };
  const setDomain = (domain: string) => send({ domain }, { domain }, (k) => t("bulk_domain", { n: k, name: domain || t("domain_none") }));

  return (
    <>
      <Menu
        side="top"
        trigger={
          <Button variant="ghost">
            <CircleDashed size={14} /> {t("status")} <ChevronDown size={12} />
          </Button>
        }
      >
        {CONTROL_STATUSES.filter((s) => admin || s !== "not_applicable").map((s) => (
          <MenuItem key={s} onClick={() => setStatus(s)}>
            <StatusLabel s={s} />
          </MenuItem>
        ))}
      </Menu>
      <PeoplePicker
        side="top"
        people={people.filter((p) => p.active)}
        nobody={t("nobody")}
        value={undefined}
        onChange={setOwner}
        trigger={
          <Button variant="ghost" aria-label={t("owner")}>
            <UserRound size={14} /> {t("owner")} <ChevronDown size={12} />
          </Button>
        }
      />
      <FamilyPicker
        side="top"
        value={undefined}
        onChange={(d) => now(setDomain(d))}
        onNew={() => setNaming(true)}
        trigger={
          <Button variant="ghost" aria-label={t("domain")}>
            <Layers size={14} /> {t("domain")} <ChevronDown size={12} />
          </Button>
        }
      />
      {products.length > 0 && (
        <Menu
          side="top"
          width={240}
          trigger={
            <Button variant="ghost">
              <Box size={14} /> {t("products")} <ChevronDown size={12} />
            </Button>
          }
        >
          <MenuItem onClick={() => now(send({ tracked: true }, {}, (k) => t("bulk_tracked", { n: k })))}>{t("track_on")}</MenuItem>
          {admin && (
            <MenuItem
              onClick={() =>
                ask({
                  title: t("bulk_untrack_title", { n }),
                  effect: t("track_off_effect"),
                  action: t("track_off"),
                  danger: false,
                  run: () => send({ tracked: false }, {}, (k) => t("bulk_untracked", { n: k })),
                })
              }
            >
              {t("track_off")}
            </MenuItem>
          )}
        </Menu>
      )}
      <BulkTags kind="control" selected={selected} send={(set, said) => now(send(set, {}, said))} />
      <FamilyDialog open={naming} onOpenChange={setNaming} send={setDomain} />
    </>
  );
}

/** The list's filter as a bulk change takes it: the order plays no part. */
function match({ sort: _, ...filter }: Filter): Filter {
  return filter;
}

/** "3 skipped: It is like this already." */
function skippedWords(out: ControlBulk): string | undefined {
  const why = new Map<string, number>();
  for (const s of out.skipped) why.set(s.why, (why.get(s.why) ?? 0) + 1);
  return [...why].map(([sentence, n]) => t("bulk_skipped", { n, why: sentence })).join(" ") || undefined;
}
