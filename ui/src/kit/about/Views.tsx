import { useQuery } from "@tanstack/react-query";
import { Bookmark, Users } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { type View as Saved, view } from "#/api/api";
import { useSession } from "#/shell/session";
import { Button } from "../Button";
import { CheckField } from "../Checkbox";
import { cache } from "../cache";
import { ask, Dialog, DialogActions } from "../Dialog";
import type { Display } from "../Display";
import { TextField } from "../Field";
import { Form, useForm } from "../form";
import { Menu, MenuItem, MenuSep } from "../Menu";
import { toast } from "../Toast";
import { sameSearch, type View, ViewTabs } from "../Views";
import { viewsQuery } from "./data";
import { t } from "./words";

/** The saved views of a list, and the one that the address names. */
export function useSavedViews(list: string, id: string | undefined) {
  const items = useQuery(viewsQuery(list)).data?.items;
  return { items, current: useMemo(() => items?.find((v) => v.id === id), [items, id]) };
}

type Props<S extends object> = {
  list: string;
  builtin: readonly View<NoInfer<S>>[];
  /** The filter with its order, as the address has it. */
  search: S;
  /** Reads a saved address as the route reads its own. */
  parse: (words: Record<string, unknown>) => S;
  saved: ReturnType<typeof useSavedViews>;
  // biome-ignore lint/suspicious/noExplicitAny: which rows the columns show plays no part here
  display: Display<any>;
  /** Goes to a view: its filter, and its id when it is a saved one. `first` when nobody asked: the list opens with it. */
  go: (search: S, id: string | undefined, first?: boolean) => void;
  aside?: ReactNode;
};

/**
 * The tabs above a list: the views that are built in, one's own, and those that are shared. A saved view that looks
 * otherwise than it was saved offers Save and Reset.
 */
export function SavedViews<S extends object>({ list, builtin, search, parse, saved, display, go, aside }: Props<S>) {
  const { person, admin, editor, past } = useSession();
  const { items, current } = saved;
  const [naming, setNaming] = useState<"new" | "rename">();
  const mine: (View<S> & { of: Saved })[] = useMemo(
    () =>
      (items ?? []).map((v) => ({
        id: v.id,
        name: v.name,
        icon: v.shared ? <Users size={13} aria-label={t("shared_by", { name: v.owner_name })} /> : <Bookmark size={13} aria-hidden />,
        search: parse(words(v.search)),
        of: v,
      })),
    [items, parse],
  );
  const views = useMemo(() => [...builtin, ...mine], [builtin, mine]);

  // A list that is opened without a filter opens with the view that somebody chose for it, once.
  const opened = useRef(false);
  useEffect(() => {
    if (!items || opened.current) return;
    opened.current = true;
    const first = mine.find((v) => v.of.default);
    if (first && !current && sameSearch(search, {})) go(first.search, first.id, true);
  });

  const as = mine.find((v) => v.id === current?.id);
  const changed = as !== undefined && (display.changed || !sameSearch(search, as.search));
  const may = !past && current !== undefined && (current.owner === person || (current.shared && admin));
  const plain = builtin.some((v) => sameSearch(v.search, search));
  const state = () => ({
    search: JSON.stringify(search),
    columns: display.columns.map((c) => c.id),
    compact: display.compact,
  });
  const write = async (send: () => Promise<unknown>, said: string) => {
    try {
      const out = await send();
      await cache.invalidateQueries({ queryKey: ["view", list] });
      toast.saved(said, out);
      return true;
    } catch (e) {
      toast.failed(e);
      return false;
    }
  };
  const change = (v: Saved, body: Parameters<typeof view.update>[0]["body"], said: string) =>
    write(() => view.update({ id: v.id, version: v.version, body }), said);
  const setDefault = (id: string, said: string) =>
    write(async () => {
      cache.setQueryData(viewsQuery(list).queryKey, await view.set_default({ body: { list, view: id } }));
    }, said);
  const reset = () => {
    display.reset();
    if (as) go(as.search, as.id);
  };
  return (
    <>
      <ViewTabs
        views={views}
        search={search}
        current={current?.id ?? builtin.find((v) => sameSearch(v.search, unsorted(search)))?.id ?? ""}
        onView={(s, id) => {
          display.reset();
          go(s, mine.some((v) => v.id === id) ? id : undefined);
        }}
        aside={aside}
        tools={
          <>
            {changed && current && (
              <>
                {may && (
                  <Button
                    size="sm"
                    onClick={async () => (await change(current, state(), t("view_saved", { name: current.name }))) && display.reset()}
                  >
                    {t("apply")}
                  </Button>
                )}
                <Button size="sm" variant="ghost" onClick={reset}>
                  {t("reset")}
                </Button>
              </>
            )}
            {!past && !current && !plain && (
              <Button size="sm" variant="ghost" onClick={() => setNaming("new")} className="max-sm:hidden">
                {t("save_view")}
              </Button>
            )}
            {!past && (
              <Menu
                align="end"
                width={210}
                trigger={
                  <Button variant="ghost" size="sm" icon aria-label={t("view_menu")}>
                    <Bookmark size={13} />
                  </Button>
                }
              >
                <MenuItem onClick={() => setNaming("new")}>{t("save_as")}</MenuItem>
                {current && (
                  <>
                    <MenuSep />
                    <MenuItem
                      selected={current.default}
                      onClick={() =>
                        void setDefault(
                          current.default ? "" : current.id,
                          current.default ? t("view_default_none") : t("view_default_done", { name: current.name }),
                        )
                      }
                    >
                      {t("make_default")}
                    </MenuItem>
                    {may && (
                      <>
                        <MenuItem onClick={() => setNaming("rename")}>{t("rename")}</MenuItem>
                        {editor && (
                          <MenuItem
                            onClick={() =>
                              void change(
                                current,
                                { shared: !current.shared },
                                current.shared ? t("view_private", { name: current.name }) : t("view_shared", { name: current.name }),
                              )
                            }
                          >
                            {current.shared ? t("make_private") : t("share")}
                          </MenuItem>
                        )}
                        <MenuSep />
                        <MenuItem
                          danger
                          onClick={() =>
                            ask({
                              title: t("delete_view", { name: current.name }),
                              effect: t("delete_view_effect"),
                              action: t("delete"),
                              run: async () => {
                                await view.delete({ id: current.id });
                                await cache.invalidateQueries({ queryKey: ["view", list] });
                                toast.done(t("view_deleted", { name: current.name }));
                                go(parse({}), undefined);
                              },
                            })
                          }
                        >
                          {t("delete")}
                        </MenuItem>
                      </>
                    )}
                  </>
                )}
              </Menu>
            )}
          </>
        }
      />
      {naming === "new" && (
        <NameView
          title={t("view_new")}
          shares={editor}
          onClose={() => setNaming(undefined)}
          send={(name, shared) => view.create({ body: { list, name, shared, ...state() } })}
          done={async (v) => {
            await cache.invalidateQueries({ queryKey: ["view", list] });
            toast.saved(t("view_saved", { name: v.name }), v);
            display.reset();
            go(search, v.id);
          }}
        />
      )}
      {naming === "rename" && current && (
        <NameView
          title={t("rename")}
          start={current.name}
          shares={false}
          onClose={() => setNaming(undefined)}
          send={(name) => view.update({ id: current.id, version: current.version, body: { name } })}
          done={async (v) => {
            await cache.invalidateQueries({ queryKey: ["view", list] });
            toast.saved(t("view_renamed"), v);
          }}
        />
      )}
    </>
  );
}

type NameProps = {
  title: string;
  start?: string;
  shares: boolean;
  send: (name: string, shared: boolean) => Promise<Saved>;
  done: (v: Saved) => Promise<void>;
  onClose: () => void;
};
function NameView({ title, start = "", shares, send, done, onClose }: NameProps) {
  const form = useForm({
    start: { name: start, shared: false },
    send: ({ name, shared }) => send(name, shared),
    done: (out) => {
      void done(out);
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={title} description={start ? undefined : t("view_new_more")} width={400}>
      <Form form={form}>
        <TextField label={t("view_name")} maxLength={60} required {...form.field("name")} />
        {shares && <CheckField label={t("view_share")} checked={form.input.shared} onChange={(shared) => form.set({ shared })} />}
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {t("save")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** The filter alone: in another order a built-in view is still the same one. */
const unsorted = (o: object) => Object.fromEntries(Object.entries(o).filter(([k]) => k !== "sort"));

/** A saved address as words; what is no object says nothing. */
function words(text: string): Record<string, unknown> {
  const v: unknown = JSON.parse(text);
  return typeof v === "object" && v !== null ? { ...v } : {};
}
