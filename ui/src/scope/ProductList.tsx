import { queryOptions, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Archive, Box, Ellipsis, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Product, scope } from "#/api/api";
import { Button } from "#/kit/Button";
import { CardPage } from "#/kit/Card";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { useHotkeys } from "#/kit/hotkeys";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ProductForm } from "./ProductForm";
import { t } from "./words";

const route = getRouteApi("/o/$slug/products");
const allQuery = queryOptions({ queryKey: ["scope", "all"], queryFn: () => scope.list({ archived: true }), staleTime: 30_000 });

/** What else shows figures that follow from products. */
const follows = [["scope"], ["control"], ["framework"], ["requirement"], ["evidence"], ["dashboard"], ["history"]];
export const refreshAll = () => Promise.all(follows.map((queryKey) => cache.invalidateQueries({ queryKey })));

async function act<Out>(send: () => Promise<Out>, said: string) {
  const out = await send();
  toast.saved(said, out);
  await refreshAll();
}

/** The organisation's products: those in use, and those that were archived. */
export function ProductList() {
  const { admin } = useSession();
  const search = route.useSearch();
  const go = route.useNavigate();
  const { data, error, refetch } = useQuery(allQuery);
  const [editing, setEditing] = useState<Product>();
  const setNew = (on: boolean) => void go({ search: { new: on || undefined }, replace: true });
  useHotkeys(admin ? { c: () => setNew(true) } : {});
  const on = data?.items.filter((p) => !p.archived) ?? [];
  const off = data?.items.filter((p) => p.archived) ?? [];
  return (
    <Page>
      <Topbar title={t("products")} icon={<Box />}>
        {admin && (
          <Button variant="primary" onClick={() => setNew(true)}>
            <Plus size={14} /> {t("new")}
          </Button>
        )}
      </Topbar>
      <CardPage>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton lines={8} />
        ) : on.length + off.length === 0 ? (
          <div className="rounded-lg border border-line bg-surface">
            <EmptyState
              icon={<Box />}
              title={t("empty")}
              actions={
                admin && (
                  <Button variant="primary" onClick={() => setNew(true)}>
                    <Plus size={14} /> {t("new")}
                  </Button>
                )
              }
            >
              {t("empty_more")}
            </EmptyState>
          </div>
        ) : (
          <>
            <List label={t("in_use")} items={on} onEdit={setEditing} />
            {off.length > 0 && (
              <section aria-labelledby="off">
                <div className="mt-4 mb-2.5 flex flex-wrap items-center gap-x-2.5">
                  <h2 id="off" className="text-sm font-semibold">
                    {t("archived_group")}
                  </h2>
                  <p className="text-xs text-fg-3">{t("archived_more")}</p>
                </div>
                <List label={t("archived_group")} items={off} onEdit={setEditing} />
              </section>
            )}
          </>
        )}
      </CardPage>
      {admin && (
        <ProductForm
          product={editing}
          open={search.new === true || editing !== undefined}
          onOpenChange={(open) => {
            if (open) return;
            setEditing(undefined);
            if (search.new) setNew(false);
          }}
        />
      )}
    </Page>
  );
}

function List({ label, items, onEdit }: { label: string; items: readonly Product[]; onEdit: (p: Product) => void }) {
  if (items.length === 0) return null;
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-lg border border-line bg-surface">
      {items.map((p) => (
        <Row key={p.id} p={p} onEdit={() => onEdit(p)} />
      ))}
    </ul>
  );
}

function Row({ p, onEdit }: { p: Product; onEdit: () => void }) {
  const { admin } = useSession();
  const { slug } = route.useParams();
  return (
    <li className="flex items-start gap-4 px-4 py-3.5 sm:px-5">
      <span className="mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-md border border-line text-fg-3" aria-hidden>
        <Box size={15} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{p.name}</p>
        {p.description && <p className="mt-0.5 max-w-[70ch] text-fg-2">{p.description}</p>}
        <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-fg-3">
          {p.frameworks.length === 0 && <span>{t("answers_none")}</span>}
          {p.frameworks.map((f) => (
            <Link
              key={f.id}
              to="/o/$slug/frameworks/$id"
              params={{ slug, id: f.id }}
              search={{ scope: p.archived ? undefined : p.id }}
              className="flex min-h-6 items-center gap-1.5 text-fg-2 hover:text-fg hover:underline"
            >
              <span className="size-2 rounded-full" style={{ background: f.color }} aria-hidden /> {f.short}
            </Link>
          ))}
          <span className="tnum">{t("controls", { n: p.controls })}</span>
          <span className="tnum">{t("evidence", { n: p.evidence })}</span>
        </p>
      </div>
      {admin && <Actions p={p} onEdit={onEdit} />}
    </li>
  );
}

function Actions({ p, onEdit }: { p: Product; onEdit: () => void }) {
  const used = p.controls + p.evidence > 0;
  const now = (send: () => Promise<unknown>, said: string) => void act(send, said).catch((e) => toast.failed(e));
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more_of", { name: p.name })}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      <MenuItem onClick={onEdit}>
        <Pencil size={14} /> {t("edit")}
      </MenuItem>
      {p.archived ? (
        <MenuItem onClick={() => now(() => scope.restore({ id: p.id }), t("restored", { name: p.name }))}>
          <RotateCcw size={14} /> {t("restore")}
        </MenuItem>
      ) : (
        <MenuItem
          onClick={() =>
            ask({
              title: t("archive_title", { name: p.name }),
              effect: t("archive_effect"),
              action: t("archive"),
              danger: false,
              run: () => act(() => scope.archive({ id: p.id }), t("archived", { name: p.name })),
            })
          }
        >
          <Archive size={14} /> {t("archive")}
        </MenuItem>
      )}
      {!used && (
        <>
          <MenuSep />
          <MenuItem
            danger
            onClick={() =>
              ask({
                title: t("delete_title", { name: p.name }),
                effect: t("delete_effect"),
                action: t("delete"),
                run: () => act(() => scope.delete({ id: p.id }), t("deleted", { name: p.name })),
              })
            }
          >
            <Trash2 size={14} /> {t("delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
