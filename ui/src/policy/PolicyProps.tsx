import { useQuery } from "@tanstack/react-query";
import { Box, CalendarClock, CalendarSync, CircleDashed, ExternalLink, FileCheck2, Layers, Tags, UserRound } from "lucide-react";
import type { Policy } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Fields } from "#/kit/about/Fields";
import { TagsField } from "#/kit/about/Tags";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { ORGANISATION, productsQuery } from "#/kit/products";
import { InlineText, Prop, Props, propButton } from "#/kit/Sidecar";
import { StatusLabel } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { change } from "./data";
import { ReviewDay } from "./Look";
import { t } from "./words";

const cadences = [0, 3, 6, 12, 24, 36] as const;
const cadence = (n: number) => (n === 0 ? t("never_reviewed") : t("months", { n }));

/** What is said of a policy beside its words; edited where it stands. */
export function PolicyProps({ p }: { p: Policy }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const products = useQuery(productsQuery).data ?? [];
  return (
    <Props>
      <Prop icon={<CircleDashed />} label={t("status")}>
        <StatusLabel s={p.status} />
      </Prop>
      <Prop icon={<UserRound />} label={t("owner")}>
        {editor ? (
          <PeoplePicker
            people={people.filter((o) => o.active || o.id === p.owner)}
            nobody={t("nobody")}
            value={p.owner}
            onChange={(owner) => void change(p, { owner }, { owner, owner_name: people.find((o) => o.id === owner)?.name ?? "" })}
            trigger={
              <button type="button" className={propButton} aria-label={`${t("owner")}: ${p.owner_name || t("nobody")}`}>
                <Person name={p.owner_name} nobody={t("nobody")} />
              </button>
            }
          />
        ) : (
          <Person name={p.owner_name} nobody={t("nobody")} />
        )}
      </Prop>
      <Prop icon={<FileCheck2 />} label={t("in_force")}>
        {p.in_force ? (
          <span className="tnum">{t("version_n", { v: p.in_force })}</span>
        ) : (
          <span className="text-fg-3">{t("none_in_force")}</span>
        )}
      </Prop>
      <Prop icon={<CalendarClock />} label={t("next_review")}>
        <ReviewDay p={p} show="full" />
      </Prop>
      <Prop icon={<CalendarSync />} label={t("cadence")}>
        {editor ? (
          <Menu
            trigger={
              <button type="button" className={propButton} aria-label={`${t("cadence")}: ${cadence(p.review_months)}`}>
                {cadence(p.review_months)}
              </button>
            }
          >
            {[...new Set([...cadences, p.review_months])]
              .sort((a, b) => a - b)
              .map((n) => (
                <MenuItem
                  key={n}
                  selected={n === p.review_months}
                  onClick={() => void change(p, { review_months: n }, { review_months: n })}
                >
                  {cadence(n)}
                </MenuItem>
              ))}
          </Menu>
        ) : (
          cadence(p.review_months)
        )}
      </Prop>
      <Prop icon={<Layers />} label={t("category")}>
        <InlineText
          label={t("category")}
          value={p.category}
          placeholder={t("category_none")}
          maxLength={100}
          readOnly={!editor}
          onSave={(category) => void change(p, { category }, { category })}
        />
      </Prop>
      {products.length > 0 && (
        <Prop icon={<Box />} label={t("product")}>
          {editor ? (
            <Menu
              trigger={
                <button
                  type="button"
                  className={propButton}
                  aria-label={`${t("product")}: ${p.scope === ORGANISATION ? t("organisation") : p.scope_name}`}
                >
                  {p.scope === ORGANISATION ? t("organisation") : p.scope_name}
                </button>
              }
            >
              {[{ id: ORGANISATION, name: t("organisation") }, ...products.filter((o) => o.id !== ORGANISATION)].map((o) => (
                <MenuItem
                  key={o.id}
                  selected={o.id === p.scope}
                  onClick={() => void change(p, { scope: o.id }, { scope: o.id, scope_name: o.name })}
                >
                  {o.name}
                </MenuItem>
              ))}
            </Menu>
          ) : p.scope === ORGANISATION ? (
            t("organisation")
          ) : (
            p.scope_name
          )}
        </Prop>
      )}
      <Prop icon={<ExternalLink />} label={t("location")}>
        <span className="flex items-center gap-1">
          <span className="min-w-0 flex-1">
            <InlineText
              label={t("location")}
              value={p.location}
              placeholder={t("location_none")}
              maxLength={2000}
              readOnly={!editor}
              onSave={(location) => void change(p, { location }, { location })}
            />
          </span>
          {/^https?:\/\//i.test(p.location) && (
            <a
              href={p.location}
              target="_blank"
              rel="noreferrer noopener"
              aria-label={t("open_location")}
              className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
            >
              <ExternalLink size={13} />
            </a>
          )}
        </span>
      </Prop>
      <Prop icon={<Tags />} label={t("tags")}>
        <TagsField kind="policy" id={p.id} tags={p.tags} />
      </Prop>
      <Fields kind="policy" id={p.id} />
    </Props>
  );
}
