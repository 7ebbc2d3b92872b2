package backup

import (
	"fmt"
	"strings"
)

// richNode is a node of a rich text, as policies keep it.
type richNode struct {
	Type    string
	Attrs   map[string]any
	Content []richNode
	Marks   []struct {
		Type  string
		Attrs map[string]any
	}
	Text string
}

const fence = "`````"

// rich writes a node as Markdown; in stands before each of its lines. Headings stand below those of the page.
func (g *page) rich(n richNode, in string) {
	switch n.Type {
	case "heading":
		level, _ := n.Attrs["level"].(float64)
		g.line("%s%s %s\n", in, strings.Repeat("#", min(int(level)+2, 6)), richText(n))
	case "paragraph":
		if s := richText(n); s != "" {
			g.line("%s%s\n", in, s)
		}
	case "codeBlock":
		g.line("%s%s", in, fence)
		for _, c := range n.Content {
			for l := range strings.Lines(c.Text) {
				g.line("%s%s", in, strings.ReplaceAll(strings.TrimRight(l, "\n"), fence, "'"))
			}
		}
		g.line("%s%s\n", in, fence)
	case "horizontalRule":
		g.line("%s---\n", in)
	case "bulletList", "orderedList":
		for i, item := range n.Content {
			sign := "- "
			if n.Type == "orderedList" {
				sign = fmt.Sprintf("%d. ", i+1)
			}
			for j, c := range item.Content {
				if j == 0 && c.Type == "paragraph" {
					g.line("%s%s%s", in, sign, richText(c))
					continue
				}
				g.rich(c, in+strings.Repeat(" ", len(sign)))
			}
		}
		g.line("%s", in)
	case "table":
		for i, row := range n.Content {
			cells := make([]string, len(row.Content))
			for j, c := range row.Content {
				cells[j] = richText(c)
			}
			g.line("%s| %s |", in, strings.Join(cells, " | "))
			if i == 0 {
				g.line("%s|%s", in, strings.Repeat(" --- |", len(cells)))
			}
		}
		g.line("%s", in)
	default:
		if n.Type == "blockquote" {
			in += "> "
		}
		for _, c := range n.Content {
			g.rich(c, in)
		}
	}
}

// richText is what a node says in one line, with its marks. Blocks inside it follow each other.
func richText(n richNode) string {
	var b strings.Builder
	for _, c := range n.Content {
		switch c.Type {
		case "hardBreak":
			b.WriteString("<br>")
		case "text":
			b.WriteString(marked(c))
		default:
			b.WriteString(richText(c) + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

func marked(n richNode) string {
	s := inline(n.Text)
	for _, m := range n.Marks {
		switch m.Type {
		case "bold":
			s = "**" + s + "**"
		case "italic":
			s = "*" + s + "*"
		case "strike":
			s = "~~" + s + "~~"
		case "link":
			if href, ok := m.Attrs["href"].(string); ok && href != n.Text {
				s += " (" + inline(href) + ")"
			}
		}
	}
	return s
}
