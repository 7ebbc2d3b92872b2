// Package pdfium reads the text of PDF files with PDFium, which runs as WebAssembly inside wazero: a file that
// breaks it breaks a sandbox that is thrown away with it. The sandbox has no files, no network, no clock and
// bounded memory, and every document gets a fresh one.
package pdfium

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/emscripten"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

//go:embed pdfium.wasm.gz
var packed []byte

// digest is the SHA-256 of the program, unpacked: what NOTICE.md names is what runs.
const digest = "71aec412a303a0405baee21c3d6d3f30ad2033dc02444130fe476be3976e2d09"

// memory is how much a document may take, in pages of 64 kB: 256 MB.
const memory = 4096

// What a file may be beside readable.
var (
	ErrPassword = errors.New("it is protected with a password")
	ErrDamaged  = errors.New("it is damaged or not a PDF")
)

// Engine is PDFium, compiled. It holds about 30 MB until it is closed.
type Engine struct {
	runtime wazero.Runtime
	program wazero.CompiledModule
	cache   wazero.CompilationCache
}

// Open compiles PDFium, which takes seconds, or takes it from the cache, which takes a tenth of one. An empty
// folder means no cache.
func Open(ctx context.Context, cacheDir string) (_ *Engine, err error) {
	wasm, err := unpack()
	if err != nil {
		return nil, err
	}
	e := &Engine{}
	cfg := wazero.NewRuntimeConfig().WithMemoryLimitPages(memory).WithCloseOnContextDone(true)
	if cacheDir != "" {
		if e.cache, err = wazero.NewCompilationCacheWithDir(cacheDir); err != nil {
			return nil, fmt.Errorf("cache of pdfium: %w", err)
		}
		cfg = cfg.WithCompilationCache(e.cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, cfg)
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close(ctx))
		}
	}()
	if e.program, err = e.runtime.CompileModule(ctx, wasm); err != nil {
		return nil, fmt.Errorf("compile pdfium: %w", err)
	}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, e.runtime); err != nil {
		return nil, err
	}
	return e, e.imports(ctx)
}

func unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack pdfium: %w", err)
	}
	wasm, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpack pdfium: %w", err)
	}
	if sum := sha256.Sum256(wasm); hex.EncodeToString(sum[:]) != digest {
		return nil, errors.New("unpack pdfium: it is not the program that was chosen")
	}
	return wasm, nil
}

// imports gives the program what it asks of its host: memory, and the answer no.
func (e *Engine) imports(ctx context.Context) error {
	env := e.runtime.NewHostModuleBuilder("env")
	exporter, err := emscripten.NewFunctionExporterForModule(e.program)
	if err != nil {
		return err
	}
	exporter.ExportFunctions(env)
	for _, f := range e.program.ImportedFunctions() {
		module, name, _ := f.Import()
		if module != "env" || strings.HasPrefix(name, "invoke_") || name == "_emscripten_throw_longjmp" || name == "emscripten_notify_memory_growth" {
			continue // these exporter and wazero have
		}
		env.NewFunctionBuilder().WithGoModuleFunction(host(name, len(f.ResultTypes()) > 0), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	_, err = env.Instantiate(ctx)
	return err
}

func host(name string, answers bool) api.GoModuleFunc {
	switch name {
	case "emscripten_resize_heap":
		return func(_ context.Context, m api.Module, stack []uint64) {
			want, have := (uint32(stack[0])+65535)/65536, m.Memory().Size()/65536
			stack[0] = 1
			if want > have {
				if _, ok := m.Memory().Grow(want - have); !ok {
					stack[0] = 0
				}
			}
		}
	case "_abort_js":
		return func(context.Context, api.Module, []uint64) { panic(errors.New("pdfium gave up")) }
	}
	return func(_ context.Context, _ api.Module, stack []uint64) {
		if !answers {
			return
		}
		stack[0] = 0
		if strings.HasPrefix(name, "__syscall") {
			const noSuchFile = -44
			stack[0] = api.EncodeI32(noSuchFile)
		}
	}
}

// Close lets go of everything.
func (e *Engine) Close(ctx context.Context) error {
	var errs []error
	if e.runtime != nil {
		errs = append(errs, e.runtime.Close(ctx))
	}
	if e.cache != nil {
		errs = append(errs, e.cache.Close(ctx))
	}
	return errors.Join(errs...)
}

// Text is the text of a PDF, its pages separated by form feeds, until it is longer than limit; then whole is
// false. It ends when ctx does: a document may be made to take for ever.
func (e *Engine) Text(ctx context.Context, pdf []byte, limit int) (text string, whole bool, err error) {
	m, err := e.runtime.InstantiateModule(ctx, e.program, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return "", false, fmt.Errorf("start pdfium: %w", err)
	}
	defer m.Close(context.WithoutCancel(ctx))
	p := &program{ctx: ctx, m: m}
	if p.call("__wasm_call_ctors"); p.err == nil {
		p.call("FPDF_InitLibrary")
	}
	at := p.call("malloc", uint64(len(pdf)))
	if p.err == nil && (at == 0 || !m.Memory().Write(uint32(at), pdf)) {
		p.err = errors.New("it is too large to be read")
	}
	doc := p.call("FPDF_LoadMemDocument", at, uint64(len(pdf)), 0)
	if p.err == nil && doc == 0 {
		const password = 4
		if code := p.call("FPDF_GetLastError"); code == password {
			return "", false, ErrPassword
		}
		return "", false, ErrDamaged
	}
	pages := int32(p.call("FPDF_GetPageCount", doc))
	var b strings.Builder
	for i := range pages {
		if p.err != nil || b.Len() > limit {
			break
		}
		if i > 0 {
			b.WriteByte('\f')
		}
		b.WriteString(p.page(doc, uint64(i)))
	}
	return b.String(), p.err == nil && b.Len() <= limit, p.err
}

// program is one running instance; after an error its calls do nothing.
type program struct {
	ctx context.Context
	m   api.Module
	err error
}

func (p *program) call(name string, args ...uint64) uint64 {
	if p.err != nil {
		return 0
	}
	f := p.m.ExportedFunction(name)
	if f == nil {
		p.err = fmt.Errorf("pdfium has no %s", name)
		return 0
	}
	r, err := f.Call(p.ctx, args...)
	if err != nil {
		p.err = fmt.Errorf("pdfium %s: %w", name, err)
		if e := p.ctx.Err(); e != nil {
			p.err = e
		}
		return 0
	}
	if len(r) == 0 {
		return 0
	}
	return r[0]
}

// page is the text of one page; a page that cannot be read is an empty one.
func (p *program) page(doc, n uint64) string {
	page := p.call("FPDF_LoadPage", doc, n)
	if page == 0 {
		return ""
	}
	defer p.call("FPDF_ClosePage", page)
	text := p.call("FPDFText_LoadPage", page)
	if text == 0 {
		return ""
	}
	defer p.call("FPDFText_ClosePage", text)
	n = p.call("FPDFText_CountChars", text)
	if p.err != nil || int32(n) <= 0 {
		return ""
	}
	buf := p.call("malloc", (n+1)*2)
	if buf == 0 {
		return ""
	}
	defer p.call("free", buf)
	got := p.call("FPDFText_GetText", text, 0, n, buf)
	if p.err != nil || int32(got) <= 0 {
		return ""
	}
	raw, ok := p.m.Memory().Read(uint32(buf), uint32(got)*2)
	if !ok {
		return ""
	}
	units := make([]uint16, 0, got)
	for i := 0; i+1 < len(raw); i += 2 {
		if c := uint16(raw[i]) | uint16(raw[i+1])<<8; c != 0 {
			units = append(units, c)
		}
	}
	// U+FFFE stands where a word was divided at the end of a line.
	return strings.ReplaceAll(string(utf16.Decode(units)), "\ufffe", "")
}
