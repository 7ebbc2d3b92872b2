import { Box, Building2, ChevronDown } from "lucide-react";
import { Button } from "./Button";
import { Menu, MenuItem, MenuSep } from "./Menu";
import { t } from "./words";

type Props = {
  products: readonly { id: string; name: string }[];
  /** The id of a product; undefined is the whole organisation. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
};

/** Chooses what a page looks at: the whole organisation or one of its products. Without products it is not there. */
export function ScopeSwitch({ products, value, onChange }: Props) {
  if (products.length === 0 && !value) return null;
  const name = products.find((p) => p.id === value)?.name ?? (value ? "…" : t("whole_organisation"));
  return (
    <Menu
      align="end"
      width={220}
      trigger={
        <Button variant="ghost" aria-label={t("looking_at", { name })}>
          {value ? <Box size={14} /> : <Building2 size={14} />} <span className="max-w-40 truncate max-sm:hidden">{name}</span>
          <ChevronDown size={12} className="max-sm:hidden" />
        </Button>
      }
    >
      <MenuItem selected={!value} onClick={() => onChange(undefined)}>
        <Building2 size={14} /> {t("whole_organisation")}
      </MenuItem>
      <MenuSep />
      {products.map((p) => (
        <MenuItem key={p.id} selected={p.id === value} onClick={() => onChange(p.id)}>
          <Box size={14} /> <span className="truncate">{p.name}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
