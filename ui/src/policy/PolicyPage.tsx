import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpen, ChevronDown, Download, FilePen, FileUp, Link2, PanelRight, ScrollText, Trash2 } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { type PolicyDetail, policy, type VersionDetail } from "#/api/api";
import { Comments, useCommentCount } from "#/kit/about/Comments";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Links, useLinkCount } from "#/kit/about/Links";
import { Button, buttonClass, LinkButton } from "#/kit/Button";
import { copyText } from "#/kit/Copy";
import { ask } from "#/kit/Dialog";
import { DropTarget, sendFiles, UploadRow } from "#/kit/Drop";
import { History } from "#/kit/History";
import { useStored } from "#/kit/hooks";
import { useJobs } from "#/kit/jobs";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { FieldProps, FieldTexts } from "#/kit/register/props";
import { RecordMenu, RecordTitle } from "#/kit/register/RecordParts";
import { Scroll } from "#/kit/Scroll";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { StatusChip, StatusIcon } from "#/kit/Status";
import { Switcher } from "#/kit/Switcher";
import { Tabs } from "#/kit/Tabs";
import { Tasks } from "#/kit/Tasks";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ControlPart } from "./Controls";
import { Words, Writing } from "./Document";
import { detailQuery, mineQuery, refreshAll, step, versionQuery } from "./data";
import { ExceptionPart } from "./Exceptions";
import { policies } from "./fields";
import { beginFirst, NextStep } from "./NextStep";
import { AcknowledgmentPart } from "./People";
import { ArchiveItem } from "./PolicyRecord";
import { Compare, fileOf, VersionList } from "./Versions";
import { t } from "./words";

const route = getRouteApi("/o/$slug/policies/$id");
/** What a version's document may be; the server decides by its content. */
const documents = ".pdf,.docx";

/** A policy on a page of its own: its words on the left, where it stands on the right. */
export function PolicyPage() {
  const { slug, id } = route.useParams();
  const { data: p, error, refetch } = useQuery(detailQuery(id));
  const go = route.useNavigate();
  return (
    <Page>
      <Topbar
        title={p ? `${p.ref} ${p.title}` : t("details")}
        icon={<ScrollText />}
        parent={
          <Link to="/o/$slug/policies" params={{ slug }}>
            {t("policies")}
          </Link>
        }
      >
        <Tip label={t("copy_link")}>
          <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
            <Link2 size={14} />
          </Button>
        </Tip>
        {p && (
          <RecordMenu of={policies} row={p} items={<ArchiveItem p={p} />} gone={() => go({ to: "/o/$slug/policies", params: { slug } })} />
        )}
      </Topbar>
      {p ? (
        <Body key={id} p={p} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="p-6" lines={8} />
      )}
    </Page>
  );
}

function Body({ p }: { p: PolicyDetail }) {
  const { tab = "document", version, against } = route.useSearch();
  const go = route.useNavigate();
  const comments = useCommentCount({ kind: "policy", id: p.id });
  const links = useLinkCount({ kind: "policy", id: p.id });
  const read = (id: string) => void go({ search: { version: id }, replace: false });
  return (
    <>
      <div className="flex shrink-0 items-start gap-4 px-5 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <RecordTitle of={policies} row={p} />
        </div>
        <StatusChip s={p.status} />
      </div>
      <Tabs
        label={t("details")}
        value={tab}
        onChange={(v) => void go({ search: { tab: v === "document" ? undefined : v }, replace: true })}
        tabs={[
          { value: "document", label: t("document") },
          { value: "versions", label: t("versions"), count: p.versions.length },
          { value: "acknowledgments", label: t("acknowledgments") },
          { value: "exceptions", label: t("exceptions"), count: p.exceptions },
          { value: "comments", label: t("comments"), count: comments },
          { value: "links", label: t("links"), count: links },
          { value: "history", label: t("history") },
        ]}
      >
        {tab === "document" ? (
          <DocumentTab p={p} />
        ) : (
          <div data-print="flow" className="@container relative min-h-0 flex-1 overflow-y-auto">
            <div className="mx-auto w-full max-w-[920px] p-5">
              {tab === "versions" ? (
                version ? (
                  <Compare
                    p={p}
                    version={version}
                    against={against}
                    go={(to, from) => void go({ search: to ? { tab, version: to, against: from } : { tab }, replace: true })}
                  />
                ) : (
                  <VersionList p={p} onRead={read} onCompare={(id) => void go({ search: { tab, version: id }, replace: true })} />
                )
              ) : tab === "acknowledgments" ? (
                <AcknowledgmentPart p={p} />
              ) : tab === "exceptions" ? (
                <ExceptionPart p={p} />
              ) : tab === "comments" ? (
                <Comments kind="policy" id={p.id} />
              ) : tab === "links" ? (
                <Links graph kind="policy" id={p.id} />
              ) : (
                <History table="policy" id={p.id} />
              )}
            </div>
          </div>
        )}
      </Tabs>
    </>
  );
}

function DocumentTab({ p }: { p: PolicyDetail }) {
  const { version, edit } = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const [aside, setAside] = useStored("policy.aside", true);
  const at = p.versions.find((v) => v.id === version)?.id ?? (p.working || p.current);
  const { data: v, error, refetch } = useQuery(versionQuery(at));
  const writing = edit === true && editor && v?.state === "draft" && v.name === "";
  const write = (id: string) =>
    void go({ search: { version: id === (p.working || p.current) ? undefined : id, edit: true }, replace: true });
  return (
    <div data-print="flow" className="@container flex min-h-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {at && v && <Bar p={p} v={v} writing={writing} aside={aside} onAside={() => setAside(!aside)} />}
        <AskedNote version={at} />
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !at ? (
          <Nothing p={p} onWrite={write} />
        ) : !v ? (
          <Skeleton className="mx-auto w-full max-w-[760px] px-5 py-8" lines={10} />
        ) : writing ? (
          <Writing key={v.id} v={v} label={t("words_of", { ref: p.ref, v: v.number })} />
        ) : v.digest === "" && editor && v.state === "draft" ? (
          <Nothing p={p} onWrite={write} v={v} />
        ) : (
          <Scroll label={t("words_of", { ref: p.ref, v: v.number })} className="min-h-0 flex-1 overflow-y-auto">
            <div className={v.name && v.type === "application/pdf" ? "h-full" : "mx-auto w-full max-w-[760px] px-5 py-6 sm:px-10"}>
              <Words v={v} href={(inline) => policy.document({ id: v.id, inline })} className="pb-16" />
            </div>
          </Scroll>
        )}
        {!writing && (
          <div className="max-h-[45vh] shrink-0 overflow-y-auto border-t border-line @4xl:hidden">
            <Aside p={p} onWrite={write} short />
          </div>
        )}
      </div>
      {aside && (
        <aside aria-label={t("standing")} className="hidden w-[380px] shrink-0 overflow-y-auto border-s border-line @4xl:block">
          <Aside p={p} onWrite={write} />
        </aside>
      )}
    </div>
  );
}

/** Whoever came here because they were asked to read it finds the place where they sign. */
function AskedNote({ version }: { version: string }) {
  const asked = useQuery(mineQuery).data?.acknowledge.find((o) => o.version_id === version && !o.acknowledged_at);
  if (!asked) return null;
  return (
    <Note
      className="m-3"
      icon={<StatusIcon s={asked.overdue ? "overdue" : "pending"} />}
      actions={
        <RecordLinkTo path={`my-policies/${version}`} className={buttonClass({ size: "sm", variant: "primary" })}>
          {t("read_and_sign")}
        </RecordLinkTo>
      }
    >
      {t("read_this")}
    </Note>
  );
}

/** Where it stands, what is said of it, what it governs. Where there is little room, the step that comes next alone. */
function Aside({ p, onWrite, short }: { p: PolicyDetail; onWrite: (id: string) => void; short?: boolean }) {
  const { editor } = useSession();
  return (
    <>
      <Block title={t("next_step")}>
        <NextStep p={p} onWrite={onWrite} />
      </Block>
      {!short && (
        <>
          <div className="border-t border-line pt-4">
            <FieldProps of={policies} row={p} />
          </div>
          <FieldTexts of={policies} row={p} />
          <Block title={t("controls")} aside={p.controls > 0 ? p.controls : undefined}>
            <ControlPart p={p} />
          </Block>
          <Block title={t("tasks")}>
            <Tasks kind="policy" id={p.id} name={p.ref} editor={editor} />
          </Block>
        </>
      )}
    </>
  );
}

const Block = ({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) => (
  <section className="px-5 py-4 not-first:border-t not-first:border-line">
    <div className="mb-2 flex min-h-5 items-center gap-2 text-xs">
      <h2 className="font-semibold">{title}</h2>
      {aside && <div className="tnum ms-auto text-fg-3">{aside}</div>}
    </div>
    {children}
  </section>
);

type BarProps = { p: PolicyDetail; v: VersionDetail; writing: boolean; aside: boolean; onAside: () => void };

/** Which version is shown, reading or writing, its file. */
function Bar({ p, v, writing, aside, onAside }: BarProps) {
  const go = route.useNavigate();
  const { editor } = useSession();
  const upload = useRef<HTMLInputElement>(null);
  const first = p.working || p.current;
  return (
    <div data-noprint className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
      <Menu
        trigger={
          <Button variant="ghost" aria-label={t("shown_version", { v: v.number })}>
            <StatusIcon s={v.state} size={13} /> {t("version_n", { v: v.number })} <ChevronDown size={12} />
          </Button>
        }
      >
        {p.versions.map((o) => (
          <MenuItem
            key={o.id}
            selected={o.id === v.id}
            onClick={() => void go({ search: { version: o.id === first ? undefined : o.id }, replace: true })}
          >
            <StatusIcon s={o.state} size={13} /> {t("version_n", { v: o.number })}
          </MenuItem>
        ))}
      </Menu>
      {editor && v.state === "draft" && !v.name && (
        <Switcher
          label={t("shown_as")}
          value={writing ? "write" : "read"}
          options={[
            { value: "read", label: t("read"), icon: <BookOpen /> },
            { value: "write", label: t("write"), icon: <FilePen /> },
          ]}
          onChange={(to) => void go({ search: (s) => ({ ...s, edit: to === "write" || undefined }), replace: true })}
        />
      )}
      <span className="ms-auto flex items-center gap-1">
        {v.digest && (
          <LinkButton variant="ghost" download href={fileOf(v)}>
            <Download size={14} /> <span className="max-sm:sr-only">{v.name ? t("download") : t("pdf")}</span>
          </LinkButton>
        )}
        {editor && v.state !== "published" && (
          <Menu
            align="end"
            trigger={
              <Button variant="ghost" aria-label={t("more_of", { name: t("version_n", { v: v.number }) })}>
                {t("more")} <ChevronDown size={12} />
              </Button>
            }
          >
            <MenuItem onClick={() => upload.current?.click()}>
              <FileUp size={14} /> {t("upload_instead")}
            </MenuItem>
            <MenuSep />
            <MenuItem
              danger
              onClick={() =>
                ask({
                  title: t("discard_title", { v: v.number }),
                  effect: t("discard_effect"),
                  action: t("discard"),
                  run: async () => {
                    await go({ search: {}, replace: true });
                    await step(() => policy.discard({ id: v.id }), t("discarded_said", { v: v.number }));
                  },
                })
              }
            >
              <Trash2 size={14} /> {t("discard")}
            </MenuItem>
          </Menu>
        )}
        <span className="hidden @4xl:block">
          <Tip label={aside ? t("aside_hide") : t("aside_show")}>
            <Button variant="ghost" icon aria-pressed={aside} aria-label={t("standing")} onClick={onAside}>
              <PanelRight size={14} />
            </Button>
          </Tip>
        </span>
      </span>
      <input
        ref={upload}
        type="file"
        accept={documents}
        aria-label={t("upload_instead")}
        className="hidden"
        tabIndex={-1}
        onChange={(e) => {
          const file = e.target.files?.[0];
          e.target.value = "";
          if (!file) return;
          void go({ search: (s) => ({ ...s, edit: undefined }), replace: true });
          send(p, v.id, [file]);
        }}
      />
    </div>
  );
}

const scopeOf = (p: Pick<PolicyDetail, "id">) => `policy/${p.id}`;

/** Uploads a document in place of a version's text. */
function send(p: Pick<PolicyDetail, "id">, version: string, files: readonly File[]) {
  sendFiles(files, {
    scope: scopeOf(p),
    accept: documents,
    limit: 25 * 2 ** 20,
    send: (file, o) => policy.upload({ id: version, file, ...o }),
    done: (out) => {
      toast.saved(t("uploaded_said", { name: out.name }), out);
      void refreshAll();
    },
  });
}

/** There are no words yet: three ways to them. */
function Nothing({ p, v, onWrite }: { p: PolicyDetail; v?: VersionDetail; onWrite: (id: string) => void }) {
  const { editor } = useSession();
  const jobs = useJobs(scopeOf(p));
  const working = async () => v ?? (await beginFirst(p));
  return (
    <div className="m-auto w-full max-w-xl p-6">
      <EmptyState
        icon={<ScrollText />}
        title={t("no_words")}
        actions={
          editor &&
          p.status !== "archived" && (
            <Button
              variant="primary"
              onClick={() =>
                void working().then((w) => {
                  if (w) onWrite(w.id);
                })
              }
            >
              <FilePen size={14} /> {p.template && !v ? t("begin_template") : t("write_it")}
            </Button>
          )
        }
      >
        {t("no_words_more")}
      </EmptyState>
      {editor && p.status !== "archived" && (
        <DropTarget
          large
          multiple={false}
          accept={documents}
          hint={t("upload_hint")}
          onFiles={(files) =>
            void working().then((w) => {
              if (w) send(p, w.id, files);
            })
          }
        >
          <ul className="empty:hidden">
            {jobs.map((j) => (
              <UploadRow key={j.id} job={j} />
            ))}
          </ul>
        </DropTarget>
      )}
    </div>
  );
}
