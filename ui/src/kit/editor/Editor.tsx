import { TableKit } from "@tiptap/extension-table";
import { Fragment, Slice } from "@tiptap/pm/model";
import { Selection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { EditorContent, useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { useEvent } from "../hooks";
import { address, type Node } from "../RichText";
import { fromHTML } from "./paste";
import { Toolbar } from "./Toolbar";

type Props = {
  /** What stands in it at first. Another document needs another key. */
  doc: Node | undefined;
  label: string;
  onChange: (doc: Node) => void;
  /** Ctrl/⌘ S: keep it now. */
  onSave?: () => void;
};

/** An empty document is data too: a text would be read as HTML, which the policy of our pages forbids. */
const nothing: Node = { type: "doc", content: [{ type: "paragraph" }] };

/** The nodes that the server knows, and none besides. */
const extensions = [
  StarterKit.configure({
    heading: { levels: [1, 2, 3, 4] },
    link: {
      openOnClick: false,
      autolink: true,
      linkOnPaste: true,
      protocols: ["http", "https", "mailto"],
      isAllowedUri: (url) => address(url) !== undefined,
      HTMLAttributes: { rel: "noreferrer noopener", target: null, class: null },
    },
  }),
  TableKit.configure({ table: { resizable: false } }),
];

/**
 * The editor of rich text: it knows the nodes that the server takes, and gives and takes them as data. Nothing that is pasted or
 * dropped becomes HTML of the page. This file brings TipTap along: import it lazily.
 */
export function Editor({ doc, label, onChange, onSave }: Props) {
  const changed = useEvent(onChange);
  const save = useEvent(() => onSave?.());
  const editor = useEditor({
    extensions,
    content: doc ?? nothing,
    injectCSS: false, // the policy of our pages forbids a style element
    immediatelyRender: true,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: { class: "rich rich-edit", role: "textbox", "aria-multiline": "true", "aria-label": label },
      handleDOMEvents: { paste: (view, event) => pasted(view, event), drop: (view, event) => dropped(view, event) },
      handleKeyDown: (_, event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return false;
        event.preventDefault();
        save();
        return true;
      },
    },
    onUpdate: ({ editor: e }) => changed(e.getJSON()),
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar editor={editor} />
      <div className="min-h-0 flex-1 overflow-y-auto bg-surface" data-editor>
        <EditorContent editor={editor} className="mx-auto max-w-[760px] px-5 py-6 sm:px-10" />
      </div>
    </div>
  );
}

/** Puts what the clipboard has as HTML into the document, read by ourselves. Plain text goes its usual way. */
function pasted(view: EditorView, event: ClipboardEvent): boolean {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!html) return false;
  event.preventDefault();
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (view.state.selection.$from.parent.type.spec.code) view.pasteText(text);
  else insert(view, fromHTML(html), text);
  return true;
}

/** What comes from outside is read in the same way; what is moved inside the editor stays the editor's. */
function dropped(view: EditorView, event: DragEvent): boolean {
  if (view.dragging) return false;
  event.preventDefault();
  const html = event.dataTransfer?.getData("text/html") ?? "";
  const text = event.dataTransfer?.getData("text/plain") ?? "";
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (!at || (!html && !text)) return true;
  view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(at.pos))));
  if (html) insert(view, fromHTML(html), text);
  else view.pasteText(text);
  view.focus();
  return true;
}

function insert(view: EditorView, nodes: Node[], text: string) {
  const only = nodes.length === 1 && nodes[0]?.type === "paragraph" ? nodes[0] : undefined;
  try {
    const made = (only?.content ?? nodes).map((n) => view.state.schema.nodeFromJSON(n));
    const open = only ? 0 : nodes[0]?.type === "paragraph" ? 1 : 0;
    const end = only ? 0 : nodes.at(-1)?.type === "paragraph" ? 1 : 0;
    if (made.length === 0) throw new Error("nothing to insert");
    view.dispatch(view.state.tr.replaceSelection(new Slice(Fragment.fromArray(made), open, end)).scrollIntoView());
  } catch {
    view.pasteText(text);
  }
}
