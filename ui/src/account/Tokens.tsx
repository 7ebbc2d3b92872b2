import { useQuery } from "@tanstack/react-query";
import { BookOpen, KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { account, type TokenView } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { ago, daysTo, fullDate } from "#/kit/format";
import { Group, GroupRow } from "#/kit/Group";
import { roleName } from "#/kit/role";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { NewToken } from "./NewToken";
import { t } from "./words";

const key = ["account", "tokens"];
const read = () => cache.invalidateQueries({ queryKey: key });

/** Tokens with which programs act in one's name, in this organisation. */
export function Tokens() {
  const { tenant } = useSession();
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => account.tokens() });
  const make = (
    <Button variant="primary" onClick={() => setMaking(true)}>
      <Plus size={14} /> {t("token_new")}
    </Button>
  );
  return (
    <>
      <Group
        flush
        title={t("tokens")}
        lead={
          <>
            <p>{t("tokens_lead", { name: tenant.name })}</p>
            <LinkButton href="/api/reference" target="_blank" rel="noreferrer" className="mt-3">
              <BookOpen size={14} /> {t("tokens_reference")}
            </LinkButton>
          </>
        }
      >
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-5" lines={3} />
        ) : data.items.length === 0 ? (
          <EmptyState icon={<KeyRound />} title={t("tokens_none")} actions={make}>
            {t("tokens_none_more")}
          </EmptyState>
        ) : (
          <>
            <ul className="divide-y divide-line">
              {data.items.map((k) => (
                <li key={k.id}>
                  <One token={k} />
                </li>
              ))}
            </ul>
            <div className="flex justify-end bg-surface-2 px-4 py-2.5 sm:px-5">{make}</div>
          </>
        )}
      </Group>
      {making && <NewToken onClose={() => setMaking(false)} onMade={read} />}
    </>
  );
}

function One({ token: k }: { token: TokenView }) {
  const remove = () =>
    ask({
      title: t("token_delete_title", { name: k.name }),
      effect: t("token_delete_effect"),
      action: t("token_delete"),
      run: async () => {
        await account.delete_token({ id: k.id });
        await read();
        toast.done(t("token_deleted"));
      },
    });
  const soon = daysTo(k.expires_on) <= 14;
  return (
    <GroupRow
      icon={<KeyRound />}
      title={
        <>
          <span className="break-words">{k.name}</span>
          {k.expired ? (
            <Tag tone="bad">{t("token_expired", { date: fullDate(k.expires_on) })}</Tag>
          ) : (
            soon && <Tag tone="warn">{t("token_soon", { date: fullDate(k.expires_on) })}</Tag>
          )}
        </>
      }
      note={
        <>
          {t("token_note", { role: roleName(k.role), made: fullDate(k.created_at) })}
          {!k.expired && !soon && <> · {t("token_until", { date: fullDate(k.expires_on) })}</>} ·{" "}
          {k.last_used_at ? t("token_used", { ago: ago(k.last_used_at) }) : t("token_unused")}
        </>
      }
    >
      <Button variant="ghost" icon aria-label={t("token_delete_of", { name: k.name })} onClick={remove}>
        <Trash2 size={14} />
      </Button>
    </GroupRow>
  );
}
