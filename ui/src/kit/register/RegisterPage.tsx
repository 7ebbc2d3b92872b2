import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useCallback, useMemo, useState } from "react";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { useFields } from "../about/Fields";
import { useEvent } from "../hooks";
import { type Filterable, type Place, placeOf, type Words } from "./address";
import { CellMenus, type OpenAt, type OpenCell } from "./cells";
import { cardOf, columnsOf, exportColumns } from "./columns";
import type { RegisterOf } from "./define";
import { FieldBulk } from "./FieldBulk";
import { FieldForm } from "./FieldForm";
import type { Row } from "./fields";
import { FieldFilters } from "./filters";
import type { Parts } from "./RecordParts";
import { RecordSidecar } from "./RecordSidecar";
import { Register } from "./Register";

/** A change of the filter, beside what it says now. */
export type Patch<F> = (change: Partial<F>) => void;
type Layout<T extends Row, F extends Filterable> = ComponentProps<typeof Register<T, F>>;

type PageProps<T extends Row, D extends T, F extends Filterable> = Pick<
  Layout<T, NoInfer<F>>,
  "stats" | "empty" | "actions" | "sections"
> & {
  of: RegisterOf<T, D, F>;
  record: Parts<NoInfer<T>, NoInfer<D>>;
  /** Stable: the views that are built in. */
  views: Layout<T, NoInfer<F>>["views"];
  /** Chips of filters that are no field's. */
  filters?: (p: { filter: NoInfer<F>; patch: Patch<NoInfer<F>> }) => ReactNode;
  /** What stands between the filters and the list: a map. */
  above?: (p: { filter: NoInfer<F>; patch: Patch<NoInfer<F>> }) => ReactNode;
  /** More that can be done with the rows that are chosen. */
  bulk?: Layout<T, NoInfer<F>>["bulk"];
  /** The form for a new record, where the declared one does not do. */
  form?: Layout<T, NoInfer<F>>["form"];
};

/** The page of a register, made of its declaration; the module adds views, figures and what is special. */
export function RegisterPage<T extends Row, D extends T, F extends Filterable>(p: PageProps<T, D, F>) {
  const { of } = p;
  const { slug = "" } = useParams({ strict: false });
  const words: Words = useSearch({ strict: false });
  const filter = useMemo(() => of.parse(words), [of, words]);
  const place = placeOf(words);
  const navigate = useNavigate();
  const to = orgPath(slug, of.path);
  const go = useCallback((f: F, at: Place, push?: boolean) => navigate({ to, search: { ...f, ...at }, replace: !push }), [navigate, to]);
  const patch: Patch<F> = (change) => void go({ ...filter, ...change }, place);

  const { editor, admin, person } = useSession();
  const custom = useFields(of.kind);
  const [cell, setCell] = useState<OpenAt<T> | null>(null);
  const open = useEvent<Parameters<OpenCell<T>>, void>((f, row, at) => setCell({ f, row, at }));
  const columns = useMemo(() => columnsOf(of.fields, custom, { editor, admin, person }, open), [of, custom, editor, admin, person, open]);
  const card = useMemo(() => cardOf(of.fields, of.called), [of]);
  return (
    <Register<T, F>
      list={of.kind}
      title={of.words.title}
      lower={of.words.lower}
      icon={of.icon}
      count={of.words.count}
      filter={filter}
      place={place}
      go={go}
      parse={of.parse}
      fetch={of.fetch}
      facets={of.facets}
      columns={columns}
      card={card}
      rowLabel={of.nameOf}
      views={p.views}
      sections={p.sections}
      stats={p.stats}
      filters={({ counts }) => (
        <FieldFilters
          kind={of.kind}
          fields={of.fields}
          filter={filter}
          patch={(c: Words) => void go({ ...filter, ...c }, place)}
          counts={counts}
        >
          {p.filters?.({ filter, patch })}
        </FieldFilters>
      )}
      export={(format, ids) => of.export(filter, format, exportColumns(of.fields, ids))}
      exportAll={of.import && of.export(filter, "xlsx")}
      importTarget={of.import}
      add={of.words.add}
      empty={p.empty}
      actions={p.actions}
      above={p.above?.({ filter, patch })}
      bulk={(b) => (
        <FieldBulk of={of} {...b}>
          {p.bulk?.(b)}
        </FieldBulk>
      )}
      sidecar={(id, beside) => (
        <RecordSidecar
          of={of}
          id={id}
          record={p.record}
          beside={beside}
          page={{ to: orgPath(slug, `${of.path}/${id}`), search: { ...filter, view: place.view } }}
        />
      )}
      form={p.form ?? ((f) => <FieldForm of={of} {...f} />)}
    >
      <CellMenus cell={cell} who={{ editor, admin, person }} set={of.set} onClose={() => setCell(null)} />
    </Register>
  );
}
