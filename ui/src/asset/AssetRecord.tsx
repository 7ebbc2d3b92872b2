import { ShieldAlert } from "lucide-react";
import type { Asset, AssetDetail } from "#/api/api";
import { Falls } from "#/kit/about/Falls";
import { and } from "#/kit/format";
import type { Parts } from "#/kit/register/RecordParts";
import { Note } from "#/kit/State";
import { Help } from "#/kit/Tip";
import { gapName } from "./data";
import { t } from "./words";

/** What an asset shows beside its fields: what is missing of a data store, and what falls with it. */
export const assetRecord: Parts<Asset, AssetDetail> = {
  note: (a) =>
    a.gaps.length > 0 && (
      <Note tone="warn" icon={<ShieldAlert size={16} />} className="mx-5 mb-3">
        {t("gaps_note", { what: and(a.gaps.map((g) => gapName(g).toLowerCase())) })}{" "}
        <Help label={t("gaps_how")}>{`${a.defined.store} ${a.defined.gaps}`}</Help>
      </Note>
    ),
  before: (a) => <Falls kind="asset" id={a.id} name={a.name} />,
};
