import { Ellipsis, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "#/shell/session";
import { Comments, useCommentCount } from "../about/Comments";
import { Links, useLinkCount } from "../about/Links";
import { Button } from "../Button";
import { ask } from "../Dialog";
import { History } from "../History";
import { Menu, MenuItem } from "../Menu";
import { InlineText, Section, Sidecar } from "../Sidecar";
import { Skeleton } from "../State";
import { Tasks } from "../Tasks";
import { t } from "./words";

/** Its place in the list, the way to its neighbours and out. */
export type Beside = { position: string | undefined; onPrev?: () => void; onNext?: () => void; onClose: () => Promise<void> };

type Props<K extends string> = {
  kind: K & Parameters<typeof History>[0]["table"];
  id: string;
  label: string;
  beside: Beside;
  /** What is known of it: the list's row at first. */
  row: { ref: string; title: string } | undefined;
  /** It was read in full: what stands below the properties can be shown. */
  full: boolean;
  error: unknown;
  retry: () => void;
  onTitle: (title: string) => void;
  /** What else may be done with it. */
  menu?: ReactNode;
  /** Deletes it, for those who may. */
  onDelete: () => Promise<void>;
  /** Stands under the title: how it is, and its properties. */
  head: ReactNode;
  /** The sections of its own. */
  children: ReactNode;
};

/** A record of a register beside its list: title, properties, its own sections, then what stands under every record. */
export function RecordSidecar<K extends string>(p: Props<K>) {
  const { kind, id, row } = p;
  const { editor, admin } = useSession();
  const comments = useCommentCount({ kind, id });
  const links = useLinkCount({ kind, id });
  const { onClose, ...way } = p.beside;
  const name = row ? `${row.ref} ${row.title}`.trim() : "";
  return (
    <Sidecar
      {...way}
      label={p.label}
      reference={row?.ref}
      recordId={id}
      pending={!row}
      error={p.full ? undefined : p.error}
      onRetry={p.retry}
      onClose={() => void onClose()}
      actions={
        row &&
        (p.menu || admin) && (
          <Menu
            align="end"
            trigger={
              <Button variant="ghost" icon aria-label={t("more")}>
                <Ellipsis size={15} />
              </Button>
            }
          >
            {p.menu}
            {admin && (
              <MenuItem
                danger
                onClick={() =>
                  ask({ title: t("delete_title", { name }), effect: t("delete_effect"), action: t("delete"), run: p.onDelete })
                }
              >
                <Trash2 size={14} /> {t("delete")}
              </MenuItem>
            )}
          </Menu>
        )
      }
    >
      {row && (
        <>
          <div className="px-5 pt-4 pb-3">
            <InlineText
              look="title"
              label={t("title")}
              value={row.title}
              required
              maxLength={300}
              readOnly={!editor}
              onSave={(title) => p.onTitle(title)}
            />
          </div>
          {p.head}
          {p.full ? (
            <>
              {p.children}
              <Section title={t("tasks")}>
                <Tasks kind={kind} id={id} name={row.ref} editor={editor} />
              </Section>
              <Section title={t("comments")} aside={comments}>
                <Comments key={id} kind={kind} id={id} />
              </Section>
              <Section title={t("links")} aside={links}>
                <Links key={id} kind={kind} id={id} />
              </Section>
              <Section title={t("history")}>
                <History table={p.kind} id={id} />
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
