import { useState } from "react";
import { framework, type RequirementDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ago } from "#/kit/format";
import { RadioCards } from "#/kit/Radio";
import { Section } from "#/kit/Sidecar";
import { useSession } from "#/shell/session";
import { act, refreshAll } from "./data";
import { t } from "./words";

type Props = { r: RequirementDetail; scope: string | undefined };

/** What is documented of an addressable specification: what 45 CFR 164.306(d)(3) asks for. */
export function AddressablePart({ r, scope }: Props) {
  const { editor, admin } = useSession();
  const [open, setOpen] = useState(false);
  const a = r.addressed;
  return (
    <Section
      title={t("addressable")}
      aside={
        editor && (
          <>
            {a && admin && (
              <Button
                variant="ghost"
                size="sm"
                onClick={() =>
                  ask({
                    title: t("unaddress_title", { ref: r.ref }),
                    effect: t("unaddress_effect"),
                    action: t("delete"),
                    run: () =>
                      act(
                        () => framework.unaddress({ id: r.id, scope: a.scope === "organisation" ? undefined : a.scope }),
                        t("unaddressed", { ref: r.ref }),
                      ),
                  })
                }
              >
                {t("delete")}
              </Button>
            )}
            <Button variant="ghost" size="sm" onClick={() => setOpen(true)}>
              {a ? t("address_change") : t("address_do")}
            </Button>
          </>
        )
      }
    >
      {a ? (
        <dl className="space-y-2 text-fg-2">
          <Pair name={t("address_question")}>{a.reasonable ? t("address_yes") : t("address_no")}</Pair>
          <Pair name={t("address_why")}>{a.assessment}</Pair>
          {!a.reasonable && <Pair name={t("address_alternative")}>{a.alternative || t("address_alternative_none")}</Pair>}
          <p className="text-xs text-fg-3">
            {a.sentence} {t("address_by", { who: a.decided_by, when: ago(a.decided_at) })}
          </p>
        </dl>
      ) : (
        <p className="text-fg-3">{t("address_none")}</p>
      )}
      <Dialog open={open} onOpenChange={setOpen} title={t("address_title", { ref: r.ref })} description={t("address_more")} width={560}>
        {open && <Body r={r} scope={scope} close={() => setOpen(false)} />}
      </Dialog>
    </Section>
  );
}

function Pair({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="text-xs font-medium text-fg-3">{name}</dt>
      <dd className="break-words whitespace-pre-wrap">{children}</dd>
    </div>
  );
}

type Input = { reasonable: "yes" | "no"; assessment: string; alternative: string };
function Body({ r, scope, close }: Props & { close: () => void }) {
  const a = r.addressed;
  const start: Input = { reasonable: a?.reasonable ? "yes" : "no", assessment: a?.assessment ?? "", alternative: a?.alternative ?? "" };
  const form = useForm({
    start,
    send: (v) => {
      const reasonable = v.reasonable === "yes";
      const body = { scope, reasonable, assessment: v.assessment, alternative: reasonable ? "" : v.alternative };
      return act(() => framework.address({ id: r.id, body }), t("addressed", { ref: r.ref }));
    },
    done: () => {
      void refreshAll();
      close();
    },
  });
  const yes = form.input.reasonable === "yes";
  return (
    <Form form={form}>
      <RadioCards
        label={t("address_question")}
        options={[
          { value: "yes", label: t("address_yes"), hint: t("address_yes_more") },
          { value: "no", label: t("address_no"), hint: t("address_no_more") },
        ]}
        {...form.field("reasonable")}
      />
      <TextArea
        label={yes ? t("address_why_yes") : t("address_why_no")}
        hint={t("address_why_hint")}
        maxLength={4000}
        required
        {...form.field("assessment")}
      />
      {!yes && (
        <TextArea
          label={t("address_alternative")}
          hint={t("address_alternative_hint")}
          optional
          maxLength={4000}
          {...form.field("alternative")}
        />
      )}
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("address_save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
