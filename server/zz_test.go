package server
import ("testing";"time";"fmt")
func TestZZ(t *testing.T){ s:=time.Now(); h:=open(t); fmt.Println("build",time.Since(s)); s=time.Now(); open(t); fmt.Println("copy",time.Since(s)); for k,v:=range h.a.ids{fmt.Println(k,len(v))} 
fmt.Println(len(h.ops))
}
