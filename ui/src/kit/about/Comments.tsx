import { useQuery } from "@tanstack/react-query";
import { CheckCheck, Ellipsis, MessageSquare, RotateCcw } from "lucide-react";
import { useState } from "react";
import { type Comment, comment } from "#/api/api";
import { useSession } from "#/shell/session";
import { Avatar } from "../Avatar";
import { Button } from "../Button";
import { ask } from "../Dialog";
import { Menu, MenuItem } from "../Menu";
import { peopleQuery } from "../people";
import { ErrorState, Skeleton } from "../State";
import { toast } from "../Toast";
import { DateText } from "../When";
import { Composer } from "./Composer";
import { type About, act, commentsQuery, refresh } from "./data";
import { Said } from "./Said";
import { t } from "./words";

/** How many threads are open, for a tab or a heading. */
export function useCommentCount(about: About): number | undefined {
  const n = useQuery(commentsQuery(about)).data?.items.filter((c) => !c.deleted_at).length;
  return n || undefined;
}

/** What is said under a record: threads, oldest first. Settled ones are folded away. */
export function Comments({ kind, id }: About) {
  const about = { kind, id };
  const { data, error, refetch } = useQuery(commentsQuery(about));
  const [writing, setWriting] = useState(false);
  const [all, setAll] = useState(false);
  const { past } = useSession();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />;
  if (!data) return <Skeleton lines={3} />;
  const threads = data.items.filter((c) => !c.parent);
  const settled = threads.filter((c) => c.resolved_at);
  const shown = all ? threads : threads.filter((c) => !c.resolved_at);
  const send = async (body: string, parent?: string) => {
    await comment.create({ kind, id, body: { body, parent } });
    await refresh("comment");
  };
  return (
    <div className="space-y-4">
      {threads.length === 0 && !writing && <p className="text-pretty text-fg-3">{t("comment_empty")}</p>}
      {shown.map((c) => (
        <Thread key={c.id} first={c} answers={data.items.filter((a) => a.parent === c.id)} send={send} />
      ))}
      {settled.length > 0 && !all && (
        <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
          <CheckCheck size={13} /> {t("show_resolved", { n: settled.length })}
        </Button>
      )}
      {past ? null : writing ? (
        <Composer label={t("comment_text")} action={t("send")} send={(body) => send(body)} onClose={() => setWriting(false)} />
      ) : (
        <Button onClick={() => setWriting(true)}>
          <MessageSquare size={13} /> {t("write")}
        </Button>
      )}
    </div>
  );
}

type ThreadProps = { first: Comment; answers: Comment[]; send: (body: string, parent: string) => Promise<void> };

function Thread({ first, answers, send }: ThreadProps) {
  const [answering, setAnswering] = useState(false);
  const { past } = useSession();
  const settle = (resolved: boolean) => act(["comment"], () => comment.resolve({ id: first.id, body: { resolved } }));
  const resolved = first.resolved_at && (
    <span className="ms-auto flex items-center gap-1 text-xs text-fg-3">
      <CheckCheck size={12} aria-hidden /> {t("resolved_by", { name: first.resolved_by })}
    </span>
  );
  return (
    <article className={first.resolved_at ? "rounded-lg border border-line bg-surface-2 p-3" : "rounded-lg border border-line p-3"}>
      <One c={first} />
      {answers.length > 0 && (
        <div className="mt-3 space-y-3 border-s-2 border-line ps-3">
          {answers.map((a) => (
            <One key={a.id} c={a} />
          ))}
        </div>
      )}
      <div className="mt-2">
        {past ? (
          resolved
        ) : answering ? (
          <Composer
            label={t("answer_to", { name: first.author_name })}
            action={t("answer")}
            send={(body) => send(body, first.id)}
            onClose={() => setAnswering(false)}
          />
        ) : (
          <div className="-ms-2 flex flex-wrap items-center gap-1">
            <Button size="sm" variant="ghost" onClick={() => setAnswering(true)}>
              {t("answer")}
            </Button>
            {first.resolved_at ? (
              <>
                <Button size="sm" variant="ghost" onClick={() => void settle(false)}>
                  <RotateCcw size={12} /> {t("open_again")}
                </Button>
                {resolved}
              </>
            ) : (
              <Button size="sm" variant="ghost" onClick={() => void settle(true)}>
                <CheckCheck size={12} /> {t("resolve")}
              </Button>
            )}
          </div>
        )}
      </div>
    </article>
  );
}

function One({ c }: { c: Comment }) {
  const { person, admin, past } = useSession();
  const people = useQuery(peopleQuery).data;
  const [editing, setEditing] = useState(false);
  const mine = c.author === person && !past;
  const remove = () =>
    ask({
      title: t("delete_comment"),
      effect: t("delete_comment_effect"),
      action: t("delete"),
      run: async () => {
        await comment.delete({ id: c.id });
        await refresh("comment");
      },
    });
  if (editing)
    return (
      <Composer
        label={t("comment_text")}
        start={c.body}
        action={t("save")}
        send={async (body) => {
          const out = await comment.update({ id: c.id, version: c.version, body: { body } });
          toast.saved(t("field_saved", { name: t("comment") }), out);
          await refresh("comment");
        }}
        onClose={() => setEditing(false)}
      />
    );
  return (
    <div>
      <p className="mb-1 flex min-h-6 items-center gap-2">
        <Avatar name={c.author_name} size={20} />
        <span className="truncate font-medium">{c.author_name || t("somebody")}</span>
        <span className="shrink-0 text-xs text-fg-3">
          <DateText value={c.created_at} show="ago" />
          {c.edited_at && !c.deleted_at && ` · ${t("edited")}`}
        </span>
        {(mine || admin) && !c.deleted_at && (
          <span className="ms-auto shrink-0">
            <Menu
              align="end"
              trigger={
                <Button size="sm" variant="ghost" icon aria-label={t("more_of_comment")}>
                  <Ellipsis size={13} />
                </Button>
              }
            >
              {mine && <MenuItem onClick={() => setEditing(true)}>{t("edit")}</MenuItem>}
              <MenuItem danger onClick={remove}>
                {t("delete")}
              </MenuItem>
            </Menu>
          </span>
        )}
      </p>
      {c.deleted_at ? (
        <p className="text-fg-3 italic">{t("deleted_comment")}</p>
      ) : (
        <Said body={c.body} nameOf={(id) => people?.find((p) => p.id === id)?.name ?? t("somebody")} />
      )}
    </div>
  );
}
