import { useQuery } from "@tanstack/react-query";
import { Box, Building2 } from "lucide-react";
import { type ControlDetail, type ControlProduct, control } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Menu, MenuItem } from "#/kit/Menu";
import { productsQuery } from "#/kit/products";
import { propButton } from "#/kit/Sidecar";
import { CONTROL_STATUSES, StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { evidenceWord } from "./columns";
import { attach, evidenceLook, refreshAll } from "./data";
import { t } from "./words";

/** Whether a control has a status in each product, for the heading of the part. */
export function ProductsAside({ c }: { c: ControlDetail }) {
  const { editor, admin } = useSession();
  if (c.tracked ? !admin : !editor) return null;
  const send = async () => {
    const out = await control.bulk({ body: { ids: [c.id], set: { tracked: !c.tracked } } });
    void refreshAll();
    return out;
  };
  const done = t(c.tracked ? "track_off_done" : "track_on_done", { ref: c.ref });
  return (
    <Button
      variant="ghost"
      size="sm"
      onClick={() =>
        c.tracked
          ? ask({
              title: t("track_off_title", { ref: c.ref }),
              effect: t("track_off_effect"),
              action: t("track_off"),
              danger: false,
              run: () => attach(c.id, send, done),
            })
          : void attach(c.id, send, done)
      }
    >
      {c.tracked ? t("track_off") : t("track_on")}
    </Button>
  );
}

/** How the control stands in each product: its status there, what it is worth, and its evidence. */
export function ProductsPart({ c }: { c: ControlDetail }) {
  return (
    <>
      <p className="mb-2 flex items-start gap-2 text-xs text-fg-3">
        {c.tracked ? <Box size={13} className="mt-px shrink-0" /> : <Building2 size={13} className="mt-px shrink-0" />}
        {c.tracked ? t("tracked_more") : t("untracked_more")}
      </p>
      <ul className="-mx-2">
        {c.products.map((p) => (
          <Line key={p.id} c={c} p={p} />
        ))}
      </ul>
    </>
  );
}

function Line({ c, p }: { c: ControlDetail; p: ControlProduct }) {
  const { editor } = useSession();
  const status = <StatusLabel s={p.status} />;
  return (
    <li className="rounded-md px-2 py-1.5 hover:bg-hover">
      <div className="flex min-h-8 items-center gap-3">
        <span className="min-w-0 flex-1 truncate font-medium" title={p.name}>
          {p.name}
        </span>
        {editor && p.own ? (
          <Menu
            align="end"
            trigger={
              <button
                type="button"
                className={propButton}
                aria-label={t("status_in", { ref: c.ref, product: p.name, status: statusName(p.status) })}
              >
                {status}
              </button>
            }
          >
            <Choices c={c} p={p} />
          </Menu>
        ) : (
          <span className="flex min-h-7 items-center">{status}</span>
        )}
        <Tip label={`${statusName(p.effective)}. ${p.reason}`}>
          <span className="flex w-24 items-center gap-1.5 text-xs text-fg-3">
            <StatusIcon s={evidenceLook[p.evidence]} size={13} />
            <span className="truncate">{evidenceWord[p.evidence]}</span>
          </span>
        </Tip>
      </div>
      {(p.effective !== p.status || p.justification) && (
        <p className="pb-0.5 text-xs text-pretty text-fg-3">{p.status === "not_applicable" ? p.justification : p.reason}</p>
      )}
    </li>
  );
}

function Choices({ c, p }: { c: ControlDetail; p: ControlProduct }) {
  const { admin } = useSession();
  const send = (status: ControlProduct["status"], justification = "") =>
    attach(
      c.id,
      () => control.claim({ id: c.id, body: { status, scope: p.id, was: p.status, justification } }),
      t("set_in", { ref: c.ref, product: p.name, status: statusName(status) }),
    );
  const set = (status: ControlProduct["status"]) => {
    if (status !== "not_applicable") return void send(status);
    ask({
      title: t("justify_in", { ref: c.ref, product: p.name }),
      effect: t("justify_in_effect", { product: p.name }),
      action: t("justify"),
      danger: false,
      reason: { label: t("justification"), required: true },
      run: (why) => send(status, why),
    });
  };
  return CONTROL_STATUSES.map((s) => (
    <MenuItem
      key={s}
      selected={s === p.status}
      disabled={!admin && (s === "not_applicable" || p.status === "not_applicable") && s !== p.status}
      onClick={() => s !== p.status && set(s)}
    >
      <StatusLabel s={s} />
    </MenuItem>
  ));
}

/** Whether there are products at all. */
export const useProducts = () => useQuery(productsQuery).data ?? [];
