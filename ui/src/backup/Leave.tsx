import { FileArchive, FolderDown } from "lucide-react";
import type { ReactNode } from "react";
import { backup } from "#/api/api";
import { LinkButton } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { t } from "./words";

/** Everything the organisation has, to take along: nobody has to ask anybody. */
export function Leave() {
  return (
    <Card title={t("leave")} help={t("leave_how")}>
      <div className="grid gap-4 @3xl:grid-cols-2">
        <Way icon={<FolderDown size={14} />} href={backup.export({ format: "plain" })} action={t("leave_plain")}>
          {t("leave_plain_more")}
        </Way>
        <Way icon={<FileArchive size={14} />} href={backup.export({ format: "archive" })} action={t("leave_archive")}>
          {t("leave_archive_more")}
        </Way>
      </div>
    </Card>
  );
}

function Way({ icon, href, action, children }: { icon: ReactNode; href: string; action: string; children: ReactNode }) {
  return (
    <div className="flex items-start justify-between gap-4 max-sm:flex-col">
      <p className="min-w-0 text-pretty text-fg-2">{children}</p>
      <LinkButton href={href} download className="shrink-0">
        {icon} {action}
      </LinkButton>
    </div>
  );
}
