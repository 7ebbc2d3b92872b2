import { Link } from "@tanstack/react-router";
import { BookOpen, FileJson, KeyRound } from "lucide-react";
import { buttonClass, LinkButton } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { Group, GroupPage, GroupRow } from "#/kit/Group";
import { useSession } from "#/shell/session";
import { t } from "./words";

/** How programs come in. */
export function Api() {
  const { tenant } = useSession();
  const command = `curl -H "Authorization: Bearer $ASSAY_TOKEN" ${location.origin}/api/v1/session`;
  return (
    <GroupPage>
      <Group title={t("api")} lead={t("api_lead")} flush>
        <GroupRow icon={<BookOpen />} title={t("api_reference")} note={t("api_reference_note")}>
          <LinkButton href="/api/reference" target="_blank" rel="noreferrer" variant="primary">
            {t("api_open")}
          </LinkButton>
        </GroupRow>
        <GroupRow icon={<FileJson />} title={t("api_document")} note={t("api_document_note")}>
          <LinkButton href="/api/v1/openapi.json" download="assay-openapi.json">
            {t("api_download")}
          </LinkButton>
        </GroupRow>
        <GroupRow icon={<KeyRound />} title={t("api_tokens")} note={t("api_tokens_note")}>
          <Link to="/o/$slug/profile" params={{ slug: tenant.slug }} search={{ tab: "tokens" }} className={buttonClass({})}>
            {t("api_tokens_open")}
          </Link>
        </GroupRow>
      </Group>
      <Group title={t("api_try")} lead={t("api_try_lead")}>
        <div className="flex items-start gap-2 rounded-lg border border-line bg-surface-2 py-2 ps-3 pe-2">
          <code className="min-w-0 flex-1 py-0.5 font-mono text-xs leading-5 break-words">{command}</code>
          <Copy value={command} name={t("api_copy")} />
        </div>
      </Group>
      <Group title={t("api_rules")}>
        <ul className="list-disc space-y-2 ps-4 text-pretty text-fg-2 marker:text-fg-3">
          {(["api_rule_token", "api_rule_version", "api_rule_audit", "api_rule_errors"] as const).map((k) => (
            <li key={k}>{t(k)}</li>
          ))}
        </ul>
      </Group>
    </GroupPage>
  );
}
