import { Download, Printer } from "lucide-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Copy } from "#/kit/Copy";
import { DialogActions } from "#/kit/Dialog";
import { fullDate, today } from "#/kit/format";
import { useSession } from "#/shell/session";
import { t } from "./words";

/** The codes for a lost phone, shown once. The window stays until they are kept somewhere. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { account: me } = useSession();
  const [saved, setSaved] = useState(false);
  const head = [t("codes_file", { email: me.email }), t("codes_file_more", { date: fullDate(today()) })];
  const text = [...head, "", ...codes, ""].join("\n");
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (saved) onDone();
      }}
    >
      <ul
        aria-label={t("codes_list")}
        className="grid grid-cols-2 gap-x-4 gap-y-1.5 rounded-lg border border-line bg-surface-2 p-4 max-[380px]:grid-cols-1"
      >
        {codes.map((c) => (
          <li key={c} className="text-center font-mono text-sm whitespace-nowrap">
            {c}
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap gap-2">
        <Copy value={text} name={t("codes_list")} label={t("codes_copy")} size="md" />
        <Button onClick={() => save(text)}>
          <Download size={13} /> {t("codes_download")}
        </Button>
        <Button onClick={() => window.print()}>
          <Printer size={13} /> {t("codes_print")}
        </Button>
      </div>
      {createPortal(
        <div data-print="sheet" className="hidden text-black print:block">
          {head.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {codes.map((c) => (
            <p key={c} className="mt-3 font-mono text-lg">
              {c}
            </p>
          ))}
        </div>,
        document.body,
      )}
      <DialogActions>
        <CheckField label={t("codes_saved")} checked={saved} onChange={setSaved} className="me-auto" />
        <Button type="submit" variant="primary" disabled={!saved}>
          {t("codes_done")}
        </Button>
      </DialogActions>
    </form>
  );
}

function save(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = "assay-recovery-codes.txt";
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
