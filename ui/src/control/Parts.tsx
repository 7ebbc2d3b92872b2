import { useQuery } from "@tanstack/react-query";
import { BookOpenText, CircleDashed, Layers, Sprout, Tag as TagIcon, UserRound } from "lucide-react";
import { useState } from "react";
import type { Control, ControlDetail } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Fields } from "#/kit/about/Fields";
import { TagsField } from "#/kit/about/Tags";
import { Menu } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { InlineText, Prop, Props, propButton, Section } from "#/kit/Sidecar";
import { StatusLabel, statusName } from "#/kit/Status";
import { Tag, Tags } from "#/kit/Tag";
import { useSession } from "#/shell/session";
import { StatusItems } from "./CellMenus";
import { assign, change } from "./data";
import { FamilyDialog, FamilyPicker } from "./Family";
import { t } from "./words";

/** The properties of a control, each changed where it stands. */
export function ControlProps({ c }: { c: Control }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const [naming, setNaming] = useState(false);
  const setDomain = (domain: string) => change(c, { domain }, t("saved", { ref: c.ref }));
  const status = <StatusLabel s={c.status} />;
  const owner = <Person name={c.owner_name} nobody={editor ? t("assign") : t("nobody")} />;
  return (
    <Props>
      <Prop icon={<CircleDashed />} label={t("status")}>
        {editor ? (
          <Menu
            trigger={
              <button type="button" className={propButton} aria-label={t("status_of", { ref: c.ref, status: statusName(c.status) })}>
                {status}
              </button>
            }
          >
            <StatusItems c={c} />
          </Menu>
        ) : (
          status
        )}
      </Prop>
      <Prop icon={<UserRound />} label={t("owner")}>
        <span className="flex min-w-0 items-center gap-3">
          {editor ? (
            <PeoplePicker
              people={people.filter((p) => p.active || p.id === c.owner)}
              nobody={t("nobody")}
              value={c.owner}
              onChange={(id) => void assign(c, id, people.find((p) => p.id === id)?.name ?? "")}
              trigger={
                <button type="button" className={propButton} aria-label={`${t("owner")}: ${c.owner_name || t("nobody")}`}>
                  {owner}
                </button>
              }
            />
          ) : (
            owner
          )}
          {!c.owner && c.owner_role && <span className="truncate text-xs text-fg-3">{t("owner_usual", { role: c.owner_role })}</span>}
        </span>
      </Prop>
      <Prop icon={<Layers />} label={t("domain")}>
        {editor ? (
          <FamilyPicker
            value={c.domain}
            onChange={(d) => void setDomain(d)}
            onNew={() => setNaming(true)}
            trigger={
              <button type="button" className={propButton} aria-label={`${t("domain")}: ${c.domain || t("domain_none")}`}>
                <span className={c.domain ? "truncate" : "truncate text-fg-3"}>{c.domain || t("domain_none")}</span>
              </button>
            }
          />
        ) : (
          c.domain || "–"
        )}
      </Prop>
      <Prop icon={<BookOpenText />} label={t("frameworks")}>
        {c.frameworks.length > 0 ? <Tags wrap max={12} values={c.frameworks.map((f) => f.short)} /> : <span className="text-fg-3">–</span>}
      </Prop>
      <Prop icon={<Sprout />} label={t("source")}>
        <span className="flex items-center gap-2">
          {c.source === "own" ? t("own_more") : t("from_common")}
          {c.edited && <Tag tone="mute">{t("edited")}</Tag>}
        </span>
      </Prop>
      <Prop icon={<TagIcon />} label={t("tags")}>
        <TagsField kind="control" id={c.id} tags={c.tags} />
      </Prop>
      <Fields kind="control" id={c.id} />
      <FamilyDialog open={naming} onOpenChange={setNaming} send={setDomain} />
    </Props>
  );
}

/** What is done, and how somebody else checks it. */
export function ControlTexts({ c }: { c: ControlDetail }) {
  const { editor } = useSession();
  const said = t("saved", { ref: c.ref });
  return (
    <>
      <Section title={t("description")}>
        <InlineText
          label={t("description")}
          value={c.description}
          placeholder={t("description_none")}
          maxLength={20000}
          readOnly={!editor}
          onSave={(description) => void change(c, { description }, said)}
        />
      </Section>
      <Section title={t("test")}>
        <InlineText
          label={t("test")}
          value={c.test}
          placeholder={t("test_none")}
          maxLength={20000}
          readOnly={!editor}
          onSave={(test) => void change(c, { test }, said)}
        />
      </Section>
    </>
  );
}
