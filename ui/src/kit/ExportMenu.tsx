import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { Menu, MenuItem, MenuLabel } from "./Menu";
import { t } from "./words";

/** Downloads what the list shows, with its filter: `<ExportMenu href={(format) => member.export({ ...filter, format })} />`. */
export function ExportMenu({
  href,
  children,
}: {
  href: (format: "csv" | "xlsx") => string;
  /** What else can be downloaded here: more items. */
  children?: ReactNode;
}) {
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
      {children}
    </Menu>
  );
}
