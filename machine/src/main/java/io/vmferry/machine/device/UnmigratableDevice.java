package io.vmferry.machine.device;

import io.vmferry.machine.device.Device.MigrationBlocker;
import java.util.Optional;

/** A device without migratable state, which blocks migration. */
final class UnmigratableDevice implements Device {
    private final DeviceSpec spec;
    private final String idstr;

    UnmigratableDevice(DeviceSpec spec, String idstr) {
        this.spec = spec;
        this.idstr = idstr;
    }

    @Override
    public String idstr() {
        return idstr;
    }

    @Override
    public int versionId() {
        return 0;
    }

    @Override
    public int minimumVersionId() {
        return 0;
    }

    @Override
    public Optional<MigrationBlocker> migrationBlocker() {
        return Optional.of(MigrationBlocker.nonMigratable(idstr, spec.nameOf(idstr)));
    }
}
