// Migrates with go-qemu's typed API and polls QueryMigrate until the migration has ended.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/digitalocean/go-qemu/qmp"
	"github.com/digitalocean/go-qemu/qmp/raw"
)

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	socket, err := qmp.NewSocketMonitor("unix", os.Getenv("VMFERRY_SOURCE_QMP"), 30*time.Second)
	check(err)
	check(socket.Connect())
	monitor := raw.NewMonitor(socket)
	if os.Getenv("VMFERRY_JOINS") == "" {
		check(monitor.Migrate(os.Getenv("VMFERRY_MIGRATE_URI"), nil, nil, nil))
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		info, err := monitor.QueryMigrate()
		check(err)
		if info.Status == nil {
			continue
		}
		switch *info.Status {
		case raw.MigrationStatusCompleted:
			fmt.Println("status", *info.Status)
			return
		case raw.MigrationStatusFailed, raw.MigrationStatusCancelled:
			check(fmt.Errorf("status %v", *info.Status))
		}
	}
	check(fmt.Errorf("no end within 10 s"))
}
