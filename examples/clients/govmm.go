// Migrates with Kata's govmm and polls ExecuteQueryMigration until the migration has ended.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/kata-containers/govmm/qemu"
)

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	gone := make(chan struct{})
	qmp, _, err := qemu.QMPStart(ctx, os.Getenv("VMFERRY_SOURCE_QMP"), qemu.QMPConfig{}, gone)
	check(err)
	check(qmp.ExecuteQMPCapabilities(ctx))
	if os.Getenv("VMFERRY_JOINS") == "" {
		check(qmp.ExecSetMigrateArguments(ctx, os.Getenv("VMFERRY_MIGRATE_URI")))
	}
	for {
		info, err := qmp.ExecuteQueryMigration(ctx)
		check(err)
		switch info.Status {
		case "completed":
			fmt.Println("status", info.Status)
			return
		case "failed", "cancelled":
			check(fmt.Errorf("status %s", info.Status))
		}
		time.Sleep(200 * time.Millisecond)
	}
}
