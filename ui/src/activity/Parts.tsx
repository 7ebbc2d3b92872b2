import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import {
  BookOpenText,
  CalendarClock,
  CalendarDays,
  CalendarPlus,
  Hourglass,
  Plus,
  ScrollText,
  Tag as TagIcon,
  UserRound,
  X,
} from "lucide-react";
import type { ReactNode } from "react";
import { type Activity, type ActivityDetail, control, evidence } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Fields } from "#/kit/about/Fields";
import { TagsField } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { Menu, MenuItem } from "#/kit/Menu";
import { FindPicker, PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { InlineText, Prop, Props, propButton } from "#/kit/Sidecar";
import { StatusIcon } from "#/kit/Status";
import { Tags } from "#/kit/Tag";
import { DateText, DueFull } from "#/kit/When";
import { useSession } from "#/shell/session";
import { change, refreshAll, setOwner } from "./data";
import { frequencyName } from "./names";
import { FREQUENCIES } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

/** The schedule and who it falls to, each changed where it stands. */
export function ActivityProps({ a }: { a: Activity }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const byHand = a.frequency === "as_needed";
  const due =
    a.due_days === 0 ? t("due_last") : a.due_days === 1 ? t("due_days_said", { n: 1 }) : t("due_days_said", { n: a.due_days - 1 });
  return (
    <Props>
      <Prop icon={<UserRound />} label={t("owner")}>
        {editor ? (
          <PeoplePicker
            people={people.filter((p) => p.active || p.id === a.owner)}
            nobody={t("nobody")}
            value={a.owner}
            onChange={(id) => void setOwner(a, id, people.find((p) => p.id === id)?.name ?? "")}
            trigger={
              <button type="button" className={propButton} aria-label={`${t("owner")}: ${a.owner_name || t("nobody")}`}>
                <Person name={a.owner_name} nobody={t("nobody")} />
              </button>
            }
          />
        ) : (
          <Person name={a.owner_name} nobody={t("nobody")} />
        )}
      </Prop>
      <Prop icon={<CalendarClock />} label={t("frequency")}>
        {editor ? (
          <Menu
            trigger={
              <button type="button" className={propButton} aria-label={`${t("frequency")}: ${frequencyName(a.frequency)}`}>
                {frequencyName(a.frequency)}
              </button>
            }
          >
            {FREQUENCIES.map((f) => (
              <MenuItem
                key={f}
                selected={f === a.frequency}
                onClick={() => f !== a.frequency && void change(a, { frequency: f }).then(refreshAll)}
              >
                {frequencyName(f)}
              </MenuItem>
            ))}
          </Menu>
        ) : (
          frequencyName(a.frequency)
        )}
      </Prop>
      {!byHand && (
        <>
          <Prop icon={<CalendarPlus />} label={t("starts_on")}>
            {editor ? (
              <input
                key={a.starts_on}
                type="date"
                aria-label={t("starts_on")}
                defaultValue={a.starts_on}
                onBlur={(e) => {
                  const to = e.target.value;
                  if (to && to !== a.starts_on) void change(a, { starts_on: to }).then(refreshAll);
                }}
                className={`${propButton} tnum bg-transparent outline-offset-[-1px]`}
              />
            ) : (
              <DateText value={a.starts_on} show="full" />
            )}
          </Prop>
          <Prop icon={<Hourglass />} label={t("due")}>
            {editor ? (
              <Menu
                width={260}
                trigger={
                  <button type="button" className={propButton} aria-label={`${t("due")}: ${due}`}>
                    {due}
                  </button>
                }
              >
                <MenuItem selected={a.due_days === 0} onClick={() => void change(a, { due_days: 0 })}>
                  {t("due_last")}
                </MenuItem>
                {[1, 6, 8, 11, 15, 31].map((n) => (
                  <MenuItem key={n} selected={a.due_days === n} onClick={() => void change(a, { due_days: n })}>
                    {t("due_days_said", { n: n === 1 ? 1 : n - 1 })}
                  </MenuItem>
                ))}
              </Menu>
            ) : (
              due
            )}
          </Prop>
          <Prop icon={<CalendarDays />} label={t("next")}>
            <DateText value={a.next_on} show="full" />
          </Prop>
        </>
      )}
      {a.due_on && (
        <Prop icon={<CalendarDays />} label={t("due_on")}>
          <DueFull value={a.due_on} />
        </Prop>
      )}
      <Prop icon={<ScrollText />} label={t("policy")}>
        <InlineText
          label={t("policy")}
          value={a.policy}
          placeholder={t("policy_none")}
          maxLength={200}
          readOnly={!editor}
          onSave={(policy) => void change(a, { policy })}
        />
      </Prop>
      {a.frameworks.length > 0 && (
        <Prop icon={<BookOpenText />} label={t("frameworks")}>
          <Tags values={a.frameworks} max={4} wrap />
        </Prop>
      )}
      <Prop icon={<TagIcon />} label={t("tags")}>
        <TagsField kind="activity" id={a.id} />
      </Prop>
      <Fields kind="activity" id={a.id} />
    </Props>
  );
}

type LinkedProps = { id: string; name: string; to: ReactNode; onRemove: (() => void) | undefined };
function Linked({ name, to, onRemove }: LinkedProps) {
  return (
    <li className="group/row -mx-2 flex min-h-7 items-center gap-2 rounded-md px-2 hover:bg-hover">
      {to}
      {onRemove && (
        <button
          type="button"
          aria-label={t("unlink", { name })}
          onClick={onRemove}
          className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 opacity-0 group-hover/row:opacity-100 hover:bg-active hover:text-fg focus-visible:opacity-100 pointer-coarse:opacity-100"
        >
          <X size={13} />
        </button>
      )}
    </li>
  );
}

/** The controls that it serves. */
export function ControlPart({ a }: { a: ActivityDetail }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const ids = a.linked.map((c) => c.id);
  const set = (controls: string[], said: string) => void change(a, { controls }, said).then(refreshAll);
  return (
    <div className="space-y-1.5">
      {a.linked.length === 0 && <p className="text-fg-3">{t("controls_none")}</p>}
      <ul>
        {a.linked.map((c) => (
          <Linked
            key={c.id}
            id={c.id}
            name={c.ref}
            onRemove={
              editor
                ? () =>
                    set(
                      ids.filter((id) => id !== c.id),
                      t("unlinked", { name: c.ref }),
                    )
                : undefined
            }
            to={
              <Link
                to="/o/$slug/controls"
                params={{ slug }}
                search={{ open: c.id }}
                title={c.title}
                className="flex min-w-0 flex-1 items-baseline gap-2 py-1"
              >
                <span className="ref w-16 shrink-0 truncate text-xs text-fg-3">{c.ref}</span>
                <span className="truncate text-fg-2">{c.title}</span>
              </Link>
            }
          />
        ))}
      </ul>
      {editor && (
        <FindPicker
          name="control"
          label={t("add_control")}
          placeholder={t("find_control")}
          width={420}
          find={async (q) => {
            const found = await control.list({ q, limit: 40 });
            return found.items
              .filter((c) => !ids.includes(c.id))
              .map((c) => ({ value: c.id, label: c.ref, hint: c.title, icon: <StatusIcon s={c.effective} /> }));
          }}
          onPick={(o) => set([...ids, o.value], t("linked", { name: o.label }))}
          trigger={
            <Button size="sm" variant="ghost" className="-ms-2">
              <Plus size={13} /> {t("add_control")}
            </Button>
          }
        />
      )}
    </div>
  );
}

/** The evidence requests that a file of it answers. */
export function RequestPart({ a }: { a: ActivityDetail }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const ids = a.requests.map((e) => e.id);
  const set = (requests: string[], said: string) => void change(a, { evidence: requests }, said).then(refreshAll);
  return (
    <div className="space-y-1.5">
      {a.requests.length === 0 && <p className="text-fg-3">{t("complete_no_request")}</p>}
      <ul>
        {a.requests.map((e) => (
          <Linked
            key={e.id}
            id={e.id}
            name={e.name}
            onRemove={
              editor
                ? () =>
                    set(
                      ids.filter((id) => id !== e.id),
                      t("unlinked", { name: e.name }),
                    )
                : undefined
            }
            to={
              <Link
                to="/o/$slug/evidence"
                params={{ slug }}
                search={{ open: e.id }}
                className="flex min-w-0 flex-1 items-baseline gap-2 py-1"
              >
                <span className="truncate text-fg-2">{e.name}</span>
                <span className="ms-auto shrink-0 text-xs text-fg-3">
                  <DateText value={e.collected_on} />
                </span>
              </Link>
            }
          />
        ))}
      </ul>
      {editor && (
        <FindPicker
          name="evidence"
          label={t("add_request")}
          placeholder={t("find_request")}
          width={420}
          find={async (q) => {
            const found = await evidence.list({ q, limit: 40 });
            return found.items
              .filter((e) => !ids.includes(e.id))
              .map((e) => ({ value: e.id, label: e.name, hint: e.category, icon: <StatusIcon s={e.status} /> }));
          }}
          onPick={(o) => set([...ids, o.value], t("linked", { name: o.label }))}
          trigger={
            <Button size="sm" variant="ghost" className="-ms-2">
              <Plus size={13} /> {t("add_request")}
            </Button>
          }
        />
      )}
    </div>
  );
}
