// The second stranger: a hospital written from the documents alone, to measure an examiner.
package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

var faults, variants = map[string]bool{}, map[string]bool{}

// asked remembers every name the program looks for, so that a misspelt one is noticed.
func fault(name string) bool   { return faults[name] }
func variant(name string) bool { return variants[name] }

func jsonNumber(s string) json.Number  { return json.Number(s) }
func fromHex(s string) ([]byte, error) { return hex.DecodeString(s) }
func logf(format string, args ...any) {
	fmt.Printf(time.Now().Format("15:04:05.000 ")+format+"\n", args...)
}
func fatal(args ...any) { fmt.Fprintln(os.Stderr, args...); os.Exit(2) }

func main() {
	var (
		port  = flag.Int("port", 0, "port to listen on, 0 for any")
		vs    = flag.String("variant", "", "healthy variants, by commas")
		fs    = flag.String("fault", "", "planted faults, by commas")
		file  = flag.String("config", os.Getenv("LIANTIAO_VENDOR_CONFIG"), "the block that liantiao init wrote")
		ttl   = flag.Int("unpaid-s", 1800, "seconds until an unpaid order is revoked")
		tests = flag.Bool("selftest", false, "check SM2, SM3 and SM4 against the vectors")
	)
	flag.Parse()
	if *tests {
		if err := selfTest(); err != nil {
			fatal(err)
		}
		fmt.Println("SM2, SM3 and SM4 agree with the vectors")
		return
	}
	for names, into := range map[*string]map[string]bool{vs: variants, fs: faults} {
		for _, n := range strings.Split(*names, ",") {
			if n != "" {
				into[n] = true
			}
		}
	}
	raw, err := os.ReadFile(*file)
	if err != nil {
		fatal("config:", err)
	}
	block, err := readBlock(raw)
	if err != nil {
		fatal("config:", err)
	}
	h := &Hospital{b: block, runs: map[string]*Run{}, ttl: time.Duration(*ttl) * time.Second}
	mux := http.NewServeMux()
	mux.HandleFunc("/liantiao/v1/actions/", h.serveAction)
	mux.HandleFunc("/notify/6302", h.serveNotice)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		fatal(err)
	}
	base := "http://" + listener.Addr().String()
	ready := M{"ready": true, "driver": base}
	if !variant("poll-only") {
		ready["notify"] = base + "/notify/6302"
	}
	fmt.Println(text(ready, false, false))
	if fault("log-secrets") {
		logf("config appSecret=%s privateKey=%s", block.AppSecret, block.InstitutionPrivateKey)
	}
	go h.tick()
	fatal(http.Serve(listener, mux))
}
