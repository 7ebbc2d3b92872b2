import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Pause, Play, Trash2 } from "lucide-react";
import { type Activity, type ActivityDetail, activity } from "#/api/api";
import { Comments, useCommentCount } from "#/kit/about/Comments";
import { Links, useLinkCount } from "#/kit/about/Links";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { History } from "#/kit/History";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { remove } from "#/kit/remove";
import { InlineText, Section, Sidecar } from "#/kit/Sidecar";
import { Note, Skeleton } from "#/kit/State";
import { StatusChip } from "#/kit/Status";
import { rowFromLists } from "#/kit/useWindow";
import { useSession } from "#/shell/session";
import { change, detailQuery, refreshAll } from "./data";
import { frequencyName } from "./names";
import { Occurrences } from "./Occurrences";
import { ActivityProps, ControlPart, RequestPart } from "./Parts";
import { t } from "./words";

type Props = { id: string; position?: string; onPrev?: () => void; onNext?: () => void; onClose: () => Promise<void> };

/** An activity beside the list: its schedule, its turns, what it serves and proves. */
export function ActivitySidecar({ id, onClose, ...p }: Props) {
  const { editor } = useSession();
  const { data: full, error, refetch } = useQuery(detailQuery(id));
  const comments = useCommentCount({ kind: "activity", id });
  const links = useLinkCount({ kind: "activity", id });
  const a: Activity | undefined = full ?? rowFromLists<Activity>(["activity", "list"], id);
  return (
    <Sidecar
      {...p}
      label={t("details")}
      reference={a && frequencyName(a.frequency)}
      recordId={id}
      pending={!a}
      error={full ? undefined : error}
      onRetry={() => void refetch()}
      onClose={onClose}
      actions={full && editor && <ActivityMenu a={full} gone={onClose} />}
    >
      {a && (
        <>
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <InlineText
                look="title"
                label={t("name")}
                value={a.name}
                required
                maxLength={200}
                readOnly={!editor}
                onSave={(name) => void change(a, { name })}
              />
            </div>
            <StatusChip s={a.status} />
          </div>
          {a.paused && (
            <div className="px-5 pb-3">
              <Note>{t("paused_more")}</Note>
            </div>
          )}
          <ActivityProps a={a} />
          {full ? (
            <>
              <Section title={t("occurrences")} aside={full.occurrences.length > 0 ? full.occurrences.length : undefined}>
                <Occurrences key={id} a={full} />
              </Section>
              <Section title={t("description")}>
                <InlineText
                  label={t("description")}
                  value={full.description}
                  placeholder={t("description_none")}
                  maxLength={20_000}
                  readOnly={!editor}
                  onSave={(description) => void change(full, { description })}
                />
              </Section>
              <Section title={t("evidence")}>
                <RequestPart a={full} />
              </Section>
              <Section title={t("controls")} aside={full.linked.length > 0 ? full.linked.length : undefined}>
                <ControlPart a={full} />
              </Section>
              <Section title={t("notes")}>
                <InlineText
                  label={t("notes")}
                  value={full.notes}
                  placeholder={t("notes_none")}
                  maxLength={20_000}
                  readOnly={!editor}
                  onSave={(notes) => void change(full, { notes })}
                />
              </Section>
              <Section title={t("comments")} aside={comments}>
                <Comments key={id} kind="activity" id={id} />
              </Section>
              <Section title={t("links")} aside={links}>
                <Links key={id} kind="activity" id={id} />
              </Section>
              <Section title={t("history")}>
                <History table="activity" id={id} />
              </Section>
            </>
          ) : (
            <Skeleton className="border-t border-line p-5" lines={5} />
          )}
        </>
      )}
    </Sidecar>
  );
}

function ActivityMenu({ a, gone }: { a: ActivityDetail; gone: () => Promise<void> }) {
  const { admin } = useSession();
  const del = () =>
    remove({
      send: () => activity.delete({ id: a.id }),
      gone,
      forget: [["activity", "get", a.id]],
      said: t("deleted", { name: a.name }),
      refresh: refreshAll,
    });
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      <MenuItem onClick={() => void change(a, { paused: !a.paused }, a.paused ? t("resumed") : t("paused")).then(refreshAll)}>
        {a.paused ? <Play size={14} /> : <Pause size={14} />} {a.paused ? t("resume") : t("pause")}
      </MenuItem>
      {admin && (
        <>
          <MenuSep />
          <MenuItem
            danger
            onClick={() => ask({ title: t("delete_title", { name: a.name }), effect: t("delete_effect"), action: t("delete"), run: del })}
          >
            <Trash2 size={14} /> {t("delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
