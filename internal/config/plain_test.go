package config

import (
	"slices"
	"strings"
	"testing"
)

// TestProductionSpeaksToNoServerInTheOpen: one on another machine needs TLS and a certificate that is looked at, or an operator's word.
func TestProductionSpeaksToNoServerInTheOpen(t *testing.T) {
	good := []string{"IW_PUBLIC_URL=https://iw.example.com"}
	for _, c := range []struct{ name, bad, fine, here string }{
		{"DATABASE_URL", "postgres://app:verylongpass@db/iw", "postgres://app:verylongpass@db/iw?sslmode=verify-full", "postgres://app:verylongpass@/iw?host=/run/postgresql"},
		{"DATABASE_URL", "postgres://app:verylongpass@db/iw?sslmode=require", "postgres://app:verylongpass@db/iw?sslmode=verify-ca", "postgres://app:verylongpass@127.0.0.1:5432/iw"},
		{"DATABASE_MIGRATE_URL", "postgres://app:verylongpass@/iw?host=db", "postgres://app:verylongpass@db/iw?sslmode=verify-full", "postgres://app:verylongpass@localhost/iw"},
		{"DATABASE_URL", "postgres://app:verylongpass@/iw?host=/run/postgresql,db", "postgres://app:verylongpass@db/iw?sslmode=verify-full", "postgres://app:verylongpass@/iw?host=/run/postgresql,/tmp"},
		{"IW_BACKUP_DATABASE_URL", "postgres://app:verylongpass@db/iw?sslmode=prefer", "postgres://app:verylongpass@db/iw?sslmode=verify-full", "postgres://app:verylongpass@[::1]/iw"},
		{"REDIS_URL", "redis://:verylongpass@db:6379", "rediss://:verylongpass@db:6379", "redis://127.0.0.1:6379"},
		{"BLOB_URL", "s3://k:verylongpass@b?endpoint=db:9000&tls=off", "s3://k:verylongpass@b?endpoint=db:9000", "s3://k:verylongpass@b?endpoint=127.0.0.1:9000&tls=off"},
		{"IW_BACKUP_URL", "s3://k:verylongpass@b?endpoint=db:9000&tls=off", "s3://k:verylongpass@b?endpoint=db:9000", "s3://k:verylongpass@b?endpoint=localhost:9000&tls=off"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://db:4318", "https://db:4318", "http://127.0.0.1:4318"},
		{"CLAMD_URL", "tcp://db:3310", "unix:/run/clamd.sock", "tcp://127.0.0.1:3310"},
	} {
		given := append(slices.Clone(good), c.name+"="+c.bad)
		if _, err := Load(given, nil); !slices.Equal(names(err), []string{c.name}) || strings.Contains(err.Error(), "verylongpass") {
			t.Errorf("%s=%s: %v", c.name, c.bad, err)
		}
		mustLoad(t, append(given, "IW_PLAIN_HOSTS=other, db")...)
		mustLoad(t, "IW_PROFILE=development", c.name+"="+c.bad)
		mustLoad(t, append(slices.Clone(good), c.name+"="+c.fine)...)
		mustLoad(t, append(slices.Clone(good), c.name+"="+c.here)...)
	}
}

func TestProductionIsWarnedOfListenersInTheOpen(t *testing.T) {
	for given, want := range map[string]int{"IW_LISTEN=:80": 1, "IW_LISTEN=0.0.0.0:443 IW_TLS_CERT=a IW_TLS_KEY=b": 0, "IW_LISTEN=127.0.0.1:80": 0} {
		c := mustLoad(t, append(strings.Fields(given), "IW_PUBLIC_URL=https://iw.example.com", "IW_BACKUP_EVERY=0s")...)
		if got := strings.Count(strings.Join(c.Warnings, "\n"), "without TLS"); got != want {
			t.Errorf("%s: %v", given, c.Warnings)
		}
	}
}

// TestProductionShowsWhatIsPrivateToNobody: a private listener that other machines reach has TLS, or a network that an operator has named.
func TestProductionShowsWhatIsPrivateToNobody(t *testing.T) {
	given := []string{"IW_PUBLIC_URL=https://iw.example.com", "IW_BACKUP_EVERY=0s"}
	for _, address := range []string{"10.0.0.5:9090", "0.0.0.0:9090", ":9090", "[::]:9090", "monitor:9090"} {
		open := append(slices.Clone(given), "IW_PRIVATE_LISTEN="+address)
		if _, err := Load(open, nil); !slices.Equal(names(err), []string{"IW_PRIVATE_LISTEN"}) {
			t.Errorf("%s: %v", address, err)
		}
		mustLoad(t, append(slices.Clone(open), "IW_PRIVATE_TLS_CERT=a", "IW_PRIVATE_TLS_KEY=b")...)
		mustLoad(t, "IW_PROFILE=development", "IW_PRIVATE_LISTEN="+address)
	}
	for _, fine := range []string{"IW_PRIVATE_LISTEN=127.0.0.1:9090", "IW_PRIVATE_LISTEN=localhost:9090", "IW_PRIVATE_LISTEN=", "IW_PRIVATE_LISTEN=10.0.0.5:9090 IW_PLAIN_HOSTS=db,10.0.0.5"} {
		mustLoad(t, append(slices.Clone(given), strings.Fields(fine)...)...)
	}
	if _, err := Load(append(given, "IW_PRIVATE_TLS_CERT=a"), nil); !slices.Equal(names(err), []string{"IW_PRIVATE_TLS_KEY"}) {
		t.Errorf("a certificate without its key: %v", err)
	}
}
