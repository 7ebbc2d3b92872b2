import { Ellipsis, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "#/shell/session";
import { Button } from "../Button";
import { ask } from "../Dialog";
import { Menu, MenuItem } from "../Menu";
import { InlineText } from "../Sidecar";
import type { RegisterOf } from "./define";
import { ofKind, type Row } from "./fields";
import { t } from "./words";

/** What a module shows of its record beside what is declared: in the sidecar and on the page alike. */
export type Parts<T extends Row, D extends T = T> = {
  /** How it is: a note under the title, above the properties. */
  note?: (full: D) => ReactNode;
  /** Sections above the long texts, and below them. */
  before?: (full: D) => ReactNode;
  after?: (full: D) => ReactNode;
  /** What else may be done with it: items of its menu. */
  menu?: (row: T) => ReactNode;
};

/** The title of a record, written where it is read. */
export function RecordTitle<T extends Row, D extends T>({ of, row }: { of: RegisterOf<T, D>; row: T }) {
  const { editor } = useSession();
  const [f] = ofKind(of.fields, "title");
  if (!f) return <h2 className="text-lg font-semibold text-balance">{of.titleOf(row)}</h2>;
  return (
    <InlineText
      look="title"
      label={f.label}
      value={of.titleOf(row)}
      required
      maxLength={f.max ?? 300}
      readOnly={!editor}
      onSave={(title) => void of.set(row, f.name, title)}
    />
  );
}

type MenuProps<T extends Row, D extends T> = { of: RegisterOf<T, D>; row: T; items?: ReactNode; gone: () => Promise<void> };

/** What may be done with a record as a whole; nothing for those who only read. */
export function RecordMenu<T extends Row, D extends T>({ of, row, items, gone }: MenuProps<T, D>) {
  const { admin } = useSession();
  if (!items && !admin) return null;
  const name = row.ref ? `${row.ref} ${of.titleOf(row)}` : of.titleOf(row);
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      {items}
      {admin && (
        <MenuItem
          danger
          onClick={() =>
            ask({
              title: t("delete_title", { name }),
              effect: t("delete_effect"),
              action: t("delete"),
              run: () => of.remove(row, gone),
            })
          }
        >
          <Trash2 size={14} /> {t("delete")}
        </MenuItem>
      )}
    </Menu>
  );
}
