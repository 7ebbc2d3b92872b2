package server

import (
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"assay/storage"
)

// metrics are figures about the program. None of them names a tenant or a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(store *storage.Store) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "assay_requests_total",
			Help: "Requests by first part of the path, method and class of status."}, []string{"area", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "assay_request_seconds",
			Help: "Seconds from a request's header to the end of its answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 11)}, []string{"area"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "assay_open_tenants", Help: "Tenants whose file is open."},
			func() float64 { return float64(store.OpenTenants()) }))
	return m
}

// handler serves the figures. It belongs on a listener of its own.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) observe(r *http.Request, status int, took time.Duration) {
	area := area(r.URL.Path)
	m.requests.WithLabelValues(area, method(r.Method), statusClass(status)).Inc()
	m.seconds.WithLabelValues(area).Observe(took.Seconds())
}

// area is the module of an API path, or what else was asked for: a small fixed set, whatever a client sends.
func area(path string) string {
	rest, ok := strings.CutPrefix(path, "/api/v1/")
	if !ok {
		return "page"
	}
	first, _, _ := strings.Cut(rest, "/")
	if len(first) > 24 || strings.Trim(first, "abcdefghijklmnopqrstuvwxyz-.") != "" {
		return "other"
	}
	return first
}

func method(m string) string {
	switch m {
	case "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD":
		return m
	}
	return "other"
}
