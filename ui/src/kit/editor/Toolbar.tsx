import { type Editor, useEditorState } from "@tiptap/react";
import clsx from "clsx";
import {
  Bold,
  ChevronDown,
  Code,
  CodeXml,
  Italic,
  Link2,
  List,
  ListOrdered,
  type LucideIcon,
  Minus,
  Quote,
  Redo2,
  Strikethrough,
  Table2,
  Underline,
  Undo2,
} from "lucide-react";
import { useState } from "react";
import { Button } from "../Button";
import { Dialog, DialogActions } from "../Dialog";
import { TextField } from "../Field";
import { Menu, MenuItem, MenuSep } from "../Menu";
import { address } from "../RichText";
import { Tip } from "../Tip";
import { t } from "./words";

const mod = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
const levels = [1, 2, 3, 4] as const;
const sizes = { 1: "text-lg font-semibold", 2: "text-base font-semibold", 3: "font-semibold", 4: "font-medium text-fg-2" } as const;

type ToolProps = { label: string; keys?: string; icon: LucideIcon; on?: boolean; disabled?: boolean; run: () => void };

function Tool({ label, keys, icon: Icon, on, disabled, run }: ToolProps) {
  return (
    <Tip label={label} keys={keys}>
      <Button
        variant="ghost"
        icon
        aria-label={label}
        aria-pressed={on}
        disabled={disabled}
        className={clsx(on && "bg-active text-fg")}
        onMouseDown={(e) => e.preventDefault() /* the text keeps its selection */}
        onClick={run}
      >
        <Icon size={14} />
      </Button>
    </Tip>
  );
}

const Gap = () => <span aria-hidden className="mx-1 h-4 w-px shrink-0 bg-line" />;

/** What can be done with the text, in one row that scrolls sideways where it is narrow. */
export function Toolbar({ editor }: { editor: Editor }) {
  const [linking, setLinking] = useState(false);
  const is = useEditorState({
    editor,
    selector: ({ editor: e }) => ({
      level: levels.findIndex((level) => e.isActive("heading", { level })),
      bold: e.isActive("bold"),
      italic: e.isActive("italic"),
      underline: e.isActive("underline"),
      strike: e.isActive("strike"),
      code: e.isActive("code"),
      link: e.isActive("link"),
      bullet: e.isActive("bulletList"),
      ordered: e.isActive("orderedList"),
      quote: e.isActive("blockquote"),
      block: e.isActive("codeBlock"),
      table: e.isActive("table"),
      undo: e.can().undo(),
      redo: e.can().redo(),
    }),
  });
  const level = levels[is.level];
  const chain = () => editor.chain().focus();
  return (
    <div
      role="toolbar"
      aria-label={t("tools")}
      className="no-bar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line bg-surface-2 px-3"
    >
      <Tool label={t("undo")} keys={`${mod} Z`} icon={Undo2} disabled={!is.undo} run={() => chain().undo().run()} />
      <Tool label={t("redo")} keys={`${mod} ⇧ Z`} icon={Redo2} disabled={!is.redo} run={() => chain().redo().run()} />
      <Gap />
      <Menu
        trigger={
          <Button
            variant="ghost"
            className="min-w-28 justify-between"
            aria-label={`${t("style")}: ${level === undefined ? t("text") : t(`heading_${level}`)}`}
          >
            {level === undefined ? t("text") : t(`heading_${level}`)} <ChevronDown size={12} />
          </Button>
        }
      >
        <MenuItem selected={level === undefined} onClick={() => chain().setParagraph().run()}>
          {t("text")}
        </MenuItem>
        {levels.map((l) => (
          <MenuItem key={l} selected={level === l} onClick={() => chain().setHeading({ level: l }).run()}>
            <span className={sizes[l]}>{t(`heading_${l}`)}</span>
          </MenuItem>
        ))}
      </Menu>
      <Gap />
      <Tool label={t("bold")} keys={`${mod} B`} icon={Bold} on={is.bold} run={() => chain().toggleBold().run()} />
      <Tool label={t("italic")} keys={`${mod} I`} icon={Italic} on={is.italic} run={() => chain().toggleItalic().run()} />
      <Tool label={t("underline")} keys={`${mod} U`} icon={Underline} on={is.underline} run={() => chain().toggleUnderline().run()} />
      <Tool label={t("strike")} keys={`${mod} ⇧ S`} icon={Strikethrough} on={is.strike} run={() => chain().toggleStrike().run()} />
      <Tool label={t("code")} keys={`${mod} E`} icon={Code} on={is.code} run={() => chain().toggleCode().run()} />
      <Tool label={t("link")} icon={Link2} on={is.link} run={() => setLinking(true)} />
      <Gap />
      <Tool label={t("bullet_list")} keys={`${mod} ⇧ 8`} icon={List} on={is.bullet} run={() => chain().toggleBulletList().run()} />
      <Tool
        label={t("numbered_list")}
        keys={`${mod} ⇧ 7`}
        icon={ListOrdered}
        on={is.ordered}
        run={() => chain().toggleOrderedList().run()}
      />
      <Tool label={t("quote")} keys={`${mod} ⇧ B`} icon={Quote} on={is.quote} run={() => chain().toggleBlockquote().run()} />
      <Tool label={t("code_block")} icon={CodeXml} on={is.block} run={() => chain().toggleCodeBlock().run()} />
      <Tool label={t("line")} icon={Minus} run={() => chain().setHorizontalRule().run()} />
      {is.table ? (
        <Menu
          trigger={
            <Button variant="ghost" className="bg-active text-fg">
              <Table2 size={14} /> {t("table")} <ChevronDown size={12} />
            </Button>
          }
        >
          <MenuItem onClick={() => chain().addRowAfter().run()}>{t("add_row")}</MenuItem>
          <MenuItem onClick={() => chain().addColumnAfter().run()}>{t("add_column")}</MenuItem>
          <MenuItem onClick={() => chain().toggleHeaderRow().run()}>{t("header_row")}</MenuItem>
          <MenuSep />
          <MenuItem onClick={() => chain().deleteRow().run()}>{t("delete_row")}</MenuItem>
          <MenuItem onClick={() => chain().deleteColumn().run()}>{t("delete_column")}</MenuItem>
          <MenuItem danger onClick={() => chain().deleteTable().run()}>
            {t("delete_table")}
          </MenuItem>
        </Menu>
      ) : (
        <Tool label={t("table_insert")} icon={Table2} run={() => chain().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()} />
      )}
      <Dialog open={linking} onOpenChange={setLinking} title={t("link")} width={420}>
        {linking && <LinkForm editor={editor} close={() => setLinking(false)} />}
      </Dialog>
    </div>
  );
}

function LinkForm({ editor, close }: { editor: Editor; close: () => void }) {
  const was: unknown = editor.getAttributes("link").href;
  const [href, setHref] = useState(typeof was === "string" ? was : "");
  const [wrong, setWrong] = useState(false);
  const put = () => {
    const to = address(href.trim()) ?? address(`https://${href.trim()}`);
    if (!to || !href.trim()) return setWrong(true);
    const chain = editor.chain().focus().extendMarkRange("link");
    if (editor.state.selection.empty && !was)
      chain.insertContent({ type: "text", text: to, marks: [{ type: "link", attrs: { href: to } }] }).run();
    else chain.setLink({ href: to }).run();
    close();
  };
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        e.stopPropagation();
        put();
      }}
    >
      <TextField
        label={t("link_address")}
        hint={t("link_hint")}
        value={href}
        maxLength={2000}
        inputMode="url"
        autoComplete="off"
        error={wrong ? t("link_wrong") : undefined}
        onChange={(v) => {
          setHref(v);
          setWrong(false);
        }}
      />
      <DialogActions>
        {typeof was === "string" && (
          <Button
            variant="danger"
            className="me-auto"
            onClick={() => {
              editor.chain().focus().extendMarkRange("link").unsetLink().run();
              close();
            }}
          >
            {t("link_remove")}
          </Button>
        )}
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary">
          {t("set")}
        </Button>
      </DialogActions>
    </form>
  );
}
