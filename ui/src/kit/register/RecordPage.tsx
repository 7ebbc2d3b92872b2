import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Link2 } from "lucide-react";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Comments, useCommentCount } from "../about/Comments";
import { Links, useLinkCount } from "../about/Links";
import { Button } from "../Button";
import { copyText } from "../Copy";
import { History } from "../History";
import { Section } from "../Sidecar";
import { ErrorState, Skeleton } from "../State";
import { oneOf } from "../search";
import { Tabs } from "../Tabs";
import { Tasks } from "../Tasks";
import { Tip } from "../Tip";
import type { RegisterOf } from "./define";
import type { Row } from "./fields";
import { FieldProps, FieldTexts } from "./props";
import { type Parts, RecordMenu, RecordTitle } from "./RecordParts";
import { t } from "./words";

const TABS = ["overview", "comments", "links", "history"] as const;
type PageProps<T extends Row, D extends T> = { of: RegisterOf<T, D>; record: Parts<T, D> };

/**
 * A record of a register on a page of its own. Its address carries the words of the list it was opened from, so that the way
 * back leads to the same rows.
 */
export function RecordPage<T extends Row, D extends T>({ of, record }: PageProps<T, D>) {
  const { slug = "", id = "" } = useParams({ strict: false });
  const { tab: _, ...words }: Record<string, unknown> = useSearch({ strict: false });
  const { data: full, error, refetch } = useQuery(of.detailQuery(id));
  const go = useNavigate();
  const list = { to: orgPath(slug, of.path), search: words };
  return (
    <Page>
      <Topbar title={full ? of.nameOf(full) : of.words.details} icon={of.icon} parent={<Link {...list}>{of.words.title}</Link>}>
        <Tip label={t("copy_link")}>
          <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
            <Link2 size={14} />
          </Button>
        </Tip>
        {full && <RecordMenu of={of} row={full} items={record.menu?.(full)} gone={() => go(list)} />}
      </Topbar>
      {full ? (
        <Body of={of} full={full} record={record} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="p-6" lines={8} />
      )}
    </Page>
  );
}

function Body<T extends Row, D extends T>({ of, full, record }: PageProps<T, D> & { full: D }) {
  const { slug = "" } = useParams({ strict: false });
  const words: Record<string, unknown> = useSearch({ strict: false });
  const tab = oneOf(words.tab, TABS) ?? "overview";
  const go = useNavigate();
  const { editor } = useSession();
  const { kind } = of;
  const { id } = full;
  const comments = useCommentCount({ kind, id });
  const links = useLinkCount({ kind, id });
  return (
    <>
      <div className="shrink-0 px-5 pt-4 pb-2">
        <RecordTitle of={of} row={full} />
      </div>
      <Tabs
        label={of.words.details}
        value={tab}
        onChange={(v) =>
          void go({
            to: orgPath(slug, `${of.path}/${id}`),
            search: { ...words, tab: v === "overview" ? undefined : v },
            replace: true,
          })
        }
        tabs={[
          { value: "overview", label: t("overview") },
          { value: "comments", label: t("comments"), count: comments },
          { value: "links", label: t("links"), count: links },
          { value: "history", label: t("history") },
        ]}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
        <div tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
          {tab === "overview" ? (
            <div className="max-w-[1180px] pt-5 pb-8">
              {record.note?.(full)}
              <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-6 @3xl:grid-cols-[minmax(0,1fr)_380px]">
                <div className="min-w-0 [&>section:first-child]:border-t-0 [&>section:first-child]:pt-0">
                  {record.before?.(full)}
                  <FieldTexts of={of} row={full} />
                  {record.after?.(full)}
                </div>
                <div className="mx-5 rounded-lg border border-line pt-3 @max-3xl:order-first @max-3xl:mb-4 @3xl:ms-0">
                  <FieldProps of={of} row={full} />
                  <Section title={t("tasks")}>
                    <Tasks kind={kind} id={id} name={of.nameOf(full)} editor={editor} />
                  </Section>
                </div>
              </div>
            </div>
          ) : (
            <div className={tab === "links" ? "p-5" : "max-w-[860px] p-5"}>
              {tab === "comments" && <Comments kind={kind} id={id} />}
              {tab === "links" && <Links graph kind={kind} id={id} />}
              {tab === "history" && <History table={kind} id={id} />}
            </div>
          )}
        </div>
      </Tabs>
    </>
  );
}
