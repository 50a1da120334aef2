// Migrates by the QMP client of Incus, in the steps of Incus' migrateSendLive for an instance on shared storage.
//
// Incus gives QEMU a pipe by getfd and copies its bytes to the other server. Here QEMU gets the socket itself, since a
// pipe carries no return path; a destination at a TCP port is given by its address.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/lxc/incus/v7/internal/server/instance/drivers/qmp"
)

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func prepare(monitor *qmp.Monitor) error {
	capabilities := map[string]bool{"auto-converge": true, "pause-before-switchover": true, "events": true}
	if err := monitor.MigrateSetCapabilities(capabilities); err != nil {
		return err
	}
	parameters := map[string]any{"cpu-throttle-initial": 50, "throttle-trigger-threshold": 20}
	return monitor.MigrateSetParameters(parameters)
}

func begin(monitor *qmp.Monitor) error {
	uri := os.Getenv("VMFERRY_MIGRATE_URI")
	if !strings.HasPrefix(uri, "unix:") {
		return monitor.Run("migrate", map[string]any{"uri": uri}, nil)
	}
	connection, err := net.Dial("unix", strings.TrimPrefix(uri, "unix:"))
	if err != nil {
		return err
	}
	defer connection.Close()
	file, err := connection.(*net.UnixConn).File()
	if err != nil {
		return err
	}
	defer file.Close()
	if err := monitor.SendFile("migration", file); err != nil {
		return err
	}
	return monitor.Migrate("migration")
}

// Incus waits until the other server says that it has failed. Nobody does so here, so there is a limit.
func wait(monitor *qmp.Monitor, status string) error {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	err := monitor.MigrateWait(ctx, status)
	if ctx.Err() != nil {
		check(fmt.Errorf("still waiting for %s after 10 s", status))
	}
	return err
}

func finish(monitor *qmp.Monitor) error {
	if os.Getenv("VMFERRY_JOINS") == "" {
		if err := wait(monitor, "pre-switchover"); err != nil {
			return err
		}
		if err := monitor.MigrateContinue("pre-switchover"); err != nil {
			return err
		}
	}
	return wait(monitor, "completed")
}

func main() {
	monitor, err := qmp.Connect(os.Getenv("VMFERRY_SOURCE_QMP"), "", nil, "", nil)
	check(err)
	if os.Getenv("VMFERRY_JOINS") == "" {
		check(prepare(monitor))
		check(begin(monitor))
	}
	if err := finish(monitor); err != nil {
		// What Incus does to a guest whose migration has failed.
		fmt.Println("migrate_cancel:", monitor.MigrateCancel(), "cont:", monitor.Start())
		check(err)
	}
	fmt.Println("status completed")
}
