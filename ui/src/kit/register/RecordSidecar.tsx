import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import { useSession } from "#/shell/session";
import { Comments, useCommentCount } from "../about/Comments";
import { Links, useLinkCount } from "../about/Links";
import { buttonClass } from "../Button";
import { History } from "../History";
import { Section, Sidecar } from "../Sidecar";
import { Skeleton } from "../State";
import { Tasks } from "../Tasks";
import { Tip } from "../Tip";
import type { List } from "../useList";
import { rowFromLists } from "../useWindow";
import type { RegisterOf } from "./define";
import type { Row } from "./fields";
import { FieldProps, FieldTexts } from "./props";
import { type Parts, RecordMenu, RecordTitle } from "./RecordParts";
import { t } from "./words";

type Props<T extends Row, D extends T> = {
  of: RegisterOf<T, D>;
  id: string;
  record: Parts<T, D>;
  beside: List<T>["beside"];
  /** The record's page, which knows the list it came from. */
  page: { to: string; search: Record<string, unknown> };
};

/** A record of a register beside its list: title, properties, texts, its own sections, then what stands under every record. */
export function RecordSidecar<T extends Row, D extends T>({ of, id, record, beside, page }: Props<T, D>) {
  const { editor } = useSession();
  const { data: full, error, refetch } = useQuery(of.detailQuery(id));
  const row = full ?? rowFromLists<T>([of.kind, "list"], id);
  const { kind } = of;
  const comments = useCommentCount({ kind, id });
  const links = useLinkCount({ kind, id });
  const { onClose, ...way } = beside;
  return (
    <Sidecar
      {...way}
      label={of.words.details}
      reference={row?.ref}
      recordId={id}
      pending={!row}
      error={full ? undefined : error}
      onRetry={() => void refetch()}
      onClose={() => void onClose()}
      actions={
        row && (
          <>
            <Tip label={t("open_page")}>
              <Link {...page} aria-label={t("open_page")} className={buttonClass({ variant: "ghost", icon: true })}>
                <Maximize2 size={13} />
              </Link>
            </Tip>
            <RecordMenu of={of} row={row} items={record.menu?.(row)} gone={onClose} />
          </>
        )
      }
    >
      {row && (
        <>
          <div className="px-5 pt-4 pb-3">
            <RecordTitle of={of} row={row} />
          </div>
          {full && record.note?.(full)}
          <FieldProps of={of} row={row} />
          {full ? (
            <>
              {record.before?.(full)}
              <FieldTexts of={of} row={full} />
              {record.after?.(full)}
              <Section title={t("tasks")}>
                <Tasks kind={kind} id={id} name={of.nameOf(full)} editor={editor} />
              </Section>
              <Section title={t("comments")} aside={comments}>
                <Comments key={id} kind={kind} id={id} />
              </Section>
              <Section title={t("links")} aside={links}>
                <Links key={id} kind={kind} id={id} />
              </Section>
              <Section title={t("history")}>
                <History table={kind} id={id} />
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
