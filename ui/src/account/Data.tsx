import { Download } from "lucide-react";
import { erasure } from "#/api/api";
import { LinkButton } from "#/kit/Button";
import { Group, GroupRow } from "#/kit/Group";
import { t } from "./words";

/** Everything that is kept about oneself, to take along. */
export function Data() {
  return (
    <Group title={t("data")} lead={t("data_lead")} flush>
      <GroupRow icon={<Download />} title={t("data_title")} note={t("data_note")}>
        <LinkButton href={erasure.own_data()} download>
          {t("data_download")}
        </LinkButton>
      </GroupRow>
    </Group>
  );
}
