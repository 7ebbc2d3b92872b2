import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { Menu, MenuItem, MenuLabel, MenuSep } from "./Menu";
import { t } from "./words";

type Props = {
  href: (format: "csv" | "xlsx") => string;
  /** The same rows with every field, the id and the version: to edit and import. */
  edit?: string;
  /** What else can be downloaded here: more items. */
  children?: ReactNode;
};

/** Downloads what the list shows, with its filter: `<ExportMenu href={(format) => member.export({ ...filter, format })} />`. */
export function ExportMenu({ href, edit, children }: Props) {
  return (
    <Menu
      align="end"
      width={220}
      trigger={
        <Button variant="ghost" aria-label={t("export")}>
          <Download size={14} /> <span className="max-sm:hidden">{t("export")}</span>
        </Button>
      }
    >
      <MenuLabel>{t("export_what")}</MenuLabel>
      {(["csv", "xlsx"] as const).map((format) => (
        <MenuItem key={format} render={<a href={href(format)} download />}>
          {t(`export_${format}`)}
        </MenuItem>
      ))}
      {edit && (
        <>
          <MenuSep />
          <MenuItem render={<a href={edit} download />}>{t("export_edit")}</MenuItem>
        </>
      )}
      {children}
    </Menu>
  );
}
