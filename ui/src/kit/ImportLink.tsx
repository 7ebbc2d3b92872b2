import { Link, useParams } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { branch } from "#/api/branch";
import { buttonClass } from "./Button";
import { t } from "./words";

/** Goes to the import of a table: `<ImportLink target="requirements" under={f.id} />`. */
export function ImportLink({ target, under, look = "ghost" }: { target: string; under?: string; look?: "ghost" | "outline" }) {
  const { slug = "" } = useParams({ strict: false });
  if (branch) return null; // a branch takes no files
  return (
    <Link
      to="/o/$slug/imports/new"
      params={{ slug }}
      search={{ target, under }}
      aria-label={t("import_table")}
      className={buttonClass({ variant: look })}
    >
      <Upload size={14} /> <span className={look === "ghost" ? "max-sm:hidden" : ""}>{t("import_table")}</span>
    </Link>
  );
}
