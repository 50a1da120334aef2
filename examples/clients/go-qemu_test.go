// The calls of go-qemu's own tests, answered by a pair's monitor instead of by a function of the test.
// It is compiled into go-qemu's package, beside its tests, which are not changed.
package qemu

import (
	"os"
	"testing"
	"time"

	"github.com/digitalocean/go-qemu/qmp"
	"github.com/digitalocean/go-qemu/qmp/raw"
)

func pairDomain(t *testing.T) *Domain {
	t.Helper()
	path := os.Getenv("VMFERRY_SOURCE_QMP")
	if path == "" {
		t.Skip("no VMFERRY_SOURCE_QMP")
	}
	socket, err := qmp.NewSocketMonitor("unix", path, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := socket.Connect(); err != nil {
		t.Fatal(err)
	}
	d, err := NewDomain(socket, "pair")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestPairSupported(t *testing.T) {
	d := pairDomain(t)
	for command, expected := range map[string]bool{"query-migrate": true, "query-foo": false} {
		if supported, err := d.Supported(command); err != nil || supported != expected {
			t.Errorf("%s: expected %v, got %v, %v", command, expected, supported, err)
		}
	}
}

func TestPairStatusRunning(t *testing.T) {
	status, err := pairDomain(t).Status()
	if err != nil || status != StatusRunning {
		t.Errorf("expected status %v, got %v, %v", StatusRunning, status, err)
	}
}

func TestPairVersion(t *testing.T) {
	d := pairDomain(t)
	version, err := d.Version()
	if err != nil || version == "0.0.0" {
		t.Errorf("expected a version, got %q, %v", version, err)
	}
	packaged, err := d.PackageVersion()
	if err != nil {
		t.Error(err)
	}
	t.Logf("%s %s", version, packaged)
}

// Those that ask for devices; a monitor that lacks a command is left out, as query-cpus since QEMU 6.0.
func TestPairDevices(t *testing.T) {
	d := pairDomain(t)
	calls := map[string]func() error{
		"query-block":      func() error { _, err := d.BlockDevices(); return err },
		"query-block-jobs": func() error { _, err := d.BlockJobs(); return err },
		"query-blockstats": func() error { _, err := d.BlockStats(); return err },
		"query-cpus":       func() error { _, err := d.CPUs(); return err },
		"query-pci":        func() error { _, err := d.PCIDevices(); return err },
	}
	for command, call := range calls {
		t.Run(command, func(t *testing.T) {
			supported, err := d.Supported(command)
			if err != nil {
				t.Fatal(err)
			}
			if !supported {
				t.Skip("the monitor has no such command")
			}
			if err := call(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The last one, since it takes the guest away: an event comes while the typed API migrates.
func TestPairMigration(t *testing.T) {
	d := pairDomain(t)
	events, stop, err := d.Events()
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() {
		for event := range events {
			if event.Event == "STOP" {
				close(stopped)
				close(stop)
				return
			}
		}
	}()
	if os.Getenv("VMFERRY_JOINS") == "" {
		if err := d.rm.Migrate(os.Getenv("VMFERRY_MIGRATE_URI"), nil, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		info, err := d.rm.QueryMigrate()
		if err != nil {
			t.Fatal(err)
		}
		if info.Status != nil && *info.Status == raw.MigrationStatusCompleted {
			break
		}
		if info.Status != nil && (*info.Status == raw.MigrationStatusFailed || *info.Status == raw.MigrationStatusCancelled) {
			t.Fatalf("expected completed, got %v", *info.Status)
		}
		if time.Now().After(end) {
			t.Fatalf("expected completed within 10 s, got %v", info.Status)
		}
	}
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Error("expected event STOP within 10 s, got none")
	}
}
