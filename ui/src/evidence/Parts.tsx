import { useQuery } from "@tanstack/react-query";
import { Box, CalendarClock, Hourglass, Layers, Shapes, Sprout, Tag as TagIcon, UserRound, UserRoundCheck } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import type { Evidence, EvidenceDetail } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Fields } from "#/kit/about/Fields";
import { TagsField } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { NumberField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { ORGANISATION, productsQuery } from "#/kit/products";
import { InlineText, Prop, Props, propButton, Section } from "#/kit/Sidecar";
import { useSession } from "#/shell/session";
import { CategoryDialog, CategoryPicker } from "./Category";
import { FrequencyItems, setFrequency } from "./CellMenus";
import { change, setOwner, setReviewer } from "./data";
import { frequencyName, kindChoices, kindName, validityName, validityOf } from "./names";
import { t } from "./words";

/** The properties of a request, each changed where it stands. */
export function EvidenceProps({ e }: { e: Evidence }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const products = useQuery(productsQuery).data ?? [];
  const [naming, setNaming] = useState(false);
  const scopeName = e.scope === ORGANISATION ? t("scope_whole") : e.scope_name;
  const nameOf = (id: string) => people.find((p) => p.id === id)?.name ?? "";
  const setCategory = (category: string) => change(e, { category });
  const grey = (on: string) => (on ? "truncate" : "truncate text-fg-3");
  /** The value as a button with its menu, or as it is for those who only read. */
  const field = (label: string, said: string, shown: ReactNode, menu: (trigger: ReactElement) => ReactNode) =>
    editor ? (
      menu(
        <button type="button" className={propButton} aria-label={`${label}: ${said}`}>
          {shown}
        </button>,
      )
    ) : (
      <span className="flex min-h-7 items-center">{shown}</span>
    );
  return (
    <Props>
      <Prop icon={<UserRound />} label={t("owner")}>
        {field(t("owner"), e.owner_name || t("nobody"), <Person name={e.owner_name} nobody={t("nobody")} />, (trigger) => (
          <PeoplePicker
            people={people.filter((p) => p.active || p.id === e.owner)}
            nobody={t("nobody")}
            value={e.owner}
            onChange={(id) => void setOwner(e, id, nameOf(id))}
            trigger={trigger}
          />
        ))}
      </Prop>
      <Prop icon={<UserRoundCheck />} label={t("reviewer")}>
        {field(
          t("reviewer"),
          e.reviewer_name || t("reviewer_none"),
          <Person name={e.reviewer_name} nobody={t("reviewer_none")} />,
          (trigger) => (
            <PeoplePicker
              people={people.filter((p) => p.active || p.id === e.reviewer)}
              nobody={t("reviewer_none")}
              value={e.reviewer}
              onChange={(id) => void setReviewer(e, id, nameOf(id))}
              trigger={trigger}
            />
          ),
        )}
      </Prop>
      <Prop icon={<CalendarClock />} label={t("how_often")}>
        {field(t("how_often"), frequencyName(e.frequency), frequencyName(e.frequency), (trigger) => (
          <Menu trigger={trigger} width={220}>
            <FrequencyItems value={e.frequency} onPick={(f) => setFrequency(e, f)} />
          </Menu>
        ))}
      </Prop>
      <Prop icon={<Hourglass />} label={t("validity")}>
        {field(t("validity"), validityName(e.validity_days), validityName(e.validity_days), (trigger) => (
          <ValidityMenu e={e} trigger={trigger} />
        ))}
      </Prop>
      <Prop icon={<Shapes />} label={t("kind")}>
        {field(t("kind"), kindName(e.kind), kindName(e.kind), (trigger) => (
          <Menu trigger={trigger}>
            {kindChoices.map((k) => (
              <MenuItem key={k.value} selected={k.value === e.kind} onClick={() => k.value !== e.kind && void change(e, { kind: k.value })}>
                {k.label}
              </MenuItem>
            ))}
          </Menu>
        ))}
      </Prop>
      <Prop icon={<Layers />} label={t("category")}>
        {field(
          t("category"),
          e.category || t("category_none"),
          <span className={grey(e.category)}>{e.category || t("category_none")}</span>,
          (trigger) => (
            <CategoryPicker value={e.category} onChange={(c) => void setCategory(c)} onNew={() => setNaming(true)} trigger={trigger} />
          ),
        )}
      </Prop>
      {(products.length > 0 || e.scope !== ORGANISATION) && (
        <Prop icon={<Box />} label={t("belongs_to")}>
          {field(t("belongs_to"), scopeName, scopeName, (trigger) => (
            <Menu trigger={trigger} width={220}>
              {[{ id: ORGANISATION, name: t("scope_whole") }, ...products].map((p) => (
                <MenuItem
                  key={p.id}
                  selected={p.id === e.scope}
                  onClick={() => p.id !== e.scope && void change(e, { scope: p.id }, undefined, { scope_name: p.name })}
                >
                  {p.name}
                </MenuItem>
              ))}
            </Menu>
          ))}
        </Prop>
      )}
      {"source" in e && (
        <Prop icon={<Sprout />} label={t("source")}>
          {e.source === "catalog" ? t("source_catalog") : t("source_own")}
        </Prop>
      )}
      <CategoryDialog open={naming} onOpenChange={setNaming} send={setCategory} />
      <Prop icon={<TagIcon />} label={t("tags")}>
        <TagsField kind="evidence" id={e.id} tags={e.tags} />
      </Prop>
      <Fields kind="evidence" id={e.id} />
    </Props>
  );
}

const usual = [31, 92, 183, 365, 730] as const;

/** How long a proof counts: what its frequency says, another usual time, or any number of days. */
function ValidityMenu({ e, trigger }: { e: Evidence; trigger: ReactElement }) {
  const [asking, setAsking] = useState(false);
  const set = (days: number) => change(e, { validity_days: days }, t("validity_set", { days: validityName(days).toLocaleLowerCase() }));
  const own = validityOf[e.frequency];
  const choices = [...new Set([own, ...usual, 0])].sort((a, b) => (a || Number.POSITIVE_INFINITY) - (b || Number.POSITIVE_INFINITY));
  return (
    <>
      <Menu trigger={trigger} width={220}>
        {choices.map((d) => (
          <MenuItem
            key={d}
            selected={d === e.validity_days}
            hint={d === own ? frequencyName(e.frequency) : undefined}
            onClick={() => d !== e.validity_days && void set(d)}
          >
            {validityName(d)}
          </MenuItem>
        ))}
        <MenuSep />
        <MenuItem onClick={() => setAsking(true)}>{t("validity_other")}</MenuItem>
      </Menu>
      <Dialog open={asking} onOpenChange={setAsking} title={t("validity_title")}>
        {asking && <ValidityForm start={e.validity_days} send={set} close={() => setAsking(false)} />}
      </Dialog>
    </>
  );
}

type ValidityProps = { start: number; send: (days: number) => Promise<unknown>; close: () => void };
function ValidityForm({ start, send, close }: ValidityProps) {
  const first: { days: number | null } = { days: start };
  const form = useForm({ start: first, send: (v) => send(v.days ?? 0), done: close });
  const { days } = form.input;
  return (
    <Form form={form}>
      <NumberField label={t("validity")} hint={t("validity_hint")} unit={t("validity_unit")} min={0} max={3660} {...form.field("days")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={days === null || days < 0 || days > 3660}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}

/** What is to be collected, and how. */
export function EvidenceTexts({ e }: { e: EvidenceDetail }) {
  const { editor } = useSession();
  return (
    <>
      <Section title={t("description")}>
        <InlineText
          label={t("description")}
          value={e.description}
          placeholder={t("description_none")}
          maxLength={4000}
          readOnly={!editor}
          onSave={(description) => void change(e, { description })}
        />
      </Section>
      <Section title={t("guidance")}>
        <InlineText
          label={t("guidance")}
          value={e.guidance}
          placeholder={t("guidance_none")}
          maxLength={4000}
          readOnly={!editor}
          onSave={(guidance) => void change(e, { guidance })}
        />
      </Section>
    </>
  );
}
