import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  CalendarClock,
  ChevronDown,
  CircleDashed,
  Download,
  Layers,
  ListFilter,
  Maximize2,
  Plus,
  ShieldCheck,
  UserRound,
} from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Person } from "#/kit/Avatar";
import { BulkBar } from "#/kit/BulkBar";
import { Button } from "#/kit/Button";
import { type Column, DataTable } from "#/kit/DataTable";
import { DiffList } from "#/kit/DiffList";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { Dropzone } from "#/kit/Drop";
import { edit } from "#/kit/edit";
import { Facet, FilterBar } from "#/kit/Filters";
import { num } from "#/kit/format";
import { Menu, MenuItem } from "#/kit/Menu";
import { Meter } from "#/kit/Meter";
import { PeoplePicker } from "#/kit/Picker";
import { SearchBox } from "#/kit/SearchBox";
import { InlineText, Prop, Props, propButton, Section, Sidecar } from "#/kit/Sidecar";
import { EmptyState } from "#/kit/State";
import { CONTROL_STATUSES, StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { nothing, type Selection } from "#/kit/selection";
import { Tags } from "#/kit/Tag";
import { rowFromLists, useWindow } from "#/kit/useWindow";
import { ViewTabs } from "#/kit/Views";
import { Due, DueFull } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { fetchRows, persons, rows, type Sample, wait } from "./data";

const columns: readonly Column<Sample>[] = [
  { id: "code", header: "ID", width: 84, priority: 0, cell: (c) => <span className="ref text-xs text-fg-3">{c.code}</span> },
  {
    id: "title",
    header: "Control",
    width: 240,
    grow: true,
    priority: 0,
    sort: "title",
    cell: (c) => <span className="font-medium">{c.title}</span>,
  },
  { id: "status", header: "Status", width: 142, priority: 0, sort: "status", cell: (c) => <StatusLabel s={c.status} /> },
  { id: "family", header: "Family", width: 160, priority: 5, cell: (c) => <span className="text-fg-2">{c.family}</span> },
  { id: "owner", header: "Owner", width: 156, priority: 2, cell: (c) => <Person name={c.owner} nobody="Unassigned" /> },
  {
    id: "evidence",
    header: "Evidence",
    width: 104,
    priority: 3,
    cell: (c) => (
      <span className="tnum flex items-center gap-2 text-xs text-fg-3">
        <Meter value={c.have} max={c.need} />
        {c.have}/{c.need}
      </span>
    ),
  },
  { id: "frameworks", header: "Frameworks", width: 190, priority: 6, hidden: true, cell: (c) => <Tags values={c.frameworks} /> },
  { id: "due", header: "Review", width: 84, priority: 1, sort: "due", align: "right", cell: (c) => <Due value={c.due} /> },
];
const views = [
  { id: "all", name: "All controls", search: {} },
  { id: "gap", name: "Gaps", icon: <StatusIcon s="gap" size={13} />, search: { status: ["gap" as const] } },
  {
    id: "progress",
    name: "In progress",
    icon: <StatusIcon s="in_progress" size={13} />,
    search: { status: ["in_progress" as const], sort: "due" },
  },
  { id: "open", name: "Not started", icon: <StatusIcon s="not_started" size={13} />, search: { status: ["not_started" as const] } },
  { id: "mine", name: "High risk gaps", search: { q: "restored" } },
];
const card = (c: Sample) => (
  <>
    <div className="truncate font-medium">{c.title}</div>
    <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
      <span className="ref">{c.code}</span>
      <StatusIcon s={c.status} size={12} /> {statusName(c.status)}
      <span className="ms-auto">
        <Due value={c.due} />
      </span>
    </div>
  </>
);

export function List() {
  const search = useSearch({ strict: false });
  const go = useNavigate();
  const { open, ...filter } = search as { q?: string; status?: (typeof CONTROL_STATUSES)[number][]; sort?: string; open?: string };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of the filter are what counts
  const key = useMemo(() => ["sample", "list", filter], [JSON.stringify(filter)]);
  const win = useWindow<Sample>(key, (page, limit) => fetchRows(filter, page, limit));
  const display = useDisplay("sample", columns);
  const [selected, setSelected] = useState<Selection<Sample>>(nothing);
  const [active, setActive] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a selection belongs to one result
  useEffect(() => {
    setSelected(nothing);
    setActive(0);
  }, [key]);
  const patch = useCallback((p: object) => void go({ to: ".", search: ((s: object) => ({ ...s, ...p })) as never, replace: true }), [go]);
  const at = open ? win.indexOf(open) : -1;
  const openAt = (i: number) => {
    const r = win.row(i);
    if (!r) return;
    setActive(i);
    patch({ open: r.id });
  };
  return (
    <>
      <Page>
        <Topbar title="Controls" icon={<ShieldCheck />}>
          <Button variant="ghost">
            <Download size={14} /> Export
          </Button>
          <Button variant="primary">
            <Plus size={14} /> New control
          </Button>
        </Topbar>
        <ViewTabs
          views={views}
          search={filter}
          onView={(s) => void go({ to: ".", search: s as never })}
          aside={
            <>
              <span aria-live="polite" className="tnum text-xs text-fg-3 max-sm:sr-only">
                {win.pending ? "" : `${num(win.total)} controls`}
              </span>
              <DisplayMenu display={display} columns={columns} />
            </>
          }
        />
        <FilterBar active={Boolean(filter.q || filter.status)} onClear={() => void go({ to: ".", search: {} as never })}>
          <SearchBox name="controls" value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
          <Facet
            label="Status"
            icon={<CircleDashed />}
            value={filter.status}
            options={CONTROL_STATUSES.map((s) => ({
              value: s,
              label: statusName(s),
              icon: <StatusIcon s={s} />,
              count: rows.filter((r) => r.status === s).length,
            }))}
            onChange={(status) => patch({ status })}
          />
          <Facet
            label="Owner"
            icon={<UserRound />}
            value={undefined}
            options={persons.map((p) => ({ value: p.id, label: p.name }))}
            onChange={() => {}}
          />
        </FilterBar>
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label="Controls"
            columns={display.columns}
            rowHeight={display.rowHeight}
            list={win}
            rowLabel={(r) => r.code}
            sort={filter.sort}
            onSort={(sort) => patch({ sort })}
            selected={selected}
            onSelect={setSelected}
            openId={open}
            onOpen={(r) => patch({ open: r.id })}
            active={active}
            onActive={setActive}
            card={card}
            empty={
              <EmptyState
                icon={<ListFilter />}
                title="No controls match these filters"
                actions={<Button onClick={() => void go({ to: ".", search: {} as never })}>Clear filters</Button>}
              >
                Try another status, or a shorter word.
              </EmptyState>
            }
          />
          <BulkBar selected={selected} total={win.total} onSelect={setSelected}>
            <Menu
              side="top"
              trigger={
                <Button variant="ghost">
                  <CircleDashed size={14} /> Status <ChevronDown size={12} />
                </Button>
              }
            >
              {CONTROL_STATUSES.map((s) => (
                <MenuItem
                  key={s}
                  onClick={() =>
                    void edit<Sample, object>({
                      module: "sample",
                      ids: selected.all ? [] : [...selected.rows.keys()],
                      change: { status: s },
                      send: async () => wait(200).then(() => ({})),
                      said: `Set to ${statusName(s)}`,
                    })
                  }
                >
                  <StatusLabel s={s} />
                </MenuItem>
              ))}
            </Menu>
            <PeoplePicker
              label="Owner"
              side="top"
              people={persons}
              nobody="Unassigned"
              value={undefined}
              onChange={() => {}}
              trigger={
                <Button variant="ghost">
                  <UserRound size={14} /> Owner <ChevronDown size={12} />
                </Button>
              }
            />
          </BulkBar>
        </div>
      </Page>
      {open && (
        <Detail
          id={open}
          position={at >= 0 ? `${num(at + 1)} / ${num(win.total)}` : ""}
          onPrev={at > 0 ? () => openAt(at - 1) : undefined}
          onNext={at >= 0 && at < win.total - 1 ? () => openAt(at + 1) : undefined}
          onClose={() => patch({ open: undefined })}
        />
      )}
    </>
  );
}

function Detail({ id, ...p }: { id: string; position: string; onPrev?: () => void; onNext?: () => void; onClose: () => void }) {
  const { data: c, error } = useQuery({
    queryKey: ["sample", "get", id],
    queryFn: async () => {
      await wait(200);
      const found = rows.find((r) => r.id === id);
      if (!found) throw new Error("This control does not exist, or no longer.");
      return found;
    },
    placeholderData: () => rowFromLists<Sample>(["sample", "list"], id),
  });
  const set = (change: Partial<Sample>, said: string) =>
    void edit<Sample, object>({
      module: "sample",
      ids: [id],
      change,
      send: async () => wait(200).then(() => Object.assign(rows.find((r) => r.id === id) ?? {}, change)),
      said,
    });
  return (
    <Sidecar
      {...p}
      label="Control details"
      reference={c?.code}
      recordId={id}
      pending={!c}
      error={error}
      actions={
        <Button variant="ghost" icon aria-label="Open as a page">
          <Maximize2 size={13} />
        </Button>
      }
    >
      {c && (
        <>
          <div className="px-5 pt-4 pb-3">
            <InlineText look="title" label="Title" value={c.title} onSave={(title) => set({ title }, "Title saved")} required />
          </div>
          <Props>
            <Prop icon={<CircleDashed />} label="Status">
              <Menu
                trigger={
                  <button type="button" className={propButton}>
                    <StatusLabel s={c.status} />
                  </button>
                }
              >
                {CONTROL_STATUSES.map((s) => (
                  <MenuItem key={s} selected={s === c.status} onClick={() => set({ status: s }, `${c.code} set to ${statusName(s)}`)}>
                    <StatusLabel s={s} />
                  </MenuItem>
                ))}
              </Menu>
            </Prop>
            <Prop icon={<UserRound />} label="Owner">
              <PeoplePicker
                label="Owner"
                people={persons}
                nobody="Unassigned"
                value={persons.find((p) => p.name === c.owner)?.id ?? ""}
                onChange={(v) => set({ owner: persons.find((p) => p.id === v)?.name ?? "" }, "Owner changed")}
                trigger={
                  <button type="button" className={propButton}>
                    <Person name={c.owner} nobody="Assign owner" />
                  </button>
                }
              />
            </Prop>
            <Prop icon={<CalendarClock />} label="Next review">
              <DueFull value={c.due} />
            </Prop>
            <Prop icon={<Layers />} label="Frameworks">
              <Tags values={c.frameworks} max={9} wrap />
            </Prop>
          </Props>
          <Section title="Description">
            <InlineText
              label="Description"
              value="The organisation ensures that this control operates. Evidence of operation is retained for the audit period and reviewed by the control owner each cycle."
              onSave={() => {}}
            />
          </Section>
          <Section title="Evidence" aside={`${c.have} of ${c.need} collected`}>
            <Dropzone
              scope={`sample/${id}`}
              limit={25e6}
              hint="PDF, images, 25 MB"
              send={async (f, o) => {
                for (let i = 0; i <= 10; i++) {
                  await wait(150);
                  o.onProgress((f.size * i) / 10, f.size);
                }
                if (f.name.includes("bad")) throw new Error("This looks like a web page, not a PDF.");
                await wait(400);
              }}
            />
          </Section>
          <Section title="History">
            <DiffList
              changes={[
                { field: "status", label: "Status", old: "Not started", new: "In progress" },
                { field: "owner", label: "Owner", old: "", new: "Dana Whitfield" },
              ]}
            />
          </Section>
        </>
      )}
    </Sidecar>
  );
}
